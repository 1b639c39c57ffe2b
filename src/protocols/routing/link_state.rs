//! Link state: what OSPF keeps of its neighbours and of all routers' links, and the shortest paths in that map (RFC 2328, sections 10, 13
//! and 16).

use crate::sim::time::{Duration, Time};
use crate::sorted::{Map, Set};

use super::paths::Paths;
use super::{Address, Advertisement};

/// How old an advertisement grows before it is forgotten, in seconds (`MaxAge`; OSPF: an hour).
const MAX_AGE: u64 = 60;
/// How old a router lets its own grow before it makes a new one, in seconds (`LSRefreshTime`; OSPF: half an hour).
const REFRESH_AGE: u64 = 30;

/// The neighbours and the map of a router that runs the link-state protocol.
#[derive(Clone, Debug, Default)]
pub(super) struct LinkState {
    /// When each neighbour was last heard.
    heard: Map<Address, Time>,
    /// The neighbouring routers that this one hears and that hear it.
    adjacent: Set<Address>,
    /// The hosts that it hears.
    hosts: Set<Address>,
    /// The newest advertisement of each router (the *link-state database*), and when it came.
    database: Map<Address, (Advertisement, Time)>,
    /// What neighbours have not acknowledged, as (neighbour, origin), and when it was sent.
    unacknowledged: Map<(Address, Address), Time>,
    /// The number of the last advertisement of its own.
    sequence: u64,
    routes: Vec<(Address, u64, Vec<Address>)>,
    /// Whether the map is another one since the routes were computed.
    is_changed: bool,
}

/// What comes of an advertisement that was received.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Received {
    /// It is news, and to be passed on.
    Newer,
    /// It is known.
    Known,
    /// Its sender lacks what is here.
    Older,
    /// It speaks of this router's own links, of which this router knows better.
    Mine,
}

impl LinkState {
    /// A host greets. Whether the links of this router are others now.
    pub fn greeted_by_host(&mut self, now: Time, from: &str) -> bool {
        self.heard.insert(from.to_owned(), now);
        let is_new = self.hosts.insert(from.to_owned());
        self.is_changed |= is_new;
        is_new
    }

    /// A router greets. Whether the links of this router are others now.
    pub fn greeted(&mut self, now: Time, from: &str, hears_me: bool) -> bool {
        self.heard.insert(from.to_owned(), now);
        let is_other = match hears_me {
            true => self.adjacent.insert(from.to_owned()),
            false => self.part(from),
        };
        self.is_changed |= is_other;
        is_other
    }

    /// Gives up the neighbours that were not heard for so long. Whether there were any.
    pub fn expire(&mut self, now: Time, timeout: Duration) -> bool {
        let silent = |(_, heard): &(&Address, &Time)| **heard + timeout <= now;
        let gone: Vec<Address> = self.heard.iter().filter(silent).map(|(name, _)| name.clone()).collect();
        self.heard.retain(|name, _| !gone.contains(name));
        gone.iter().fold(false, |any, name| self.part(name) | any)
    }

    /// When [`LinkState::expire`] next has something to do.
    pub fn next_expiry(&self, timeout: Duration) -> Option<Time> {
        self.heard.values().map(|heard| *heard + timeout).min()
    }

    /// Whom it hears.
    pub fn heard(&self) -> impl Iterator<Item = &Address> {
        self.heard.keys()
    }

    /// The neighbouring routers to which a link works both ways.
    pub fn adjacent(&self) -> &Set<Address> {
        &self.adjacent
    }

    /// The hosts that it hears.
    pub fn hosts(&self) -> &Set<Address> {
        &self.hosts
    }

    /// A new advertisement of its own.
    pub fn originate(&mut self, now: Time, me: &str, hosts: Vec<Address>) {
        self.sequence += 1;
        let (origin, sequence) = (me.to_owned(), self.sequence);
        let links = self.adjacent.iter().cloned().collect();
        let mine = Advertisement { origin, sequence, age: 0, links, hosts };
        self.database.insert(me.to_owned(), (mine, now));
    }

    /// Whether its own advertisement is so old that it makes a new one.
    pub fn is_due(&self, now: Time, me: &str) -> bool {
        self.database.get(me).is_none_or(|stored| age(stored, now) >= REFRESH_AGE)
    }

