//! SHA-256, for protocols that name things by their hashes or sign with them.

use sha2::block_api::compress256;

/// The state in which SHA-256 begins: the fractional parts of the square roots of the first eight primes.
const BEGINNING: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The SHA-256 of a message: pads it as FIPS 180-4 says and compresses it block by block. The library's own way of taking a message in
/// is many times as slow where it is not optimised, as in tests, and larger in the page.
pub fn sha_256(mut message: Vec<u8>) -> [u8; 32] {
    let length = message.len();
    message.push(0x80);
    message.resize((length + 9).next_multiple_of(64), 0);
    let end = message.len() - 8;
    message[end..].copy_from_slice(&(length as u64 * 8).to_be_bytes());
    let mut state = BEGINNING;
    compress256(&mut state, message.as_chunks().0);
    let mut digest = [0; 32];
    for (place, word) in digest.chunks_exact_mut(4).zip(state) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

/// The beginning of the SHA-256 of a secret and a message: who does not have the secret cannot make it.
pub fn keyed_hash(secret: &[u8], message: &[u8]) -> u64 {
    first_bits(&sha_256([secret, message].concat()))
}

/// The first eight bytes, or as many as there are, as a number.
pub fn first_bits(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_secret_or_another_message_is_another_hash() {
        let hash = keyed_hash(b"mine", b"attack");
        assert!(keyed_hash(b"thine", b"attack") != hash && keyed_hash(b"mine", b"attacl") != hash);
        assert_eq!(hash, u64::from_be_bytes(*sha_256(b"mineattack".to_vec()).first_chunk().unwrap()));
    }

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
}
