//! The payment service: has the bank charge what shops ask for. Here is the bug, and what mends it.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::sorted::Map;
use crate::word;

use super::{Charge, Payment, money, number_of, record_of};

pub(super) const SETTINGS: &[Setting] = &[
    // Whether a key that is known already is answered for, instead of charged.
    Setting { name: "honour-keys", kind: Kind::Choice(&["off", "on"]), default: "off" },
    // Whether a charge is safe on the disk before the bank is asked.
    Setting { name: "journal", kind: Kind::Choice(&["off", "on"]), default: "off" },
    Setting {
        name: "timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "1s",
    },
];

/// The payment service.
#[derive(Clone, Debug, Default)]
pub struct PaymentService {
    /// What it was asked for since it started, and what its journal holds, by reference.
    payments: Map<u64, Asked>,
    last_reference: u64,
    /// How often it was asked for a payment since it started.
    requests: u64,
    /// How many of those had a key that it knew.
    repeats: u64,
}

/// A payment that was asked for.
#[derive(Clone, PartialEq, Debug)]
struct Asked {
    what: Charge,
    key: Option<u64>,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
enum Stage {
    /// Waits until the journal is safe.
    Journaling,
    /// Waits for the bank.
    Charging,
    /// The money moved.
    Paid,
    /// It did not, and will not.
    Refused,
}

impl PaymentService {
    /// How often a shop asked for something under a key that was known already, since the service started.
    pub fn repeats(&self) -> u64 {
        self.repeats
    }

    /// A shop asks. Without a key that it honours, the service cannot tell a second try from a second purchase.
    fn pay(&mut self, cx: &mut Context<'_, Payment>, key: Option<u64>, what: Charge) {
        self.requests += 1;
        let honoured = key.filter(|_| cx.settings().choice("honour-keys") == "on");
        if let Some(reference) = honoured.and_then(|key| self.known(&what.shop, key)) {
            self.repeats += 1;
            return self.answer(cx, reference);
        }
        let reference = self.last_reference + 1;
        let journal = cx.settings().choice("journal") == "on";
        let stage = if journal { Stage::Journaling } else { Stage::Charging };
        let asked = Asked { what, key, stage };
        // A full disk keeps silent: it can promise nothing, and the shop will ask again.
        if journal && cx.write(&record_of(RECORD, reference), asked.write().as_bytes()).is_err() {
            return;
        }
        self.last_reference = reference;
        self.payments.insert(reference, asked);
        match journal {
            true => cx.sync(Timer { name: JOURNAL, key: reference }),
            false => self.charge(cx, reference),
        }
    }

    fn known(&self, shop: &str, key: u64) -> Option<u64> {
        let mut payments = self.payments.iter();
        payments
            .find(|(_, asked)| asked.key == Some(key) && asked.what.shop == shop)
            .map(|(reference, _)| *reference)
    }

    /// Asks the bank, and goes on asking with the same reference until it answers.
    fn charge(&self, cx: &mut Context<'_, Payment>, reference: u64) {
        let Some(asked) = self.payments.get(&reference) else { return };
        if let Some(bank) = cx.nodes_with_role("bank").first() {
            cx.reach(*bank, &Payment::Charge { reference, what: asked.what.clone() });
        }
        let patience = cx.settings().duration("timeout");
        cx.set_timer(Timer { name: TIMEOUT, key: reference }, patience);
    }

    /// Tells the shop what became of a payment, once that is known.
    fn answer(&self, cx: &mut Context<'_, Payment>, reference: u64) {
        let Some(Asked { what, stage, .. }) = self.payments.get(&reference) else { return };
        let answer = match stage {
            Stage::Journaling | Stage::Charging => return,
            Stage::Paid => Payment::Paid { order: what.order },
            Stage::Refused => Payment::Refused { order: what.order },
        };
        let shop = cx.nodes_with_role("shop").iter().find(|shop| cx.name(**shop) == what.shop);
        if let Some(shop) = shop {
            cx.reach(*shop, &answer);
        }
    }

