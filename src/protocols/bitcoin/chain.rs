//! The blocks that a miner knows in whole, and the longest chain of them. A block is let in only once it has been checked in full, so
//! there is no other ledger than the chain itself.

use std::sync::Arc;

use crate::sim::time::Time;
use crate::sorted::Map;

use super::block::{Block, Flaw, Transaction};
use super::hash::Hash;

/// How many coins each miner has at the beginning.
pub const FIRST_COINS: u8 = 4;

/// A tree of blocks that grows from the first block, and the tip of the chain that stands.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The block that everybody knows from the beginning.
    genesis: Hash,
    /// The coins that it makes, and whose they are.
    first_coins: Arc<Map<Hash, u32>>,
    blocks: Map<Hash, Arc<Stored>>,
    tip: Hash,
    /// When a block was last let in.
    newest: Time,
}

/// A block that was checked, with what follows from its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Stored {
    /// The block.
    pub block: Block,
    /// How many blocks lie between it and the first one, itself included: its work, at constant difficulty.
    pub height: u64,
    /// When it was let in.
    pub since: Time,
    /// The hashes of its payments.
    ids: Vec<Hash>,
}

/// What a miner goes over to when its tip moves: blocks, the newest first.
#[derive(Debug, Default)]
pub struct Change {
    /// Those of its old chain that are not on the new one.
    pub left: Vec<Arc<Stored>>,
    /// Those of its new chain that were not on the old one.
    pub joined: Vec<Arc<Stored>>,
}

impl Stored {
    /// Its payments with their hashes, in their order.
    pub fn payments(&self) -> impl DoubleEndedIterator<Item = (Hash, &Transaction)> {
        self.ids.iter().copied().zip(&self.block.transactions)
    }
}

impl Default for Chain {
    fn default() -> Chain {
        Chain::new(&[])
    }
}

impl Chain {
    /// The first block alone, which gives each of these miners its first coins.
    pub fn new(miners: &[u32]) -> Chain {
        let coin = |miner: &u32, index: u8| Hash::of(&[b"first coin", &miner.to_be_bytes(), &[index]]);
        let coins = miners.iter().flat_map(|miner| (0..FIRST_COINS).map(move |n| (coin(miner, n), *miner)));
        let first_coins: Map<Hash, u32> = coins.collect();
        let names: Vec<&[u8]> = first_coins.keys().map(Hash::bytes).collect();
        let genesis = Hash::of(&names);
        Chain {
            genesis,
            first_coins: Arc::new(first_coins),
            blocks: Map::new(),
            tip: genesis,
            newest: Time::ZERO,
        }
    }

    /// The last block of the chain that stands.
    pub fn tip(&self) -> Hash {
        self.tip
    }

    /// How many blocks the chain that stands has beyond the first one.
    pub fn height(&self) -> u64 {
        self.height_of(self.tip)
    }

    /// The same of the chain that ends in this block.
    pub fn height_of(&self, block: Hash) -> u64 {
        self.blocks.get(&block).map_or(0, |stored| stored.height)
    }

    /// The first block of all.
    pub fn genesis(&self) -> Hash {
        self.genesis
    }

    /// All blocks but the first one, on whatever branch, in the order of their hashes.
    pub fn blocks(&self) -> impl Iterator<Item = (Hash, &Arc<Stored>)> {
        self.blocks.iter().map(|(hash, stored)| (*hash, stored))
    }

    /// When a block was last let in.
    pub fn newest(&self) -> Time {
        self.newest
    }

    /// How many that are.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether it has the first block alone.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Whether it has this block.
    pub fn has(&self, block: Hash) -> bool {
        block == self.genesis || self.blocks.contains_key(&block)
    }

    /// A block, unless it is the first one.
    pub fn get(&self, block: Hash) -> Option<&Arc<Stored>> {
        self.blocks.get(&block)
    }

    /// A block and those that it builds on, without the first one, the newest first.
    pub fn back_from(&self, block: Hash) -> impl Iterator<Item = (Hash, &Arc<Stored>)> {
        let mut next = block;
        std::iter::from_fn(move || {
            let (hash, stored) = (next, self.blocks.get(&next)?);
            next = stored.block.parent;
            Some((hash, stored))
        })
    }

    /// The payments of the chain that ends in this block, the newest first, each with its hash and height.
    pub fn payments_back_from(&self, block: Hash) -> impl Iterator<Item = (Hash, &Transaction, u64)> {
        self.back_from(block)
            .flat_map(|(_, stored)| stored.payments().rev().map(|(id, payment)| (id, payment, stored.height)))
    }

    /// Who may spend a coin on the chain that ends in this block; nobody if it does not exist there or is spent.
    pub fn owner(&self, coin: Hash, block: Hash) -> Option<u32> {
        for (hash, stored) in self.back_from(block) {
            for (id, payment) in stored.payments().rev() {
                if payment.coin == coin {
                    return None;
                }
                if id == coin {
                    return Some(payment.to);
                }
            }
            if hash == coin {
                return Some(stored.block.miner);
            }
        }
        self.first_coins.get(&coin).copied()
    }

    /// The coins that a miner may spend on the chain that stands, the newest first.
    pub fn coins_of(&self, owner: u32) -> Vec<Hash> {
        let (mut coins, mut spent) = (Vec::new(), Vec::new());
        for (hash, stored) in self.back_from(self.tip) {
            for (id, payment) in stored.payments().rev() {
                if payment.to == owner {
                    coins.push(id);
                }
                if payment.from == owner {
                    spent.push(payment.coin);
                }
            }
            if stored.block.miner == owner {
                coins.push(hash);
            }
        }
        coins.extend(self.first_coins.iter().filter(|(_, whose)| **whose == owner).map(|(coin, _)| *coin));
        coins.retain(|coin| !spent.contains(coin));
        coins
    }

