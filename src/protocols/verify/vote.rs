//! A vote: who was asked to do a unit, what they told, and what follows.

use crate::sim::network::NodeId;
use crate::sim::time::Time;

use super::Unit;

/// A unit that was given to several names.
#[derive(Clone, PartialEq, Debug)]
pub struct Vote {
    /// Its number.
    pub call: u64,
    /// What is to be done.
    pub unit: Unit,
    /// Whether only signed names were asked.
    pub is_signed: bool,
    /// Who was asked.
    pub voters: Vec<Voter>,
    /// When it was decided, if it is.
    pub decided_at: Option<Time>,
}

/// A name that was asked.
#[derive(Clone, PartialEq, Debug)]
pub struct Voter {
    /// The name.
    pub name: String,
    /// Where it is.
    pub node: NodeId,
    /// What was told under it.
    pub told: Option<u32>,
}

impl Vote {
    /// How many told this result.
    pub fn votes_for(&self, primes: u32) -> usize {
        self.voters.iter().filter(|voter| voter.told == Some(primes)).count()
    }

    /// The result that more than half of all who were asked have told.
    pub fn majority(&self) -> Option<u32> {
        let mut told = self.voters.iter().filter_map(|voter| voter.told);
        told.find(|primes| self.votes_for(*primes) * 2 > self.voters.len())
    }

    /// Whether all have told something.
    pub(super) fn is_complete(&self) -> bool {
        self.voters.iter().all(|voter| voter.told.is_some())
    }

    /// Whether the accepted result is the true one; `None` if none is accepted. Only an onlooker can tell.
    pub fn is_right(&self) -> Option<bool> {
        self.majority().map(|primes| primes == self.unit.count_primes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vote(told: &[Option<u32>]) -> Vote {
        let voter = |told: &Option<u32>| Voter { name: String::new(), node: NodeId(0), told: *told };
        let voters = told.iter().map(voter).collect();
        Vote { call: 0, unit: Unit::of_place(0), is_signed: false, voters, decided_at: None }
    }

    #[test]
    fn more_than_half_of_all_who_were_asked_decide() {
        assert_eq!(vote(&[Some(25), Some(9), Some(25)]).is_right(), Some(true));
        assert_eq!(vote(&[Some(9), Some(9), Some(25)]).is_right(), Some(false));
        assert_eq!(vote(&[Some(25), Some(25), None, None]).majority(), None);
        assert_eq!(vote(&[Some(9), Some(8), Some(25)]).majority(), None);
        assert_eq!(vote(&[]).majority(), None);
    }
}
