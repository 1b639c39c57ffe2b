//! The space-time diagram: lanes and messages on two canvases, and for keys and screen readers a list of the same events in the
//! words of the log. What is drawn, and all there is to know of causes, is [`crate::stage::diagram`].

mod board;
mod list;

use std::cell::RefCell;
use std::rc::Rc;

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::stage::diagram::walk::Way;
use crate::stage::geometry::{between, point};
use crate::stage::log::thing;
use crate::ui::dynamic::effect;
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::share::{Pictures, Shown};
use crate::ui::signals::{RwSignal, StoredValue};
use crate::ui::stage::gestures::{Gesture, Gestures};
use crate::ui::stage::watch;
use crate::words::Key;
use crate::{phrase, word};

use board::{Board, Elements, Meant};
use list::Events;

/// How much a key and a button zoom.
const ZOOM_STEP: f64 = 1.5;
/// From how far away an event is meant, in pixels, by a mouse and by a finger.
const REACH: f64 = 9.0;
const TOUCH_REACH: f64 = 20.0;

/// The diagram with all that belongs to it. It is in the rest of the module.
#[inline(never)]
pub fn panel() -> AnyView {
    view! { <Diagram/> }
}

/// The diagram of the run at hand, with its buttons.
#[component]
fn Diagram() -> impl IntoView {
    let (hands, pictures) = (Hands::new(Lab::here()), Pictures::here());
    let (root, still, moving) = (NodeRef::<Div>::new(), NodeRef::<Canvas>::new(), NodeRef::<Canvas>::new());
    effect(move || {
        let (Some(root), Some(still), Some(moving)) = (root.get(), still.get(), moving.get()) else { return };
        hands.begin(Elements { root: root.into(), still, moving });
        pictures.offer(Shown::Diagram, ".diagram-plot > .stage-sheet", move |title| {
            hands.board.try_get_value()?.try_borrow().ok()?.as_ref().map(|board| board.svg(title))
        });
    });
    on_cleanup(move || pictures.take_back(Shown::Diagram));
    view! {
        <div class="diagram" data-testid="diagram">
            <div class="bottom-tools diagram-tools">
                <p class="diagram-told" aria-hidden="true" data-testid="diagram-told">{move || hands.told.get()}</p>
                <Tools hands/>
            </div>
            <div
                class="diagram-plot"
                class:over-event=move || hands.hovered.get().is_some()
                role="listbox"
                tabindex="0"
                aria-label=word!("diagram.events").text()
                aria-describedby="diagram-help"
                aria-activedescendant=move || hands.current.get().map(list::option_id)
                node_ref=root
                on:pointerdown=move |event| hands.on_pointer_down(&event)
                on:pointermove=move |event| hands.on_pointer_move(&event)
                on:pointerup=move |event| hands.gestures().up(&event)
                on:pointercancel=move |event| hands.gestures().up(&event)
                on:pointerleave=move |_| hands.hovered.set(None)
                on:click=move |event| hands.on_click(&event)
                on:wheel=move |event| hands.on_wheel(&event)
                on:focus=move |_| hands.focused.set(true)
                on:blur=move |_| hands.focused.set(false)
                on:keydown=move |event| hands.on_key(&event)
            >
                <canvas class="stage-sheet" aria-hidden="true" node_ref=still></canvas>
                <canvas class="stage-sheet" aria-hidden="true" node_ref=moving></canvas>
                <Events current=hands.current future=hands.future/>
            </div>
            <p id="diagram-help" class="stage-help">{word!("diagram.help").text()}</p>
        </div>
    }
}

#[component]
fn Tools(hands: Hands) -> impl IntoView {
    let button = |name: Key, test: &'static str, sign: &'static str, act: fn(Hands)| {
        view! {
            <button
                type="button"
                class="icon-button"
                data-testid=test
                aria-label=name.text()
                title=name.text()
                on:click=move |_| act(hands)
            >
                {sign}
            </button>
        }
    };
    view! {
        <button
            type="button"
            class="quiet diagram-follow"
            data-testid="diagram-follow"
            aria-pressed=move || hands.following.get().to_string()
            on:click=move |_| hands.follow(!hands.following.get_untracked())
        >
            {word!("diagram.follow").text()}
        </button>
        {button(word!("diagram.zoom-in"), "diagram-zoom-in", "+", |hands| hands.zoom(None, ZOOM_STEP))}
        {button(word!("diagram.zoom-out"), "diagram-zoom-out", "−", |hands| hands.zoom(None, 1.0 / ZOOM_STEP))}
        {button(word!("diagram.zoom-fit"), "diagram-zoom-fit", "⤢", |hands| hands.change(Board::show_all))}
    }
}

