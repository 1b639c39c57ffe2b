//! What must be true of routes and packets, and what is read off them.

use crate::phrase;
use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::world::World;
use crate::word;
use crate::words::Phrase;

use super::paths::Paths;
use super::{HOST, Host, ROUTER, Router};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "no-packet-outlives-its-ttl",
        kind: PropertyKind::Always,
        title: word!("property.no-packet-outlives-its-ttl"),
        check: no_packet_outlives_its_ttl,
    },
    Property {
        name: "pings-are-accounted-for",
        kind: PropertyKind::Always,
        title: word!("property.pings-are-accounted-for"),
        check: pings_are_accounted_for,
    },
    Property {
        name: "routes-are-shortest-paths",
        kind: PropertyKind::Eventually,
        title: word!("property.routes-are-shortest-paths"),
        check: routes_are_shortest_paths,
    },
    Property {
        name: "a-routing-loop",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-routing-loop"),
        check: |world| seen(circling(world) > 0),
    },
    Property {
        name: "counting-to-infinity",
        kind: PropertyKind::Sometimes,
        title: word!("property.counting-to-infinity"),
        check: |world| seen(farthest(world) > longest_path(world)),
    },
    Property {
        name: "a-black-hole",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-black-hole"),
        check: |world| seen(routers(world).any(|(_, router)| router.counts().swallowed > 0)),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "wrong_routes",
        title: word!("reading.wrong-routes"),
        read: |world| Some(wrong_routes(world) as f64),
    },
    Reading {
        name: "routes_in_circles",
        title: word!("reading.routes-in-circles"),
        read: |world| Some(circling(world) as f64),
    },
    Reading {
        name: "farthest_route",
        title: word!("reading.farthest-route"),
        read: |world| Some(farthest(world) as f64),
    },
    Reading {
        name: "pings_answered_percent",
        title: word!("reading.pings-answered-percent"),
        read: answered,
    },
    Reading {
        name: "packets_expired",
        title: word!("reading.packets-expired"),
        read: |world| Some(routers(world).map(|(_, router)| router.counts().expired).sum::<u64>() as f64),
    },
    Reading {
        name: "routing_messages",
        title: word!("reading.routing-messages"),
        read: |world| Some(routers(world).map(|(_, router)| router.counts().told).sum::<u64>() as f64),
    },
];

fn routers(world: &World) -> impl Iterator<Item = (NodeId, &Router)> {
    world.processes::<Router>()
}

/// Every packet that a node receives has passed as many routers as were taken off its time to live, and has some of that left. It holds of liars,
/// too: they lie in what they say of routes.
fn no_packet_outlives_its_ttl(world: &World) -> Result<(), Phrase> {
    let at_routers = routers(world).find(|(_, router)| router.counts().outlived > 0).map(|(node, _)| node);
    let at_hosts = world.processes::<Host>().find(|(_, host)| host.outlived() > 0).map(|(node, _)| node);
    match at_routers.or(at_hosts) {
        None => Ok(()),
        Some(node) => Err(phrase!("property.packet-outlived", node = world.network().name(node))),
    }
}

/// Every ping of a host is in exactly one of five places.
fn pings_are_accounted_for(world: &World) -> Result<(), Phrase> {
    for (node, host) in world.processes::<Host>() {
        let pings = host.pings();
        let settled = pings.answered + pings.expired + pings.unreachable + pings.lost;
        if pings.sent != settled + host.in_flight() {
            return Err(phrase!("property.ping-unaccounted", host = world.network().name(node)));
        }
    }
    Ok(())
}

/// The table of every running router has every running host that a path leads to, at its distance over links that work both ways and
/// routers that run, over neighbours that are one nearer; and no other.
fn routes_are_shortest_paths(world: &World) -> Result<(), Phrase> {
    let live = live(world);
    for host in world.network().nodes_with_role(HOST) {
        let distances = live.distances_to(host.index());
        if let Some((node, router)) =
            routers(world).find(|(node, router)| !is_right(world, (*node, router), *host, &distances))
        {
            let (name, target) = (world.network().name(node), world.network().name(*host));
            return Err(match (router.route(target), distances[node.index()]) {
                (None, _) => phrase!("property.no-route", router = name, host = target),
                (Some(route), None) => {
                    phrase!(
                        "property.route-to-nowhere",
                        router = name,
                        host = target,
                        distance = route.distance
                    )
                }
                (Some(route), Some(right)) => phrase!(
                    "property.route-wrong",
                    router = name,
                    host = target,
                    distance = route.distance,
                    right = right
                ),
            });
        }
    }
    Ok(())
}

