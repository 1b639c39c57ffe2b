//! What is sent: a stream of numbers, each of five digits and a space, so that every place of it can be told from its neighbours.

/// How long a number is with its space, in bytes.
const NUMBER_BYTES: u64 = 6;
/// After how many numbers they begin anew.
const NUMBERS: u64 = 100_000;

/// So many bytes of the stream from this place on.
pub fn bytes(from: u64, length: u32) -> Vec<u8> {
    (from..from + u64::from(length)).map(byte).collect()
}

/// The byte at this place of the stream.
pub fn byte(place: u64) -> u8 {
    let (number, digit) = (place / NUMBER_BYTES % NUMBERS, place % NUMBER_BYTES);
    match digit {
        0..5 => b'0' + (number / 10u64.pow(4 - digit as u32) % 10) as u8,
        _ => b' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_each_other() {
        assert_eq!(bytes(0, 13), b"00000 00001 0");
        assert_eq!(bytes(6 * 4_711 + 2, 8), b"711 0471");
        assert_eq!(bytes(6 * 99_999, 12), b"99999 00000 ");
    }
}
