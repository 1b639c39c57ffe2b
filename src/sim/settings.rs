//! Settings: named values with a kind, a default and a text form, of nodes, links, faults and scenarios alike.
//!
//! One text form serves scenario files, commands, `--set` and the page's controls, so a value is checked in one place.

use std::fmt;

use super::link::Latency;
use super::random::Probability;
use super::time::{Duration, parse_scaled};

/// What values a setting takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A whole number in these bounds, both included.
    Count(u64, u64),
    /// A length of time in these bounds, both included.
    Duration(Duration, Duration),
    /// A percentage.
    Probability,
    /// A rate in bits per second: `64kbps`, `1Mbps`, or `unlimited`.
    Bandwidth,
    /// How long a message travels: `10ms`, `10ms..30ms` (even) or `10ms+exp(20ms)` (a minimum and an exponential rest).
    Latency,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Free text on one line.
    Text,
}

/// A value of one [`Kind`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// See [`Kind::Count`].
    Count(u64),
    /// See [`Kind::Duration`].
    Duration(Duration),
    /// See [`Kind::Probability`].
    Probability(Probability),
    /// Bits per second; `None` is unlimited. See [`Kind::Bandwidth`].
    Bandwidth(Option<u64>),
    /// See [`Kind::Latency`].
    Latency(Latency),
    /// See [`Kind::Choice`].
    Choice(&'static str),
    /// See [`Kind::Text`].
    Text(String),
}

/// A setting that a role or a link has: its name, what it takes, and what it is unless told otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Setting {
    /// The name in files and commands, such as `timeout`.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Its value unless told otherwise, in text form.
    pub default: &'static str,
}

impl Kind {
    /// Reads a value of this kind, or says in words what would have been read.
    pub fn parse(self, text: &str) -> Result<Value, String> {
        let text = text.trim();
        self.read(text).ok_or_else(|| format!("`{text}` is not {self}"))
    }

    fn read(self, text: &str) -> Option<Value> {
        match self {
            Kind::Count(least, most) => {
                let count = text.parse().ok().filter(|count| (least..=most).contains(count))?;
                Some(Value::Count(count))
            }
            Kind::Duration(least, most) => {
                Duration::parse(text).filter(|length| (least..=most).contains(length)).map(Value::Duration)
            }
            Kind::Probability => Probability::parse(text).map(Value::Probability),
            Kind::Bandwidth => parse_bandwidth(text).map(Value::Bandwidth),
            Kind::Latency => Latency::parse(text).map(Value::Latency),
            Kind::Choice(words) => words.iter().find(|word| **word == text).map(|word| Value::Choice(word)),
            Kind::Text => (!text.contains('\n')).then(|| Value::Text(text.to_owned())),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Count(least, most) => write!(f, "a whole number from {least} to {most}"),
            Kind::Duration(least, most) => {
                write!(f, "a length of time from {least} to {most}, such as 500ms or 2s")
            }
            Kind::Probability => f.write_str("a percentage from 0% to 100%"),
            Kind::Bandwidth => f.write_str("a rate such as 64kbps or 1Mbps, or `unlimited`"),
            Kind::Latency => f.write_str("a latency such as 10ms, 10ms..30ms or 10ms+exp(20ms)"),
            Kind::Choice(words) => write!(f, "one of {}", words.join(", ")),
            Kind::Text => f.write_str("text on one line"),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Count(count) => count.fmt(f),
            Value::Duration(length) => length.fmt(f),
            Value::Probability(probability) => probability.fmt(f),
            Value::Bandwidth(None) => f.write_str("unlimited"),
            Value::Bandwidth(Some(rate)) => write_bandwidth(*rate, f),
            Value::Latency(latency) => latency.fmt(f),
            Value::Choice(word) => f.write_str(word),
            Value::Text(text) => f.write_str(text),
        }
    }
}

impl Setting {
    /// The default as a value. A default that is not of its kind is a mistake in a static table, which tests walk.
    pub fn default_value(&self) -> Value {
        self.kind.parse(self.default).unwrap_or_else(|why| panic!("default of setting {}: {why}", self.name))
    }
}

/// The settings of one node or link direction: every setting of its table, in the table's order.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    table: &'static [Setting],
    values: Vec<Value>,
}

impl Settings {
    /// All at their defaults.
    pub fn defaults(table: &'static [Setting]) -> Settings {
        Settings { table, values: table.iter().map(Setting::default_value).collect() }
    }