/// The watcher's hands on the diagram: a handle that event handlers share.
#[derive(Clone, Copy)]
struct Hands {
    lab: Lab,
    board: StoredValue<Rc<RefCell<Option<Board>>>>,
    gestures: StoredValue<Gestures>,
    watch: StoredValue<Option<watch::Watch>>,
    /// The event under the pointer.
    hovered: RwSignal<Option<u32>>,
    /// The event that keys start from.
    current: RwSignal<Option<u32>>,
    /// Whether keys go to the diagram.
    focused: RwSignal<bool>,
    /// Whether the present is kept in sight.
    following: RwSignal<bool>,
    /// Counts how often another future has begun.
    future: RwSignal<u32>,
    /// What is said of the event that is pointed at.
    told: RwSignal<String>,
}

impl Hands {
    fn new(lab: Lab) -> Hands {
        Hands {
            lab,
            board: StoredValue::new(Rc::default()),
            gestures: StoredValue::new(Gestures::default()),
            watch: StoredValue::new(None),
            hovered: RwSignal::new(None),
            current: RwSignal::new(None),
            focused: RwSignal::new(false),
            following: RwSignal::new(true),
            future: RwSignal::new(0),
            told: RwSignal::new(String::new()),
        }
    }

    /// Takes the elements, and draws from now on whenever there is something new.
    fn begin(self, elements: Elements) {
        let root = elements.root.clone();
        let Some(board) = Board::new(self.lab, elements) else { return };
        self.board.with_value(|held| *held.borrow_mut() = Some(board));
        let refit = move || {
            self.with(Board::refit);
            self.draw();
        };
        self.watch.set_value(watch::Watch::new(&root, refit));
        let lab = self.lab;
        effect(move || {
            lab.opened.track();
            self.with(|board| {
                board.open();
                board.refit();
                board.following = true;
            });
            self.forget();
            self.following.set(true);
            self.draw();
        });
        effect(move || {
            lab.moment.track();
            self.current.track();
            self.focused.track();
            self.hovered.track();
            lab.selected.track();
            self.draw();
        });
        effect(move || {
            lab.state.track();
            self.tell();
        });
    }

    /// Does something with the board, if it is there and nobody else holds it.
    fn with<T>(self, with: impl FnOnce(&mut Board) -> T) -> Option<T> {
        let board = self.board.try_get_value()?;
        let mut board = board.try_borrow_mut().ok()?;
        board.as_mut().map(with)
    }

    fn gestures(self) -> Gestures {
        self.gestures.try_get_value().unwrap_or_default()
    }

    fn draw(self) {
        if self.with(Board::look) == Some(true) {
            self.forget();
            self.future.update(|count| *count += 1);
        }
        let (pointed, selected) = (self.pointed(), self.lab.selected.get_untracked());
        let playing = self.lab.playing.get_untracked();
        self.with(|board| board.draw(pointed, selected, playing));
        self.tell();
    }

    /// Points at nothing: what was pointed at belongs to another run or to another future.
    fn forget(self) {
        for signal in [self.hovered, self.current] {
            if signal.get_untracked().is_some() {
                signal.set(None);
            }
        }
    }

    /// The event whose causes are shown: the one under the pointer, else the one that keys are at.
    fn pointed(self) -> Option<u32> {
        let current = || self.current.get_untracked().filter(|_| self.focused.get_untracked());
        self.hovered.get_untracked().or_else(current)
    }

    /// Says what the event is that is pointed at, and tells the list what there is.
    fn tell(self) {
        let told = self.pointed().map(|event| self.sentence(event)).unwrap_or_default();
        if self.told.with_untracked(|shown| *shown != told) {
            self.told.set(told);
        }
    }

    fn sentence(self, event: u32) -> String {
        let what = self.lab.with(|timeline| list::sentence(timeline, event)).flatten().unwrap_or_default();
        match self.with(|board| board.counts()).flatten() {
            Some((before, after)) => {
                let counts =
                    phrase!("diagram.causes", before = before.to_string(), after = after.to_string());
                format!("{what} · {counts}")
            }
            None => what,
        }
    }

    /// Changes the view, and draws it.
    fn change(self, change: impl FnOnce(&mut Board)) {
        self.with(change);
        let following = self.with(|board| board.following).unwrap_or(true);
        if self.following.get_untracked() != following {
            self.following.set(following);
        }
        self.draw();
    }

    fn zoom(self, held: Option<f64>, factor: f64) {
        self.change(|board| board.zoom(held, factor));
    }

    fn follow(self, follow: bool) {
        self.change(|board| board.following = follow);
    }

    fn on_pointer_down(self, event: &PointerEvent) {
        let Some(at) = self.with(|board| board.in_pane(event.client_x(), event.client_y())) else { return };
        self.gestures().down(event, at, None, |_| {});
    }

