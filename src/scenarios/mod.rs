//! Networks to learn from: who plays which role, what can be set, what is read off. Each is one file and one line of
//! [`ALL`].
//!
//! To add one: write `src/scenarios/x.rs` with a `pub static X: Entry`, name it here twice, and give its controls and
//! requests their words in `assets/words`. `headless list`, the laboratory and the sweeps follow from the list.

mod bitcoin;
mod centralized;
mod congestion;
mod ddos;
mod dns;
mod email;
mod fail_stop;
mod generals;
mod packets;
mod partition;
pub mod parts;
mod pbft;
mod recovery;
mod routing;
mod service_levels;
mod sharded;
mod stress;
mod take_apart;
mod telephone;
mod tunnel;
mod uptime_budget;
mod verify;
mod voice;
mod web_service;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::sim::network::Catalogue;
use crate::sim::scenario::{Control, Scenario, ScenarioError};
use crate::sim::settings::{Setting, Value, parse_setting};
use crate::words::Key;

/// Every built-in scenario.
pub static ALL: &[&Entry] = &[
    &centralized::CENTRALIZED,
    &sharded::SHARDED,
    &dns::DNS,
    &email::EMAIL,
    &telephone::TELEPHONE,
    &voice::VOICE,
    &bitcoin::BITCOIN,
    &service_levels::SERVICE_LEVELS,
    &take_apart::TAKE_APART,
    &web_service::WEB_SERVICE,
    &ddos::DDOS,
    &uptime_budget::UPTIME_BUDGET,
    &partition::PARTITION,
    &packets::PACKETS,
    &congestion::CONGESTION,
    &routing::ROUTING,
    &tunnel::TUNNEL,
    &fail_stop::FAIL_STOP,
    &recovery::RECOVERY,
    &verify::VERIFY,
    &generals::GENERALS,
    &pbft::PBFT,
    &stress::STRESS,
];

/// Names of all built-in scenarios, for the prose to be checked against while compiling; a test compares it with [`ALL`].
pub const NAMES: &[&str] = &[
    "centralized",
    "sharded",
    "dns",
    "email",
    "telephone",
    "voice",
    "bitcoin",
    "service-levels",
    "take-apart",
    "web-service",
    "ddos",
    "uptime-budget",
    "partition",
    "packets",
    "congestion",
    "routing",
    "tunnel",
    "fail-stop",
    "recovery",
    "verify",
    "generals",
    "pbft",
    "stress",
];

/// All that a scenario may be made of.
pub const CATALOGUE: Catalogue =
    Catalogue { protocols: crate::protocols::ALL, here: parts_here, faults: crate::faults::ALL };

/// The parts of the program that are here; bit 0 stands for the first of [`parts::PARTS`]. Only in the page some come later.
static PARTS_HERE: AtomicU64 = AtomicU64::new(EVERY_PART);

/// All parts.
pub const EVERY_PART: u64 = u64::MAX;
const _: () = assert!(parts::PARTS.len() <= u64::BITS as usize);

/// The parts that are here.
pub fn parts_here() -> u64 {
    PARTS_HERE.load(Relaxed)
}

/// Says which parts are here, so that what they hold may be called.
pub fn set_parts_here(here: u64) {
    PARTS_HERE.store(here, Relaxed);
}

/// A built-in scenario. What only its runs need is behind functions: in the page those are in the parts that it needs, and nothing may
/// call them before these are here.
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// As a heading.
    pub title: Key,
    /// In one sentence.
    pub summary: Key,
    /// What it can be built with. To change one of these starts the run anew.
    pub parameters: fn() -> &'static [Setting],
    /// What the watcher can ask its nodes for.
    pub requests: fn() -> &'static [RequestOffer],
    /// Builds it.
    pub build: fn(&Parameters) -> Scenario,
}

/// Something that the watcher can ask a node for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RequestOffer {
    /// Of nodes that play this role.
    pub role: &'static str,
    /// What a button calls it.
    pub title: Key,
    /// The request; `{n}` stands for a number that grows with each use.
    pub text: &'static str,
}

/// What a scenario is built with.
#[derive(Clone, Debug)]
pub struct Parameters {
    values: Vec<(&'static str, Value)>,
}

impl Parameters {
    /// A parameter that is a whole number.
    pub fn count(&self, name: &str) -> u64 {
        match self.get(name) {
            Value::Count(count) => *count,
            other => panic!("parameter {name} is {other:?}, not a count"),
        }
    }

