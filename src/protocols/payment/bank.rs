//! The bank: accounts and a ledger on its disk. It carries each reference out at most once, and answers once that is safe.

use crate::sim::disk::DiskFull;
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::{CUSTOMERS, Charge, Payment, money, number_of, record_of};

pub(super) const SETTINGS: &[Setting] = &[
    // What each customer's account holds as it is opened, in cents.
    Setting { name: "opening-balance", kind: Kind::Count(0, 100_000_000), default: "10000" },
];

/// The bank.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    /// Whether it has read its disk since it started, which on a slow machine takes a while.
    pub(super) has_read_disk: bool,
    /// What each account holds, in cents, with what is not yet safe on the disk.
    accounts: Map<String, u64>,
    /// What all customers brought as their accounts were opened, in cents.
    deposits: u64,
    /// What is safe on the disk, by reference.
    ledger: Map<u64, Entry>,
    /// What waits for its sync, and whom to tell then, by reference.
    syncing: Map<u64, (Entry, NodeId)>,
}

/// A line of the ledger.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// What was to be charged.
    pub what: Charge,
    /// Whether the money moved; otherwise the charge was declined for good.
    pub charged: bool,
}

impl Bank {
    /// What is safe in the ledger, in the order of references.
    pub fn ledger(&self) -> impl Iterator<Item = &Entry> {
        self.ledger.values()
    }

    /// How often this order was charged, as far as the ledger is safe.
    pub fn times_charged(&self, shop: &str, order: u64) -> usize {
        self.charged().filter(|what| what.shop == shop && what.order == order).count()
    }

    /// What was charged, as far as the ledger is safe.
    pub fn charged(&self) -> impl Iterator<Item = &Charge> {
        self.ledger.values().filter(|entry| entry.charged).map(|entry| &entry.what)
    }

    /// What an account holds, in cents.
    pub fn balance(&self, account: &str) -> u64 {
        self.accounts.get(account).copied().unwrap_or(0)
    }

    /// Whether all accounts hold what was brought, and the shops what the ledger says that they got.
    pub(super) fn money_is_conserved(&self) -> bool {
        let all: u64 = self.accounts.values().sum();
        let entries = self.ledger.values().chain(self.syncing.values().map(|(entry, _)| entry));
        let earned: u64 = entries.filter(|entry| entry.charged).map(|entry| entry.what.cents).sum();
        let is_customer = |name: &str| CUSTOMERS.contains(&name);
        let of_shops: u64 =
            self.accounts.iter().filter(|(name, _)| !is_customer(name)).map(|(_, cents)| cents).sum();
        all == self.deposits && earned == of_shops
    }

    /// Opens the accounts with what customers bring. A full disk opens none, and then every charge waits.
    fn open_accounts(&mut self, cx: &mut Context<'_, Payment>) -> Result<(), DiskFull> {
        let balance = cx.settings().count("opening-balance");
        self.deposits = balance * CUSTOMERS.len() as u64;
        cx.write(DEPOSITS, self.deposits.to_string().as_bytes())?;
        for customer in CUSTOMERS {
            self.keep(cx, customer, balance)?;
        }
        Ok(())
    }

    fn keep(&mut self, cx: &mut Context<'_, Payment>, account: &str, cents: u64) -> Result<(), DiskFull> {
        cx.write(&format!("{ACCOUNT}{account}"), cents.to_string().as_bytes())?;
        self.accounts.insert(account.to_owned(), cents);
        Ok(())
    }

    /// Once for each reference. While a charge waits for its sync nothing is said; afterwards the answer is the same each time.
    fn charge(&mut self, cx: &mut Context<'_, Payment>, from: NodeId, reference: u64, what: Charge) {
        if let Some(entry) = self.ledger.get(&reference) {
            return answer(cx, from, reference, entry.charged);
        }
        if self.syncing.contains_key(&reference) {
            return;
        }
        if self.accounts.is_empty() && self.open_accounts(cx).is_err() {
            return;
        }
        let is_customer = CUSTOMERS.contains(&what.customer.as_str());
        let charged = is_customer && self.balance(&what.customer) >= what.cents;
        let entry = Entry { what, charged };
        // A full disk keeps silent: it can promise nothing.
        if self.enter(cx, reference, &entry).is_ok() {
            self.syncing.insert(reference, (entry, from));
            cx.sync(Timer { name: SYNC, key: reference });
        }
    }

