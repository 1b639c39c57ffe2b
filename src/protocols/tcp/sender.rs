//! The sender: opens the connection, keeps its window full, and sends again what was lost.
//!
//! Its variables are those of RFC 9293, section 3.3.1: `unacknowledged` is SND.UNA, `next` SND.NXT, `window` SND.WND. After a time-out
//! `next` goes back to what is unacknowledged; `highest` is where it had come to.

use std::collections::VecDeque;

use crate::phrase;
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::retransmission::RetransmissionTimeout;
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::word;

use super::congestion::Congestion;
use super::segment::{ACK, CHECKS, Check, Flags, RST, SYN, SYN_ACK, is_before};
use super::{Segment, initial_sequence, stream};

pub(super) const SETTINGS: &[Setting] = &[
    // The sender maximum segment size: how much data a segment carries, in bytes.
    Setting { name: "smss", kind: Kind::Count(1, 1_460), default: "536" },
    // How long the stream is, in bytes; 0 is without end.
    Setting { name: "stream-bytes", kind: Kind::Count(0, 1_000_000_000), default: "0" },
    Setting { name: "congestion-window", kind: Kind::Choice(&["none", "reno"]), default: "reno" },
    Setting {
        name: "least-timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(60)),
        default: "1s",
    },
    Setting { name: "checksum", kind: Kind::Choice(CHECKS), default: "crc32" },
    Setting { name: "first-sequence", kind: Kind::Count(0, u32::MAX as u64), default: "0" },
];

/// Something is to be sent again.
const RETRANSMIT: Timer = timer("retransmit");
/// After so many duplicate acknowledgments something is taken for lost.
const DUPLICATES: u32 = 3;
/// How many of the last steps are kept for the figure.
const STEPS_KEPT: usize = 400;

/// Sends a stream.
#[derive(Clone, Debug, Default)]
pub struct Sender {
    is_established: bool,
    initial: u32,
    unacknowledged: u32,
    next: u32,
    highest: u32,
    window: u32,
    /// The acknowledgment that last told the window (SND.WL2).
    window_told_by: u32,
    /// The next sequence number of the receiver (RCV.NXT).
    expected: u32,
    /// How many bytes of the stream are acknowledged.
    acknowledged: u64,
    duplicates: u32,
    /// Recovery goes on until all before this is acknowledged, while it does (RFC 6582).
    recover: u32,
    is_recovering: bool,
    congestion: Congestion,
    uses_congestion_window: bool,
    timeout: RetransmissionTimeout,
    /// What is timed: once all before this is acknowledged, and since when.
    timed: Option<(u32, Time)>,
    has_trusted: bool,
    tally: Tally,
    steps: VecDeque<(Time, u64, Step)>,
    /// How long the stream is, in bytes; 0 is without end.
    stream_bytes: u64,
}

/// What was done, since the node started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Segments with data.
    pub sent: u64,
    /// Those of them that went out before.
    pub sent_again: u64,
    /// How often three duplicate acknowledgments had one sent again.
    pub fast_retransmits: u64,
    /// How often a time-out had one sent again.
    pub timeouts: u64,
    /// Segments whose checksum was wrong.
    pub refused: u64,
    /// Connections that it opened, or tried to.
    pub connections: u64,
}

/// A step that the figure shows, at a place of the stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Data went out for the first time.
    Sent,
    /// Data went out again.
    SentAgain,
    /// All before it is acknowledged.
    Acknowledged,
}

impl Sender {
    /// What it did.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Its half of an open connection: its first sequence number, and the first one not acknowledged.
    pub fn connection(&self) -> Option<(u32, u32)> {
        self.is_established.then_some((self.initial, self.unacknowledged))
    }

    /// How many bytes of the stream are acknowledged.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Whether all that it took in this connection had a right CRC-32.
    pub fn trusts_the_crc_alone(&self) -> bool {
        !self.has_trusted
    }

    /// Whether all of the stream is acknowledged.
    pub fn is_done(&self) -> bool {
        self.stream_bytes > 0 && self.acknowledged >= self.stream_bytes
    }

