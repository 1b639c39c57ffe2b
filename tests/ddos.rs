//! What must be true of the web service under a flood.

#[path = "support/runs.rs"]
mod runs;

use netsplit::protocols::web::{Balancer, Bot, Second, User, accounted_for};
use netsplit::share::run::{Plan, Run};
use netsplit::sim::figure::{Drawing, SeriesShape};
use netsplit::sim::trace::Event;
use netsplit::sim::world::World;
use runs::{Controls, NO_LINES, checked, figure, goal_reached, node, process, reading, step_by_step};

fn plan(controls: Controls, lines: &[&str], until: &str) -> Plan {
    runs::plan("ddos", controls, lines, until)
}

fn run(controls: Controls, lines: &[&str], until: &str) -> Run {
    checked(plan(controls, lines, until))
}

/// A line for every node whose name begins so.
fn each(prefix: &str, count: usize, rest: &str, at: &str) -> Vec<String> {
    (1..=count).map(|number| format!("{at} set {prefix}{number} {rest}")).collect()
}

fn user<'a>(world: &'a World, name: &str) -> &'a User {
    process(world, name)
}

fn users(world: &World) -> Vec<&User> {
    world.processes::<User>().map(|(_, user)| user).collect()
}

fn bots(world: &World) -> Vec<&User> {
    world.processes::<Bot>().map(|(_, bot)| bot.as_user()).collect()
}

/// What happened at all of these in the five seconds before the end.
fn recent(world: &World, all: &[&User]) -> Second {
    let now = world.now().as_micros() / 1_000_000;
    let seconds = all.iter().flat_map(|user| (now - 5..now).map(|number| user.second(number)));
    seconds.fold(Second::default(), |sum, second| sum.and(&second))
}

/// How many percent of what users asked in the last five seconds was answered.
fn served(run: &Run) -> u64 {
    let second = recent(&run.world, &users(&run.world));
    100 * second.good / second.offered
}

fn reached(run: &Run, goal: &str) -> bool {
    goal_reached("ddos", goal, &run.world)
}

// Goodput, dropped, refused, timed out: at every moment they are all that was offered.

/// What is counted agrees with the trace, where a request begun is a timer that went off, and every one that a user gives up is a note.
#[test]
fn at_every_moment_all_that_is_offered_is_somewhere() {
    let controls =
        [("rate-limit", "9"), ("burst", "2"), ("queue", "20"), ("retries", "1"), ("timeout", "900ms")];
    let lines = ["2s crash db1", "3s restart db1", "4s loss u1-b1 60%", "5s set b1 rate-limit 0"];
    let plan = plan(&controls, &lines, "8s");
    let (mut begun, mut noted, mut read) = (0, 0, 0);
    let (world, _) = step_by_step(&plan, |world, trace| {
        for record in &trace.records()[read..] {
            match record.event {
                Event::Fired { timer, .. } if timer.name == "ask" => begun += 1,
                Event::Noted { node, .. } if world.process::<User>(node).is_some() => noted += 1,
                _ => {}
            }
        }
        read = trace.records().len();
        let all = || users(world).into_iter().chain(bots(world));
        assert_eq!(all().map(|user| user.tally().offered).sum::<u64>(), begun);
        assert_eq!(all().map(accounted_for).sum::<u64>(), begun);
        assert_eq!(users(world).iter().map(|user| user.tally().fates.bad()).sum::<u64>(), noted);
    });
    let sum = |of: fn(&User) -> u64| users(&world).into_iter().map(of).sum::<u64>();
    let fates = [
        sum(|user| user.tally().fates.good),
        sum(|user| user.tally().fates.dropped),
        sum(|user| user.tally().fates.refused),
        sum(|user| user.tally().fates.failed),
        sum(|user| user.tally().fates.timed_out),
        sum(|user| user.in_flight() as u64),
    ];
    assert!(fates.iter().all(|count| *count > 0), "each way to end is taken: {fates:?}");
}

