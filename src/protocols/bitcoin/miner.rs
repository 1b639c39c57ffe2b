//! The miner: it passes on what is new, checks it, mines, and follows the longest chain.

mod attack;
mod wallet;

use crate::sim::figure::Tint;
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::{Duration, Time};
use crate::sorted::{Map, Set};
use crate::words::{Key, Phrase};
use crate::{phrase, word};

use super::block::{Block, Flaw, Transaction};
use super::chain::{Chain, Change};
use super::hash::Hash;
use super::{Bitcoin, Item};

use attack::Attack;
use wallet::{Delivery, Wish};

/// One of those who keep the chain.
#[derive(Clone, Debug, Default)]
pub struct Miner {
    me: u32,
    /// The numbers of all miners.
    miners: Vec<u32>,
    chain: Chain,
    /// Payments that wait for a block, the oldest first; each can be made on the chain that stands, and no two spend one coin.
    waiting: Vec<Transaction>,
    /// Blocks whose parents are not here yet.
    orphans: Map<Hash, Block>,
    /// What was asked for, and when.
    asked: Map<Hash, Time>,
    /// Payments to this miner that were deep enough for it to hand the goods over.
    delivered: Map<Hash, Delivery>,
    /// Payments that were once on its chain and then no longer.
    undone: Set<Hash>,
    reorganisations: u64,
    attack: Option<Attack>,
    /// How many of its attacks were won and lost, by the confirmations that were awaited as they ended.
    outcomes: Map<u64, (u64, u64)>,
    /// The settings as they were when the miner last reckoned with them.
    paces: Paces,
}

/// What the miner's own timers run by.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Paces {
    pay: Duration,
    announce: Duration,
}

const MINE: Timer = timer("mine");
const PAY: Timer = timer("pay");
const ANNOUNCE: Timer = timer("announce");
const SYNC: Timer = timer("sync");
/// For how long a neighbour that was asked has time to answer before another is asked.
const PATIENCE: Duration = Duration::secs(2);

impl Miner {
    /// The blocks that it knows.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// How many payments wait for a block here.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The payments that it saw undone since it started, whatever became of them.
    pub fn undone(&self) -> &Set<Hash> {
        &self.undone
    }

    /// How often it went over to another branch since it started.
    pub fn reorganisations(&self) -> u64 {
        self.reorganisations
    }

    /// Whether it handed goods over for this payment.
    pub fn has_delivered(&self, payment: Hash) -> bool {
        self.delivered.contains_key(&payment)
    }

    /// For how many payments it handed goods over whose coins the chain has then spent otherwise.
    pub fn cheated(&self) -> usize {
        self.delivered.values().filter(|delivery| delivery.cheated).count()
    }

    /// How many of its attacks the chain bore out, and how many it gave up or lost, since it started.
    pub fn attacks(&self) -> (u64, u64) {
        self.outcomes.values().fold((0, 0), |sum, (won, lost)| (sum.0 + won, sum.1 + lost))
    }

    /// The same by the confirmations that were awaited as they ended.
    pub fn outcomes(&self) -> &Map<u64, (u64, u64)> {
        &self.outcomes
    }

    /// The branch that it mines in secret: the block from which it grows, and its blocks.
    pub fn secret(&self) -> Option<(Hash, &[Block])> {
        self.attack.as_ref().map(Attack::secret)
    }

    // Gossip.

    /// Tells neighbours but for one of what is new here.
    fn announce(&self, cx: &mut Context<'_, Bitcoin>, items: Vec<Item>, but: Option<NodeId>) {
        let inv = Bitcoin::Inv { items };
        for node in cx.neighbours().iter().filter(|node| Some(**node) != but) {
            cx.send(*node, &inv);
        }
    }

    /// Says again what it has: its tip, and what waits for a block.
    fn announce_again(&mut self, cx: &mut Context<'_, Bitcoin>) {
        cx.set_timer(ANNOUNCE, self.paces.announce);
        let now = cx.now();
        self.asked =
            self.asked.iter().filter(|(_, at)| now.since(**at) < PATIENCE).map(|(h, at)| (*h, *at)).collect();
        let payments = self.waiting.iter().map(|payment| Item::Transaction(payment.id()));
        let items: Vec<Item> = [Item::Block(self.chain.tip())].into_iter().chain(payments).collect();
        self.announce(cx, items, None);
    }