    /// One event writes the entry and both accounts, and one sync makes them safe, so that a crash leaves all or nothing.
    fn enter(
        &mut self,
        cx: &mut Context<'_, Payment>,
        reference: u64,
        entry: &Entry,
    ) -> Result<(), DiskFull> {
        cx.write(&record_of(ENTRY, reference), entry.write().as_bytes())?;
        if !entry.charged {
            return Ok(());
        }
        let Charge { shop, customer, cents, .. } = &entry.what;
        let (paying, earning) = (self.balance(customer), self.balance(shop));
        self.keep(cx, customer, paying.saturating_sub(*cents))?;
        self.keep(cx, shop, earning.saturating_add(*cents))
    }
}

fn answer(cx: &mut Context<'_, Payment>, to: NodeId, reference: u64, charged: bool) {
    let answer = match charged {
        true => Payment::Charged { reference },
        false => Payment::Declined { reference },
    };
    cx.reach(to, &answer);
}

impl Entry {
    /// As its record on the disk.
    fn write(&self) -> String {
        let outcome = if self.charged { CHARGED } else { DECLINED };
        format!("{outcome} {}", self.what.to_text())
    }

    fn read(record: &[u8]) -> Option<Entry> {
        let mut words = std::str::from_utf8(record).ok()?.split(' ');
        let charged = words.next()? == CHARGED;
        Some(Entry { what: Charge::read(&mut words)?, charged })
    }
}

impl Process for Bank {
    type Message = Payment;

    fn on_start(&mut self, cx: &mut Context<'_, Payment>) {
        self.has_read_disk = true;
        let number = |content: &[u8]| std::str::from_utf8(content).ok()?.parse().ok();
        self.deposits = cx.disk().read(DEPOSITS).and_then(number).unwrap_or(0);
        for (name, content, _) in cx.disk().records() {
            if let (Some(account), Some(cents)) = (name.strip_prefix(ACCOUNT), number(content)) {
                self.accounts.insert(account.to_owned(), cents);
            }
            if let (Some(reference), Some(entry)) = (number_of(name, ENTRY), Entry::read(content)) {
                self.ledger.insert(reference, entry);
            }
        }
        // An entry's sync covers these writes too, so that there is no ledger without accounts.
        if self.accounts.is_empty() && self.open_accounts(cx).is_ok() {
            cx.sync(OPENED);
        }
    }

    fn on_message(&mut self, cx: &mut Context<'_, Payment>, from: NodeId, message: Payment) {
        if let Payment::Charge { reference, what } = message {
            self.charge(cx, from, reference, what);
        }
    }

    /// A sync is complete: the entry counts from now on.
    fn on_timer(&mut self, cx: &mut Context<'_, Payment>, timer: Timer) {
        if let Some((entry, from)) = self.syncing.remove(&timer.key).filter(|_| timer.name == SYNC) {
            answer(cx, from, timer.key, entry.charged);
            self.ledger.insert(timer.key, entry);
        }
    }

    fn heap_bytes(&self) -> usize {
        // Names have up to a dozen characters.
        160 * (self.ledger.len() + self.syncing.len()) + 48 * self.accounts.len()
    }

    fn look(&self) -> Look {
        let accounts: Vec<_> =
            self.accounts.iter().map(|(name, cents)| format!("{name} {}", money(*cents))).collect();
        let badge = CUSTOMERS.first().map(|name| format!("{name} {}", money(self.balance(name))));
        let entries: Vec<_> =
            self.charged().map(|what| format!("#{} {}", what.order, what.customer)).collect();
        Look::default()
            .badge(badge.unwrap_or_default())
            .fact(word!("fact.accounts"), accounts.join("  "))
            .fact(word!("fact.charged"), entries.join("  "))
    }
}

const SYNC: &str = "sync";
const OPENED: Timer = timer("opened");
const DEPOSITS: &str = "deposits";
const ACCOUNT: &str = "account ";
const ENTRY: &str = "entry";
const CHARGED: &str = "charged";
const DECLINED: &str = "declined";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        let what = Charge { shop: "shop".to_owned(), order: 3, customer: "bob".to_owned(), cents: 1_999 };
        for charged in [true, false] {
            let entry = Entry { what: what.clone(), charged };
            assert_eq!(Entry::read(entry.write().as_bytes()), Some(entry));
        }
        assert_eq!(Entry::read(b"charged shop three bob 1"), None);
    }
}
