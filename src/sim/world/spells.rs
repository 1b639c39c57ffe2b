//! Which faults were in force when: for those who look at a run. No process can ask.

use crate::sim::command::Place;
use crate::sim::fault::FaultKind;
use crate::sim::time::Time;

use super::World;
use super::deeds::directions_of;

/// A time in which a fault was in force at a place.
#[derive(Clone, Debug)]
pub struct Spell {
    /// Of which kind; its amount may have changed in the meantime.
    pub kind: &'static FaultKind,
    /// Where, as it was put there.
    pub place: Place,
    /// Since when.
    pub from: Time,
    /// When it was taken back, if it was.
    pub until: Option<Time>,
}

impl Spell {
    /// Whether it was in force at any moment between these two, both included.
    pub fn overlaps(&self, from: Time, until: Time) -> bool {
        self.from <= until && self.until.is_none_or(|end| from <= end)
    }
}

impl World {
    /// All times so far in which faults were in force, in the order in which these began.
    pub fn spells(&self) -> &[Spell] {
        &self.spells
    }

    /// A fault was put in force.
    pub(super) fn begin_spell(&mut self, kind: &'static FaultKind, place: Place) {
        let is_known = |spell: &Spell| spell.until.is_none() && *spell.kind == *kind && spell.place == place;
        if !self.spells.iter().any(is_known) {
            self.spells.push(Spell { kind, place, from: self.now(), until: None });
        }
    }

    /// Faults may have been taken back. One that was put on a link is over once neither direction has it any more.
    pub(super) fn end_spells(&mut self) {
        let mut spells = std::mem::take(&mut self.spells);
        let now = self.now();
        for spell in spells.iter_mut().filter(|spell| spell.until.is_none()) {
            if !self.is_in_force(spell) {
                spell.until = Some(now);
            }
        }
        self.spells = spells;
    }

    fn is_in_force(&self, spell: &Spell) -> bool {
        let of_node = match spell.place {
            Place::Node(node) => &self.node(node).faults[..],
            _ => &[],
        };
        let of_link = directions_of(spell.place).flat_map(|direction| &self.direction(direction).faults);
        of_node.iter().chain(of_link).any(|in_force| in_force.fault.kind == spell.kind)
    }
}
