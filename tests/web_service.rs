//! What must be true of the web service.

#[path = "support/runs.rs"]
mod runs;

use netsplit::faults;
use netsplit::protocols::web::{
    App, BALANCER, Balancer, DATABASE, Database, USER, User, accounted_for, lost_saves,
};
use netsplit::scenarios::CATALOGUE;
use netsplit::share::chaos::Chaos;
use netsplit::share::run::{Plan, Run};
use netsplit::share::single_points::{self, Found};
use netsplit::sim::figure::Drawing;
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::trace::Event;
use netsplit::sim::world::World;
use runs::{Controls, NO_LINES, checked, is_good, node, process, reading, standing, step_by_step};

fn plan(controls: Controls, lines: &[&str], until: &str) -> Plan {
    runs::plan("web-service", controls, lines, until)
}

fn run(controls: Controls, lines: &[&str], until: &str) -> Run {
    checked(plan(controls, lines, until))
}

fn sum(world: &World, of: impl Fn(&User) -> u64) -> u64 {
    world.processes::<User>().map(|(_, user)| of(user)).sum()
}

fn good(world: &World) -> u64 {
    sum(world, |user| user.tally().fates.good)
}

fn bad(world: &World) -> u64 {
    sum(world, |user| user.tally().fates.bad())
}

fn database<'a>(world: &'a World, name: &str) -> &'a Database {
    process(world, name)
}

// Every request is accounted for.

/// What users count agrees with the trace: each request begun is a timer that went off, each given up a note, and each other one is
/// good or in flight.
#[test]
fn at_every_moment_what_users_count_is_what_happened() {
    let controls = [("asks-every", "200ms"), ("timeout", "800ms"), ("retries", "1")];
    let plan = plan(&controls, &["2s crash db1", "4s restart db1", "5s loss u1-b1 40%"], "10s");
    let (mut begun, mut noted, mut read) = (0, 0, 0);
    let (world, _) = step_by_step(&plan, |world, trace| {
        let users = world.network().nodes_with_role(USER);
        for record in &trace.records()[read..] {
            match record.event {
                Event::Fired { node, timer } if users.contains(&node) && timer.name == "ask" => begun += 1,
                Event::Noted { node, .. } if users.contains(&node) => noted += 1,
                _ => {}
            }
        }
        read = trace.records().len();
        assert_eq!(sum(world, |user| user.tally().offered), begun);
        assert_eq!(bad(world), noted);
        assert_eq!(sum(world, accounted_for), begun);
    });
    let fates = [
        sum(&world, |u| u.tally().fates.refused),
        sum(&world, |u| u.tally().fates.failed),
        sum(&world, |u| u.tally().fates.timed_out),
    ];
    assert!(good(&world) > 50 && fates[1] > 2 && fates[2] > 2, "{fates:?}");
}

#[test]
fn full_queues_refuse_and_what_is_refused_is_counted() {
    let lines = ["0s set a1 queue 2", "0s set a1 pool 1", "0s set b1 fall 100"];
    let controls =
        [("apps", "1"), ("asks-every", "100ms"), ("service", "200ms"), ("timeout", "10s"), ("retries", "0")];
    let run = run(&controls, &lines, "20s");
    let world = &run.world;
    let refused = sum(world, |user| user.tally().fates.refused);
    let app = world.processes::<App>().next().unwrap().1;
    assert!(refused > 100, "{refused}");
    // Some refusals are still on their way.
    assert!((0..8).contains(&(app.station().refused() - refused)), "{}", app.station().refused());
    let gauge = world.look(node(world, "a1")).unwrap().gauges[0];
    assert_eq!((gauge.of, gauge.used as usize), (2, app.station().waiting()));
    // One worker of 200 ms and a way of 42 ms to the database and back makes at most some four a second.
    assert!(good(world) > 60 && good(world) < 90, "{}", good(world));
}

#[test]
fn figures_and_readings_agree_with_the_users() {
    let run = run(&[], &["3s crash db1"], "12s");
    let world = &run.world;
    let drawings: Vec<Drawing> =
        world.network().figures().filter_map(|figure| (figure.draw)(world)).collect();
    let [Drawing::Plot(plot), Drawing::Bars(bars)] = &drawings[..] else { panic!("{drawings:?}") };
    let offered: f64 = plot.series[1].points.iter().map(|(_, up)| up).sum();
    assert_eq!(plot.series[1].points.len(), 12);
    assert!(offered > 0.0 && offered <= sum(world, |user| user.tally().offered) as f64);
    let all: f64 = bars.bars.iter().map(|bar| bar.amount).sum();
    assert_eq!(all, sum(world, |user| user.tally().offered) as f64);
    let percent = 100.0 * good(world) as f64 / (good(world) + bad(world)) as f64;
    assert!((reading(world, "good_percent") - percent).abs() < 1e-9);
}

// Balancer and servers.

