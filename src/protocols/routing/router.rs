//! The router: it passes packets on by its table, and fills the table by one of the two protocols.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::random::name_hash;
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::word;

use super::link_state::{LinkState, Received};
use super::vector::{Rules, SplitHorizon, Vector};
use super::{Address, Advertisement, Datagram, HOST, Payload, ROUTER, Routing};

/// How often everyone says that it is there.
pub(super) const ADVERTISES_EVERY: Setting = Setting {
    name: "advertises-every",
    kind: Kind::Duration(Duration::millis(60), Duration::secs(3_600)),
    default: "1s",
};

const NO_YES: Kind = Kind::Choice(&["no", "yes"]);

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "routing",
        kind: Kind::Choice(&["distance-vector", "link-state"]),
        default: "distance-vector",
    },
    ADVERTISES_EVERY,
    // After how many periods of silence a neighbour, or what it said, is given up.
    Setting { name: "gives-up-after", kind: Kind::Count(1, 100), default: "3" },
    Setting { name: "triggered", kind: NO_YES, default: "yes" },
    Setting {
        name: "split-horizon",
        kind: Kind::Choice(&["off", "on", "poisoned-reverse"]),
        default: "poisoned-reverse",
    },
    Setting { name: "infinity", kind: Kind::Count(2, 255), default: "16" },
    Setting { name: "multipath", kind: NO_YES, default: "yes" },
    Setting { name: "claims-all-hosts", kind: NO_YES, default: "no" },
];

/// A router.
#[derive(Clone, Debug, Default)]
pub struct Router {
    me: Address,
    is_link_state: bool,
    vector: Vector,
    link_state: LinkState,
    table: Vec<Route>,
    claims_all_hosts: bool,
    /// Whether what has changed is about to be told.
    is_triggered: bool,
    /// When its links were last advertised, and whether they are about to be again.
    originated_at: Option<Time>,
    is_originating: bool,
    counts: Counts,
    /// The host whose distance is shown beside it.
    shown: Address,
}

/// What a table says of a host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    /// Whose.
    pub host: Address,
    /// How many links away it is.
    pub distance: u64,
    /// The neighbours over which it is that far; none if there is no route any more.
    pub via: Vec<Address>,
}

/// What a router has done and seen since it started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Packets passed on.
    pub passed: u64,
    /// Packets thrown away because their time to live was over.
    pub expired: u64,
    /// Packets thrown away for want of a route.
    pub unreachable: u64,
    /// Packets that vanished because it thought that they had arrived.
    pub swallowed: u64,
    /// Packets that had passed more routers than they were allowed.
    pub outlived: u64,
    /// Messages to other routers about routes.
    pub told: u64,
    /// The greatest distance that it ever had a route of, in links.
    pub farthest: u64,
}

impl Router {
    /// Its table, in the order of hosts.
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// What it has done and seen.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Whether it says that it is joined to every host.
    pub fn claims_all_hosts(&self) -> bool {
        self.claims_all_hosts
    }

    /// Whether it takes packets for a host to have arrived that it is not joined to.
    pub fn keeps_for_itself(&self, host: &str) -> bool {
        let is_joined = |route: &Route| route.via.iter().any(|via| via == host);
        self.claims_all_hosts && !self.route(host).is_some_and(is_joined)
    }

    /// The way to a host, if it knows one.
    pub fn route(&self, host: &str) -> Option<&Route> {
        self.table.iter().find(|route| route.host == host && !route.via.is_empty())
    }

    // Packets.

    fn arrived(&mut self, cx: &mut Context<'_, Routing>, mut datagram: Datagram) {
        self.counts.outlived += u64::from(!datagram.is_within_its_time());
        if self.keeps_for_itself(&datagram.destination) {
            self.counts.swallowed += 1;
            return;
        }
        datagram.time_to_live = datagram.time_to_live.saturating_sub(1);
        datagram.route.push(self.me.clone());
        if datagram.time_to_live == 0 {
            self.counts.expired += 1;
            return self.refuse(cx, &datagram, Payload::TimeExceeded);
        }
        if !self.pass_on(cx, &datagram) {
            self.counts.unreachable += 1;
            self.refuse(cx, &datagram, Payload::Unreachable);
        }
    }

    /// Sends a packet to the next hop, if there is one.
    fn pass_on(&mut self, cx: &mut Context<'_, Routing>, datagram: &Datagram) -> bool {
        let Some(route) = self.route(&datagram.destination) else { return false };
        let flow = name_hash(&datagram.source).rotate_left(17) ^ name_hash(&datagram.destination);
        let next = &route.via[((flow >> 32) % route.via.len() as u64) as usize];
        let Some(next) = neighbour(cx, next) else { return false };
        self.counts.passed += 1;
        cx.send(next, &Routing::Datagram(datagram.clone()));
        true
    }

