//! The headless runner as one meets it: its output, its exit status and what it says of wrong input.

use std::io::{Read as _, Write as _};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use netsplit::scenarios;
use netsplit::share::parcel::Parcel;
use netsplit::share::{files, link};
use netsplit::sim::time::Time;
use netsplit::sim::timeline::Timeline;

fn headless(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_headless")).args(arguments).output().unwrap()
}

fn fed(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_headless"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The runner may stop reading what is too long.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn out(arguments: &[&str]) -> String {
    let output = headless(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&out(arguments)).unwrap()
}

/// What is said of wrong input: one line, with exit status 2 and nothing on the standard output.
fn refusal(output: Output) -> String {
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty(), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("headless: "), "{said}");
    said
}

#[test]
fn list_names_every_scenario_and_help_every_option() {
    let list = out(&["list"]);
    for entry in scenarios::ALL {
        assert!(list.lines().any(|line| line.starts_with(entry.name)), "{}", entry.name);
    }
    let help = out(&["--help"]);
    let options =
        ["--seed", "--seeds", "--until", "--set", "--do", "--chaos", "--faults", "--format", "--check"];
    assert!(options.iter().all(|option| help.contains(option)));
    assert!(help.contains("not including B"));
    assert!(out(&["--version"]).starts_with("netsplit "));
}

#[test]
fn what_show_prints_run_accepts_and_it_is_the_same_run() {
    for entry in scenarios::ALL.iter().filter(|entry| entry.name != "stress") {
        let shown = out(&["show", entry.name]);
        let file = fed(&["run", "-", "--format", "json", "--until", "5s"], shown.as_bytes());
        let from_file: Value = serde_json::from_slice(&file.stdout).unwrap();
        assert_eq!(from_file, json(&["run", entry.name, "--format", "json", "--until", "5s"]));
        assert_eq!(fed(&["show", "-"], shown.as_bytes()).stdout, shown.as_bytes());
    }
    let seeded: Value =
        serde_json::from_str(&out(&["show", "centralized", "--seed", "9", "--set", "clients=2"])).unwrap();
    assert_eq!((seeded["seed"].as_u64(), seeded["nodes"].as_array().unwrap().len()), (Some(9), 3));
}

#[test]
fn the_json_of_a_run_has_its_shape() {
    let run = json(&[
        "run",
        "partition",
        "--format",
        "json",
        "--until",
        "5s",
        "--seed",
        "3",
        "--do",
        "1s cut n2>n4",
        "--do",
        "2s crash n5",
    ]);
    assert_eq!(run["scenario"], "partition");
    assert_eq!((run["seed"].as_u64(), run["until_us"].as_u64()), (Some(3), Some(5_000_000)));
    assert!(run["events"].as_u64().unwrap() > 50);
    let hash = run["hash"].as_str().unwrap();
    assert!(hash.len() == 16 && hash.chars().all(|c| c.is_ascii_hexdigit()));
    assert_eq!(run["commands"], serde_json::json!(["1s cut n2>n4", "2s crash n5"]));
    let nodes = run["nodes"].as_array().unwrap();
    let on_islands: usize =
        run["islands"].as_array().unwrap().iter().map(|island| island.as_array().unwrap().len()).sum();
    assert_eq!(on_islands, nodes.len() - 1, "the node that is down is on none");
    let down = nodes.iter().find(|node| node["id"] == "n5").unwrap();
    assert_eq!((down["state"].as_str(), down["role"].as_str()), (Some("crashed"), Some("member")));
    assert!(down["facts"].as_object().unwrap().is_empty());
    assert!(!nodes[0]["facts"].as_object().unwrap().is_empty());
    let link = run["links"].as_array().unwrap().iter().find(|link| link["id"] == "n2-n4").unwrap();
    assert_eq!(link["state"], "oneway");
    assert_eq!(
        (link["forward"]["up"].as_bool(), link["backward"]["up"].as_bool()),
        (Some(false), Some(true))
    );
    assert_eq!(link["forward"]["faults"], serde_json::json!(["cut"]));
    assert!(["latency", "bandwidth", "queue", "drop"].iter().all(|name| link["forward"][name].is_string()));
    assert!(
        run["readings"].as_object().unwrap().values().all(|number| number.is_number() || number.is_null())
    );
    for property in run["properties"].as_array().unwrap() {
        assert!(property["name"].is_string() && property["holds"].is_boolean());
        assert!(["always", "eventually", "sometimes"].contains(&property["kind"].as_str().unwrap()));
        assert!(property["holds"] == true || property["why"].is_string());
    }
}

