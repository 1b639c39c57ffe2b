//! The branches of a run as the page shows them: by name, as faint tracks beside the slider, and two of them compared.

use crate::sim::compare::{Comparison, NodePart, RecordDifference, compare};
use crate::sim::network::Network;
use crate::sim::process::FactValue;
use crate::sim::snapshot::{LinkStatus, NodeStatus};
use crate::sim::time::Time;
use crate::sim::timeline::{Branch, Timeline};
use crate::words::Phrase;
use crate::{phrase, word};

use super::ticks::Ticks;
use super::{moments, units, words};

/// How many tracks have room beside the slider.
pub const TRACKS_AT_MOST: usize = 3;
/// How many events of both branches together are compared.
const COMPARED_EVENTS_AT_MOST: u64 = 100_000;

/// A branch in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Future {
    /// Its index.
    pub index: usize,
    /// What it is called: by the watcher, or by its place in the list.
    pub title: String,
    /// What the watcher called it; empty if they did not.
    pub name: String,
    /// Whether it is the one at hand.
    pub is_here: bool,
    /// What was done where it parts, and how far it was watched.
    pub detail: String,
}

/// A branch beside the slider: parts of the slider from where it leaves the one at hand to where it was watched.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SideTrack {
    /// Its index.
    pub index: usize,
    /// Which of [`TRACKS_AT_MOST`] places it takes.
    pub lane: usize,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
}

/// Two branches compared, in words.
#[derive(Clone, PartialEq, Debug)]
pub struct Differences {
    /// What the other is called.
    pub other: String,
    /// Where they part and up to when they were compared.
    pub extent: String,
    /// What differs, in the order of time for each sort of thing.
    pub rows: Vec<Difference>,
}

/// Something that differs.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// What.
    pub what: String,
    /// Since when.
    pub at: Time,
    /// That moment as the clock shows it.
    pub moment: String,
    /// On the branch at hand.
    pub here: String,
    /// On the other.
    pub there: String,
}

/// The branches, in their order.
pub fn futures(timeline: &Timeline) -> Vec<Future> {
    let future = |(index, branch): (usize, &Branch)| Future {
        index,
        title: title(index, branch),
        name: branch.name.clone(),
        is_here: index == timeline.current_branch(),
        detail: detail(timeline, branch),
    };
    timeline.branches().iter().enumerate().map(future).collect()
}

/// The tracks of the other branches: the newest, if there are more than have room.
pub fn tracks(timeline: &Timeline, ticks: &Ticks) -> Vec<SideTrack> {
    let others = (0..timeline.branches().len()).rev().filter(|index| *index != timeline.current_branch());
    let track = |(lane, index): (usize, usize)| {
        let reach = timeline.branches()[index].reach;
        let from = timeline.parting(index).unwrap_or(reach).min(reach);
        SideTrack { index, lane, from: ticks.fraction(from), to: ticks.fraction(reach) }
    };
    others.take(TRACKS_AT_MOST).enumerate().map(track).collect()
}

/// The branch at hand and another, compared in words.
pub fn differences(timeline: &Timeline, other: usize) -> Option<Differences> {
    let found = compare(timeline, other, COMPARED_EVENTS_AT_MOST)?;
    let network = timeline.world().network();
    let clock = |moment: Time| units::clock(moment, network.pace);
    Some(Differences {
        other: title(other, &timeline.branches()[other]),
        extent: phrase!("future.extent", from = clock(found.parted_at), to = clock(found.until)).to_string(),
        rows: rows(&found, network),
    })
}

fn title(index: usize, branch: &Branch) -> String {
    match branch.name.as_str() {
        "" => phrase!("future.unnamed", number = index + 1).to_string(),
        name => name.to_owned(),
    }
}

fn detail(timeline: &Timeline, branch: &Branch) -> String {
    let network = timeline.world().network();
    let clock = |moment: Time| units::clock(moment, network.pace);
    let reach = clock(branch.reach);
    // What was done there sets it apart from the branch that it left; the first has that of its first deed.
    match branch.deeds.iter().find(|deed| deed.at >= branch.parted_at) {
        None => phrase!("future.untouched", reach = reach),
        Some(deed) => {
            let what = network.write_command(&deed.command);
            phrase!("future.detail", moment = clock(deed.at), what = what, reach = reach)
        }
    }
    .to_string()
}

