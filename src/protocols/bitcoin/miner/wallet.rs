//! What a miner does as one who pays and is paid.

use crate::phrase;
use crate::sim::network::NodeId;
use crate::sim::process::Context;

use super::super::block::Transaction;
use super::super::hash::Hash;
use super::attack::Attack;
use super::{Bitcoin, Miner};

/// What a miner's user wants. Miners are named by their numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Wish {
    /// To hand a coin on.
    Pay(u32),
    /// To pay this merchant with a coin and to keep it.
    DoubleSpend(u32),
}

/// Goods that were handed over for a payment.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Delivery {
    /// The coin that the payment spends.
    coin: Hash,
    /// Whether the chain has since spent that coin otherwise.
    pub cheated: bool,
}

impl Wish {
    /// Reads `pay m5` or `double spend m5`; `find` knows the other miners by their names.
    pub fn read(request: &str, find: impl Fn(&str) -> Option<u32>) -> Option<Wish> {
        match request.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["pay", name] => find(name).map(Wish::Pay),
            ["double", "spend", name] => find(name).map(Wish::DoubleSpend),
            _ => None,
        }
    }
}

impl Miner {
    /// The numbers of the other miners.
    pub(super) fn others(&self) -> impl Iterator<Item = u32> {
        self.miners.iter().copied().filter(|miner| *miner != self.me)
    }

    /// Its oldest coin that nothing is about to spend: the older, the less likely it is to be undone.
    pub(super) fn coin_to_spend(&self) -> Option<Hash> {
        let attacked = self.attack.as_ref().map(Attack::coin);
        let waits = |coin: &Hash| self.waiting.iter().any(|payment| payment.coin == *coin);
        let is_free = |coin: &Hash| attacked != Some(*coin) && !waits(coin);
        self.chain.coins_of(self.me).into_iter().rev().find(is_free)
    }

    pub(super) fn pay(&mut self, cx: &mut Context<'_, Bitcoin>, to: u32) {
        let Some(coin) = self.coin_to_spend() else { return cx.answer(phrase!("note.no-coin")) };
        let payment = Transaction::signed(coin, self.me, to);
        cx.answer(phrase!("note.pays", hash = payment.id(), payee = cx.name(NodeId(to))));
        self.take_payment(cx, None, payment);
    }

    /// Hands goods over for the payments that are deep enough by now, and finds out whether it was cheated if blocks were
    /// discarded.
    pub(super) fn deliver(&mut self, cx: &mut Context<'_, Bitcoin>, discarded: bool) {
        for (payment, delivery) in self.due(cx) {
            self.delivered.insert(payment, delivery);
            cx.note(phrase!("note.delivers", hash = payment));
        }
        if !discarded {
            return;
        }
        let is_cheated = |payment: Hash, coin| self.chain.spender(coin).is_some_and(|other| other != payment);
        let now_cheated = self.delivered.iter().filter(|(_, delivery)| !delivery.cheated);
        let now_cheated = now_cheated.filter(|(payment, delivery)| is_cheated(**payment, delivery.coin));
        for (payment, delivery) in
            now_cheated.map(|(payment, delivery)| (*payment, *delivery)).collect::<Vec<_>>()
        {
            self.delivered.insert(payment, Delivery { cheated: true, ..delivery });
            cx.note(phrase!("note.cheated", hash = payment));
        }
    }

    /// After a restart: what the disk has deep enough was delivered before.
    pub(super) fn recall_deliveries(&mut self, cx: &Context<'_, Bitcoin>) {
        let due = self.due(cx);
        self.delivered.extend(due);
    }

    fn due(&self, cx: &Context<'_, Bitcoin>) -> Vec<(Hash, Delivery)> {
        let deep = (self.chain.height() + 1).saturating_sub(cx.settings().count("confirmations"));
        let payments = self.chain.payments_back_from(self.chain.tip());
        payments
            .filter(|(id, payment, height)| {
                payment.to == self.me
                    && payment.from != self.me
                    && *height <= deep
                    && !self.has_delivered(*id)
            })
            .map(|(id, payment, _)| (id, Delivery { coin: payment.coin, cheated: false }))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_documented() {
        let read = |text| Wish::read(text, |name| (name == "m5").then_some(4));
        assert_eq!(read("pay m5"), Some(Wish::Pay(4)));
        assert_eq!(read(" double spend m5"), Some(Wish::DoubleSpend(4)));
        for wrong in ["", "pay", "pay m9", "pay m5 m5", "double m5", "spend m5"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
