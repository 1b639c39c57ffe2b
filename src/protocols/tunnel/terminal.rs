//! The terminal: a person's end, which lays the tunnel and says things through it.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::{phrase, word};

use super::peer::{Event, Peer, Trust};
use super::{Content, End, Packet, SERVER, host_key};

pub(super) const SETTINGS: &[Setting] = &[
    // Whether there is a tunnel, and what it carries: what is said, or the segments of a stream within.
    Setting { name: "tunnel", kind: Kind::Choice(&["off", "forward", "tun"]), default: "off" },
    // Which host keys it takes: the one on its disk; that, or any if there is none yet; any.
    Setting {
        name: "host-key-check",
        kind: Kind::Choice(&["strict", "first-use", "off"]),
        default: "strict",
    },
    // Whether the server's host key was brought to it by hand before the run.
    Setting { name: "knows-host", kind: Kind::Choice(&["yes", "no"]), default: "yes" },
];

/// The record on the disk that holds the host key it knows.
const KNOWN_HOSTS: &str = "known_hosts";
/// How long a piece is, in bytes.
const PIECE_BYTES: usize = 500;
/// More pieces than this are not taken at once.
const PIECES_AT_MOST: u64 = 5_000;
/// The record is safe.
const KNOWN: &str = "known";

/// The terminal.
#[derive(Clone, Debug, Default)]
pub struct Terminal {
    peer: Option<Peer>,
    said: Vec<Said>,
    /// When the sending of pieces began, until all have arrived.
    sending_since: Option<Time>,
    took: Option<Duration>,
    refused: u64,
    resent: (u64, u64),
    /// How the connection at hand was checked.
    is_checked: bool,
}

/// Something that a terminal's user said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// The words.
    pub words: String,
    /// Whether it was said into a tunnel whose other end was to have the host key on the disk.
    pub is_safe: bool,
}

impl Terminal {
    /// What was said since it started.
    pub fn said(&self) -> &[Said] {
        &self.said
    }

    /// How long the last sending of pieces took.
    pub fn took(&self) -> Option<Duration> {
        self.took
    }

    /// How many host keys and records it refused.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// How many segments it sent again: of the stream, and of the one within.
    pub fn resent(&self) -> (u64, u64) {
        let now = self.peer.as_ref().map_or((0, 0), Peer::resent);
        (self.resent.0 + now.0, self.resent.1 + now.1)
    }

    /// The connection, a new one if there is none of the kind that is set.
    fn connected(&mut self, cx: &mut Context<'_, Packet>) -> Option<&mut Peer> {
        let mode = cx.settings().choice("tunnel");
        let fits = |peer: &Peer| !peer.is_dropped() && peer.is_tunnel() == (mode != "off");
        if self.peer.as_ref().is_none_or(|peer| !fits(peer)) {
            self.hang_up();
            let toward = *cx.neighbours().first()?;
            let connection = cx.rng().bits() as u32;
            let mut peer = Peer::new(End::Terminal, toward, connection);
            if mode == "tun" {
                peer = peer.with_stream_within();
            }
            let trust = self.trust(cx);
            self.is_checked = matches!(trust, Trust::Known(_));
            if mode != "off" {
                peer.begin(cx, trust);
            }
            self.peer = Some(peer);
        }
        self.peer.as_mut()
    }

    fn hang_up(&mut self) {
        self.resent = self.resent();
        self.peer = None;
    }

    fn trust(&self, cx: &Context<'_, Packet>) -> Trust {
        let known = cx.disk().read(KNOWN_HOSTS).and_then(|record| record.try_into().ok());
        match (cx.settings().choice("host-key-check"), known) {
            ("off", _) => Trust::Anyone,
            (_, Some(key)) => Trust::Known(key),
            ("first-use", None) => Trust::Anyone,
            _ => Trust::Nobody,
        }
    }

