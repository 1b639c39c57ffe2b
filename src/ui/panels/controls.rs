//! What the scenario at hand lets the watcher change, and what it offers to ask of its nodes.

use leptos::prelude::*;

use crate::scenarios::{self, CATALOGUE};
use crate::sim::command::{Command, Place};
use crate::sim::network::NodeId;
use crate::sim::scenario::{Control, ControlTarget};
use crate::sim::settings::{Kind, Setting, Value};
use crate::sim::timeline::Timeline;
use crate::ui::dynamic::each;
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::signals::RwSignal;
use crate::{phrase, word};

use super::field::Field;
use super::parts::{watched, word_for};
use super::requests::{Offers, offers};

/// The controls of the scenario at hand; all of them together with the requests that it offers.
#[component]
pub fn Controls(
    /// Is called with name and text of a control that only a new run can take.
    on_rebuild: Callback<(String, String)>,
    /// Which controls to show, by name. Without it all are shown, and what can be asked of the nodes below them.
    #[prop(optional)]
    only: Option<Vec<&'static str>>,
) -> impl IntoView {
    let lab = Lab::here();
    let is_whole = only.is_none();
    let shown = watched(lab, move |timeline| {
        let scenario = timeline.scenario();
        let is_wanted =
            |control: &&Control| only.as_ref().is_none_or(|only| only.contains(&control.name.as_str()));
        let wanted = scenario.controls.iter().filter(is_wanted);
        wanted.map(|control| (scenario.name.clone(), control.name.clone())).collect::<Vec<_>>()
    });
    let roles = watched(lab, move |timeline| if is_whole { roles(timeline) } else { Vec::new() });
    // What stays is not made anew, so that a control that rebuilds the scenario keeps the focus.
    view! {
        <section class="panel controls" data-testid="controls" aria-label=word!("control.title").text()>
            <div class="fields">
                {each(
                    move || shown.get().unwrap_or_default(),
                    Clone::clone,
                    move |(_, name)| view! { <OneControl name on_rebuild/> }.into_any(),
                )}
            </div>
            {each(
                move || roles.get().unwrap_or_default(),
                Clone::clone,
                |(_, role, _)| view! { <RoleRequests role/> }.into_any(),
            )}
        </section>
    }
}

/// The roles that are played, with what changes when the panel for one must be made anew: the scenario and the number of
/// players.
fn roles(timeline: &Timeline) -> Vec<(String, &'static str, usize)> {
    let network = timeline.world().network();
    let mut roles: Vec<(String, &'static str, usize)> = Vec::new();
    for node in &network.nodes {
        let role = node.role.name;
        if !roles.iter().any(|(_, known, _)| *known == role) {
            let players = network.nodes_with_role(role).len();
            roles.push((timeline.scenario().name.clone(), role, players));
        }
    }
    roles
}

/// The setting whose values a control takes.
fn setting_of(scenario: &str, control: &Control) -> Option<&'static Setting> {
    match &control.sets {
        Some(target) => target.setting(CATALOGUE).ok(),
        None => {
            let parameters = (scenarios::find(scenario)?.parameters)();
            parameters.iter().find(|setting| setting.name == control.name)
        }
    }
}

/// The places that a control sets something of.
fn places(timeline: &Timeline, target: &ControlTarget) -> Vec<Place> {
    let network = timeline.world().network();
    match target {
        ControlTarget::Role { role, .. } => {
            network.nodes_with_role(role).iter().map(|node| Place::Node(*node)).collect()
        }
        ControlTarget::Links { .. } => network.link_ids().map(Place::Link).collect(),
    }
}

/// What the first place that a control sets is at now.
fn value_now(timeline: &Timeline, control: &Control) -> Option<String> {
    let target = control.sets.as_ref()?;
    let setting = target.setting(CATALOGUE).ok()?;
    match places(timeline, target).first()? {
        Place::Node(node) => {
            let settings = &timeline.world().node(*node).settings;
            let found = settings.iter().find(|(known, _)| known.name == setting.name);
            found.map(|(_, value)| value.to_string())
        }
        Place::Link(link) => {
            let value = timeline.world().direction(link.forward()).base.get(setting.name);
            value.map(|value| value.to_string())
        }
        Place::Direction(_) => None,
    }
}

fn control_named(timeline: &Timeline, name: &str) -> Option<Control> {
    timeline.scenario().controls.iter().find(|control| control.name == name).cloned()
}

#[component]
fn OneControl(name: String, on_rebuild: Callback<(String, String)>) -> impl IntoView {
    let lab = Lab::here();
    let Some(control) = lab.with(|timeline| control_named(timeline, &name)).flatten() else {
        return ().into_any();
    };
    let setting = lab.with(|timeline| setting_of(&timeline.scenario().name, &control)).flatten();
    let kind = setting.map_or(Kind::Text, |setting| setting.kind);
    let now = {
        let name = name.clone();
        watched(lab, move |timeline| {
            let control = control_named(timeline, &name)?;
            Some(value_now(timeline, &control).unwrap_or(control.value))
        })
    };
    let value = Signal::derive(move || now.get().flatten().unwrap_or_default());
    let label = word_for("control", &name);
    let changed = name.clone();
    let set = Callback::new(move |value: Value| match (&control.sets, setting) {
        (Some(target), Some(setting)) => {
            let set = |place| Command::Set { place, setting: setting.name, value: value.clone() };
            let commands = lab.with(|timeline| places(timeline, target).into_iter().map(set).collect());
            lab.dispatch(Action::DoTogether(commands.unwrap_or_default()));
        }
        _ => on_rebuild.run((changed.clone(), value.to_string())),
    });
    view! {
        <div data-control=name>
            <Field label=label kind=kind value=value on_set=set />
        </div>
    }
    .into_any()
}

/// What can be asked of the nodes that play a role.
#[component]
fn RoleRequests(role: &'static str) -> impl IntoView {
    let lab = Lab::here();
    let offers = offers(lab, role);
    let nodes = lab.with(|timeline| {
        let network = timeline.world().network();
        let named = |node: &NodeId| (*node, network.name(*node).to_owned());
        network.nodes_with_role(role).iter().map(named).collect::<Vec<_>>()
    });
    let nodes = nodes.unwrap_or_default();
    let Some((first, first_name)) = nodes.first().cloned() else { return ().into_any() };
    if offers.is_empty() {
        return ().into_any();
    }
    let chosen = RwSignal::new(first);
    let title = match nodes.len() {
        1 => phrase!("inspect.requests", node = first_name).to_string(),
        _ => phrase!("inspect.requests", node = word_for("role", role)).to_string(),
    };
    let is_choice = nodes.len() > 1;
    let option = |(node, name): (NodeId, String)| view! { <option value=node.0.to_string()>{name}</option> };
    let choose = move |event| {
        if let Ok(node) = event_target_value(&event).parse() {
            chosen.set(NodeId(node));
        }
    };
    view! {
        <div class="role-requests">
            <div class="role-head">
                <h2>{title}</h2>
                {is_choice
                    .then(|| view! {
                        <select
                            aria-label=phrase!("control.node", role = word_for("role", role)).to_string()
                            on:change=choose
                        >
                            {nodes.into_iter().map(option).collect_view()}
                        </select>
                    })}
            </div>
            <Offers offers=offers node=chosen />
        </div>
    }
    .into_any()
}
