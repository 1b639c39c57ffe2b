//! The diagram in its pane: what is drawn and how the watcher has it zoomed and moved.

use web_sys::{HtmlCanvasElement, HtmlElement};

use crate::sim::network::NodeId;
use crate::sim::snapshot::Snapshot;
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;
use crate::stage::Thing;
use crate::stage::diagram::causality::Cone;
use crate::stage::diagram::history::History;
use crate::stage::diagram::hit;
use crate::stage::diagram::picture::Picture;
use crate::stage::diagram::scene::Scene;
use crate::stage::diagram::view::View;
use crate::stage::diagram::walk::{Way, walk};
use crate::stage::geometry::{Point, point};
use crate::stage::svg;
use crate::ui::lab::Lab;
use crate::ui::stage::painter::{Layer, Theme, pixel_ratio, size_of, wants_less_motion};

/// The elements that the diagram is made of.
pub struct Elements {
    /// What holds the others.
    pub root: HtmlElement,
    /// For what happened.
    pub still: HtmlCanvasElement,
    /// For what is pointed at, and the present.
    pub moving: HtmlCanvasElement,
}

/// The diagram in its pane.
pub struct Board {
    lab: Lab,
    root: HtmlElement,
    still: Layer,
    moving: Layer,
    theme: Theme,
    history: History,
    picture: Picture,
    view: Option<View>,
    cone: Option<Cone>,
    pane: Point,
    ratio: f64,
    less_motion: bool,
    /// Whether the present is kept in sight.
    pub following: bool,
    /// Whether the still sheet must be painted although it is the same.
    stale: bool,
}

/// What a point of the pane means.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Meant {
    /// An event, by its record.
    Event(u32),
    /// The name of a node.
    Name(NodeId),
    /// A moment on the axis.
    Moment(Time),
    /// Nothing.
    Ground,
}

impl Board {
    /// An empty diagram; none if the browser gives no canvas.
    pub fn new(lab: Lab, elements: Elements) -> Option<Board> {
        let Elements { root, still, moving } = elements;
        Some(Board {
            lab,
            still: Layer::of(still)?,
            moving: Layer::of(moving)?,
            theme: Theme::read(&root),
            root,
            history: History::default(),
            picture: Picture::default(),
            view: None,
            cone: None,
            pane: Point::default(),
            ratio: 0.0,
            less_motion: wants_less_motion(),
            following: true,
            stale: true,
        })
    }

    /// Shows the run that is at hand now, from its start.
    pub fn open(&mut self) {
        (self.history, self.picture, self.cone) = Default::default();
        self.view = self.fit();
        self.stale = true;
    }

    /// Reads theme, sizes and wishes anew.
    pub fn refit(&mut self) {
        self.theme = Theme::read(&self.root);
        self.less_motion = wants_less_motion();
        let (pane, ratio) = (size_of(&self.root), pixel_ratio());
        if pane != self.pane || ratio != self.ratio {
            (self.pane, self.ratio) = (pane, ratio);
            self.still.resize(pane);
            self.moving.resize(pane);
        }
        self.view = match (self.view, self.fit()) {
            // A view that was made before there was room for it shows nothing.
            (Some(view), Some(fit)) if view.pane.x > 1.0 => Some(view.refitted(fit)),
            (_, fit) => fit,
        };
        self.stale = true;
    }

    fn fit(&self) -> Option<View> {
        self.lab.with(|timeline| {
            let network = timeline.world().network();
            let names = network.nodes.iter().map(|node| node.name.as_str());
            View::new(self.pane, self.theme.text_px, names, network.pace)
        })
    }

    /// Reads what is new in the run. True if another future has begun.
    pub fn look(&mut self) -> bool {
        let lab = self.lab;
        let began = lab.with(|timeline| self.history.look(timeline)).unwrap_or(false);
        if began {
            self.cone = None;
        }
        began
    }

    /// What is in sight now, as an SVG file with this title.
    pub fn svg(&self, title: &str) -> String {
        svg::write(&[&self.picture.still, &self.picture.moving], self.pane, title, &self.theme.palette())
    }

    /// Draws what is new, with an event pointed at or none.
    pub fn draw(&mut self, pointed: Option<u32>, selected: Option<Thing>, playing: bool) {
        if self.pane.x < 1.0 || self.pane.y < 1.0 {
            return;
        }
        self.point_at(pointed);
        let lab = self.lab;
        let drawn = lab.with_snapshot(|timeline, snapshot| {
            self.follow(timeline, playing);
            self.draw_run(timeline, snapshot, selected);
        });
        if drawn.is_none() {
            self.still.paint(&Default::default(), &self.theme, self.pane);
            self.moving.paint(&Default::default(), &self.theme, self.pane);
        }
    }

    fn point_at(&mut self, pointed: Option<u32>) {
        match (pointed, &mut self.cone) {
            (Some(event), Some(cone)) if cone.event() == event => drop(cone.look_on(&self.history)),
            (Some(event), cone) => *cone = Cone::of(&self.history, event),
            (None, cone) => *cone = None,
        }
    }