    /// Tells the user what happened to the connection.
    fn report(&mut self, cx: &mut Context<'_, Packet>) {
        for event in self.peer.as_mut().map(Peer::events).unwrap_or_default() {
            match event {
                Event::Laid(key) => self.remember(cx, &key),
                Event::WrongHost => {
                    self.refused += 1;
                    cx.answer(phrase!("note.wrong-host"));
                }
                Event::RecordRefused => {
                    self.refused += 1;
                    cx.answer(phrase!("note.record-refused"));
                }
                Event::Gone => cx.answer(phrase!("note.connection-gone")),
            }
        }
        if let Some(since) = self.sending_since {
            match &self.peer {
                Some(peer) if peer.is_dropped() => self.sending_since = None,
                Some(peer) if peer.is_quiet() => {
                    self.sending_since = None;
                    let took = Duration::micros(cx.now().as_micros() - since.as_micros());
                    self.took = Some(took);
                    cx.answer(phrase!("note.pieces-arrived", took = took));
                }
                _ => {}
            }
        }
    }

    /// Trusts on first use: what it met first is what it will know.
    fn remember(&mut self, cx: &mut Context<'_, Packet>, key: &[u8; 32]) {
        cx.note(phrase!("note.tunnel-laid"));
        let is_new = cx.disk().read(KNOWN_HOSTS).is_none();
        if is_new
            && cx.settings().choice("host-key-check") == "first-use"
            && cx.write(KNOWN_HOSTS, key).is_ok()
        {
            cx.sync(Timer { name: KNOWN, key: 0 });
        }
    }

    fn say(&mut self, cx: &mut Context<'_, Packet>, words: &str) {
        let Some(peer) = self.connected(cx) else { return };
        peer.say(cx, Content::Words(words.to_owned()));
        let is_safe = peer.is_tunnel() && self.is_checked;
        self.said.push(Said { words: words.to_owned(), is_safe });
    }

    fn send(&mut self, cx: &mut Context<'_, Packet>, count: u64) {
        let now = cx.now();
        let Some(peer) = self.connected(cx) else { return };
        for number in 0..count {
            peer.say(cx, Content::Piece(vec![number as u8; PIECE_BYTES]));
        }
        self.sending_since = Some(now);
    }
}

impl Process for Terminal {
    type Message = Packet;

    fn on_start(&mut self, cx: &mut Context<'_, Packet>) {
        if cx.settings().choice("knows-host") == "yes" {
            // Somebody brought the server's key here by hand, which is the only way that owes nothing to the network.
            if let Some(server) = cx.nodes_with_role(SERVER).first() {
                cx.preload(KNOWN_HOSTS, &host_key(cx.name(*server)).public());
            }
        }
    }

    fn on_message(&mut self, cx: &mut Context<'_, Packet>, _: NodeId, packet: Packet) {
        if let Some(peer) = self.peer.as_mut().filter(|_| packet.to == End::Terminal) {
            peer.take(cx, packet);
        }
        self.report(cx);
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Packet>, timer: Timer) {
        if let Some(peer) = self.peer.as_mut().filter(|_| timer.name != KNOWN) {
            peer.time_out(cx, timer);
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Packet>, request: &str) {
        let asked = request.split_once(' ').map(|(verb, rest)| (verb, rest, rest.parse()));
        match asked {
            Some(("say", words, _)) => self.say(cx, words),
            Some(("send", _, Ok(count @ 1..=PIECES_AT_MOST))) => self.send(cx, count),
            _ => cx.answer(phrase!("note.unknown-saying", request = request)),
        }
    }

    fn look(&self) -> Look {
        let state = match &self.peer {
            None => word!("tunnel.none"),
            Some(peer) if peer.is_dropped() => word!("tunnel.dropped"),
            Some(peer) if peer.is_open() => word!("tunnel.laid"),
            Some(peer) if peer.is_tunnel() => word!("tunnel.exchanging"),
            Some(_) => word!("tunnel.clear"),
        };
        let look = Look::default().fact(word!("fact.connection"), state);
        let look = look.fact(word!("fact.words-said"), self.said.len() as u64);
        let look = look.fact(word!("fact.refused-records"), self.refused);
        let (outer, within) = self.resent();
        let look = look.fact(word!("fact.resent"), outer).fact(word!("fact.resent-within"), within);
        match self.took {
            Some(took) => look.fact(word!("fact.pieces-took"), took),
            None => look,
        }
    }

    fn heap_bytes(&self) -> usize {
        self.said.iter().map(|said| said.words.len() + size_of::<Said>()).sum()
    }
}
