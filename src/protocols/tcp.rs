//! A stream of bytes over a network that loses, repeats, reorders and damages what it carries: the core of TCP (W. Eddy: *Transmission
//! Control Protocol*, RFC 9293, 2022).
//!
//! A sender opens a connection by a *three-way handshake*: its SYN tells its initial sequence number, the receiver's SYN and ACK tells the
//! receiver's own and acknowledges, a last ACK acknowledges that. Initial numbers follow a clock, so that those of a connection lie
//! beyond all of the one before (section 3.4.1).
//!
//! Every byte has a *sequence number*. The receiver puts segments in order by it, and acknowledges each one that comes with the next number
//! that it expects: acknowledgments are *cumulative*. It takes only what fits in its *window*, the free part of its buffer, which each
//! acknowledgment tells. A sender that finds the window closed probes it with single bytes.
//!
//! What is lost is sent again: after three *duplicate acknowledgments* (fast retransmit), or when nothing new was acknowledged for the
//! *retransmission time-out*. That grows with the measured round-trip time and how it varies, doubles with each time-out, and what
//! was sent twice is not measured: Karn's rule (V. Paxson et al.: *Computing TCP's retransmission timer*, RFC 6298, 2011).
//!
//! With `congestion-window reno` a sender also keeps to a *congestion window*: slow start, then one segment more a round trip, and half of it after a
//! loss (M. Allman, V. Paxson, E. Blanton: *TCP congestion control*, RFC 5681, 2009, growing by the bytes acknowledged; recovery as in
//! RFC 6582). Every segment is acknowledged at once.
//!
//! Each segment carries two *checksums* over its very bytes: the 16-bit sum of TCP (RFC 1071) and a CRC-32. Each end looks at the one that
//! `checksum` names, or at none, and drops what it finds damaged as if it were lost.
//!
//! Routers pass bytes on and keep nothing: what they lose or damage the ends have to find out.

mod congestion;
mod figures;
mod properties;
mod receiver;
mod router;
mod segment;
mod sender;
mod stream;

use crate::sim::process::{Context, Icon, Message, Protocol, Role, describe};
use crate::sim::time::Duration;

pub use congestion::Congestion;
pub use receiver::{Delivered, Receiver};
pub use router::Router;
pub use segment::{Check, Data, Flags, Segment};
pub use sender::{Sender, Step};
pub use stream::bytes as stream_bytes;

/// A sender, routers and a receiver.
pub static TCP: Protocol = Protocol {
    name: Segment::PROTOCOL,
    roles: &[
        Role::of::<Sender>(SENDER, Icon::Client, sender::SETTINGS),
        Role::of::<Router>(ROUTER, Icon::Relay, router::SETTINGS),
        Role::of::<Receiver>(RECEIVER, Icon::Server, receiver::SETTINGS),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Segment>,
};

/// The role of who sends the stream.
pub const SENDER: &str = "tcp-sender";
/// The role of who passes it on.
pub const ROUTER: &str = "tcp-router";
/// The role of who gets it.
pub const RECEIVER: &str = "tcp-receiver";

const HOUR: Duration = Duration::secs(3_600);

/// The first sequence number of a connection that opens now: a clock that ticks every four microseconds, on top of a number of the node's own.
fn initial_sequence(cx: &Context<'_, Segment>) -> u32 {
    let own = cx.settings().count("first-sequence");
    own.wrapping_add(cx.now().as_micros() / 4) as u32
}
