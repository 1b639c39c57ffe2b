//! A run as a link: what follows `#/run/` in the page's address.
//!
//! ```text
//! link    = version "/" letters          1/AQlwYXJ0aXRpb24AB…
//! letters = base64url without padding of: section* checksum
//! section = 1 text count (text text)*    a built-in scenario: its name, and controls with their values
//!         | 2 whole                      any other scenario, in full: see `write_whole`
//!         | 3 number                     the seed of a built-in one, if it is not its own
//!         | 4 lines                      what the script has besides the scenario's own
//!         | 5 number                     the moment, in microseconds
//!         | 6 number                     how many things have happened, if the moment is not over
//!         | 7 text                       the step of a lesson
//!         | 8 text number number number lines
//!                                        a branch: its name, when it parted, where it was left, how far it was simulated
//!         | 9 number                     which branch is shown
//! lines   = count (number text)*         microseconds since the line before, and a command
//! number  = LEB128 of 64 bits · count = number · text = count, bytes of UTF-8
//! ```
//!
//! The checksum is the CRC-32 of the sections, in four bytes, the lowest first: it tells a link that was changed on its way
//! from one that means something wrong. A section that is left out is as if nothing of the kind had been done. Whoever adds a
//! section or changes one makes the version one more, and keeps what reads the versions before.

use crate::sim::scenario::{Control, ControlTarget, LinkSpec, NodeSpec, Scenario};
use crate::sim::time::{Duration, Time};
use crate::sim::wire::checksum;
use crate::sorted::Map;
use crate::words::Phrase;
use crate::{phrase, word};

use super::parcel::{BranchParcel, Line, Parcel, Source};

/// The version that is written, and the newest that is read.
pub const VERSION: u32 = 1;
/// How long a link may be: no browser takes much longer ones.
pub const LETTERS_AT_MOST: usize = 1_000_000;
/// Above how many letters some programs cut a link short.
pub const LETTERS_ANYWHERE: usize = 8_000;

/// How many settings anything may have: more than there are.
const SETTINGS_AT_MOST: usize = 500;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Writes a run as what follows `#/run/`.
pub fn write(parcel: &Parcel) -> String {
    let mut writer = Writer::default();
    writer.parcel(parcel);
    let mut bytes = writer.0;
    let sum = checksum(&bytes);
    bytes.extend(sum.to_le_bytes());
    format!("{VERSION}/{}", to_letters(&bytes))
}

/// Reads what follows `#/run/`. What is wrong is said in a sentence for the reader.
pub fn read(text: &str) -> Result<Parcel, Phrase> {
    let text = text.trim();
    let (version, letters) = text.split_once('/').unwrap_or((text, ""));
    match version.parse::<u32>() {
        Ok(VERSION) => {}
        Ok(later) if later > VERSION => {
            return Err(phrase!("link.later", version = later, known = VERSION));
        }
        _ => return Err(phrase!("link.no-version", found = shortened(version), known = VERSION)),
    }
    if letters.len() > LETTERS_AT_MOST {
        return Err(phrase!("link.long", n = letters.len(), most = LETTERS_AT_MOST));
    }
    let bytes = from_letters(letters)?;
    let Some((content, sum)) = bytes.split_last_chunk::<4>().filter(|(content, _)| !content.is_empty())
    else {
        return Err(Phrase::new(word!("link.short")));
    };
    if checksum(content) != u32::from_le_bytes(*sum) {
        return Err(Phrase::new(word!("link.damaged")));
    }
    Reader(content).parcel().map_err(|what| phrase!("link.content", what = what))
}

/// What follows `#/run/` in an address or a part of one, if that is in it.
pub fn find(address: &str) -> Option<&str> {
    address.trim().split_once("#/run/").map(|(_, link)| link)
}

fn shortened(text: &str) -> String {
    text.chars().take(20).collect()
}

fn to_letters(bytes: &[u8]) -> String {
    let mut letters = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let joined = (0..3).fold(0u32, |sum, at| sum << 8 | u32::from(part.get(at).copied().unwrap_or(0)));
        let letter = |at: usize| char::from(LETTERS[(joined >> (18 - 6 * at)) as usize & 63]);
        letters.extend((0..=part.len()).map(letter));
    }
    letters
}

