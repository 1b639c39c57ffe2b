//! A shop, a payment service and a bank: what becomes of a payment when an answer is lost.
//!
//! The shop gives each order a number and asks the payment service to charge the customer. When no answer comes within its
//! time-out it asks once more. The payment service gives each charge a reference and asks the bank; it asks again with the same
//! reference until the bank answers. The bank carries each reference out at most once, whatever is sent twice.
//!
//! So the way from the service to the bank is safe. The way from the shop to the service is not: as the scenario begins, the
//! service takes a request that it has carried out already for a new one, gives it a reference of its own, and the
//! customer pays twice. A remote call that is repeated is carried out at least once (A. Birrell, B. Nelson: *Implementing remote
//! procedure calls*, 1984). Two settings mend it. An *idempotency key* names the shop's intent, and stays the same when
//! the shop asks again (`idempotency-key` of the shop); a service that honours it (`honour-keys`) looks the key up before
//! it charges. And a *journal* has the service write key and reference to its disk, and wait until they are safe, before it
//! asks the bank, so that a restarted service still knows them. P. Helland describes both halves: *Life beyond distributed
//! transactions*, 2007; that an end must check for itself what the middle cannot, J. Saltzer, D. Reed and D. Clark:
//! *End-to-end arguments in system design*, 1984.
//!
//! What is simplified: there is one payment service and one bank, money moves at once and never back, and nothing is ever forgotten
//! that is on a disk.
//!
//! Requests of a shop's user, where a customer has up to 12 letters or digits, and cents are a whole number:
//!
//! ```text
//! request = "buy" customer cents         buy alice 2500
//! ```

mod bank;
mod properties;
mod service;
mod shop;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;

pub use bank::{Bank, Entry};
pub use service::PaymentService;
pub use shop::{Order, Shop, Status};

/// A shop, a payment service and a bank.
pub static PAYMENT: Protocol = Protocol {
    name: Payment::PROTOCOL,
    roles: &[
        Role::of::<Shop>("shop", Icon::Client, shop::SETTINGS),
        Role::of::<PaymentService>("payment-service", Icon::Gateway, service::SETTINGS),
        Role::of::<Bank>("bank", Icon::Server, bank::SETTINGS),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: &[],
    describe: describe::<Payment>,
};

/// The customers who have an account as a run begins.
pub const CUSTOMERS: [&str; 3] = ["alice", "bob", "carol"];

/// What shop, payment service and bank say to each other. Money is in cents.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Payment {
    /// A shop asks for the payment of an order.
    Pay {
        /// The shop's number of the order.
        order: u64,
        /// The idempotency key, if the shop uses them.
        key: Option<u64>,
        /// Who pays.
        customer: String,
        /// How much.
        cents: u64,
    },
    /// The payment service says that an order is paid.
    Paid {
        /// The shop's number of the order.
        order: u64,
    },
    /// The payment service says that an order is not paid, and will not be.
    Refused {
        /// The shop's number of the order.
        order: u64,
    },
    /// The payment service asks the bank to move money from the customer to the shop.
    Charge {
        /// The service's number of the charge. The bank carries each out once.
        reference: u64,
        /// What is charged.
        what: Charge,
    },
    /// The bank has moved the money, and its ledger is safe.
    Charged {
        /// The service's number of the charge.
        reference: u64,
    },
    /// The bank has not moved the money, and never will for this reference.
    Declined {
        /// The service's number of the charge.
        reference: u64,
    },
}

/// What a customer is charged for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Charge {
    /// The shop that gets the money.
    pub shop: String,
    /// Its number of the order.
    pub order: u64,
    /// Who pays.
    pub customer: String,
    /// How much.
    pub cents: u64,
}

impl Charge {
    /// As records have it.
    fn to_text(&self) -> String {
        let Charge { shop, order, customer, cents } = self;
        format!("{shop} {order} {customer} {cents}")
    }

    /// Reads what [`Charge::to_text`] wrote, from the words of a record.
    fn read<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Charge> {
        let (shop, order) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
        let (customer, cents) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
        Some(Charge { shop, order, customer, cents })
    }
}

impl Message for Payment {
    const PROTOCOL: &'static str = "payment";

    fn label(&self) -> String {
        match self {
            Payment::Pay { order, key: None, cents, .. } => format!("pay #{order} {}", money(*cents)),
            Payment::Pay { order, key: Some(key), cents, .. } => {
                format!("pay #{order} {} key {key}", money(*cents))
            }
            Payment::Paid { order } => format!("paid #{order}"),
            Payment::Refused { order } => format!("refused #{order}"),
            Payment::Charge { reference, what } => format!("charge {} r{reference}", money(what.cents)),
            Payment::Charged { reference } => format!("charged r{reference}"),
            Payment::Declined { reference } => format!("declined r{reference}"),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Payment::Pay { .. } | Payment::Charge { .. } => Sort::Request,
            Payment::Paid { .. } | Payment::Charged { .. } => Sort::Reply,
            Payment::Refused { .. } | Payment::Declined { .. } => Sort::Refusal,
        }
    }

    /// A liar asks for another amount, or says the opposite of what happened.
    fn forge(&self, rng: &mut Rng) -> Option<Payment> {
        let mut lie = self.clone();
        match &mut lie {
            Payment::Pay { cents, .. } | Payment::Charge { what: Charge { cents, .. }, .. } => {
                *cents = cents.saturating_add(100 * (1 + rng.below(9)));
                Some(lie)
            }
            Payment::Paid { order } => Some(Payment::Refused { order: *order }),
            Payment::Refused { order } => Some(Payment::Paid { order: *order }),
            Payment::Charged { reference } => Some(Payment::Declined { reference: *reference }),
            Payment::Declined { reference } => Some(Payment::Charged { reference: *reference }),
        }
    }
}

/// Cents as people write money: `25.00`.
fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// The name of a record of a kind, such as `order 7`.
fn record_of(kind: &str, number: u64) -> String {
    format!("{kind} {number}")
}

/// The number at the end of the name of a record, such as 7 of `order 7`, if it is a record of this kind.
fn number_of(name: &str, kind: &str) -> Option<u64> {
    name.strip_prefix(kind)?.strip_prefix(' ')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_has_a_lie_about_the_same_matter() {
        let what = Charge { shop: "shop".to_owned(), order: 7, customer: "alice".to_owned(), cents: 2_500 };
        let messages = [
            Payment::Pay { order: 7, key: Some(7), customer: "alice".to_owned(), cents: 2_500 },
            Payment::Paid { order: 7 },
            Payment::Refused { order: 7 },
            Payment::Charge { reference: 1, what },
            Payment::Charged { reference: 1 },
            Payment::Declined { reference: 1 },
        ];
        let mut rng = Rng::stream(1, "lies");
        for truth in messages {
            let lie = truth.forge(&mut rng).unwrap();
            assert_ne!(lie, truth);
            assert_eq!(Payment::decode(&lie.encode()), Some(lie));
        }
    }

    #[test]
    fn money_is_written_with_two_digits_of_cents() {
        assert_eq!((money(2_505), money(7)), ("25.05".to_owned(), "0.07".to_owned()));
        assert_eq!((number_of("order 12", "order"), number_of("order x", "order")), (Some(12), None));
        assert_eq!(number_of(&record_of("order", 12), "order"), Some(12));
    }
}
