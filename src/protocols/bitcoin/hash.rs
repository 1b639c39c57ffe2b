//! Hashes: SHA-256, twice.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::compress256;
use sha2::digest::generic_array::GenericArray;

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
        self.0.iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte))
    }

    /// Whether it begins with one zero digit, which one try in sixteen has. The real difficulty asks for some twenty.
    pub fn has_work(self) -> bool {
        self.0[0] >> 4 == 0
    }
}

/// The state in which SHA-256 begins: the fractional parts of the square roots of the first eight primes.
const BEGINNING: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Pads a message as FIPS 180-4 says and compresses it block by block. The library's own way of taking a message in is many times as
/// slow where it is not optimised, as in tests, and larger in the page.
fn sha_256(mut message: Vec<u8>) -> [u8; 32] {
    let length = message.len();
    message.push(0x80);
    message.resize((length + 9).next_multiple_of(64), 0);
    let end = message.len() - 8;
    message[end..].copy_from_slice(&(length as u64 * 8).to_be_bytes());
    let mut state = BEGINNING;
    for block in message.chunks_exact(64) {
        compress256(&mut state, std::slice::from_ref(GenericArray::from_slice(block)));
    }
    let mut digest = [0; 32];
    for (place, word) in digest.chunks_exact_mut(4).zip(state) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    digest
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

    /// Messages of every length about a block's, against the library's own digest.
    #[test]
    fn messages_are_padded_as_the_standard_says() {
        use sha2::{Digest, Sha256};
        for length in 0..200 {
            let message: Vec<u8> = (0..length).collect();
            let expected: [u8; 32] = Sha256::digest(&message).into();
            assert_eq!(sha_256(message), expected, "{length}");
        }
    }

    /// The digest of “hello”, hashed twice, as it is told everywhere.
    #[test]
    fn it_is_the_double_sha_256() {
        let hash = Hash::of(&[b"hel", b"lo"]);
        assert_eq!(format!("{hash:?}"), "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50");
        assert_eq!(hash.to_string(), "9595c");
        assert!(!hash.has_work());
    }
}