    /// Tells the sender that its packet was thrown away; nobody is told so of anything but an echo request.
    fn refuse(&mut self, cx: &mut Context<'_, Routing>, thrown_away: &Datagram, why: Payload) {
        if thrown_away.payload == Payload::Echo {
            let Datagram { source, identification, places, .. } = thrown_away;
            let answer = Datagram::new(&self.me, source, *identification, why, *places);
            self.pass_on(cx, &answer);
        }
    }

    // Both protocols.

    /// Sends to a router, in the count of what routes cost.
    fn tell(&mut self, cx: &mut Context<'_, Routing>, to: &str, message: &Routing) {
        if let Some(to) = neighbour(cx, to) {
            self.counts.told += 1;
            cx.send(to, message);
        }
    }

    /// Says what is said once a period.
    fn advertise(&mut self, cx: &mut Context<'_, Routing>) {
        match self.is_link_state {
            true => self.keep_neighbours(cx),
            false => self.update_all(cx, false),
        }
        // A sixth more or less, so that routers do not fall into step (RFC 2453, section 3.8).
        let period = advertises_every(cx).as_micros();
        let after = cx.rng().between(Duration::micros(period * 5 / 6), Duration::micros(period * 7 / 6));
        cx.set_timer(ADVERTISE, after);
    }

    /// After whatever happened: gives up what is out of date, and sees to it that what changed is told and used.
    fn settle(&mut self, cx: &mut Context<'_, Routing>) {
        let (now, rules) = (cx.now(), rules(cx));
        let next_expiry = if self.is_link_state {
            if self.link_state.expire(now, rules.timeout) {
                self.originate_soon(cx);
            }
            self.link_state.compute(&self.me);
            self.use_table(self.link_state.routes().map(route).collect(), rules.multipath);
            self.link_state.next_expiry(rules.timeout)
        } else {
            self.vector.expire(&rules, now);
            self.trigger(cx);
            self.use_table(self.vector.routes().map(route).collect(), rules.multipath);
            self.vector.next_expiry(&rules)
        };
        match next_expiry {
            Some(at) => cx.set_timer(EXPIRY, at.max(now).since(now)),
            None => cx.cancel_timer(EXPIRY),
        }
    }

    fn use_table(&mut self, mut table: Vec<Route>, multipath: bool) {
        for route in &mut table {
            route.via.truncate(if multipath { usize::MAX } else { 1 });
            if !route.via.is_empty() {
                self.counts.farthest = self.counts.farthest.max(route.distance);
            }
        }
        self.table = table;
    }

    // Distance vector.

    /// Sees to it that changes are told after a short random moment (RFC 2453, section 3.10.1: 1 to 5 s of a period of 30 s).
    fn trigger(&mut self, cx: &mut Context<'_, Routing>) {
        if self.is_triggered || !self.vector.is_changed() || cx.settings().choice("triggered") == "no" {
            return;
        }
        self.is_triggered = true;
        let period = advertises_every(cx).as_micros();
        let after = cx.rng().between(Duration::micros(period / 30), Duration::micros(period / 6));
        cx.set_timer(TRIGGERED, after);
    }

    fn update_all(&mut self, cx: &mut Context<'_, Routing>, only_changed: bool) {
        let rules = rules(cx);
        self.vector.expire(&rules, cx.now());
        for neighbour in routers_beside(cx) {
            let mut distances = self.vector.update_for(&rules, &neighbour, only_changed);
            if self.claims_all_hosts {
                distances = hosts(cx).map(|host| (host, 0)).collect();
            }
            self.tell(cx, &neighbour, &Routing::Update { distances });
        }
        self.vector.told();
        self.is_triggered = false;
        cx.cancel_timer(TRIGGERED);
    }

    // Link state.

    /// Greets the neighbours, makes a new advertisement if the last is old, and sends again what they have not acknowledged.
    fn keep_neighbours(&mut self, cx: &mut Context<'_, Routing>) {
        let heard: Vec<Address> = self.link_state.heard().cloned().collect();
        for neighbour in routers_beside(cx) {
            self.tell(cx, &neighbour, &Routing::Hello { heard: heard.clone() });
        }
        self.link_state.grow_old(cx.now());
        if self.link_state.is_due(cx.now(), &self.me) {
            self.originate_soon(cx);
        }
        let half = Duration::micros(advertises_every(cx).as_micros() / 2);
        let before = Time::from_micros(cx.now().as_micros().saturating_sub(half.as_micros()));
        for (neighbour, origin) in self.link_state.unacknowledged(before) {
            self.send_copy(cx, &neighbour, &origin);
        }
    }

