//! The receiver: opens when it is asked to, puts segments in order, and acknowledges each.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::word;

use super::segment::{ACK, CHECKS, Check, RST, SYN, SYN_ACK, is_before, readable};
use super::{HOUR, Segment, initial_sequence, stream};

pub(super) const SETTINGS: &[Setting] = &[
    Setting { name: "checksum", kind: Kind::Choice(CHECKS), default: "internet" },
    // RCV.BUFF, in bytes.
    Setting { name: "receive-buffer", kind: Kind::Count(1, 65_535), default: "65535" },
    // The application empties the buffer so often; 0s is at once.
    Setting { name: "app-reads-every", kind: Kind::Duration(Duration::ZERO, HOUR), default: "0s" },
    Setting { name: "first-sequence", kind: Kind::Count(0, u32::MAX as u64), default: "0" },
];

/// When the application reads.
const READ: Timer = timer("read");
/// How many of the last bytes are kept for onlookers.
const TAIL_BYTES: usize = 18;

/// Takes a stream.
#[derive(Clone, Debug, Default)]
pub struct Receiver {
    state: State,
    /// The first sequence numbers of both ends (IRS, ISS).
    initial_received: u32,
    initial_sent: u32,
    /// The next sequence number that it expects (RCV.NXT).
    next: u32,
    buffer: u32,
    /// In order, but not read yet.
    unread: Vec<u8>,
    /// What came before something that is still missing, by sequence number.
    out_of_order: Vec<(u32, Vec<u8>)>,
    delivered: Delivered,
    check: Option<Check>,
    /// Whether this connection took a segment that no CRC-32 was looked at for.
    has_trusted: bool,
    opened_at: Time,
    last_read_at: Time,
    tally: Tally,
}

/// The states of RFC 9293 that a receiver is in which never closes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    #[default]
    Listen,
    SynReceived,
    Established,
}

/// What the application has read of this connection.
#[derive(Clone, Debug, Default)]
pub struct Delivered {
    /// How many bytes.
    pub bytes: u64,
    /// How many of them are not what was sent at their place. They are counted as they come, for nothing is to be compared twice.
    pub wrong: u64,
    /// How many right ones came after the last wrong one.
    pub right_since: u64,
    /// The last of them.
    pub tail: Vec<u8>,
}

/// What became of segments, since the node started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Those whose checksum was wrong.
    pub refused: u64,
    /// Those with data that came before something still missing.
    pub early: u64,
    /// Those with nothing new, or nothing that there is room for.
    pub repeated: u64,
}

impl Receiver {
    /// What its application has read.
    pub fn delivered(&self) -> &Delivered {
        &self.delivered
    }

    /// What became of segments.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Its half of an open connection: the first sequence number of the sender, and the next one that it expects.
    pub fn connection(&self) -> Option<(u32, u32)> {
        (self.state != State::Listen).then_some((self.initial_received, self.next))
    }

    /// Whether all that it took in this connection had a right CRC-32.
    pub fn trusts_the_crc_alone(&self) -> bool {
        !self.has_trusted
    }

    /// Which checksum it looks at.
    pub fn check(&self) -> Option<Check> {
        self.check
    }

    /// When the connection was opened, and when something was last read.
    pub fn moments(&self) -> (Time, Time) {
        (self.opened_at, self.last_read_at)
    }

    /// How many bytes wait in the buffer: in order and not read, and out of order.
    pub fn waiting(&self) -> (u64, u64) {
        let early: usize = self.out_of_order.iter().map(|(_, data)| data.len()).sum();
        (self.unread.len() as u64, early as u64)
    }

    /// How much it is willing to take from RCV.NXT on (RCV.WND).
    fn window(&self) -> u16 {
        self.buffer.saturating_sub(self.unread.len() as u32).min(u32::from(u16::MAX)) as u16
    }

