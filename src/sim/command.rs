//! The one door: everything that anyone can do to a world, and its text form.
//!
//! ```text
//! line     = time command               2s cut n1-n2
//! command  = fault place [amount]       cut n1-n2 · cut n1>n2 · loss n1-n2 30% · crash n3 · byzantine n2 equivocate
//!          | undo-verb place            restart n3 · resume n3 · honest n2
//!          | "heal" place [fault]       heal n1-n2 · heal n1-n2 loss
//!          | "request" node text        request c1 "put x=1"
//!          | "set" place setting value  set n3 timeout 500ms · set n1-n2 latency 10ms..30ms
//!          | "deliver" message          deliver m12
//!          | "postpone" message length  postpone m12 500ms
//!          | "drop" message             drop m12
//!          | "copy" message             copy m12
//!          | "fire" node timer          fire n1 heartbeat · fire n1 timeout#7
//!          | "postpone" node timer length   postpone n1 heartbeat 500ms
//! message  = "m" number                 messages are numbered from 0 in the order in which they set out
//! timer    = name ["#" number]          the number tells timers of one name apart, such as the request that each is about
//! place    = node | node "-" node | node ">" node
//! time     = a duration since the start of the run: 2s, 250ms, 3d
//! ```
//!
//! `a-b` is both directions of a link, `a>b` one. The amount of a fault may be left out; then it is the kind's usual one.
//! A place that holds a fault already takes the new amount. What is printed parses back to the same command.
//!
//! The last six are done by hand: the watcher plays the network or a clock, and nothing is drawn for it by chance. To
//! *deliver* a message is to end the part of its way that it is on, as if its latency had just passed: it arrives, or is passed
//! on and begins its next hop, or is lost where the network had it lost (a cut link, a fault that took it, a node that is down).
//! One that waits for the wire goes on it at once, past the others. To *postpone* a message lets it be overtaken; one that waits
//! for the wire is held back by its sender so long. A *copy* is where its original is and arrives right after it. What waits at
//! its receiver has arrived. A message that is not on its way, or a timer that is not set, is let be, and the log says so.

mod hand;

use std::fmt;

use super::fault::{Effect, Fault, FaultKind};
use super::link::LINK_SETTINGS;
use super::network::{DirectionId, LinkId, Network, NodeId};
use super::settings::{Kind, Value, parse_setting};
use super::time::Time;
use super::trace::PacketId;

pub use hand::{MessageDeed, POSTPONED_AT_MOST, TimerDeed, TimerName, message_name};

/// Something done to a world.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Puts a fault in force.
    Inject {
        /// Where.
        place: Place,
        /// What.
        fault: Fault,
    },
    /// Takes faults back: one kind, or all at the place.
    Heal {
        /// Where.
        place: Place,
        /// Which kind; `None` is all.
        kind: Option<&'static FaultKind>,
    },
    /// A node's user asks for something.
    Request {
        /// Whose user.
        node: NodeId,
        /// What, in the words that the protocol documents.
        text: String,
    },
    /// Changes a setting.
    Set {
        /// Of what.
        place: Place,
        /// Which.
        setting: &'static str,
        /// To what.
        value: Value,
    },
    /// Plays the network for one message.
    Message {
        /// Which.
        packet: PacketId,
        /// What becomes of it.
        deed: MessageDeed,
    },
    /// Plays a node's clock for one timer.
    Timer {
        /// Whose.
        node: NodeId,
        /// Which.
        timer: TimerName,
        /// What becomes of it.
        deed: TimerDeed,
    },
}

/// A place in the network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A node.
    Node(NodeId),
    /// Both directions of a link.
    Link(LinkId),
    /// One direction of a link.
    Direction(DirectionId),
}

/// A command and the moment at which it is carried out: last in that moment, after everything that happens by itself.
#[derive(Clone, PartialEq, Debug)]
pub struct TimedCommand {
    /// When.
    pub at: Time,
    /// What.
    pub command: Command,
}

/// Why a line is not a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommandError {
    /// Which word of the line is wrong, counted from 1.
    pub word: usize,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "word {}: {}", self.word, self.what)
    }
}

impl Command {
    /// An injection of a fault of this kind with this amount, or with the kind's usual one.
    pub fn inject(place: Place, kind: &'static FaultKind, amount: Option<Value>) -> Command {
        Command::Inject {
            place,
            fault: Fault { kind, amount: amount.unwrap_or_else(|| kind.usual_amount()) },
        }
    }
}

impl FaultKind {
    /// The amount unless told otherwise; an empty text for kinds without an amount.
    pub fn usual_amount(&self) -> Value {
        match self.amount {
            Some((kind, usual)) => {
                kind.parse(usual).unwrap_or_else(|why| panic!("usual amount of {}: {why}", self.name))
            }
            None => Value::Text(String::new()),
        }
    }
}

