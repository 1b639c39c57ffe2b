//! All that the author of a protocol needs: [`Process`], its [`Message`]s, and the [`Context`] through which it acts.
//!
//! A process is a plain state machine. It runs to completion on each event, never blocks, and sees the world only through
//! its context. A crash throws the whole value away; a restart makes a new one from its role, so that nothing survives but
//! what was synced to the disk. The message is typed here and bytes everywhere else: see [`super::wire`].

use std::any::Any;
use std::fmt::Debug;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::words::{Key, Phrase};

use super::core::{Core, Input, Outgoing};
use super::disk::{Disk, DiskFull};
use super::fault::Lie;
use super::figure::{Figure, Tint};
use super::network::{Network, NodeId};
use super::property::{Property, Reading};
use super::random::{Rng, name_hash};
use super::settings::{Setting, Settings};
use super::time::{Duration, Time};
use super::trace::{Event, Trace};
use super::wire::{self, Bytes};

/// What a node runs.
pub trait Process: Clone + Send + Sync + 'static {
    /// What it sends and understands.
    type Message: Message;

    /// The run begins.
    fn on_start(&mut self, _cx: &mut Context<'_, Self::Message>) {}
    /// A message arrived, whole and readable.
    fn on_message(&mut self, cx: &mut Context<'_, Self::Message>, from: NodeId, message: Self::Message);
    /// A timer went off, or a sync that was to be reported by it is complete.
    fn on_timer(&mut self, _cx: &mut Context<'_, Self::Message>, _timer: Timer) {}
    /// The node's user asks for something, in words that the protocol documents.
    fn on_request(&mut self, cx: &mut Context<'_, Self::Message>, request: &str) {
        cx.note(Phrase::new(crate::word!("note.unknown-request")).with("request", request));
    }
    /// One of the node's settings was changed; timers that were set by the old ones are still set.
    fn on_settings(&mut self, _cx: &mut Context<'_, Self::Message>) {}
    /// The node is back after a crash: a new process, with only the disk to remember by.
    fn on_restart(&mut self, cx: &mut Context<'_, Self::Message>) {
        self.on_start(cx);
    }
    /// What an onlooker may know of it. It must not depend on anything but the process itself.
    fn look(&self) -> Look;
    /// How much memory its lists and texts take, about: checkpoints of long runs are counted in bytes. One whose state
    /// grows as it runs says so here.
    fn heap_bytes(&self) -> usize {
        0
    }
}

/// What processes send.
pub trait Message: Serialize + DeserializeOwned + Clone + Debug + Send + Sync + 'static {
    /// The name of the protocol it belongs to; a receiver refuses messages of other protocols.
    const PROTOCOL: &'static str;

    /// In the protocol's own notation, such as `put x=1`.
    fn label(&self) -> String;

    /// What sort of message it is, which decides its shape and colour.
    fn sort(&self) -> Sort;

    /// A lie that the sender could tell in place of this, or `None` if it has none to tell. The draws decide which.
    fn forge(&self, _rng: &mut Rng) -> Option<Self> {
        None
    }

    /// The same for a liar that knows who it is and to whom it speaks, as one must that signs its lies, or tells stories that fit together.
    fn forge_to(&self, _audience: &Audience, rng: &mut Rng) -> Option<Self> {
        self.forge(rng)
    }

    /// The bytes on the wire.
    fn encode(&self) -> Bytes {
        wire::frame(protocol_tag(Self::PROTOCOL), self)
    }

    /// The message in these bytes, or `None` if they are not one.
    fn decode(bytes: &[u8]) -> Option<Self> {
        wire::unframe(protocol_tag(Self::PROTOCOL), bytes)
    }
}

/// To whom a liar speaks. One adversary stands behind all who lie, so they know each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Audience {
    /// Who lies.
    pub liar: NodeId,
    /// Which of its lies it tells.
    pub lie: Lie,
    /// How many of the receiver's role who do not lie come before the receiver; nothing if it lies itself.
    pub rank: Option<usize>,
}

/// Sorts of messages, for their shape and colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// Asks for something, or carries work.
    Request,
    /// Answers or acknowledges.
    Reply,
    /// Says that the sender is there, or keeps house.
    Beat,
    /// Refuses or reports a failure.
    Refusal,
}