    fn send(&self, cx: &mut Context<'_, Segment>, to: NodeId) {
        let (flags, sequence) = match self.state {
            State::SynReceived => (SYN_ACK, self.initial_sent),
            _ => (ACK, self.initial_sent.wrapping_add(1)),
        };
        cx.send(to, &Segment::new(flags, (sequence, self.next), self.window(), Vec::new()));
    }

    /// A SYN: a new connection, which forgets the last one.
    fn open(&mut self, cx: &mut Context<'_, Segment>, segment: &Segment) {
        *self = Receiver {
            state: State::SynReceived,
            initial_received: segment.sequence,
            initial_sent: initial_sequence(cx),
            next: segment.sequence.wrapping_add(1),
            buffer: self.buffer,
            check: self.check,
            has_trusted: self.check != Some(Check::Crc32),
            opened_at: cx.now(),
            last_read_at: cx.now(),
            tally: self.tally,
            ..Receiver::default()
        };
    }

    /// Whether some of it lies in the window (RFC 9293, section 3.10.7.4).
    fn is_acceptable(&self, segment: &Segment) -> bool {
        let offset = segment.sequence.wrapping_sub(self.next);
        let end = segment.sequence.wrapping_add(segment.data.0.len() as u32);
        let begins_inside = offset < u32::from(self.window()) || offset == 0 && !segment.has_data();
        begins_inside || is_before(segment.sequence, self.next) && is_before(self.next, end)
    }

    fn on_listen(&mut self, cx: &mut Context<'_, Segment>, from: NodeId, segment: &Segment) {
        if segment.flags.has(RST) {
        } else if segment.flags.has(ACK) {
            // Of a connection that was forgotten in a crash.
            cx.send(from, &Segment::new(RST, (segment.acknowledgment, 0), 0, Vec::new()));
        } else if segment.flags.has(SYN) {
            self.open(cx, segment);
            self.send(cx, from);
        }
    }

    /// Puts data where it belongs, and hands on what is in order.
    fn take(&mut self, segment: &Segment) {
        let end = self.next.wrapping_add(u32::from(self.window()));
        let (mut sequence, mut data) = (segment.sequence, &segment.data.0[..]);
        if is_before(sequence, self.next) {
            data = &data[(self.next.wrapping_sub(sequence) as usize).min(data.len())..];
            sequence = self.next;
        }
        data = &data[..data.len().min(end.wrapping_sub(sequence) as usize)];
        if data.is_empty() {
            self.tally.repeated += 1;
        } else if sequence == self.next {
            self.append(data);
            self.append_what_follows();
        } else {
            self.tally.early += 1;
            let offset = sequence.wrapping_sub(self.next);
            let at = self.out_of_order.partition_point(|(other, _)| other.wrapping_sub(self.next) < offset);
            match self.out_of_order.get_mut(at) {
                Some((other, known)) if *other == sequence => {
                    if known.len() < data.len() {
                        *known = data.to_vec();
                    }
                }
                _ => self.out_of_order.insert(at, (sequence, data.to_vec())),
            }
        }
    }

    fn append(&mut self, data: &[u8]) {
        self.next = self.next.wrapping_add(data.len() as u32);
        self.unread.extend_from_slice(data);
    }

    fn append_what_follows(&mut self) {
        while let Some((sequence, _)) = self.out_of_order.first()
            && !is_before(self.next, *sequence)
        {
            let (sequence, data) = self.out_of_order.remove(0);
            let known = self.next.wrapping_sub(sequence) as usize;
            self.append(data.get(known..).unwrap_or_default());
        }
    }

