//! The segment: what is on the wire, bit for bit, and its two checksums.
//!
//! ```text
//!  bytes   0–1        2–5               6–9                 10–11    12–13    14–15      16–19    20…
//!          protocol   sequence number   acknowledgment no.  flags    window   Internet   CRC-32   data
//! ```
//!
//! The header is as long as that of RFC 9293. Where that has the ports of both ends it has the number of the protocol, and the CRC-32
//! stands where offset and urgent pointer would. What a router passes on are these very bytes, damage and all: only an end checks them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Message, Sort, protocol_tag};
use crate::sim::random::Rng;
use crate::sim::wire::{self, Bytes};

/// How long a segment without data is, in bytes.
pub const HEADER_BYTES: usize = 20;
/// Where the Internet checksum stands, and the CRC-32.
const INTERNET_AT: usize = 14;
const CRC_AT: usize = 16;

/// A segment.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Segment {
    /// The sequence number of its first byte of data; a SYN has a number itself.
    pub sequence: u32,
    /// The next sequence number that its sender expects, if it has the ACK flag.
    pub acknowledgment: u32,
    /// What it means.
    pub flags: Flags,
    /// How many bytes from the acknowledgment on its sender is willing to take.
    pub window: u16,
    /// The 16-bit Internet checksum over the whole segment.
    pub internet_checksum: u16,
    /// The CRC-32 over all but the two checksums.
    pub crc32: u32,
    /// Part of the stream.
    pub data: Data,
}

/// Control bits, as RFC 9293 numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags(pub u16);

/// Synchronizes sequence numbers: opens a connection.
pub const SYN: Flags = Flags(0x02);
/// Resets the connection.
pub const RST: Flags = Flags(0x04);
/// The acknowledgment number counts.
pub const ACK: Flags = Flags(0x10);
/// Opens the other half of a connection.
pub const SYN_ACK: Flags = Flags(0x12);

/// Bytes of the stream.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Data(pub Vec<u8>);

/// Which checksum an end looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Check {
    /// None: whatever can be read is taken.
    Nothing,
    /// That of TCP (RFC 1071).
    Internet,
    /// That of Ethernet.
    Crc32,
}

/// The words by which [`Check`] is set.
pub const CHECKS: &[&str] = &["none", "internet", "crc32"];

impl Check {
    /// By its word.
    pub fn named(word: &str) -> Check {
        match word {
            "none" => Check::Nothing,
            "internet" => Check::Internet,
            _ => Check::Crc32,
        }
    }
}

impl Segment {
    /// A segment with both checksums right.
    pub fn new(flags: Flags, (sequence, acknowledgment): (u32, u32), window: u16, data: Vec<u8>) -> Segment {
        let data = Data(data);
        let bare = Segment { sequence, acknowledgment, flags, window, internet_checksum: 0, crc32: 0, data };
        bare.sealed()
    }

    /// Whether a checksum agrees with the bytes.
    pub fn passes(&self, check: Check) -> bool {
        match check {
            Check::Nothing => true,
            // With the checksum itself the sum of what is whole is all ones.
            Check::Internet => ones_complement_sum(&self.encode()) == u16::MAX,
            Check::Crc32 => self.bare().computed_crc32() == self.crc32,
        }
    }

    /// Whether it carries data.
    pub fn has_data(&self) -> bool {
        !self.data.0.is_empty()
    }

    fn sealed(mut self) -> Segment {
        self = self.bare();
        self.crc32 = self.computed_crc32();
        self.internet_checksum = !ones_complement_sum(&self.encode());
        self
    }

    /// Without checksums.
    fn bare(&self) -> Segment {
        Segment { internet_checksum: 0, crc32: 0, ..self.clone() }
    }

    fn computed_crc32(&self) -> u32 {
        wire::checksum(&self.encode())
    }
}

impl Message for Segment {
    const PROTOCOL: &'static str = "tcp";

    fn label(&self) -> String {
        let Segment { sequence, acknowledgment, data, .. } = self;
        if self.flags.has(RST) {
            format!("RST {sequence}")
        } else if self.flags.has(SYN_ACK) {
            format!("SYN {sequence} ACK {acknowledgment}")
        } else if self.flags.has(SYN) {
            format!("SYN {sequence}")
        } else if self.has_data() {
            format!("{sequence}+{}", data.0.len())
        } else {
            format!("ACK {acknowledgment}")
        }
    }

    fn sort(&self) -> Sort {
        if self.flags.has(RST) {
            Sort::Refusal
        } else if self.has_data() || self.flags.has(SYN) {
            Sort::Request
        } else {
            Sort::Reply
        }
    }

    /// Nothing is signed, and a checksum can be made by anyone: a liar alters what it passes on so that it looks whole.
    fn forge(&self, rng: &mut Rng) -> Option<Segment> {
        let mut lie = self.clone();
        if self.flags.has(SYN) || self.flags.has(RST) {
            return None;
        }
        match lie.data.0.len() as u64 {
            0 => lie.acknowledgment = lie.acknowledgment.wrapping_add(1 + rng.below(9) as u32),
            length => lie.data.0[rng.below(length) as usize] ^= 1 + rng.below(7) as u8,
        }
        Some(lie.sealed())
    }

