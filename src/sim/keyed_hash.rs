//! SipHash-2-4: a hash that only those can make who know its key (J.-P. Aumasson, D. J. Bernstein: *SipHash: a fast short-input PRF*,
//! 2012). Protocols seal with it what nobody else may be able to say. It is small, and its seals are eight bytes.

/// The hash of these bytes under this key.
pub fn keyed_hash(key: [u64; 2], bytes: &[u8]) -> u64 {
    let mut state = State([
        key[0] ^ 0x736f_6d65_7073_6575,
        key[1] ^ 0x646f_7261_6e64_6f6d,
        key[0] ^ 0x6c79_6765_6e65_7261,
        key[1] ^ 0x7465_6462_7974_6573,
    ]);
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().for_each(|word| state.take(u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    last[7] = bytes.len() as u8;
    state.take(u64::from_le_bytes(last));
    state.0[2] ^= 0xff;
    (0..4).for_each(|_| state.round());
    state.0.iter().fold(0, |hash, word| hash ^ word)
}

struct State([u64; 4]);

impl State {
    fn take(&mut self, word: u64) {
        self.0[3] ^= word;
        self.round();
        self.round();
        self.0[0] ^= word;
    }

    fn round(&mut self) {
        let [mut a, mut b, mut c, mut d] = self.0;
        a = a.wrapping_add(b);
        b = b.rotate_left(13) ^ a;
        c = c.wrapping_add(d);
        d = d.rotate_left(16) ^ c;
        a = a.rotate_left(32).wrapping_add(d);
        d = d.rotate_left(21) ^ a;
        c = c.wrapping_add(b);
        b = b.rotate_left(17) ^ c;
        c = c.rotate_left(32);
        self.0 = [a, b, c, d];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_hash_of_the_paper() {
        // Appendix A: the key is the bytes 0 to 15, the message the bytes 0 to 14.
        let key = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];
        let message: Vec<u8> = (0..15).collect();
        assert_eq!(keyed_hash(key, &message), 0xa129_ca61_49be_45e5);
    }

    #[test]
    fn another_key_or_another_bit_is_another_hash() {
        let hash = keyed_hash([1, 2], b"attack");
        assert!(keyed_hash([1, 3], b"attack") != hash && keyed_hash([1, 2], b"attacl") != hash);
    }
}