    /// The buffer has the size that is set, and is read now or later.
    fn make_room(&mut self, cx: &mut Context<'_, Segment>, reads: bool) {
        let was_closed = self.window() == 0;
        self.buffer = cx.settings().count("receive-buffer") as u32;
        let every = cx.settings().duration("app-reads-every");
        if every > Duration::ZERO {
            cx.set_timer(READ, every);
        }
        if reads || every == Duration::ZERO {
            self.read(cx.now());
        }
        // Only that a window opens is news to a sender: all else it learns from acknowledgments.
        if was_closed
            && self.window() > 0
            && let (State::Established, Some(next)) = (self.state, cx.neighbours().first())
        {
            self.send(cx, *next);
        }
    }

    /// The application takes all that is in order.
    fn read(&mut self, now: Time) {
        if self.unread.is_empty() {
            return;
        }
        self.last_read_at = now;
        let delivered = &mut self.delivered;
        for byte in &self.unread {
            let is_right = *byte == stream::byte(delivered.bytes);
            delivered.bytes += 1;
            delivered.wrong += u64::from(!is_right);
            delivered.right_since = if is_right { delivered.right_since + 1 } else { 0 };
        }
        delivered.tail.append(&mut self.unread);
        let before = delivered.tail.len().saturating_sub(TAIL_BYTES);
        delivered.tail.drain(..before);
    }
}

impl Process for Receiver {
    type Message = Segment;

    fn on_start(&mut self, cx: &mut Context<'_, Segment>) {
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Segment>, from: NodeId, segment: Segment) {
        if !self.check.is_none_or(|check| segment.passes(check)) {
            self.tally.refused += 1;
            return;
        }
        if self.state == State::Listen {
            return self.on_listen(cx, from, &segment);
        }
        if segment.flags.has(RST) {
            // Only one that stands exactly at the next number is believed (RFC 5961).
            if segment.sequence == self.next {
                self.state = State::Listen;
            }
            return;
        }
        if segment.flags.has(SYN) {
            // A sender that has forgotten a connection learns from the acknowledgment that this end still has it, and resets it.
            if self.state == State::SynReceived && segment.sequence != self.initial_received {
                self.open(cx, &segment);
            }
            return self.send(cx, from);
        }
        let is_acceptable = self.is_acceptable(&segment);
        if segment.flags.has(ACK) && is_acceptable {
            self.state = State::Established;
            self.has_trusted |= self.check != Some(Check::Crc32);
            self.take(&segment);
            if cx.settings().duration("app-reads-every") == Duration::ZERO {
                self.read(cx.now());
            }
        }
        if segment.has_data() && !is_acceptable {
            self.tally.repeated += 1;
        }
        if segment.has_data() || !is_acceptable {
            self.send(cx, from);
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Segment>, _: Timer) {
        self.make_room(cx, true);
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Segment>) {
        self.check = Some(Check::named(cx.settings().choice("checksum")));
        self.make_room(cx, false);
    }

    fn look(&self) -> Look {
        let (unread, early) = self.waiting();
        let mut look = Look::default()
            .fact(
                word!("fact.tcp-state"),
                match self.state {
                    State::Listen => word!("fact.listen"),
                    State::SynReceived => word!("fact.syn-received"),
                    State::Established => word!("fact.established"),
                },
            )
            .fact(word!("fact.next-expected"), u64::from(self.next))
            .fact(word!("fact.receive-window"), u64::from(self.window()))
            .fact(word!("fact.unread"), unread)
            .fact(word!("fact.out-of-order"), early)
            .fact(word!("fact.delivered-bytes"), self.delivered.bytes)
            .fact(word!("fact.wrong-bytes"), self.delivered.wrong)
            .fact(word!("fact.segments-refused"), self.tally.refused)
            .gauge(None, (unread + early) as u32, self.buffer);
        if !self.delivered.tail.is_empty() {
            let tail = readable(&self.delivered.tail);
            look = look.badge(tail.clone()).fact(word!("fact.last-bytes"), tail);
        }
        look
    }

    fn heap_bytes(&self) -> usize {
        let (unread, early) = self.waiting();
        (unread + early) as usize + self.delivered.tail.len() + self.out_of_order.len() * 48
    }
}
