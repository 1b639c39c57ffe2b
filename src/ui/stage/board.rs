//! The picture in its pane: what is drawn, where, and how the watcher has it zoomed and moved.

use std::sync::Arc;

use leptos::prelude::window;
use web_sys::{HtmlCanvasElement, HtmlElement};

use super::overlay::Overlay;
use super::painter::{Layer, Theme, pixel_ratio, size_of, wants_less_motion};
use crate::sim::network::{Network, NodeId};
use crate::sim::scenario::{LinkSpec, NodeSpec};
use crate::sim::snapshot::Snapshot;
use crate::sim::timeline::Timeline;
use crate::sim::trace::PacketId;
use crate::stage::geometry::{Point, between, point};
use crate::stage::keys::{self, Arrow};
use crate::stage::layout::Layout;
use crate::stage::picture::Picture;
use crate::stage::scene::{Options, Scene};
use crate::stage::view::View;
use crate::stage::{Thing, hit, svg};
use crate::ui::lab::Lab;

/// How far from the pane's edge a control with the focus is kept, in pixels.
const FOCUS_MARGIN: f64 = 40.0;

/// The longest time that one drawing stands for, in milliseconds.
const FRAME_AT_MOST_MS: f64 = 50.0;

/// The elements that the stage is made of.
pub struct Elements {
    /// What holds the others.
    pub root: HtmlElement,
    /// For what rarely changes.
    pub still: HtmlCanvasElement,
    /// For what moves.
    pub moving: HtmlCanvasElement,
    /// For the controls.
    pub things: HtmlElement,
}

/// The picture in its pane.
pub struct Board {
    lab: Lab,
    root: HtmlElement,
    things: HtmlElement,
    still: Layer,
    moving: Layer,
    theme: Theme,
    picture: Picture,
    options: Options,
    shown: Option<Shown>,
    pane: Point,
    ratio: f64,
    /// Whether the still sheet must be painted although it is the same.
    stale: bool,
    /// When it was drawn last, in milliseconds of the browser's clock.
    drawn_ms: f64,
}

/// The run that is shown.
struct Shown {
    network: Arc<Network>,
    nodes: Vec<NodeSpec>,
    links: Vec<LinkSpec>,
    layout: Layout,
    view: View,
    overlay: Overlay,
    /// For which view and layout the controls were placed.
    placed: Option<(View, u32)>,
}

impl Board {
    /// An empty stage; none if the browser gives no canvas.
    pub fn new(lab: Lab, elements: Elements) -> Option<Board> {
        let Elements { root, still, moving, things } = elements;
        let theme = Theme::read(&root);
        Some(Board {
            lab,
            still: Layer::of(still)?,
            moving: Layer::of(moving)?,
            picture: Picture::default(),
            options: Options {
                reduced_motion: wants_less_motion(),
                text_px: theme.text_px,
                ..Options::default()
            },
            theme,
            root,
            things,
            shown: None,
            pane: Point::default(),
            ratio: 0.0,
            stale: true,
            drawn_ms: 0.0,
        })
    }

    /// Shows the run that is at hand now. The same network keeps its places and its view.
    pub fn open(&mut self) {
        let lab = self.lab;
        let opened = lab.with(|timeline| {
            let (scenario, network) = (timeline.scenario(), timeline.world().network());
            if let Some(shown) = &mut self.shown
                && shown.nodes == scenario.nodes
                && shown.links == scenario.links
            {
                shown.network = Arc::clone(network);
                return;
            }
            self.picture = Picture::default();
            self.shown = Some(Shown::new(timeline, &self.things, self.pane, &self.options));
        });
        if opened.is_none() {
            self.shown = None;
            self.picture = Picture::default();
            self.things.set_text_content(None);
        }
        self.stale = true;
    }

    /// Reads theme, sizes and wishes anew.
    pub fn refit(&mut self) {
        self.theme = Theme::read(&self.root);
        self.options.text_px = self.theme.text_px;
        self.options.reduced_motion = wants_less_motion();
        let (pane, ratio) = (size_of(&self.root), pixel_ratio());
        if pane != self.pane || ratio != self.ratio {
            (self.pane, self.ratio) = (pane, ratio);
            self.still.resize(pane);
            self.moving.resize(pane);
        }
        if let Some(shown) = &mut self.shown {
            let fit = shown.fit(pane, &self.options);
            shown.view = shown.view.refitted(fit);
        }
        self.stale = true;
    }