    /// Keeps an advertisement if it is news. Of two of the same number the one whose links come later in order is the newer: it decides
    /// alike everywhere, as OSPF's checksum does.
    pub fn receive(&mut self, now: Time, me: &str, received: Advertisement) -> Received {
        let rank = |it: &Advertisement| (it.sequence, it.links.clone(), it.hosts.clone());
        let known = self.database.get(&received.origin).map(|(known, _)| rank(known));
        match known.cmp(&Some(rank(&received))) {
            std::cmp::Ordering::Greater => Received::Older,
            std::cmp::Ordering::Equal => Received::Known,
            std::cmp::Ordering::Less if received.origin == me => {
                self.sequence = self.sequence.max(received.sequence);
                Received::Mine
            }
            std::cmp::Ordering::Less if received.age >= MAX_AGE => Received::Known,
            std::cmp::Ordering::Less => {
                self.database.insert(received.origin.clone(), (received, now));
                self.is_changed = true;
                Received::Newer
            }
        }
    }

    /// Forgets what is too old.
    pub fn grow_old(&mut self, now: Time) {
        let before = self.database.len();
        self.database.retain(|_, (known, came)| known.age + seconds(now.since(*came)) < MAX_AGE);
        self.is_changed |= self.database.len() < before;
    }

    /// The advertisement of this origin as it is sent to a neighbour, who is to acknowledge it.
    pub fn copy_for(&mut self, now: Time, neighbour: &str, origin: &str) -> Option<Advertisement> {
        let stored = self.database.get(origin)?;
        // On its way it grows older by a second at least (`InfTransDelay`).
        let copy = Advertisement { age: age(stored, now) + 1, ..stored.0.clone() };
        self.unacknowledged.insert((neighbour.to_owned(), origin.to_owned()), now);
        Some(copy)
    }

    /// A neighbour has this advertisement, or a newer one.
    pub fn acknowledged(&mut self, neighbour: &str, origin: &str, sequence: u64) {
        if self.database.get(origin).is_none_or(|(known, _)| known.sequence <= sequence) {
            self.unacknowledged.remove(&(neighbour.to_owned(), origin.to_owned()));
        }
    }

    /// What is to be sent again, as (neighbour, origin): it was sent before that moment and has not been acknowledged.
    pub fn unacknowledged(&self, before: Time) -> Vec<(Address, Address)> {
        let overdue = self.unacknowledged.iter().filter(|(_, sent)| **sent <= before);
        overdue.map(|(pair, _)| pair.clone()).collect()
    }

    /// Whose links it knows.
    pub fn origins(&self) -> Vec<Address> {
        self.database.keys().cloned().collect()
    }

    /// Computes the routes anew: the shortest paths in the map that all advertisements make together.
    pub fn compute(&mut self, me: &str) {
        if !std::mem::take(&mut self.is_changed) {
            return;
        }
        // Its own links are as they are, even if it has not advertised them yet.
        let mine = (me, self.adjacent.iter().as_slice(), self.hosts.iter().as_slice());
        let others =
            self.database.values().map(|(known, _)| (&known.origin[..], &known.links[..], &known.hosts[..]));
        let map: Vec<_> = others.filter(|(origin, ..)| *origin != me).chain([mine]).collect();
        let router = |name: &str| map.iter().position(|(origin, ..)| *origin == name);
        let hosts: Set<&String> = map.iter().flat_map(|(.., hosts)| hosts.iter()).collect();
        let mut paths = Paths::new(map.len() + hosts.len());
        for (place, (origin, links, joined)) in map.iter().enumerate() {
            let agreed = |other: &usize| map[*other].1.iter().any(|name| name == origin);
            let routers = links.iter().filter_map(|name| router(name)).filter(agreed);
            routers.for_each(|other| paths.join(place, other));
            let stubs = (map.len()..).zip(hosts.iter()).filter(|(_, host)| joined.contains(host));
            stubs.for_each(|(stub, _)| paths.join(place, stub));
        }
        let mut routes = Vec::new();
        for (stub, host) in (map.len()..).zip(hosts.iter()) {
            let distances = paths.distances_to(stub);
            let Some(distance) = distances[map.len() - 1] else { continue };
            let is_on_path =
                |next: &&String| router(next).is_some_and(|at| distances[at] == Some(distance - 1));
            let over_routers = self.adjacent.iter().filter(is_on_path);
            let to_the_host = self.hosts.iter().filter(|joined| distance == 1 && joined == host);
            routes.push(((*host).clone(), distance, over_routers.chain(to_the_host).cloned().collect()));
        }
        self.routes = routes;
    }

