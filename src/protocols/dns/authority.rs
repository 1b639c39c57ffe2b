//! The authority: it serves a zone, as its primary, which describes the zone, or as a secondary, which copies it.
//!
//! A version of the zone is told only once it is on the disk. A primary describes the first by its settings; each change makes
//! the next, with a serial number one higher. A secondary asks the primary for its serial whenever the zone's refresh time
//! is over, and transfers the whole zone if it is newer. If it was not able to ask for the zone's expire time, which is counted
//! anew from a restart, it no longer serves its copy.

use crate::sim::disk::DiskFull;
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting, Settings};
use crate::sim::time::Time;
use crate::sim::world::World;
use crate::sorted::Map;
use crate::{phrase, word};

use super::record::{Data, Question, Record, Type, is_address, is_within, parse_name, seconds};
use super::zone::Zone;
use super::{Dns, Rcode, Reply};

/// A day, in seconds.
const DAY: u64 = 86_400;

pub(super) const SETTINGS: &[Setting] = &[
    // The name at which its zone begins.
    Setting { name: "zone", kind: Kind::Text, default: "." },
    // The zone's records, such as `www.example.com A 192.0.2.1; com NS ns.com`. Only a primary reads these and what follows.
    Setting { name: "records", kind: Kind::Text, default: "" },
    // The address of the zone's primary; nothing if it is this node.
    Setting { name: "primary", kind: Kind::Text, default: "" },
    Setting { name: "ttl", kind: Kind::Count(0, DAY), default: "20" },
    Setting { name: "minimum", kind: Kind::Count(0, DAY), default: "10" },
    // A secondary asks as often also before it has a copy.
    Setting { name: "refresh", kind: Kind::Count(1, DAY), default: "5" },
    Setting { name: "expire", kind: Kind::Count(1, DAY), default: "120" },
];

/// A machine that is responsible for a zone.
#[derive(Clone, Debug, Default)]
pub struct Authority {
    /// What is told: it is safe on the disk.
    zone: Option<Zone>,
    /// The same, or a newer version that is on its way to the disk.
    newest: Option<Zone>,
    /// Versions that wait for their sync, by the number of the change.
    syncing: Map<u64, Change>,
    /// How many changes there were since it started.
    changes: u64,
    /// The zone as its settings describe it.
    described: Option<Zone>,
    /// What it asked its primary, and by which number.
    asked: Option<(u16, Question)>,
    pub(super) queries: u64,
}

#[derive(Clone, Debug)]
struct Change {
    zone: Zone,
    /// The name that its user gave an address, if they made the change.
    by_user: Option<String>,
}

impl Authority {
    /// The serial of the version that it tells, if it has one.
    pub fn serial(&self) -> Option<u32> {
        self.zone.as_ref().map(|zone| zone.soa.serial)
    }

    /// How many queries it received since it started.
    pub fn queries(&self) -> u64 {
        self.queries
    }

    /// Makes a version the newest one; it is told once it is on the disk.
    fn change(
        &mut self,
        cx: &mut Context<'_, Dns>,
        zone: Zone,
        by_user: Option<String>,
    ) -> Result<(), DiskFull> {
        let past = self.past_after(cx, &zone);
        cx.write(ZONE, zone.to_text().as_bytes())?;
        cx.write(PAST, past.as_bytes())?;
        self.changes += 1;
        self.newest = Some(zone.clone());
        self.syncing.insert(self.changes, Change { zone, by_user });
        cx.sync(Timer { name: SYNC, key: self.changes });
        Ok(())
    }

    /// The addresses that were once told and no longer are, each after the moment at which it was last replaced.
    fn past_after(&self, cx: &Context<'_, Dns>, next: &Zone) -> String {
        let mut past = read_past(cx.disk().read(PAST));
        let current = self.newest.iter().flat_map(|zone| &zone.records);
        for record in current.filter(|record| record.data.kind() == Type::A && !holds(next, record)) {
            past.retain(|(_, known)| !is_same(known, record));
            past.push((cx.now(), record.clone()));
        }
        past.iter().map(|(at, record)| format!("{} {record}\n", at.as_micros())).collect()
    }

    /// A version is on the disk: it counts from now on.
    fn take_sync(&mut self, cx: &mut Context<'_, Dns>, number: u64) {
        let Some(Change { zone, by_user }) = self.syncing.remove(&number) else { return };
        // A watcher may hold a sync back; what it was to make safe is then older than what is told.
        let waiting = std::mem::take(&mut self.syncing).into_iter();
        self.syncing = waiting.filter(|(waiting, _)| *waiting > number).collect();
        if let Some(name) = by_user {
            for record in zone.addresses(&name) {
                cx.answer(phrase!("note.record-set", record = record, serial = zone.soa.serial));
            }
        }
        self.zone = Some(zone);
    }

