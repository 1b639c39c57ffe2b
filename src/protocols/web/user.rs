//! The user: requests at random moments, each with time-outs and retries.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;
use crate::{phrase, word};

use super::service_levels::report;
use super::tally::{Books, Fate};
use super::{BALANCER, BOT, Outcome, Second, Tally, USER, Web};

const LONG: Duration = Duration::secs(3_600);

pub(super) const SETTINGS: &[Setting] = &settings("500ms", "2", "2");

/// The settings of who asks, with the values that some of them have unless told otherwise.
pub(super) const fn settings(
    asks_every: &'static str,
    retries: &'static str,
    entries: &'static str,
) -> [Setting; 6] {
    [
        // The mean time between two requests; 0s is never.
        Setting { name: "asks-every", kind: Kind::Duration(Duration::ZERO, LONG), default: asks_every },
        Setting { name: "timeout", kind: Kind::Duration(Duration::millis(1), LONG), default: "1s" },
        Setting { name: "retries", kind: Kind::Count(0, 10), default: retries },
        Setting { name: "backoff", kind: Kind::Duration(Duration::ZERO, LONG), default: "0s" },
        Setting { name: "jitter", kind: Kind::Choice(&["no", "yes"]), default: "no" },
        // How many balancers it knows the addresses of.
        Setting { name: "entries", kind: Kind::Count(1, 100), default: entries },
    ]
}

/// Somebody who uses the service, or many who do.
#[derive(Clone, Debug, Default)]
pub struct User {
    /// Requests that are not settled, by their numbers.
    pending: Map<u64, Pending>,
    books: Books,
    next_number: u64,
    next_call: u64,
    /// Which of the balancers that it knows it asks.
    entry: usize,
    /// The highest number that it was told is saved.
    acknowledged: u64,
    /// When the newest of the good requests was begun.
    last_good_asked_at: Option<Time>,
    asks_every: Duration,
    /// Whether it keeps to itself what it has to give up.
    is_silent: bool,
}

#[derive(Clone, Debug)]
struct Pending {
    asked_at: Time,
    /// The last try, and whether it waits for an answer; otherwise for the next try.
    call: u64,
    is_out: bool,
    tries: u64,
    /// Whether its user asked, and is to be told.
    by_user: bool,
}

impl User {
    /// One that does not say what it has to give up.
    pub(super) fn silent() -> User {
        User { is_silent: true, ..User::default() }
    }

    /// When each of its requests was begun that is not settled.
    pub(super) fn in_flight_since(&self) -> impl Iterator<Item = Time> {
        self.pending.values().map(|pending| pending.asked_at)
    }

    /// What became of its requests.
    pub fn tally(&self) -> &Tally {
        &self.books.tally
    }

    /// What happened in the second of this number, if it is one of the last 30.
    pub fn second(&self, number: u64) -> Second {
        self.books.of_second(number)
    }

    /// The last seconds in which something happened, by their number.
    pub(super) fn seconds(&self) -> impl Iterator<Item = &(u64, Second)> {
        self.books.seconds()
    }

    /// How many of its requests are not settled.
    pub fn in_flight(&self) -> usize {
        self.pending.len()
    }

    /// The highest number that it was told is saved; 0 if there is none.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// When the newest of its good requests was begun.
    pub fn last_good_asked_at(&self) -> Option<Time> {
        self.last_good_asked_at
    }

    /// Whether it asks by itself.
    pub fn asks(&self) -> bool {
        self.asks_every > Duration::ZERO
    }

    fn begin(&mut self, cx: &mut Context<'_, Web>, by_user: bool) {
        let number = self.next_number;
        self.next_number += 1;
        self.books.begin(cx.now());
        self.pending
            .insert(number, Pending { asked_at: cx.now(), call: 0, is_out: false, tries: 0, by_user });
        self.try_once(cx, number);
    }

    fn try_once(&mut self, cx: &mut Context<'_, Web>, number: u64) {
        let Some(pending) = self.pending.get(&number) else { return };
        let call = self.next_call;
        self.next_call += 1;
        let tried = Pending { call, is_out: true, tries: pending.tries + 1, ..pending.clone() };
        self.pending.insert(number, tried);
        self.books.try_once(cx.now());
        let known = known_entries(cx);
        if !known.is_empty() {
            let user = cx.name(cx.me()).to_owned();
            cx.send(known[self.entry % known.len()], &Web::Request { call, user, number });
        }
        let patience = cx.settings().duration("timeout");
        cx.set_timer(Timer { name: TIMEOUT, key: number }, patience);
    }

    /// A try has come to nothing: another one, after a pause, or it was the last.
    fn try_failed(&mut self, cx: &mut Context<'_, Web>, number: u64, fate: Fate) {
        let retries = cx.settings().count("retries");
        let Some(pending) = self.pending.get(&number) else { return };
        if pending.tries > retries {
            return self.settle(cx, number, fate);
        }
        let pause = pause(cx, pending.tries);
        self.pending.insert(number, Pending { is_out: false, ..pending.clone() });
        cx.cancel_timer(Timer { name: TIMEOUT, key: number });
        // Whoever did not answer or refused is left for the next address, as a client with several does.
        self.entry += 1;
        match pause {
            Duration::ZERO => self.try_once(cx, number),
            _ => cx.set_timer(Timer { name: RETRY, key: number }, pause),
        }
    }

