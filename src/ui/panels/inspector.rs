//! The inspector: whatever is selected on the stage, looked into; with nothing selected, the network as a whole.

use leptos::prelude::*;

use crate::protocols::generals::GENERAL;
use crate::protocols::web::USER;
use crate::sim::timeline::Timeline;
use crate::stage::Thing;
use crate::ui::dynamic::{dynamic, shown};
use crate::ui::lab::Lab;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::rest::late;
use crate::{phrase, word};

use super::parts::{Fold, Line, Lines, watched};
use super::{link, node, packet, single_points, strategies};

/// The inspector.
#[component]
pub fn Inspector() -> impl IntoView {
    let lab = Lab::here();
    let selected = Memo::new(move |_| (lab.opened.get(), lab.selected.get()));
    let panel = dynamic(move || match selected.get().1 {
        Some(Thing::Node(node)) => late(move || node::panel(node)),
        Some(Thing::Link(link)) => late(move || link::panel(link)),
        Some(Thing::Packet(packet)) => late(move || packet::panel(packet)),
        None => view! { <NetworkPanel /> }.into_any(),
    });
    view! {
        <div class="panel inspector" data-testid="inspector">{panel}</div>
    }
}

/// The network as a whole. What is read off it stands below, in [`super::figures`].
#[component]
fn NetworkPanel() -> impl IntoView {
    let lab = Lab::here();
    let summary = watched(lab, summary_lines);
    let has_single_points = watched(lab, |timeline| has_role(timeline, USER));
    let has_strategies = watched(lab, |timeline| has_role(timeline, GENERAL));
    view! {
        <p class="eyebrow">{word!("inspect.nothing").text()}</p>
        <h2>{word!("inspect.network").text()}</h2>
        <p class="hint">{word!("inspect.hint").text()}</p>
        <Lines lines=Signal::derive(move || summary.get().unwrap_or_default()) />
        {shown(move || has_single_points.get() == Some(true), || late(single_points::panel))}
        {shown(move || has_strategies.get() == Some(true), || late(strategies::panel))}
        <AboutRun/>
    }
}

/// What tells this run from every other: with these, the headless runner does the same run again, to the last event.
#[component]
fn AboutRun() -> impl IntoView {
    let lab = Lab::here();
    let lines = watched(lab, run_lines);
    let hash = watched(lab, |timeline| hexadecimal(timeline.world().hash()));
    let until = watched(lab, |timeline| timeline.now().to_string());
    view! {
        <div data-run-hash=move || hash.get() data-run-until=move || until.get()>
            <Fold title=word!("inspect.run").text() open=false>
                <Lines lines=Signal::derive(move || lines.get().unwrap_or_default()) />
            </Fold>
        </div>
    }
}

fn run_lines(timeline: &Timeline) -> Vec<Line> {
    let (scenario, world) = (timeline.scenario(), timeline.world());
    vec![
        Line::of(word!("inspect.run.scenario"), scenario.name.clone()),
        Line::of(word!("inspect.run.seed"), scenario.seed.to_string()),
        Line::of(word!("inspect.run.until"), timeline.now().to_string()),
        Line::of(word!("inspect.run.events"), world.counts().events.to_string()),
        Line::of(word!("inspect.run.hash"), hexadecimal(world.hash())),
        Line::of(word!("inspect.run.checkpoints"), checkpoints(timeline)),
    ]
}

/// How much memory it takes to go to any moment soon.
fn checkpoints(timeline: &Timeline) -> String {
    let kibibytes = timeline.checkpoint_bytes().div_ceil(1 << 10);
    let size =
        if kibibytes < 1 << 10 { format!("{kibibytes} KiB") } else { format!("{} MiB", kibibytes >> 10) };
    phrase!("inspect.run.checkpoints.figure", n = timeline.checkpoint_count(), size = size).to_string()
}

/// As the headless runner prints a run hash.
fn hexadecimal(hash: u64) -> String {
    format!("{hash:016x}")
}

/// Whether anybody plays a role in the run at hand: a search that is made for it is offered then.
fn has_role(timeline: &Timeline, role: &str) -> bool {
    !timeline.world().network().nodes_with_role(role).is_empty()
}

fn summary_lines(timeline: &Timeline) -> Vec<Line> {
    let world = timeline.world();
    let all = world.network().nodes.len();
    let running = world.network().node_ids().filter(|node| world.is_running(*node)).count();
    let islands = Line::of(word!("inspect.islands"), world.island_count().to_string());
    // Where the scenario reads islands off, they stand among its readings.
    let is_read = world.network().readings.iter().any(|reading| reading.name == "islands");
    let mut lines = vec![
        Line::of(word!("inspect.nodes-running"), phrase!("inspect.of", n = running, all = all).to_string()),
        Line::of(word!("inspect.under-way"), world.packets().count().to_string()),
        Line::of(word!("inspect.lost"), world.counts().lost.to_string()),
    ];
    if !is_read {
        lines.insert(1, islands);
    }
    lines
}
