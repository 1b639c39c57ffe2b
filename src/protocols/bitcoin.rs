//! Bitcoin: miners who trust nobody keep one history of payments (S. Nakamoto: *Bitcoin: a peer-to-peer electronic cash
//! system*, 2008).
//!
//! - **Coins** (section 2). A coin is a chain of payments: each names the coin that it spends, by the hash of the payment or block
//!   that made it, and hands it on whole. Who pays signs. Every miner begins with some coins, and every block makes one for its miner.
//! - **Gossip** (section 5). Miners announce what they have to their neighbours (`inv`), are asked for what is new (`getdata`), and
//!   hand it over (`tx`, `block`). A block whose parent is unknown is an orphan: its parent is asked for. Now and then each
//!   announces its tip and its waiting payments anew, for here messages get lost.
//! - **Blocks** (section 4) name their parent by its hash, commit to their payments by the root of a Merkle tree, and carry a proof of
//!   work. Hashes are SHA-256, twice. A miner checks every block in full before it counts: work, root, signatures, and that each
//!   coin exists and is unspent on the chain that the block extends.
//! - **Mining.** *When* a miner finds a block is drawn from an exponential distribution with its share of the hash power as its
//!   rate. A search by trial has that distribution, and no memory, so the draw begins anew with every new tip. The nonce is then
//!   searched for in earnest, but for one leading zero digit: sixteen tries on average. Difficulty is constant.
//! - **The longest chain** stands, which at constant difficulty is the one with the most work; of equals the one seen first. When
//!   another branch becomes longer, a miner reorganises: the blocks that it leaves are discarded, and their payments wait to be
//!   confirmed again, unless the new chain has spent their coins otherwise.
//! - **Confirmations.** Who is paid hands the goods over once the payment is `confirmations` blocks deep, its own block included.
//! - **The double spend** (section 11). The attacker mines in secret on the tip a block in which it pays itself, and only once it has
//!   that block pays the merchant in public with the same coin. When the merchant has its confirmations and the secret branch is
//!   longer than the public chain, it publishes the branch; when it is `gives-up-behind` blocks behind, it gives up. One block in
//!   advance and one block more than the others come to the same as no block and a draw, which is how the paper counts; see M. Rosenfeld:
//!   *Analysis of hashrate-based double-spending*, 2012, and [`odds`].
//!
//! Blocks are written to the disk and synced; nothing waits for that. A miner that restarts knows what was synced and asks its
//! neighbours for the rest; its waiting payments and an attack under way are forgotten.
//!
//! Requests of a miner's user:
//!
//! ```text
//! request = "pay" miner                pay m5
//!         | "double spend" miner       double spend m5
//! ```

mod block;
mod chain;
mod figures;
mod hash;
mod miner;
pub mod odds;
mod properties;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;

pub use block::{Block, Transaction};
pub use chain::{Chain, Stored};
pub use hash::Hash;
pub use miner::Miner;

/// Miners with a chain of blocks.
pub static BITCOIN: Protocol = Protocol {
    name: Bitcoin::PROTOCOL,
    roles: &[Role::of::<Miner>("miner", Icon::Miner, SETTINGS)],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Bitcoin>,
};

const HOUR: Duration = Duration::secs(3_600);

const SETTINGS: &[Setting] = &[
    // The share of the hash power that `block-time` is reckoned with.
    Setting { name: "power", kind: Kind::Probability, default: "10%" },
    // The mean time between blocks of the whole hash power.
    Setting { name: "block-time", kind: Kind::Duration(Duration::millis(1), HOUR), default: "5s" },
    Setting { name: "confirmations", kind: Kind::Count(1, 100), default: "2" },
    Setting { name: "gives-up-behind", kind: Kind::Count(1, 1_000), default: "5" },
    // How often the miner's user pays somebody by themselves; 0s is never.
    Setting { name: "pays-every", kind: Kind::Duration(Duration::ZERO, HOUR), default: "0s" },
    Setting { name: "announces-every", kind: Kind::Duration(Duration::millis(1), HOUR), default: "4s" },
];

