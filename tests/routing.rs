//! What must be true of routing.

#[path = "support/runs.rs"]
mod runs;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use netsplit::protocols::routing::{HOST, Host, Payload, ROUTER, Router, Routing, circling, wrong_routes};
use netsplit::scenarios::CATALOGUE;
use netsplit::share::run::{Plan, Run};
use netsplit::sim::figure::{Drawing, Tree};
use netsplit::sim::network::NodeId;
use netsplit::sim::process::Message;
use netsplit::sim::random::Rng;
use netsplit::sim::trace::{Event, Trace};
use netsplit::sim::world::World;
use runs::{Controls, NO_LINES, always_hold, at, checked, is_good, process};

const PROTOCOLS: [&str; 2] = ["distance-vector", "link-state"];

fn plan(controls: Controls, lines: &[impl AsRef<str>], until: &str) -> Plan {
    runs::plan("routing", controls, lines, until)
}

fn run(controls: Controls, lines: &[&str], until: &str) -> Run {
    checked(plan(controls, lines, until))
}

fn router<'a>(world: &'a World, name: &str) -> &'a Router {
    process(world, name)
}

fn host<'a>(world: &'a World, name: &str) -> &'a Host {
    process(world, name)
}

/// How far a host is from each node over links that are whole and nodes that run: a search of its own, breadth first.
fn distances(world: &World, host: NodeId) -> BTreeMap<NodeId, u64> {
    let mut found = BTreeMap::from([(host, 0)]);
    let mut next = VecDeque::from([host]);
    while let Some(node) = next.pop_front() {
        for (other, direction) in world.network().around(node) {
            let ways = direction.link().directions();
            let works = ways.iter().all(|way| world.direction(*way).settings.up);
            let is_router = world.network().role(*other).name == ROUTER;
            if works && is_router && world.is_running(*other) && !found.contains_key(other) {
                found.insert(*other, found[&node] + 1);
                next.push_back(*other);
            }
        }
    }
    found
}

fn assert_shortest(world: &World, what: &str) {
    let network = world.network();
    for host in network.nodes_with_role(HOST).iter().filter(|host| world.is_running(**host)) {
        let right = distances(world, *host);
        for (node, router) in world.processes::<Router>() {
            let route = router.route(network.name(*host));
            let place = format!("{what}: {} to {}", network.name(node), network.name(*host));
            assert_eq!(route.map(|route| route.distance), right.get(&node).copied(), "{place}");
            for via in route.iter().flat_map(|route| &route.via) {
                let next = network.node_named(via).unwrap();
                assert_eq!(right[&next] + 1, right[&node], "{place} over {via}");
            }
        }
    }
    assert_eq!(wrong_routes(world), 0, "{what}");
    assert_eq!(circling(world), 0, "{what}");
}

// After convergence every route is a shortest path.

#[test]
fn after_random_cuts_and_crashes_every_route_is_a_shortest_path() {
    for (seed, split_horizon) in [(1, "off"), (2, "on"), (3, "poisoned-reverse")] {
        for protocol in PROTOCOLS {
            let controls = [("routing", protocol), ("split-horizon", split_horizon), ("pings-every", "0s")];
            let what = format!("{protocol} {seed}");
            cut_and_heal(&plan(&controls, &NO_LINES, "18s").with_seed(seed), &what);
        }
    }
}

fn cut_and_heal(plan: &Plan, what: &str) {
    let mut rng = Rng::stream(plan.scenario.seed, "cuts");
    let links = &plan.scenario.links;
    let cut = |number| {
        let link = rng.pick(links).unwrap();
        format!("{}ms cut {}-{}", 2_000 + number * 500, link.a, link.b)
    };
    let mut lines: Vec<String> = (0..4).map(cut).collect();
    lines.push(format!("4s crash r{}", 1 + rng.below(7)));
    lines.extend(links.iter().map(|link| format!("13s heal {}-{}", link.a, link.b)));
    lines.extend((1..=7).map(|number| format!("13s restart r{number}")));
    let mut trace = Trace::default();
    let (mut world, _) = World::new(&plan.scenario, CATALOGUE, &mut trace).unwrap();
    let commands: Vec<_> = lines.iter().map(|line| world.network().read_line(line).unwrap()).collect();
    for (until, state) in [("12900ms", "cut"), ("18s", "healed")] {
        let until = at(until);
        while world.next_time(&commands).is_some_and(|next| next <= until) {
            world.step(&commands, &mut trace);
        }
        assert_shortest(&world, &format!("{what} {state}"));
    }
    assert!(is_good(&world, "routes-are-shortest-paths"));
    always_hold(&world, &lines.join("\n"));
}