/// A timer of one process: setting one with the same name and key replaces it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timer {
    /// Its name, such as `timeout`.
    pub name: &'static str,
    /// What it is about, such as a sequence number.
    pub key: u64,
}

/// A timer of which there is one.
pub const fn timer(name: &'static str) -> Timer {
    Timer { name, key: 0 }
}

/// What an onlooker may know of a process.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Look {
    /// The value that matters, shown beside the node.
    pub badge: Option<String>,
    /// The rest, for the inspector, in the order shown.
    pub facts: Vec<Fact>,
    /// How full it is, or how full its links are, shown as small bars.
    pub gauges: Vec<Gauge>,
    /// By which colour its things are known in figures, if they are: it is shown on the node itself.
    pub tint: Option<Tint>,
}

/// How full something is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gauge {
    /// The link to this neighbour; the node itself if none.
    pub toward: Option<NodeId>,
    /// How much is taken.
    pub used: u32,
    /// Of how much.
    pub of: u32,
}

/// One thing to know of a process.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    /// What it is called.
    pub name: Key,
    /// Its value.
    pub value: FactValue,
}

/// The value of a [`Fact`].
#[derive(Clone, PartialEq, Debug)]
pub enum FactValue {
    /// In the protocol's notation.
    Text(String),
    /// A word of the table.
    Word(Key),
    /// A number.
    Count(u64),
    /// Nodes.
    Nodes(Vec<NodeId>),
    /// A length of time.
    Duration(Duration),
}

impl Look {
    /// With the value that rides on the node.
    pub fn badge(mut self, badge: impl Into<String>) -> Look {
        self.badge = Some(badge.into());
        self
    }
    /// With one more fact.
    pub fn fact(mut self, name: Key, value: impl Into<FactValue>) -> Look {
        self.facts.push(Fact { name, value: value.into() });
        self
    }
    /// With one more gauge.
    pub fn gauge(mut self, toward: Option<NodeId>, used: u32, of: u32) -> Look {
        self.gauges.push(Gauge { toward, used, of });
        self
    }
    /// With the colour that its things have in figures.
    pub fn tint(mut self, tint: Tint) -> Look {
        self.tint = Some(tint);
        self
    }
}

impl From<String> for FactValue {
    fn from(text: String) -> FactValue {
        FactValue::Text(text)
    }
}
impl From<Key> for FactValue {
    fn from(word: Key) -> FactValue {
        FactValue::Word(word)
    }
}
impl From<u64> for FactValue {
    fn from(count: u64) -> FactValue {
        FactValue::Count(count)
    }
}
impl From<Vec<NodeId>> for FactValue {
    fn from(nodes: Vec<NodeId>) -> FactValue {
        FactValue::Nodes(nodes)
    }
}
impl From<Duration> for FactValue {
    fn from(length: Duration) -> FactValue {
        FactValue::Duration(length)
    }
}

/// A protocol: its roles, what must be true of it, what is read off it. Each is one file of [`crate::protocols`].
#[derive(Debug)]
pub struct Protocol {
    /// The name that its messages carry.
    pub name: &'static str,
    /// Who may play in it.
    pub roles: &'static [Role],
    /// What must be true of it.
    pub properties: &'static [Property],
    /// What is read off it.
    pub readings: &'static [Reading],
    /// What is drawn of it.
    pub figures: &'static [Figure],
    /// Reads its messages for onlookers: [`describe`] of its message type.
    pub describe: fn(&[u8]) -> Option<Description>,
}

/// A part that a node plays.
#[derive(Debug)]
pub struct Role {
    /// Its name in scenario files.
    pub name: &'static str,
    /// Which icon the stage gives it.
    pub icon: Icon,
    /// What can be set for it.
    pub settings: &'static [Setting],
    /// Makes the process of a node that starts or restarts.
    pub spawn: fn() -> Box<dyn AnyProcess>,
}

