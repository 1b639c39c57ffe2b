//! What must be true of a council, and what is read off it.
//!
//! The theorems speak of loyal generals that keep to the algorithm and whose messages all arrive in time. So these properties do, too. Who
//! ever was Byzantine counts as a traitor, and so does who is down or sits a council out: they may do anything, or nothing. If a message
//! from one loyal general to another was lost or late, or if they do not all run the same algorithm, nothing is claimed.

use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::council::Heard;
use super::general::word_of;
use super::{Council, GENERAL, General, Path, Plan};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "loyal-lieutenants-agree",
        kind: PropertyKind::Always,
        title: word!("property.loyal-lieutenants-agree"),
        check: loyal_lieutenants_agree,
    },
    Property {
        name: "a-loyal-commander-is-obeyed",
        kind: PropertyKind::Always,
        title: word!("property.a-loyal-commander-is-obeyed"),
        check: a_loyal_commander_is_obeyed,
    },
    Property {
        name: "loyal-generals-disagree",
        kind: PropertyKind::Sometimes,
        title: word!("property.loyal-generals-disagree"),
        check: |world| seen(loyal_disagree(world)),
    },
    Property {
        name: "a-lie-is-heard",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-lie-is-heard"),
        check: |world| seen(assembly(world).is_over() && lies_heard(world) > 0),
    },
    Property {
        name: "a-forgery-is-refused",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-forgery-is-refused"),
        check: |world| seen(refused(world) > 0),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "messages_a_council",
        title: word!("reading.messages-a-council"),
        read: |world| Some(f64::from(assembly(world).messages())),
    },
    Reading {
        name: "traitors",
        title: word!("reading.traitors"),
        read: |world| Some(traitors(world) as f64),
    },
    Reading {
        name: "lies_heard",
        title: word!("reading.lies-heard"),
        read: |world| Some(lies_heard(world) as f64),
    },
    Reading {
        name: "forgeries_refused",
        title: word!("reading.forgeries-refused"),
        read: |world| Some(refused(world) as f64),
    },
];

/// The last council that any general takes part in, and who takes part in it loyally.
pub struct Assembly<'a> {
    /// Loyal generals that take part.
    pub loyal: Vec<(NodeId, &'a Council)>,
    /// Of so many generals in all.
    pub generals: usize,
    /// Everyone who takes part, traitors too.
    present: Vec<&'a Council>,
}

/// The last council.
pub fn assembly(world: &World) -> Assembly<'_> {
    let councils: Vec<(NodeId, &Council)> = world
        .processes::<General>()
        .filter_map(|(node, general)| general.council().map(|council| (node, council)))
        .collect();
    let last = councils.iter().max_by_key(|(_, council)| council.began_at).map(|(_, council)| council.number);
    let present = councils.into_iter().filter(|(_, council)| Some(council.number) == last);
    let present: Vec<(NodeId, &Council)> = present.collect();
    Assembly {
        loyal: present.iter().filter(|(node, _)| !world.node(*node).ever_byzantine).copied().collect(),
        generals: world.network().nodes_with_role(GENERAL).len(),
        present: present.into_iter().map(|(_, council)| council).collect(),
    }
}

impl Assembly<'_> {
    /// The loyal commander's order, if the commander is loyal and takes part.
    pub fn order(&self) -> Option<(NodeId, Plan)> {
        let (node, council) = self.loyal.iter().find(|(_, council)| council.me == Path::COMMANDER)?;
        council.told(Path::ORDER).map(|plan| (*node, plan))
    }

    /// What loyal lieutenants decided on, as far as they did.
    pub fn decisions(&self) -> impl Iterator<Item = (NodeId, Plan)> {
        let lieutenants = self.loyal.iter().filter(|(_, council)| council.me != Path::COMMANDER);
        lieutenants.filter_map(|(node, council)| Some((*node, council.decided?)))
    }

    /// Whether every loyal general that takes part has decided.
    pub fn is_over(&self) -> bool {
        !self.loyal.is_empty() && self.loyal.iter().all(|(_, council)| council.decided.is_some())
    }

    /// How many messages its generals sent, as the algorithm has it.
    pub fn messages(&self) -> u32 {
        self.present.iter().flat_map(|council| &council.sent_to).sum()
    }

    /// Whether the theorem of the algorithm at hand speaks of this council: that there are at most m who are not loyal, and by word of
    /// mouth more than 3m generals; and that its assumptions hold among the loyal.
    pub fn is_promised(&self) -> bool {
        let Some((_, first)) = self.loyal.first() else { return false };
        let same = |council: &Council| (council.depth, council.signed) == (first.depth, first.signed);
        self.generals - self.loyal.len() <= first.depth
            && (first.signed || self.generals > 3 * first.depth)
            && self.loyal.iter().all(|(_, council)| same(council))
            && self
                .loyal
                .iter()
                .all(|(_, speaker)| self.loyal.iter().all(|(_, hearer)| all_arrived(speaker, hearer)))
    }
}