    fn hear(&mut self, cx: &mut Context<'_, Bitcoin>, from: NodeId, items: &[Item]) {
        let wanted = items.iter().filter_map(|item| self.wants(*item)).collect();
        self.ask(cx, from, wanted);
    }

    /// What to ask for when somebody has this; of a block whose parents are missing, the oldest of those.
    fn wants(&self, item: Item) -> Option<Item> {
        match item {
            Item::Block(hash) => self.missing(hash).map(Item::Block),
            Item::Transaction(hash) => {
                let waits = self.waiting.iter().any(|payment| payment.id() == hash);
                (!waits && self.chain.confirmations(hash) == 0).then_some(item)
            }
        }
    }

    /// The block to ask for so that this one gets its place, if one is missing.
    fn missing(&self, block: Hash) -> Option<Hash> {
        let mut first = block;
        while let Some(orphan) = self.orphans.get(&first) {
            first = orphan.parent;
        }
        (!self.chain.has(first)).then_some(first)
    }

    fn ask(&mut self, cx: &mut Context<'_, Bitcoin>, whom: NodeId, mut items: Vec<Item>) {
        let now = cx.now();
        items.retain_mut(|item| {
            let hash = *item.hash_mut();
            let is_asked = self.asked.get(&hash).is_some_and(|at| now.since(*at) < PATIENCE);
            if !is_asked {
                self.asked.insert(hash, now);
            }
            !is_asked
        });
        if !items.is_empty() {
            cx.send(whom, &Bitcoin::GetData { items });
        }
    }

    fn hand_over(&self, cx: &mut Context<'_, Bitcoin>, to: NodeId, items: &[Item]) {
        for item in items {
            match item {
                Item::Block(hash) => {
                    if let Some(stored) = self.chain.get(*hash) {
                        cx.send(to, &Bitcoin::Block(stored.block.clone()));
                    }
                }
                Item::Transaction(hash) => {
                    if let Some(payment) = self.waiting.iter().find(|payment| payment.id() == *hash) {
                        cx.send(to, &Bitcoin::Tx(*payment));
                    }
                }
            }
        }
    }

    // Payments.

    /// Lets a payment wait for a block and passes it on, if it may be made and no other that waits spends its coin.
    fn take_payment(&mut self, cx: &mut Context<'_, Bitcoin>, from: Option<NodeId>, payment: Transaction) {
        let id = payment.id();
        self.asked.remove(&id);
        if !payment.is_signed() {
            return self.refuse(cx, word!("note.refuses-payment"), id, Flaw::NotSigned);
        }
        if self.can_wait(&payment) {
            self.waiting.push(payment);
            self.announce(cx, vec![Item::Transaction(id)], from);
        }
    }

    /// Its coin may be one that a payment makes which waits itself.
    fn can_wait(&self, payment: &Transaction) -> bool {
        let is_free = self.waiting.iter().all(|other| other.coin != payment.coin);
        let made = self.waiting.iter().find(|other| other.id() == payment.coin).map(|other| other.to);
        let owner = made.or_else(|| self.chain.owner(payment.coin, self.chain.tip()));
        is_free && owner == Some(payment.from)
    }

    fn refuse(&self, cx: &mut Context<'_, Bitcoin>, what: Key, hash: Hash, flaw: Flaw) {
        cx.note(Phrase::new(what).with("hash", hash).with("flaw", flaw.name().text()));
    }

    // Blocks.

    /// Lets a block in once it is checked, with the orphans that waited for it, and follows the longest chain.
    fn take_block(&mut self, cx: &mut Context<'_, Bitcoin>, from: Option<NodeId>, block: Block) {
        let hash = block.hash();
        self.asked.remove(&hash);
        if self.chain.has(hash) || self.orphans.contains_key(&hash) {
            return;
        }
        if let Err(flaw) = block.check() {
            return self.refuse(cx, word!("note.refuses-block"), hash, flaw);
        }
        let before = self.chain.tip();
        self.orphans.insert(hash, block);
        self.adopt_orphans(cx);
        self.keep(cx);
        if let (Some(from), Some(missing)) = (from, self.missing(hash)) {
            self.ask(cx, from, vec![Item::Block(missing)]);
        }
        if self.chain.tip() != before {
            self.follow(cx, from, before);
        }
    }

