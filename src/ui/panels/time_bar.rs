//! The time bar: play, steps, undo, speed, the clock, and the slider over the run.

use leptos::prelude::*;

use crate::sim::time::{Duration, Time};
use crate::sim::timeline::Timeline;
use crate::stage::futures::{self, SideTrack};
use crate::stage::ticks::{MARKS_AT_MOST, Mark, MarkKind, Ticks};
use crate::stage::units;
use crate::ui::dynamic::{dynamic, each};
use crate::ui::lab::{Action, Lab, SPEEDS};
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::signals::StoredValue;
use crate::words::Key;
use crate::{phrase, word};

use super::apart::ApartButton;
use super::futures::Branches;
use super::icons::{self, Icon};
use super::jumps::Jumps;
use super::parts::{watched, word_for};

/// How many places the slider's thumb can take.
const STEPS: u64 = 1_000;

/// The time bar.
#[component]
pub fn TimeBar() -> impl IntoView {
    let lab = Lab::here();
    let can = watched(lab, |timeline| (timeline.can_undo(), timeline.can_redo()));
    let at_start = watched(lab, |timeline| timeline.now() == Time::ZERO);
    let can_undo = Signal::derive(move || can.get().is_some_and(|(undo, _)| undo));
    let can_redo = Signal::derive(move || can.get().is_some_and(|(_, redo)| redo));
    let can_step_back = watched(lab, Timeline::can_step_back);
    let can_step_back = Signal::derive(move || can_step_back.get() == Some(true));
    let can_go_back = Signal::derive(move || at_start.get() == Some(false));
    view! {
        <div class="time-bar">
            <div class="time-buttons">
                <IconButton name=word!("time.reset") test="reset" icon=icons::RESET can=can_go_back action=Action::Reset />
                <IconButton
                    name=word!("time.step-back") test="step-back" icon=icons::STEP_BACK can=can_step_back
                    action=Action::StepBack
                />
                <PlayButton />
                <IconButton name=word!("time.step") test="step" icon=icons::STEP action=Action::Step />
                <ApartButton/>
                <SpeedMenu />
            </div>
            <Clock />
            <Slider />
            <div class="time-buttons">
                <Jumps />
                <IconButton name=word!("time.undo") test="undo" icon=icons::UNDO can=can_undo action=Action::Undo />
                <IconButton name=word!("time.redo") test="redo" icon=icons::REDO can=can_redo action=Action::Redo />
                <Branches />
            </div>
        </div>
    }
}

/// A button with an icon. While it can do nothing it says so and keeps the focus.
#[component]
fn IconButton(
    name: Key,
    test: &'static str,
    icon: &'static str,
    #[prop(into, default = Signal::stored(true))] can: Signal<bool>,
    action: Action,
) -> impl IntoView {
    let lab = Lab::here();
    let act = move |_| {
        if can.get_untracked() {
            lab.dispatch(action.clone());
        }
    };
    view! {
        <button
            type="button"
            class="icon-button"
            data-testid=test
            aria-label=name.text()
            title=name.text()
            aria-disabled=move || (!can.get()).then_some("true")
            on:click=act
        >
            <Icon path=icon />
        </button>
    }
}

#[component]
fn PlayButton() -> impl IntoView {
    let lab = Lab::here();
    let name = move || if lab.playing.get() { word!("time.pause") } else { word!("time.play") }.text();
    let icon = Signal::derive(move || if lab.playing.get() { icons::PAUSE } else { icons::PLAY });
    view! {
        <button
            type="button"
            class="play-button"
            data-testid="play"
            aria-label=name
            title=name
            on:click=move |_| lab.dispatch(Action::TogglePlay)
        >
            <Icon path=icon />
        </button>
    }
}

#[component]
fn SpeedMenu() -> impl IntoView {
    let lab = Lab::here();
    let option = move |power: i32| {
        view! {
            <option value=power.to_string() prop:selected=move || lab.speed.get() == power>{speed_text(power)}</option>
        }
    };
    let choose = move |event| {
        if let Ok(power) = event_target_value(&event).parse() {
            lab.dispatch(Action::Speed(power));
        }
    };
    view! {
        <select
            class="speed"
            data-testid="speed"
            aria-label=word!("time.speed").text()
            title=word!("time.speed").text()
            on:change=choose
        >
            {SPEEDS.map(option).collect_view()}
        </select>
    }
}

fn speed_text(power: i32) -> String {
    let times = 1u32 << power.unsigned_abs();
    if power < 0 { format!("1/{times}×") } else { format!("{times}×") }
}

/// The moment, and below it how fast time passes or what the run paused on.
#[component]
fn Clock() -> impl IntoView {
    let lab = Lab::here();
    let text = Memo::new(move |_| {
        lab.glance.track();
        lab.with(|timeline| units::clock(timeline.now(), timeline.world().network().pace))
    });
    let pace = watched(lab, |timeline| timeline.world().network().pace);
    let is_paused_on = move || lab.paused_on.get().is_some() || lab.stopped_on.get().is_some();
    let below = move || match (lab.paused_on.get(), lab.stopped_on.get()) {
        (None, None) if lab.apart.get() => word!("next.stands-still").text().to_owned(),
        (None, Some(what)) => phrase!("time.paused-on", what = what).to_string(),
        (Some(moment), _) => phrase!("time.paused-on", what = word_for("goal", moment)).to_string(),
        (None, None) => {
            let length = at_speed(pace.get().unwrap_or_default(), lab.speed.get());
            phrase!("time.pace", length = units::amount(length)).to_string()
        }
    };
    view! {
        <div class="clock-box">
            <span class="clock" data-testid="clock">{move || text.get().unwrap_or_else(|| "–".to_owned())}</span>
            <span class="pace" class:paused-on=is_paused_on data-testid="pace">{below}</span>
        </div>
    }
}

