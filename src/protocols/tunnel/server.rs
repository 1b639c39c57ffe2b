//! The server: the other end, which has a host key and hears what is said.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer};
use crate::{phrase, word};

use super::peer::{Event, Peer, gone};
use super::{Content, End, Packet, host_key};

/// The server.
#[derive(Clone, Debug, Default)]
pub struct Server {
    peer: Option<Peer>,
    heard: Vec<Heard>,
    pieces: u64,
    refused: u64,
}

/// Something that a server heard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heard {
    /// The words.
    pub words: String,
    /// Whether it came in a record.
    pub is_sealed: bool,
}

impl Server {
    /// What it heard since it started.
    pub fn heard(&self) -> &[Heard] {
        &self.heard
    }

    /// How many pieces came.
    pub fn pieces(&self) -> u64 {
        self.pieces
    }

    /// How many records it refused.
    pub fn refused(&self) -> u64 {
        self.refused
    }
}

impl Process for Server {
    type Message = Packet;

    fn on_message(&mut self, cx: &mut Context<'_, Packet>, from: NodeId, packet: Packet) {
        if packet.to != End::Server {
            return;
        }
        let is_first = matches!(packet.segment.carries, Some((0, _)));
        if self.peer.as_ref().is_none_or(|peer| peer.connection() != packet.connection) {
            if !is_first {
                return cx.send(from, &gone(End::Terminal, packet.connection));
            }
            let key = host_key(cx.name(cx.me()));
            self.peer = Some(Peer::new(End::Server, from, packet.connection).with_host_key(key));
        }
        let Some(peer) = &mut self.peer else { return };
        let is_sealed = peer.is_open();
        let said = peer.take(cx, packet);
        if peer.events().contains(&Event::RecordRefused) {
            self.refused += 1;
            cx.note(phrase!("note.record-refused"));
        }
        for content in said {
            match content {
                Content::Words(words) => {
                    cx.note(phrase!("note.heard", words = words.as_str()));
                    self.heard.push(Heard { words, is_sealed });
                }
                Content::Piece(_) => self.pieces += 1,
                Content::Within(_) => {}
            }
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Packet>, timer: Timer) {
        if let Some(peer) = &mut self.peer {
            peer.time_out(cx, timer);
        }
    }

    fn look(&self) -> Look {
        let mut look = Look::default();
        if let Some(heard) = self.heard.last() {
            look = look.badge(heard.words.as_str()).fact(word!("fact.last-heard"), heard.words.clone());
            let how = if heard.is_sealed { word!("tunnel.sealed") } else { word!("tunnel.clear") };
            look = look.fact(word!("fact.it-came"), how);
        }
        if look.badge.is_none() && self.pieces > 0 {
            look = look.badge(self.pieces.to_string());
        }
        look.fact(word!("fact.words-heard"), self.heard.len() as u64)
            .fact(word!("fact.pieces"), self.pieces)
            .fact(word!("fact.refused-records"), self.refused)
    }

    fn heap_bytes(&self) -> usize {
        self.heard.iter().map(|heard| heard.words.len() + size_of::<Heard>()).sum()
    }
}
