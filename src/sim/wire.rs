//! What is on the wire: bytes, framed so that a receiver can tell damage.
//!
//! A frame is the two-byte number of its protocol, the message in postcard, and a CRC-32 over both (the polynomial of
//! Ethernet). A protocol that wants its own checksum, or none, encodes itself: see [`super::process::Message::encode`].

use std::sync::LazyLock;

use crc::{CRC_32_ISO_HDLC, Crc};
use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use smallvec::SmallVec;

/// The bytes of one message. Short ones, which most are, need no allocation.
pub type Bytes = SmallVec<[u8; 32]>;

/// How long the checksum at a frame's end is, in bytes.
const CHECKSUM_BYTES: usize = 4;
/// How long the protocol's number at a frame's start is, in bytes.
const TAG_BYTES: usize = 2;

/// The checksum, with a table of one kilobyte: faster ones weigh sixteen times as much. It is made when it is first needed, so that it
/// is not on the way to the page, where nothing could compress it.
static CHECKSUM: LazyLock<Crc<u32>> =
    LazyLock::new(|| Crc::<u32>::new(std::hint::black_box(&CRC_32_ISO_HDLC)));

/// The CRC-32 of these bytes, for frames and for whatever else must be told from its damaged self.
pub fn checksum(bytes: &[u8]) -> u32 {
    CHECKSUM.checksum(bytes)
}

/// Encodes a message and frames it for the protocol with this number.
pub fn frame(tag: u16, message: &impl Serialize) -> Bytes {
    let mut bytes = Bytes::new();
    bytes.extend_from_slice(&tag.to_le_bytes());
    // Only a type that serde cannot describe fails here, a mistake that every test of its protocol shows at once.
    postcard::serialize_with_flavor(message, After(&mut bytes))
        .expect("a message type that postcard can encode");
    let checksum = CHECKSUM.checksum(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    bytes
}

/// Puts what is encoded after what is there. The encoder's own way moves the bytes about: to read at once what was just written byte by
/// byte makes a processor wait.
struct After<'a>(&'a mut Bytes);

impl Flavor for After<'_> {
    type Output = ();

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(data);
        Ok(())
    }

    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.0.push(data);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Takes a frame of the protocol with this number apart; `None` if the checksum, the number or the content is wrong.
pub fn unframe<M: DeserializeOwned>(tag: u16, bytes: &[u8]) -> Option<M> {
    let (content, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM_BYTES)?)?;
    if CHECKSUM.checksum(content).to_le_bytes() != checksum || read_tag(content)? != tag {
        return None;
    }
    match postcard::take_from_bytes(&content[TAG_BYTES..]) {
        Ok((message, [])) => Some(message),
        _ => None,
    }
}

/// The number of the protocol that a frame says it belongs to.
pub fn read_tag(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk::<TAG_BYTES>().map(|tag| u16::from_le_bytes(*tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_whole_and_any_flipped_bit_is_noticed() {
        let message = ("put".to_owned(), 7u32);
        let bytes = frame(300, &message);
        assert_eq!(unframe(300, &bytes), Some(message));
        assert_eq!(unframe::<(String, u32)>(301, &bytes), None);
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(unframe::<(String, u32)>(300, &damaged), None, "bit {bit}");
        }
    }

    #[test]
    fn rubbish_is_refused() {
        for length in 0..12 {
            assert_eq!(unframe::<u64>(0, &vec![0xff; length]), None);
        }
    }
}