#[test]
fn the_same_run_prints_the_same_bytes_in_each_format() {
    for format in ["summary", "json", "trace"] {
        let arguments = ["run", "partition", "--until", "3s", "--chaos", "5", "--format", format];
        let text = out(&arguments);
        assert!(text.lines().count() > 5, "{format}");
        assert_eq!(text, out(&arguments), "{format}");
    }
    let trace = out(&["run", "centralized", "--until", "3s", "--do", "1s crash s1", "--format", "trace"]);
    assert!(trace.contains("1.000000  you: crash s1") && trace.contains("s1 goes down"), "{trace}");
}

#[test]
fn check_tells_a_broken_property_by_the_exit_status() {
    // Nobody is served by a server that stays down.
    let broken = ["run", "centralized", "--until", "20s", "--do", "5s crash s1", "--check"];
    assert_eq!(headless(&broken).status.code(), Some(1));
    assert_eq!(headless(&broken[..broken.len() - 1]).status.code(), Some(0));
    let mended =
        ["run", "centralized", "--until", "30s", "--do", "5s crash s1", "--do", "9s restart s1", "--check"];
    assert_eq!(headless(&mended).status.code(), Some(0));
    // Without any fault some scenes are reached by no run.
    let output = headless(&["sweep", "centralized", "--seeds", "0..3", "--until", "9s", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("a-request-failed"));
}

#[test]
fn a_sweep_prints_one_line_a_seed_in_order_and_each_can_be_run_again() {
    let text = out(&["sweep", "partition", "--seeds", "5..13", "--chaos", "6", "--until", "6s"]);
    let runs: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seeds: Vec<u64> = runs.iter().map(|run| run["seed"].as_u64().unwrap()).collect();
    assert_eq!(seeds, (5..13).collect::<Vec<_>>());
    for run in &runs[..3] {
        let commands: Vec<&str> =
            run["commands"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        assert_eq!(commands.len(), 6);
        let seed = run["seed"].to_string();
        let mut arguments = vec!["run", "partition", "--until", "6s", "--format", "json", "--seed", &seed];
        commands.iter().for_each(|line| arguments.extend(["--do", line]));
        assert_eq!(json(&arguments), *run);
    }
    assert_eq!(text, out(&["sweep", "partition", "--seeds", "5..13", "--chaos", "6", "--until", "6s"]));
}

#[test]
fn chaos_keeps_to_the_faults_that_it_may_use() {
    let text = out(&[
        "sweep",
        "partition",
        "--seeds",
        "0..4",
        "--chaos",
        "20",
        "--faults",
        "cut,crash",
        "--until",
        "6s",
    ]);
    let mut verbs = std::collections::BTreeSet::new();
    for line in text.lines() {
        let run: Value = serde_json::from_str(line).unwrap();
        for command in run["commands"].as_array().unwrap() {
            verbs.insert(command.as_str().unwrap().split(' ').nth(1).unwrap().to_owned());
        }
    }
    assert_eq!(verbs.into_iter().collect::<Vec<_>>(), ["crash", "cut", "heal", "restart"]);
}

#[test]
fn a_run_is_taken_apart_from_a_shell() {
    // The second write asked for is the first to be accepted: its messages are delivered by hand, the other's dropped.
    let lines = [
        "1s request n1 \"write x=4\"",
        "1s request n3 \"write x=5\"",
        "1.01s deliver m47",
        "1.01s drop m42",
        "1.01s copy m48",
        "1.02s postpone m49 1s",
        "1.03s fire n3 timeout",
        "1.04s postpone n1 timeout 500ms",
        "1.05s deliver m99999",
    ];
    let mut arguments = vec!["run", "partition", "--set", "mode=consistent", "--until", "4s", "--format"];
    lines.iter().for_each(|line| arguments.splice(2..2, ["--do", line]).for_each(drop));
    let told = out(&[arguments.as_slice(), &["trace"]].concat());
    for words in [
        "you: deliver m47, “",
        "you: drop m42, “",
        "taken away by hand",
        "sets out twice",
        "you: postpone m49 1s",
        "you: fire n3 timeout",
        "you: postpone n1 timeout 500ms",
        "you: deliver m99999, but that message is not on its way: nothing happens",
    ] {
        assert!(told.contains(words), "`{words}` in\n{told}");
    }
    // The report's own lines make the same run again.
    let report = json(&[arguments.as_slice(), &["json"]].concat());
    let commands = report["commands"].as_array().unwrap();
    assert_eq!(commands.len(), lines.len());
    let mut again = vec!["run", "partition", "--set", "mode=consistent", "--until", "4s", "--format", "json"];
    commands.iter().for_each(|line| again.extend(["--do", line.as_str().unwrap()]));
    assert_eq!(json(&again), report);
}

#[test]
fn wrong_arguments_are_refused_in_one_line_that_names_them() {
    let cases: &[(&[&str], &str)] = &[
        (&[], "list, show, run, sweep, points, strategies or literature"),
        (&["dance"], "`dance`"),
        (&["run"], "here belongs a scenario"),
        (&["run", "nowhere"], "no scenario `nowhere`"),
        (&["run", "partition", "more"], "`more`"),
        (&["run", "partition", "--sed", "1"], "--sed"),
        (&["run", "partition", "-x"], "-x"),
        (&["run", "partition", "--seed"], "--seed"),
        (&["run", "partition", "--seed", "-1"], "--seed -1"),
        (&["run", "partition", "--until", "soon"], "--until soon"),
        (&["run", "partition", "--format", "xml"], "--format xml"),
        (&["run", "partition", "--set", "mode"], "--set mode"),
        (&["run", "partition", "--set", "mode=fast"], "mode"),
        (&["run", "partition", "--set", "weather=fine"], "weather"),
        (&["run", "partition", "--do", "2s cut n2-n99"], "n99"),
        (&["run", "partition", "--do", "2s\ncut n2\u{7}"], "word 3"),
        (&["run", "partition", "--do", "2s deliver 12"], "`12` is not a message"),
        (&["run", "partition", "--do", "2s drop"], "a message such as m12"),
        (&["run", "partition", "--do", "2s postpone m1 soon"], "`soon`"),
        (&["run", "partition", "--do", "2s postpone m1 2y"], "at most 1y"),
        (&["run", "partition", "--do", "2s fire n1"], "a timer"),
        (&["run", "partition", "--do", "2s fire n1 beat#x"], "`beat#x`"),
        (&["run", "partition", "--do", "2s copy m1 m2"], "one word too many"),
        (&["run", "partition", "--seeds", "0..2"], "--seeds"),
        (&["run", "partition", "--faults", "cut"], "--chaos"),
        (&["sweep", "partition"], "--seeds"),
        (&["sweep", "partition", "--seeds", "3"], "--seeds 3"),
        (&["sweep", "partition", "--seeds", "3..3"], "--seeds 3..3"),
        (&["sweep", "partition", "--seeds", "0..2", "--chaos", "99999999999999999999"], "--chaos"),
        (&["sweep", "partition", "--seeds", "0..2", "--chaos", "2", "--faults", "cut,melt"], "`melt`"),
        (&["list", "--seed", "1"], "--seed"),
        (&["points", "partition"], "Nothing is saved"),
        (&["points", "web-service", "--chaos", "3"], "--chaos"),
        (&["strategies", "partition"], "no two generals"),
        (&["strategies", "generals", "--set", "ready-for=2"], "m up to 1"),
    ];
    for (arguments, named) in cases {
        let said = refusal(headless(arguments));
        assert!(said.contains(named), "{arguments:?}: {said}");
    }
}

#[test]
fn points_are_a_line_for_each_node_of_a_service() {
    let said = out(&["points", "web-service", "--set", "standby=yes", "--set", "failover-after=0s"]);
    for line in ["u1 no no", "b1 yes yes", "a2 no no", "db1 no yes", "db2 no no"] {
        assert!(said.lines().any(|found| found == line), "{line}: {said}");
    }
}

#[test]
fn strategies_are_counted_and_those_that_break_something_are_listed() {
    assert_eq!(out(&["strategies", "generals", "--set", "generals=3"]), "8\ng2 g1 attack g3 retreat\n");
    assert_eq!(out(&["strategies", "generals"]), "16\n");
}

#[test]
fn wrong_files_are_refused_with_the_place_of_what_is_wrong() {
    let shown = out(&["show", "partition"]);
    let wrong = |from: &str, to: &str| {
        assert!(shown.contains(from), "{from}");
        refusal(fed(&["run", "-"], shown.replacen(from, to, 1).as_bytes()))
    };
    let cases = [
        (wrong("\"role\": \"member\"", "\"role\": \"king\""), "nodes[0] (n1): there is no role `king`"),
        (wrong("\"role\"", "\"part\""), "line 8 column"),
        (wrong("\"n2\"", "\"n-2\""), "nodes[1] (n-2)"),
        (wrong("\"n2\"", "\"n1\""), "nodes[1] (n1): another node has the same name"),
        (wrong("\"a\": \"n1\"", "\"a\": \"n9\""), "links[0]"),
        (wrong("\"pace\": \"", "\"pace\": \"x"), "pace: "),
        (wrong("\"script\": []", "\"script\": [\"2s melt n1\"]"), "script[0]"),
        (wrong("\"properties\": [", "\"properties\": [\"peace\", "), "properties[0]"),
        (wrong("\"seed\": ", "\"seed\": -"), "line 3 column"),
        (wrong("{", ""), "line 2 column"),
        (refusal(fed(&["run", "-"], b"")), "line 1 column 0"),
        (refusal(fed(&["run", "-"], b"{\"name\": \"\xff\"}")), "byte 10"),
        (refusal(fed(&["run", "-"], &vec![b' '; (4 << 20) + 1])), "longer than 4 MiB"),
        (refusal(fed(&["run", "-"], "[".repeat(100_000).as_bytes())), "line 1 column"),
        (refusal(headless(&["run", "no/such/file.json"])), "no/such/file.json: "),
        (refusal(headless(&["run", "."])), ".: "),
    ];
    for (said, named) in cases {
        assert!(said.contains(named), "`{said}` does not name `{named}`");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_mistake() {
    for arguments in [
        &["sweep", "partition", "--seeds", "0..200", "--until", "2s"][..],
        &["run", "stress", "--format", "trace", "--until", "1s"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_headless"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 100];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A run of `partition` with commands, as a link and as a file, and its hash.
fn handed_on() -> (String, String, String) {
    let scenario = scenarios::find("partition").unwrap().build_with(&[]).unwrap();
    let mut timeline = Timeline::new(scenario, scenarios::CATALOGUE).unwrap();
    for line in ["1s cut n2-n4", "2s crash n5", "3s request n1 \"write x=1\""] {
        let timed = timeline.world().network().read_line(line).unwrap();
        timeline.seek(timed.at);
        timeline.act(timed.command);
    }
    timeline.seek(Time::parse("4s").unwrap());
    assert!(timeline.step());
    let parcel = Parcel::of(&timeline, Some("5/two-islands".to_owned()));
    (link::write(&parcel), files::write_run(&parcel), format!("{:016x}", timeline.world().hash()))
}

#[test]
fn a_link_and_a_saved_run_are_the_very_run() {
    let (link, file, hash) = handed_on();
    let address = format!("https://example.org/some/where/#/run/{link}");
    let report = json(&["run", &address, "--format", "json"]);
    assert_eq!(report["hash"], *hash);
    assert_eq!(json(&["run", &format!("#/run/{link}"), "--format", "json"]), report);
    let from_file = fed(&["run", "-", "--format", "json"], file.as_bytes());
    assert_eq!(serde_json::from_slice::<Value>(&from_file.stdout).unwrap(), report);
    assert_eq!(report["commands"].as_array().unwrap().len(), 3);
    // It can be gone on with.
    let longer = json(&["run", &address, "--until", "9s", "--do", "8s restart n5", "--format", "json"]);
    assert_eq!(
        (longer["until_us"].as_u64(), longer["commands"].as_array().unwrap().len()),
        (Some(9_000_000), 4)
    );
    let shown = out(&["show", &address]);
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap()["name"], "partition");
}

#[test]
fn wrong_links_and_runs_are_refused() {
    let (link, file, _) = handed_on();
    let address = format!("#/run/{link}");
    let wrong = |from: &str, to: &str| refusal(fed(&["run", "-"], file.replacen(from, to, 1).as_bytes()));
    let cases = [
        (refusal(headless(&["run", &address[..address.len() - 2]])), "checksum"),
        (refusal(headless(&["run", "#/run/9/AAAA"])), "version 9"),
        (refusal(headless(&["run", &address, "--set", "mode=consistent"])), "--set"),
        (wrong("\"netsplit_run\": 1", "\"netsplit_run\": 2"), "netsplit_run: "),
        (wrong("n2-n4", "n2-n9"), "command `1s cut n2-n9`: word 3"),
        (wrong("\"1s cut", "\"soon cut"), "branches[0].deeds[0]"),
        (wrong("\"scenario\": \"partition\"", "\"scenario\": \"mars\""), "`mars`"),
    ];
    for (said, named) in cases {
        assert!(said.contains(named), "`{said}` does not name `{named}`");
    }
}

#[test]
fn every_format_tells_the_same_run() {
    let arguments = |format| {
        [
            "run",
            "partition",
            "--until",
            "4s",
            "--do",
            "2s cut n2-n4",
            "--do",
            "3s crash n5",
            "--format",
            format,
        ]
    };
    let trace = out(&arguments("trace"));
    let sent = trace
        .lines()
        .filter(|line| line.contains(" → ") && !line.contains(" is lost") && !line.contains("passed on"))
        .count();
    let records = out(&arguments("jsonl"));
    let records: Vec<Value> = records.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), trace.lines().count() + 1);
    assert_eq!(records.iter().filter(|record| record["event"] == "sent").count(), sent);
    let shiviz = out(&arguments("shiviz"));
    let of_nodes = ["sent", "forwarded", "delivered", "fired", "noted", "answered", "down", "up"];
    let happened =
        records.iter().filter(|record| of_nodes.iter().any(|name| record["event"] == *name)).count();
    assert_eq!(shiviz.lines().filter(|line| line.ends_with('}') && line.contains(" {")).count(), happened);
    let delivered = records.iter().filter(|record| record["event"] == "delivered").count();
    assert_eq!(out(&arguments("mermaid")).matches("->>").count(), delivered);
    let dot = out(&arguments("dot"));
    assert_eq!((dot.matches(" -- ").count(), dot.matches("style = dashed").count()), (10, 2));
    let csv = out(&arguments("csv"));
    assert!(csv.starts_with("time_s,") && csv.lines().count() > 10, "{csv}");
    // One member is down.
    assert_eq!(out(&arguments("csv-figures")).lines().filter(|line| line.starts_with("copies,")).count(), 6);
    let figures = out(&arguments("figures"));
    assert!(figures.starts_with("figure copies\n") && figures.contains("n7"), "{figures}");
    let svg = out(&arguments("svg"));
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    assert!((1..=7).all(|number| svg.contains(&format!(">n{number}</text>"))));
    let diagram = out(&arguments("diagram"));
    assert!(diagram.starts_with("<svg") && diagram.trim_end().ends_with("</svg>"));
    assert!((1..=7).all(|number| diagram.contains(&format!(">n{number}</text>"))));
    assert_ne!(diagram, svg);
}
