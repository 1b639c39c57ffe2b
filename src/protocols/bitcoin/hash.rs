//! Hashes: SHA-256, twice.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sim::digest::{self, sha_256};

/// The name of a block, a payment or a coin: the hash of what it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of these pieces, one after the other.
    pub fn of(pieces: &[&[u8]]) -> Hash {
        Hash(sha_256(sha_256(pieces.concat()).to_vec()))
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its first eight bytes as a number.
    pub fn first_bits(self) -> u64 {
        digest::first_bits(&self.0)
    }

    /// Whether it begins with one zero digit, which one try in sixteen has. The real difficulty asks for some twenty.
    pub fn has_work(self) -> bool {
        self.0[0] >> 4 == 0
    }
}

/// Its first five digits.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05x}", self.first_bits() >> 44)
    }
}

/// All its digits.
impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digest of “hello”, hashed twice, as it is told everywhere.
    #[test]
    fn it_is_the_double_sha_256() {
        let hash = Hash::of(&[b"hel", b"lo"]);
        assert_eq!(format!("{hash:?}"), "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50");
        assert_eq!(hash.to_string(), "9595c");
        assert!(!hash.has_work());
    }
}
