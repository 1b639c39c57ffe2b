//! What is done by hand: the watcher plays the network for one message, or the clock of a node for one timer.

use crate::sim::network::{Network, NodeId};
use crate::sim::process::Timer;
use crate::sim::time::Duration;
use crate::sim::trace::PacketId;

use super::{Command, CommandError, Words, quote};

/// What is done by hand to a message on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageDeed {
    /// The part of the way that it is on ends now.
    Deliver,
    /// It takes so much longer.
    Postpone(Duration),
    /// It is taken away.
    Drop,
    /// A second one like it sets out where it is.
    Copy,
}

/// What is done by hand to a timer that is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimerDeed {
    /// It goes off now.
    Fire,
    /// It goes off so much later.
    Postpone(Duration),
}

/// How much longer anything may be made to take at once.
pub const POSTPONED_AT_MOST: Duration = Duration::secs(365 * 86_400);

/// Names a timer of a node: no two that are set at a time have the same name and the same key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimerName {
    /// The timer's own name, such as `timeout`.
    pub name: String,
    /// What it is about; zero for a timer of which there is one.
    pub key: u64,
}

impl TimerName {
    /// Whether it names this timer.
    pub fn is(&self, timer: Timer) -> bool {
        self.name == timer.name && self.key == timer.key
    }

    /// As commands write it: `heartbeat`, or `timeout#7` if it has a key.
    fn write(&self) -> String {
        if self.key == 0 { quote(&self.name) } else { quote(&format!("{}#{}", self.name, self.key)) }
    }

    fn read(text: &str) -> Result<TimerName, String> {
        let (name, key) = match text.rsplit_once('#') {
            Some((name, key)) => (name, read_number(key)),
            None => (text, Some(0)),
        };
        match key {
            Some(key) if !name.is_empty() && !name.contains('#') => {
                Ok(TimerName { name: name.to_owned(), key })
            }
            _ => Err(format!("`{text}` is not a timer such as heartbeat or timeout#7")),
        }
    }
}

impl From<Timer> for TimerName {
    fn from(timer: Timer) -> TimerName {
        TimerName { name: timer.name.to_owned(), key: timer.key }
    }
}

/// A message as commands name it: `m12`.
pub fn message_name(packet: PacketId) -> String {
    format!("m{}", packet.0)
}

fn read_message(text: &str) -> Result<PacketId, String> {
    let number = text.strip_prefix('m').and_then(read_number);
    number.map(PacketId).ok_or_else(|| format!("`{text}` is not a message such as m12"))
}

/// A number of digits alone: no sign, no space.
fn read_number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn read_duration(words: &mut Words) -> Result<Duration, CommandError> {
    let text = words.next("a length of time such as 500ms")?;
    let length = Duration::parse(&text).filter(|length| *length <= POSTPONED_AT_MOST);
    length.ok_or_else(|| {
        words.wrong(format!("`{text}` is not a length of time such as 250ms, 2s or at most 1y"))
    })
}

impl Network {
    /// Reads what follows a verb that is done by hand; `None` if the verb is none of these.
    pub(super) fn read_by_hand(
        &self,
        words: &mut Words,
        verb: &str,
    ) -> Result<Option<Command>, CommandError> {
        let deed = match verb {
            "deliver" => MessageDeed::Deliver,
            "drop" => MessageDeed::Drop,
            "copy" => MessageDeed::Copy,
            "fire" => {
                let (node, timer) = self.read_timer(words)?;
                return Ok(Some(Command::Timer { node, timer, deed: TimerDeed::Fire }));
            }
            "postpone" => return self.read_postpone(words).map(Some),
            _ => return Ok(None),
        };
        let packet = words.next("a message such as m12")?;
        let packet = read_message(&packet).map_err(|why| words.wrong(why))?;
        Ok(Some(Command::Message { packet, deed }))
    }

    /// A message and a length, or a node, its timer and a length: told apart by how many words there are, so that a node
    /// may be called `m1`.
    fn read_postpone(&self, words: &mut Words) -> Result<Command, CommandError> {
        if words.left() >= 3 {
            let (node, timer) = self.read_timer(words)?;
            let by = read_duration(words)?;
            return Ok(Command::Timer { node, timer, deed: TimerDeed::Postpone(by) });
        }
        let packet = words.next("a message such as m12, or a node and its timer")?;
        let packet = read_message(&packet).map_err(|why| words.wrong(why))?;
        Ok(Command::Message { packet, deed: MessageDeed::Postpone(read_duration(words)?) })
    }

    fn read_timer(&self, words: &mut Words) -> Result<(NodeId, TimerName), CommandError> {
        let node = words.next("a node")?;
        let node = self.read_node(&node).map_err(|why| words.wrong(why))?;
        let timer = words.next("a timer such as heartbeat or timeout#7")?;
        TimerName::read(&timer).map(|timer| (node, timer)).map_err(|why| words.wrong(why))
    }

    pub(super) fn write_message_deed(&self, packet: PacketId, deed: MessageDeed) -> String {
        let message = message_name(packet);
        match deed {
            MessageDeed::Deliver => format!("deliver {message}"),
            MessageDeed::Postpone(by) => format!("postpone {message} {by}"),
            MessageDeed::Drop => format!("drop {message}"),
            MessageDeed::Copy => format!("copy {message}"),
        }
    }

    pub(super) fn write_timer_deed(&self, node: NodeId, timer: &TimerName, deed: TimerDeed) -> String {
        let (node, timer) = (self.name(node), timer.write());
        match deed {
            TimerDeed::Fire => format!("fire {node} {timer}"),
            TimerDeed::Postpone(by) => format!("postpone {node} {timer} {by}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_are_named_with_their_key() {
        let read = |text| TimerName::read(text);
        let named = |name: &str, key| Ok(TimerName { name: name.to_owned(), key });
        assert_eq!(read("heartbeat"), named("heartbeat", 0));
        assert_eq!(read("timeout#7"), named("timeout", 7));
        assert_eq!(read("timeout#0").unwrap().write(), "timeout");
        assert_eq!(read("timeout#18446744073709551615").unwrap().write(), "timeout#18446744073709551615");
        for wrong in ["", "#7", "a#", "a#x", "a#+7", "a#7#7", "a#18446744073709551616"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn messages_are_named_by_their_number() {
        assert_eq!(read_message("m12"), Ok(PacketId(12)));
        assert_eq!(message_name(PacketId(12)), "m12");
        for wrong in ["", "m", "12", "m-1", "m+1", "m 1", "m18446744073709551616", "n12"] {
            assert!(read_message(wrong).is_err(), "{wrong}");
        }
    }
}
