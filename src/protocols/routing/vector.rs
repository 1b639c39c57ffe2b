//! Distance vector: RIP's table and its rules (RFC 2453, section 3.9).

use crate::sim::time::{Duration, Time};
use crate::sorted::Map;

use super::Address;

/// What a router's settings say of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// The distance that means that there is no route.
    pub infinity: u64,
    /// What a next hop is told of a route over itself.
    pub split_horizon: SplitHorizon,
    /// Whether all next hops of the same distance are kept.
    pub multipath: bool,
    /// For how long a next hop is believed that says nothing more.
    pub timeout: Duration,
    /// For how long it is told that there is no route any more (the garbage-collection time).
    pub told_for: Duration,
}

/// What a next hop is told of a route over itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SplitHorizon {
    /// What everyone is told.
    Off,
    /// Nothing.
    On,
    /// That it is infinite.
    PoisonedReverse,
}

/// The table of a router that runs the distance-vector protocol.
#[derive(Clone, Debug, Default)]
pub(super) struct Vector {
    /// In the order of hosts.
    routes: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    host: Address,
    distance: u64,
    /// The next hops, and when each last said so. Without one there is no route.
    via: Map<Address, Time>,
    /// Whether neighbours have yet to be told.
    is_changed: bool,
    /// When it is forgotten that there was a route.
    forget_at: Option<Time>,
}

impl Vector {
    /// A neighbour says how far it is from hosts.
    pub fn hear(&mut self, rules: &Rules, now: Time, from: &str, distances: &[(Address, u64)]) {
        for (host, distance) in distances {
            let distance = distance.saturating_add(1).min(rules.infinity);
            let place = self.routes.partition_point(|entry| entry.host < *host);
            match self.routes.get_mut(place).filter(|entry| entry.host == *host) {
                Some(entry) => entry.hear(rules, now, from, distance),
                None if distance < rules.infinity => {
                    self.routes.insert(place, Entry::over(host, now, from, distance));
                }
                None => {}
            }
        }
    }

    /// Gives up what was not heard of for too long.
    pub fn expire(&mut self, rules: &Rules, now: Time) {
        self.routes.retain(|entry| entry.forget_at.is_none_or(|at| at > now));
        for entry in self.routes.iter_mut().filter(|entry| entry.forget_at.is_none()) {
            entry.via.retain(|_, heard| *heard + rules.timeout > now);
            if entry.via.is_empty() {
                entry.lose(rules, now);
            }
        }
    }

    /// When [`Vector::expire`] next has something to do.
    pub fn next_expiry(&self, rules: &Rules) -> Option<Time> {
        let expiries = self.routes.iter().flat_map(|entry| {
            let heard = entry.via.values().map(|heard| *heard + rules.timeout);
            heard.chain(entry.forget_at)
        });
        expiries.min()
    }

    /// Whether neighbours have yet to be told of something.
    pub fn is_changed(&self) -> bool {
        self.routes.iter().any(|entry| entry.is_changed)
    }

    /// All are told.
    pub fn told(&mut self) {
        self.routes.iter_mut().for_each(|entry| entry.is_changed = false);
    }

    /// What a neighbour is told: all of the table, or what has changed.
    pub fn update_for(&self, rules: &Rules, neighbour: &str, only_changed: bool) -> Vec<(Address, u64)> {
        let tell = |entry: &Entry| {
            if only_changed && !entry.is_changed {
                return None;
            }
            let is_over_it = entry.via.contains_key(neighbour);
            let distance = match rules.split_horizon {
                SplitHorizon::On if is_over_it => return None,
                SplitHorizon::PoisonedReverse if is_over_it => rules.infinity,
                _ if entry.via.is_empty() => rules.infinity,
                _ => entry.distance,
            };
            Some((entry.host.clone(), distance))
        };
        self.routes.iter().filter_map(tell).collect()
    }

    /// Hosts, how far away they are, and over which neighbours; no neighbour if there is no route any more.
    pub fn routes(&self) -> impl Iterator<Item = (&str, u64, Vec<&str>)> {
        self.routes.iter().map(|entry| {
            let via = entry.via.keys().map(String::as_str).collect();
            (entry.host.as_str(), entry.distance, via)
        })
    }
}

