//! The shop: takes orders, has them paid, and ships what is paid. It asks again when no answer comes.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::sorted::Map;
use crate::{phrase, word};

use super::{CUSTOMERS, Payment, money, number_of, record_of};

pub(super) const SETTINGS: &[Setting] = &[
    // Whether a request carries a key that stays the same when it is repeated.
    Setting { name: "idempotency-key", kind: Kind::Choice(&["off", "on"]), default: "off" },
    // Whether, and how, a request without an answer is repeated.
    Setting { name: "retry-policy", kind: Kind::Choice(&["none", "fixed", "back-off"]), default: "fixed" },
    Setting {
        name: "timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "3s",
    },
    // How often somebody orders by themselves; 0s is never.
    Setting {
        name: "order-interval",
        kind: Kind::Duration(Duration::ZERO, Duration::secs(3_600)),
        default: "0s",
    },
];

/// How often a wait is doubled at most.
const DOUBLED_AT_MOST: u32 = 5;

/// The shop.
#[derive(Clone, Debug, Default)]
pub struct Shop {
    orders: Map<u64, Order>,
    /// The pace at which orders come by themselves.
    interval: Duration,
}

/// An order.
#[derive(Clone, PartialEq, Debug)]
pub struct Order {
    /// Who ordered.
    pub customer: String,
    /// For how much.
    pub cents: u64,
    /// Where it stands.
    pub status: Status,
    /// How often its payment was asked for since the shop started.
    pub asked: u32,
    /// Where it will stand once that is safe on the disk.
    becomes: Option<Status>,
}

/// Where an order stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Its payment is asked for, or is about to be.
    Open,
    /// The shop asked once, had no answer, and does not ask again. It does not know whether the customer paid.
    Unknown,
    /// It is paid, and on its way to the customer.
    Shipped,
    /// The payment was refused.
    Refused,
}

impl Shop {
    /// The orders that it knows, by number.
    pub fn orders(&self) -> impl Iterator<Item = (u64, &Order)> {
        self.orders.iter().map(|(number, order)| (*number, order))
    }

    /// Takes an order. The payment is asked for once the order is safe on the disk.
    fn take(&mut self, cx: &mut Context<'_, Payment>, customer: &str, cents: u64) {
        let number = self.orders.keys().last().map_or(1, |last| last + 1);
        let order =
            Order { customer: customer.to_owned(), cents, status: Status::Open, asked: 0, becomes: None };
        if cx.write(&record_of(RECORD, number), order.write(Status::Open).as_bytes()).is_err() {
            return cx.answer(phrase!("note.order-not-taken", customer = customer));
        }
        self.orders.insert(number, order);
        cx.sync(Timer { name: TAKEN, key: number });
    }

    /// Asks for the payment of an order, once more if it did before.
    fn ask(&mut self, cx: &mut Context<'_, Payment>, number: u64) {
        let Some(order) = self.orders.get_mut(&number).filter(|order| !order.status.is_settled()) else {
            return;
        };
        let wait = wait(cx, order.asked);
        order.asked = order.asked.saturating_add(1);
        order.status = Status::Open;
        // The number of the order is its key: it is on the disk before the first try, and no other order has it.
        let key = Some(number).filter(|_| cx.settings().choice("idempotency-key") == "on");
        let (customer, cents) = (order.customer.clone(), order.cents);
        if let Some(service) = cx.nodes_with_role("payment-service").first() {
            cx.reach(*service, &Payment::Pay { order: number, key, customer, cents });
        }
        cx.set_timer(Timer { name: TIMEOUT, key: number }, wait);
    }

    /// No answer came in time.
    fn time_out(&mut self, cx: &mut Context<'_, Payment>, number: u64) {
        if cx.settings().choice("retry-policy") != "none" {
            return self.ask(cx, number);
        }
        if let Some(order) = self.orders.get_mut(&number).filter(|order| order.status == Status::Open) {
            order.status = Status::Unknown;
            cx.answer(phrase!("note.payment-unknown", order = number, customer = order.customer.as_str()));
        }
    }

    /// The payment service has answered. Nothing is shipped before that is safe, so that a restarted shop ships nothing twice.
    fn settle(&mut self, cx: &mut Context<'_, Payment>, number: u64, status: Status) {
        let Some(order) = self.orders.get_mut(&number) else { return };
        if order.status.is_settled() || order.becomes.is_some() {
            return;
        }
        if cx.write(&record_of(RECORD, number), order.write(status).as_bytes()).is_ok() {
            order.becomes = Some(status);
            cx.cancel_timer(Timer { name: TIMEOUT, key: number });
            cx.sync(Timer { name: SETTLED, key: number });
        }
    }

    fn settled(&mut self, cx: &mut Context<'_, Payment>, number: u64) {
        let Some(order) = self.orders.get_mut(&number) else { return };
        let Some(status) = order.becomes.take() else { return };
        order.status = status;
        let (customer, money) = (order.customer.as_str(), money(order.cents));
        cx.answer(match status {
            Status::Shipped => {
                phrase!("note.order-shipped", order = number, customer = customer, money = money)
            }
            _ => phrase!("note.order-refused", order = number, customer = customer, money = money),
        });
    }

    /// Somebody orders something for 5.00 to 20.00.
    fn load(&mut self, cx: &mut Context<'_, Payment>) {
        cx.set_timer(LOAD, self.interval);
        let customer = cx.rng().pick(&CUSTOMERS).copied().unwrap_or(CUSTOMERS[0]);
        let cents = 500 + 100 * cx.rng().below(16);
        self.take(cx, customer, cents);
    }
}

