//! The double spend of section 11, as one who follows the protocol's rules in all but honesty can try it.
//!
//! While it attacks, a miner mines on its secret branch only. The first block of that holds the payment to itself and nothing
//! else; the others are empty.

use crate::phrase;
use crate::sim::network::NodeId;
use crate::sim::process::Context;
use crate::words::Phrase;

use super::super::block::{Block, Transaction};
use super::super::hash::Hash;
use super::{Bitcoin, Miner};

/// An attack under way.
#[derive(Clone, Debug)]
pub struct Attack {
    /// What the merchant is to see.
    payment: Transaction,
    /// What is to stand in its place: the same coin, to the attacker itself.
    instead: Transaction,
    /// The block from which the secret branch grows.
    base: Hash,
    /// The secret branch; empty until the first block is found, and once it is published.
    secret: Vec<Block>,
    /// How long the chain was when the branch was published.
    published: Option<u64>,
}

impl Attack {
    /// Whether its branch is out.
    pub fn is_published(&self) -> bool {
        self.published.is_some()
    }

    /// The coin that it spends twice.
    pub fn coin(&self) -> Hash {
        self.payment.coin
    }

    /// The block from which the secret branch grows, and its blocks.
    pub fn secret(&self) -> (Hash, &[Block]) {
        (self.base, &self.secret)
    }
}

impl Miner {
    pub(super) fn begin_attack(&mut self, cx: &mut Context<'_, Bitcoin>, merchant: u32) {
        if self.attack.is_some() {
            return cx.answer(phrase!("note.attacks-already"));
        }
        let Some(coin) = self.coin_to_spend() else { return cx.answer(phrase!("note.no-coin")) };
        self.attack = Some(Attack {
            payment: Transaction::signed(coin, self.me, merchant),
            instead: Transaction::signed(coin, self.me, self.me),
            base: self.chain.tip(),
            secret: Vec::new(),
            published: None,
        });
        cx.answer(phrase!("note.attacks", merchant = cx.name(NodeId(merchant))));
    }

    /// The search for a block has succeeded: it extends the secret branch. With the first the merchant is paid in public.
    pub(super) fn found_in_secret(&mut self, cx: &mut Context<'_, Bitcoin>) {
        let Some(attack) = &mut self.attack else { return };
        let parent = attack.secret.last().map_or(attack.base, Block::hash);
        let is_first = attack.secret.is_empty();
        let payments = if is_first { vec![attack.instead] } else { Vec::new() };
        let Some(block) = Block::mined(parent, self.me, cx.now(), payments) else { return };
        cx.note(phrase!("note.finds-in-secret", hash = block.hash()));
        attack.secret.push(block);
        let payment = attack.payment;
        if is_first {
            self.take_payment(cx, None, payment);
        }
        self.weigh_attack(cx);
    }

    /// The public chain has grown, or is another.
    pub(super) fn tip_moved(&mut self, cx: &mut Context<'_, Bitcoin>) {
        let (tip, height) = (self.chain.tip(), self.chain.height());
        let Some(attack) = &mut self.attack else { return };
        if let Some(published) = attack.published {
            if height > published {
                let stands = self.chain.confirmations(attack.instead.id()) > 0;
                self.end_attack(cx, stands);
            }
        } else if attack.secret.is_empty() {
            // Nobody was paid yet, so it costs nothing to begin anew on the new tip.
            attack.base = tip;
            if self.chain.owner(attack.instead.coin, tip) != Some(self.me) {
                self.end_attack(cx, false);
            }
        } else {
            self.weigh_attack(cx);
        }
    }

    /// Publishes the secret branch if that pays, and gives up if it is too far behind.
    fn weigh_attack(&mut self, cx: &mut Context<'_, Bitcoin>) {
        let Some(attack) = &mut self.attack else { return };
        let public = self.chain.height();
        let secret = self.chain.height_of(attack.base) + attack.secret.len() as u64;
        let confirmed = self.chain.confirmations(attack.payment.id()) >= cx.settings().count("confirmations");
        if confirmed && secret > public {
            attack.published = Some(secret);
            let blocks = std::mem::take(&mut attack.secret);
            cx.note(phrase!("note.publishes", n = blocks.len()));
            blocks.into_iter().for_each(|block| self.take_block(cx, None, block));
        } else if public >= secret + cx.settings().count("gives-up-behind") {
            self.end_attack(cx, false);
        }
    }

    fn end_attack(&mut self, cx: &mut Context<'_, Bitcoin>, won: bool) {
        self.attack = None;
        let said: Phrase = if won { phrase!("note.attack-won") } else { phrase!("note.attack-lost") };
        cx.note(said);
        let awaited = cx.settings().count("confirmations");
        let outcome = self.outcomes.get_or_insert_with(awaited, Default::default);
        *(if won { &mut outcome.0 } else { &mut outcome.1 }) += 1;
    }
}