    fn settle(&mut self, cx: &mut Context<'_, Web>, number: u64, fate: Fate) {
        let Some(pending) = self.pending.remove(&number) else { return };
        [TIMEOUT, RETRY].into_iter().for_each(|name| cx.cancel_timer(Timer { name, key: number }));
        self.books.end(cx.now(), pending.asked_at, fate);
        report(cx, pending.asked_at, fate.outcome());
        let outcome = match fate {
            Fate::Good(latency) => {
                self.acknowledged = self.acknowledged.max(number);
                self.last_good_asked_at = self.last_good_asked_at.max(Some(pending.asked_at));
                phrase!("note.web-good", number = number, latency = latency)
            }
            Fate::Dropped => phrase!("note.web-dropped", number = number),
            Fate::Refused => phrase!("note.web-refused", number = number),
            Fate::Failed => phrase!("note.web-failed", number = number),
            Fate::TimedOut => phrase!("note.web-timed-out", number = number),
        };
        match (pending.by_user, fate) {
            (true, _) => cx.answer(outcome),
            (false, _) if self.is_silent => {}
            (false, Fate::Good(_)) => {}
            (false, _) => cx.note(outcome),
        }
    }

    fn ask_again(&mut self, cx: &mut Context<'_, Web>) {
        let after = cx.rng().exponential(self.asks_every);
        cx.set_timer(ASK, after);
    }
}

impl Process for User {
    type Message = Web;

    fn on_start(&mut self, cx: &mut Context<'_, Web>) {
        // Numbers begin at the microsecond of the start, so that a restarted user never uses one twice.
        self.next_number = cx.now().as_micros() + 1;
        self.next_call = self.next_number;
        // Users begin at different addresses, as a name server that turns its list round would have them.
        let place = |role| cx.nodes_with_role(role).iter().position(|node| *node == cx.me());
        self.entry = place(USER).or_else(|| place(BOT)).unwrap_or(0);
        self.on_settings(cx);
    }

    /// Any try may bring the success; that a try failed matters only while no other is out.
    fn on_message(&mut self, cx: &mut Context<'_, Web>, _: NodeId, message: Web) {
        let Web::Reply { call, number, outcome } = message else { return };
        let Some(pending) = self.pending.get(&number) else { return };
        let is_last_try = pending.is_out && pending.call == call;
        match outcome {
            Outcome::Saved => {
                let latency = cx.now().since(pending.asked_at);
                self.settle(cx, number, Fate::Good(latency));
            }
            Outcome::Dropped if is_last_try => self.try_failed(cx, number, Fate::Dropped),
            Outcome::Refused if is_last_try => self.try_failed(cx, number, Fate::Refused),
            Outcome::Failed if is_last_try => self.try_failed(cx, number, Fate::Failed),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Web>, timer: Timer) {
        match timer.name {
            TIMEOUT => self.try_failed(cx, timer.key, Fate::TimedOut),
            RETRY => self.try_once(cx, timer.key),
            _ => {
                self.ask_again(cx);
                self.begin(cx, false);
            }
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Web>, request: &str) {
        match request.trim() {
            "save" => self.begin(cx, true),
            _ => cx.answer(phrase!("note.unknown-request", request = request)),
        }
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Web>) {
        let asks_every = cx.settings().duration("asks-every");
        if asks_every == self.asks_every {
            return;
        }
        self.asks_every = asks_every;
        cx.cancel_timer(ASK);
        if self.asks() {
            self.ask_again(cx);
        }
    }

    fn heap_bytes(&self) -> usize {
        self.pending.len() * size_of::<(u64, Pending)>() + self.books.heap_bytes()
    }

    fn look(&self) -> Look {
        let (tally, fates) = (self.tally(), &self.tally().fates);
        Look::default()
            .badge(format!("{}/{}", fates.good, fates.settled()))
            .fact(word!("fact.offered"), tally.offered)
            .fact(word!("fact.good"), fates.good)
            .fact(word!("fact.dropped"), fates.dropped)
            .fact(word!("fact.refused"), fates.refused)
            .fact(word!("fact.failed"), fates.failed)
            .fact(word!("fact.timed-out"), fates.timed_out)
            .fact(word!("fact.in-flight"), self.pending.len() as u64)
            .fact(word!("fact.tries"), tally.tries)
            .fact(word!("fact.acknowledged"), self.acknowledged)
    }
}

const TIMEOUT: &str = "timeout";
const RETRY: &str = "retry";
const ASK: Timer = timer("ask");

/// The balancers whose addresses this user knows.
fn known_entries<'a>(cx: &Context<'a, Web>) -> &'a [NodeId] {
    let balancers = cx.nodes_with_role(BALANCER);
    let known = cx.settings().count("entries") as usize;
    &balancers[..known.min(balancers.len())]
}

/// How long to wait after so many tries before the next.
fn pause(cx: &mut Context<'_, Web>, tries: u64) -> Duration {
    let doubled = 1u64 << tries.saturating_sub(1).min(62);
    let longest = cx.settings().duration("backoff") * doubled;
    match cx.settings().choice("jitter") {
        "yes" => cx.rng().between(Duration::ZERO, longest),
        _ => longest,
    }
}
