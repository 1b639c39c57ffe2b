//! Seals: tags by which the registrar vouches for a name, and which only it and the master can make.

use serde::{Deserialize, Serialize};
use sha2::compress256;
use sha2::digest::generic_array::GenericArray;

/// The first 64 bits of SHA-256 over a key and a name. Who has the key can make it, and so check it; nobody else can.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Seal(u64);

/// What registrar and master share, and no ally is told.
const KEY: [u8; 8] = *b"7\x1fk\xa3~\x05Q\xd2";

/// How long a block of SHA-256 is, in bytes.
const BLOCK: usize = 64;
/// How much of a name is covered, so that key, name, its padding and its length fill one block. No name is longer.
const NAME: usize = 40;

/// The state in which SHA-256 begins.
const BEGINNING: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

impl Seal {
    /// The seal of a name. Only the registrar asks for it to give it away, and the master to compare.
    pub fn of(name: &str) -> Seal {
        let name = &name.as_bytes()[..name.len().min(NAME)];
        let mut block = [0; BLOCK];
        let end = KEY.len() + name.len();
        block[..KEY.len()].copy_from_slice(&KEY);
        block[KEY.len()..end].copy_from_slice(name);
        // The padding of FIPS 180-4 for a message that fits in a block: a one, noughts, and the length in bits.
        block[end] = 0x80;
        block[BLOCK - 8..].copy_from_slice(&(end as u64 * 8).to_be_bytes());
        let mut state = BEGINNING;
        compress256(&mut state, &[*GenericArray::from_slice(&block)]);
        Seal(u64::from(state[0]) << 32 | u64::from(state[1]))
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
    use sha2::{Digest, Sha256};

    #[test]
    fn seals_are_beginnings_of_sha_256() {
        for name in ["a", "a1.20", "a_name_that_is_exactly_forty_characters_"] {
            let digest = Sha256::digest([&KEY[..], name.as_bytes()].concat());
            assert_eq!(Seal::of(name).0.to_be_bytes(), digest[..8], "{name}");
        }
    }

    #[test]
    fn a_seal_is_of_one_name() {
        assert!(Seal::of("a1").is_of("a1"));
        assert!(!Seal::of("a1").is_of("a1.1") && !Seal::of("a1").altered().is_of("a1"));
    }
}
