//! What the inspector shows of a node.

use leptos::prelude::*;

use crate::sim::command::Place;
use crate::sim::inspect::NodeDetail;
use crate::sim::network::NodeId;
use crate::sim::timeline::Timeline;
use crate::stage::breakpoints::Breakpoint;
use crate::stage::marks::Marks;
use crate::stage::moments::{Entry, Moment, Pair, Part, side_by_side};
use crate::ui::dynamic::{dynamic, shown};
use crate::ui::lab::Lab;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::signals::StoredValue;
use crate::words::Key;
use crate::{phrase, word};

use super::breaks::BreakButton;
use super::heading::Heading;
use super::moments;
use super::parts::{Fold, LateFold, Line, Lines, watched, word_for};
use super::requests::{AskLine, Offers, offers};
use super::strike::{SettingNow, SettingsOf, Strikes};

/// The panel of a node.
pub(super) fn panel(node: NodeId) -> AnyView {
    view! { <NodePanel node/> }.into_any()
}

#[component]
fn NodePanel(
    /// Which.
    node: NodeId,
) -> impl IntoView {
    let lab = Lab::here();
    let Some(first) = lab.with(|timeline| NodeDetail::of(timeline, node)).flatten() else {
        return ().into_any();
    };
    let detail = watched(lab, move |timeline| NodeDetail::of(timeline, node));
    let known = Known::of(lab, node);
    let name = first.name.clone();
    let at_node = Memo::new(move |_| Some(Breakpoint::Node(name.clone())));
    let offered = offers(lab, first.role);
    let has_offers = !offered.is_empty();
    let in_force = Memo::new(move |_| {
        detail.with(|detail| Some(detail.as_ref()?.as_ref()?.faults.clone())).unwrap_or_default()
    });
    let settings = Memo::new(move |_| {
        detail.with(|detail| Some(settings(detail.as_ref()?.as_ref()?))).unwrap_or_default()
    });
    let inbox = known.signal(Part::Inbox);
    let waiting = move || {
        view! { <Fold title=word!("inspect.inbox").text() open=true><Lines lines=inbox/></Fold> }.into_any()
    };
    let has_settings = !first.settings.is_empty();
    let place = Signal::stored(Place::Node(node));
    view! {
        <Heading title=first.name.clone() kind=word_for("role", first.role) />
        <Facts known=known />
        <BreakButton breakpoint=at_node />
        <h3>{word!("inspect.break").text()}</h3>
        <Strikes place=place at_node=true in_force=in_force />
        <h3>{phrase!("inspect.requests", node = first.name.clone()).to_string()}</h3>
        {has_offers.then(|| view! { <Offers offers=offered node=Signal::stored(node) /> })}
        <AskLine node=node name=first.name />
        <Fold title=word!("inspect.timers").text() open=true>
            <LinesOr lines=known.signal(Part::Timers) none=word!("inspect.timers.none") />
        </Fold>
        <Fold title=word!("inspect.disk").text() open=true>
            <LinesOr lines=known.signal(Part::Disk) none=word!("inspect.disk.none") />
        </Fold>
        {shown(move || inbox.with(|lines| !lines.is_empty()), waiting)}
        <LateFold
            title=word!("moments.title").text()
            open=lab.remembered.with_untracked(Option::is_some)
            content=move || moments::panel(node)
        />
        {has_settings
            .then(|| view! {
                <Fold title=word!("inspect.settings").text() open=false>
                    <SettingsOf place=place settings=settings />
                </Fold>
            })}
    }
    .into_any()
}

/// Lines, or a sentence while there are none.
#[component]
fn LinesOr(lines: Memo<Vec<Line>>, none: Key) -> impl IntoView {
    view! {
        {shown(move || lines.with(Vec::is_empty), move || view! { <p class="hint">{none.text()}</p> }.into_any())}
        <Lines lines=lines />
    }
}

