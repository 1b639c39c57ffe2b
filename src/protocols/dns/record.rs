//! Resource records and questions, in the notation of master files (RFC 1035, section 5.1). Names are written without the
//! closing dot; the root is `.`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sim::time::Duration;

/// What a record is of, or what is asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Type {
    /// An address.
    A,
    /// Who serves a zone.
    Ns,
    /// The start of a zone's authority.
    Soa,
    /// A whole zone; only ever asked for.
    Axfr,
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Question {
    /// About which name.
    pub name: String,
    /// For what.
    pub kind: Type,
}

/// A resource record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Whose it is.
    pub name: String,
    /// For how many seconds it may be kept.
    pub ttl: u32,
    /// What it says.
    pub data: Data,
}

/// What a record says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Data {
    /// The address of the name. That of a name server is the name of its node.
    A(String),
    /// The name of a server of the zone that begins at the name.
    Ns(String),
    /// A zone begins at the name.
    Soa(Soa),
}

/// What the first record of a zone says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Soa {
    /// The number of the zone's version.
    pub serial: u32,
    /// After how many seconds a secondary asks whether there is a newer version.
    pub refresh: u32,
    /// For how many seconds a secondary serves its copy without having been able to ask.
    pub expire: u32,
    /// For how many seconds it may be kept that a name does not exist.
    pub minimum: u32,
}

impl Question {
    /// Asks for the address of a name.
    pub fn address_of(name: &str) -> Question {
        Question { name: name.to_owned(), kind: Type::A }
    }

    /// Whether this record answers it.
    pub fn is_answered_by(&self, record: &Record) -> bool {
        record.name == self.name && record.data.kind() == self.kind
    }
}

impl Record {
    /// Reads `www.example.com 20 A 192.0.2.1`, or the same without the seconds, which are then the given ones.
    pub fn parse(text: &str, ttl: u32) -> Option<Record> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (name, ttl, kind, rest) = match words.as_slice() {
            [name, kind @ ("A" | "NS" | "SOA"), rest @ ..] => (name, ttl, kind, rest),
            [name, ttl, kind, rest @ ..] => (name, ttl.parse().ok()?, kind, rest),
            _ => return None,
        };
        let name = parse_name(name)?;
        Some(Record { name, ttl, data: Data::parse(kind, rest)? })
    }

    /// The same with another time to live.
    pub fn with_ttl(&self, ttl: u32) -> Record {
        Record { ttl, ..self.clone() }
    }
}

impl Data {
    fn parse(kind: &str, words: &[&str]) -> Option<Data> {
        match (kind, words) {
            ("A", [address]) => Some(Data::A((*address).to_owned())),
            ("NS", [server]) => parse_name(server).map(Data::Ns),
            ("SOA", [serial, refresh, expire, minimum]) => Some(Data::Soa(Soa {
                serial: serial.parse().ok()?,
                refresh: refresh.parse().ok()?,
                expire: expire.parse().ok()?,
                minimum: minimum.parse().ok()?,
            })),
            _ => None,
        }
    }

    /// What it is of.
    pub fn kind(&self) -> Type {
        match self {
            Data::A(_) => Type::A,
            Data::Ns(_) => Type::Ns,
            Data::Soa(_) => Type::Soa,
        }
    }

    /// The address, if it is one.
    pub fn address(&self) -> Option<&str> {
        match self {
            Data::A(address) => Some(address),
            _ => None,
        }
    }
}

impl Soa {
    /// Whether this version is newer than that one. Serials go round (RFC 1982), so that there is always a next one.
    pub fn is_newer_than(&self, other: &Soa) -> bool {
        self.serial != other.serial && self.serial.wrapping_sub(other.serial) < 1 << 31
    }
}

/// A time to live as a length of time.
pub fn seconds(ttl: u32) -> Duration {
    Duration::secs(u64::from(ttl))
}

/// Whether a name is that of a zone or lies below it.
pub fn is_within(name: &str, zone: &str) -> bool {
    zone == "." || name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// A name and those above it, up to the root.
pub fn upwards(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |name| parent(name))
}

fn parent(name: &str) -> Option<&str> {
    match name.split_once('.') {
        Some((_, above)) if !above.is_empty() => Some(above),
        Some(_) => None,
        None => Some("."),
    }
}

/// A name in lower case, if it is one: up to 253 letters, digits, hyphens and dots, up to 63 between two dots.
pub fn parse_name(text: &str) -> Option<String> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let is_name = text == "." || (text.len() <= 253 && text.split('.').all(is_label));
    is_name.then(|| text.to_ascii_lowercase())
}

/// Whether a text is an address as people write it, such as `192.0.2.7`.
pub fn is_address(text: &str) -> bool {
    text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok())
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::A => "A",
            Type::Ns => "NS",
            Type::Soa => "SOA",
            Type::Axfr => "AXFR",
        })
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}?", self.name, self.kind)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} ", self.name, self.ttl, self.data.kind())?;
        match &self.data {
            Data::A(text) | Data::Ns(text) => f.write_str(text),
            Data::Soa(soa) => write!(f, "{} {} {} {}", soa.serial, soa.refresh, soa.expire, soa.minimum),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_print_as_they_are_read() {
        for text in
            ["www.example.com 20 A 192.0.2.1", "com 5 NS ns.com", "example.com 15 SOA 3 5 60 10", ". 1 NS a"]
        {
            assert_eq!(Record::parse(text, 7).unwrap().to_string(), text);
        }
        assert_eq!(
            Record::parse("www.Example.com A 192.0.2.1", 7).unwrap().to_string(),
            "www.example.com 7 A 192.0.2.1"
        );
        for wrong in ["", "www", "www A", "www 5 MX mail", "a..b A 192.0.2.1", "example.com SOA 1 2 3"] {
            assert_eq!(Record::parse(wrong, 7), None, "{wrong}");
        }
    }

    #[test]
    fn a_name_lies_within_the_zones_above_it() {
        for (name, zone) in [("www.example.com", "."), ("www.example.com", "com"), ("com", "com"), (".", ".")]
        {
            assert!(is_within(name, zone), "{name} {zone}");
        }
        for (name, zone) in [("wwwexample.com", "example.com"), ("com", "example.com"), (".", "com")] {
            assert!(!is_within(name, zone), "{name} {zone}");
        }
        let way: Vec<_> = upwards("www.example.com").collect();
        assert_eq!(way, ["www.example.com", "example.com", "com", "."]);
    }

    #[test]
    fn serials_go_round() {
        let soa = |serial| Soa { serial, refresh: 1, expire: 1, minimum: 1 };
        assert!(soa(2).is_newer_than(&soa(1)) && soa(0).is_newer_than(&soa(u32::MAX)));
        assert!(!soa(1).is_newer_than(&soa(2)) && !soa(1).is_newer_than(&soa(1)));
    }
}
