//! A link, one direction at a time: how long messages travel, how fast they leave, what waits and what is dropped.
//!
//! A direction keeps its messages in order, as a wire does, unless a fault holds one of them up.

use std::fmt;

use super::random::Rng;
use super::settings::{Kind, Setting, Value};
use super::time::Duration;
use super::wire::Bytes;

/// What can be set for each direction of a link.
pub const LINK_SETTINGS: &[Setting] = &[
    Setting { name: "latency", kind: Kind::Latency, default: "20ms" },
    Setting { name: "bandwidth", kind: Kind::Bandwidth, default: "unlimited" },
    Setting { name: "queue", kind: Kind::Count(0, 1_000_000), default: "64" },
    Setting { name: "drop", kind: Kind::Choice(&["tail", "head", "random"]), default: "tail" },
];

/// The settings of one direction. Faults in force are folded into a copy of it, see [`super::fault::Effect::Link`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkSettings {
    /// Whether the wire is whole. A cut one loses what reaches the gap in its middle.
    pub up: bool,
    /// How long a message travels once it is on the wire.
    pub latency: Latency,
    /// Bits per second that can be put on the wire; `None` takes no time.
    pub bandwidth: Option<u64>,
    /// How many messages may wait for the wire.
    pub queue: usize,
    /// Which message goes when no more may wait.
    pub drop: DropPolicy,
}

/// How long a message travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Latency {
    /// Always this long.
    Constant(Duration),
    /// Drawn evenly between these two.
    Even(Duration, Duration),
    /// At least the first, plus an exponentially distributed rest with the second as its mean.
    Exponential(Duration, Duration),
}

/// Which message is dropped when a queue is full.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DropPolicy {
    /// The one that comes.
    Tail,
    /// The one that has waited longest.
    Head,
    /// Any of those that wait, or the one that comes, evenly.
    Random,
}

/// A message about to cross one direction, as faults see and change it.
pub struct Crossing<'a> {
    /// Its bytes; real ones, so a flipped bit is flipped.
    pub bytes: &'a mut Bytes,
    /// The luck of this direction.
    pub rng: &'a mut Rng,
    /// It never arrives: it falls off somewhere on the way.
    pub lost: bool,
    /// Its bytes were changed.
    pub altered: bool,
    /// How many more copies of it cross.
    pub copies: u32,
    /// How much longer it takes; while it does, later messages may overtake it.
    pub held_up: Duration,
    /// How long a message travels here on average.
    pub mean_latency: Duration,
}

impl Default for LinkSettings {
    fn default() -> LinkSettings {
        let mut settings = LinkSettings {
            up: true,
            latency: Latency::Constant(Duration::millis(20)),
            bandwidth: None,
            queue: 64,
            drop: DropPolicy::Tail,
        };
        LINK_SETTINGS.iter().for_each(|setting| settings.set(setting.name, &setting.default_value()));
        settings
    }
}

impl LinkSettings {
    /// Sets one of [`LINK_SETTINGS`] to a value of its kind.
    pub fn set(&mut self, name: &str, value: &Value) {
        match (name, value) {
            ("latency", Value::Latency(latency)) => self.latency = *latency,
            ("bandwidth", Value::Bandwidth(rate)) => self.bandwidth = *rate,
            ("queue", Value::Count(messages)) => self.queue = *messages as usize,
            ("drop", Value::Choice(policy)) => self.drop = DropPolicy::named(policy),
            _ => debug_assert!(false, "no link setting {name} = {value:?}"),
        }
    }

    /// One of [`LINK_SETTINGS`] as a value.
    pub fn get(&self, name: &str) -> Option<Value> {
        Some(match name {
            "latency" => Value::Latency(self.latency),
            "bandwidth" => Value::Bandwidth(self.bandwidth),
            "queue" => Value::Count(self.queue as u64),
            "drop" => Value::Choice(self.drop.name()),
            _ => return None,
        })
    }

    /// How long it takes to put this many bytes on the wire.
    pub fn transmission_time(&self, bytes: usize) -> Duration {
        match self.bandwidth {
            None => Duration::ZERO,
            Some(rate) => {
                let micros = (bytes as u128 * 8 * 1_000_000).div_ceil(u128::from(rate.max(1)));
                Duration::micros(u64::try_from(micros).unwrap_or(u64::MAX)).at_least_shortest()
            }
        }
    }
}

impl DropPolicy {
    fn named(name: &str) -> DropPolicy {
        match name {
            "head" => DropPolicy::Head,
            "random" => DropPolicy::Random,
            _ => DropPolicy::Tail,
        }
    }

    fn name(self) -> &'static str {
        match self {
            DropPolicy::Tail => "tail",
            DropPolicy::Head => "head",
            DropPolicy::Random => "random",
        }
    }
}

impl Latency {
    /// Reads `10ms`, `10ms..30ms` or `10ms+exp(20ms)`.
    pub fn parse(text: &str) -> Option<Latency> {
        if let Some((shortest, longest)) = text.split_once("..") {
            let (shortest, longest) = (Duration::parse(shortest)?, Duration::parse(longest)?);
            return (shortest <= longest).then_some(Latency::Even(shortest, longest));
        }
        if let Some((least, rest)) = text.split_once("+exp(") {
            return Some(Latency::Exponential(
                Duration::parse(least)?,
                Duration::parse(rest.strip_suffix(')')?)?,
            ));
        }
        Duration::parse(text).map(Latency::Constant)
    }

    /// Draws how long one message travels: never nothing.
    pub fn draw(self, rng: &mut Rng) -> Duration {
        let length = match self {
            Latency::Constant(length) => length,
            Latency::Even(shortest, longest) => rng.between(shortest, longest),
            Latency::Exponential(least, mean_rest) => least + rng.exponential(mean_rest),
        };
        length.at_least_shortest()
    }

    /// The average.
    pub fn mean(self) -> Duration {
        match self {
            Latency::Constant(length) => length,
            Latency::Even(shortest, longest) => {
                Duration::micros((shortest.as_micros() / 2).saturating_add(longest.as_micros() / 2))
            }
            Latency::Exponential(least, mean_rest) => least + mean_rest,
        }
    }

    /// The same latency, longer by a constant.
    pub fn longer_by(self, more: Duration) -> Latency {
        match self {
            Latency::Constant(length) => Latency::Constant(length + more),
            Latency::Even(shortest, longest) => Latency::Even(shortest + more, longest + more),
            Latency::Exponential(least, mean_rest) => Latency::Exponential(least + more, mean_rest),
        }
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Latency::Constant(length) => length.fmt(f),
            Latency::Even(shortest, longest) => write!(f, "{shortest}..{longest}"),
            Latency::Exponential(least, mean_rest) => write!(f, "{least}+exp({mean_rest})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_stay_in_their_bounds() {
        let mut rng = Rng::stream(1, "test");
        let even = Latency::parse("10ms..30ms").unwrap();
        let exponential = Latency::parse("10ms+exp(5ms)").unwrap();
        for _ in 0..1_000 {
            let drawn = even.draw(&mut rng);
            assert!((Duration::millis(10)..=Duration::millis(30)).contains(&drawn));
            assert!(exponential.draw(&mut rng) >= Duration::millis(10));
        }
        assert_eq!(Latency::parse("30ms..10ms"), None);
    }

    #[test]
    fn size_takes_time_on_a_link_with_a_bandwidth() {
        let settings = LinkSettings { bandwidth: Some(8_000), ..LinkSettings::default() };
        assert_eq!(settings.transmission_time(1_000), Duration::secs(1));
        assert_eq!(LinkSettings::default().transmission_time(1_000), Duration::ZERO);
    }
}
