//! The key exchange, the host key and the records: RFC 8731, 8032 and 8439 in the shapes that this tunnel uses them in.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, Tag};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};

use crate::sim::digest::sha_256;
use crate::sim::random::Rng;

/// How many bytes a record has more than what it holds.
const TAG_BYTES: usize = 16;

/// A host's secret key, and what others know it by.
#[derive(Clone, Debug)]
pub struct HostKey(SigningKey);

/// The key of the host of this name.
pub fn host_key(name: &str) -> HostKey {
    HostKey(SigningKey::from_bytes(&digest(&[b"host key of ", name.as_bytes()])))
}

impl HostKey {
    /// What is handed to those who are to know the host.
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Its signature of an exchange, of 64 bytes.
    pub fn sign(&self, exchange: &[u8; 32]) -> Vec<u8> {
        self.0.sign(exchange).to_bytes().to_vec()
    }
}

/// Whether the holder of this host key has signed this exchange.
pub fn is_signed(host_key: &[u8; 32], exchange: &[u8; 32], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_bytes(host_key), Signature::from_slice(signature))
    else {
        return false;
    };
    key.verify_strict(exchange, &signature).is_ok()
}

/// What one end keeps to itself during an exchange.
#[derive(Clone, Debug)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one.
    pub fn draw(rng: &mut Rng) -> Secret {
        let mut bytes = [0; 32];
        for word in bytes.chunks_exact_mut(8) {
            word.copy_from_slice(&rng.bits().to_le_bytes());
        }
        Secret(bytes)
    }

    /// What the other end is shown.
    pub fn public(&self) -> [u8; 32] {
        x25519(self.0, X25519_BASEPOINT_BYTES)
    }

    /// What both ends come to, and nobody else; nothing if the other's part is one of the few that would give the secret away.
    pub fn shared_with(&self, public: [u8; 32]) -> Option<[u8; 32]> {
        let shared = x25519(self.0, public);
        (shared != [0; 32]).then_some(shared)
    }
}

/// What an exchange comes to.
#[derive(Clone, Debug)]
pub struct Keys {
    /// What the host key signs: everything that was exchanged, and the secret.
    pub exchange: [u8; 32],
    /// For what the terminal says.
    pub of_terminal: Sealer,
    /// For what the server says.
    pub of_server: Sealer,
}

impl Keys {
    /// The keys that follow from both public parts, the host key and the shared secret.
    pub fn new(terminal: &[u8; 32], server: &[u8; 32], host_key: &[u8; 32], shared: &[u8; 32]) -> Keys {
        let exchange = digest(&[terminal, server, host_key, shared]);
        let sealer = |letter: &[u8]| Sealer { key: digest(&[shared, &exchange, letter]), next: 0 };
        // The letters are those of RFC 4253, section 7.2.
        Keys { exchange, of_terminal: sealer(b"C"), of_server: sealer(b"D") }
    }
}

/// Seals or opens the records of one way, in their order.
#[derive(Clone, Debug)]
pub struct Sealer {
    key: [u8; 32],
    next: u64,
}

/// What came of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Opened {
    /// It is whole and next in order: what it holds.
    Whole(Vec<u8>),
    /// It was not sealed like this, not under this key, or not at this place.
    Refused,
}

impl Sealer {
    /// Seals the next record.
    pub fn seal(&mut self, content: &[u8]) -> Vec<u8> {
        let (cipher, nonce) = self.turn();
        let mut record = content.to_vec();
        // Only a content of 256 GiB fails.
        if let Ok(tag) = cipher.encrypt_inout_detached(&nonce, &[], record.as_mut_slice().into()) {
            record.extend_from_slice(&tag);
        }
        record
    }