fn from_letters(letters: &str) -> Result<Vec<u8>, Phrase> {
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3 + 3);
    let (mut joined, mut bits) = (0u32, 0);
    for (index, letter) in letters.chars().enumerate() {
        let value = LETTERS.iter().position(|known| char::from(*known) == letter);
        let value = value.ok_or_else(|| phrase!("link.letter", n = index + 1, letter = letter))?;
        joined = joined << 6 | value as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((joined >> bits) as u8);
        }
    }
    Ok(bytes)
}

#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn texts(&mut self, texts: &[String]) {
        self.count(texts.len());
        texts.iter().for_each(|text| self.text(text));
    }

    fn pairs<'a>(&mut self, count: usize, pairs: impl Iterator<Item = (&'a String, &'a String)>) {
        self.count(count);
        for (name, value) in pairs {
            self.text(name);
            self.text(value);
        }
    }

    fn lines(&mut self, lines: &[Line]) {
        self.count(lines.len());
        let mut before = Time::ZERO;
        for line in lines {
            self.number(line.at.since(before).as_micros());
            self.text(&line.command);
            before = line.at;
        }
    }

    fn parcel(&mut self, parcel: &Parcel) {
        match &parcel.source {
            Source::BuiltIn { name, values, seed } => {
                self.number(1);
                self.text(name);
                self.pairs(values.len(), values.iter().map(|(name, value)| (name, value)));
                if let Some(seed) = seed {
                    self.number(3);
                    self.number(*seed);
                }
            }
            Source::Whole(scenario) => {
                self.number(2);
                self.whole(scenario);
            }
        }
        if !parcel.script.is_empty() {
            self.number(4);
            self.lines(&parcel.script);
        }
        self.section(5, Some(parcel.at.as_micros()).filter(|at| *at > 0));
        self.section(6, parcel.within.map(|steps| steps as u64));
        if let Some(step) = &parcel.step {
            self.number(7);
            self.text(step);
        }
        if parcel.branches != [BranchParcel::default()] {
            parcel.branches.iter().for_each(|branch| self.branch(branch));
        }
        self.section(9, Some(parcel.current as u64).filter(|current| *current > 0));
    }

    fn section(&mut self, section: u64, number: Option<u64>) {
        if let Some(number) = number {
            self.number(section);
            self.number(number);
        }
    }

    fn branch(&mut self, branch: &BranchParcel) {
        self.number(8);
        self.text(&branch.name);
        [branch.parted_at, branch.left_at, branch.reach].iter().for_each(|at| self.number(at.as_micros()));
        self.lines(&branch.deeds);
    }

    /// A scenario in full: name, seed, pace, nodes, links, script, properties, readings, controls. A node's place counts from
    /// the middle outwards: 0, -1, 1, -2…
    fn whole(&mut self, scenario: &Scenario) {
        self.text(&scenario.name);
        self.number(scenario.seed);
        self.text(&scenario.pace);
        self.count(scenario.nodes.len());
        for NodeSpec { name, role, settings, at } in &scenario.nodes {
            self.text(name);
            self.text(role);
            self.pairs(settings.len(), settings.iter());
            self.count(usize::from(at.is_some()));
            at.iter().flat_map(|(x, y)| [*x, *y]).for_each(|place| {
                self.number(((i64::from(place) << 1) ^ (i64::from(place) >> 63)) as u64);
            });
        }
        self.count(scenario.links.len());
        for LinkSpec { a, b, settings, back } in &scenario.links {
            self.text(a);
            self.text(b);
            self.pairs(settings.len(), settings.iter());
            self.pairs(back.len(), back.iter());
        }
        [&scenario.script, &scenario.properties, &scenario.readings]
            .iter()
            .for_each(|texts| self.texts(texts));
        self.count(scenario.controls.len());
        for Control { name, value, sets } in &scenario.controls {
            self.text(name);
            self.text(value);
            match sets {
                None => self.texts(&[]),
                Some(ControlTarget::Links { setting }) => self.texts(std::slice::from_ref(setting)),
                Some(ControlTarget::Role { role, setting }) => self.texts(&[role.clone(), setting.clone()]),
            }
        }
    }
}

