//! What a listener hears of a run: what happened since the last time, condensed into one sentence or a few. Events, not
//! frames, and of messages only how many were lost.

use crate::phrase;
use crate::sim::timeline::Timeline;
use crate::sim::trace::{Event, Record};

use super::follow::Follower;

/// How many events are told one by one; of more, the last.
const TOLD_AT_MOST: usize = 4;

/// Knows what was told already.
#[derive(Clone, Default, Debug)]
pub struct Announcer {
    follower: Follower,
    heard: usize,
}

impl Announcer {
    /// What to say about what happened since the last time; nothing if nothing worth it did. Ask at most once a second.
    pub fn announcement(&mut self, timeline: &Timeline) -> Option<String> {
        let past = timeline.past();
        let from = match self.follower.follow(timeline) {
            true => self.heard.min(past.len()),
            // A deed in the past drops what came after it; all up to the deed was heard.
            false => self.heard.min(deed_at(timeline)),
        };
        self.heard = past.len();
        let fresh = &past[from.min(past.len())..];
        // What still is as it should be right after a deed is no news.
        let is_command = |record: &&Record| matches!(record.event, Event::Commanded { .. });
        let deeds: Vec<_> = fresh.iter().filter(is_command).map(|record| record.time).collect();
        let is_news = |record: &&Record| match record.event {
            Event::Property { good: true, .. } => !deeds.contains(&record.time),
            event => is_told(event),
        };
        let told: Vec<_> = fresh.iter().filter(is_news).collect();
        let network = timeline.world().network();
        let last = told.iter().skip(told.len().saturating_sub(TOLD_AT_MOST));
        let mut said: Vec<String> =
            last.map(|record| timeline.trace().sentence(network, record).to_string()).collect();
        let lost = fresh.iter().filter(|record| matches!(record.event, Event::Lost { .. })).count();
        if lost > 0 {
            said.push(phrase!("announce.lost", n = lost).to_string());
        }
        (!said.is_empty()).then(|| said.join(". "))
    }

    /// Takes all that happened so far as heard, as after a change of the run.
    pub fn skip(&mut self, timeline: &Timeline) {
        self.follower.follow(timeline);
        self.heard = timeline.past().len();
    }
}

/// The place in the trace of the last thing that was done.
fn deed_at(timeline: &Timeline) -> usize {
    let is_deed = |event| matches!(event, Event::Commanded { .. });
    let past = timeline.past();
    past.iter().rposition(|record| is_deed(record.event)).unwrap_or(past.len())
}

fn is_told(event: Event) -> bool {
    matches!(
        event,
        Event::Commanded { .. }
            | Event::Down { .. }
            | Event::Up { .. }
            | Event::Answered { .. }
            | Event::Property { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::{self, CATALOGUE};
    use crate::sim::time::Time;

    #[test]
    fn what_was_done_and_what_came_of_it_is_said_once() {
        let scenario = scenarios::find("partition").unwrap().build_with(&[]).unwrap();
        let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
        let mut announcer = Announcer::default();
        announcer.skip(&timeline);
        timeline.seek(Time::from_micros(2_000_000));
        assert_eq!(announcer.announcement(&timeline), None, "beats alone are not worth a word");
        let crash = timeline.world().network().read_command("crash n1").unwrap();
        timeline.act(crash);
        timeline.seek(Time::from_micros(4_000_000));
        let said = announcer.announcement(&timeline).unwrap();
        assert!(said.contains("crash n1") && said.contains("n1 goes down"), "{said}");
        assert!(said.contains("lost"), "{said}");
        assert_eq!(announcer.announcement(&timeline), None);
        timeline.seek(Time::ZERO);
        assert_eq!(announcer.announcement(&timeline), None, "going back is not news");
    }

    #[test]
    fn a_deed_in_the_past_is_said_without_what_led_up_to_it() {
        let scenario = scenarios::find("partition").unwrap().build_with(&[]).unwrap();
        let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
        let mut announcer = Announcer::default();
        let command =
            |timeline: &Timeline, text: &str| timeline.world().network().read_command(text).unwrap();
        timeline.seek(Time::from_micros(1_000_000));
        let crash = command(&timeline, "crash n1");
        timeline.act(crash);
        timeline.seek(Time::from_micros(9_000_000));
        announcer.announcement(&timeline);
        timeline.seek(Time::from_micros(2_000_000));
        announcer.announcement(&timeline);
        let restart = command(&timeline, "restart n1");
        timeline.act(restart);
        let said = announcer.announcement(&timeline).unwrap();
        assert!(said.contains("n1 is up again") && !said.contains("goes down"), "{said}");
    }
}