    /// Bytes under way, the receiver's window, and the congestion window if it has one.
    pub fn windows(&self) -> (u32, u32, Option<u32>) {
        (self.flight(), self.window, self.uses_congestion_window.then(|| self.congestion.window()))
    }

    /// Whether it recovers from a loss by fast retransmit.
    pub fn recovers(&self) -> bool {
        self.is_recovering
    }

    /// The last steps, each with its moment and its place in the stream.
    pub fn steps(&self) -> impl Iterator<Item = &(Time, u64, Step)> {
        self.steps.iter()
    }

    /// What it knows of round-trip times.
    pub fn timeout(&self) -> &RetransmissionTimeout {
        &self.timeout
    }

    fn flight(&self) -> u32 {
        self.next.wrapping_sub(self.unacknowledged)
    }

    fn place(&self, sequence: u32) -> u64 {
        self.acknowledged + u64::from(sequence.wrapping_sub(self.unacknowledged))
    }

    /// How many bytes of the stream come at this sequence number or after it.
    fn left(&self, sequence: u32) -> u32 {
        let most = u64::from(u32::MAX >> 1);
        match self.stream_bytes {
            0 => most as u32,
            length => length.saturating_sub(self.place(sequence)).min(most) as u32,
        }
    }

    fn note_step(&mut self, now: Time, place: u64, step: Step) {
        if self.steps.len() == STEPS_KEPT {
            self.steps.pop_front();
        }
        self.steps.push_back((now, place, step));
    }

    /// A new connection, with numbers that no older segment has, and the stream from its beginning.
    fn open(&mut self, cx: &mut Context<'_, Segment>) {
        let initial = initial_sequence(cx);
        *self = Sender {
            initial,
            unacknowledged: initial,
            next: initial.wrapping_add(1),
            highest: initial.wrapping_add(1),
            recover: initial,
            window_told_by: initial,
            congestion: Congestion::new(smss(cx)),
            uses_congestion_window: self.uses_congestion_window,
            stream_bytes: self.stream_bytes,
            timed: Some((initial.wrapping_add(1), cx.now())),
            has_trusted: check(cx) != Check::Crc32,
            tally: Tally { connections: self.tally.connections + 1, ..self.tally },
            ..Sender::default()
        };
        self.send(cx, SYN, initial, Vec::new());
        cx.set_timer(RETRANSMIT, self.timeout.length());
    }

    fn send(&self, cx: &mut Context<'_, Segment>, flags: Flags, sequence: u32, data: Vec<u8>) {
        if let Some(next) = cx.neighbours().first() {
            // It takes no data, so its own window is nought.
            cx.send(*next, &Segment::new(flags, (sequence, self.expected), 0, data));
        }
    }

    fn send_data(&mut self, cx: &mut Context<'_, Segment>, sequence: u32, length: u32) {
        let place = self.place(sequence);
        let is_again = is_before(sequence, self.highest);
        let end = sequence.wrapping_add(length);
        self.tally.sent += 1;
        if is_again {
            self.tally.sent_again += 1;
            // Karn's rule: an acknowledgment of what went out twice may be of either.
            self.timed = None;
        } else if self.timed.is_none() {
            self.timed = Some((end, cx.now()));
        }
        if self.highest == self.unacknowledged {
            cx.set_timer(RETRANSMIT, self.timeout.length());
        }
        if is_before(self.highest, end) {
            self.highest = end;
        }
        self.note_step(cx.now(), place, if is_again { Step::SentAgain } else { Step::Sent });
        self.send(cx, ACK, sequence, stream::bytes(place, length));
    }

    /// Sends all that both windows allow.
    fn transmit(&mut self, cx: &mut Context<'_, Segment>) {
        while let Some(length) = self.sendable(cx) {
            let sequence = self.next;
            self.next = sequence.wrapping_add(length);
            self.send_data(cx, sequence, length);
        }
        if self.highest == self.unacknowledged && self.left(self.next) > 0 {
            // The receiver's window is closed. Should the news be lost that it opened, a probe will find out.
            cx.set_timer(RETRANSMIT, self.timeout.length());
        }
    }

