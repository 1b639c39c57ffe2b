//! The monitor: owns the design, hears of failures, sends crews, and keeps the books.

use crate::phrase;
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;
use crate::word;

use super::books::{Book, Design};
use super::{APP, Condition, DATABASE, Uptime};

const ROUND: Timer = timer("round");

/// Owns the design and keeps the books.
#[derive(Clone, Debug, Default)]
pub struct Monitor {
    plan: Option<Plan>,
    /// What components and sites last said.
    heard: Map<NodeId, Heard>,
    /// What crews last said, or were last sent to.
    crews: Map<NodeId, CrewHeard>,
    books: Map<Design, Book>,
    /// When the service was first up: books are kept from then on.
    opened: Option<Time>,
    /// Up to when the books are written.
    written_to: Time,
    is_up: bool,
    /// When everybody was last asked.
    asked: Time,
}

/// A design and who is in service for it.
#[derive(Clone, Debug)]
struct Plan {
    design: Design,
    lasts: Duration,
    apps: Vec<Replica>,
    databases: Vec<Replica>,
}

#[derive(Clone, Copy, Debug)]
struct Replica {
    node: NodeId,
    site: NodeId,
}

/// What is known of a component or a site.
#[derive(Clone, Copy, Debug)]
struct Heard {
    condition: Condition,
    /// Since when it is as it is.
    since: Time,
    /// When it last said so.
    at: Time,
    /// Whether a crew came home from it since: then another is sent only when it says once more that it failed, or crews would
    /// come and go for ever where they find nothing to do.
    was_tended: bool,
}

#[derive(Clone, Copy, Debug)]
struct CrewHeard {
    with: Option<NodeId>,
    /// Which failure it was last sent to.
    failure: u64,
    at: Time,
}

impl Monitor {
    /// The design in force, once the run has begun.
    pub fn design(&self) -> Option<Design> {
        self.plan.as_ref().map(|plan| plan.design)
    }

    /// The books of all designs that were tried, as they stand now.
    pub fn books(&self, now: Time) -> Map<Design, Book> {
        let mut books = self.books.clone();
        books.extend(self.newest(now));
        books
    }

    /// How much time all books hold, with what is still to be written.
    pub fn accounted(&self, now: Time) -> Duration {
        let unwritten = if self.is_open() { now.since(self.written_to) } else { Duration::ZERO };
        self.books.values().fold(unwritten, |sum, book| sum + book.kept())
    }

    /// The book of the design in force, as it stands now.
    pub fn book(&self, now: Time) -> Option<Book> {
        let design = self.design()?;
        let mut book = self.books.get(&design).copied().unwrap_or_default();
        self.add_since_written(&mut book, now);
        Some(book)
    }

    /// For how long the books have been kept.
    pub fn kept(&self, now: Time) -> Duration {
        self.opened.map_or(Duration::ZERO, |opened| now.since(opened))
    }

    /// Whether the service was ever up, so that books are kept.
    pub fn is_open(&self) -> bool {
        self.opened.is_some()
    }

    /// Whether the service is up, as far as the monitor knows.
    pub fn is_up(&self) -> bool {
        self.is_up
    }

    /// What it takes a component to be.
    pub fn believes(&self, component: NodeId) -> Option<Condition> {
        self.heard.get(&component).map(|heard| heard.condition)
    }

    /// Components in service.
    pub fn in_service(&self) -> impl Iterator<Item = NodeId> {
        self.replicas().map(|replica| replica.node)
    }

    /// Failed components in service that no crew is at, those that have waited longest first.
    pub fn waiting(&self) -> Vec<NodeId> {
        let is_tended = |node: NodeId| self.crews.values().any(|crew| crew.with == Some(node));
        let mut waiting: Vec<(Time, NodeId)> = Vec::new();
        for node in self.in_service().filter(|node| !is_tended(*node)) {
            if let Some((_, since)) = self.failure(node) {
                let at = waiting.partition_point(|known| *known < (since, node));
                waiting.insert(at, (since, node));
            }
        }
        waiting.into_iter().map(|(_, node)| node).collect()
    }

