//! What must be true of the network, as live badges; each opens to say what it means and where it broke.

use leptos::prelude::*;

use crate::sim::property::{PropertyKind, Standing};
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;
use crate::stage::breakpoints::Breakpoint;
use crate::stage::units;
use crate::ui::dynamic::{dynamic, each, shown};
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::signals::RwSignal;
use crate::{phrase, word};

use super::breaks::BreakButton;
use super::parts::{unique_id, watched};

/// A property and where it stands.
#[derive(Clone, PartialEq)]
struct Badge {
    name: &'static str,
    title: &'static str,
    kind: PropertyKind,
    standing: Standing,
    moment: String,
}

impl Badge {
    fn all(timeline: &Timeline) -> Vec<Badge> {
        let world = timeline.world();
        let network = world.network();
        let badge = |(property, standing): (&&'static crate::sim::property::Property, &Standing)| Badge {
            name: property.name,
            title: property.title.text(),
            kind: property.kind,
            standing: standing.clone(),
            moment: moment_of(standing).map(|at| units::clock(at, network.pace)).unwrap_or_default(),
        };
        network.properties.iter().zip(world.standings()).map(badge).collect()
    }

    fn class(&self) -> &'static str {
        match self.standing {
            Standing::Holding => "holding",
            Standing::Broken { .. } => "broken",
            Standing::Waiting { .. } => "waiting",
            Standing::Reached { .. } => "reached",
        }
    }

    fn sign(&self) -> &'static str {
        match self.standing {
            Standing::Holding | Standing::Reached { .. } => "✓",
            Standing::Broken { .. } => "✕",
            Standing::Waiting { .. } => "…",
        }
    }

    fn state(&self) -> String {
        match self.standing {
            Standing::Holding => word!("badge.holding").text().to_owned(),
            Standing::Broken { .. } => phrase!("badge.broken", moment = &self.moment).to_string(),
            Standing::Waiting { .. } => word!("badge.waiting").text().to_owned(),
            Standing::Reached { .. } => phrase!("badge.reached", moment = &self.moment).to_string(),
        }
    }

    fn why(&self) -> Option<String> {
        let why = match &self.standing {
            Standing::Broken { why, .. } => why,
            Standing::Waiting { why } => why.as_ref()?,
            Standing::Holding | Standing::Reached { .. } => return None,
        };
        Some(phrase!("badge.why", why = why).to_string())
    }

    fn meaning(&self) -> &'static str {
        match self.kind {
            PropertyKind::Always => word!("badge.always"),
            PropertyKind::Eventually => word!("badge.eventually"),
            PropertyKind::Sometimes => word!("badge.sometimes"),
        }
        .text()
    }
}

fn moment_of(standing: &Standing) -> Option<Time> {
    match standing {
        Standing::Broken { at, .. } | Standing::Reached { at } => Some(*at),
        Standing::Holding | Standing::Waiting { .. } => None,
    }
}

/// The badges.
#[component]
pub fn Badges() -> impl IntoView {
    let lab = Lab::here();
    let badges = watched(lab, Badge::all);
    let names = Memo::new(move |_| {
        let opened = lab.opened.get();
        let names = |badges: &Vec<Badge>| badges.iter().map(|badge| (opened, badge.name)).collect::<Vec<_>>();
        badges.with(|badges| badges.as_ref().map(names)).unwrap_or_default()
    });
    let open = RwSignal::new(None::<&'static str>);
    view! {
        <div class="badges" data-testid="badges" role="group" aria-label=word!("badge.title").text()>
            {each(move || names.get(), |name| *name, move |(_, name)| view! { <OneBadge badges name open/> }.into_any())}
        </div>
    }
}

#[component]
fn OneBadge(
    badges: Memo<Option<Vec<Badge>>>,
    name: &'static str,
    open: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let badge = Memo::new(move |_| {
        let mine = |badges: &Vec<Badge>| badges.iter().find(|badge| badge.name == name).cloned();
        badges.with(|badges| badges.as_ref().and_then(mine))
    });
    let text =
        move |read: fn(&Badge) -> String| badge.with(|badge| badge.as_ref().map(read)).unwrap_or_default();
    let is_open = Memo::new(move |_| open.get() == Some(name));
    let toggle = move |_| open.update(|open| *open = if *open == Some(name) { None } else { Some(name) });
    let escape = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && is_open.get_untracked() {
            event.stop_propagation();
            open.set(None);
        }
    };
    // Where there is no moment to tell, the sign says it all to the eye.
    let is_plain = move || badge.with(|badge| badge.as_ref().is_none_or(|badge| badge.moment.is_empty()));
    let id = unique_id("badge");
    let controls = id.clone();
    view! {
        <div class="badge-place" on:keydown=escape>
            <button
                type="button"
                class=move || format!("badge {}", text(|badge| badge.class().to_owned()))
                data-property=name
                data-standing=move || text(|badge| badge.class().to_owned())
                aria-expanded=move || is_open.get().to_string()
                aria-controls=controls
                on:click=toggle
            >
                <span class="sign" aria-hidden="true">{move || text(|badge| badge.sign().to_owned())}</span>
                <span>{move || text(|badge| badge.title.to_owned())}</span>
                <span class="badge-state" class:for-ears=is_plain>{move || text(Badge::state)}</span>
            </button>
            <div class="badge-note" id=id hidden=move || !is_open.get()>
                <Explanation badge=badge open=open />
                <BreakButton breakpoint=Memo::new(move |_| Some(Breakpoint::Property(name.to_owned()))) />
            </div>
        </div>
    }
}

#[component]
fn Explanation(badge: Memo<Option<Badge>>, open: RwSignal<Option<&'static str>>) -> impl IntoView {
    let lab = Lab::here();
    let text = move |read: fn(&Badge) -> Option<String>| badge.with(|badge| badge.as_ref().and_then(read));
    let at = move || badge.with(|badge| moment_of(&badge.as_ref()?.standing));
    let go = move |_| {
        if let Some(at) = at() {
            lab.dispatch(Action::Seek(at));
            open.set(None);
        }
    };
    let button = move || {
        view! { <button type="button" class="button action" on:click=go>{word!("badge.go").text()}</button> }
            .into_any()
    };
    view! {
        <p>{move || text(|badge| Some(badge.meaning().to_owned()))}</p>
        {dynamic(move || text(Badge::why).map(|why| view! { <p class="why">{why}</p> }).into_any())}
        {shown(move || at().is_some(), button)}
    }
}