impl Entry {
    /// What its next hops say counts, whatever it is; what others say only if it is nearer, or as near and another next hop is welcome.
    fn hear(&mut self, rules: &Rules, now: Time, from: &str, distance: u64) {
        let is_next_hop = self.via.contains_key(from);
        let is_finite = distance < rules.infinity;
        let has_none = self.via.is_empty();
        if distance == self.distance && is_finite && !has_none && (is_next_hop || rules.multipath) {
            self.via.insert(from.to_owned(), now);
        } else if is_next_hop && distance > self.distance && self.via.len() > 1 {
            self.via.remove(from);
        } else if is_next_hop && !is_finite {
            self.lose(rules, now);
        } else if is_finite && (is_next_hop || has_none || distance < self.distance) {
            *self = Entry::over(&self.host, now, from, distance);
        }
    }

    /// A route over this neighbour.
    fn over(host: &str, now: Time, from: &str, distance: u64) -> Entry {
        let via = Map::from_iter([(from.to_owned(), now)]);
        Entry { host: host.to_owned(), distance, via, is_changed: true, forget_at: None }
    }

    fn lose(&mut self, rules: &Rules, now: Time) {
        self.distance = rules.infinity;
        self.via.clear();
        self.is_changed = true;
        self.forget_at = Some(now + rules.told_for);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules {
        infinity: 16,
        split_horizon: SplitHorizon::Off,
        multipath: false,
        timeout: Duration::secs(3),
        told_for: Duration::secs(4),
    };

    fn at(seconds: u64) -> Time {
        Time::ZERO + Duration::secs(seconds)
    }

    fn say(vector: &mut Vector, rules: &Rules, second: u64, from: &str, distance: u64) {
        vector.hear(rules, at(second), from, &[("h1".to_owned(), distance)]);
    }

    fn route(vector: &Vector) -> Option<(u64, Vec<&str>)> {
        vector.routes().next().map(|(_, distance, via)| (distance, via))
    }

    #[test]
    fn the_nearest_is_believed_and_a_next_hop_even_if_it_is_worse() {
        let mut vector = Vector::default();
        say(&mut vector, &RULES, 0, "r2", 3);
        say(&mut vector, &RULES, 0, "r3", 3);
        assert_eq!(route(&vector), Some((4, vec!["r2"])));
        say(&mut vector, &RULES, 1, "r3", 1);
        assert_eq!(route(&vector), Some((2, vec!["r3"])));
        say(&mut vector, &RULES, 1, "r3", 7);
        assert_eq!(route(&vector), Some((8, vec!["r3"])));
        say(&mut vector, &RULES, 2, "r3", 15);
        assert_eq!(route(&vector), Some((16, vec![])));
    }

    #[test]
    fn equal_next_hops_are_kept_and_given_up_one_by_one() {
        let rules = Rules { multipath: true, ..RULES };
        let mut vector = Vector::default();
        say(&mut vector, &rules, 0, "r3", 1);
        say(&mut vector, &rules, 1, "r2", 1);
        assert_eq!(route(&vector), Some((2, vec!["r2", "r3"])));
        vector.expire(&rules, at(3));
        assert_eq!(route(&vector), Some((2, vec!["r2"])));
        say(&mut vector, &rules, 3, "r3", 1);
        say(&mut vector, &rules, 3, "r2", 5);
        assert_eq!(route(&vector), Some((2, vec!["r3"])));
    }

    #[test]
    fn what_is_not_heard_of_is_infinite_for_a_while_and_then_forgotten() {
        let mut vector = Vector::default();
        say(&mut vector, &RULES, 0, "r2", 1);
        assert_eq!(vector.next_expiry(&RULES), Some(at(3)));
        vector.told();
        vector.expire(&RULES, at(3));
        assert_eq!((route(&vector), vector.is_changed()), (Some((16, vec![])), true));
        assert_eq!(vector.next_expiry(&RULES), Some(at(7)));
        vector.expire(&RULES, at(7));
        assert_eq!(route(&vector), None);
    }

    #[test]
    fn a_next_hop_is_told_of_its_own_route_as_the_split_horizon_says() {
        let mut vector = Vector::default();
        say(&mut vector, &RULES, 0, "r2", 1);
        let told = |split_horizon, neighbour| {
            vector.update_for(&Rules { split_horizon, ..RULES }, neighbour, true).first().map(|(_, d)| *d)
        };
        assert_eq!(told(SplitHorizon::Off, "r2"), Some(2));
        assert_eq!(told(SplitHorizon::On, "r2"), None);
        assert_eq!(told(SplitHorizon::PoisonedReverse, "r2"), Some(16));
        assert_eq!(told(SplitHorizon::PoisonedReverse, "r3"), Some(2));
    }
}
