//! Files: scenarios and runs as JSON, and in one sentence what is wrong with one and where.
//!
//! A scenario file is a [`Scenario`]. A run file holds what a link holds, in a form that people can read and write:
//!
//! ```json
//! {
//!   "netsplit_run": 1,
//!   "scenario": "partition",
//!   "set": { "mode": "consistent" },
//!   "seed": 7,
//!   "script": ["1s loss n1-n2 30%"],
//!   "branches": [
//!     { "name": "", "parted_at": "0s", "left_at": "0s", "reach": "9s", "deeds": ["2s cut n2-n4", "3s crash n5"] }
//!   ],
//!   "current": 0,
//!   "at": "4620ms",
//!   "within": 812,
//!   "step": "5/two-islands"
//! }
//! ```
//!
//! `netsplit_run` is the version of the format, `scenario` the name of a built-in one or a whole scenario as in a scenario
//! file. All else may be left out: `set` and `seed` are what differs from the built-in one, `script` what is done besides its
//! own, `branches` what the watcher did in each future and `current` the one that is shown, `at` the moment, `within` how many
//! things have happened if the moment is not over, `step` the step of a lesson. Lines are of the grammar in
//! [`crate::sim::command`]. A version that is not known is refused; so is a field.

use serde::{Deserialize, Serialize};

use crate::scenarios;
use crate::sim::scenario::Scenario;
use crate::sim::time::Time;
use crate::sorted::Map;

use super::FILE_BYTES_AT_MOST;
use super::parcel::{BranchParcel, Line, Parcel, Source};

/// The version of run files that is written, and the newest that is read.
pub const RUN_VERSION: u64 = 1;

/// What a file holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Content {
    /// A scenario alone.
    Scenario(Scenario),
    /// A run.
    Run(Parcel),
}

/// Reads a file of either kind.
pub fn read(text: &str) -> Result<Content, String> {
    let text = checked(text)?;
    match version_of(text)? {
        None => read_scenario(text).map(Content::Scenario),
        Some(_) => read_run(text).map(Content::Run),
    }
}

/// Reads a run file. What is read is of the right shape; whether it makes sense is checked as the run is opened.
pub fn read_run(text: &str) -> Result<Parcel, String> {
    let text = checked(text)?;
    match version_of(text)?.as_ref().and_then(serde_json::Value::as_u64) {
        Some(RUN_VERSION) => {}
        Some(later) if later > RUN_VERSION => {
            return Err(format!(
                "netsplit_run: the file was written by a later Netsplit: it has version {later}, and this one reads versions up \
                 to {RUN_VERSION}"
            ));
        }
        _ => {
            return Err(format!(
                "netsplit_run: here belongs the version of the format, such as {RUN_VERSION}"
            ));
        }
    }
    let file: RunFile = serde_json::from_str(text).map_err(|error| json_error(&error))?;
    file.into_parcel()
}

/// Writes a run as a file that [`read_run`] reads.
pub fn write_run(parcel: &Parcel) -> String {
    pretty(&RunFile::of(parcel))
}

/// Reads a scenario file. What is read is of the right shape; whether it makes sense is checked as its network is laid.
pub fn read_scenario(text: &str) -> Result<Scenario, String> {
    serde_json::from_str(checked(text)?).map_err(|error| json_error(&error))
}

/// Writes a scenario as a file that [`read_scenario`] reads.
pub fn write_scenario(scenario: &Scenario) -> String {
    pretty(scenario)
}

/// Sets controls of a scenario that came from a file, and checks all of it.
pub fn prepare(mut scenario: Scenario, values: &[(String, String)]) -> Result<Scenario, String> {
    for (name, value) in values {
        scenario.set_control(name, value).map_err(|error| error.to_string())?;
    }
    scenario.lay(scenarios::CATALOGUE).map_err(|error| error.to_string())?;
    Ok(scenario)
}

/// A built-in scenario with these parameters and controls.
pub fn built_in(name: &str, values: &[(String, String)]) -> Result<Scenario, String> {
    let Some(entry) = scenarios::find(name) else {
        let known: Vec<_> = scenarios::ALL.iter().map(|entry| entry.name).collect();
        return Err(format!("there is no scenario `{name}`; there are: {}", known.join(", ")));
    };
    let scenario = entry.build_with(values).map_err(|error| error.to_string())?;
    prepare(scenario, &[])
}

/// What to say of a file that is longer than [`FILE_BYTES_AT_MOST`].
pub fn too_long() -> String {
    format!("longer than {} MiB", FILE_BYTES_AT_MOST >> 20)
}

