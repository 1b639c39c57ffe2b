//! The server: what it stores, and what it tells only once that is safe.

use crate::sim::disk::{Disk, DiskFull};
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer};
use crate::sorted::Map;
use crate::{phrase, word};

use super::KeyValue;

/// The machine that holds all the state.
#[derive(Clone, Debug, Default)]
pub struct Server {
    /// What is safe on the disk: nothing else is ever told to anyone.
    store: Map<String, Versioned>,
    /// Puts that wait for their sync, by version.
    syncing: Map<u64, Syncing>,
    /// The newest put of each client, so that none is carried out twice.
    newest_put: Map<NodeId, PutDone>,
    next_version: u64,
}

#[derive(Clone, PartialEq, Debug)]
struct Versioned {
    version: u64,
    value: String,
}

#[derive(Clone, Debug)]
struct Syncing {
    client: NodeId,
    id: u64,
    key: String,
    value: String,
}

#[derive(Clone, Copy, Debug)]
struct PutDone {
    id: u64,
    version: u64,
}

impl Server {
    /// The value of a key, as a get would be answered.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.store.get(key).map(|stored| stored.value.as_str())
    }

    /// How many keys it has.
    pub fn keys(&self) -> usize {
        self.store.len()
    }

    /// How many puts it carried out, as far as its disk tells.
    pub fn puts(&self) -> u64 {
        self.next_version
    }

    fn put(&mut self, cx: &mut Context<'_, KeyValue>, client: NodeId, id: u64, key: String, value: String) {
        if let Some(newest) = self.newest_put.get(&client)
            && id <= newest.id
        {
            // Only the newest can still be waited for. If its sync is not complete, the answer comes when it is.
            if id == newest.id && !self.syncing.contains_key(&newest.version) {
                cx.reach(client, &KeyValue::Stored { id, key, version: newest.version });
            }
            return;
        }
        let version = self.next_version + 1;
        match write_put(cx, client, id, &key, version, &value) {
            Ok(()) => {
                self.next_version = version;
                self.newest_put.insert(client, PutDone { id, version });
                self.syncing.insert(version, Syncing { client, id, key, value });
                cx.sync(sync_of(version));
            }
            Err(DiskFull) => cx.reach(client, &KeyValue::Full { id, key }),
        }
    }
}

impl Process for Server {
    type Message = KeyValue;

    fn on_start(&mut self, cx: &mut Context<'_, KeyValue>) {
        let clients = cx.nodes_with_role("client");
        let put_of = |client: &NodeId| {
            let done = read_put(cx.disk(), cx.name(*client))?;
            Some((*client, done))
        };
        self.newest_put = clients.iter().filter_map(put_of).collect();
        self.store = cx.disk().records().filter_map(|(name, _, _)| read_key(cx.disk(), name)).collect();
        let stored = self.store.values().map(|stored| stored.version);
        let done = self.newest_put.values().map(|done| done.version);
        self.next_version = stored.chain(done).max().unwrap_or(0);
    }

    fn on_message(&mut self, cx: &mut Context<'_, KeyValue>, from: NodeId, message: KeyValue) {
        match message {
            KeyValue::Get { id, key } => {
                let answer = match self.value(&key) {
                    Some(value) => KeyValue::Value { id, value: value.to_owned(), key },
                    None => KeyValue::NotFound { id, key },
                };
                cx.reach(from, &answer);
            }
            KeyValue::Put { id, key, value } => self.put(cx, from, id, key, value),
            _ => {}
        }
    }

    /// A sync is complete: the put counts from now on.
    fn on_timer(&mut self, cx: &mut Context<'_, KeyValue>, timer: Timer) {
        let version = timer.key;
        if let Some(Syncing { client, id, key, value }) = self.syncing.remove(&version) {
            self.store.insert(key.clone(), Versioned { version, value });
            cx.reach(client, &KeyValue::Stored { id, key, version });
        }
    }

    fn heap_bytes(&self) -> usize {
        // Names and values have up to a dozen characters.
        96 * (self.store.len() + self.syncing.len()) + self.newest_put.len() * size_of::<(NodeId, PutDone)>()
    }

    fn look(&self) -> Look {
        let pairs: Vec<_> =
            self.store.iter().map(|(key, stored)| format!("{key} = {}", stored.value)).collect();
        let badge = match pairs.as_slice() {
            [one] => one.clone(),
            _ => phrase!("fact.n-keys", n = pairs.len()).to_string(),
        };
        Look::default()
            .badge(badge)
            .fact(word!("fact.keys"), pairs.join("  "))
            .fact(word!("fact.syncing"), self.syncing.len() as u64)
            .fact(word!("fact.newest-version"), self.next_version)
    }
}

/// The timer that goes off when the put of this version is on the disk.
const fn sync_of(version: u64) -> Timer {
    Timer { name: "sync", key: version }
}

/// Writes a put and that it was carried out, both as text: under the key `version value`, and under `put by c1` its `id version`.
/// A key holds no space, so that the two cannot be confused. One sync makes both safe.
fn write_put(
    cx: &mut Context<'_, KeyValue>,
    client: NodeId,
    id: u64,
    key: &str,
    version: u64,
    value: &str,
) -> Result<(), DiskFull> {
    let done = format!("{PUT_BY}{}", cx.name(client));
    cx.write(key, format!("{version} {value}").as_bytes())?;
    cx.write(&done, format!("{id} {version}").as_bytes())
}

const PUT_BY: &str = "put by ";

fn read_put(disk: &Disk, client: &str) -> Option<PutDone> {
    let (id, version) = read_pair(disk.read(&format!("{PUT_BY}{client}"))?)?;
    Some(PutDone { id, version: version.parse().ok()? })
}

fn read_key(disk: &Disk, name: &str) -> Option<(String, Versioned)> {
    if name.starts_with(PUT_BY) {
        return None;
    }
    let (version, value) = read_pair(disk.read(name)?)?;
    Some((name.to_owned(), Versioned { version, value: value.to_owned() }))
}

/// A number and what follows it, as the records of the disk hold them.
pub(super) fn read_pair(content: &[u8]) -> Option<(u64, &str)> {
    let (number, rest) = std::str::from_utf8(content).ok()?.split_once(' ')?;
    Some((number.parse().ok()?, rest))
}