    /// Draws what is new.
    pub fn draw(&mut self) {
        if self.pane.x < 1.0 || self.pane.y < 1.0 {
            return;
        }
        let lab = self.lab;
        if lab.with_snapshot(|_, snapshot| self.draw_snapshot(snapshot)).is_none() {
            self.draw_snapshot(&Snapshot::default());
        }
    }

    fn draw_snapshot(&mut self, snapshot: &Snapshot) {
        let Some(shown) = &mut self.shown else {
            self.still.paint(&Default::default(), &self.theme, self.pane);
            return self.moving.paint(&Default::default(), &self.theme, self.pane);
        };
        if shown.network.nodes.len() != snapshot.nodes.len() {
            return;
        }
        let network = Arc::clone(&shown.network);
        let scene = Scene {
            network: &network,
            snapshot,
            layout: &shown.layout,
            view: &shown.view,
            options: self.options,
        };
        let now_ms = window().performance().map_or(0.0, |performance| performance.now());
        // A picture that stood still has nothing to catch up with.
        self.picture.pass(between(now_ms - self.drawn_ms, 0.0, FRAME_AT_MOST_MS));
        self.drawn_ms = now_ms;
        let changed = self.picture.draw(&scene);
        if changed || self.stale {
            self.still.paint(&self.picture.still, &self.theme, self.pane);
            let key = (shown.view, shown.layout.version());
            if shown.placed != Some(key) {
                shown.place_controls(&self.picture, snapshot, self.options);
            }
            shown.overlay.tell(&network, snapshot);
            self.stale = false;
        }
        self.moving.paint(&self.picture.moving, &self.theme, self.pane);
    }

    /// Whether something moves by itself, so that it is to be drawn again soon.
    pub fn is_moving(&self) -> bool {
        self.picture.is_moving()
    }

    /// Says of every control how its thing is now, also what the picture does not show.
    pub fn tell(&mut self) {
        let lab = self.lab;
        lab.with_snapshot(|_, snapshot| {
            if let Some(shown) = &mut self.shown
                && !shown.overlay.are_many()
            {
                shown.overlay.tell(&shown.network, snapshot);
            }
        });
    }

    /// What is on the stage now, as an SVG file with this title. It stays a function of its own, for it is in the rest of the module.
    #[inline(never)]
    pub fn svg(&self, title: &str) -> Option<String> {
        let Picture { still, moving, .. } = &self.picture;
        self.shown.as_ref()?;
        Some(svg::write(&[still, moving], self.pane, title, &self.theme.palette()))
    }

    /// The pane's width and height.
    pub fn pane(&self) -> Point {
        self.pane
    }

    /// What is selected and what the pointer is over.
    pub fn point_out(&mut self, selected: Option<Thing>, hovered: Option<Thing>) {
        (self.options.selected, self.options.hovered) = (selected, hovered);
    }