    /// Lets in every orphan whose parent is here by now.
    fn adopt_orphans(&mut self, cx: &mut Context<'_, Bitcoin>) {
        let ready = |miner: &Miner| {
            let mut orphans = miner.orphans.iter();
            orphans.find(|(_, orphan)| miner.chain.has(orphan.parent)).map(|(hash, _)| *hash)
        };
        while let Some(hash) = ready(self) {
            let Some(block) = self.orphans.remove(&hash) else { return };
            match self.chain.add(block, cx.now()) {
                Ok(stored) => {
                    // A full disk keeps less; the neighbours have the block too.
                    let record = postcard::to_allocvec(&stored.block).unwrap_or_default();
                    let _full = cx.write(&record_name(hash), &record);
                }
                Err(flaw) => self.refuse(cx, word!("note.refuses-block"), hash, flaw),
            }
        }
    }

    fn keep(&self, cx: &mut Context<'_, Bitcoin>) {
        cx.sync(SYNC);
    }

    /// The tip has moved from `before`: payments are confirmed and undone, and work begins anew on the new tip.
    fn follow(&mut self, cx: &mut Context<'_, Bitcoin>, from: Option<NodeId>, before: Hash) {
        let change = self.chain.change(before, self.chain.tip());
        self.sort_payments(&change);
        if !change.left.is_empty() {
            self.reorganised(cx, &change);
        }
        self.announce(cx, vec![Item::Block(self.chain.tip())], from);
        self.deliver(cx, !change.left.is_empty());
        self.tip_moved(cx);
        self.mine_on(cx);
    }

    /// Payments of discarded blocks wait again, before those that wait already; what can no longer be made waits no more.
    fn sort_payments(&mut self, change: &Change) {
        let undone = change.left.iter().rev().flat_map(|stored| stored.block.transactions.iter().copied());
        let waited = std::mem::take(&mut self.waiting);
        for payment in undone.chain(waited) {
            if self.can_wait(&payment) {
                self.waiting.push(payment);
            }
        }
    }

    fn reorganised(&mut self, cx: &mut Context<'_, Bitcoin>, change: &Change) {
        self.reorganisations += 1;
        let (left, joined) = (change.left.len(), change.joined.len());
        let ids = change.left.iter().flat_map(|stored| stored.payments().map(|(id, _)| id));
        let undone: Vec<Hash> = ids.filter(|id| self.chain.confirmations(*id) == 0).collect();
        let payments = undone.len();
        for id in undone {
            self.undone.insert(id);
        }
        cx.note(phrase!("note.reorganises", left = left, joined = joined, payments = payments));
    }

    // Mining.

    /// Draws anew when the next block will be found.
    fn mine_on(&self, cx: &mut Context<'_, Bitcoin>) {
        let share = u64::from(cx.settings().probability("power").parts_per_million());
        if share == 0 {
            return cx.cancel_timer(MINE);
        }
        let whole = cx.settings().duration("block-time").as_micros();
        let mean = Duration::micros(whole.saturating_mul(1_000_000) / share);
        let after = cx.rng().exponential(mean);
        cx.set_timer(MINE, after);
    }

    fn found(&mut self, cx: &mut Context<'_, Bitcoin>) {
        if self.attack.as_ref().is_some_and(|attack| !attack.is_published()) {
            self.found_in_secret(cx);
        } else if let Some(block) = Block::mined(self.chain.tip(), self.me, cx.now(), self.waiting.clone()) {
            cx.note(phrase!("note.finds-block", hash = block.hash(), height = self.chain.height() + 1));
            self.take_block(cx, None, block);
        }
        self.mine_on(cx);
    }

    // Restarts.

    /// Lets in what the disk has, in whatever order its records stand.
    fn remember(&mut self, cx: &mut Context<'_, Bitcoin>) {
        let records = cx.disk().records().filter(|(name, _, _)| name.starts_with(RECORD));
        let blocks = records.filter_map(|(_, content, _)| postcard::from_bytes::<Block>(content).ok());
        self.orphans =
            blocks.filter(|block| block.check().is_ok()).map(|block| (block.hash(), block)).collect();
        self.adopt_orphans(cx);
    }
}

const RECORD: &str = "block ";

fn record_name(hash: Hash) -> String {
    format!("{RECORD}{:016x}", hash.first_bits())
}

impl Process for Miner {
    type Message = Bitcoin;

