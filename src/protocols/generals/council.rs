//! One council as one general lives through it: what it was told on which path, and what follows from that.

use crate::sim::time::Time;

use super::{Path, Plan};

/// One council as one general lives through it.
#[derive(Clone, Debug)]
pub struct Council {
    /// Its number.
    pub number: u64,
    /// Who lives through it, by number.
    pub me: u8,
    /// How many generals there are.
    pub generals: u8,
    /// The paper's m: how many times orders are passed on.
    pub depth: usize,
    /// Whether orders are sealed.
    pub signed: bool,
    /// The round that is going on, from 1; the one after the last round is that in which it was decided.
    pub round: usize,
    /// What it decided on.
    pub decided: Option<Plan>,
    /// How many messages it sent, as its protocol has it, by the receiver's number less one.
    pub sent_to: Vec<u32>,
    /// How many messages it got in time, by the sender's number less one.
    pub heard_from: Vec<u32>,
    /// When it began.
    pub began_at: Time,
    heard: Vec<Heard>,
}

/// What it was told on one path.
#[derive(Clone, PartialEq, Debug)]
pub struct Heard {
    /// Through whom.
    pub path: Path,
    /// What.
    pub plan: Plan,
    /// In SM, the seals under it.
    pub seals: Vec<u64>,
}

impl Council {
    /// One that just begins.
    pub fn new(number: u64, began_at: Time, me: u8, generals: u8, depth: usize, signed: bool) -> Council {
        let nobody = vec![0; usize::from(generals)];
        Council {
            number,
            me,
            generals,
            depth,
            signed,
            round: 1,
            decided: None,
            sent_to: nobody.clone(),
            heard_from: nobody,
            began_at,
            heard: Vec::new(),
        }
    }

    /// What it was told, by paths.
    pub fn heard(&self) -> &[Heard] {
        &self.heard
    }

    /// What it was told on a path; in SM the first such order in the order of plans.
    pub fn told(&self, path: Path) -> Option<Plan> {
        let at = self.heard.partition_point(|heard| heard.path < path);
        self.heard.get(at).filter(|heard| heard.path == path).map(|heard| heard.plan)
    }

    /// The generals that an order can still be passed on to: the lieutenants that are not on the path, but for this one.
    pub fn others(&self, path: Path) -> impl Iterator<Item = u8> {
        let me = self.me;
        (1..=self.generals).filter(move |general| *general != me && !path.has(*general))
    }

    /// Takes in what it was told in time; false if it knows that already. In OM only the first story on a path counts, in SM every order.
    pub fn hear(&mut self, told: Heard) -> bool {
        let at = self.heard.partition_point(|heard| (heard.path, heard.plan) < (told.path, told.plan));
        let known = match self.signed {
            true => {
                self.heard.get(at).is_some_and(|heard| heard.path == told.path && heard.plan == told.plan)
            }
            false => self.told(told.path).is_some(),
        };
        if !known {
            self.heard_from[usize::from(told.path.last()) - 1] += 1;
            self.heard.insert(at, told);
        }
        !known
    }

    /// What is to be passed on as the round begins that follows the one of this length of paths: the order and the path that it came.
    pub fn to_pass_on(&self, length: usize) -> Vec<Heard> {
        if self.signed {
            return self.new_orders(length);
        }
        let mut paths = vec![Path::ORDER];
        for _ in 1..length {
            paths = paths.iter().flat_map(|path| self.others(*path).map(|next| path.then(next))).collect();
        }
        // What was not told counts as told to retreat.
        let told = |path: Path| self.told(path).unwrap_or(Plan::Retreat);
        paths.into_iter().map(|path| Heard { path, plan: told(path), seals: Vec::new() }).collect()
    }

    /// The orders that it learned of in the round of this length of paths and did not know before, each once.
    fn new_orders(&self, length: usize) -> Vec<Heard> {
        let known_before =
            |plan: Plan| self.heard.iter().any(|heard| heard.plan == plan && heard.path.len() < length);
        let first =
            |plan: Plan| self.heard.iter().find(|heard| heard.plan == plan && heard.path.len() == length);
        let plans = [Plan::Attack, Plan::Retreat].into_iter().filter(|plan| !known_before(*plan));
        plans.filter_map(first).cloned().collect()
    }

    /// How many voices there are for attack and for retreat at last: in OM those of which the majority is taken, in SM the orders that the
    /// commander sealed.
    pub fn voices(&self) -> (usize, usize) {
        match self.signed {
            true => {
                let knows = |plan: Plan| usize::from(self.heard.iter().any(|heard| heard.plan == plan));
                (knows(Plan::Attack), knows(Plan::Retreat))
            }
            false => self.voices_on(Path::ORDER),
        }
    }