impl Role {
    /// A role whose nodes run a process of type `P`, each from its default state.
    pub const fn of<P: Process + Default>(
        name: &'static str,
        icon: Icon,
        settings: &'static [Setting],
    ) -> Role {
        Role { name, icon, settings, spawn: || Box::new(P::default()) }
    }
}

/// Pictures for roles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Icon {
    /// A machine that serves.
    Server,
    /// A person's computer.
    Client,
    /// One of several equals.
    Member,
    /// A person's device with a microphone.
    Device,
    /// One that stands before others and passes work on.
    Gateway,
    /// One that does work for others.
    Worker,
    /// One that looks names up for others.
    Resolver,
    /// One that is responsible for names.
    Authority,
    /// One that passes mail on.
    Relay,
    /// One that keeps mail for its owner.
    Mailbox,
    /// A telephone.
    Phone,
    /// A telephone exchange.
    Exchange,
    /// One that makes blocks.
    Miner,
    /// One that others have their power from.
    Power,
    /// One of those who must agree on a plan.
    General,
}

/// A message as an onlooker reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Description {
    /// See [`Message::label`].
    pub label: String,
    /// See [`Message::sort`].
    pub sort: Sort,
    /// Every field, for the inspector.
    pub content: String,
}

/// Reads a message of type `M` for onlookers.
pub fn describe<M: Message>(bytes: &[u8]) -> Option<Description> {
    let message = M::decode(bytes)?;
    Some(Description { label: message.label(), sort: message.sort(), content: format!("{message:#?}") })
}

/// The two-byte number of a protocol, as frames carry it.
pub const fn protocol_tag(name: &str) -> u16 {
    let hash = name_hash(name);
    (hash ^ (hash >> 32)) as u16
}

/// The world as a process may see and touch it.
pub struct Context<'a, M> {
    raw: RawContext<'a>,
    message: PhantomData<M>,
}

/// A context before the message type is known.
pub struct RawContext<'a> {
    pub(super) network: &'a Network,
    pub(super) core: &'a mut Core,
    pub(super) trace: &'a mut Trace,
    pub(super) me: NodeId,
}

impl<'a, M: Message> Context<'a, M> {
    fn new(raw: RawContext<'a>) -> Context<'a, M> {
        Context { raw, message: PhantomData }
    }

    /// The node that this process runs on.
    pub fn me(&self) -> NodeId {
        self.raw.me
    }

    /// The moment.
    pub fn now(&self) -> Time {
        self.raw.core.now()
    }

    /// The node's own luck.
    pub fn rng(&mut self) -> &mut Rng {
        &mut self.raw.core.node_mut(self.raw.me).rng
    }

    /// The node's settings as they are now.
    pub fn settings(&self) -> &Settings {
        &self.raw.core.node(self.raw.me).settings
    }

    /// The nodes at the other ends of this node's links, in order.
    pub fn neighbours(&self) -> &'a [NodeId] {
        self.raw.network.neighbours(self.raw.me)
    }