fn at_speed(pace: Duration, power: i32) -> Duration {
    let micros = pace.as_micros();
    let times = 1u64 << power.unsigned_abs();
    Duration::micros(if power < 0 { micros / times } else { micros.saturating_mul(times) })
}

/// What the slider shows.
#[derive(Clone, PartialEq, Default)]
struct Rail {
    ticks: Vec<Mark>,
    tracks: Vec<SideTrack>,
    span: Duration,
    reach: Time,
    now: Time,
    pace: Duration,
}

impl Rail {
    fn of(ticks: &Ticks, timeline: &Timeline) -> Rail {
        Rail {
            ticks: ticks.marks(),
            tracks: futures::tracks(timeline, ticks),
            span: ticks.span(),
            reach: ticks.reach(),
            now: timeline.now(),
            pace: timeline.world().network().pace,
        }
    }

    /// Where on it the run is, for the ear.
    fn value_text(&self) -> String {
        let (moment, reach) = (units::clock(self.now, self.pace), units::clock(self.reach, self.pace));
        phrase!("time.slider.value", moment = moment, reach = reach).to_string()
    }
}

#[component]
fn Slider() -> impl IntoView {
    let lab = Lab::here();
    let ticks = StoredValue::new((0, Ticks::default()));
    let track = Memo::new(move |_| {
        let opened = lab.opened.get();
        lab.state.track();
        let look = |timeline: &Timeline| {
            ticks.try_update_value(|(of, ticks)| {
                if *of != opened {
                    (*of, *ticks) = (opened, Ticks::default());
                }
                ticks.look(timeline);
                Rail::of(ticks, timeline)
            })
        };
        lab.with(look).flatten().unwrap_or_default()
    });
    let at = Memo::new(move |_| {
        lab.glance.track();
        let span = track.with(|track| track.span).as_micros().max(1);
        let now = lab.with(|timeline| timeline.now().as_micros()).unwrap_or_default();
        // The nearest place, or keys that go on by one place would not.
        ((u128::from(now.min(span)) * u128::from(STEPS) + u128::from(span / 2)) / u128::from(span)) as u64
    });
    let scrub = move |event: leptos::ev::Event| {
        let Ok(step) = event_target_value(&event).parse() else { return };
        if let Some(to) = ticks.try_with_value(|(_, ticks)| ticks.moment_at(step, STEPS)) {
            lab.dispatch(Action::Seek(to));
        }
        // Beyond what was simulated the thumb goes back to where the run is.
        event_target::<web_sys::HtmlInputElement>(&event).set_value(&at.get_untracked().to_string());
    };
    let tracks = Memo::new(move |_| track.with(|track| track.tracks.clone()));
    let value_text = move || track.with(Rail::value_text);
    let share = move |part: f64| units::fixed(part * 100.0, 2) + "%";
    let reached = move || {
        track.with(|track| share(track.reach.as_micros() as f64 / track.span.as_micros().max(1) as f64))
    };
    view! {
        <div class="time-track">
            <div class="time-rail" aria-hidden="true">
                {dynamic(move || tracks.with(|tracks| tracks.iter().map(other).collect_view().into_any()))}
                <span class="rail-reach" style:width=reached></span>
                <span class="rail-past" style:width=move || share(at.get() as f64 / STEPS as f64)></span>
                {each(move || track.with(|track| track.ticks.clone()), |mark| *mark, tick)}
            </div>
            <input
                type="range"
                data-testid="timeline"
                min="0"
                max=STEPS.to_string()
                step="1"
                aria-label=word!("time.slider").text()
                aria-valuetext=value_text
                prop:value=move || at.get().to_string()
                on:input=scrub
            />
        </div>
    }
}

/// Another future: a faint line that leaves the slider where it parts.
fn other(track: &SideTrack) -> AnyView {
    let percent = |part: f64| units::fixed(part * 100.0, 2) + "%";
    let (from, to) = (percent(track.from), percent(track.to - track.from));
    view! {
        <span class="other-track" data-track=track.index.to_string() data-lane=track.lane.to_string() style:left=from style:width=to></span>
    }
}

fn tick(mark: Mark) -> AnyView {
    view! { <span class=mark_class(mark.kind) style:left=mark_left(mark.place)></span> }.into_any()
}

fn mark_class(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Loss => "mark loss",
        MarkKind::Note => "mark note",
        MarkKind::Reached => "mark reached",
        MarkKind::Command => "mark command",
        MarkKind::Broken => "mark broken",
    }
}

fn mark_left(place: usize) -> String {
    units::fixed((place as f64 + 0.5) * 100.0 / MARKS_AT_MOST as f64, 2) + "%"
}