/// Whether all that one general told another arrived in time.
fn all_arrived(speaker: &Council, hearer: &Council) -> bool {
    let index = |council: &Council| usize::from(council.me) - 1;
    speaker.sent_to[index(hearer)] == hearer.heard_from[index(speaker)]
}

/// IC1: all loyal lieutenants obey the same order.
fn loyal_lieutenants_agree(world: &World) -> Result<(), Phrase> {
    let assembly = assembly(world);
    let mut decisions = assembly.decisions();
    let Some((a, plan)) = decisions.next() else { return Ok(()) };
    match decisions.find(|(_, other)| *other != plan) {
        Some((b, other)) if assembly.is_promised() => Err(phrase!(
            "property.two-lieutenants",
            a = world.network().name(a),
            b = world.network().name(b),
            x = word_of(plan).text(),
            y = word_of(other).text()
        )),
        _ => Ok(()),
    }
}

/// IC2: if the commander is loyal, every loyal lieutenant obeys the order that it gives.
fn a_loyal_commander_is_obeyed(world: &World) -> Result<(), Phrase> {
    let assembly = assembly(world);
    let Some((commander, order)) = assembly.order() else { return Ok(()) };
    let mut decisions = assembly.decisions();
    match decisions.find(|(_, plan)| *plan != order) {
        Some((lieutenant, _)) if assembly.is_promised() => Err(phrase!(
            "property.not-obeyed",
            commander = world.network().name(commander),
            lieutenant = world.network().name(lieutenant)
        )),
        _ => Ok(()),
    }
}

/// Whether two loyal generals, the commander among them, decided differently in one council.
pub fn loyal_disagree(world: &World) -> bool {
    let loyal = assembly(world).loyal;
    let mut decided = loyal.iter().filter_map(|(_, council)| council.decided);
    decided.next().is_some_and(|first| decided.any(|other| other != first))
}

/// How many orders loyal generals heard in this council that are not what the sender had been told itself, or ordered.
pub fn lies_heard(world: &World) -> usize {
    let assembly = assembly(world);
    let is_lie = |path: Path, plan: Plan| {
        let speaker = assembly.present.iter().find(|council| council.me == path.last());
        let truth = path.len().saturating_sub(1).max(1);
        speaker.is_some_and(|speaker| {
            let told = speaker.told(path.prefix(truth));
            // Who was told nothing says retreat; under seal one may have been told both.
            let also = |heard: &Heard| heard.path == path.prefix(truth) && heard.plan == plan;
            told.unwrap_or(Plan::Retreat) != plan && !(speaker.signed && speaker.heard().iter().any(also))
        })
    };
    let lieutenants = assembly.loyal.iter().filter(|(_, council)| council.me != Path::COMMANDER);
    let heard = lieutenants.flat_map(|(_, council)| council.heard());
    heard.filter(|heard| is_lie(heard.path, heard.plan)).count()
}

fn traitors(world: &World) -> usize {
    world.network().nodes_with_role(GENERAL).iter().filter(|node| !world.is_honest(**node)).count()
}

fn refused(world: &World) -> u64 {
    world.processes::<General>().map(|(_, general)| general.refused()).sum()
}