/// How long to wait for an answer. Backing off doubles it with every try, and takes a random part off, so that shops that
/// failed together do not come back together.
fn wait(cx: &mut Context<'_, Payment>, asked: u32) -> Duration {
    let patience = cx.settings().duration("timeout");
    if cx.settings().choice("retry-policy") != "back-off" {
        return patience;
    }
    let longest = patience * (1_u64 << asked.min(DOUBLED_AT_MOST));
    cx.rng().between(Duration::micros(longest.as_micros() / 2), longest).at_least_shortest()
}

impl Order {
    /// As its record on the disk, with the status that it is to have.
    fn write(&self, status: Status) -> String {
        let status = match status {
            Status::Open | Status::Unknown => OPEN,
            Status::Shipped => SHIPPED,
            Status::Refused => REFUSED,
        };
        format!("{status} {} {}", self.customer, self.cents)
    }

    fn read(record: &[u8]) -> Option<Order> {
        let mut words = std::str::from_utf8(record).ok()?.split(' ');
        let status = match words.next()? {
            SHIPPED => Status::Shipped,
            REFUSED => Status::Refused,
            _ => Status::Open,
        };
        let customer = words.next()?.to_owned();
        let cents = words.next()?.parse().ok()?;
        Some(Order { customer, cents, status, asked: 0, becomes: None })
    }
}

impl Status {
    /// Whether nothing more will be done about it.
    pub fn is_settled(self) -> bool {
        matches!(self, Status::Shipped | Status::Refused)
    }
}

impl Process for Shop {
    type Message = Payment;

    /// What the disk holds and is not settled is asked for again.
    fn on_start(&mut self, cx: &mut Context<'_, Payment>) {
        let read = |(name, content, _)| Some((number_of(name, RECORD)?, Order::read(content)?));
        self.orders = cx.disk().records().filter_map(read).collect();
        let open = self.orders().filter(|(_, order)| !order.status.is_settled());
        let open: Vec<u64> = open.map(|(number, _)| number).collect();
        open.into_iter().for_each(|number| self.ask(cx, number));
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Payment>, _: NodeId, message: Payment) {
        match message {
            Payment::Paid { order } => self.settle(cx, order, Status::Shipped),
            Payment::Refused { order } => self.settle(cx, order, Status::Refused),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Payment>, timer: Timer) {
        match timer.name {
            TAKEN => self.ask(cx, timer.key),
            TIMEOUT => self.time_out(cx, timer.key),
            SETTLED => self.settled(cx, timer.key),
            _ => self.load(cx),
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Payment>, request: &str) {
        match read_request(request) {
            Some((customer, cents)) => self.take(cx, customer, cents),
            None => cx.answer(phrase!("note.unknown-order", request = request)),
        }
    }

    /// A new pace takes effect at once.
    fn on_settings(&mut self, cx: &mut Context<'_, Payment>) {
        let interval = cx.settings().duration("order-interval");
        if interval == self.interval {
            return;
        }
        self.interval = interval;
        cx.cancel_timer(LOAD);
        if interval > Duration::ZERO {
            let first = cx.rng().between(Duration::ZERO, interval).at_least_shortest();
            cx.set_timer(LOAD, first);
        }
    }

    fn heap_bytes(&self) -> usize {
        // Names have up to a dozen characters.
        96 * self.orders.len()
    }

    fn look(&self) -> Look {
        let count = |is: fn(Status) -> bool| self.orders.values().filter(|order| is(order.status)).count();
        let open = count(|status| !status.is_settled());
        let shipped = count(|status| status == Status::Shipped);
        let text = |(number, order): (&u64, &Order)| {
            format!("#{number} {} {} ×{}", order.customer, money(order.cents), order.asked)
        };
        let waiting = self.orders.iter().filter(|(_, order)| !order.status.is_settled());
        let waiting: Vec<_> = waiting.map(text).collect();
        Look::default()
            .badge(format!("{shipped}/{}", self.orders.len()))
            .fact(word!("fact.orders"), self.orders.len() as u64)
            .fact(word!("fact.shipped"), shipped as u64)
            .fact(word!("fact.order-refused"), (self.orders.len() - shipped - open) as u64)
            .fact(word!("fact.unsettled"), waiting.join("  "))
    }
}

/// Reads `buy alice 2500`.
fn read_request(request: &str) -> Option<(&str, u64)> {
    let mut words = request.split_whitespace();
    let (verb, customer, cents, rest) = (words.next()?, words.next()?, words.next()?, words.next());
    let is_name = customer.len() <= 12 && customer.chars().all(|c| c.is_ascii_alphanumeric());
    // No more than a purse could hold, so that no sum of cents overflows.
    let cents = cents.parse().ok().filter(|cents| (1..=100_000_000).contains(cents))?;
    (verb == "buy" && is_name && rest.is_none()).then_some((customer, cents))
}

const RECORD: &str = "order";
const OPEN: &str = "open";
const SHIPPED: &str = "shipped";
const REFUSED: &str = "refused";
const TAKEN: &str = "taken";
const TIMEOUT: &str = "timeout";
const SETTLED: &str = "settled";
const LOAD: Timer = timer("load");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_documented() {
        assert_eq!(read_request("buy alice 2500"), Some(("alice", 2_500)));
        for wrong in ["", "buy", "buy alice", "buy alice 0", "buy alice -1", "buy alice 1 2", "sell alice 1"]
        {
            assert_eq!(read_request(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_order_is_read_as_it_was_written() {
        for status in [Status::Open, Status::Shipped, Status::Refused] {
            let order = Order { customer: "bob".to_owned(), cents: 5, status, asked: 0, becomes: None };
            assert_eq!(Order::read(order.write(status).as_bytes()), Some(order));
        }
    }
}
