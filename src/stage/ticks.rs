//! What the time slider shows: how far it reaches, and marks where things happened, few however long the run.

use crate::sim::time::{Duration, Time};
use crate::sim::timeline::Timeline;
use crate::sim::trace::{Event, Record};

use super::follow::Follower;

/// How many marks there can be.
pub const MARKS_AT_MOST: usize = 200;
/// How many seconds of watching the slider shows at least.
const SECONDS_AT_LEAST: u64 = 10;

/// What a mark stands for; where several things happened, the greatest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MarkKind {
    /// Messages were lost.
    Loss,
    /// A node said something for the log, such as whom it suspects.
    Note,
    /// A property came true.
    Reached,
    /// Something was done to the network.
    Command,
    /// A property was broken.
    Broken,
}

/// A mark on the slider.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Mark {
    /// Which of [`MARKS_AT_MOST`] places along the slider.
    pub place: usize,
    /// What it stands for.
    pub kind: MarkKind,
}

/// The slider of a run, brought up to date at each look.
#[derive(Clone, Debug, Default)]
pub struct Ticks {
    follower: Follower,
    reach: Time,
    span: Duration,
    scanned: usize,
    places: Vec<Option<MarkKind>>,
}

impl Ticks {
    /// Looks at the run. Only what is new since the last look is read.
    pub fn look(&mut self, timeline: &Timeline) {
        let same = self.follower.follow(timeline);
        self.reach = timeline.reach();
        let records = timeline.trace().records();
        let pace = timeline.world().network().pace;
        // Other futures are drawn beside this one.
        let furthest = furthest(timeline);
        let fits = |span: Duration| span >= furthest;
        let shrunk = if same { self.span } else { Duration::ZERO };
        let mut span = shrunk.max(pace.at_least_shortest() * SECONDS_AT_LEAST);
        while !fits(span) && span.as_micros() < u64::MAX / 2 {
            span = span * 2;
        }
        if !same || span != self.span {
            self.scanned = 0;
            self.places = vec![None; MARKS_AT_MOST];
        }
        self.span = span;
        records[self.scanned.min(records.len())..].iter().for_each(|record| self.mark(record));
        self.scanned = records.len();
    }

    /// How far the future at hand was watched.
    pub fn reach(&self) -> Time {
        self.reach
    }

    /// What the whole slider stands for: it doubles when the run outgrows it, so that marks rarely move.
    pub fn span(&self) -> Duration {
        self.span
    }

    /// All marks, from the left.
    pub fn marks(&self) -> Vec<Mark> {
        let mark = |(place, kind): (usize, &Option<MarkKind>)| kind.map(|kind| Mark { place, kind });
        self.places.iter().enumerate().filter_map(mark).collect()
    }

    /// The moment at a place of the slider, given in parts of the whole; never beyond what was watched.
    pub fn moment_at(&self, part: u64, whole: u64) -> Time {
        let micros = u128::from(self.span.as_micros()) * u128::from(part) / u128::from(whole.max(1));
        Time::from_micros(u64::try_from(micros).unwrap_or(u64::MAX)).min(self.reach)
    }

    /// Where a moment is on the slider, from 0 to 1.
    pub fn fraction(&self, moment: Time) -> f64 {
        (moment.as_micros() as f64 / self.span.as_micros().max(1) as f64).min(1.0)
    }

    fn mark(&mut self, record: &Record) {
        let kind = match record.event {
            Event::Commanded { .. } => MarkKind::Command,
            Event::Property { good: false, .. } => MarkKind::Broken,
            Event::Property { good: true, .. } => MarkKind::Reached,
            Event::Lost { .. } => MarkKind::Loss,
            Event::Noted { .. } => MarkKind::Note,
            _ => return,
        };
        let micros = u128::from(record.time.as_micros());
        let place = micros * MARKS_AT_MOST as u128 / u128::from(self.span.as_micros().max(1));
        let place = (place as usize).min(MARKS_AT_MOST - 1);
        self.places[place] = self.places[place].max(Some(kind));
    }
}

