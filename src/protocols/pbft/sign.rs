//! Digests and signatures: real SHA-256 over the bytes that would be sent.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sim::digest::keyed_hash;
use crate::sim::network::NodeId;
use crate::sim::wire::Bytes;

/// The name of a request or a state: the first eight bytes of its hash. The digest of the null request is nought.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Digest(pub u64);

impl Digest {
    /// The digest of what is sent as these bytes.
    pub fn of(value: &impl Serialize) -> Digest {
        Digest(keyed_hash(&[], &bytes(value)))
    }
}

/// Its first four digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}", self.0 >> 48)
    }
}

/// All its digits.
impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Something that its sender signs.
pub trait Signed: Clone + Serialize {
    /// Who it says has signed it.
    fn signer(&self) -> u32;
    /// The place of the signature.
    fn signature(&mut self) -> &mut u64;

    /// Whether who it says signed exactly this. This is the register of public keys: it makes the signature again, which no real
    /// checker could do, and hands nothing out but yes or no.
    fn is_signed(&self) -> bool {
        let mut again = self.clone();
        Secret(self.signer()).sign(&mut again);
        *again.signature() == *self.clone().signature()
    }
}

/// What a node signs with. Each makes its own and no other: a process from the node that it runs on, a liar from the node that lies.
#[derive(Clone, Copy, Debug, Default)]
pub struct Secret(u32);

impl Secret {
    /// The secret of this node.
    pub fn of(me: NodeId) -> Secret {
        Secret(me.0)
    }

    /// Signs what says that this node sends it: a hash over the secret and all bytes, with nought where the signature stands.
    pub fn sign(self, value: &mut impl Signed) {
        *value.signature() = 0;
        let secret = [b"secret of".as_slice(), &self.0.to_be_bytes()].concat();
        *value.signature() = keyed_hash(&secret, &bytes(value));
    }
}

fn bytes(value: &impl Serialize) -> Bytes {
    // Only a type that serde cannot describe fails here, a mistake that every test shows at once.
    postcard::to_extend(value, Bytes::new()).expect("a type that postcard can encode")
}