    /// The settings that exist, with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Setting, &Value)> {
        self.table.iter().zip(&self.values)
    }

    /// Reads and sets one; says what is wrong with the name or the value otherwise.
    pub fn set_text(&mut self, name: &str, text: &str) -> Result<(), String> {
        let value = parse_setting(self.table, name, text)?.1;
        self.set(name, value);
        Ok(())
    }

    /// Sets one to a value that was checked against its kind.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Some(at) = self.table.iter().position(|setting| setting.name == name) {
            self.values[at] = value;
        }
    }

    /// The value of a setting of this table. To ask for a setting that the table lacks is a mistake in a protocol.
    pub fn get(&self, name: &str) -> &Value {
        let at = self.table.iter().position(|setting| setting.name == name);
        &self.values[at.unwrap_or_else(|| panic!("no setting called {name}"))]
    }

    /// The setting that is text of this name, if the table has one.
    pub fn find_text(&self, name: &str) -> Option<&str> {
        let at = self.table.iter().position(|setting| setting.name == name)?;
        match &self.values[at] {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A setting that is a length of time.
    pub fn duration(&self, name: &str) -> Duration {
        match self.get(name) {
            Value::Duration(length) => *length,
            other => panic!("setting {name} is {other:?}, not a duration"),
        }
    }

    /// A setting that is a whole number.
    pub fn count(&self, name: &str) -> u64 {
        match self.get(name) {
            Value::Count(count) => *count,
            other => panic!("setting {name} is {other:?}, not a count"),
        }
    }

    /// A setting that is one of several words.
    pub fn choice(&self, name: &str) -> &'static str {
        match self.get(name) {
            Value::Choice(word) => word,
            other => panic!("setting {name} is {other:?}, not a choice"),
        }
    }

    /// A setting that is text.
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Value::Text(text) => text,
            other => panic!("setting {name} is {other:?}, not text"),
        }
    }

    /// A setting that is a probability.
    pub fn probability(&self, name: &str) -> Probability {
        match self.get(name) {
            Value::Probability(probability) => *probability,
            other => panic!("setting {name} is {other:?}, not a probability"),
        }
    }
}

/// The setting by which a node says which other gives it power: text, the other's name. A role that lists it may have its power cut.
pub const POWER_FROM: &str = "power-from";

/// Finds a setting of a table by name and reads a value for it.
pub fn parse_setting(
    table: &'static [Setting],
    name: &str,
    text: &str,
) -> Result<(&'static Setting, Value), String> {
    let Some(setting) = table.iter().find(|setting| setting.name == name) else {
        let known: Vec<_> = table.iter().map(|setting| setting.name).collect();
        return Err(format!("there is no setting `{name}` here; there are: {}", known.join(", ")));
    };
    let value = setting.kind.parse(text).map_err(|why| format!("setting `{name}`: {why}"))?;
    Ok((setting, value))
}

const RATES: [(&str, u64); 4] = [("Gbps", 1_000_000_000), ("Mbps", 1_000_000), ("kbps", 1_000), ("bps", 1)];

fn parse_bandwidth(text: &str) -> Option<Option<u64>> {
    if text == "unlimited" {
        return Some(None);
    }
    let (unit, scale) = RATES.iter().find(|(unit, _)| text.ends_with(unit))?;
    let rate = parse_scaled(text.strip_suffix(unit)?, *scale)?;
    (rate > 0).then_some(Some(rate))
}

fn write_bandwidth(rate: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let fitting = RATES.iter().filter(|(_, scale)| rate >= *scale);
    let exact = fitting
        .filter_map(|(unit, scale)| super::time::decimal(rate, *scale).map(|number| (number, unit)))
        .next();
    match exact {
        Some((number, unit)) => write!(f, "{number}{unit}"),
        None => write!(f, "{rate}bps"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_prints_what_it_reads() {
        let cases = [
            (Kind::Count(1, 9), "7"),
            (Kind::Duration(Duration::ZERO, Duration::secs(10)), "1.5s"),
            (Kind::Probability, "12.5%"),
            (Kind::Bandwidth, "64kbps"),
            (Kind::Bandwidth, "unlimited"),
            (Kind::Latency, "10ms..30ms"),
            (Kind::Choice(&["available", "consistent"]), "consistent"),
            (Kind::Text, "put x=1"),
        ];
        for (kind, text) in cases {
            assert_eq!(kind.parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_words() {
        let said = Kind::Count(1, 9).parse("12").unwrap_err();
        assert_eq!(said, "`12` is not a whole number from 1 to 9");
    }
}