    fn follow(&mut self, timeline: &Timeline, playing: bool) {
        let now = timeline.now();
        if let Some(view) = self.view.as_mut().filter(|_| self.following) {
            let (from, to) = view.window();
            // What a watcher at rest has under the pointer stays where it is.
            if playing || now < from || now > to {
                view.follow(now, self.less_motion);
            }
        }
    }

    fn draw_run(&mut self, timeline: &Timeline, snapshot: &Snapshot, selected: Option<Thing>) {
        let Some(view) = self.view.as_ref().filter(|view| self.is_of_this_run(view)) else { return };
        let scene =
            Scene { history: &self.history, timeline, snapshot, view, selected, pointed: self.cone.as_ref() };
        if self.picture.draw(&scene) || self.stale {
            self.still.paint(&self.picture.still, &self.theme, self.pane);
            self.stale = false;
        }
        self.moving.paint(&self.picture.moving, &self.theme, self.pane);
    }

    /// Whether a view is of the network whose history is known: not in between two runs.
    fn is_of_this_run(&self, view: &View) -> bool {
        view.lanes() == self.history.lanes().len()
    }

    fn with_scene<T>(&self, read: impl FnOnce(&Scene<'_>) -> Option<T>) -> Option<T> {
        let view = self.view.as_ref().filter(|view| self.is_of_this_run(view))?;
        let read = |timeline: &Timeline, snapshot: &Snapshot| {
            let history = &self.history;
            read(&Scene { history, timeline, snapshot, view, selected: None, pointed: None })
        };
        self.lab.with_snapshot(read)?
    }

    /// What a point of the pane means; events are met from so far.
    pub fn meant(&self, p: Point, reach: f64) -> Meant {
        let meant = self.with_scene(|scene| {
            let plot = scene.view.plot();
            if let Some(event) = hit::at(scene, self.picture.flights(), p, reach) {
                return Some(Meant::Event(event));
            }
            if p.x < plot.left && (plot.top..plot.bottom).contains(&p.y) {
                return scene.view.lane_at(p.y).map(|lane| Meant::Name(NodeId(lane)));
            }
            let on_axis = p.y > plot.bottom && p.x >= plot.left;
            on_axis.then(|| Meant::Moment(scene.view.time_at(p.x).min(scene.reach())))
        });
        meant.unwrap_or(Meant::Ground)
    }

    /// Where a key leads to from an event; from none, to the last one that has happened.
    pub fn walk(&self, from: Option<u32>, way: Way) -> Option<u32> {
        let lab = self.lab;
        lab.with(|timeline| match from {
            Some(from) => walk(&self.history, timeline.trace().records(), from, way),
            None => timeline.past().len().checked_sub(1).map(|last| last as u32),
        })?
    }

    /// Brings an event into sight.
    pub fn reveal(&mut self, record: u32) {
        let place = self.with_scene(|scene| {
            let place = scene.history.place(record)?;
            Some((scene.time(record)?, place.lane(), scene.reach()))
        });
        if let (Some((moment, lane, reach)), Some(view)) = (place, &mut self.view) {
            view.reveal(moment, lane, reach);
        }
    }

    /// How many events are before and after the one that is pointed at.
    pub fn counts(&self) -> Option<(usize, usize)> {
        self.cone.as_ref().map(|cone| cone.counts(&self.history))
    }

    /// Moves the picture; what is moved by hand no longer follows the run.
    pub fn pan(&mut self, by: Point) {
        let reach = self.reach();
        self.following = false;
        if let Some(view) = &mut self.view {
            view.pan(by, reach);
        }
    }

    /// Moves on or back in time by most of what is in sight.
    pub fn turn_page(&mut self, forward: bool) {
        let width = self.view.map_or(0.0, |view| view.plot().width()) * 0.8;
        self.pan(point(if forward { -width } else { width }, 0.0));
    }

    /// Larger or smaller in time, round a place across, or round the middle.
    pub fn zoom(&mut self, held: Option<f64>, factor: f64) {
        let reach = self.reach();
        if let Some(view) = &mut self.view {
            view.zoom(held.unwrap_or(view.plot().centre().x), factor, reach);
        }
    }

    /// Shows all that was watched.
    pub fn show_all(&mut self) {
        let reach = self.reach();
        self.following = false;
        if let Some(view) = &mut self.view {
            view.fit(reach);
        }
    }

    /// A point of the pane that the browser names by its place in the window.
    pub fn in_pane(&self, client_x: i32, client_y: i32) -> Point {
        let bounds = self.root.get_bounding_client_rect();
        point(f64::from(client_x) - bounds.left(), f64::from(client_y) - bounds.top())
    }

    fn reach(&self) -> Time {
        self.with_scene(|scene| Some(scene.reach())).unwrap_or_default()
    }
}