/// As much of any file as tells what it is.
#[derive(Deserialize)]
struct Kind {
    netsplit_run: Option<serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RunFile {
    netsplit_run: u64,
    scenario: ScenarioField,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    set: Map<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    script: Vec<String>,
    #[serde(default)]
    branches: Vec<BranchFields>,
    #[serde(default)]
    current: usize,
    #[serde(default = "start")]
    at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step: Option<String>,
}

/// A name, or a scenario in full.
enum ScenarioField {
    Name(String),
    Whole(Box<Scenario>),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BranchFields {
    #[serde(default)]
    name: String,
    #[serde(default = "start")]
    parted_at: String,
    #[serde(default = "start")]
    left_at: String,
    #[serde(default = "start")]
    reach: String,
    #[serde(default)]
    deeds: Vec<String>,
}

/// The version that the file says it has, if it is a run.
fn version_of(text: &str) -> Result<Option<serde_json::Value>, String> {
    let kind: Kind = serde_json::from_str(text).map_err(|error| json_error(&error))?;
    // A list of the fields' values would do as well, to serde.
    match text.trim_start().starts_with('{') {
        true => Ok(kind.netsplit_run),
        false => Err("line 1 column 1: here belongs a scenario or a run in braces".to_owned()),
    }
}

impl RunFile {
    fn of(parcel: &Parcel) -> RunFile {
        let (scenario, set, seed) = match &parcel.source {
            Source::BuiltIn { name, values, seed } => {
                (ScenarioField::Name(name.clone()), values.iter().cloned().collect(), *seed)
            }
            Source::Whole(scenario) => (ScenarioField::Whole(scenario.clone()), Map::new(), None),
        };
        let branch = |branch: &BranchParcel| BranchFields {
            name: branch.name.clone(),
            parted_at: branch.parted_at.to_string(),
            left_at: branch.left_at.to_string(),
            reach: branch.reach.to_string(),
            deeds: branch.deeds.iter().map(Line::to_text).collect(),
        };
        RunFile {
            netsplit_run: RUN_VERSION,
            scenario,
            set,
            seed,
            script: parcel.script.iter().map(Line::to_text).collect(),
            branches: parcel.branches.iter().map(branch).collect(),
            current: parcel.current,
            at: parcel.at.to_string(),
            within: parcel.within,
            step: parcel.step.clone(),
        }
    }

    fn into_parcel(self) -> Result<Parcel, String> {
        let source = match self.scenario {
            ScenarioField::Name(name) => {
                Source::BuiltIn { name, values: self.set.into_iter().collect(), seed: self.seed }
            }
            ScenarioField::Whole(_) if !self.set.is_empty() || self.seed.is_some() => {
                return Err(
                    "set, seed: they belong to a built-in scenario; one in full has its own".to_owned()
                );
            }
            ScenarioField::Whole(scenario) => Source::Whole(scenario),
        };
        let branch = |(index, branch): (usize, BranchFields)| {
            let moment = |name: &str, text: &str| moment(&format!("branches[{index}].{name}"), text);
            Ok(BranchParcel {
                parted_at: moment("parted_at", &branch.parted_at)?,
                left_at: moment("left_at", &branch.left_at)?,
                reach: moment("reach", &branch.reach)?,
                deeds: lines(&format!("branches[{index}].deeds"), &branch.deeds)?,
                name: branch.name,
            })
        };
        let mut branches: Vec<_> =
            self.branches.into_iter().enumerate().map(branch).collect::<Result<_, String>>()?;
        if branches.is_empty() {
            branches.push(BranchParcel::default());
        }
        Ok(Parcel {
            source,
            script: lines("script", &self.script)?,
            branches,
            current: self.current,
            at: moment("at", &self.at)?,
            within: self.within,
            step: self.step,
        })
    }
}

impl Serialize for ScenarioField {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            ScenarioField::Name(name) => serializer.serialize_str(name),
            ScenarioField::Whole(scenario) => scenario.serialize(serializer),
        }
    }
}

/// By hand, so that what is wrong within a scenario is said with its own line.
impl<'de> Deserialize<'de> for ScenarioField {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<ScenarioField, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = ScenarioField;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the name of a built-in scenario or a scenario in full")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<ScenarioField, E> {
                Ok(ScenarioField::Name(name.to_owned()))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<ScenarioField, A::Error> {
                let scenario = Scenario::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(ScenarioField::Whole(Box::new(scenario)))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

fn start() -> String {
    Time::ZERO.to_string()
}

fn moment(field: &str, text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| format!("{field}: `{text}` is not a moment such as 2s or 250ms"))
}

fn lines(field: &str, texts: &[String]) -> Result<Vec<Line>, String> {
    let line = |(index, text): (usize, &String)| {
        Line::from_text(text).ok_or_else(|| {
            format!("{field}[{index}] (`{text}`): here belongs a moment and a command, such as 2s cut n1-n2")
        })
    };
    let mut lines: Vec<Line> = texts.iter().enumerate().map(line).collect::<Result<_, String>>()?;
    lines.sort_by_key(|line| line.at);
    Ok(lines)
}

/// The text without an editor's mark at its start, if it is not too long.
fn checked(text: &str) -> Result<&str, String> {
    if text.len() > FILE_BYTES_AT_MOST {
        return Err(too_long());
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn pretty(content: &impl Serialize) -> String {
    let json = serde_json::to_string_pretty(content);
    // What is written is strings, numbers and lists, which JSON always has room for.
    json.map_or_else(|error| error.to_string(), |json| json + "\n")
}

fn json_error(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
    format!("line {} column {}: {what}", error.line(), error.column())
}