    fn replicas(&self) -> impl Iterator<Item = Replica> {
        self.plan.iter().flat_map(|plan| plan.apps.iter().chain(&plan.databases).copied())
    }

    /// The number of a component's failure that a crew is to be sent to, and since when it is failed.
    fn failure(&self, node: NodeId) -> Option<(u64, Time)> {
        match self.heard.get(&node) {
            Some(Heard { condition: Condition::Failed { failure }, since, was_tended: false, .. }) => {
                Some((*failure, *since))
            }
            _ => None,
        }
    }

    fn works(&self, node: NodeId) -> bool {
        self.believes(node) == Some(Condition::Working)
    }

    // The design.

    /// Takes up the design that the settings describe.
    fn take_up(&mut self, cx: &mut Context<'_, Uptime>) {
        let design = Design::of(cx.settings());
        let lasts = cx.settings().duration("mtbf") * design.parts.lasting();
        let apps = place(cx, design, APP, design.apps);
        let databases = place(cx, design, DATABASE, design.databases);
        self.plan = Some(Plan { design, lasts, apps, databases });
    }

    /// Orders every component into service or out of it.
    fn order_all(&self, cx: &mut Context<'_, Uptime>) {
        for role in [APP, DATABASE] {
            cx.nodes_with_role(role).iter().for_each(|node| self.order(cx, *node));
        }
    }

    fn order(&self, cx: &mut Context<'_, Uptime>, node: NodeId) {
        let plan = self.plan.as_ref().filter(|_| self.in_service().any(|known| known == node));
        let lasts = plan.map(|plan| plan.lasts.as_micros());
        cx.send_routed(node, &Uptime::Order { lasts });
    }

    // The rounds.

    /// Asks everybody how they are. Who has not answered since the last time counts as down.
    fn ask_round(&mut self, cx: &mut Context<'_, Uptime>) {
        let asked = self.asked;
        self.heard.retain(|_, heard| heard.at >= asked);
        self.crews.retain(|_, crew| crew.at >= asked);
        self.asked = cx.now();
        self.order_all(cx);
        for role in ["site", "crew"] {
            cx.nodes_with_role(role).iter().for_each(|node| cx.send_routed(*node, &Uptime::Check));
        }
        self.await_round(cx);
    }

    fn await_round(&self, cx: &mut Context<'_, Uptime>) {
        let every = cx.settings().duration("checks-every");
        if every == Duration::ZERO {
            return cx.cancel_timer(ROUND);
        }
        cx.set_timer(ROUND, every);
    }

    fn hear_condition(&mut self, cx: &mut Context<'_, Uptime>, from: NodeId, condition: Condition) {
        let now = cx.now();
        let known = self.heard.get(&from).filter(|known| known.condition == condition);
        let since = known.map_or(now, |known| known.since);
        // What goes on saying that it is idle is told again in the next round.
        let is_idle_anew = condition == Condition::Idle && known.is_none();
        self.heard.insert(from, Heard { condition, since, at: now, was_tended: false });
        if is_idle_anew && self.in_service().any(|node| node == from) {
            self.order(cx, from);
        }
    }

    // The crews.

    fn hear_crew(&mut self, now: Time, from: NodeId, with: Option<NodeId>) {
        let before = self.crews.get(&from).copied();
        let failure = before.map_or(0, |crew| crew.failure);
        self.crews.insert(from, CrewHeard { with, failure, at: now });
        let left = before.and_then(|crew| crew.with).filter(|node| with != Some(*node));
        if let Some(heard) = left.and_then(|node| self.heard.get_mut(&node)) {
            heard.was_tended |= heard.condition == (Condition::Failed { failure });
        }
    }

    fn send_crews(&mut self, cx: &mut Context<'_, Uptime>) {
        let Some(hired) = self.design().map(|design| design.crews as usize) else { return };
        let crews = cx.nodes_with_role("crew").iter().take(hired);
        let is_free = |crew: &&NodeId| self.crews.get(*crew).is_some_and(|heard| heard.with.is_none());
        let free: Vec<NodeId> = crews.filter(is_free).copied().collect();
        for (crew, node) in free.into_iter().zip(self.waiting()) {
            let Some((failure, _)) = self.failure(node) else { continue };
            cx.send_routed(crew, &Uptime::Job { component: node.0, failure });
            self.crews.insert(crew, CrewHeard { with: Some(node), failure, at: cx.now() });
        }
    }