    fn on_pointer_move(self, event: &PointerEvent) {
        let Some(at) = self.with(|board| board.in_pane(event.client_x(), event.client_y())) else { return };
        let (gesture, begins) = self.gestures().moved(event, at);
        if begins
            && let Some(root) =
                event.current_target().and_then(|root| root.dyn_into::<web_sys::Element>().ok())
        {
            let _ = root.set_pointer_capture(event.pointer_id());
        }
        match gesture {
            Some(Gesture::Pan(by)) => self.change(|board| board.pan(by)),
            Some(Gesture::Pinch(middle, factor, by)) => self.change(|board| {
                board.zoom(Some(middle.x), factor);
                board.pan(by);
            }),
            Some(Gesture::Hover(at)) => {
                let meant = self.with(|board| board.meant(at, REACH));
                let hovered = if let Some(Meant::Event(event)) = meant { Some(event) } else { None };
                if self.hovered.get_untracked() != hovered {
                    self.hovered.set(hovered);
                }
            }
            Some(Gesture::Put(..)) | None => {}
        }
    }

    fn on_click(self, event: &MouseEvent) {
        if let Some(record) = list::record_of(event.target()) {
            return self.go_to(record);
        }
        if !self.gestures().is_click() {
            return;
        }
        let is_touch = event.dyn_ref::<PointerEvent>().is_some_and(|event| event.pointer_type() == "touch");
        let reach = if is_touch { TOUCH_REACH } else { REACH };
        let at = self.with(|board| board.in_pane(event.client_x(), event.client_y()));
        match at.and_then(|at| self.with(|board| board.meant(at, reach))) {
            Some(Meant::Event(record)) => self.go_to(record),
            Some(Meant::Name(node)) => {
                self.lab.dispatch(Action::Select(Some(crate::stage::Thing::Node(node))));
            }
            Some(Meant::Moment(moment)) => self.lab.dispatch(Action::Seek(moment)),
            Some(Meant::Ground) | None => self.current.set(None),
        }
    }

    /// Goes to right after an event, and selects what it is about.
    fn go_to(self, record: u32) {
        self.current.set(Some(record));
        let event =
            self.lab.with(|timeline| timeline.trace().records().get(record as usize).map(|r| r.event));
        self.lab.dispatch(Action::GoToRecord(record as usize));
        if let Some(thing) = event.flatten().and_then(thing) {
            self.lab.dispatch(Action::Select(Some(thing)));
        }
    }

    fn on_wheel(self, event: &WheelEvent) {
        event.prevent_default();
        // Lines and pages, as some mice count, are some 16 and 400 pixels.
        let unit = [1.0, 16.0, 400.0][(event.delta_mode() as usize).min(2)];
        let (across, down) = (event.delta_x() * unit, event.delta_y() * unit);
        let across = if event.shift_key() && across == 0.0 { down } else { across };
        if event.shift_key() || across.abs() > down.abs() {
            return self.change(|board| board.pan(point(-across, 0.0)));
        }
        let factor = libm::exp(between(-down * 0.0015, -0.7, 0.7));
        self.change(|board| {
            let at = board.in_pane(event.client_x(), event.client_y());
            board.zoom(Some(at.x), factor);
        });
    }

    fn on_key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        let way = match (key.as_str(), event.shift_key()) {
            ("ArrowLeft", false) => Some(Way::Earlier),
            ("ArrowRight", false) => Some(Way::Later),
            ("ArrowLeft", true) => Some(Way::Back),
            ("ArrowRight", true) => Some(Way::Along),
            ("ArrowUp", _) => Some(Way::Up),
            ("ArrowDown", _) => Some(Way::Down),
            ("Home", _) => Some(Way::First),
            ("End", _) => Some(Way::Last),
            _ => None,
        };
        let current = self.current.get_untracked();
        match (way, key.as_str(), current) {
            (Some(way), ..) => self.walk(way),
            (None, "Enter", Some(current)) => self.go_to(current),
            (None, "Escape", Some(_)) => self.current.set(None),
            (None, "PageUp", _) => self.change(|board| board.turn_page(false)),
            (None, "PageDown", _) => self.change(|board| board.turn_page(true)),
            (None, "+" | "=", _) => self.zoom(None, ZOOM_STEP),
            (None, "-", _) => self.zoom(None, 1.0 / ZOOM_STEP),
            (None, "0", _) => self.change(Board::show_all),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    fn walk(self, way: Way) {
        let from = self.current.get_untracked();
        let Some(next) = self.with(|board| board.walk(from, way)).flatten() else { return };
        self.with(|board| board.reveal(next));
        self.current.set(Some(next));
    }
}