#[test]
fn a_dead_server_leaves_the_rotation_and_comes_back() {
    let rotation = |lines: &[&str], until| {
        let run = run(&[], lines, until);
        let (_, balancer) = run.world.processes::<Balancer>().next().unwrap();
        (balancer.rotation().count(), bad(&run.world))
    };
    assert_eq!(rotation(&["3s crash a2"], "3.4s"), (3, 0));
    assert_eq!(rotation(&["3s crash a2"], "6s"), (2, 0));
    assert_eq!(rotation(&["3s crash a2", "6s restart a2"], "9s"), (3, 0));
}

/// Whatever the luck: with retries nobody gives up when one of three servers crashes.
#[test]
fn one_server_of_three_is_not_missed() {
    for seed in 0..5 {
        for server in ["a1", "a2", "a3"] {
            let crash = format!("3s crash {server}");
            let run = plan(&[], &[&crash], "12s").with_seed(seed).run().unwrap();
            assert_eq!(bad(&run.world), 0, "{seed} {server}");
            assert!(good(&run.world) > 40, "{seed}");
        }
    }
}

/// “The service gets three times the requests.”
#[test]
fn users_who_fail_try_three_times() {
    let run = run(&[("asks-every", "200ms")], &["3s crash db1"], "20s");
    let ratio = reading(&run.world, "tries_per_second") / reading(&run.world, "offered_per_second");
    assert!((2.7..=3.3).contains(&ratio), "{ratio}");
    assert_eq!(reading(&run.world, "good_per_second"), 0.0);
}

#[test]
fn back_off_spreads_retries_and_jitter_makes_them_differ() {
    // Nobody answers: the three tries of a request are out for 1 s each, with pauses of 1 s and 2 s between.
    let given_up = |jitter, until| {
        let controls = [("asks-every", "0s"), ("backoff", "1s"), ("jitter", jitter)];
        bad(&run(&controls, &["0s crash b1", "100ms request u1 save"], until).world)
    };
    assert_eq!(given_up("no", "6.09s"), 0);
    assert_eq!(given_up("no", "6.11s"), 1);
    // Full jitter waits less than that.
    assert_eq!(given_up("yes", "6.09s"), 1);
}

// Databases.

#[test]
fn a_standby_leads_by_itself_or_when_it_is_told_to() {
    let led_by = |controls: Controls, lines: &[&str]| {
        let mut all = vec![("standby", "yes")];
        all.extend(controls);
        let run = run(&all, lines, "8s");
        let (world, leader) = (&run.world, |world: &World| {
            world.processes::<Database>().filter_map(|(_, database)| database.leads()).max()
        });
        (leader(world), reading(world, "good_per_second") > 1.0)
    };
    assert_eq!(led_by(&[], &[]), (Some(1), true));
    assert_eq!(led_by(&[], &["2s crash db1"]), (Some(2), true));
    let by_hand = [("failover-after", "0s")];
    assert_eq!(led_by(&by_hand, &["2s crash db1"]), (None, false));
    assert_eq!(led_by(&by_hand, &["2s crash db1", "3s request db2 promote"]), (Some(2), true));
}

#[test]
fn an_old_leader_steps_down_and_takes_over_the_other_s_table() {
    let lines = ["2s crash db1", "5s restart db1"];
    let run = run(&[("standby", "yes")], &lines, "10s");
    let (old, new) = (database(&run.world, "db1"), database(&run.world, "db2"));
    assert_eq!((old.leads(), new.leads()), (None, Some(2)));
    let behind = new.table().position - old.table().position;
    assert!(behind <= 2, "{behind}");
    assert_eq!(bad(&run.world), 0);
}

/// “What db1 saved behind the cut, db2 never saw.”
#[test]
fn two_leaders_lose_saves_and_databases_on_one_side_do_not() {
    let lost = |lines: &[&str], until: &str| lost_saves(&run(&[("standby", "yes")], lines, until).world);
    assert_eq!(lost(&["2s cut db1-db2", "5s crash db1"], "5.05s"), Some(3));
    assert_eq!(lost(&["2s cut db1-db2", "5s heal db1-db2"], "5.01s"), Some(3));
    assert_eq!(lost(&["5s crash db1"], "8s"), Some(0));
}

/// “It is enough that the last copy before a crash is lost on its way.”
#[test]
fn what_is_acknowledged_just_before_a_crash_can_be_lost() {
    let lines = ["2900ms loss db1>db2 100%", "3s crash db1"];
    let run = run(&[("standby", "yes"), ("asks-every", "100ms")], &lines, "5s");
    assert!(is_good(&run.world, "an-acknowledged-save-is-lost"));
    assert!(database(&run.world, "db2").leads().is_some());
}

#[test]
fn acknowledged_saves_outlive_a_crash_of_the_only_database() {
    let run = run(&[], &["5s crash db1", "6s restart db1"], "7s");
    let table = database(&run.world, "db1").table();
    for (user, process) in run.world.processes::<User>() {
        let number = table.number(run.world.network().name(user));
        assert!(process.acknowledged() > 0 && number >= process.acknowledged());
    }
}

