//! What fingers, mice and wheels mean on the stage: a click, a long press, a drag of a node, a drag of the ground, a pinch.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use web_sys::PointerEvent;

use crate::sim::network::NodeId;
use crate::stage::Thing;
use crate::stage::geometry::{Point, point};

/// How far a pointer moves before a press becomes a drag, in pixels.
const DRAG_FROM: f64 = 6.0;
/// The same for fingers, which never lie still.
const TOUCH_DRAG_FROM: f64 = 11.0;
/// How long a press must last to open the menu, in milliseconds.
const LONG_PRESS_MS: u32 = 500;

/// What a movement turned out to mean.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Gesture {
    /// A node is to be put here.
    Put(NodeId, Point),
    /// The ground moves by so much.
    Pan(Point),
    /// The picture grows by a factor round a point, and moves by so much.
    Pinch(Point, f64, Point),
    /// The pointer only passes over.
    Hover(Point),
}

/// The pointers that are down.
#[derive(Clone, Default)]
pub struct Gestures(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    pointers: Vec<(i32, Point)>,
    pressed: Option<Thing>,
    start: Point,
    threshold: f64,
    dragging: bool,
    long_press: Option<Timeout>,
    /// The click that ends this press means nothing more.
    spent: bool,
}

impl Gestures {
    /// A pointer goes down on a thing or on the ground. A finger that stays opens the menu of the thing.
    pub fn down(
        &self,
        event: &PointerEvent,
        at: Point,
        thing: Option<Thing>,
        on_long_press: impl Fn(Thing) + 'static,
    ) {
        let mut state = self.0.borrow_mut();
        state.pointers.retain(|(id, _)| *id != event.pointer_id());
        state.pointers.push((event.pointer_id(), at));
        state.long_press = None;
        if state.pointers.len() > 1 {
            state.spent = true;
            return;
        }
        let touch = event.pointer_type() == "touch";
        (state.pressed, state.start, state.dragging) = (thing, at, false);
        state.spent = event.button() != 0;
        state.threshold = if touch { TOUCH_DRAG_FROM } else { DRAG_FROM };
        if let (true, Some(thing)) = (touch, thing) {
            let gestures = Rc::downgrade(&self.0);
            state.long_press = Some(Timeout::new(LONG_PRESS_MS, move || {
                if let Some(state) = gestures.upgrade() {
                    state.borrow_mut().spent = true;
                }
                on_long_press(thing);
            }));
        }
    }

    /// A pointer moves. The second says whether a drag begins with it.
    pub fn moved(&self, event: &PointerEvent, at: Point) -> (Option<Gesture>, bool) {
        let mut state = self.0.borrow_mut();
        let Some(index) = state.pointers.iter().position(|(id, _)| *id == event.pointer_id()) else {
            return (Some(Gesture::Hover(at)), false);
        };
        let before = std::mem::replace(&mut state.pointers[index].1, at);
        if let [one, other] = state.pointers[..] {
            let still = if index == 0 { other.1 } else { one.1 };
            return (Some(pinch(still, before, at)), false);
        }
        let begins = !state.dragging
            && state.start.distance(at) > state.threshold
            && !(state.spent && event.buttons() & 1 == 0);
        if begins {
            (state.dragging, state.spent, state.long_press) = (true, true, None);
        }
        let gesture = match state.pressed {
            _ if !state.dragging => None,
            Some(Thing::Node(node)) => Some(Gesture::Put(node, at)),
            _ => Some(Gesture::Pan(if begins { at - state.start } else { at - before })),
        };
        (gesture, begins)
    }

    /// A pointer is lifted, or taken away.
    pub fn up(&self, event: &PointerEvent) {
        let mut state = self.0.borrow_mut();
        state.pointers.retain(|(id, _)| *id != event.pointer_id());
        state.long_press = None;
        if state.pointers.is_empty() {
            state.dragging = false;
        }
    }

    /// Whether a click is one, and not the end of a drag or a long press.
    pub fn is_click(&self) -> bool {
        !std::mem::take(&mut self.0.borrow_mut().spent)
    }
}

fn pinch(still: Point, before: Point, now: Point) -> Gesture {
    let factor = still.distance(now).max(1.0) / still.distance(before).max(1.0);
    let middle = still.towards(now, 0.5);
    Gesture::Pinch(middle, factor, point(now.x - before.x, now.y - before.y) * 0.5)
}
