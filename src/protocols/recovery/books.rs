//! The books of the failure source: what became of each failure on either side.

use crate::sim::time::{Duration, Time};

use super::Reign;

/// How one side recovered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Book {
    /// How often it fell as it worked.
    pub falls: u64,
    /// How often it was as far again as before.
    pub recovered: u64,
    /// How long that took, all in all.
    pub recovering: Duration,
    /// How much work had to be done again, in microseconds.
    pub lost: u64,
    /// Since when it is behind, and how far it was.
    behind: Option<(Time, u64)>,
}

impl Book {
    /// It fell at a moment and so far. A second fall before it has recovered belongs to the same recovery.
    pub(super) fn fell(&mut self, now: Time, work: u64) {
        self.falls += 1;
        self.behind = Some(self.behind.map_or((now, work), |(since, was)| (since, was.max(work))));
    }

    /// It goes on from so far. Says how much it has to do again.
    pub(super) fn resumed(&mut self, work: u64) -> Option<u64> {
        let again = self.behind?.1.saturating_sub(work);
        self.lost += again;
        Some(again)
    }

    /// It is as far again as it was.
    pub(super) fn caught_up(&mut self, now: Time) {
        if let Some((since, _)) = self.behind.take() {
            self.recovered += 1;
            self.recovering += now.since(since);
        }
    }

    /// How long a recovery took on average, in minutes.
    pub fn recovery_minutes(&self) -> Option<f64> {
        (self.recovered > 0).then(|| self.recovering.as_secs_f64() / 60.0 / self.recovered as f64)
    }

    /// How much work had to be done again after a failure on average, in minutes.
    pub fn lost_minutes(&self) -> Option<f64> {
        (self.recovered > 0).then(|| self.lost as f64 / 6e7 / self.recovered as f64)
    }
}

/// What counts as finished among the replicas, and what of it was lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Finished {
    /// The greatest epoch heard of; 0 is none.
    epoch: u64,
    /// How far the work of this epoch's leader is finished, and how far all replicas have it, in microseconds.
    work: u64,
    by_all: u64,
    /// Up to where older leaders' work is in the books.
    old_work: u64,
    /// Whether this epoch's leader is known to have fallen.
    has_fallen: bool,
    /// How often somebody took over from a leader that is not known to have fallen.
    pub wrong_suspicions: u64,
    /// How often all was begun anew.
    pub begun_anew: u64,
    /// How much finished work was lost, in microseconds.
    pub lost: u64,
    /// How much of it all replicas had, with nobody suspected wrongly and no beginning anew.
    pub lost_against_the_rule: u64,
}

impl Finished {
    pub(super) fn fell(&mut self, epoch: u64) {
        self.has_fallen |= epoch == self.epoch;
    }

    /// Somebody leads. If the epoch is new, what was finished beyond what the leader has is lost.
    pub(super) fn leads(&mut self, Reign { epoch, work, anew }: Reign) {
        if epoch <= self.epoch {
            return;
        }
        if self.epoch > 0 {
            self.wrong_suspicions += u64::from(!self.has_fallen);
            self.begun_anew += u64::from(anew);
            self.lost += self.work.saturating_sub(work);
            if self.wrong_suspicions + self.begun_anew == 0 {
                self.lost_against_the_rule += self.by_all.saturating_sub(work);
            }
        }
        *self =
            Finished { epoch, work: 0, by_all: 0, old_work: self.work.max(work), has_fallen: false, ..*self };
    }

    /// Work counts as finished. What a leader finishes that another one follows upon is lost as far as that one did not have it.
    pub(super) fn finished(&mut self, reign: Reign, work: u64, by_all: bool) {
        self.leads(reign);
        if reign.epoch == self.epoch {
            self.work = self.work.max(work);
            if by_all {
                self.by_all = self.by_all.max(work);
            }
        } else {
            self.lost += work.saturating_sub(self.old_work);
            self.old_work = self.old_work.max(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reign(epoch: u64, work: u64) -> Reign {
        Reign { epoch, work, anew: false }
    }

    #[test]
    fn a_recovery_lasts_until_the_work_is_as_far_as_before_the_first_fall() {
        let at = |minutes: u64| Time::ZERO + Duration::secs(60 * minutes);
        let mut book = Book::default();
        book.fell(at(10), 9_000);
        assert_eq!(book.resumed(4_000), Some(5_000));
        book.fell(at(20), 6_000);
        assert_eq!(book.resumed(4_000), Some(5_000));
        book.caught_up(at(70));
        assert_eq!((book.falls, book.recovered, book.recovery_minutes()), (2, 1, Some(60.0)));
    }

    #[test]
    fn finished_work_is_lost_when_a_new_leader_lacks_it() {
        let mut finished = Finished::default();
        finished.leads(reign(8, 0));
        finished.finished(reign(8, 0), 50, true);
        finished.fell(8);
        finished.leads(reign(17, 50));
        assert_eq!((finished.lost, finished.wrong_suspicions), (0, 0));
        finished.finished(reign(17, 50), 80, true);
        finished.finished(reign(17, 50), 90, false);
        finished.fell(17);
        finished.leads(reign(24, 70));
        assert_eq!((finished.lost, finished.lost_against_the_rule, finished.wrong_suspicions), (20, 10, 0));
    }

    #[test]
    fn what_an_older_leader_finishes_meanwhile_is_lost() {
        let mut finished = Finished::default();
        finished.leads(reign(8, 0));
        finished.finished(reign(8, 0), 50, true);
        finished.leads(reign(17, 50));
        finished.finished(reign(8, 0), 70, false);
        finished.finished(reign(8, 0), 90, false);
        finished.finished(reign(17, 50), 60, false);
        assert_eq!((finished.lost, finished.lost_against_the_rule, finished.wrong_suspicions), (40, 0, 1));
    }

    #[test]
    fn a_leader_whose_coming_nobody_heard_of_is_known_by_what_it_finishes() {
        let mut finished = Finished::default();
        finished.leads(reign(8, 0));
        finished.finished(reign(8, 0), 50, true);
        finished.fell(8);
        finished.finished(Reign { anew: true, ..reign(17, 0) }, 20, true);
        assert_eq!((finished.lost, finished.begun_anew, finished.lost_against_the_rule), (50, 1, 0));
    }
}
