//! Lines and scenarios that are wrong: the message names the word or the place, and says what would be right.

mod support;

use netsplit::sim::scenario::{Control, ControlTarget, Scenario};
use netsplit::sim::settings::Kind;
use netsplit::sorted::Map;
use support::{CATALOGUE, run, scenario};

#[test]
fn a_wrong_line_names_its_word() {
    let bench = run(scenario("probe", "a b c", &["a-b"], &[]), "0s");
    let said = |line: &str| bench.world().network().read_line(line).unwrap_err().to_string();
    let cases = [
        ("", "word 1: here belongs a time such as 2s"),
        ("soon cut a-b", "word 1: `soon` is not a time such as 2s or 250ms"),
        ("2s", "word 2: here belongs a command such as `cut` or `crash`"),
        ("2s cut", "word 3: here belongs a place: a node, a-b or a>b"),
        ("2s cut a-c", "word 3: there is no link between `a` and `c`"),
        ("2s cut a-z", "word 3: there is no node `z`"),
        ("2s cut a", "word 3: `cut` strikes a link such as a-b, not a node"),
        ("2s crash a-b", "word 3: `crash` strikes a node, not a link"),
        ("2s restart a-b", "word 3: `crash` strikes a node, not a link"),
        ("2s cut a-b 30%", "word 4: `cut` takes no amount, but `30%` follows"),
        ("2s loss a-b much", "word 4: `much` is not a percentage from 0% to 100%"),
        ("2s loss a-b 30% 40%", "word 5: `40%` is one word too many"),
        ("2s heal a-b crash", "word 4: `crash` strikes a node, not a link"),
        ("2s heal a-b melt", "word 4: there is no fault `melt`"),
        ("2s request a", "word 4: here belongs a request in quotes, such as \"put x=1\""),
        ("2s request a \"put", "word 4: a double quote is not closed"),
        (
            "2s set a-b speed 1",
            "word 5: there is no setting `speed` here; there are: latency, bandwidth, queue, drop",
        ),
        ("2s set a-b queue -1", "word 5: setting `queue`: `-1` is not a whole number from 0 to 1000000"),
    ];
    for (line, expected) in cases {
        assert_eq!(said(line), expected, "{line}");
    }
    let unknown = said("2s melt a");
    assert!(
        unknown.starts_with("word 2: there is no command `melt`; there are heal, request, set, "),
        "{unknown}"
    );
    for verb in ["deliver", "fire", "cut", "byzantine"] {
        assert!(unknown.contains(verb), "{unknown}");
    }
}

fn base() -> Scenario {
    scenario("probe", "a b", &["a-b"], &[])
}

/// What is said of the scenario with this change.
fn said(change: impl FnOnce(&mut Scenario)) -> String {
    let mut scenario = base();
    change(&mut scenario);
    scenario.lay(CATALOGUE).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_wrong_scenario_names_the_place() {
    assert!(base().lay(CATALOGUE).is_ok());
    let link = |scenario: &mut Scenario, name: &str, value: &str| {
        scenario.links[0].back = Map::from_iter([(name.to_owned(), value.to_owned())]);
    };
    assert_eq!(said(|scenario| scenario.nodes.clear()), "nodes: a network has from 1 to 200000 nodes");
    assert!(
        said(|scenario| scenario.nodes[1].name = "1b".into())
            .starts_with("nodes[1] (1b): a name is a letter")
    );
    assert_eq!(
        said(|scenario| scenario.nodes[1].name = "a".into()),
        "nodes[1] (a): another node has the same name"
    );
    assert_eq!(
        said(|scenario| scenario.nodes[0].role = "king".into()),
        "nodes[0] (a): there is no role `king`"
    );
    assert_eq!(
        said(|scenario| scenario.links[0].b = "a".into()),
        "links[0] (a-a): a link joins two different nodes"
    );
    assert_eq!(said(|scenario| scenario.links[0].b = "z".into()), "links[0] (a-z): there is no node `z`");
    assert_eq!(
        said(|scenario| {
            let mut again = scenario.links[0].clone();
            std::mem::swap(&mut again.a, &mut again.b);
            scenario.links.push(again);
        }),
        "links[1] (b-a): these two nodes are joined already"
    );
    assert!(
        said(|scenario| link(scenario, "latency", "far"))
            .starts_with("links[0] (a-b): setting `latency`: `far`")
    );
    assert!(
        said(|scenario| link(scenario, "colour", "red"))
            .starts_with("links[0] (a-b): there is no setting `colour`")
    );
    assert!(said(|scenario| scenario.pace = "0s".into()).starts_with("pace: `0s` is not"));
    assert_eq!(
        said(|scenario| scenario.properties.push("peace".into())),
        "properties[0]: there is none called `peace`"
    );
    assert_eq!(
        said(|scenario| scenario.readings.push("mood".into())),
        "readings[0]: there is none called `mood`"
    );
    let script = said(|scenario| scenario.script = vec!["1s cut a-b".into(), "2s cut".into()]);
    assert_eq!(script, "script[1] (`2s cut`): word 3: here belongs a place: a node, a-b or a>b");
}

#[test]
fn a_control_changes_every_link_both_ways() {
    let mut scenario = base();
    scenario.links[0].back = Map::from_iter([("latency".to_owned(), "5ms".to_owned())]);
    let sets = ControlTarget::Links { setting: "latency".into() };
    assert!(matches!(sets.kind(CATALOGUE), Ok(Kind::Latency)));
    scenario.controls = vec![
        Control { name: "latency".into(), value: "20ms".into(), sets: Some(sets) },
        Control { name: "size".into(), value: "2".into(), sets: None },
    ];
    scenario.set_control("latency", "70ms").unwrap();
    let laid = scenario.lay(CATALOGUE).unwrap();
    assert!(laid.link_settings.iter().all(|settings| settings.latency.to_string() == "70ms"));
    let said = |name: &str| scenario.clone().set_control(name, "1").unwrap_err().to_string();
    assert_eq!(said("weather"), "control `weather`: there is no such control; there are: latency, size");
    assert_eq!(said("size"), "control `size`: only a built-in scenario can be rebuilt with another value");
    scenario.set_control("latency", "far").unwrap();
    assert!(scenario.lay(CATALOGUE).unwrap_err().to_string().contains("`far`"));
}

#[test]
fn a_scenario_from_a_file_may_leave_out_what_is_usual() {
    let text = r#"{ "name": "small", "nodes": [{ "name": "a", "role": "probe" }] }"#;
    let read: Scenario = serde_json::from_str(text).unwrap();
    assert_eq!((read.seed, read.pace.as_str()), (1, "1s"));
    assert!(read.lay(CATALOGUE).is_ok());
}