/// What a reader finds, or what is wrong in words.
type Found<T> = Result<T, &'static str>;

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Found<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or("it ends too soon")?;
            self.0 = rest;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("a number is too large")
    }

    fn index(&mut self) -> Found<usize> {
        self.number().map(|number| usize::try_from(number).unwrap_or(usize::MAX))
    }

    /// How many of something follow: never more than there are bytes, so that no link takes more memory than itself.
    fn count(&mut self) -> Found<usize> {
        let count = self.index()?;
        if count > self.0.len() { Err("it ends too soon") } else { Ok(count) }
    }

    fn text(&mut self) -> Found<String> {
        let length = self.count()?;
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| "a text is not UTF-8")
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Found<T>) -> Found<Vec<T>> {
        let count = self.count()?;
        (0..count).map(|_| read(self)).collect()
    }

    fn pair(&mut self) -> Found<(String, String)> {
        Ok((self.text()?, self.text()?))
    }

    fn map(&mut self) -> Found<Map<String, String>> {
        let pairs = self.list(Reader::pair)?;
        if pairs.len() > SETTINGS_AT_MOST {
            return Err("it has too many settings");
        }
        Ok(pairs.into_iter().collect())
    }

    fn moment(&mut self) -> Found<Time> {
        self.number().map(Time::from_micros)
    }

    fn lines(&mut self) -> Found<Vec<Line>> {
        let mut at = Time::ZERO;
        self.list(|reader| {
            at += Duration::micros(reader.number()?);
            Ok(Line { at, command: reader.text()? })
        })
    }

    fn parcel(mut self) -> Found<Parcel> {
        let (mut source, mut seed_found) = (None, None);
        let mut parcel = Parcel {
            source: Source::BuiltIn { name: String::new(), values: Vec::new(), seed: None },
            script: Vec::new(),
            branches: Vec::new(),
            current: 0,
            at: Time::ZERO,
            within: None,
            step: None,
        };
        while !self.0.is_empty() {
            match self.number()? {
                1 => {
                    let (name, values) = (self.text()?, self.list(Reader::pair)?);
                    source = Some(Source::BuiltIn { name, values, seed: None });
                }
                2 => source = Some(Source::Whole(Box::new(self.whole()?))),
                3 => seed_found = Some(self.number()?),
                4 => parcel.script = self.lines()?,
                5 => parcel.at = self.moment()?,
                6 => parcel.within = Some(self.index()?),
                7 => parcel.step = Some(self.text()?),
                8 => parcel.branches.push(self.branch()?),
                9 => parcel.current = self.index()?,
                _ => return Err("it has a part that this version does not know"),
            }
        }
        parcel.source = source.ok_or("it names no scenario")?;
        if let Source::BuiltIn { seed, .. } = &mut parcel.source {
            *seed = seed_found;
        }
        if parcel.branches.is_empty() {
            parcel.branches.push(BranchParcel::default());
        }
        Ok(parcel)
    }

    fn branch(&mut self) -> Found<BranchParcel> {
        Ok(BranchParcel {
            name: self.text()?,
            parted_at: self.moment()?,
            left_at: self.moment()?,
            reach: self.moment()?,
            deeds: self.lines()?,
        })
    }

    fn whole(&mut self) -> Found<Scenario> {
        Ok(Scenario {
            name: self.text()?,
            seed: self.number()?,
            pace: self.text()?,
            nodes: self.list(Reader::node)?,
            links: self.list(|reader| {
                let (a, b) = reader.pair()?;
                Ok(LinkSpec { a, b, settings: reader.map()?, back: reader.map()? })
            })?,
            script: self.list(Reader::text)?,
            properties: self.list(Reader::text)?,
            readings: self.list(Reader::text)?,
            controls: self.list(Reader::control)?,
        })
    }

    fn node(&mut self) -> Found<NodeSpec> {
        let (name, role) = self.pair()?;
        let settings = self.map()?;
        let at = match self.number()? {
            0 => None,
            _ => Some((self.place()?, self.place()?)),
        };
        Ok(NodeSpec { name, role, settings, at })
    }

    fn place(&mut self) -> Found<i32> {
        let number = self.number()?;
        let place = (number >> 1) as i64 ^ -((number & 1) as i64);
        i32::try_from(place).map_err(|_| "a place is too far away")
    }

    fn control(&mut self) -> Found<Control> {
        let (name, value) = self.pair()?;
        let mut sets = self.list(Reader::text)?.into_iter();
        let sets = match (sets.next(), sets.next(), sets.next()) {
            (None, ..) => None,
            (Some(setting), None, _) => Some(ControlTarget::Links { setting }),
            (Some(role), Some(setting), None) => Some(ControlTarget::Role { role, setting }),
            _ => return Err("a control changes too many things"),
        };
        Ok(Control { name, value, sets })
    }
}