    /// How long the next segment may be, if there may be one. A short one waits while others are under way.
    fn sendable(&self, cx: &Context<'_, Segment>) -> Option<u32> {
        let smss = smss(cx);
        // The first two duplicate acknowledgments allow a segment each (RFC 3042).
        let limited = if self.is_recovering { 0 } else { self.duplicates.min(DUPLICATES - 1) * smss };
        let congestion = if self.uses_congestion_window {
            self.congestion.window().saturating_add(limited)
        } else {
            u32::MAX
        };
        let (flight, left) = (self.flight(), self.left(self.next));
        let length = self.window.min(congestion).saturating_sub(flight).min(smss).min(left);
        let may = length > 0 && (length == smss || length == left || flight == 0);
        may.then_some(length)
    }

    /// What was timed since then is acknowledged, and was sent once only.
    fn time_round_trip(&mut self, cx: &Context<'_, Segment>, since: Time) {
        self.timeout.set_least(cx.settings().duration("least-timeout"));
        self.timeout.measured(cx.now().since(since));
        self.timeout.relax();
    }

    /// Sends the first segment that is not acknowledged once more, or at least its first byte.
    fn retransmit(&mut self, cx: &mut Context<'_, Segment>) -> u32 {
        let first = self.unacknowledged;
        let length = smss(cx).min(self.left(first)).min(self.window.max(1));
        if length > 0 {
            self.send_data(cx, first, length);
        }
        length
    }

    fn on_ack(&mut self, cx: &mut Context<'_, Segment>, segment: &Segment) {
        let ack = segment.acknowledgment;
        if is_before(self.highest, ack) || is_before(ack, self.unacknowledged) {
            return;
        }
        let window = u32::from(segment.window);
        let is_same_window = window == self.window;
        if !is_before(ack, self.window_told_by) {
            (self.window, self.window_told_by) = (window, ack);
        }
        if ack != self.unacknowledged {
            self.on_new_ack(cx, ack);
        } else if self.flight() > 0 && !segment.has_data() && is_same_window {
            self.on_duplicate_ack(cx);
        }
        self.transmit(cx);
    }

    fn on_new_ack(&mut self, cx: &mut Context<'_, Segment>, ack: u32) {
        let smss = smss(cx);
        if let Some((end, since)) = self.timed
            && !is_before(ack, end)
        {
            self.time_round_trip(cx, since);
            self.timed = None;
        }
        let bytes = ack.wrapping_sub(self.unacknowledged);
        self.acknowledged += u64::from(bytes);
        self.unacknowledged = ack;
        self.duplicates = 0;
        if is_before(self.next, ack) {
            self.next = ack;
        }
        self.note_step(cx.now(), self.acknowledged, Step::Acknowledged);
        if !self.is_recovering {
            self.congestion.grow(bytes, smss);
        } else if is_before(ack, self.recover) {
            // What follows was lost as well.
            self.congestion.deflate(bytes, smss);
            self.retransmit(cx);
        } else {
            self.is_recovering = false;
            self.congestion.leave_recovery();
        }
        if self.highest == ack {
            cx.cancel_timer(RETRANSMIT);
        } else {
            cx.set_timer(RETRANSMIT, self.timeout.length());
        }
    }

    fn on_duplicate_ack(&mut self, cx: &mut Context<'_, Segment>) {
        self.duplicates += 1;
        if self.is_recovering {
            self.congestion.inflate(smss(cx));
        } else if self.duplicates == DUPLICATES && is_before(self.recover, self.unacknowledged) {
            self.tally.fast_retransmits += 1;
            self.recover = self.highest;
            self.is_recovering = true;
            self.congestion.enter_recovery(self.flight(), smss(cx));
            self.retransmit(cx);
        }
    }

    /// The retransmission timer went off while something was under way.
    fn on_timeout(&mut self, cx: &mut Context<'_, Segment>) {
        self.tally.timeouts += 1;
        self.congestion.time_out(self.flight(), smss(cx), self.timeout.is_backed_off());
        (self.recover, self.is_recovering, self.duplicates) = (self.highest, false, 0);
        self.timeout.back_off();
        let length = self.retransmit(cx);
        self.next = self.unacknowledged.wrapping_add(length);
        cx.set_timer(RETRANSMIT, self.timeout.length());
        self.transmit(cx);
    }