/// How far any future of the run was watched.
fn furthest(timeline: &Timeline) -> Duration {
    let reaches = timeline.branches().iter().map(|branch| branch.reach);
    reaches.max().unwrap_or_default().since(Time::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::{self, CATALOGUE};
    use crate::sim::process::Sort;
    use crate::sim::timeline::Sought;

    fn run(script: &[&str]) -> Timeline {
        let mut scenario = scenarios::find("partition").unwrap().build_with(&[]).unwrap();
        scenario.script = script.iter().map(|line| (*line).to_owned()).collect();
        Timeline::new(scenario, CATALOGUE).unwrap()
    }

    fn seconds(seconds: u64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_slider_keeps_its_reach_when_the_watcher_goes_back_and_loses_it_when_another_future_begins() {
        let mut timeline = run(&[]);
        let mut ticks = Ticks::default();
        ticks.look(&timeline);
        assert_eq!((ticks.reach(), ticks.span()), (Time::ZERO, Duration::millis(2_500)));
        timeline.seek(seconds(4));
        ticks.look(&timeline);
        assert_eq!((ticks.reach(), ticks.span()), (seconds(4), Duration::secs(5)));
        timeline.seek(seconds(1));
        ticks.look(&timeline);
        assert_eq!((ticks.reach(), ticks.span()), (seconds(4), Duration::secs(5)));
        let cut = timeline.world().network().read_command("cut n2-n4").unwrap();
        timeline.act(cut);
        ticks.look(&timeline);
        assert_eq!(
            (ticks.reach(), ticks.span()),
            (seconds(1), Duration::secs(5)),
            "the other future has room"
        );
        assert!(timeline.drop_branch(0));
        ticks.look(&timeline);
        assert_eq!((ticks.reach(), ticks.span()), (seconds(1), Duration::secs(5)), "marks rarely move");
    }

    #[test]
    fn marks_stand_where_things_happened_and_the_greatest_wins() {
        let mut timeline = run(&["1s cut n2-n4", "1s cut n3-n7"]);
        timeline.seek(seconds(2));
        let mut ticks = Ticks::default();
        ticks.look(&timeline);
        let command = Mark { place: 80, kind: MarkKind::Command };
        assert!(ticks.marks().contains(&command), "1 s of 2.5 s is place 80 of 200: {:?}", ticks.marks());
        assert!(ticks.marks().iter().any(|mark| mark.kind == MarkKind::Loss));
    }

    #[test]
    fn looking_often_and_looking_once_show_the_same() {
        let mut timeline = run(&["1s cut n2-n4", "1s cut n3-n7", "5s heal n2-n4"]);
        let mut often = Ticks::default();
        for second in 0..40 {
            timeline.seek(seconds(second));
            often.look(&timeline);
        }
        let mut once = Ticks::default();
        once.look(&timeline);
        assert_eq!(often.marks(), once.marks());
        assert_eq!(often.span(), once.span());
        assert!(once.marks().len() <= MARKS_AT_MOST);
    }

    #[test]
    fn what_nodes_say_for_the_log_is_marked_and_what_was_not_watched_is_not() {
        let mut timeline = run(&["1s cut n2-n4", "1s cut n3-n7"]);
        timeline.seek(seconds(4));
        let mut ticks = Ticks::default();
        ticks.look(&timeline);
        let notes = |ticks: &Ticks| ticks.marks().iter().filter(|mark| mark.kind == MarkKind::Note).count();
        assert!(notes(&ticks) > 0, "the halves suspect each other");
        let mut ahead = run(&["1s cut n2-n4", "1s cut n3-n7"]);
        let known = ahead.trace().records().len();
        assert!(!ahead.next(Sought::Sending(Sort::Refusal), 5_000), "nobody refuses anything");
        assert_eq!(ahead.trace().records().len(), known);
        let mut ticks = Ticks::default();
        ticks.look(&ahead);
        assert_eq!((ticks.reach(), notes(&ticks)), (Time::ZERO, 0));
    }

    #[test]
    fn no_place_of_the_slider_is_beyond_what_was_simulated() {
        let mut timeline = run(&[]);
        timeline.seek(seconds(4));
        let mut ticks = Ticks::default();
        ticks.look(&timeline);
        assert_eq!(ticks.moment_at(500, 1_000), Time::from_micros(2_500_000));
        assert_eq!(ticks.moment_at(1_000, 1_000), seconds(4));
    }
}
