//! Two hosts and the strangers between them: words in the clear, and words in a tunnel.
//!
//! A terminal talks to a server over routers that belong to nobody it knows. In the clear, each of them can read what passes, change it,
//! say it again or drop it, and neither end can tell. So the ends lay a tunnel, in the shape of SSH (RFC 4251 to 4253, with the key
//! exchange of RFC 8731):
//!
//! - *Key exchange.* Each end makes a secret for this once and shows the other what follows from it (X25519, RFC 7748). Both compute the
//!   same shared secret; who only listens cannot.
//! - *Host key.* The server signs what was exchanged (Ed25519, RFC 8032). Without it the terminal would share a secret, but with whom? The
//!   signature says with the holder of the host key, and `known_hosts`, a record on the terminal's disk, whose key that is.
//! - *Records.* What follows is encrypted and authenticated (ChaCha20-Poly1305, RFC 8439) under keys made of the secret, one for each
//!   way. Each record is sealed for its number, so none can be changed, repeated or put elsewhere. An end that gets one which does not fit
//!   drops the connection, as SSH does.
//!
//! Both ways run over a stream that resends what is lost ([`stream`]), as TCP does. A tunnel carries either what an application says, as
//! port forwarding does: its own connection ends where the tunnel begins. Or the segments of a second stream, as a virtual network
//! device does: then two streams resend, one inside the other, and the inner one takes the outer one's waiting for a loss (O. Titz:
//! *Why TCP over TCP is a bad idea*, 2001).
//!
//! What is simplified: one connection at a time; no negotiation of algorithms, no user's key or password, no new keys on the way, no
//! padding. The host keys are made of the names of their owners so that runs repeat, and nobody computes another's. Streams count
//! segments where TCP counts bytes. Lengths, times and ends of records are there for all to see, as in most real tunnels.
//!
//! Requests of a terminal's user:
//!
//! ```text
//! request = "say" words                  say meet me at noon
//!         | "send" count                 send 200: so many pieces of 500 bytes
//! ```

mod peer;
mod properties;
mod router;
mod secrecy;
mod server;
mod stream;
mod terminal;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;

pub use router::Router;
pub use secrecy::{Keys, Opened, Sealer, Secret, host_key};
pub use server::{Heard, Server};
pub use stream::Stream;
pub use terminal::{Said, Terminal};

/// Two hosts with strangers between them.
pub static TUNNEL: Protocol = Protocol {
    name: Packet::PROTOCOL,
    roles: &[
        Role::of::<Terminal>(TERMINAL, Icon::Client, terminal::SETTINGS),
        Role::of::<Router>(CROSSING, Icon::Relay, router::SETTINGS),
        Role::of::<Router>(LISTENER, Icon::Gateway, router::SETTINGS),
        Role::of::<Server>(SERVER, Icon::Server, &[]),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: &[],
    describe: describe::<Packet>,
};

const TERMINAL: &str = "terminal";
const CROSSING: &str = "crossing";
const LISTENER: &str = "listener";
const SERVER: &str = "host";

/// What is on the wire: a segment of the connection between the two ends.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Packet {
    /// Which end it is for.
    pub to: End,
    /// Which connection it belongs to: a number that the terminal drew.
    pub connection: u32,
    /// What it carries.
    pub segment: Segment<Frame>,
}

/// The two ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum End {
    /// The terminal, which begins.
    Terminal,
    /// The server.
    Server,
}

/// A segment of a stream.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Segment<T> {
    /// How many segments the sender has had from the other, without a gap.
    pub acknowledged: u32,
    /// Its number and what it carries; nothing if it only acknowledges.
    pub carries: Option<(u32, T)>,
}

/// What an end says to the other over the stream.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Frame {
    /// In the clear.
    Clear(Content),
    /// The terminal begins a key exchange.
    Hello {
        /// What follows from its secret.
        public: [u8; 32],
    },
    /// The server answers it.
    HelloBack {
        /// Its host key.
        host_key: [u8; 32],
        /// What follows from its secret of this exchange.
        public: [u8; 32],
        /// The host key's signature of the exchange.
        signature: Vec<u8>,
    },
    /// A record: a [`Content`], sealed.
    Sealed(Vec<u8>),
    /// An end knows no such connection, or has dropped it.
    Gone,
}

