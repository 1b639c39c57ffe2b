//! Scenario files: JSON in, JSON out, and in one sentence what is wrong with one and where.

use crate::scenarios;
use crate::sim::scenario::Scenario;

/// How long a scenario file may be, in bytes.
pub const FILE_BYTES_AT_MOST: usize = 4 << 20;

/// Reads a scenario file. What is read is of the right shape; whether it makes sense is checked as its network is laid.
pub fn read_scenario(text: &str) -> Result<Scenario, String> {
    if text.len() > FILE_BYTES_AT_MOST {
        return Err(too_long());
    }
    // An editor's mark at the start of a file is no part of it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).map_err(|error| json_error(&error))
}

/// Writes a scenario as a file that [`read_scenario`] reads.
pub fn write_scenario(scenario: &Scenario) -> String {
    let json = serde_json::to_string_pretty(scenario);
    // A scenario is strings, numbers and lists, which JSON always has room for.
    json.map_or_else(|error| error.to_string(), |json| json + "\n")
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

fn json_error(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
    format!("line {} column {}: {what}", error.line(), error.column())
}
