//! A router on the way: it passes packets on, and may do worse.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Message, Process, Timer};
use crate::sim::settings::{Kind, Setting};
use crate::word;

use super::peer::{Peer, Trust};
use super::{Content, End, Frame, Packet, host_key, tamper};

pub(super) const SETTINGS: &[Setting] = &[
    // What it does with what is said: lets it pass, changes it, puts what was said before in its place, discards it, or plays the
    // other end to both.
    Setting {
        name: "tampering",
        kind: Kind::Choice(&["none", "alter", "replay", "discard", "middle"]),
        default: "none",
    },
];

/// So much of what passed is shown, in bytes.
const SHOWN_BYTES: usize = 24;

/// A router. It reads whatever it can.
#[derive(Clone, Debug, Default)]
pub struct Router {
    /// The words that it could read.
    read: Vec<String>,
    /// The bytes of the last thing that was said past it.
    seen: Vec<u8>,
    /// What it puts in the place of what is said next.
    kept: Option<(u32, Frame)>,
    tampered: u64,
    /// Whom it plays the server to, and the terminal, if it stands in the middle.
    between: Option<(Peer, Peer)>,
}

impl Router {
    /// The words that it could read since it started.
    pub fn read(&self) -> &[String] {
        &self.read
    }

    /// How often it changed, replaced or dropped something.
    pub fn tampered(&self) -> u64 {
        self.tampered
    }

    /// Notes what can be seen of what passes.
    fn listen(&mut self, frame: &Frame, bytes: &[u8]) {
        match frame {
            Frame::Clear(content) => self.overhear(content),
            Frame::Sealed(_) => {}
            _ => return,
        }
        // What an application said stands at the end, before the checksum.
        let end = bytes.len().saturating_sub(4);
        self.seen = bytes[end.saturating_sub(SHOWN_BYTES)..end].to_vec();
    }

    fn overhear(&mut self, content: &Content) {
        if let Content::Words(words) = content {
            self.read.push(words.clone());
        }
    }

    /// Does to a packet what it is set to do; nothing is left of one that it drops.
    fn meddle(&mut self, tampering: &str, mut packet: Packet, luck: u64) -> Option<Packet> {
        let Some((_, frame)) = &mut packet.segment.carries else { return Some(packet) };
        if !matches!(frame, Frame::Clear(_) | Frame::Sealed(_)) {
            return Some(packet);
        }
        match tampering {
            "alter" => tamper(frame, luck),
            "discard" => {
                self.tampered += 1;
                return None;
            }
            "replay" => {
                let now = (packet.connection, frame.clone());
                let Some((connection, before)) = self.kept.replace(now) else { return Some(packet) };
                if connection != packet.connection {
                    return Some(packet);
                }
                *frame = before;
            }
            _ => return Some(packet),
        }
        self.tampered += 1;
        Some(packet)
    }

    /// Plays the server to the terminal and the terminal to the server, and reads what it hands on.
    fn stand_between(&mut self, cx: &mut Context<'_, Packet>, from: NodeId, packet: Packet) {
        let begins =
            packet.to == End::Server && matches!(packet.segment.carries, Some((0, Frame::Hello { .. })));
        let is_known =
            self.between.as_ref().is_some_and(|(server, _)| server.connection() == packet.connection);
        if begins && !is_known {
            let Some(onward) = other_neighbour(cx, from) else { return };
            let key = host_key(cx.name(cx.me()));
            let server = Peer::new(End::Server, from, packet.connection).with_host_key(key);
            let mut terminal = Peer::new(End::Terminal, onward, cx.rng().bits() as u32);
            terminal.begin(cx, Trust::Anyone);
            self.between = Some((server, terminal));
        }
        let Some((server, terminal)) = &mut self.between else { return };
        let (here, there) = if packet.to == End::Server { (server, terminal) } else { (terminal, server) };
        let said = here.take(cx, packet);
        for content in &said {
            there.say(cx, content.clone());
        }
        for content in &said {
            self.overhear(content);
        }
    }

    /// Whether a packet is of a connection that it plays an end of, or is about to.
    fn is_between(&self, tampering: &str, packet: &Packet) -> bool {
        let ours = self.between.as_ref().is_some_and(|(server, terminal)| {
            [server, terminal].iter().any(|peer| peer.connection() == packet.connection)
        });
        ours || (tampering == "middle" && matches!(packet.segment.carries, Some((0, Frame::Hello { .. }))))
    }
}

impl Process for Router {
    type Message = Packet;

    fn on_message(&mut self, cx: &mut Context<'_, Packet>, from: NodeId, packet: Packet) {
        let tampering = cx.settings().choice("tampering");
        if self.is_between(tampering, &packet) {
            return self.stand_between(cx, from, packet);
        }
        if let Some((_, frame)) = &packet.segment.carries {
            self.listen(frame, &packet.encode());
        }
        let luck = cx.rng().bits();
        if let (Some(packet), Some(onward)) =
            (self.meddle(tampering, packet, luck), other_neighbour(cx, from))
        {
            cx.send(onward, &packet);
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Packet>, timer: Timer) {
        if let Some((server, terminal)) = &mut self.between {
            let peer = if timer.key == End::Server as u64 { server } else { terminal };
            peer.time_out(cx, timer);
        }
    }

    fn look(&self) -> Look {
        let mut look = Look::default();
        if let Some(words) = self.read.last() {
            look = look.badge(format!("“{words}”")).fact(word!("fact.last-read"), words.clone());
        }
        if !self.seen.is_empty() {
            look = look.fact(word!("fact.bytes-seen"), shown(&self.seen));
        }
        look.fact(word!("fact.read"), self.read.len() as u64).fact(word!("fact.tampered"), self.tampered)
    }

    fn heap_bytes(&self) -> usize {
        self.read.iter().map(|words| words.len() + size_of::<String>()).sum()
    }
}

/// Routers stand in a row: what comes from one side goes on to the other.
fn other_neighbour(cx: &Context<'_, Packet>, from: NodeId) -> Option<NodeId> {
    cx.neighbours().iter().copied().find(|neighbour| *neighbour != from)
}

/// Bytes as programs that listen show them: what can be read as it is, a dot for the rest.
fn shown(bytes: &[u8]) -> String {
    let hex: String = bytes.iter().take(SHOWN_BYTES / 2).map(|byte| format!("{byte:02x} ")).collect();
    let text =
        bytes.iter().map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { *byte as char } else { '.' });
    format!("{hex}… {}", text.collect::<String>())
}