    /// The plan that follows from what it was told.
    pub fn outcome(&self) -> Plan {
        let (attack, retreat) = self.voices();
        if attack > retreat { Plan::Attack } else { Plan::Retreat }
    }

    /// What it takes the last on this path to have told it and the others: OM from there on.
    pub fn value(&self, path: Path) -> Plan {
        let (attack, retreat) = self.voices_on(path);
        if attack > retreat { Plan::Attack } else { Plan::Retreat }
    }

    fn voices_on(&self, path: Path) -> (usize, usize) {
        let own = self.told(path).unwrap_or(Plan::Retreat);
        let deeper = path.len() <= self.depth;
        let passed_on = self.others(path).filter(|_| deeper).map(|other| self.value(path.then(other)));
        let (mut attack, mut retreat) = (0, 0);
        for plan in std::iter::once(own).chain(passed_on) {
            match plan {
                Plan::Attack => attack += 1,
                Plan::Retreat => retreat += 1,
            }
        }
        (attack, retreat)
    }

    /// How much memory its lists take, about.
    pub fn heap_bytes(&self) -> usize {
        let seals = if self.signed { 8 * (self.depth + 1) } else { 0 };
        self.heard.len() * (size_of::<Heard>() + seals) + 8 * usize::from(self.generals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Plan::{Attack, Retreat};

    fn council(generals: u8, depth: usize, signed: bool, told: &[(&[u8], Plan)]) -> Council {
        let mut council = Council::new(0, Time::ZERO, 2, generals, depth, signed);
        for (names, plan) in told {
            let path = names.iter().fold(Path::default(), |path, name| path.then(*name));
            council.hear(Heard { path, plan: *plan, seals: Vec::new() });
        }
        council
    }

    #[test]
    fn the_majority_counts_and_a_tie_is_a_retreat() {
        assert_eq!(council(3, 1, false, &[(&[1], Attack), (&[1, 3], Retreat)]).outcome(), Retreat);
        assert_eq!(council(3, 1, false, &[(&[1], Attack), (&[1, 3], Attack)]).outcome(), Attack);
        let four = [(&[1][..], Attack), (&[1, 3], Retreat), (&[1, 4], Attack)];
        assert_eq!(council(4, 1, false, &four).outcome(), Attack);
        assert_eq!(council(4, 1, false, &four[..1]).outcome(), Retreat, "who is silent says retreat");
        assert_eq!(council(3, 0, false, &[(&[1], Attack)]).outcome(), Attack);
    }

    #[test]
    fn a_majority_of_majorities() {
        // Five generals, OM(2): what 3 was told is what 2 heard from 3 itself, and from 4 and 5 about 3.
        let about_three = [(&[1, 3][..], Attack), (&[1, 3, 4], Retreat), (&[1, 3, 5], Attack)];
        let council = council(5, 2, false, &about_three);
        assert_eq!(council.value(Path::ORDER.then(3)), Attack);
        assert_eq!((council.value(Path::ORDER.then(4)), council.voices()), (Retreat, (1, 3)));
    }

    #[test]
    fn only_the_first_story_on_a_path_counts_by_word_of_mouth_and_every_order_that_is_sealed() {
        let both = [(&[1][..], Attack), (&[1], Retreat)];
        assert_eq!(council(3, 1, false, &both).voices(), (1, 1), "3 said nothing");
        assert_eq!(council(3, 1, false, &both).heard().len(), 1);
        assert_eq!(
            (council(3, 1, true, &both).heard().len(), council(3, 1, true, &both).outcome()),
            (2, Retreat)
        );
    }

    #[test]
    fn all_that_was_or_was_not_told_is_passed_on_by_word_of_mouth_and_under_seal_only_what_is_new() {
        let told = [(&[1][..], Attack), (&[1, 3], Attack), (&[1, 4], Retreat)];
        let oral = council(5, 2, false, &told);
        assert_eq!(oral.to_pass_on(1).len(), 1);
        let plans: Vec<_> = oral.to_pass_on(2).iter().map(|heard| (heard.path.last(), heard.plan)).collect();
        assert_eq!(plans, [(3, Attack), (4, Retreat), (5, Retreat)]);
        let signed = council(5, 2, true, &told);
        let plans: Vec<_> =
            signed.to_pass_on(2).iter().map(|heard| (heard.path.last(), heard.plan)).collect();
        assert_eq!(plans, [(4, Retreat)]);
        assert_eq!(oral.others(Path::ORDER.then(4)).collect::<Vec<_>>(), [3, 5]);
    }
}
