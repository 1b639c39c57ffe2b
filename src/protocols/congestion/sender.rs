//! The sender: an application that produces packets, and the control that decides when they go out.

use crate::sim::figure::Tint;
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::retransmission::RetransmissionTimeout;
use crate::sim::time::{Duration, Time};
use crate::word;

use super::{Books, Congestion, Control, Packet, RECEIVER, SENDER, Window};

/// How many produced packets may wait with the application until it stands still.
const SOCKET: u64 = 64;

/// A sender. All numbers are of the connection at hand.
#[derive(Clone, Debug, Default)]
pub struct Sender {
    control: Control,
    connection: u64,
    /// How many packets the application has produced that it could hand over.
    produced: u64,
    /// All packets before this one are acknowledged.
    base: u64,
    /// The number of the packet that is sent next.
    next: u64,
    /// All packets before this one were sent at least once.
    highest: u64,
    fixed: u64,
    window: Window,
    timeout: RetransmissionTimeout,
    /// Packets sent again in this connection.
    again: u64,
    tint: u8,
    books: Books,
}

const PRODUCE: Timer = timer("produce");
const RETRANSMIT: Timer = timer("retransmit");

impl Sender {
    /// How it decides when to send.
    pub fn control(&self) -> Control {
        self.control
    }

    /// The number of its connection.
    pub fn connection(&self) -> u64 {
        self.connection
    }

    /// All packets of the connection before this one were sent at least once.
    pub fn highest(&self) -> u64 {
        self.highest
    }

    /// How many packets are out without an acknowledgement; none if it wants no acknowledgements.
    pub fn flight(&self) -> u64 {
        self.next - self.base
    }

    /// Its congestion window, which `aimd` obeys.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// What it knows of round trips.
    pub fn timeout(&self) -> &RetransmissionTimeout {
        &self.timeout
    }

    /// What it has counted.
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// A new connection, in which nothing was sent yet.
    fn connect(&mut self, cx: &mut Context<'_, Congestion>) {
        cx.cancel_timer(RETRANSMIT);
        *self = Sender {
            control: self.control,
            connection: cx.now().as_micros() + 1,
            fixed: self.fixed,
            tint: self.tint,
            books: std::mem::take(&mut self.books),
            ..Sender::default()
        };
    }

    fn configure(&mut self, cx: &mut Context<'_, Congestion>) {
        let settings = cx.settings();
        self.fixed = settings.count("fixed-window");
        let control = match settings.choice("congestion-control") {
            "window" => Control::Window,
            "aimd" => Control::Aimd,
            _ => Control::None,
        };
        if control != self.control || self.connection == 0 {
            self.control = control;
            self.connect(cx);
        }
        self.books.change(cx.now(), control);
        self.produce_later(cx);
        self.transmit(cx);
    }

    /// The application produces its next packet after a random time.
    fn produce_later(&mut self, cx: &mut Context<'_, Congestion>) {
        match cx.settings().count("offered-rate") {
            0 => cx.cancel_timer(PRODUCE),
            rate => {
                let after = cx.rng().exponential(Duration::micros(1_000_000 / rate));
                cx.set_timer(PRODUCE, after);
            }
        }
    }

    /// Sends what the window lets out.
    fn transmit(&mut self, cx: &mut Context<'_, Congestion>) {
        let open = match self.control {
            Control::None => u64::MAX,
            Control::Window => self.fixed,
            Control::Aimd => self.window.size(),
        };
        let until = self.produced.min(self.base.saturating_add(open));
        while self.next < until {
            self.send(cx, self.next);
            self.next += 1;
        }
        if self.control == Control::None {
            self.base = self.next;
        }
    }