// Single points of failure.

/// For each node, in a run of its own, whether nothing is saved any more once it is crashed.
fn brute_force(controls: Controls) -> Vec<String> {
    let network = runs::scenario("web-service", controls, &NO_LINES).lay(CATALOGUE).unwrap().network;
    let stops = |name: &&str| {
        let crash = format!("2s crash {name}");
        let run = plan(controls, &[&crash], "15s").run().unwrap();
        sum(&run.world, |user| (10..15).map(|second| user.second(second).good).sum()) == 0
    };
    let names: Vec<&str> = network.node_ids().map(|node| network.name(node)).collect();
    names.iter().filter(|name| stops(name)).map(|name| (*name).to_owned()).collect()
}

/// What is highlighted in the graph, and by trial.
fn highlighted(controls: Controls) -> [Vec<String>; 2] {
    let (world, found) = single_points::find(&plan(controls, &[], "2s")).unwrap();
    let names = |of: fn(&Found) -> bool| {
        found.iter().filter(|it| of(it)).map(|it| world.network().name(it.node).to_owned()).collect()
    };
    [names(|it| it.in_graph), names(|it| it.by_trial)]
}

#[test]
fn what_is_highlighted_is_exactly_what_stops_requests() {
    let setups: [(Controls, &[&str]); 5] = [
        (&[], &["b1", "db1"]),
        (&[("standby", "yes")], &["b1"]),
        (&[("balancers", "2")], &["db1"]),
        (&[("balancers", "2"), ("standby", "yes")], &[]),
        (&[("users", "1"), ("apps", "1")], &["u1", "b1", "a1", "db1"]),
    ];
    for (controls, expected) in setups {
        assert_eq!(brute_force(controls), expected, "{controls:?}");
        assert!(highlighted(controls).iter().all(|names| names == expected), "{controls:?}");
    }
}

/// The explained difference: a second way is wired, and nobody takes it.
#[test]
fn a_spare_that_nobody_uses_is_one_in_the_graph_alone() {
    let controls = [("balancers", "2"), ("standby", "yes"), ("entries", "1"), ("failover-after", "0s")];
    let [in_graph, by_trial] = highlighted(&controls);
    assert_eq!(in_graph, [""; 0]);
    assert_eq!(by_trial, ["b1", "db1"]);
    assert_eq!(brute_force(&controls), ["b1", "db1"]);
}

/// The graph is that of what runs and is whole at the moment.
#[test]
fn what_is_down_or_cut_is_no_way() {
    let controls = [("balancers", "2"), ("standby", "yes")];
    let at = |lines: &[&str]| {
        let (world, _) = plan(&controls, lines, "5s").reach().unwrap();
        let points = single_points::in_graph(&world).into_iter();
        points.map(|node| world.network().name(node).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(at(&["1s crash b1"]), ["b2"]);
    assert_eq!(at(&["1s cut a1-db2", "1s cut a2-db2", "1s cut a3-db2"]), ["db1"]);
}

/// Whoever went back in a run asks about that moment, not about what they did after it.
#[test]
fn what_is_done_later_does_not_count() {
    let (_, found) = single_points::find(&plan(&[], &["5s crash db1", "6s crash a1"], "2s")).unwrap();
    assert_eq!(found.iter().filter(|it| it.by_trial).count(), 2);
}

#[test]
fn without_successes_there_is_nothing_to_stop() {
    let wrong = single_points::find(&plan(&[], &["1s crash db1"], "5s"));
    assert!(wrong.is_err());
}

// Chaos.

/// Chaos without lies and lost disks, then everything is healed: all is served again.
#[test]
fn after_chaos_everyone_is_served() {
    for seed in 0..6 {
        let controls = [("balancers", "2"), ("standby", if seed % 2 == 0 { "yes" } else { "no" })];
        let mut plan = plan(&controls, &[], "15s").with_seed(seed);
        let without = ["byzantine", "destroy"];
        let kinds = faults::ALL.iter().copied().filter(|kind| !without.contains(&kind.name)).collect();
        plan.chaos = Some(Chaos { commands: 20, kinds });
        let chaos = plan.run().unwrap();
        let network = chaos.world.network();
        plan.lines = chaos.command_lines();
        plan.chaos = None;
        plan.lines.extend(network.node_ids().map(|node| format!("15s heal {}", network.name(node))));
        plan.lines.extend(network.link_ids().map(|link| format!("15s heal {}", network.link_name(link))));
        plan.until = Time::ZERO + Duration::secs(60);
        let run = checked(plan);
        let served = standing(&run.world, "users-are-served");
        assert!(served.is_good(), "{seed}: {served:?}");
        assert!(
            network.nodes_with_role(BALANCER).len() == 2 && !network.nodes_with_role(DATABASE).is_empty()
        );
    }
}