/// What miners say to each other.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Bitcoin {
    /// I have these.
    Inv {
        /// What, by its hash.
        items: Vec<Item>,
    },
    /// Send me these.
    GetData {
        /// What, by its hash.
        items: Vec<Item>,
    },
    /// A payment that was asked for.
    Tx(Transaction),
    /// A block that was asked for.
    Block(Block),
}

/// Something that miners pass on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Item {
    /// A payment.
    Transaction(Hash),
    /// A block.
    Block(Hash),
}

impl Item {
    fn hash_mut(&mut self) -> &mut Hash {
        match self {
            Item::Transaction(hash) | Item::Block(hash) => hash,
        }
    }
}

impl Message for Bitcoin {
    const PROTOCOL: &'static str = "bitcoin";

    fn label(&self) -> String {
        match self {
            Bitcoin::Inv { items } => format!("inv {}", list(items)),
            Bitcoin::GetData { items } => format!("getdata {}", list(items)),
            Bitcoin::Tx(transaction) => format!("tx {}", transaction.id()),
            Bitcoin::Block(block) => format!("block {}", block.hash()),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Bitcoin::Inv { .. } => Sort::Beat,
            Bitcoin::GetData { .. } => Sort::Request,
            Bitcoin::Tx(_) | Bitcoin::Block(_) => Sort::Reply,
        }
    }

    /// A liar announces what there is not, or turns a payment to itself or to somebody else. It can neither sign for the payer nor
    /// do the work anew, so whoever checks finds out. In a block without payments there is nothing to turn.
    fn forge(&self, rng: &mut Rng) -> Option<Bitcoin> {
        let mut lie = self.clone();
        match &mut lie {
            Bitcoin::Inv { items } => *items.first_mut()?.hash_mut() = Hash::of(&[&rng.bits().to_be_bytes()]),
            Bitcoin::GetData { .. } => return None,
            Bitcoin::Tx(transaction) => transaction.to = turned(transaction.to, rng),
            Bitcoin::Block(block) => {
                let payment = block.transactions.first_mut()?;
                payment.to = turned(payment.to, rng);
            }
        }
        Some(lie)
    }
}

/// Another payee.
fn turned(to: u32, rng: &mut Rng) -> u32 {
    to ^ (1 + rng.below(3) as u32)
}

/// The first of several, and how many more.
fn list(items: &[Item]) -> String {
    match items {
        [] => "–".to_owned(),
        [Item::Transaction(hash) | Item::Block(hash)] => hash.to_string(),
        [Item::Transaction(hash) | Item::Block(hash), more @ ..] => format!("{hash} +{}", more.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::time::Time;

    /// Whatever a liar makes of a payment or a block is refused by who checks it.
    #[test]
    fn a_forgery_is_another_message_and_does_not_stand() {
        let mut rng = Rng::stream(1, "lies");
        let payment = Transaction::signed(Hash::of(&[b"coin"]), 0, 3);
        let block = Block::mined(Hash::of(&[b"parent"]), 1, Time::ZERO, vec![payment]).unwrap();
        assert!(payment.is_signed() && block.check().is_ok());
        for _ in 0..20 {
            let Some(Bitcoin::Tx(forged)) = Bitcoin::Tx(payment).forge(&mut rng) else { panic!() };
            assert!(forged != payment && !forged.is_signed());
            let Some(Bitcoin::Block(forged)) = Bitcoin::Block(block.clone()).forge(&mut rng) else {
                panic!()
            };
            assert!(forged != block && forged.check().is_err());
        }
        let empty = Block::mined(Hash::of(&[b"parent"]), 1, Time::ZERO, vec![]).unwrap();
        assert_eq!(Bitcoin::Block(empty).forge(&mut rng), None);
    }

    #[test]
    fn labels_name_the_first_and_count_the_rest() {
        let item = |name: &[u8]| Item::Block(Hash::of(&[name]));
        let first = Hash::of(&[b"a"]);
        let inv = |items| Bitcoin::Inv { items }.label();
        assert_eq!(inv(vec![]), "inv –");
        assert_eq!(inv(vec![item(b"a")]), format!("inv {first}"));
        assert_eq!(inv(vec![item(b"a"), item(b"b"), item(b"c")]), format!("inv {first} +2"));
    }
}