    /// Reads the settings that describe the zone, and makes what changed in them the next version.
    fn describe(&mut self, cx: &mut Context<'_, Dns>) {
        let Some(described) = Zone::of_settings(cx.settings()) else {
            return cx.note(phrase!("note.unreadable-zone"));
        };
        let before = self.described.replace(described.clone());
        if before.as_ref() == Some(&described) {
            return;
        }
        let next = match &self.newest {
            Some(newest) => newest.described_by(before.as_ref(), described),
            None => described,
        };
        if self.change(cx, next, None).is_err() {
            cx.note(phrase!("note.zone-not-stored"));
        }
    }

    /// Gives a name an address, for its user.
    fn set(&mut self, cx: &mut Context<'_, Dns>, request: &str, name: String, address: &str) {
        if is_secondary(cx.settings()) {
            let primary = cx.settings().text("primary").to_owned();
            return cx.answer(phrase!("note.only-primary", primary = primary));
        }
        let Some(newest) = self.newest.as_ref().filter(|zone| is_within(&name, &zone.origin)) else {
            let zone = cx.settings().text("zone").to_owned();
            return cx.answer(phrase!("note.only-zone", name = name, zone = zone));
        };
        let next = newest.with_address(&name, address);
        if self.change(cx, next, Some(name)).is_err() {
            cx.answer(phrase!("note.refused-disk-full", request = request));
        }
    }

    /// A secondary asks its primary for the zone's first record, in which the serial stands.
    fn refresh(&mut self, cx: &mut Context<'_, Dns>) {
        self.ask_primary(cx, Type::Soa);
        let own = || u32::try_from(cx.settings().count("refresh")).unwrap_or(u32::MAX);
        let after = self.newest.as_ref().map_or_else(own, |zone| zone.soa.refresh);
        cx.set_timer(REFRESH, seconds(after.max(1)));
    }

    fn ask_primary(&mut self, cx: &mut Context<'_, Dns>, kind: Type) {
        let settings = cx.settings();
        let question = Question { name: settings.text("zone").to_owned(), kind };
        self.asked = cx.at_address("authority", settings.text("primary")).map(|primary| {
            let id = cx.query(primary, &question, false);
            (id, question)
        });
    }

    /// Takes what the primary answers to the query under way; anything else is ignored.
    fn take_response(
        &mut self,
        cx: &mut Context<'_, Dns>,
        from: NodeId,
        id: u16,
        question: Question,
        reply: &Reply,
    ) {
        let is_primary = cx.name(from) == cx.settings().text("primary");
        let asked = (id, question);
        if !is_primary || self.asked.take_if(|known| *known == asked).is_none() {
            return;
        }
        match (asked.1.kind, reply.answers.first().map(|record| &record.data)) {
            (Type::Soa, Some(Data::Soa(soa))) => match &self.newest {
                Some(zone) if zone.origin == asked.1.name && !soa.is_newer_than(&zone.soa) => {
                    self.confirm(cx)
                }
                _ => self.ask_primary(cx, Type::Axfr),
            },
            (Type::Axfr, _) => self.take_transfer(cx, &asked.1.name, reply),
            _ => {}
        }
    }

    fn take_transfer(&mut self, cx: &mut Context<'_, Dns>, zone: &str, reply: &Reply) {
        let Some(copy) = Zone::of_transfer(&reply.answers).filter(|copy| copy.origin == zone) else { return };
        match self.change(cx, copy, None) {
            Ok(()) => self.confirm(cx),
            Err(DiskFull) => cx.note(phrase!("note.zone-not-stored")),
        }
    }

    /// The copy is as new as the primary's zone: the time after which it is no longer served begins anew.
    fn confirm(&mut self, cx: &mut Context<'_, Dns>) {
        if let Some(zone) = &self.newest {
            cx.set_timer(EXPIRE, seconds(zone.soa.expire));
        }
    }

    fn expire(&mut self, cx: &mut Context<'_, Dns>) {
        (self.zone, self.newest, self.syncing) = Default::default();
        cx.note(phrase!("note.zone-expired"));
    }
}

impl Process for Authority {
    type Message = Dns;

