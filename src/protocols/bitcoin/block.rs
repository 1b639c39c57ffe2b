//! Payments and blocks, and what can be checked of each by itself.

use serde::{Deserialize, Serialize};

use crate::sim::time::Time;
use crate::word;
use crate::words::Key;

use super::hash::Hash;

/// Hands a coin on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Transaction {
    /// The coin: the hash of the payment or the block that made it.
    pub coin: Hash,
    /// The number of the miner who pays.
    pub from: u32,
    /// The number of the miner who is paid.
    pub to: u32,
    signature: u64,
}

impl Transaction {
    /// A payment, signed by who pays. Only the payer's own wallet calls this for it.
    pub fn signed(coin: Hash, from: u32, to: u32) -> Transaction {
        let unsigned = Transaction { coin, from, to, signature: 0 };
        Transaction { signature: unsigned.signature_of_payer(), ..unsigned }
    }

    /// Its hash. The coin that it makes has the same name.
    pub fn id(&self) -> Hash {
        Hash::of(&[self.coin.bytes(), &self.from.to_be_bytes(), &self.to.to_be_bytes()])
    }

    /// Whether the payer signed exactly this.
    pub fn is_signed(&self) -> bool {
        self.signature == self.signature_of_payer()
    }

    /// A stand-in for a public-key signature: a hash with a secret of the payer. To check one is to make it again, which no real
    /// checker could do, and no code here does for any other purpose.
    fn signature_of_payer(&self) -> u64 {
        let secret = Hash::of(&[b"secret key of", &self.from.to_be_bytes()]);
        Hash::of(&[secret.bytes(), self.id().bytes()]).first_bits()
    }
}

/// Payments that are confirmed together, and a new coin for who found it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Block {
    /// The block that it extends.
    pub parent: Hash,
    /// The root of the Merkle tree over the rest of what it holds.
    root: Hash,
    /// When its miner found it, in microseconds.
    time: u64,
    /// What makes its hash a proof of work.
    nonce: u32,
    /// The number of its miner.
    pub miner: u32,
    /// The payments, in an order in which they can be made.
    pub transactions: Vec<Transaction>,
}

/// What is wrong with a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// Its hash proves no work.
    NoWork,
    /// Its payments are not those that its hash covers.
    WrongRoot,
    /// A payment is not signed by who pays.
    NotSigned,
    /// A payment spends what is spent already, or not the payer's.
    NotToSpend,
}

impl Flaw {
    /// In words.
    pub fn name(self) -> Key {
        match self {
            Flaw::NoWork => word!("flaw.no-work"),
            Flaw::WrongRoot => word!("flaw.wrong-root"),
            Flaw::NotSigned => word!("flaw.not-signed"),
            Flaw::NotToSpend => word!("flaw.not-to-spend"),
        }
    }
}

impl Block {
    /// A block with its proof of work; none if no nonce gives one, which does not happen.
    pub fn mined(parent: Hash, miner: u32, now: Time, transactions: Vec<Transaction>) -> Option<Block> {
        let root = root(miner, &transactions);
        let mut block = Block { parent, root, time: now.as_micros(), nonce: 0, miner, transactions };
        while !block.hash().has_work() {
            block.nonce = block.nonce.checked_add(1)?;
        }
        Some(block)
    }

    /// The hash of its header, which is its name and proves its work. The coin that it makes has the same name.
    pub fn hash(&self) -> Hash {
        let (time, nonce) = (self.time.to_be_bytes(), self.nonce.to_be_bytes());
        Hash::of(&[self.parent.bytes(), self.root.bytes(), &time, &nonce])
    }

    /// Checks what can be checked without its chain.
    pub fn check(&self) -> Result<(), Flaw> {
        if !self.hash().has_work() {
            return Err(Flaw::NoWork);
        }
        if self.root != root(self.miner, &self.transactions) {
            return Err(Flaw::WrongRoot);
        }
        let signed = self.transactions.iter().all(Transaction::is_signed);
        if signed { Ok(()) } else { Err(Flaw::NotSigned) }
    }
}

/// The root of the Merkle tree over the coin for the miner and the payments. A level of odd length repeats its last hash.
fn root(miner: u32, transactions: &[Transaction]) -> Hash {
    let reward = Hash::of(&[b"new coin for", &miner.to_be_bytes()]);
    let mut level = vec![reward];
    level.extend(transactions.iter().map(Transaction::id));
    while level.len() > 1 {
        let pair = |pair: &[Hash]| Hash::of(&[pair[0].bytes(), pair[pair.len() - 1].bytes()]);
        level = level.chunks(2).map(pair).collect();
    }
    level[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> Block {
        let payments = (0..4).map(|n: u8| Transaction::signed(Hash::of(&[&[n]]), 0, 1)).collect();
        Block::mined(Hash::of(&[b"parent"]), 2, Time::ZERO, payments).unwrap()
    }

    #[test]
    fn whatever_is_changed_is_found() {
        assert_eq!(block().check(), Ok(()));
        let mut other_miner = block();
        other_miner.miner = 3;
        assert_eq!(other_miner.check(), Err(Flaw::WrongRoot));
        let mut one_less = block();
        one_less.transactions.pop();
        assert_eq!(one_less.check(), Err(Flaw::WrongRoot));
        let mut unsigned = block();
        unsigned.transactions[1].signature ^= 1;
        assert_eq!(unsigned.check(), Err(Flaw::NotSigned));
        let works = |nonce| Block { nonce, ..block() }.hash().has_work();
        let idle = (0..).find(|nonce| !works(*nonce)).unwrap();
        assert_eq!(Block { nonce: idle, ..block() }.check(), Err(Flaw::NoWork));
    }
}