fn rows(found: &Comparison, network: &Network) -> Vec<Difference> {
    let row = |what: String, at: Time, here: String, there: String| Difference {
        what,
        at,
        moment: units::clock(at, network.pace),
        here,
        there,
    };
    let event = found.record.iter().map(|RecordDifference { at, here, there }| {
        let said = |side: &Option<(Time, Phrase)>| match side {
            None => word!("future.nothing").text().to_owned(),
            Some((moment, what)) if moment == at => what.to_string(),
            Some((moment, what)) => {
                phrase!("future.later", moment = units::clock(*moment, network.pace), what = what).to_string()
            }
        };
        row(word!("future.event").text().to_owned(), *at, said(here), said(there))
    });
    let nodes = found.nodes.iter().map(|difference| {
        let name = network.name(difference.node);
        let (what, here, there) = match &difference.what {
            NodePart::Status(here, there) => (name.to_owned(), status(*here), status(*there)),
            NodePart::Fact(fact, here, there) => {
                let value = |value: &Option<FactValue>| {
                    value.as_ref().map_or("–".to_owned(), |value| moments::fact_text(network, value))
                };
                (format!("{name}: {}", fact.text()), value(here), value(there))
            }
        };
        row(what, difference.at, here, there)
    });
    let links = found.links.iter().map(|difference| {
        let said = |status: LinkStatus| words::link_status(status).text().to_owned();
        row(network.link_name(difference.link), difference.at, said(difference.here), said(difference.there))
    });
    let readings = found.readings.iter().filter_map(|difference| {
        let title = network.readings.get(difference.index)?.title.text().to_owned();
        let value = |value: Option<f64>| value.map_or("–".to_owned(), units::number);
        Some(row(title, difference.at, value(difference.here), value(difference.there)))
    });
    event.chain(nodes).chain(links).chain(readings).collect()
}

fn status(status: NodeStatus) -> String {
    words::status(status).text().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::{self, CATALOGUE};
    use crate::sim::time::Duration;

    fn at(millis: u64) -> Time {
        Time::from_micros(millis * 1_000)
    }

    fn parted() -> Timeline {
        let scenario = scenarios::find("partition").unwrap().build_with(&[]).unwrap();
        let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
        timeline.seek(at(4_000));
        timeline.seek(at(1_000));
        let crash = timeline.world().network().read_command("crash n3").unwrap();
        timeline.act(crash);
        timeline.seek(at(2_000));
        timeline
    }

    #[test]
    fn branches_are_listed_with_what_sets_them_apart() {
        let mut timeline = parted();
        assert!(timeline.name_branch(0, "left alone"));
        let [first, second] = &futures(&timeline)[..] else { panic!("two branches") };
        assert_eq!((first.title.as_str(), first.is_here), ("left alone", false));
        assert!(second.is_here && second.name.is_empty());
        assert!(second.title.contains('2'), "{}", second.title);
        assert!(second.detail.contains("crash n3"), "{}", second.detail);
        assert!(!first.detail.contains("crash"), "{}", first.detail);
    }

    #[test]
    fn tracks_begin_where_branches_part_and_end_where_they_were_watched() {
        let timeline = parted();
        let mut ticks = Ticks::default();
        ticks.look(&timeline);
        assert_eq!(ticks.span(), Duration::secs(5), "there is room for the other future");
        assert_eq!(tracks(&timeline, &ticks), [SideTrack { index: 0, lane: 0, from: 0.2, to: 0.8 }]);
    }

    #[test]
    fn a_comparison_is_told_in_words_with_the_moments_to_go_to() {
        let timeline = parted();
        let found = differences(&timeline, 0).unwrap();
        assert!(found.rows[0].here.contains("crash n3"), "{:?}", found.rows[0]);
        let n3 = found.rows.iter().find(|row| row.what == "n3").unwrap();
        assert_eq!((n3.at, n3.here.as_str(), n3.there.as_str()), (at(1_000), "crashed", "running"));
        assert!(found.rows.iter().all(|row| row.at >= at(1_000)));
        assert!(differences(&timeline, 1).is_none() && differences(&timeline, 9).is_none());
    }
}