    /// Hosts, how far away they are, and over which neighbours.
    pub fn routes(&self) -> impl Iterator<Item = (&str, u64, Vec<&str>)> {
        self.routes
            .iter()
            .map(|(host, distance, via)| (host.as_str(), *distance, via.iter().map(String::as_str).collect()))
    }

    /// A neighbour is not adjacent any more. Whether it was.
    fn part(&mut self, neighbour: &str) -> bool {
        self.unacknowledged.retain(|(to, _), _| to != neighbour);
        let name = neighbour.to_owned();
        let was_there = self.adjacent.remove(&name) | self.hosts.remove(&name);
        self.is_changed |= was_there;
        was_there
    }
}

/// How old a stored advertisement is, in seconds.
fn age((known, came): &(Advertisement, Time), now: Time) -> u64 {
    known.age + seconds(now.since(*came))
}

fn seconds(length: Duration) -> u64 {
    length.as_micros() / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(origin: &str, sequence: u64, links: &[&str], hosts: &[&str]) -> Advertisement {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Advertisement {
            origin: origin.to_owned(),
            sequence,
            age: 0,
            links: owned(links),
            hosts: owned(hosts),
        }
    }

    fn at(seconds: u64) -> Time {
        Time::ZERO + Duration::secs(seconds)
    }

    #[test]
    fn only_newer_advertisements_are_kept() {
        let mut state = LinkState::default();
        let mut receive = |advertisement| state.receive(at(1), "r1", advertisement);
        assert_eq!(receive(of("r2", 5, &["r1"], &[])), Received::Newer);
        assert_eq!(receive(of("r2", 5, &["r1"], &[])), Received::Known);
        assert_eq!(receive(of("r2", 4, &["r1"], &["h1"])), Received::Older);
        assert_eq!(receive(of("r2", 5, &["r1", "r3"], &[])), Received::Newer);
        assert_eq!(receive(of("r1", 9, &[], &[])), Received::Mine);
        state.originate(at(1), "r1", Vec::new());
        assert_eq!(state.copy_for(at(1), "r2", "r1").map(|copy| copy.sequence), Some(10));
    }

    #[test]
    fn a_link_counts_if_both_ends_advertise_it_and_a_host_if_its_router_does() {
        let mut state = LinkState::default();
        state.greeted(at(0), "r2", true);
        state.receive(at(0), "r1", of("r2", 1, &["r1", "r3"], &[]));
        state.receive(at(0), "r1", of("r3", 1, &[], &["h3"]));
        state.compute("r1");
        assert_eq!(state.routes().count(), 0);
        state.receive(at(0), "r1", of("r3", 2, &["r2"], &["h3"]));
        state.compute("r1");
        assert_eq!(state.routes().collect::<Vec<_>>(), [("h3", 3, vec!["r2"])]);
    }

    #[test]
    fn who_is_silent_or_does_not_hear_is_no_neighbour() {
        let mut state = LinkState::default();
        assert!(state.greeted(at(0), "r2", true) && state.greeted_by_host(at(1), "h1"));
        assert!(!state.greeted(at(1), "r2", true) && state.greeted(at(1), "r2", false));
        assert!(state.greeted(at(2), "r2", true));
        assert!(!state.expire(at(3), Duration::secs(3)) && state.expire(at(4), Duration::secs(3)));
        assert_eq!((state.hosts().len(), state.adjacent().len()), (0, 1));
    }

    #[test]
    fn what_is_sent_waits_for_its_acknowledgement_and_what_is_old_is_forgotten() {
        let mut state = LinkState::default();
        state.originate(at(0), "r1", Vec::new());
        assert_eq!(state.copy_for(at(0), "r2", "r1").map(|copy| copy.age), Some(1));
        assert_eq!(state.unacknowledged(at(1)).len(), 1);
        state.acknowledged("r2", "r1", 0);
        assert_eq!(state.unacknowledged(at(1)).len(), 1);
        state.acknowledged("r2", "r1", 1);
        assert_eq!(state.unacknowledged(at(1)).len(), 0);
        assert!(!state.is_due(at(29), "r1") && state.is_due(at(30), "r1"));
        state.grow_old(at(60));
        assert!(state.origins().is_empty());
    }
}