/// The areas of each of the two figures add up to the line, and its numbers are those of the books.
#[test]
fn what_is_drawn_adds_up() {
    let run = run(&[("rate-limit", "14"), ("queue", "50")], &["3s crash db1"], "8500ms");
    for (name, books) in [("fates-of-users", users(&run.world)), ("fates-of-bots", bots(&run.world))] {
        let Some(Drawing::Plot(plot)) = figure(&run.world, name) else { panic!("{name}") };
        let (areas, lines): (Vec<_>, Vec<_>) =
            plot.series.iter().partition(|series| series.shape == SeriesShape::Area);
        assert_eq!((areas.len(), lines.len(), lines[0].points.len()), (6, 1, 8));
        for (second, (_, offered)) in lines[0].points.iter().enumerate() {
            let sum: f64 = areas.iter().map(|area| area.points[second].1).sum();
            let asked: u64 = books.iter().map(|user| user.second(second as u64).offered).sum();
            assert_eq!((sum, *offered), (asked as f64, asked as f64), "{name}, second {second}");
        }
        let totals: Vec<f64> = areas.iter().map(|area| area.points.iter().map(|(_, up)| up).sum()).collect();
        assert!(totals[0] > 0.0 && totals[1] > 0.0 && totals[5] > 0.0, "{name}: {totals:?}");
    }
}

#[test]
fn without_bots_there_is_no_figure_of_a_flood() {
    let run = Plan::new(runs::scenario("web-service", &[], &NO_LINES)).run().unwrap();
    let drawn = |name| figure(&run.world, name).is_some();
    assert!(drawn("requests-by-second") && !drawn("fates-of-users") && !drawn("fates-of-bots"));
}

// Retries.

/// With a dead database every layer multiplies the tries by four; the reading is what was counted on the wire.
#[test]
fn retries_multiply_by_the_factor_shown() {
    for (layers, factor) in [(0, 1), (1, 4), (2, 16), (3, 64)] {
        let retries = |layer| if layers > layer { "3" } else { "0" };
        let controls = [
            ("bot-asks-every", "0s"),
            ("asks-every", "0s"),
            ("timeout", "1min"),
            ("app-retries", retries(0)),
            ("balancer-retries", retries(1)),
            ("retries", retries(2)),
        ];
        let lines = ["0s set b1 timeout 1min", "0s crash db1", "1s request u1 save", "2s request u2 save"];
        let run = run(&controls, &lines, "2min");
        assert_eq!(reading(&run.world, "database_tries_per_request"), f64::from(factor));
        let (database, mut sent) = (node(&run.world, "db1"), 0);
        for record in run.trace.records() {
            sent += u32::from(matches!(record.event, Event::Sent { to, .. } if to == database));
        }
        assert_eq!(sent, 2 * factor);
        assert_eq!(users(&run.world).iter().map(|user| user.tally().fates.failed).sum::<u64>(), 2);
    }
}

/// “The service stays down”, with any luck, for as long as one waits.
#[test]
fn retries_keep_the_service_down_after_the_flood() {
    for seed in 1..=2 {
        let lines = each("bot", 4, "asks-every 0s", "6s");
        let mut plan = plan(&[], &[], "25s").with_seed(seed);
        plan.lines = lines;
        let run = checked(plan);
        assert!(
            reached(&run, "stays-down") && !reached(&run, "back-again"),
            "seed {seed}: {}%",
            served(&run)
        );
        assert!((400..=700).contains(&recent(&run.world, &users(&run.world)).tries), "about 120 a second");
    }
}

/// “Any one of these breaks the circle.”
#[test]
fn each_way_to_break_the_circle_does() {
    let cures: [&[String]; 5] = [
        &each("u", 3, "retries 0", "10s"),
        &[each("u", 3, "backoff 1s", "10s"), each("u", 3, "jitter yes", "10s")].concat(),
        &each("b", 1, "queue 20", "10s"),
        &each("b", 1, "shed-after 200ms", "10s"),
        &["10s crash b1".to_owned(), "11s restart b1".to_owned()],
    ];
    for cure in cures {
        let mut plan = plan(&[], &[], "26s");
        plan.lines = each("bot", 4, "asks-every 0s", "6s");
        plan.lines.extend_from_slice(cure);
        let run = checked(plan);
        assert!(reached(&run, "back-again"), "{cure:?}: {}%", served(&run));
    }
}