    fn on_start(&mut self, cx: &mut Context<'_, Dns>) {
        self.zone = cx.disk().read(ZONE).and_then(Zone::parse);
        self.newest = self.zone.clone();
        // What the disk has is newer than what the settings describe.
        self.described = self.zone.as_ref().and_then(|_| Zone::of_settings(cx.settings()));
        if is_secondary(cx.settings()) {
            self.confirm(cx);
        }
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Dns>, from: NodeId, message: Dns) {
        match message {
            Dns::Query { id, question, .. } => {
                self.queries += 1;
                let reply = match &self.zone {
                    Some(zone) => zone.answer(&question),
                    None => Reply::of(Rcode::ServFail),
                };
                cx.reach(from, &Dns::Response { id, question, reply });
            }
            Dns::Response { id, question, reply } => self.take_response(cx, from, id, question, &reply),
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Dns>, timer: Timer) {
        match timer {
            REFRESH => self.refresh(cx),
            EXPIRE => self.expire(cx),
            _ => self.take_sync(cx, timer.key),
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Dns>, request: &str) {
        let words: Vec<&str> = request.split_whitespace().collect();
        match words.as_slice() {
            ["set", name, address] if is_address(address) && parse_name(name).is_some() => {
                self.set(cx, request, name.to_ascii_lowercase(), address);
            }
            _ => cx.answer(phrase!("note.unknown-record-request", request = request)),
        }
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Dns>) {
        if is_secondary(cx.settings()) {
            // If it becomes the primary, its copy stays until its description is changed.
            self.described = Zone::of_settings(cx.settings());
            self.refresh(cx);
        } else {
            cx.cancel_timer(REFRESH);
            cx.cancel_timer(EXPIRE);
            self.describe(cx);
        }
    }

    fn heap_bytes(&self) -> usize {
        let versions = [&self.zone, &self.newest, &self.described].into_iter().flatten();
        let waiting = self.syncing.values().map(|change| &change.zone);
        versions.chain(waiting).map(|zone| 100 * (1 + zone.records.len())).sum()
    }

    fn look(&self) -> Look {
        let look = Look::default();
        let Some(zone) = &self.zone else { return look.fact(word!("fact.zone"), "–".to_owned()) };
        let records: Vec<_> = zone.records.iter().map(ToString::to_string).collect();
        look.badge(format!("{} #{}", zone.origin, zone.soa.serial))
            .fact(word!("fact.zone"), zone.origin.clone())
            .fact(word!("fact.serial"), u64::from(zone.soa.serial))
            .fact(word!("fact.records"), records.join("; "))
            .fact(word!("fact.questions"), self.queries)
    }
}

const REFRESH: Timer = timer("refresh");
const EXPIRE: Timer = timer("expire");
const SYNC: &str = "sync";

/// The disk's record of the newest version.
const ZONE: &str = "zone";
/// The disk's record of addresses that were replaced.
const PAST: &str = "past";

fn is_secondary(settings: &Settings) -> bool {
    !settings.text("primary").is_empty()
}

fn read_past(text: Option<&[u8]>) -> Vec<(Time, Record)> {
    let read = |line: &str| {
        let (micros, record) = line.split_once(' ')?;
        Some((Time::from_micros(micros.parse().ok()?), Record::parse(record, 0)?))
    };
    let text = text.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
    text.lines().filter_map(read).collect()
}

fn is_same(one: &Record, other: &Record) -> bool {
    one.name == other.name && one.data == other.data
}

fn holds(zone: &Zone, record: &Record) -> bool {
    zone.records.iter().any(|known| is_same(known, record))
}

/// When a name last ceased to have an address, by the disks of the authorities; nothing if one of them still has it, or none ever
/// did. A copy counts for nothing here: it may be behind.
pub fn replaced_at(world: &World, name: &str, address: &str) -> Option<Time> {
    let record = Record { name: name.to_owned(), ttl: 0, data: Data::A(address.to_owned()) };
    let nodes = world.network().nodes_with_role("authority").iter().map(|node| world.node(*node));
    let mut latest = None;
    for node in nodes.filter(|node| !is_secondary(&node.settings)) {
        let zone = node.disk.read_synced(ZONE).and_then(Zone::parse);
        if zone.is_some_and(|zone| holds(&zone, &record)) {
            return None;
        }
        let past = read_past(node.disk.read_synced(PAST));
        latest =
            latest.max(past.iter().filter(|(_, known)| is_same(known, &record)).map(|(at, _)| *at).max());
    }
    latest
}

/// Whether a name ever had this address, by the disks of the authorities.
pub(super) fn was_ever(world: &World, name: &str, address: &str) -> bool {
    let record = Record { name: name.to_owned(), ttl: 0, data: Data::A(address.to_owned()) };
    world.network().nodes_with_role("authority").iter().any(|node| {
        let disk = &world.node(*node).disk;
        let is_there = disk.read_synced(ZONE).and_then(Zone::parse).is_some_and(|zone| holds(&zone, &record));
        is_there || read_past(disk.read_synced(PAST)).iter().any(|(_, past)| is_same(past, &record))
    })
}