/// What an application says, or the virtual device for it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Content {
    /// Words.
    Words(String),
    /// A piece of something long.
    Piece(Vec<u8>),
    /// A segment of the stream within.
    Within(Segment<Box<Content>>),
}

impl Content {
    /// Its bytes, as a record holds them.
    fn to_bytes(&self) -> Vec<u8> {
        // Only a type that serde cannot describe fails here.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    fn read(bytes: &[u8]) -> Option<Content> {
        postcard::from_bytes(bytes).ok()
    }

    fn label(&self) -> String {
        match self {
            Content::Words(words) => format!("“{words}”"),
            Content::Piece(_) => "piece".to_owned(),
            Content::Within(segment) => match &segment.carries {
                Some((number, content)) => format!("[{number} {}]", content.label()),
                None => format!("[ack {}]", segment.acknowledged),
            },
        }
    }
}

impl Frame {
    fn label(&self) -> String {
        match self {
            Frame::Clear(content) => content.label(),
            Frame::Hello { .. } => "key exchange".to_owned(),
            Frame::HelloBack { .. } => "host key".to_owned(),
            Frame::Sealed(record) => format!("record {} B", record.len()),
            Frame::Gone => "gone".to_owned(),
        }
    }
}

impl Message for Packet {
    const PROTOCOL: &'static str = "tunnel";

    fn label(&self) -> String {
        match &self.segment.carries {
            // It stands apart from the stream, so its number says nothing.
            Some((_, Frame::Gone)) => Frame::Gone.label(),
            Some((number, frame)) => format!("{number} {}", frame.label()),
            None => format!("ack {}", self.segment.acknowledged),
        }
    }

    fn sort(&self) -> Sort {
        match &self.segment.carries {
            None => Sort::Reply,
            Some((_, Frame::Gone)) => Sort::Refusal,
            Some((_, Frame::Hello { .. } | Frame::HelloBack { .. })) => Sort::Beat,
            Some(_) => Sort::Request,
        }
    }

    /// A liar changes what it carries.
    fn forge(&self, rng: &mut Rng) -> Option<Packet> {
        let mut lie = self.clone();
        let (_, frame) = lie.segment.carries.as_mut()?;
        tamper(frame, rng.bits());
        Some(lie)
    }
}

/// Changes something of what a frame carries.
fn tamper(frame: &mut Frame, luck: u64) {
    match frame {
        Frame::Clear(Content::Words(words)) => *words = swapped(words),
        Frame::Clear(Content::Piece(bytes)) | Frame::Sealed(bytes) => flip(bytes, luck),
        Frame::Clear(Content::Within(_)) | Frame::Gone => {}
        Frame::Hello { public } => flip(public, luck),
        Frame::HelloBack { signature, .. } => flip(signature, luck),
    }
}

fn flip(bytes: &mut [u8], luck: u64) {
    if !bytes.is_empty() {
        let bit = (luck % (bytes.len() as u64 * 8)) as usize;
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

/// The words in the opposite order: they can still be read, and say something else.
fn swapped(words: &str) -> String {
    let words: Vec<&str> = words.split(' ').rev().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frame_that_says_something_has_a_lie() {
        let frames = [
            Frame::Clear(Content::Words("noon at gate".to_owned())),
            Frame::Hello { public: [1; 32] },
            Frame::HelloBack { host_key: [2; 32], public: [3; 32], signature: vec![4; 64] },
            Frame::Sealed(vec![5; 20]),
        ];
        let mut rng = Rng::stream(1, "lies");
        for frame in frames {
            let segment = Segment { acknowledged: 1, carries: Some((2, frame)) };
            let truth = Packet { to: End::Server, connection: 7, segment };
            let lie = truth.forge(&mut rng).unwrap();
            assert_ne!(lie, truth);
            assert_eq!(Packet::decode(&lie.encode()), Some(lie));
        }
    }
}