    /// How deep a payment lies in the chain that stands: 1 in its last block, 0 if it is not there.
    pub fn confirmations(&self, payment: Hash) -> u64 {
        let found = self.payments_back_from(self.tip).find(|(id, _, _)| *id == payment);
        found.map_or(0, |(_, _, height)| self.height() - height + 1)
    }

    /// Which payment of the chain that stands spends this coin.
    pub fn spender(&self, coin: Hash) -> Option<Hash> {
        self.payments_back_from(self.tip).find(|(_, payment, _)| payment.coin == coin).map(|(id, _, _)| id)
    }

    /// Lets a block in whose parent is here, if each of its payments may be made there; the chain stands that is longest, of equals
    /// the one that was first.
    pub fn add(&mut self, block: Block, now: Time) -> Result<Arc<Stored>, Flaw> {
        let ids: Vec<Hash> = block.transactions.iter().map(Transaction::id).collect();
        self.check_payments(&block, &ids)?;
        let (hash, height) = (block.hash(), self.height_of(block.parent) + 1);
        let stored = Arc::new(Stored { block, height, since: now, ids });
        self.blocks.insert(hash, Arc::clone(&stored));
        self.newest = now;
        if height > self.height() {
            self.tip = hash;
        }
        Ok(stored)
    }

    fn check_payments(&self, block: &Block, ids: &[Hash]) -> Result<(), Flaw> {
        for (index, payment) in block.transactions.iter().enumerate() {
            let before = &block.transactions[..index];
            let spent = before.iter().any(|other| other.coin == payment.coin);
            let made = ids[..index].iter().position(|id| *id == payment.coin).map(|made| before[made].to);
            let owner = made.or_else(|| self.owner(payment.coin, block.parent));
            if spent || owner != Some(payment.from) {
                return Err(Flaw::NotToSpend);
            }
        }
        Ok(())
    }

    /// What lies between two tips.
    pub fn change(&self, old: Hash, new: Hash) -> Change {
        let mut change = Change::default();
        let (mut old, mut new) = (self.get(old), self.get(new));
        loop {
            let (left, joined) = (height(old), height(new));
            match (old, new) {
                (Some(a), Some(b)) if Arc::ptr_eq(a, b) => return change,
                (None, None) => return change,
                (Some(stored), _) if left >= joined => {
                    change.left.push(Arc::clone(stored));
                    old = self.get(stored.block.parent);
                }
                (_, Some(stored)) => {
                    change.joined.push(Arc::clone(stored));
                    new = self.get(stored.block.parent);
                }
                (Some(_), None) => return change,
            }
        }
    }
}

fn height(stored: Option<&Arc<Stored>>) -> u64 {
    stored.map_or(0, |stored| stored.height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mined(chain: &Chain, parent: Hash, miner: u32, payments: Vec<Transaction>) -> Block {
        Block::mined(parent, miner, Time::from_micros(chain.len() as u64), payments).unwrap()
    }

    fn grow(chain: &mut Chain, parent: Hash, payments: Vec<Transaction>) -> Hash {
        let block = mined(chain, parent, 1, payments);
        let hash = block.hash();
        chain.add(block, Time::ZERO).unwrap();
        hash
    }

    #[test]
    fn a_coin_is_spent_once_by_its_owner_on_each_branch() {
        let mut chain = Chain::new(&[0, 1, 2]);
        let coin = chain.coins_of(0)[0];
        let (first, second) = (Transaction::signed(coin, 0, 1), Transaction::signed(coin, 0, 2));
        let genesis = chain.genesis();
        let one = grow(&mut chain, genesis, vec![first]);
        let refused = |payments| {
            let block = mined(&chain, one, 2, payments);
            chain.clone().add(block, Time::ZERO).err()
        };
        assert_eq!(refused(vec![second]), Some(Flaw::NotToSpend), "spent before");
        assert_eq!(refused(vec![Transaction::signed(one, 0, 2)]), Some(Flaw::NotToSpend), "another’s coin");
        let onward = Transaction::signed(first.id(), 1, 2);
        assert_eq!(refused(vec![onward, onward]), Some(Flaw::NotToSpend), "twice in a block");
        assert_eq!(refused(vec![onward, Transaction::signed(onward.id(), 2, 0)]), None, "made and spent");
        // On another branch the coin is unspent.
        let other = grow(&mut chain, genesis, vec![second]);
        assert_eq!((chain.owner(first.id(), one), chain.owner(first.id(), other)), (Some(1), None));
        assert_eq!(chain.owner(second.id(), other), Some(2));
    }

    #[test]
    fn the_longest_chain_stands_and_of_equals_the_first() {
        let mut chain = Chain::new(&[0, 1]);
        let genesis = chain.genesis();
        let coin = chain.coins_of(0)[0];
        let a = grow(&mut chain, genesis, vec![Transaction::signed(coin, 0, 1)]);
        let b = grow(&mut chain, genesis, vec![]);
        assert_eq!((chain.tip(), chain.height()), (a, 1));
        let c = grow(&mut chain, b, vec![]);
        assert_eq!((chain.tip(), chain.height()), (c, 2));
        let change = chain.change(a, c);
        let heights = |blocks: &[Arc<Stored>]| blocks.iter().map(|stored| stored.height).collect::<Vec<_>>();
        assert_eq!((heights(&change.left), heights(&change.joined)), (vec![1], vec![2, 1]));
        assert_eq!(chain.spender(coin), None);
        assert_eq!(chain.coins_of(1).len(), usize::from(FIRST_COINS) + 2);
    }
}
