//! One end of a connection: the stream, the key exchange on it, and what is carried in it.

use std::mem;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Timer};

use super::secrecy::{HostKey, Keys, Opened, Sealer, Secret, is_signed};
use super::{Content, End, Frame, Packet, Segment, Stream};

/// When the stream of a connection has waited long enough.
pub const OUTER: &str = "retransmit";
/// When the stream within has.
pub const WITHIN: &str = "retransmit-within";
/// The number of a frame that stands in no stream.
const APART: u32 = u32::MAX;

/// One end of a connection.
#[derive(Clone, Debug)]
pub struct Peer {
    end: End,
    /// The neighbour through which the other end is reached.
    toward: NodeId,
    connection: u32,
    stream: Stream<Frame>,
    channel: Channel,
    /// The stream within, if the tunnel carries segments.
    within: Option<Stream<Box<Content>>>,
    /// What waits for the keys.
    held: Vec<Content>,
    /// Host keys that a terminal takes.
    trust: Trust,
    host_key: Option<HostKey>,
    /// What happened and was not told yet.
    events: Vec<Event>,
}

/// Which host keys a terminal takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trust {
    /// This one.
    Known([u8; 32]),
    /// None: it knows none, and is to be strict.
    Nobody,
    /// Any.
    Anyone,
}

/// Where the key exchange stands.
#[derive(Clone, Debug)]
enum Channel {
    Clear,
    Exchanging(Secret),
    Open { seals: Sealer, opens: Sealer },
    Dropped,
}

/// What the host of a peer may want to know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The tunnel is laid, to the holder of this host key.
    Laid([u8; 32]),
    /// The host key is not the one that is known, or its signature is wrong.
    WrongHost,
    /// A record did not fit.
    RecordRefused,
    /// The other end has dropped the connection.
    Gone,
}

impl Peer {
    /// The end of a connection that is to be in the clear until somebody says hello.
    pub fn new(end: End, toward: NodeId, connection: u32) -> Peer {
        Peer {
            end,
            toward,
            connection,
            stream: Stream::default(),
            channel: Channel::Clear,
            within: None,
            held: Vec::new(),
            trust: Trust::Anyone,
            host_key: None,
            events: Vec::new(),
        }
    }

    /// Answers a key exchange with this host key.
    pub fn with_host_key(mut self, host_key: HostKey) -> Peer {
        self.host_key = Some(host_key);
        self
    }

    /// Carries the segments of a stream within.
    pub fn with_stream_within(mut self) -> Peer {
        self.within = Some(Stream::default());
        self
    }

    /// Begins a key exchange.
    pub fn begin(&mut self, cx: &mut Context<'_, Packet>, trust: Trust) {
        let secret = Secret::draw(cx.rng());
        let public = secret.public();
        (self.channel, self.trust) = (Channel::Exchanging(secret), trust);
        self.push(cx, Frame::Hello { public });
    }

    /// The number of the connection.
    pub fn connection(&self) -> u32 {
        self.connection
    }

    /// Whether what is said now is sealed, or will be once there are keys.
    pub fn is_tunnel(&self) -> bool {
        matches!(self.channel, Channel::Open { .. } | Channel::Exchanging(_))
    }

    /// Whether there are keys.
    pub fn is_open(&self) -> bool {
        matches!(self.channel, Channel::Open { .. })
    }

    /// Whether either end has dropped it.
    pub fn is_dropped(&self) -> bool {
        matches!(self.channel, Channel::Dropped)
    }

    /// Whether all that was said has arrived.
    pub fn is_quiet(&self) -> bool {
        let within = self.within.as_ref().is_none_or(Stream::is_quiet);
        within && self.held.is_empty() && self.stream.is_quiet()
    }

    /// How many segments were sent again: by the stream, and by the one within.
    pub fn resent(&self) -> (u64, u64) {
        (self.stream.resent, self.within.as_ref().map_or(0, |within| within.resent))
    }

    /// What happened since this was asked last.
    pub fn events(&mut self) -> Vec<Event> {
        mem::take(&mut self.events)
    }

    /// Says something to the other end.
    pub fn say(&mut self, cx: &mut Context<'_, Packet>, content: Content) {
        match &mut self.within {
            Some(within) => {
                let segments = within.push(Box::new(content), cx.now());
                self.send_within(cx, segments);
            }
            None => self.carry(cx, content),
        }
    }

    /// Takes what came for this end, and returns what the other end's application said. What belongs to another connection is passed over.
    pub fn take(&mut self, cx: &mut Context<'_, Packet>, packet: Packet) -> Vec<Content> {
        if packet.connection != self.connection || self.is_dropped() {
            return Vec::new();
        }
        if let Some((APART, Frame::Gone)) = &packet.segment.carries {
            self.end_with(cx, Event::Gone);
            return Vec::new();
        }
        let arrival = self.stream.take(packet.segment, cx.now());
        self.send(cx, arrival.send);
        let mut said = Vec::new();
        for frame in arrival.delivered {
            if let Some(content) = self.read(cx, frame) {
                self.unpack(cx, content, &mut said);
            }
        }
        said
    }

    /// A timer of a stream went off.
    pub fn time_out(&mut self, cx: &mut Context<'_, Packet>, timer: Timer) {
        if self.is_dropped() {
            return;
        }
        let now = cx.now();
        if timer.name == OUTER {
            let segment = self.stream.time_out(now);
            self.send(cx, segment.into_iter().collect());
        } else if let Some(within) = &mut self.within {
            let segment = within.time_out(now);
            self.send_within(cx, segment.into_iter().collect());
        }
    }