    // The books.

    /// Writes the time since the last entry into the book of the design in force.
    fn write(&mut self, now: Time) {
        self.books.extend(self.newest(now));
        self.written_to = now;
    }

    /// What is to be written: the book of the design in force, once books are kept.
    fn newest(&self, now: Time) -> Option<(Design, Book)> {
        self.design().zip(self.book(now)).filter(|_| self.is_open())
    }

    fn add_since_written(&self, book: &mut Book, now: Time) {
        if self.is_open() {
            let passed = now.since(self.written_to);
            *(if self.is_up { &mut book.up } else { &mut book.down }) += passed;
        }
    }

    /// Judges anew whether the service is up.
    fn judge(&mut self, cx: &mut Context<'_, Uptime>) {
        let serving = |replicas: &[Replica]| {
            replicas.iter().filter(|replica| self.works(replica.node) && self.works(replica.site)).count()
                as u64
        };
        let is_up = self.plan.as_ref().is_some_and(|plan| {
            serving(&plan.apps) >= plan.design.apps_needed
                && serving(&plan.databases) >= plan.design.databases_needed
        });
        if is_up == self.is_up {
            return;
        }
        self.is_up = is_up;
        if is_up {
            self.opened = self.opened.or(Some(cx.now()));
            return cx.note(phrase!("note.service-up"));
        }
        if let Some(book) = self.design().and_then(|design| self.books.get_mut(&design)) {
            book.outages += 1;
        }
        cx.note(phrase!("note.service-down"));
    }
}

/// Deals so many replicas to the sites: in each the first of its components that play this role. Where there are fewer, some are missing.
fn place(cx: &Context<'_, Uptime>, design: Design, role: &str, replicas: u64) -> Vec<Replica> {
    let sites = cx.nodes_with_role("site").iter().take(design.sites as usize).zip(0..);
    let all = cx.nodes_with_role(role);
    let dealt = sites.flat_map(|(site, index)| {
        let here = cx.neighbours_of(*site).iter().filter(|node| all.contains(node));
        let here = here.take(design.share(replicas, index) as usize);
        here.map(|node| Replica { node: *node, site: *site })
    });
    dealt.collect()
}

impl Process for Monitor {
    type Message = Uptime;

    fn on_start(&mut self, cx: &mut Context<'_, Uptime>) {
        self.take_up(cx);
        self.ask_round(cx);
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Uptime>) {
        self.write(cx.now());
        self.take_up(cx);
        self.order_all(cx);
        self.judge(cx);
        self.await_round(cx);
        self.send_crews(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Uptime>, from: NodeId, message: Uptime) {
        let now = cx.now();
        self.write(now);
        match message {
            Uptime::Status { condition } => {
                self.hear_condition(cx, from, condition);
                self.judge(cx);
            }
            Uptime::Busy { with } => self.hear_crew(now, from, with.map(NodeId)),
            _ => return,
        }
        self.send_crews(cx);
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Uptime>, _timer: Timer) {
        self.write(cx.now());
        self.ask_round(cx);
        self.judge(cx);
        self.send_crews(cx);
    }

    fn look(&self) -> Look {
        let state = if self.is_up { word!("fact.up") } else { word!("fact.down") };
        let look = Look::default().badge(state.text()).fact(word!("fact.service"), state);
        let look = look.fact(word!("fact.waiting-for-a-crew"), self.waiting());
        let Some(design) = self.design() else { return look };
        let outages = self.books.get(&design).map_or(0, |book| book.outages);
        look.fact(word!("fact.service-outages"), outages)
            .fact(word!("fact.cost"), design.cost())
            .fact(word!("fact.designs"), self.books.len() as u64)
    }

    fn heap_bytes(&self) -> usize {
        (self.heard.len() + self.crews.len()) * 48 + self.books.len() * 88
    }
}