/// The lines of a part as it is, with what changed marked: by the last event while time stands still, else lately.
#[derive(Clone, Copy)]
struct Known {
    lab: Lab,
    now: Memo<Option<Option<Moment>>>,
    before: Memo<Option<Moment>>,
}

impl Known {
    fn of(lab: Lab, node: NodeId) -> Known {
        let now = watched(lab, move |timeline| Moment::of(timeline, node));
        let before = Memo::new(move |_| {
            lab.state.track();
            if lab.playing.get() {
                return None;
            }
            let before = lab.with(Timeline::before_last_event).flatten()?;
            Moment::in_world(&before, before.now(), node)
        });
        Known { lab, now, before }
    }

    fn lines(self, part: Part) -> Vec<Line> {
        let read = |now: &Moment, before: Option<&Moment>| match before {
            Some(before) => side_by_side(before, now)
                .into_iter()
                .filter(|pair| pair.part == part)
                .map(|pair| changed_line(now, pair))
                .collect(),
            None => now.part(part).map(line).collect(),
        };
        self.now
            .with(|now| {
                let now = now.as_ref()?.as_ref()?;
                Some(self.before.with(|before| read(now, before.as_ref())))
            })
            .unwrap_or_default()
    }

    fn signal(self, part: Part) -> Memo<Vec<Line>> {
        Memo::new(move |_| self.lines(part))
    }

    /// The last event as a sentence, if it changed anything here.
    fn changed_by(self) -> Option<String> {
        let parts = [Part::Facts, Part::Timers, Part::Disk, Part::Inbox, Part::Settings];
        let is_changed = self.before.with(Option::is_some)
            && parts.into_iter().any(|part| self.lines(part).iter().any(|line| line.was.is_some()));
        let last = |timeline: &Timeline| {
            let record = timeline.past().last()?;
            Some(timeline.trace().sentence(timeline.world().network(), record).to_string())
        };
        if is_changed { self.lab.with(last).flatten() } else { None }
    }
}

fn line(entry: &Entry) -> Line {
    Line { note: entry.note.clone(), ..Line::new(entry.name.clone(), entry.value.clone()) }
}

fn changed_line(now: &Moment, pair: Pair) -> Line {
    let was = pair.differs().then(|| match &pair.then {
        Some(then) => phrase!("inspect.was", value = then).to_string(),
        None => word!("inspect.new").text().to_owned(),
    });
    let note = now.part(pair.part).find(|entry| entry.name == pair.name).and_then(|entry| entry.note.clone());
    let value = pair.now.unwrap_or_else(|| word!("inspect.gone").text().to_owned());
    Line { marked: was.is_some(), was, note, ..Line::new(pair.name, value) }
}

/// State and facts. While time passes what changed lately is marked.
#[component]
fn Facts(known: Known) -> impl IntoView {
    let marks = StoredValue::new(Marks::default());
    let lines = Memo::new(move |_| {
        let mut lines = known.lines(Part::Facts);
        if known.before.with(Option::is_none) {
            let values: Vec<_> = lines.iter().map(|line| (line.key.clone(), line.value.clone())).collect();
            let at = known.lab.with(|timeline| (timeline.now(), timeline.world().network().pace));
            let (now, pace) = at.unwrap_or_default();
            let marked = marks.try_update_value(|marks| marks.look(now, pace, &values)).unwrap_or_default();
            lines.iter_mut().zip(marked).for_each(|(line, marked)| line.marked = marked);
        }
        lines
    });
    let says = |what: String| view! { <p class="hint changed-by" data-changed-by>{phrase!("inspect.changed-by", what = what).to_string()}</p> };
    view! {
        <Lines lines=lines />
        {dynamic(move || known.changed_by().map(says).into_any())}
    }
}

fn settings(detail: &NodeDetail) -> Vec<SettingNow> {
    let now = |(setting, value): &(&'static crate::sim::settings::Setting, crate::sim::settings::Value)| {
        SettingNow { setting, value: value.to_string(), note: None }
    };
    detail.settings.iter().map(now).collect()
}