    /// Opens the next record. After one that was refused nothing fits any more.
    pub fn open(&mut self, record: &[u8]) -> Opened {
        let (cipher, nonce) = self.turn();
        let Some((content, tag)) = record.len().checked_sub(TAG_BYTES).map(|at| record.split_at(at)) else {
            return Opened::Refused;
        };
        let mut content = content.to_vec();
        let Ok(tag) = Tag::try_from(tag) else { return Opened::Refused };
        match cipher.decrypt_inout_detached(&nonce, &[], content.as_mut_slice().into(), &tag) {
            Ok(()) => Opened::Whole(content),
            Err(_) => Opened::Refused,
        }
    }

    /// The cipher, and the number of the record that is next.
    fn turn(&mut self) -> (ChaCha20Poly1305, Nonce) {
        let mut nonce = Nonce::default();
        nonce[4..].copy_from_slice(&self.next.to_be_bytes());
        self.next += 1;
        (ChaCha20Poly1305::new(&self.key.into()), nonce)
    }
}

fn digest(pieces: &[&[u8]]) -> [u8; 32] {
    sha_256(pieces.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange() -> (Keys, Keys, HostKey) {
        let mut rng = Rng::stream(1, "secrets");
        let (ours, theirs, host) = (Secret::draw(&mut rng), Secret::draw(&mut rng), host_key("bob"));
        let keys = |secret: &Secret, other: &Secret| {
            let shared = secret.shared_with(other.public()).unwrap();
            Keys::new(&ours.public(), &theirs.public(), &host.public(), &shared)
        };
        (keys(&ours, &theirs), keys(&theirs, &ours), host)
    }

    #[test]
    fn both_ends_come_to_the_same_keys_and_the_host_key_signs_them() {
        let (ours, theirs, host) = exchange();
        assert_eq!((ours.exchange, ours.of_server.key), (theirs.exchange, theirs.of_server.key));
        assert_ne!(ours.of_terminal.key, ours.of_server.key);
        let signature = host.sign(&ours.exchange);
        assert!(is_signed(&host.public(), &ours.exchange, &signature));
        assert!(!is_signed(&host_key("eve").public(), &ours.exchange, &signature));
        assert!(!is_signed(&host.public(), &[0; 32], &signature));
        assert!(!is_signed(&host.public(), &ours.exchange, &signature[1..]));
    }

    #[test]
    fn a_part_that_gives_every_secret_away_is_not_taken() {
        assert_eq!(Secret::draw(&mut Rng::stream(1, "secrets")).shared_with([0; 32]), None);
    }

    #[test]
    fn every_flipped_bit_of_a_record_is_refused() {
        let (ours, theirs, _) = exchange();
        let record = ours.of_terminal.clone().seal(b"meet me at noon");
        assert!(!record.windows(4).any(|bytes| bytes == b"noon"));
        assert_eq!(theirs.of_terminal.clone().open(&record), Opened::Whole(b"meet me at noon".to_vec()));
        for bit in 0..record.len() * 8 {
            let mut damaged = record.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(theirs.of_terminal.clone().open(&damaged), Opened::Refused, "bit {bit}");
        }
        for length in 0..record.len() {
            assert_eq!(theirs.of_terminal.clone().open(&record[..length]), Opened::Refused);
        }
    }

    #[test]
    fn a_record_fits_only_once_and_only_its_way() {
        let (mut ours, theirs, _) = exchange();
        let (first, second) = (ours.of_terminal.seal(b"one"), ours.of_terminal.seal(b"two"));
        let mut opener = theirs.of_terminal.clone();
        assert_eq!(opener.open(&first), Opened::Whole(b"one".to_vec()));
        assert_eq!(opener.clone().open(&first), Opened::Refused, "a record that is replayed");
        assert_eq!(opener.open(&second), Opened::Whole(b"two".to_vec()));
        assert_eq!(
            theirs.of_terminal.clone().open(&second),
            Opened::Refused,
            "a record that is missing before it"
        );
        assert_eq!(theirs.of_server.clone().open(&first), Opened::Refused, "a record that is sent back");
    }
}
