//! A zone: the part of the tree of names that one authority answers for, and how it answers (RFC 1034, section 4.3.2).

use std::slice;

use crate::sim::settings::Settings;

use super::record::{Data, Question, Record, Soa, Type, is_within, parse_name, upwards};
use super::{Rcode, Reply};

/// A zone as one of its servers has it.
#[derive(Clone, PartialEq, Debug)]
pub struct Zone {
    /// The name at which it begins.
    pub origin: String,
    /// Its version, and what secondaries and caches are to do.
    pub soa: Soa,
    /// For how many seconds its first record may be kept.
    ttl: u32,
    /// All other records.
    pub records: Vec<Record>,
}

impl Zone {
    /// The zone that a primary's settings describe, as its first version; nothing if they cannot be read.
    pub fn of_settings(settings: &Settings) -> Option<Zone> {
        let ttl = count(settings, "ttl");
        let lines = settings.text("records").split(';').filter(|line| !line.trim().is_empty());
        let soa = Soa {
            serial: 1,
            refresh: count(settings, "refresh"),
            expire: count(settings, "expire"),
            minimum: count(settings, "minimum"),
        };
        let records = lines.map(|line| Record::parse(line, ttl)).collect::<Option<_>>()?;
        Some(Zone { origin: parse_name(settings.text("zone"))?, soa, ttl, records })
    }

    /// The next version, after its description was changed. Unless the records in it were, they stay as they are but for their
    /// time to live.
    pub fn described_by(&self, before: Option<&Zone>, description: Zone) -> Zone {
        let untimed = |zone: &Zone| zone.records.iter().map(|record| record.with_ttl(0)).collect::<Vec<_>>();
        let stays =
            |before: &Zone| before.origin == description.origin && untimed(before) == untimed(&description);
        let stay = before.is_some_and(stays);
        let mut next = description;
        next.soa.serial = self.soa.serial.wrapping_add(1);
        if stay {
            next.records = self.records.iter().map(|record| record.with_ttl(next.ttl)).collect();
        }
        next
    }

    /// The next version, in which a name has this address and no other.
    pub fn with_address(&self, name: &str, address: &str) -> Zone {
        let mut next = self.clone();
        next.soa.serial = self.soa.serial.wrapping_add(1);
        next.records.retain(|record| record.name != name || record.data.kind() != Type::A);
        next.records.push(Record { name: name.to_owned(), ttl: self.ttl, data: Data::A(address.to_owned()) });
        next
    }

    /// The zone in the records of a transfer: its first record, all others, and the first once more.
    pub fn of_transfer(records: &[Record]) -> Option<Zone> {
        let [first, inner @ .., last] = records else { return None };
        match first.data {
            Data::Soa(soa) if first == last => {
                Some(Zone { origin: first.name.clone(), soa, ttl: first.ttl, records: inner.to_vec() })
            }
            _ => None,
        }
    }

    /// The records of a transfer.
    pub fn transfer(&self) -> Vec<Record> {
        let first = self.first();
        let first = slice::from_ref(&first);
        [first, self.records.as_slice(), first].concat()
    }

    /// The record that it begins with.
    pub fn first(&self) -> Record {
        Record { name: self.origin.clone(), ttl: self.ttl, data: Data::Soa(self.soa) }
    }

    /// The addresses of a name.
    pub fn addresses(&self, name: &str) -> impl Iterator<Item = &Record> {
        let question = Question::address_of(name);
        self.records.iter().filter(move |record| question.is_answered_by(record))
    }

    /// What the zone says to a question: an answer, that there is none, that there is no such name, or who knows more.
    pub fn answer(&self, question: &Question) -> Reply {
        if !is_within(&question.name, &self.origin) {
            return Reply::of(Rcode::Refused);
        }
        if let Some(cut) = self.delegation_of(&question.name) {
            return self.referral(cut);
        }
        let first = self.first();
        let answers: Vec<_> = match question.kind {
            Type::Axfr if question.name == self.origin => self.transfer(),
            _ => self
                .records
                .iter()
                .chain([&first])
                .filter(|record| question.is_answered_by(record))
                .cloned()
                .collect(),
        };
        let exists = self.records.iter().any(|record| is_within(&record.name, &question.name));
        let rcode = if exists || question.name == self.origin { Rcode::NoError } else { Rcode::NxDomain };
        let authority = if answers.is_empty() { vec![first] } else { Vec::new() };
        Reply { rcode, authoritative: true, answers, authority, additional: Vec::new() }
    }