    fn send(&mut self, cx: &mut Context<'_, Congestion>, number: u64) {
        let (now, wants_ack) = (cx.now(), self.control != Control::None);
        let place = cx.nodes_with_role(SENDER).iter().position(|sender| *sender == cx.me());
        let to = place.and_then(|place| cx.nodes_with_role(RECEIVER).get(place));
        let (Some(to), Some(router)) = (to, cx.neighbours().first()) else { return };
        if wants_ack && self.next == self.base {
            cx.set_timer(RETRANSMIT, self.timeout.length());
        }
        self.again += u64::from(number < self.highest);
        self.highest = self.highest.max(number + 1);
        self.books.at(now).sent += 1;
        let packet = Packet {
            from: cx.me(),
            to: *to,
            connection: self.connection,
            number,
            base: wants_ack.then_some(self.base),
            sent_at: now.as_micros(),
            waited: 0,
            hops: 0,
        };
        cx.send(*router, &Congestion::Data(packet));
    }

    /// A receiver has all packets before `expected`.
    fn acknowledged(&mut self, cx: &mut Context<'_, Congestion>, expected: u64) {
        let again = if expected > self.base {
            let newly = expected - self.base;
            let was_full = self.flight() >= self.window.size();
            self.base = expected;
            self.next = self.next.max(expected);
            self.timeout.relax();
            cx.cancel_timer(RETRANSMIT);
            if self.next > self.base {
                cx.set_timer(RETRANSMIT, self.timeout.length());
            }
            self.window.progress(newly, expected, was_full)
        } else {
            self.next > self.base && self.window.duplicate(self.base, self.next)
        };
        if again && self.control == Control::Aimd {
            self.send(cx, self.base);
        }
        self.transmit(cx);
    }
}

impl Process for Sender {
    type Message = Congestion;

    fn on_start(&mut self, cx: &mut Context<'_, Congestion>) {
        let place = cx.nodes_with_role(SENDER).iter().position(|sender| *sender == cx.me());
        self.tint = place.unwrap_or(0) as u8;
        self.configure(cx);
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Congestion>) {
        self.configure(cx);
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Congestion>, timer: Timer) {
        if timer == PRODUCE {
            self.books.at(cx.now()).offered += 1;
            self.produced += u64::from(self.produced - self.next.min(self.produced) < SOCKET);
            self.produce_later(cx);
        } else {
            self.timeout.back_off();
            self.window.timeout(self.base, self.next, self.highest);
            // All that is out is sent again, as far as the window lets it.
            self.next = self.base;
        }
        self.transmit(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Congestion>, _from: NodeId, message: Congestion) {
        let Congestion::Ack { connection, expected, echo, .. } = message else { return };
        let is_of_what_was_sent = (self.base..=self.highest).contains(&expected);
        if connection == self.connection && self.control != Control::None && is_of_what_was_sent {
            self.timeout.measured(cx.now().since(Time::from_micros(echo)));
            self.acknowledged(cx, expected);
        }
    }

    fn heap_bytes(&self) -> usize {
        self.books.heap_bytes()
    }

    fn look(&self) -> Look {
        let sent = self.books.latest().sent;
        let look = Look::default().tint(Tint(self.tint)).fact(word!("fact.flow-sent"), sent);
        let (flight, open) = match self.control {
            Control::None => return look.badge(sent.to_string()),
            Control::Window => (self.flight(), self.fixed),
            Control::Aimd => (self.flight(), self.window.size()),
        };
        let mut look = look
            .badge(format!("{flight}/{open}"))
            .fact(word!("fact.flow-flight"), flight)
            .fact(word!("fact.flow-window"), open)
            .fact(word!("fact.flow-again"), self.again)
            .fact(word!("fact.flow-timeouts"), self.window.timeouts())
            .fact(word!("fact.flow-timeout"), self.timeout.length());
        if let Some(round_trip) = self.timeout.round_trip() {
            look = look.fact(word!("fact.flow-round-trip"), round_trip);
        }
        if self.control == Control::Aimd {
            look = look
                .fact(word!("fact.flow-threshold"), self.window.threshold())
                .fact(word!("fact.flow-halvings"), self.window.halvings());
        }
        look.gauge(None, flight as u32, open as u32)
    }
}