    /// The bank has answered.
    fn conclude(&mut self, cx: &mut Context<'_, Payment>, reference: u64, stage: Stage) {
        let Some(asked) = self.payments.get_mut(&reference) else { return };
        if asked.stage != Stage::Charging {
            return;
        }
        asked.stage = stage;
        cx.cancel_timer(Timer { name: TIMEOUT, key: reference });
        // Nothing waits for this to be safe: the bank says the same of a reference whenever it is asked.
        let name = record_of(RECORD, reference);
        if cx.disk().read(&name).is_some() && cx.write(&name, asked.write().as_bytes()).is_ok() {
            cx.sync(CONCLUDED);
        }
        self.answer(cx, reference);
    }
}

impl Asked {
    /// As its record in the journal.
    fn write(&self) -> String {
        let outcome = match self.stage {
            Stage::Journaling | Stage::Charging => BEGUN,
            Stage::Paid => PAID,
            Stage::Refused => REFUSED,
        };
        let key = self.key.map_or_else(|| "-".to_owned(), |key| key.to_string());
        format!("{outcome} {} key {key}", self.what.to_text())
    }

    fn read(record: &[u8]) -> Option<Asked> {
        let mut words = std::str::from_utf8(record).ok()?.split(' ');
        let stage = match words.next()? {
            PAID => Stage::Paid,
            REFUSED => Stage::Refused,
            _ => Stage::Charging,
        };
        let what = Charge::read(&mut words)?;
        let key = words.nth(1)?.parse().ok();
        Some(Asked { what, key, stage })
    }
}

impl Process for PaymentService {
    type Message = Payment;

    /// What the journal holds and the bank has not answered is asked for again, under its old reference.
    fn on_start(&mut self, cx: &mut Context<'_, Payment>) {
        // References begin at the microsecond of the start, so that a restarted service never uses one twice.
        self.last_reference = cx.now().as_micros();
        let read = |(name, content, _)| Some((number_of(name, RECORD)?, Asked::read(content)?));
        self.payments = cx.disk().records().filter_map(read).collect();
        let begun = self.payments.iter().filter(|(_, asked)| asked.stage == Stage::Charging);
        let begun: Vec<u64> = begun.map(|(reference, _)| *reference).collect();
        begun.into_iter().for_each(|reference| self.charge(cx, reference));
    }

    fn on_message(&mut self, cx: &mut Context<'_, Payment>, from: NodeId, message: Payment) {
        match message {
            Payment::Pay { order, key, customer, cents } => {
                let shop = cx.name(from).to_owned();
                self.pay(cx, key, Charge { shop, order, customer, cents });
            }
            Payment::Charged { reference } => self.conclude(cx, reference, Stage::Paid),
            Payment::Declined { reference } => self.conclude(cx, reference, Stage::Refused),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Payment>, timer: Timer) {
        if timer == CONCLUDED {
            return;
        }
        if timer.name == JOURNAL
            && let Some(asked) = self.payments.get_mut(&timer.key)
        {
            asked.stage = Stage::Charging;
        }
        self.charge(cx, timer.key);
    }

    fn heap_bytes(&self) -> usize {
        // Names have up to a dozen characters.
        128 * self.payments.len()
    }

    fn look(&self) -> Look {
        let open = self.payments.values().filter(|asked| asked.stage <= Stage::Charging).count();
        let text = |(reference, asked): (&u64, &Asked)| {
            let key = asked.key.map(|key| format!(" key {key}")).unwrap_or_default();
            format!("r{reference} #{}{key} {}", asked.what.order, money(asked.what.cents))
        };
        let known: Vec<_> = self.payments.iter().map(text).collect();
        Look::default()
            .badge(format!("{open}/{}", self.payments.len()))
            .fact(word!("fact.asked-to-pay"), self.requests)
            .fact(word!("fact.known-keys-asked"), self.repeats)
            .fact(word!("fact.pending"), open as u64)
            .fact(word!("fact.payments"), known.join("  "))
    }
}

const RECORD: &str = "payment";
const BEGUN: &str = "begun";
const PAID: &str = "paid";
const REFUSED: &str = "refused";
const JOURNAL: &str = "journal";
const TIMEOUT: &str = "timeout";
const CONCLUDED: Timer = timer("concluded");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_is_read_from_the_journal_as_it_was_written() {
        let what = Charge { shop: "shop".to_owned(), order: 3, customer: "bob".to_owned(), cents: 1_999 };
        for (key, stage) in [(None, Stage::Charging), (Some(3), Stage::Paid), (Some(9), Stage::Refused)] {
            let asked = Asked { what: what.clone(), key, stage };
            assert_eq!(Asked::read(asked.write().as_bytes()), Some(asked));
        }
    }
}