    /// The name below the origin at which somebody else's zone begins that this name lies in; the one nearest to the origin.
    fn delegation_of<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let below_origin = upwards(name).take_while(|name| *name != self.origin);
        below_origin.filter(|name| self.servers_of(name).next().is_some()).last()
    }

    fn servers_of(&self, zone: &str) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |record| record.name == zone && record.data.kind() == Type::Ns)
    }

    /// The servers of a zone below, and their addresses: the glue.
    fn referral(&self, zone: &str) -> Reply {
        let authority: Vec<_> = self.servers_of(zone).cloned().collect();
        let glue = authority.iter().filter_map(|record| match &record.data {
            Data::Ns(server) => Some(self.addresses(server).cloned()),
            _ => None,
        });
        let additional = glue.flatten().collect();
        Reply { authority, additional, ..Reply::of(Rcode::NoError) }
    }

    /// As a disk holds it: a record a line.
    pub fn to_text(&self) -> String {
        let lines = std::iter::once(self.first()).chain(self.records.iter().cloned());
        lines.map(|record| format!("{record}\n")).collect()
    }

    /// Reads what [`Zone::to_text`] wrote.
    pub fn parse(text: &[u8]) -> Option<Zone> {
        let mut lines = std::str::from_utf8(text).ok()?.lines().map(|line| Record::parse(line, 0));
        let first = lines.next()??;
        let Data::Soa(soa) = first.data else { return None };
        Some(Zone { origin: first.name, soa, ttl: first.ttl, records: lines.collect::<Option<_>>()? })
    }
}

fn count(settings: &Settings, name: &str) -> u32 {
    u32::try_from(settings.count(name)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> Zone {
        let soa = Soa { serial: 3, refresh: 5, expire: 60, minimum: 10 };
        let records =
            ["com NS ns.com", "www.example.com A 192.0.2.1", "sub.com NS ns.sub.com", "ns.sub.com A ns9"];
        let records = records.map(|text| Record::parse(text, 20).unwrap()).to_vec();
        Zone { origin: "com".to_owned(), soa, ttl: 20, records }
    }

    #[test]
    fn a_zone_is_read_as_it_was_written_and_transferred() {
        assert_eq!(Zone::parse(zone().to_text().as_bytes()), Some(zone()));
        assert_eq!(Zone::of_transfer(&zone().transfer()), Some(zone()));
        let cut_short = &zone().transfer()[..3];
        assert_eq!(Zone::of_transfer(cut_short), None);
        assert_eq!(Zone::of_transfer(&[]), None);
    }

    #[test]
    fn questions_are_answered_as_the_standard_says() {
        let answer = |name: &str, kind| {
            let reply = zone().answer(&Question { name: name.to_owned(), kind });
            (
                reply.rcode,
                reply.authoritative,
                [reply.answers.len(), reply.authority.len(), reply.additional.len()],
            )
        };
        assert_eq!(answer("www.example.com", Type::A), (Rcode::NoError, true, [1, 0, 0]));
        // There is the name, but no address; it may only stand between others.
        assert_eq!(answer("com", Type::A), (Rcode::NoError, true, [0, 1, 0]));
        assert_eq!(answer("example.com", Type::A), (Rcode::NoError, true, [0, 1, 0]));
        assert_eq!(answer("no.com", Type::A), (Rcode::NxDomain, true, [0, 1, 0]));
        assert_eq!(answer("a.b.sub.com", Type::A), (Rcode::NoError, false, [0, 1, 1]));
        assert_eq!(answer("www.example.org", Type::A), (Rcode::Refused, false, [0, 0, 0]));
        assert_eq!(answer("com", Type::Soa), (Rcode::NoError, true, [1, 0, 0]));
        assert_eq!(answer("com", Type::Ns), (Rcode::NoError, true, [1, 0, 0]));
        assert_eq!(answer("com", Type::Axfr), (Rcode::NoError, true, [6, 0, 0]));
    }
}