    /// A parameter that is one of several words.
    pub fn choice(&self, name: &str) -> &'static str {
        match self.get(name) {
            Value::Choice(word) => word,
            other => panic!("parameter {name} is {other:?}, not a choice"),
        }
    }

    fn get(&self, name: &str) -> &Value {
        let found = self.values.iter().find(|(known, _)| *known == name);
        &found.unwrap_or_else(|| panic!("no parameter called {name}")).1
    }
}

impl Entry {
    /// Builds the scenario with these values, by name and in text form: parameters, and controls of what was built.
    pub fn build_with(&self, values: &[(String, String)]) -> Result<Scenario, ScenarioError> {
        let settings = (self.parameters)();
        let mut parameters: Vec<_> =
            settings.iter().map(|setting| (setting.name, setting.default_value())).collect();
        let (mine, others): (Vec<_>, Vec<_>) =
            values.iter().partition(|(name, _)| settings.iter().any(|setting| setting.name == name));
        for (name, text) in mine {
            let (setting, value) = parse_setting(settings, name, text)
                .map_err(|what| ScenarioError { place: format!("scenario {}", self.name), what })?;
            parameters
                .iter_mut()
                .filter(|(known, _)| *known == setting.name)
                .for_each(|known| known.1 = value.clone());
        }
        let shown = parameters.clone();
        let mut scenario = (self.build)(&Parameters { values: parameters });
        let as_controls = shown.iter().map(|(name, value)| Control {
            name: (*name).to_owned(),
            value: value.to_string(),
            sets: None,
        });
        scenario.controls.splice(0..0, as_controls);
        others.iter().try_for_each(|(name, text)| scenario.set_control(name, text))?;
        Ok(scenario)
    }
}

/// The parts of the page's module that a built-in scenario of this name needs, as a number: bit 0 stands for the first of
/// [`parts::PARTS`].
pub fn parts_of_name(name: &str) -> u64 {
    let mut needed = 0;
    for (index, (_, scenarios)) in parts::PARTS.iter().enumerate() {
        needed |= u64::from(scenarios.contains(&name)) << index;
    }
    needed
}

/// The built-in scenario of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    ALL.iter().copied().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::process::{Protocol, Role};

    #[test]
    fn the_names_are_those_of_the_list() {
        let names: Vec<_> = ALL.iter().map(|entry| entry.name).collect();
        assert_eq!(names, NAMES);
    }

    #[test]
    fn parts_are_in_the_order_of_protocols() {
        let names = CATALOGUE.protocols().map(|protocol| protocol.name.replace('-', "_"));
        let parts = parts::PARTS.iter().map(|(name, _)| (*name).to_owned());
        assert_eq!(names.collect::<Vec<_>>(), parts.collect::<Vec<_>>(), "src/scenarios/parts.rs");
    }

    #[test]
    fn every_scenario_says_which_parts_it_needs() {
        for entry in ALL {
            let needed = parts_of(&entry.build_with(&[]).unwrap());
            assert_eq!(parts_of_name(entry.name), needed, "{}: src/scenarios/parts.rs", entry.name);
        }
    }

    /// The parts of the protocols that a scenario's nodes, properties and readings are of.
    fn parts_of(scenario: &Scenario) -> u64 {
        let has = |names: &[String], name: &str| names.iter().any(|known| known == name);
        let is_needed = |protocol: &Protocol| {
            let is_played = |role: &Role| scenario.nodes.iter().any(|node| node.role == role.name);
            protocol.roles.iter().any(is_played)
                || protocol.properties.iter().any(|property| has(&scenario.properties, property.name))
                || protocol.readings.iter().any(|reading| has(&scenario.readings, reading.name))
        };
        let needed = CATALOGUE.protocols().enumerate().filter(|(_, protocol)| is_needed(protocol));
        needed.fold(0, |needed, (index, _)| needed | 1 << index)
    }

    #[test]
    fn every_scenario_can_be_laid_and_has_words_for_what_can_be_changed() {
        for entry in ALL {
            let scenario = entry.build_with(&[]).unwrap();
            let laid = scenario.lay(CATALOGUE).unwrap_or_else(|wrong| panic!("{}: {wrong}", entry.name));
            assert!(laid.network.nodes.iter().all(|node| {
                let names = node.role.settings.iter().map(|setting| format!("setting.{}", setting.name));
                names.chain([format!("role.{}", node.role.name)]).all(|name| Key::find(&name).is_some())
            }));
            let mut names = scenario.controls.iter().map(|control| format!("control.{}", control.name));
            assert!(names.all(|name| Key::find(&name).is_some()), "{}", entry.name);
        }
    }
}