    /// Does something with the scene that is shown.
    fn with_scene<T>(&self, read: impl FnOnce(&Scene<'_>) -> Option<T>) -> Option<T> {
        let shown = self.shown.as_ref()?;
        let read = |_: &Timeline, snapshot: &Snapshot| {
            let Shown { network, layout, view, .. } = shown;
            read(&Scene { network, snapshot, layout, view, options: self.options })
        };
        self.lab.with_snapshot(read)?
    }

    /// The message at a point of the pane.
    pub fn packet_at(&self, p: Point) -> Option<PacketId> {
        self.with_scene(|scene| hit::packet_at(self.picture.frame(), scene, p))
    }

    /// What is at a point of the pane.
    pub fn thing_at(&self, p: Point) -> Option<Thing> {
        self.with_scene(|scene| hit::at(self.picture.frame(), scene, p))
    }

    /// Where in the pane a thing is.
    pub fn place_of(&self, thing: Thing) -> Option<Point> {
        self.with_scene(|scene| keys::place(self.picture.frame(), scene, thing))
    }

    /// What an arrow key leads to.
    pub fn walk(&self, from: Thing, arrow: Arrow) -> Option<Thing> {
        self.with_scene(|scene| keys::walk(self.picture.frame(), scene, from, arrow))
    }

    /// A point of the pane that the browser names by its place in the window.
    pub fn in_pane(&self, client_x: i32, client_y: i32) -> Point {
        let bounds = self.root.get_bounding_client_rect();
        point(f64::from(client_x) - bounds.left(), f64::from(client_y) - bounds.top())
    }

    /// Gives a thing's control the focus, and brings it into the pane.
    pub fn focus(&mut self, thing: Thing) {
        let place = self.place_of(thing);
        let Some(shown) = &mut self.shown else { return };
        shown.overlay.make_current(thing);
        let before = shown.view;
        if let Some(place) = place {
            shown.view.reveal(place, FOCUS_MARGIN);
        }
        if shown.view != before {
            self.draw();
        }
    }

    /// The control of a thing, to give it the focus. The board must not be held while it gets it.
    pub fn button(&self, thing: Thing) -> Option<HtmlElement> {
        self.shown.as_ref()?.overlay.button(thing).cloned()
    }

    /// A control has got the focus.
    pub fn focused(&mut self, thing: Thing) {
        let lab = self.lab;
        if let Some(shown) = &mut self.shown {
            shown.overlay.make_current(thing);
            lab.with_snapshot(|_, snapshot| shown.overlay.name(thing, &shown.network, snapshot));
        }
    }

    /// Puts a node where the pane has this point.
    pub fn put(&mut self, node: NodeId, at: Point) {
        if let Some(shown) = &mut self.shown {
            let inside = point(between(at.x, 8.0, self.pane.x - 8.0), between(at.y, 8.0, self.pane.y - 8.0));
            let place = shown.view.to_board(inside);
            shown.layout.put(node, place);
        }
        self.draw();
    }

    /// Moves the picture.
    pub fn pan(&mut self, by: Point) {
        if let Some(shown) = &mut self.shown {
            shown.view.pan(by);
        }
        self.draw();
    }

    /// Makes the picture larger or smaller round a point of the pane, or round its middle.
    pub fn zoom(&mut self, held: Option<Point>, factor: f64) {
        let middle = self.pane * 0.5;
        if let Some(shown) = &mut self.shown {
            shown.view.zoom_at(held.unwrap_or(middle), factor);
        }
        self.draw();
    }

    /// Shows all of the network again.
    pub fn fit(&mut self) {
        if let Some(shown) = &mut self.shown {
            shown.view = shown.fit(self.pane, &self.options);
        }
        self.draw();
    }
}

impl Shown {
    fn new(timeline: &Timeline, things: &HtmlElement, pane: Point, options: &Options) -> Shown {
        let (scenario, network) = (timeline.scenario(), timeline.world().network());
        let layout = Layout::of(scenario, network);
        Shown {
            network: Arc::clone(network),
            nodes: scenario.nodes.clone(),
            links: scenario.links.clone(),
            view: View::fit(&layout, pane, options.margins(pane, network.nodes.len())),
            layout,
            overlay: Overlay::new(things.clone(), network),
            placed: None,
        }
    }

    fn fit(&self, pane: Point, options: &Options) -> View {
        View::fit(&self.layout, pane, options.margins(pane, self.network.nodes.len()))
    }

    fn place_controls(&mut self, picture: &Picture, snapshot: &Snapshot, options: Options) {
        let scene =
            Scene { network: &self.network, snapshot, layout: &self.layout, view: &self.view, options };
        let unzoomed = |view: &View| {
            let mut fitted = *view;
            fitted.zoom_at(Point::default(), 1.0 / view.zoom());
            fitted.pan(fitted.shift() * -1.0);
            fitted
        };
        let key = (self.view, self.layout.version());
        let moved_only = self
            .placed
            .is_some_and(|(view, version)| version == key.1 && unzoomed(&view) == unzoomed(&self.view));
        if !(moved_only && self.overlay.are_many()) {
            self.overlay.place(picture.frame(), &scene);
        }
        self.overlay.move_as_one(&scene);
        self.placed = Some(key);
    }
}