    /// Opens what a frame holds, or goes on with the exchange.
    fn read(&mut self, cx: &mut Context<'_, Packet>, frame: Frame) -> Option<Content> {
        match (frame, &mut self.channel) {
            (Frame::Clear(content), Channel::Clear) => return Some(content),
            (Frame::Sealed(record), Channel::Open { opens, .. }) => {
                let Opened::Whole(bytes) = opens.open(&record) else {
                    self.drop_connection(cx, Event::RecordRefused);
                    return None;
                };
                return Content::read(&bytes);
            }
            (Frame::Hello { public }, Channel::Clear) => self.answer(cx, public),
            (Frame::HelloBack { host_key, public, signature }, Channel::Exchanging(secret)) => {
                let own = secret.public();
                let keys = secret
                    .shared_with(public)
                    .map(|shared| Keys::new(&own, &public, &host_key, &shared))
                    .filter(|keys| {
                        self.trust.takes(&host_key) && is_signed(&host_key, &keys.exchange, &signature)
                    });
                match keys {
                    Some(keys) => self.open(cx, keys.of_terminal, keys.of_server, host_key),
                    None => self.drop_connection(cx, Event::WrongHost),
                }
            }
            // Nothing else is said to one in this state by those who keep to the protocol.
            _ => {}
        }
        None
    }

    /// Answers a key exchange, if this end has a host key.
    fn answer(&mut self, cx: &mut Context<'_, Packet>, public: [u8; 32]) {
        let Some(host_key) = self.host_key.clone() else { return };
        let secret = Secret::draw(cx.rng());
        let (own, known_as) = (secret.public(), host_key.public());
        let Some(shared) = secret.shared_with(public) else { return };
        let keys = Keys::new(&public, &own, &known_as, &shared);
        let signature = host_key.sign(&keys.exchange);
        self.push(cx, Frame::HelloBack { host_key: known_as, public: own, signature });
        self.open(cx, keys.of_server, keys.of_terminal, known_as);
    }

    fn open(&mut self, cx: &mut Context<'_, Packet>, seals: Sealer, opens: Sealer, host_key: [u8; 32]) {
        self.channel = Channel::Open { seals, opens };
        self.events.push(Event::Laid(host_key));
        for content in mem::take(&mut self.held) {
            self.carry(cx, content);
        }
    }

    /// Sends a content as the connection is: in the clear, sealed, or once there are keys.
    fn carry(&mut self, cx: &mut Context<'_, Packet>, content: Content) {
        let frame = match &mut self.channel {
            Channel::Clear => Frame::Clear(content),
            Channel::Open { seals, .. } => Frame::Sealed(seals.seal(&content.to_bytes())),
            Channel::Exchanging(_) => return self.held.push(content),
            Channel::Dropped => return,
        };
        self.push(cx, frame);
    }

    /// Hands on what an application said, out of the stream within if it came in one.
    fn unpack(&mut self, cx: &mut Context<'_, Packet>, content: Content, said: &mut Vec<Content>) {
        let Content::Within(segment) = content else { return said.push(content) };
        let now = cx.now();
        let arrival = self.within.get_or_insert_default().take(segment, now);
        said.extend(arrival.delivered.into_iter().map(|content| *content));
        self.send_within(cx, arrival.send);
    }

    fn send_within(&mut self, cx: &mut Context<'_, Packet>, segments: Vec<Segment<Box<Content>>>) {
        for segment in segments {
            self.carry(cx, Content::Within(segment));
        }
        let timeout = self.within.as_ref().and_then(Stream::timeout);
        wait(cx, WITHIN, self.end, timeout);
    }

    fn push(&mut self, cx: &mut Context<'_, Packet>, frame: Frame) {
        let segments = self.stream.push(frame, cx.now());
        self.send(cx, segments);
    }

    fn send(&mut self, cx: &mut Context<'_, Packet>, segments: Vec<Segment<Frame>>) {
        for segment in segments {
            let packet = Packet { to: self.end.other(), connection: self.connection, segment };
            cx.send(self.toward, &packet);
        }
        wait(cx, OUTER, self.end, self.stream.timeout());
    }

    /// Has nothing more to do with the other end, and says so.
    fn drop_connection(&mut self, cx: &mut Context<'_, Packet>, why: Event) {
        cx.send(self.toward, &gone(self.end.other(), self.connection));
        self.end_with(cx, why);
    }

    fn end_with(&mut self, cx: &mut Context<'_, Packet>, why: Event) {
        self.channel = Channel::Dropped;
        self.held.clear();
        self.events.push(why);
        wait(cx, OUTER, self.end, None);
        wait(cx, WITHIN, self.end, None);
    }
}

impl End {
    /// The one at the other side.
    pub fn other(self) -> End {
        match self {
            End::Terminal => End::Server,
            End::Server => End::Terminal,
        }
    }
}

impl Trust {
    fn takes(self, host_key: &[u8; 32]) -> bool {
        match self {
            Trust::Known(known) => known == *host_key,
            Trust::Nobody => false,
            Trust::Anyone => true,
        }
    }
}

/// Tells an end that its connection is not known here, or not any more.
pub fn gone(to: End, connection: u32) -> Packet {
    Packet { to, connection, segment: Segment { acknowledged: 0, carries: Some((APART, Frame::Gone)) } }
}

/// Sets the timer of a stream, or takes it back. A node that plays both ends has one for each.
fn wait(
    cx: &mut Context<'_, Packet>,
    name: &'static str,
    end: End,
    timeout: Option<crate::sim::time::Duration>,
) {
    let timer = Timer { name, key: end as u64 };
    match timeout {
        Some(timeout) => cx.set_timer(timer, timeout),
        None => cx.cancel_timer(timer),
    }
}