    fn on_start(&mut self, cx: &mut Context<'_, Bitcoin>) {
        self.me = cx.me().0;
        self.miners = cx.nodes_with_role("miner").iter().map(|node| node.0).collect();
        self.chain = Chain::new(&self.miners);
        self.remember(cx);
        self.recall_deliveries(cx);
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Bitcoin>, from: NodeId, message: Bitcoin) {
        match message {
            Bitcoin::Inv { items } => self.hear(cx, from, &items),
            Bitcoin::GetData { items } => self.hand_over(cx, from, &items),
            Bitcoin::Tx(payment) => self.take_payment(cx, Some(from), payment),
            Bitcoin::Block(block) => self.take_block(cx, Some(from), block),
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Bitcoin>, timer: Timer) {
        match timer {
            MINE => self.found(cx),
            PAY => self.pay_somebody(cx),
            ANNOUNCE => self.announce_again(cx),
            _ => {}
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Bitcoin>, request: &str) {
        let others: Vec<NodeId> = self.others().map(NodeId).collect();
        match Wish::read(request, |name| {
            others.iter().find(|node| cx.name(**node) == name).map(|node| node.0)
        }) {
            Some(Wish::Pay(to)) => self.pay(cx, to),
            Some(Wish::DoubleSpend(merchant)) => self.begin_attack(cx, merchant),
            None => cx.answer(phrase!("note.unknown-bitcoin-request", request = request)),
        }
    }

    /// A change of pace takes effect at once: a draw without memory may begin anew at any time.
    fn on_settings(&mut self, cx: &mut Context<'_, Bitcoin>) {
        let settings = cx.settings();
        let paces =
            Paces { pay: settings.duration("pays-every"), announce: settings.duration("announces-every") };
        self.mine_on(cx);
        if paces.pay != self.paces.pay {
            self.paces.pay = paces.pay;
            self.pay_later(cx, PAY, paces.pay);
        }
        if paces.announce != self.paces.announce {
            self.paces.announce = paces.announce;
            let first = cx.rng().between(Duration::ZERO, paces.announce);
            cx.set_timer(ANNOUNCE, first);
        }
    }

    fn heap_bytes(&self) -> usize {
        // Blocks are shared between copies of a world, so what counts is their place in the list.
        64 * (self.chain.len() + self.asked.len() + self.delivered.len() + self.undone.len())
            + 256 * (self.orphans.len() + self.waiting.len())
    }

    fn look(&self) -> Look {
        let (tip, height) = (self.chain.tip(), self.chain.height());
        let look = Look::default()
            .badge(format!("{height} · {tip}"))
            .tint(tint_of(&self.miners, self.me))
            .fact(word!("fact.tip"), tip.to_string())
            .fact(word!("fact.height"), height)
            .fact(word!("fact.coins"), self.chain.coins_of(self.me).len() as u64)
            .fact(word!("fact.waiting-payments"), self.waiting.len() as u64)
            .fact(word!("fact.orphans"), self.orphans.len() as u64)
            .fact(word!("fact.payments-undone"), self.undone.len() as u64)
            .fact(word!("fact.goods-delivered"), self.delivered.len() as u64);
        match self.secret() {
            Some((_, blocks)) => look.fact(word!("fact.secret-blocks"), blocks.len() as u64),
            None => look,
        }
    }
}

/// Miners have their colours in order, from 1: the first block, which nobody made, has 0.
pub(super) fn tint_of(miners: &[u32], miner: u32) -> Tint {
    Tint(miners.iter().position(|other| *other == miner).map_or(0, |index| (index + 1) as u8))
}

impl Miner {
    /// Sets the timer of its own payments; a pace of nought is never.
    fn pay_later(&self, cx: &mut Context<'_, Bitcoin>, timer: Timer, pace: Duration) {
        if pace == Duration::ZERO {
            return cx.cancel_timer(timer);
        }
        let after = cx.rng().exponential(pace);
        cx.set_timer(timer, after);
    }

    fn pay_somebody(&mut self, cx: &mut Context<'_, Bitcoin>) {
        self.pay_later(cx, PAY, self.paces.pay);
        let others: Vec<u32> = self.others().collect();
        if let (Some(to), Some(coin)) = (cx.rng().pick(&others).copied(), self.coin_to_spend()) {
            self.take_payment(cx, None, Transaction::signed(coin, self.me, to));
        }
    }
}
