//! The stage: the network as a picture that one can break.
//!
//! [`board`] holds the picture and its view, [`painter`] puts it on two canvases, [`overlay`] lays a real control over every node
//! and link, [`gestures`] tells a click from a drag, and [`menu`] offers all that can be done to a thing. The picture itself, and
//! all there is to know of shapes, is [`crate::stage`].

mod board;
pub(super) mod gestures;
mod menu;
mod menu_place;
mod open;
mod overlay;
pub(super) mod painter;
pub(super) mod watch;

use std::cell::RefCell;
use std::rc::Rc;

use leptos::ev::{FocusEvent, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::lessons::prose::Tool;
use crate::stage::Thing;
use crate::stage::deeds;
use crate::stage::geometry::{Point, between, point};
use crate::stage::keys::Arrow;
use crate::ui::dynamic::effect;
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::share::{Pictures, Shown};
use crate::ui::signals::{RwSignal, StoredValue};
use crate::word;

use board::{Board, Elements};
use gestures::{Gesture, Gestures};
use menu_place::Menu;
use open::Open;
use overlay::thing_of;

/// How far a key moves a node, in pixels.
const NUDGE: f64 = 16.0;
/// How much a key zooms.
const ZOOM_STEP: f64 = 1.3;

/// The stage of the run at hand.
#[component]
pub fn Stage() -> impl IntoView {
    let (hands, pictures) = (Hands::new(Lab::here()), Pictures::here());
    let (root, still, moving, things) =
        (NodeRef::<Div>::new(), NodeRef::<Canvas>::new(), NodeRef::<Canvas>::new(), NodeRef::<Div>::new());
    effect(move || {
        let (Some(root), Some(still), Some(moving), Some(things)) =
            (root.get(), still.get(), moving.get(), things.get())
        else {
            return;
        };
        hands.begin(Elements { root: root.into(), still, moving, things: things.into() });
        pictures.offer(Shown::Stage, ".stage > .stage-sheet", move |title| {
            hands.with(|board| board.svg(title)).flatten()
        });
    });
    on_cleanup(move || pictures.take_back(Shown::Stage));
    let zoom = move |factor: f64| {
        move |_| {
            hands.with(|board| board.zoom(None, factor));
        }
    };
    let fit = move |_| {
        hands.with(Board::fit);
    };
    view! {
        <div class="stage" node_ref=root
            on:pointerdown=move |event| hands.on_pointer_down(&event)
            on:pointermove=move |event| hands.on_pointer_move(&event)
            on:pointerup=move |event| hands.gestures().up(&event)
            on:pointercancel=move |event| hands.gestures().up(&event)
            on:pointerleave=move |_| hands.hovered.set(None)
            on:click=move |event| hands.on_click(&event)
            on:contextmenu=move |event| hands.on_context_menu(&event)
            on:wheel=move |event| hands.on_wheel(&event)>
            <canvas class="stage-sheet" aria-hidden="true" node_ref=still></canvas>
            <canvas class="stage-sheet" aria-hidden="true" node_ref=moving></canvas>
            <p id="stage-help" class="stage-help">{word!("stage.help").text()}</p>
            <div class="stage-things" role="group" node_ref=things
                aria-label=word!("stage.things").text() aria-describedby="stage-help"
                on:focusin=move |event| hands.on_focus(&event)
                on:focusout=move |_| hands.clicked.set_value(false)
                on:keydown=move |event| hands.on_key(&event)
                on:keyup=move |event| hands.on_key_up(&event)></div>
            <div class="stage-zoom">
                <button type="button" aria-label=word!("stage.zoom-in").text() on:click=zoom(ZOOM_STEP)>"+"</button>
                <button type="button" aria-label=word!("stage.zoom-out").text() on:click=zoom(1.0 / ZOOM_STEP)>"−"</button>
                <button type="button" aria-label=word!("stage.zoom-fit").text() on:click=fit>"⤢"</button>
            </div>
            <Menu open=hands.open on_close=Callback::new(move |thing| hands.focus(thing))/>
        </div>
    }
}

/// The watcher's hands on the stage: a handle that event handlers share.
#[derive(Clone, Copy)]
struct Hands {
    lab: Lab,
    board: StoredValue<Rc<RefCell<Option<Board>>>>,
    gestures: StoredValue<Gestures>,
    watch: StoredValue<Option<watch::Watch>>,
    hovered: RwSignal<Option<Thing>>,
    open: RwSignal<Option<Open>>,
    /// Whether the control that has the focus got it by a click.
    clicked: StoredValue<bool>,
    /// Whether a frame is asked for, to draw what moves by itself.
    asked: StoredValue<bool>,
}

impl Hands {
    fn new(lab: Lab) -> Hands {
        Hands {
            lab,
            board: StoredValue::new(Rc::default()),
            gestures: StoredValue::new(Gestures::default()),
            watch: StoredValue::new(None),
            hovered: RwSignal::new(None),
            open: RwSignal::new(None),
            clicked: StoredValue::new(false),
            asked: StoredValue::new(false),
        }
    }

    /// Takes the elements, and draws from now on whenever there is something new.
    fn begin(self, elements: Elements) {
        let root = elements.root.clone();
        let Some(board) = Board::new(self.lab, elements) else { return };
        self.board.with_value(|held| *held.borrow_mut() = Some(board));
        self.with(Board::refit);
        let refit = move || {
            self.with(|board| {
                board.refit();
                board.draw();
            });
        };
        self.watch.set_value(watch::Watch::new(&root, refit));
        let lab = self.lab;
        effect(move || {
            lab.opened.track();
            self.with(|board| {
                board.open();
                board.refit();
                board.draw();
            });
        });
        effect(move || {
            lab.moment.track();
            let (selected, hovered) = (lab.selected.get(), self.hovered.get().or(lab.pointed.get()));
            self.with(|board| board.point_out(selected, hovered));
            self.draw();
        });
        effect(move || {
            lab.state.track();
            self.with(Board::tell);
        });
    }

    /// Draws, and goes on drawing while something moves by itself.
    fn draw(self) {
        let is_moving = self.with(|board| {
            board.draw();
            board.is_moving()
        });
        if is_moving == Some(true) && self.asked.try_get_value() == Some(false) {
            self.asked.set_value(true);
            request_animation_frame(move || {
                self.asked.set_value(false);
                self.draw();
            });
        }
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

    fn on_pointer_down(self, event: &PointerEvent) {
        if is_furniture(event.target()) {
            return;
        }
        let Some(at) = self.with(|board| board.in_pane(event.client_x(), event.client_y())) else { return };
        let thing = thing_of(event.target());
        self.gestures().down(event, at, thing, move |thing| self.open_menu(thing, Some(at)));
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
            Some(Gesture::Put(node, at)) => self.with(|board| board.put(node, at)),
            Some(Gesture::Pan(by)) => self.with(|board| board.pan(by)),
            Some(Gesture::Pinch(middle, factor, by)) => self.with(|board| {
                board.zoom(Some(middle), factor);
                board.pan(by);
            }),
            Some(Gesture::Hover(at)) => {
                self.hover(event, at);
                None
            }
            None => None,
        };
    }

    fn hover(self, event: &PointerEvent, at: Point) {
        let meant = if is_furniture(event.target()) { None } else { self.meant(event.target(), at) };
        if self.hovered.get_untracked() != meant {
            self.hovered.set(meant);
        }
    }

    /// What a pointer means here: with the looking tool a message before the link it travels on.
    fn meant(self, target: Option<web_sys::EventTarget>, at: Point) -> Option<Thing> {
        let control = thing_of(target);
        let looking = self.lab.tool.get_untracked() == Tool::Look;
        if control.is_some() && !(looking && matches!(control, Some(Thing::Link(_)))) {
            return control;
        }
        if control.is_none() {
            return self.with(|board| board.thing_at(at)).flatten();
        }
        let packet = self.with(|board| board.packet_at(at)).flatten();
        packet.map(Thing::Packet).or(control)
    }

    fn on_click(self, event: &MouseEvent) {
        if is_furniture(event.target()) {
            return;
        }
        // A click by key has no place, and no drag before it.
        let by_key = event.detail() == 0;
        if !self.gestures().is_click() && !by_key {
            return event.prevent_default();
        }
        self.clicked.set_value(!by_key);
        let at = self.with(|board| board.in_pane(event.client_x(), event.client_y()));
        let meant = match at {
            Some(at) if !by_key => self.meant(event.target(), at),
            _ => thing_of(event.target()),
        };
        match (meant, self.lab.tool.get_untracked()) {
            (Some(thing @ Thing::Packet(_)), _) | (Some(thing), Tool::Look) => {
                self.lab.dispatch(Action::Select(Some(thing)));
            }
            (Some(thing), Tool::Break) => self.break_or_mend(thing),
            (None, _) => self.lab.dispatch(Action::Select(None)),
        }
    }

    fn break_or_mend(self, thing: Thing) {
        let command = self.lab.with(|timeline| deeds::click(timeline.world(), thing)).flatten();
        if let Some(command) = command {
            self.lab.dispatch(Action::Do(command));
        }
    }

    fn on_context_menu(self, event: &MouseEvent) {
        if is_furniture(event.target()) {
            return;
        }
        event.prevent_default();
        // The menu key says the same twice: as a key and as this.
        if let Some(thing) = thing_of(event.target())
            && self.open.get_untracked().is_none_or(|open| open.thing != thing)
        {
            let at = self.with(|board| board.in_pane(event.client_x(), event.client_y()));
            self.open_menu(thing, at.filter(|_| event.button() == 2));
        }
    }

    /// Opens the menu of a thing at a point of the pane, or where the thing is.
    fn open_menu(self, thing: Thing, at: Option<Point>) {
        let open = self.with(|board| {
            let pane = board.pane();
            let at = at.or_else(|| board.place_of(thing)).unwrap_or(pane * 0.5);
            Open { thing, at, pane }
        });
        self.hovered.set(Some(thing));
        self.open.set(open);
    }

    fn on_wheel(self, event: &WheelEvent) {
        if is_furniture(event.target()) {
            return;
        }
        event.prevent_default();
        // Lines and pages, as some mice count, are some 16 and 400 pixels.
        let unit = [1.0, 16.0, 400.0][(event.delta_mode() as usize).min(2)];
        let factor = libm::exp(between(-event.delta_y() * unit * 0.0015, -0.7, 0.7));
        self.with(|board| {
            let at = board.in_pane(event.client_x(), event.client_y());
            board.zoom(Some(at), factor);
        });
    }

    fn on_focus(self, event: &FocusEvent) {
        if let Some(thing) = thing_of(event.target()) {
            self.with(|board| board.focused(thing));
        }
    }

    /// Gives a thing's control the focus.
    fn focus(self, thing: Thing) {
        self.with(|board| board.focus(thing));
        if let Some(button) = self.with(|board| board.button(thing)).flatten() {
            let _ = button.focus();
        }
    }

    fn on_key(self, event: &KeyboardEvent) {
        let Some(thing) = thing_of(event.target()) else { return };
        if event.ctrl_key() || event.meta_key() {
            return;
        }
        let key = event.key();
        // Who clicks a link and then presses Space wants to see what happens, not to take the click back.
        if key == " " && self.clicked.get_value() {
            event.prevent_default();
            event.stop_propagation();
            return self.lab.dispatch(Action::TogglePlay);
        }
        let used = match (Arrow::of_key(&key), key.as_str()) {
            (Some(arrow), _) if event.alt_key() => self.nudge(thing, arrow),
            (Some(arrow), _) => {
                if let Some(next) = self.with(|board| board.walk(thing, arrow)).flatten() {
                    self.focus(next);
                }
                true
            }
            (None, "ContextMenu") => self.open_at(thing),
            (None, "F10") if event.shift_key() => self.open_at(thing),
            (None, "+" | "=") => self.with(|board| board.zoom(None, ZOOM_STEP)).is_some(),
            (None, "-") => self.with(|board| board.zoom(None, 1.0 / ZOOM_STEP)).is_some(),
            (None, "0") => self.with(Board::fit).is_some(),
            _ => false,
        };
        // Enter and Space press the button; the page must not take Space for itself.
        let presses = matches!(key.as_str(), "Enter" | " ");
        if used {
            event.prevent_default();
        }
        if used || presses {
            event.stop_propagation();
        }
    }

    /// Some browsers press a button only as Space is let go.
    fn on_key_up(self, event: &KeyboardEvent) {
        if event.key() == " " && self.clicked.get_value() {
            event.prevent_default();
        }
    }

    fn open_at(self, thing: Thing) -> bool {
        self.open_menu(thing, None);
        true
    }

    /// Moves a node by one step of an arrow key.
    fn nudge(self, thing: Thing, arrow: Arrow) -> bool {
        if let Thing::Node(node) = thing {
            self.with(|board| {
                let place = board.place_of(thing).unwrap_or(point(0.0, 0.0));
                board.put(node, place + arrow.way() * NUDGE);
            });
        }
        true
    }
}

/// Whether an event belongs to the menu or the zoom buttons, which see to themselves.
fn is_furniture(target: Option<web_sys::EventTarget>) -> bool {
    let element = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.and_then(|element| element.closest(".stage-menu, .stage-zoom").ok().flatten()).is_some()
}