impl Network {
    /// Reads a line such as `2s cut n1-n2`.
    pub fn read_line(&self, line: &str) -> Result<TimedCommand, CommandError> {
        let mut words = Words::new(line);
        let time = words.next("a time such as 2s")?;
        let at = Time::parse(&time)
            .ok_or_else(|| words.wrong(format!("`{time}` is not a time such as 2s or 250ms")))?;
        let command = self.read_words(&mut words)?;
        Ok(TimedCommand { at, command })
    }

    /// Reads a command without its time.
    pub fn read_command(&self, text: &str) -> Result<Command, CommandError> {
        self.read_words(&mut Words::new(text))
    }

    /// Writes a line that [`Network::read_line`] reads.
    pub fn write_line(&self, timed: &TimedCommand) -> String {
        format!("{} {}", timed.at, self.write_command(&timed.command))
    }

    /// Writes a command without its time.
    pub fn write_command(&self, command: &Command) -> String {
        match command {
            Command::Inject { place, fault } if fault.kind.amount.is_none() => {
                format!("{} {}", fault.kind.name, self.place_name(*place))
            }
            Command::Inject { place, fault } => {
                format!("{} {} {}", fault.kind.name, self.place_name(*place), fault.amount)
            }
            Command::Heal { place, kind: None } => format!("heal {}", self.place_name(*place)),
            Command::Heal { place, kind: Some(kind) } => match kind.heal_verb {
                Some(verb) => format!("{verb} {}", self.place_name(*place)),
                None => format!("heal {} {}", self.place_name(*place), kind.name),
            },
            Command::Request { node, text } => format!("request {} {}", self.name(*node), quote(text)),
            Command::Set { place, setting, value } => {
                format!("set {} {setting} {}", self.place_name(*place), quote(&value.to_string()))
            }
            Command::Message { packet, deed } => self.write_message_deed(*packet, *deed),
            Command::Timer { node, timer, deed } => self.write_timer_deed(*node, timer, *deed),
        }
    }

    /// A place as commands write it.
    pub fn place_name(&self, place: Place) -> String {
        match place {
            Place::Node(node) => self.name(node).to_owned(),
            Place::Link(link) => self.link_name(link),
            Place::Direction(direction) => {
                format!("{}>{}", self.name(self.source(direction)), self.name(self.target(direction)))
            }
        }
    }

    /// Reads a place as commands write it.
    pub fn read_place(&self, text: &str) -> Result<Place, String> {
        if let Some((a, b)) = text.split_once('>') {
            return self.read_direction(a, b).map(Place::Direction);
        }
        if let Some((a, b)) = text.split_once('-') {
            return self.read_direction(a, b).map(|direction| Place::Link(direction.link()));
        }
        self.read_node(text).map(Place::Node)
    }

    fn read_direction(&self, a: &str, b: &str) -> Result<DirectionId, String> {
        let (from, to) = (self.read_node(a)?, self.read_node(b)?);
        self.direction(from, to).ok_or_else(|| format!("there is no link between `{a}` and `{b}`"))
    }

    fn read_node(&self, name: &str) -> Result<NodeId, String> {
        self.node_named(name).ok_or_else(|| format!("there is no node `{name}`"))
    }

    fn read_words(&self, words: &mut Words) -> Result<Command, CommandError> {
        let verb = words.next("a command such as `cut` or `crash`")?;
        let command = match verb.as_str() {
            "heal" => self.read_heal(words)?,
            "request" => self.read_request(words)?,
            "set" => self.read_set(words)?,
            _ => match self.read_by_hand(words, &verb)? {
                Some(command) => command,
                None => self.read_fault(words, &verb)?,
            },
        };
        words.end()?;
        Ok(command)
    }

    fn read_fault(&self, words: &mut Words, verb: &str) -> Result<Command, CommandError> {
        let faults = self.catalogue.faults;
        if let Some(kind) = faults.iter().find(|kind| kind.heal_verb == Some(verb)) {
            let place = self.next_place(words)?;
            check_target(words, kind, place)?;
            return Ok(Command::Heal { place, kind: Some(kind) });
        }
        let Some(kind) = self.catalogue.fault(verb) else {
            let known: Vec<_> = faults.iter().map(|kind| kind.name).collect();
            return Err(words.wrong(format!(
                "there is no command `{verb}`; there are heal, request, set, deliver, postpone, drop, copy, fire, {}",
                known.join(", ")
            )));
        };
        let place = self.next_place(words)?;
        check_target(words, kind, place)?;
        let amount = match (words.optional(), kind.amount) {
            (Some(text), Some((amount, _))) => Some(amount.parse(&text).map_err(|why| words.wrong(why))?),
            (Some(text), None) => {
                return Err(words.wrong(format!("`{verb}` takes no amount, but `{text}` follows")));
            }
            (None, _) => None,
        };
        Ok(Command::inject(place, kind, amount))
    }

