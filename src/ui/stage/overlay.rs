//! The controls that lie over the picture: a button for each node and link, with a name and a state, for keys, screen readers,
//! pointers and tests. They are plain elements, written only when something about them changed.

use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::sim::network::{LinkId, Network, NodeId};
use crate::sim::snapshot::{LinkStatus, NodeStatus, Snapshot};
use crate::stage::scene::{Frame, Scene};
use crate::stage::units::fixed;
use crate::stage::{Thing, words};

/// From how many controls on they move and grow as one when the watcher zooms, and are named only when they are met.
const MANY: usize = 300;

/// The width of a link's control where there are many, in pixels.
const MANY_LINK_SIZE: f64 = 8.0;

/// The controls.
pub struct Overlay {
    holder: HtmlElement,
    /// Links first, so that nodes lie over them.
    controls: Vec<Control>,
    current: Option<Thing>,
}

struct Control {
    thing: Thing,
    button: HtmlElement,
    state: &'static str,
    name: String,
}

impl Overlay {
    /// Controls for a network, in an element made for them.
    pub fn new(holder: HtmlElement, network: &Network) -> Overlay {
        holder.set_text_content(None);
        let links = network.link_ids().map(Thing::Link);
        let things = links.chain(network.node_ids().map(Thing::Node));
        let controls: Vec<Control> =
            things.filter_map(|thing| Control::new(&holder, network, thing)).collect();
        let mut overlay = Overlay { holder, controls, current: None };
        if !network.nodes.is_empty() {
            overlay.make_current(Thing::Node(NodeId(0)));
        }
        overlay
    }

    /// Puts every control where its thing is.
    pub fn place(&self, frame: &Frame, scene: &Scene<'_>) {
        let style = self.holder.style();
        let _ = style.set_property("--node-size", &pixels(node_size(frame)));
        let _ = style.set_property("transform", "none");
        let _ = self.holder.class_list().toggle_with_force("many", self.are_many());
        for control in &self.controls {
            match self.are_many() {
                true => control.place_plainly(frame, scene),
                false => control.place(frame, scene),
            }
        }
    }

    /// With many controls: moves them all as one to where the view shows the fitted board. False if each must be placed.
    pub fn move_as_one(&self, scene: &Scene<'_>) -> bool {
        if !self.are_many() {
            return false;
        }
        let (shift, zoom) = (scene.view.shift(), scene.view.zoom());
        let transform =
            format!("translate({}, {}) scale({})", pixels(shift.x), pixels(shift.y), fixed(zoom, 5));
        let _ = self.holder.style().set_property("transform", &transform);
        true
    }

    /// Says of every control how its thing is now.
    pub fn tell(&mut self, network: &Network, snapshot: &Snapshot) {
        let many = self.are_many();
        for control in &mut self.controls {
            control.tell(network, snapshot, !many);
        }
    }

    /// Names one control as its thing is now.
    pub fn name(&mut self, thing: Thing, network: &Network, snapshot: &Snapshot) {
        if let Some(control) = self.controls.iter_mut().find(|control| control.thing == thing) {
            control.tell(network, snapshot, true);
        }
    }

    /// Makes a control the one that the tab key stops at.
    pub fn make_current(&mut self, thing: Thing) {
        if self.current == Some(thing) {
            return;
        }
        if let Some(last) = self.current.and_then(|last| self.button(last)) {
            last.set_tab_index(-1);
        }
        if let Some(button) = self.button(thing) {
            button.set_tab_index(0);
            self.current = Some(thing);
        }
    }

    /// The button of a thing.
    pub fn button(&self, thing: Thing) -> Option<&HtmlElement> {
        self.controls.iter().find(|control| control.thing == thing).map(|control| &control.button)
    }

    /// Whether there are too many to write each whenever the view moves.
    pub fn are_many(&self) -> bool {
        self.controls.len() > MANY
    }
}

/// The thing whose control an event met.
pub fn thing_of(target: Option<web_sys::EventTarget>) -> Option<Thing> {
    let element: web_sys::Element = target?.dyn_into().ok()?;
    let button = element.closest("[data-thing]").ok()??;
    let text = button.get_attribute("data-thing")?;
    let number = text.get(1..)?.parse().ok()?;
    match text.get(..1)? {
        "n" => Some(Thing::Node(NodeId(number))),
        "l" => Some(Thing::Link(LinkId(number))),
        _ => None,
    }
}