#[test]
fn equal_routes_are_kept_and_each_flow_takes_one() {
    for protocol in PROTOCOLS {
        let many = run(&[("routing", protocol)], &[], "8s");
        let single = run(&[("routing", protocol), ("multipath", "no")], &[], "8s");
        let via = |world: &World| router(world, "r1").route("h2").unwrap().via.len();
        assert_eq!((via(&many.world), via(&single.world)), (2, 1), "{protocol}");
        for world in [&many.world, &single.world] {
            assert_shortest(world, protocol);
        }
        // Each flow leaves r1 by one link only, and not all by the same.
        let mut ways: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for (datagram, _) in datagrams(&many) {
            if let [.., last, next] = &datagram.route[..]
                && last == "r1"
            {
                let flow = (datagram.source.clone(), datagram.destination.clone());
                ways.entry(flow).or_default().insert(next.clone());
            }
        }
        assert!(ways.values().all(|hops| hops.len() == 1), "{protocol}: {ways:?}");
    }
}

// No packet outlives its time to live.

/// Packets that were delivered to a node, and to which.
fn datagrams(run: &Run) -> impl Iterator<Item = (netsplit::protocols::routing::Datagram, NodeId)> {
    run.trace.records().iter().filter_map(|record| match record.event {
        Event::Delivered { packet, node } => match Routing::decode(run.trace.bytes(packet)?)? {
            Routing::Datagram(datagram) => Some((datagram, node)),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn no_packet_reaches_more_nodes_than_its_time_to_live_allows() {
    let controls = [("split-horizon", "off"), ("triggered", "no"), ("time-to-live", "9")];
    let run = run(&controls, &["4s cut h1-r1", "12s crash r6"], "22s");
    // Counted by who received it, not by what it says of itself.
    let mut received: BTreeMap<(String, String, u64, String), u64> = BTreeMap::new();
    for (it, _) in datagrams(&run) {
        *received
            .entry((it.source, it.destination, it.identification, format!("{:?}", it.payload)))
            .or_default() += 1;
    }
    let most = received.values().copied().max().unwrap();
    assert_eq!(most, 9, "some packet ran in a circle until its time was over, and none longer");
    let expired: u64 = run.world.processes::<Router>().map(|(_, router)| router.counts().expired).sum();
    assert!(expired > 3, "{expired}");
    assert!(is_good(&run.world, "a-routing-loop"));
}

#[test]
fn a_time_to_live_too_short_for_the_way_ends_packets_without_any_loop() {
    let run = run(&[("time-to-live", "3")], &["4s request h1 \"ping h2\""], "8s");
    let pings = host(&run.world, "h1").pings();
    assert!(pings.expired > 0 && pings.answered > 0, "{pings:?}");
    assert!(!is_good(&run.world, "a-routing-loop"));
    let exceeded = datagrams(&run).any(|(it, _)| it.payload == Payload::TimeExceeded);
    assert!(exceeded);
}

// Loops, counting to infinity and black holes can be reached.

#[test]
fn two_believe_each_other_and_count_to_infinity() {
    let controls = [("split-horizon", "off"), ("triggered", "no")];
    let run = run(&controls, &["4s cut h1-r1"], "21s");
    assert!(is_good(&run.world, "counting-to-infinity") && is_good(&run.world, "a-routing-loop"));
    assert_shortest(&run.world, "once all have counted up");
    let farthest = run.world.processes::<Router>().map(|(_, router)| router.counts().farthest).max();
    assert_eq!(farthest, Some(15));
}

#[test]
fn with_infinity_at_8_they_count_no_further_and_with_link_state_not_at_all() {
    let controls = [("split-horizon", "off"), ("triggered", "no"), ("infinity", "8")];
    let farthest = |controls: Controls| {
        let run = run(controls, &["4s cut h1-r1"], "14s");
        run.world.processes::<Router>().map(|(_, router)| router.counts().farthest).max().unwrap()
    };
    assert_eq!(farthest(&controls), 7);
    // While the first news spreads, maps have gaps; but no way in a map is longer than a path can be.
    assert!(farthest(&[("routing", "link-state")]) <= 7);
}

/// “Split horizon ends circles of two”, and with triggered updates counting is rare; without split horizon it is not.
#[test]
fn split_horizon_makes_counting_rare() {
    let counted = |split_horizon| {
        let controls = [("split-horizon", split_horizon), ("pings-every", "0s")];
        let plan = plan(&controls, &["3s cut h1-r1"], "7200ms");
        let runs = (1..=6).map(|seed| plan.with_seed(seed).run().unwrap());
        runs.filter(|run| is_good(&run.world, "counting-to-infinity")).count()
    };
    let (off, poisoned) = (counted("off"), counted("poisoned-reverse"));
    assert!(off >= 4 && poisoned <= 2, "{off} {poisoned}");
}

#[test]
fn who_claims_all_hosts_is_a_black_hole_and_without_it_the_others_recover() {
    for protocol in PROTOCOLS {
        let controls = [("routing", protocol)];
        let lie = "3s set r7 claims-all-hosts yes";
        let lied = run(&controls, &[lie], "9s");
        assert!(is_good(&lied.world, "a-black-hole"), "{protocol}");
        assert!(wrong_routes(&lied.world) >= 8, "{protocol}: {}", wrong_routes(&lied.world));
        assert!(router(&lied.world, "r7").counts().swallowed > 3, "{protocol}");
        assert!(host(&lied.world, "h1").pings().lost > 0, "{protocol}");
        let healed = run(&controls, &[lie, "9s cut r2-r7", "9s cut r5-r7"], "16s");
        assert_shortest(&healed.world, protocol);
    }
}

/// “The lie of the link-state protocol reaches less far”: nobody can be nearer to a host than a link.
#[test]
fn a_lie_reaches_less_far_where_links_are_advertised() {
    let wrong = |protocol| {
        let run =
            run(&[("routing", protocol), ("multipath", "no")], &["3s set r7 claims-all-hosts yes"], "9s");
        wrong_routes(&run.world)
    };
    assert!(wrong("link-state") * 2 < wrong("distance-vector"));
}

#[test]
fn a_byzantine_router_draws_packets_into_circles() {
    let run = run(&[], &["3s byzantine r7 lie"], "9s");
    assert!(is_good(&run.world, "a-routing-loop"));
    assert!(host(&run.world, "h1").pings().expired + host(&run.world, "h2").pings().lost > 0);
}

// Tables, trees, accounts.

#[test]
fn changing_the_protocol_of_all_routers_comes_to_the_same_routes() {
    let lines: Vec<String> = (1..=7).map(|number| format!("3s set r{number} routing link-state")).collect();
    let changed = checked(plan(&[], &lines, "9s"));
    let tables = |world: &World| -> Vec<_> {
        world.processes::<Router>().map(|(_, router)| router.table().to_vec()).collect()
    };
    assert_eq!(tables(&changed.world), tables(&run(&[], &[], "9s").world));
}

#[test]
fn the_tree_of_ways_is_one_when_all_is_well_and_falls_apart_while_they_count() {
    let tree = |run: &Run| -> Tree {
        let figure = run.world.network().figures().next().unwrap();
        match (figure.draw)(&run.world) {
            Some(Drawing::Tree(tree)) => tree,
            other => panic!("{other:?}"),
        }
    };
    let well = tree(&run(&[], &[], "4s"));
    assert!(well.blocks.len() == 8 && well.blocks.iter().all(|block| block.stands));
    assert_eq!(well.blocks.iter().filter(|block| block.parent.is_none()).count(), 1);
    let counting = tree(&run(&[("split-horizon", "off"), ("triggered", "no")], &["4s cut h1-r1"], "10s"));
    assert!(counting.blocks.iter().any(|block| !block.stands));
}

#[test]
fn a_ping_by_hand_is_answered_and_its_way_recorded() {
    let run = run(&[("pings-every", "0s")], &["4s request h1 \"ping h2\""], "6s");
    let pings = host(&run.world, "h1").pings();
    assert_eq!((pings.sent, pings.answered), (1, 1));
    let answer = datagrams(&run).filter(|(it, _)| it.payload == Payload::EchoReply).last().unwrap().0;
    assert_eq!((answer.route.len(), answer.time_to_live), (4, 12));
    assert_eq!((answer.route.first().unwrap().as_str(), answer.route.last().unwrap().as_str()), ("r6", "r1"));
}
