//! Seals: tags by which the registrar vouches for a name, and which only it and the master can make.

use serde::{Deserialize, Serialize};

use crate::sim::digest::keyed_hash;

/// A hash over a key and a name. Who has the key can make it, and so check it; nobody else can.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Seal(u64);

/// What registrar and master share, and no ally is told.
const KEY: &[u8] = b"7\x1fk\xa3~\x05Q\xd2";

impl Seal {
    /// The seal of a name. Only the registrar asks for it to give it away, and the master to compare.
    pub fn of(name: &str) -> Seal {
        Seal(keyed_hash(KEY, name.as_bytes()))
    }

    /// Whether it is the seal of this name.
    pub fn is_of(self, name: &str) -> bool {
        self == Seal::of(name)
    }

    /// Another tag, which is the seal of nothing that one could find.
    pub(super) fn altered(self) -> Seal {
        Seal(!self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_of_one_name() {
        assert!(Seal::of("a1").is_of("a1"));
        assert!(!Seal::of("a1").is_of("a1.1") && !Seal::of("a1").altered().is_of("a1"));
    }
}