    fn encode(&self) -> Bytes {
        let mut bytes = Bytes::with_capacity(HEADER_BYTES + self.data.0.len());
        bytes.extend_from_slice(&protocol_tag(Self::PROTOCOL).to_le_bytes());
        bytes.extend_from_slice(&self.sequence.to_be_bytes());
        bytes.extend_from_slice(&self.acknowledgment.to_be_bytes());
        bytes.extend_from_slice(&self.flags.0.to_be_bytes());
        bytes.extend_from_slice(&self.window.to_be_bytes());
        bytes.extend_from_slice(&self.internet_checksum.to_be_bytes());
        bytes.extend_from_slice(&self.crc32.to_be_bytes());
        bytes.extend_from_slice(&self.data.0);
        bytes
    }

    /// Reads what is there, damaged or not. Only what does not say that it is of this protocol, or has no whole header, is no segment.
    fn decode(bytes: &[u8]) -> Option<Segment> {
        if wire::read_tag(bytes)? != protocol_tag(Self::PROTOCOL) || bytes.len() < HEADER_BYTES {
            return None;
        }
        let short = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        let long = |at: usize| u32::from(short(at)) << 16 | u32::from(short(at + 2));
        Some(Segment {
            sequence: long(2),
            acknowledgment: long(6),
            flags: Flags(short(10)),
            window: short(12),
            internet_checksum: short(INTERNET_AT),
            crc32: long(CRC_AT),
            data: Data(bytes[HEADER_BYTES..].to_vec()),
        })
    }
}

impl Flags {
    /// Whether all of these are set.
    pub fn has(self, others: Flags) -> bool {
        self.0 & others.0 == others.0
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (flag, name) in [(SYN, "SYN "), (RST, "RST "), (ACK, "ACK ")] {
            f.write_str(if self.has(flag) { name } else { "" })?;
        }
        write!(f, "{:#06x}", self.0)
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&readable(&self.0))
    }
}

/// Bytes as text, with a mark for each that is not printed.
pub fn readable(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '¿' }).collect()
}

/// Whether one sequence number comes before another. They are counted round a circle of 2³² numbers, so the nearer way decides.
pub fn is_before(sequence: u32, other: u32) -> bool {
    (sequence.wrapping_sub(other) as i32) < 0
}

/// The sum of all 16-bit words in ones' complement, in which a carry is added again (RFC 1071). A last odd byte is followed by nought.
fn ones_complement_sum(bytes: &[u8]) -> u16 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |low| u32::from(*low));
    let mut sum: u32 = bytes.chunks(2).map(word).sum();
    while sum > u32::from(u16::MAX) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment() -> Segment {
        Segment::new(ACK, (1_001, 77), 500, b"00001 00002 00003".to_vec())
    }

    /// The example of RFC 1071, section 3.
    #[test]
    fn the_sum_is_that_of_the_standard() {
        assert_eq!(ones_complement_sum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), 0xddf2);
    }

    #[test]
    fn whatever_can_be_read_is_passed_on_byte_by_byte() {
        let whole = segment().encode();
        for bit in 16..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Segment::decode(&damaged).unwrap().encode(), damaged);
        }
        assert_eq!(Segment::decode(&whole), Some(segment()));
    }

    #[test]
    fn rubbish_is_no_segment() {
        for length in 0..HEADER_BYTES {
            assert_eq!(Segment::decode(&segment().encode()[..length]), None);
        }
        assert_eq!(Segment::decode(&[0xff; 40]), None);
    }

    /// The checksum that is not looked at may be damaged.
    #[test]
    fn each_flipped_bit_is_seen_by_either_checksum() {
        let whole = segment();
        assert!(whole.passes(Check::Internet) && whole.passes(Check::Crc32));
        for bit in 16..whole.encode().len() * 8 {
            let mut damaged = whole.encode();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let damaged = Segment::decode(&damaged).unwrap();
            let in_internet = (INTERNET_AT * 8..CRC_AT * 8).contains(&bit);
            assert!(damaged.passes(Check::Nothing) && !damaged.passes(Check::Internet), "bit {bit}");
            assert_eq!(damaged.passes(Check::Crc32), in_internet, "bit {bit}");
        }
    }

    #[test]
    fn swapped_words_are_seen_by_the_crc_alone() {
        let whole = segment().encode();
        for (first, second) in
            (1..whole.len() / 2).flat_map(|first| (1..first).map(move |second| (first, second)))
        {
            let mut damaged = whole.clone();
            damaged.swap(first * 2, second * 2);
            damaged.swap(first * 2 + 1, second * 2 + 1);
            let damaged = Segment::decode(&damaged).unwrap();
            assert!(damaged.passes(Check::Internet), "{first} and {second}");
            assert_eq!(damaged.passes(Check::Crc32), damaged == segment(), "{first} and {second}");
        }
    }

    #[test]
    fn a_lie_passes_every_check_and_says_something_else() {
        let mut rng = Rng::stream(1, "lies");
        for truth in [segment(), Segment::new(ACK, (1, 2), 3, Vec::new())] {
            let lie = truth.forge(&mut rng).unwrap();
            assert!(lie != truth && lie.passes(Check::Internet) && lie.passes(Check::Crc32));
        }
    }

    #[test]
    fn numbers_are_counted_round_a_circle() {
        assert!(is_before(1, 2) && !is_before(2, 2) && !is_before(3, 2));
        assert!(is_before(u32::MAX, 0) && is_before(u32::MAX - 5, 100) && !is_before(100, u32::MAX - 5));
    }
}