/// “After three seconds the queue is empty … it would be, with 30 requests a second.”
#[test]
fn without_retries_the_end_of_the_flood_is_the_end() {
    let mut plan = plan(&[("retries", "0")], &[], "20s");
    plan.lines = each("bot", 4, "asks-every 0s", "8s");
    assert!(served(&checked(plan)) > 95);
}

// The flood, and what is done against it.

/// “Hardly any”, although b1 works at full speed.
#[test]
fn a_flood_starves_users_while_the_balancer_works_at_full_speed() {
    let run = run(&[("retries", "0")], &[], "20s");
    assert!(served(&run) <= 5 && reached(&run, "flood-starves"), "{}%", served(&run));
    let balancer = run.world.processes::<Balancer>().next().unwrap().1;
    assert_eq!(balancer.station().busy(), 4);
    assert!(balancer.station().waiting() > 280);
    let passed = run.trace.records().iter().filter(|record| {
        let balancer = node(&run.world, "b1");
        matches!(record.event, Event::Fired { node, timer } if node == balancer && timer.name == "work")
    });
    assert!((1_850..=2_150).contains(&passed.count()), "100 a second");
}

/// “With 12 a second, bots get 48 requests in and users their 30. Try 5: now the limit drops the users’ own requests.”
#[test]
fn a_limit_by_source_holds_the_flood_off_and_a_tight_one_costs_users() {
    let limited = |rate| run(&[("retries", "0"), ("rate-limit", rate)], &[], "25s");
    let wide = limited("12");
    assert!(served(&wide) > 90 && reached(&wide, "limit-holds"), "{}%", served(&wide));
    let through = recent(&wide.world, &bots(&wide.world));
    assert!((200..=250).contains(&through.good), "{through:?}");
    let tight = limited("5");
    let second = recent(&tight.world, &users(&tight.world));
    assert!(second.fates.dropped * 10 > second.offered * 3, "{second:?}");
    assert!(!reached(&tight, "limit-holds"));
}

/// A wide limit is none: all that bots send is under it.
#[test]
fn a_limit_above_the_bots_rate_lets_the_flood_in() {
    assert!(served(&run(&[("retries", "0"), ("rate-limit", "80")], &[], "12s")) <= 5);
}

/// Shedding load gives users their share of what can be done, and no more than that.
#[test]
fn shedding_load_turns_throughput_into_goodput() {
    let run = run(&[("retries", "0"), ("shed-after", "200ms")], &[], "15s");
    assert!((25..=60).contains(&served(&run)), "{}%", served(&run));
    let balancer = run.world.processes::<Balancer>().next().unwrap().1;
    assert!(balancer.station().shed() > 500);
}

#[test]
fn capacity_for_all_of_it_serves_all() {
    let run = run(&[("retries", "0"), ("pool", "16"), ("apps", "6")], &[], "10s");
    assert!(served(&run) > 95, "{}%", served(&run));
}

// The office.

fn office(controls: Controls, lines: &[String], until: &str) -> Run {
    let mut all = vec![("bots", "5"), ("balancers", "2"), ("apps", "4"), ("bot-asks-every", "30ms")];
    all.extend_from_slice(controls);
    let mut plan = plan(&all, &["0s set u3 asks-every 30ms"], until);
    plan.lines.extend_from_slice(lines);
    checked(plan)
}

/// “Which limit per source keeps the bots out and lets the office in? None.”
#[test]
fn no_limit_tells_an_office_from_a_bot() {
    for limit in ["10", "20", "40"] {
        let run = office(&[("rate-limit", limit)], &[], "20s");
        assert!(!reached(&run, "office-served"), "{limit}");
    }
}

/// “Give users the address of b2 … let bots know two balancers, and see.”
#[test]
fn an_entry_that_bots_do_not_know_serves_the_office_until_they_do() {
    let mut lines = each("u", 3, "entries 2", "4s");
    let before = office(&[], &lines, "25s");
    assert!(reached(&before, "office-served"), "{}%", served(&before));
    assert!(user(&before.world, "u3").second(23).good > 20);
    lines.extend(each("bot", 5, "entries 2", "15s"));
    assert!(!reached(&office(&[], &lines, "30s"), "office-served"));
}