    /// Advertises its links at once, or half a period after it last did (OSPF: `MinLSInterval`, half of a hello's period).
    fn originate_soon(&mut self, cx: &mut Context<'_, Routing>) {
        let half = Duration::micros(advertises_every(cx).as_micros() / 2);
        let earliest = self.originated_at.map_or(Time::ZERO, |at| at + half);
        if earliest <= cx.now() {
            self.originate(cx);
        } else if !self.is_originating {
            self.is_originating = true;
            cx.set_timer(ORIGINATE, earliest.since(cx.now()));
        }
    }

    fn originate(&mut self, cx: &mut Context<'_, Routing>) {
        self.is_originating = false;
        self.originated_at = Some(cx.now());
        let hosts = match self.claims_all_hosts {
            true => hosts(cx).collect(),
            false => self.link_state.hosts().iter().cloned().collect(),
        };
        self.link_state.originate(cx.now(), &self.me, hosts);
        let me = self.me.clone();
        self.flood(cx, &me, None);
    }

    /// Passes an advertisement on to all neighbours but the one that it came from.
    fn flood(&mut self, cx: &mut Context<'_, Routing>, origin: &str, came_from: Option<&str>) {
        let neighbours: Vec<Address> = self.link_state.adjacent().iter().cloned().collect();
        for neighbour in neighbours.iter().filter(|name| Some(name.as_str()) != came_from) {
            self.send_copy(cx, neighbour, origin);
        }
    }

    fn send_copy(&mut self, cx: &mut Context<'_, Routing>, neighbour: &str, origin: &str) {
        if let Some(copy) = self.link_state.copy_for(cx.now(), neighbour, origin) {
            self.tell(cx, neighbour, &Routing::Advertisement(copy));
        }
    }

    fn greeted(&mut self, cx: &mut Context<'_, Routing>, from: &str, hears_me: bool) {
        if self.link_state.greeted(cx.now(), from, hears_me) {
            self.originate_soon(cx);
            if hears_me {
                // A new neighbour may know nothing.
                let origins = self.link_state.origins();
                origins.iter().for_each(|origin| self.send_copy(cx, from, origin));
            }
        }
    }

    fn received(&mut self, cx: &mut Context<'_, Routing>, from: &str, advertisement: Advertisement) {
        // Only from a neighbour: others send it again.
        if !self.link_state.adjacent().iter().any(|name| name == from) {
            return;
        }
        let (origin, sequence) = (advertisement.origin.clone(), advertisement.sequence);
        match self.link_state.receive(cx.now(), &self.me, advertisement) {
            Received::Older => return self.send_copy(cx, from, &origin),
            Received::Newer => self.flood(cx, &origin, Some(from)),
            Received::Mine => self.originate_soon(cx),
            Received::Known => {}
        }
        self.link_state.acknowledged(from, &origin, sequence);
        self.tell(cx, from, &Routing::Acknowledgement { origin, sequence });
    }
}

impl Process for Router {
    type Message = Routing;

    fn on_start(&mut self, cx: &mut Context<'_, Routing>) {
        self.me = cx.name(cx.me()).to_owned();
        self.shown = hosts(cx).next().unwrap_or_default();
        self.is_link_state = cx.settings().choice("routing") == "link-state";
        self.claims_all_hosts = cx.settings().choice("claims-all-hosts") == "yes";
        // Routers that start together do not speak together.
        let quarter = Duration::micros(advertises_every(cx).as_micros() / 4);
        let after = cx.rng().between(Duration::SHORTEST, quarter);
        cx.set_timer(ADVERTISE, after);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Routing>, from: NodeId, message: Routing) {
        let is_host = cx.nodes_with_role(HOST).contains(&from);
        let (from, now) = (cx.name(from), cx.now());
        match message {
            Routing::Datagram(datagram) => return self.arrived(cx, datagram),
            Routing::Hello { .. } if is_host && self.is_link_state => {
                if self.link_state.greeted_by_host(now, from) {
                    self.originate_soon(cx);
                }
            }
            Routing::Hello { .. } if is_host => {
                self.vector.hear(&rules(cx), now, from, &[(from.to_owned(), 0)]);
            }
            Routing::Hello { heard } if self.is_link_state => {
                let hears_me = heard.contains(&self.me);
                self.greeted(cx, from, hears_me);
            }
            Routing::Update { distances } if !self.is_link_state => {
                self.vector.hear(&rules(cx), now, from, &distances);
            }
            Routing::Advertisement(advertisement) if self.is_link_state => {
                self.received(cx, from, advertisement);
            }
            Routing::Acknowledgement { origin, sequence } if self.is_link_state => {
                return self.link_state.acknowledged(from, &origin, sequence);
            }
            _ => return,
        }
        self.settle(cx);
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Routing>, timer: Timer) {
        match timer {
            ADVERTISE => self.advertise(cx),
            TRIGGERED => self.update_all(cx, true),
            ORIGINATE => self.originate(cx),
            _ => {}
        }
        self.settle(cx);
    }