    fn read_heal(&self, words: &mut Words) -> Result<Command, CommandError> {
        let place = self.next_place(words)?;
        let Some(name) = words.optional() else { return Ok(Command::Heal { place, kind: None }) };
        let kind =
            self.catalogue.fault(&name).ok_or_else(|| words.wrong(format!("there is no fault `{name}`")))?;
        check_target(words, kind, place)?;
        Ok(Command::Heal { place, kind: Some(kind) })
    }

    fn read_request(&self, words: &mut Words) -> Result<Command, CommandError> {
        let name = words.next("a node")?;
        let node = self.read_node(&name).map_err(|why| words.wrong(why))?;
        let text = words.next("a request in quotes, such as \"put x=1\"")?;
        Ok(Command::Request { node, text })
    }

    fn read_set(&self, words: &mut Words) -> Result<Command, CommandError> {
        let place = self.next_place(words)?;
        let table = match place {
            Place::Node(node) => self.role(node).settings,
            Place::Link(_) | Place::Direction(_) => LINK_SETTINGS,
        };
        let name = words.next("the name of a setting")?;
        let text = words.next("a value")?;
        let (setting, value) = parse_setting(table, &name, &text).map_err(|why| words.wrong(why))?;
        Ok(Command::Set { place, setting: setting.name, value })
    }

    fn next_place(&self, words: &mut Words) -> Result<Place, CommandError> {
        let text = words.next("a place: a node, a-b or a>b")?;
        self.read_place(&text).map_err(|why| words.wrong(why))
    }
}

/// The kinds of value that a fault's amount takes, if it takes one.
pub fn amount_kind(kind: &FaultKind) -> Option<Kind> {
    kind.amount.map(|(kind, _)| kind)
}

fn check_target(words: &Words, kind: &FaultKind, place: Place) -> Result<(), CommandError> {
    let is_node = matches!(place, Place::Node(_));
    match (&kind.effect, is_node) {
        (Effect::Node(_), false) => Err(words.wrong(format!("`{}` strikes a node, not a link", kind.name))),
        (Effect::Crossing(_) | Effect::Link(_), true) => {
            Err(words.wrong(format!("`{}` strikes a link such as a-b, not a node", kind.name)))
        }
        _ => Ok(()),
    }
}

fn quote(text: &str) -> String {
    let plain = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == '"' || c == '\\');
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// The words of a line; one in double quotes may hold spaces, and `\` takes the next character as it is.
struct Words {
    words: std::vec::IntoIter<String>,
    taken: usize,
    unclosed: bool,
}

impl Words {
    fn new(line: &str) -> Words {
        let (words, unclosed) = split_words(line);
        Words { words: words.into_iter(), taken: 0, unclosed }
    }

    fn next(&mut self, expected: &str) -> Result<String, CommandError> {
        self.optional()
            .ok_or_else(|| CommandError { word: self.taken + 1, what: format!("here belongs {expected}") })
    }

    /// How many are left.
    fn left(&self) -> usize {
        self.words.len()
    }

    fn optional(&mut self) -> Option<String> {
        let word = self.words.next()?;
        self.taken += 1;
        Some(word)
    }

    fn end(&mut self) -> Result<(), CommandError> {
        if self.unclosed {
            return Err(self.wrong("a double quote is not closed".to_owned()));
        }
        match self.optional() {
            Some(word) => Err(self.wrong(format!("`{word}` is one word too many"))),
            None => Ok(()),
        }
    }

    fn wrong(&self, what: String) -> CommandError {
        CommandError { word: self.taken, what }
    }
}

fn split_words(line: &str) -> (Vec<String>, bool) {
    let (mut words, mut word, mut started, mut quoted) = (Vec::new(), String::new(), false, false);
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => {
                quoted = !quoted;
                started = true;
            }
            '\\' => {
                word.extend(characters.next());
                started = true;
            }
            c if c.is_whitespace() && !quoted => {
                if started {
                    words.push(std::mem::take(&mut word));
                }
                started = false;
            }
            c => {
                word.push(c);
                started = true;
            }
        }
    }
    if started {
        words.push(word);
    }
    (words, quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_quotes_hold_spaces_and_a_backslash_takes_the_next_character() {
        let words = |line: &str| split_words(line).0;
        assert_eq!(words(r#"request c1 "put x=1""#), ["request", "c1", "put x=1"]);
        assert_eq!(words(r#"a "" b\ c "say \"hi\"""#), ["a", "", "b c", "say \"hi\""]);
        assert_eq!(words(" \t "), [""; 0]);
        assert!(split_words("\"open").1);
    }

    #[test]
    fn quoting_is_undone_by_reading() {
        for text in ["", "plain", "two words", "a \"quote\"", "back\\slash", " \t", "\\"] {
            assert_eq!(split_words(&quote(text)), (vec![text.to_owned()], false), "{text:?}");
        }
    }
}