    /// The nodes at the other ends of any node's links, in order, as a map of the network shows them: it does not tell which
    /// links are whole, nor who runs.
    pub fn neighbours_of(&self, node: NodeId) -> &'a [NodeId] {
        self.raw.network.neighbours(node)
    }

    /// All nodes that play a role, in order, as a configuration file would list them.
    pub fn nodes_with_role(&self, role: &str) -> &'a [NodeId] {
        self.raw.network.nodes_with_role(role)
    }

    /// A node's name.
    pub fn name(&self, node: NodeId) -> &'a str {
        self.raw.network.name(node)
    }

    /// Sends over the direct link to a neighbour. Without one, the message is lost at once, and the trace says so.
    pub fn send(&mut self, to: NodeId, message: &M) {
        self.emit(to, message, false);
    }

    /// Whether the node is Byzantine at the moment: one that its user may have tell lies of their own choice.
    pub fn is_byzantine(&self) -> bool {
        self.raw.core.node(self.raw.me).condition.strategy.is_some()
    }

    /// Sends over the direct link to a neighbour what a Byzantine node's user chose to have said. Its strategy makes no other lie of it,
    /// but may still keep silent or spoil the bytes.
    pub fn send_by_choice(&mut self, to: NodeId, message: &M) {
        self.say(to, message, false);
    }

    /// Sends to any node, hop by hop along the quickest route over links that are whole and nodes that run at each hop.
    pub fn send_routed(&mut self, to: NodeId, message: &M) {
        self.emit(to, message, true);
    }

    /// Sends over the direct link if there is one, cut or not, as a machine with one cable does; else along a route.
    pub fn reach(&mut self, to: NodeId, message: &M) {
        self.emit(to, message, !self.neighbours().contains(&to));
    }

    /// Sets a timer, or sets it anew if it is already set.
    pub fn set_timer(&mut self, timer: Timer, after: Duration) {
        self.raw.core.set_timer(self.raw.me, timer, after, None);
    }

    /// Takes a timer back if it is set.
    pub fn cancel_timer(&mut self, timer: Timer) {
        self.raw.core.cancel_timer(self.raw.me, timer);
    }

    /// The disk, to read.
    pub fn disk(&self) -> &Disk {
        &self.raw.core.node(self.raw.me).disk
    }

    /// Writes a record to the disk's cache. It is not safe before a sync.
    pub fn write(&mut self, name: &str, content: &[u8]) -> Result<(), DiskFull> {
        self.raw.core.node_mut(self.raw.me).disk.write(name, content)
    }

    /// A record that was safe on the disk before the run began: for [`Process::on_start`], and without effect on a node that ever
    /// went down.
    pub fn preload(&mut self, name: &str, content: &[u8]) {
        let node = self.raw.core.node_mut(self.raw.me);
        if node.falls == 0 {
            node.disk.preload(name, content);
        }
    }

    /// Removes a record from the disk. Before a sync a crash brings it back.
    pub fn remove(&mut self, name: &str) {
        self.raw.core.node_mut(self.raw.me).disk.remove(name);
    }

    /// Bounds how many records the disk has room for: a write of one more is refused. A new disk has as much.
    pub fn limit_disk(&mut self, records: usize) {
        self.raw.core.node_mut(self.raw.me).disk.set_room(records);
    }

    /// Has the operating system end this process once it is through with what it does now, as it does with one that takes
    /// more memory than there is: the node is down, as after a crash, until somebody restarts it.
    pub fn be_killed(&mut self) {
        self.raw.core.node_mut(self.raw.me).is_to_be_killed = true;
    }

    /// Makes everything written so far safe, which takes a moment; `when_done` goes off once it is.
    pub fn sync(&mut self, when_done: Timer) {
        let covers = self.raw.core.node_mut(self.raw.me).disk.ask_sync();
        self.raw.core.set_timer(self.raw.me, when_done, DISK_SYNC, Some(covers));
    }

    /// Says something for the log.
    pub fn note(&mut self, phrase: Phrase) {
        let (core, trace) = (&mut *self.raw.core, &mut *self.raw.trace);
        core.record_phrase(trace, phrase, |phrase| Event::Noted { node: self.raw.me, phrase });
    }

    /// Tells the node's user the outcome of what they asked for.
    pub fn answer(&mut self, phrase: Phrase) {
        let (core, trace) = (&mut *self.raw.core, &mut *self.raw.trace);
        core.record_phrase(trace, phrase, |phrase| Event::Answered { node: self.raw.me, phrase });
    }

    /// Sends the truth, or what the node's strategy makes of it.
    fn emit(&mut self, to: NodeId, message: &M, routed: bool) {
        let lie = self.lie(to, message);
        self.say(to, lie.as_ref().unwrap_or(message), routed);
    }

    /// What the node's strategy makes of the truth, if it has one that speaks and lies.
    fn lie(&mut self, to: NodeId, truth: &M) -> Option<M> {
        let RawContext { network, core, me: liar, .. } = &mut self.raw;
        let strategy = core.node(*liar).condition.strategy.as_ref();
        let lie = strategy.filter(|strategy| !strategy.silent)?.lie;
        let mut rng = core.lie_stream(network, *liar, to, lie)?;
        let audience = Audience { liar: *liar, lie, rank: core.rank_to_liars(network, to) };
        truth.forge_to(&audience, &mut rng)
    }

    /// Sends these very words, unless the node's strategy keeps silent or spoils their bytes.
    fn say(&mut self, to: NodeId, message: &M, routed: bool) {
        let RawContext { network, core, trace, me: from } = &mut self.raw;
        let strategy = core.node(*from).condition.strategy.clone();
        if strategy.as_ref().is_some_and(|strategy| strategy.silent) {
            return;
        }
        let outgoing = Outgoing { from: *from, to, bytes: message.encode(), sort: message.sort(), routed };
        match strategy {
            None => core.send(network, trace, outgoing),
            Some(strategy) => core.send_as(network, trace, outgoing, &strategy),
        }
    }
}