    /// Another protocol begins with nothing; what else was changed is used from now on.
    fn on_settings(&mut self, cx: &mut Context<'_, Routing>) {
        let is_link_state = cx.settings().choice("routing") == "link-state";
        let claims_all_hosts = cx.settings().choice("claims-all-hosts") == "yes";
        if is_link_state != self.is_link_state {
            [EXPIRY, TRIGGERED, ORIGINATE].into_iter().for_each(|timer| cx.cancel_timer(timer));
            *self = Router { counts: self.counts, ..Router::default() };
            self.on_start(cx);
        } else if claims_all_hosts != self.claims_all_hosts {
            self.claims_all_hosts = claims_all_hosts;
            match is_link_state {
                true => self.originate_soon(cx),
                false => self.update_all(cx, false),
            }
        }
        self.settle(cx);
    }

    fn heap_bytes(&self) -> usize {
        // A router's lists hold, for each other router and host, a few names.
        (self.table.len() + self.link_state.origins().len()) * 8 * size_of::<Address>()
    }

    fn look(&self) -> Look {
        let Counts { passed, expired, unreachable, swallowed, told, farthest, .. } = self.counts;
        let shown = self.table.iter().find(|route| route.host == self.shown);
        let distance = match shown {
            None => "–".to_owned(),
            Some(route) if route.via.is_empty() => "∞".to_owned(),
            Some(route) => route.distance.to_string(),
        };
        let rows = self.table.iter().map(|route| match route.via.is_empty() {
            true => format!("{} ∞", route.host),
            false => format!("{} {} {}", route.host, route.distance, route.via.join("+")),
        });
        let name = if self.is_link_state { word!("fact.link-state") } else { word!("fact.distance-vector") };
        Look::default()
            .badge(format!("{} {distance}", self.shown))
            .fact(word!("fact.routing"), name)
            .fact(word!("fact.routing-table"), rows.collect::<Vec<_>>().join("; "))
            .fact(word!("fact.farthest-route"), farthest)
            .fact(word!("fact.packets-passed"), passed)
            .fact(word!("fact.packets-expired"), expired)
            .fact(word!("fact.packets-unreachable"), unreachable)
            .fact(word!("fact.packets-swallowed"), swallowed)
            .fact(word!("fact.routes-told"), told)
    }
}

const ADVERTISE: Timer = timer("advertise");
const TRIGGERED: Timer = timer("triggered");
const ORIGINATE: Timer = timer("originate");
const EXPIRY: Timer = timer("expiry");

/// How often a node says that it is there.
pub(super) fn advertises_every(cx: &Context<'_, Routing>) -> Duration {
    cx.settings().duration(ADVERTISES_EVERY.name)
}

fn rules(cx: &Context<'_, Routing>) -> Rules {
    let settings = cx.settings();
    let period = advertises_every(cx);
    Rules {
        infinity: settings.count("infinity"),
        split_horizon: match settings.choice("split-horizon") {
            "off" => SplitHorizon::Off,
            "on" => SplitHorizon::On,
            _ => SplitHorizon::PoisonedReverse,
        },
        multipath: settings.choice("multipath") == "yes",
        timeout: period * settings.count("gives-up-after"),
        // As in RFC 2453: 120 s, four periods.
        told_for: period * 4,
    }
}

fn route((host, distance, via): (&str, u64, Vec<&str>)) -> Route {
    Route { host: host.to_owned(), distance, via: via.into_iter().map(str::to_owned).collect() }
}

fn neighbour(cx: &Context<'_, Routing>, name: &str) -> Option<NodeId> {
    cx.neighbours().iter().copied().find(|node| cx.name(*node) == name)
}

/// The names of the routers at the other ends of its links.
fn routers_beside(cx: &Context<'_, Routing>) -> Vec<Address> {
    let routers = cx.nodes_with_role(ROUTER);
    let beside = cx.neighbours().iter().filter(|node| routers.contains(node));
    beside.map(|node| cx.name(*node).to_owned()).collect()
}

/// The names of all hosts.
fn hosts<'a>(cx: &Context<'a, Routing>) -> impl Iterator<Item = Address> + use<'a> {
    let names = cx.nodes_with_role(HOST).iter().map(|host| cx.name(*host).to_owned());
    names.collect::<Vec<_>>().into_iter()
}