    /// While the connection opens, only three answers mean something.
    fn on_answer(&mut self, cx: &mut Context<'_, Segment>, segment: &Segment) {
        if segment.flags.has(RST) {
            return;
        }
        let is_of_this_one = segment.acknowledgment == self.next;
        if segment.flags.has(ACK) && !is_of_this_one {
            // The other end still has a connection that this one forgot in a crash.
            self.send(cx, RST, segment.acknowledgment, Vec::new());
        } else if segment.flags.has(SYN_ACK) {
            self.is_established = true;
            self.expected = segment.sequence.wrapping_add(1);
            self.unacknowledged = self.next;
            self.window = u32::from(segment.window);
            self.window_told_by = segment.acknowledgment;
            if let Some((_, since)) = self.timed.take() {
                self.time_round_trip(cx, since);
            }
            cx.cancel_timer(RETRANSMIT);
            self.send(cx, ACK, self.next, Vec::new());
            self.transmit(cx);
        }
    }
}

impl Process for Sender {
    type Message = Segment;

    fn on_start(&mut self, cx: &mut Context<'_, Segment>) {
        self.on_settings(cx);
        self.open(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Segment>, _: NodeId, segment: Segment) {
        let check = check(cx);
        if !segment.passes(check) {
            self.tally.refused += 1;
            return;
        }
        if !self.is_established {
            return self.on_answer(cx, &segment);
        }
        self.has_trusted |= check != Check::Crc32;
        if segment.flags.has(RST) {
            // A receiver that has forgotten all takes the number from what it was sent.
            if segment.sequence == self.expected {
                cx.note(phrase!("note.connection-reset"));
                self.open(cx);
            }
        } else if segment.flags.has(SYN) {
            // Its acknowledgment was lost.
            self.send(cx, ACK, self.next, Vec::new());
        } else if segment.flags.has(ACK) {
            self.on_ack(cx, &segment);
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Segment>, _: Timer) {
        if self.is_established && self.flight() > 0 {
            return self.on_timeout(cx);
        }
        self.timeout.back_off();
        if self.is_established {
            self.retransmit(cx);
        } else {
            self.timed = None;
            self.send(cx, SYN, self.initial, Vec::new());
        }
        cx.set_timer(RETRANSMIT, self.timeout.length());
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Segment>) {
        self.uses_congestion_window = cx.settings().choice("congestion-window") == "reno";
        self.stream_bytes = cx.settings().count("stream-bytes");
        if self.is_established {
            self.transmit(cx);
        }
    }

    fn look(&self) -> Look {
        let (flight, window, congestion) = self.windows();
        let state = if self.is_established { word!("fact.established") } else { word!("fact.syn-sent") };
        let mut look = Look::default()
            .badge(self.acknowledged.to_string())
            .fact(word!("fact.tcp-state"), state)
            .fact(word!("fact.first-unacknowledged"), u64::from(self.unacknowledged))
            .fact(word!("fact.next-to-send"), u64::from(self.next))
            .fact(word!("fact.under-way"), u64::from(flight))
            .fact(word!("fact.receive-window"), u64::from(window));
        if let Some(congestion) = congestion {
            look = look.fact(word!("fact.congestion-window"), u64::from(congestion));
        }
        if let Some(smoothed) = self.timeout.round_trip() {
            look = look.fact(word!("fact.round-trip"), smoothed);
        }
        look.fact(word!("fact.retransmits-after"), self.timeout.length())
            .fact(word!("fact.segments-sent"), self.tally.sent)
            .fact(word!("fact.segments-again"), self.tally.sent_again)
            .fact(word!("fact.fast-retransmits"), self.tally.fast_retransmits)
            .fact(word!("fact.retransmit-timeouts"), self.tally.timeouts)
            .gauge(None, flight, congestion.map_or(window, |congestion| window.min(congestion)).max(1))
    }

    fn heap_bytes(&self) -> usize {
        self.steps.len() * size_of::<(Time, u64, Step)>()
    }
}

fn smss(cx: &Context<'_, Segment>) -> u32 {
    cx.settings().count("smss") as u32
}

fn check(cx: &Context<'_, Segment>) -> Check {
    Check::named(cx.settings().choice("checksum"))
}