/// How long a disk takes over a sync.
const DISK_SYNC: Duration = Duration::millis(2);

/// A process with its message type forgotten, so that one network carries several protocols. Implemented for every
/// [`Process`]; nothing else implements it.
pub trait AnyProcess: Send + Sync {
    /// See [`Process::on_start`].
    fn start(&mut self, cx: RawContext<'_>);
    /// Decodes and handles a message, a timer, a request or a restart.
    fn handle(&mut self, cx: RawContext<'_>, input: Input);
    /// See [`Process::look`].
    fn look(&self) -> Look;
    /// A copy, for checkpoints.
    fn boxed_clone(&self) -> Box<dyn AnyProcess>;
    /// How much memory it takes, about.
    fn bytes(&self) -> usize;
    /// The process itself, for properties that know its type.
    fn as_any(&self) -> &dyn Any;
}

impl<P: Process> AnyProcess for P {
    fn start(&mut self, cx: RawContext<'_>) {
        self.on_start(&mut Context::new(cx));
    }

    fn handle(&mut self, cx: RawContext<'_>, input: Input) {
        match input {
            Input::Packet(slot) => {
                let packet = cx.core.take_packet(slot);
                let Some(message) = P::Message::decode(&packet.bytes) else {
                    cx.core.lose_unreadable(cx.trace, &packet, cx.me);
                    return;
                };
                cx.core.record(cx.trace, Event::Delivered { packet: packet.id, node: cx.me });
                self.on_message(&mut Context::new(cx), packet.from, message);
            }
            Input::Timer(timer) => {
                cx.core.record(cx.trace, Event::Fired { node: cx.me, timer });
                self.on_timer(&mut Context::new(cx), timer);
            }
            Input::Request(request) => self.on_request(&mut Context::new(cx), &request),
            Input::Restart => self.on_restart(&mut Context::new(cx)),
            Input::Settings => self.on_settings(&mut Context::new(cx)),
        }
    }

    fn look(&self) -> Look {
        Process::look(self)
    }

    fn boxed_clone(&self) -> Box<dyn AnyProcess> {
        Box::new(self.clone())
    }

    fn bytes(&self) -> usize {
        // With the two words by which the world holds it.
        size_of::<P>() + size_of::<Box<dyn AnyProcess>>() + self.heap_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Whether a strategy's lie differs by receiver; used by the core to choose the stream that decides it.
pub(super) fn lie_stream_name(lie: Lie, me: &str, to: &str) -> Option<String> {
    match lie {
        Lie::None => None,
        Lie::Consistent => Some(format!("lie of {me}")),
        Lie::PerReceiver => Some(format!("lie of {me} to {to}")),
        Lie::Colluding => Some("lie of all".to_owned()),
    }
}