/// How many routes of running routers are not shortest paths, or missing.
pub fn wrong_routes(world: &World) -> usize {
    let live = live(world);
    let wrong = |host: &NodeId| {
        let distances = live.distances_to(host.index());
        routers(world).filter(|(node, router)| !is_right(world, (*node, router), *host, &distances)).count()
    };
    world.network().nodes_with_role(HOST).iter().map(wrong).sum()
}

/// The network as it works at the moment: hosts pass nothing on.
fn live(world: &World) -> Paths {
    let network = world.network();
    let mut paths = Paths::new(network.nodes.len());
    for (node, _) in routers(world) {
        for (next, direction) in network.around(node) {
            let works = direction.link().directions().iter().all(|way| world.direction(*way).settings.up);
            if works && world.is_running(*next) {
                paths.join(node.index(), next.index());
            }
        }
    }
    paths
}

fn is_right(
    world: &World,
    (node, router): (NodeId, &Router),
    host: NodeId,
    distances: &[Option<u64>],
) -> bool {
    let network = world.network();
    let route = router.route(network.name(host));
    let Some(right) = distances[node.index()] else { return route.is_none() };
    route.is_some_and(|route| {
        let is_nearer = |next: &NodeId| distances[next.index()] == Some(right - 1);
        let nearer =
            network.neighbours(node).iter().filter(|next| is_nearer(next)).map(|next| network.name(*next));
        let nearer: Vec<&str> = nearer.collect();
        route.distance == right && route.via.iter().all(|via| nearer.contains(&via.as_str()))
    })
}

/// How far routers that run believe a host to be, and which do not know; in the order of routers.
pub fn believed<'a>(world: &'a World, host: &'a str) -> impl Iterator<Item = Option<u64>> + 'a {
    routers(world).map(move |(_, router)| router.route(host).map(|route| route.distance))
}

/// The greatest distance in any table.
pub fn farthest(world: &World) -> u64 {
    let routes = routers(world).flat_map(|(_, router)| router.table());
    routes.filter(|route| !route.via.is_empty()).map(|route| route.distance).max().unwrap_or(0)
}

/// No path that passes no router twice is longer: a link from each router to the next, and one to the host.
pub(super) fn longest_path(world: &World) -> u64 {
    world.network().nodes_with_role(ROUTER).len() as u64
}

/// How many routes lead back to the router that has them: next hop by next hop, over links that work.
pub fn circling(world: &World) -> usize {
    let network = world.network();
    let circles = |host: &NodeId| {
        let next = next_hops(world, *host);
        network.node_ids().filter(|node| leads_to(&next, *node, *node)).count()
    };
    network.nodes_with_role(HOST).iter().map(circles).sum()
}

/// Where each node's table sends packets for a host, as far as links work and routers run.
fn next_hops(world: &World, host: NodeId) -> Vec<Vec<NodeId>> {
    let network = world.network();
    let mut next = vec![Vec::new(); network.nodes.len()];
    for (node, router) in routers(world) {
        let Some(route) = router.route(network.name(host)) else { continue };
        if router.keeps_for_itself(&route.host) {
            continue;
        }
        for (other, direction) in network.around(node) {
            let is_next = route.via.iter().any(|via| via == network.name(*other));
            if is_next && world.direction(*direction).settings.up && world.is_running(*other) {
                next[node.index()].push(*other);
            }
        }
    }
    next
}

fn leads_to(next: &[Vec<NodeId>], from: NodeId, to: NodeId) -> bool {
    let mut found: Vec<NodeId> = next[from.index()].clone();
    let mut index = 0;
    while let Some(node) = found.get(index).copied() {
        if node == to {
            return true;
        }
        found.extend(
            next[node.index()].iter().filter(|node| !found.contains(node)).copied().collect::<Vec<_>>(),
        );
        index += 1;
    }
    false
}

/// The share of settled pings that were answered, in percent.
fn answered(world: &World) -> Option<f64> {
    let all = world.processes::<Host>().map(|(_, host)| (host.pings(), host.in_flight()));
    let (answered, settled) = all.fold((0, 0), |(answered, settled), (pings, in_flight)| {
        (answered + pings.answered, settled + pings.sent - in_flight)
    });
    (settled > 0).then(|| 100.0 * answered as f64 / settled as f64)
}