impl Control {
    fn new(holder: &HtmlElement, network: &Network, thing: Thing) -> Option<Control> {
        let button: HtmlElement = document().create_element("button").ok()?.dyn_into().ok()?;
        let set = |name: &str, value: &str| {
            let _ = button.set_attribute(name, value);
        };
        set("type", "button");
        set("tabindex", "-1");
        set("aria-haspopup", "menu");
        match thing {
            Thing::Node(node) => {
                set("class", "stage-node");
                set("data-thing", &format!("n{}", node.0));
                set("data-node", network.name(node));
            }
            Thing::Link(link) => {
                set("class", "stage-link");
                set("data-thing", &format!("l{}", link.0));
                set("data-link", &network.link_name(link));
            }
            Thing::Packet(_) => return None,
        }
        holder.append_child(&button).ok()?;
        Some(Control { thing, button, state: "", name: String::new() })
    }

    /// Lays a node's control over it and a link's along it.
    fn place(&self, frame: &Frame, scene: &Scene<'_>) {
        let style = self.button.style();
        let transform = match self.thing {
            Thing::Node(node) => {
                let p = frame.node(node);
                format!("translate(calc({} - 50%), calc({} - 50%))", pixels(p.x), pixels(p.y))
            }
            Thing::Link(link) => {
                let info = scene.network.links[link.index()];
                let (a, b) = (frame.node(info.a), frame.node(info.b));
                let (way, middle) = (b - a, a.towards(b, 0.5));
                let length = (way.length() - 2.0 * frame.radius - 4.0).max(way.length() * 0.3);
                let _ = style.set_property("width", &pixels(length));
                let turn = way.angle();
                let (x, y, turn) = (pixels(middle.x), pixels(middle.y), fixed(turn, 4));
                format!("translate(calc({x} - 50%), calc({y} - 50%)) rotate({turn}rad)")
            }
            Thing::Packet(_) => return,
        };
        let _ = style.set_property("transform", &transform);
    }

    /// One of many: where the fitted board has it, a link's only on its middle. A transform of its own for each of thousands
    /// would cost the browser several milliseconds in every frame.
    fn place_plainly(&self, frame: &Frame, scene: &Scene<'_>) {
        let at = |node: NodeId| scene.view.to_fit(scene.layout.place(node));
        let (middle, size) = match self.thing {
            Thing::Node(node) => (at(node), node_size(frame)),
            Thing::Link(link) => {
                let info = scene.network.links[link.index()];
                (at(info.a).towards(at(info.b), 0.5), MANY_LINK_SIZE)
            }
            Thing::Packet(_) => return,
        };
        let style = self.button.style();
        let _ = style.set_property("left", &pixels(middle.x - size / 2.0));
        let _ = style.set_property("top", &pixels(middle.y - size / 2.0));
    }

    fn tell(&mut self, network: &Network, snapshot: &Snapshot, named: bool) {
        let state = state(self.thing, snapshot);
        if state != self.state {
            self.state = state;
            let _ = self.button.set_attribute("data-state", state);
        }
        if !named && !self.name.is_empty() {
            return;
        }
        let name = match self.thing {
            Thing::Node(node) => words::node(network, snapshot, node),
            Thing::Link(link) => words::link(network, snapshot, link),
            Thing::Packet(_) => return,
        };
        if name != self.name {
            let _ = self.button.set_attribute("aria-label", &name);
            self.name = name;
        }
    }
}

/// The width of a node's control, in pixels.
/// A length as style sheets have it.
fn pixels(length: f64) -> String {
    fixed(length, 2) + "px"
}

fn node_size(frame: &Frame) -> f64 {
    frame.radius * 2.0 + 6.0
}

/// How a thing is, in the words of the page's own markup.
fn state(thing: Thing, snapshot: &Snapshot) -> &'static str {
    match thing {
        Thing::Node(node) => match snapshot.nodes.get(node.index()).map(|view| view.status) {
            Some(NodeStatus::Crashed) => "crashed",
            Some(NodeStatus::Paused) => "paused",
            Some(NodeStatus::Byzantine) => "byzantine",
            Some(NodeStatus::Running) | None => "running",
        },
        Thing::Link(link) => match snapshot.links.get(link.index()).map(|view| view.status()) {
            Some(LinkStatus::Cut) => "cut",
            Some(LinkStatus::OneWay) => "oneway",
            Some(LinkStatus::Up) | None => "up",
        },
        Thing::Packet(_) => "",
    }
}
