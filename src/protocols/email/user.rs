//! A user's program: an outbox of letters that no relay has taken yet, and a folder of those that one has.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::sim::disk::DiskFull;
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::{phrase, word};

use super::queue::{Queue, RETRY, Synced, TIMEOUT, Verdict};
use super::{Content, Envelope, Letter, Smtp};

pub(super) const SETTINGS: &[Setting] = &[
    Setting { name: "address", kind: Kind::Text, default: "" },
    Setting { name: "retry-after", kind: PERIOD, default: "2s" },
    Setting { name: "timeout", kind: PERIOD, default: "2s" },
    // How often the user writes by themselves, and to whom; 0s is never.
    Setting {
        name: "writes-every",
        kind: Kind::Duration(Duration::ZERO, Duration::secs(86_400)),
        default: "0s",
    },
    Setting { name: "writes-to", kind: Kind::Text, default: "" },
];

const PERIOD: Kind = Kind::Duration(Duration::millis(1), Duration::secs(86_400));

/// Somebody who writes letters.
#[derive(Clone, Debug, Default)]
pub struct User {
    outbox: Queue,
    sent: Sent,
    writes_every: Duration,
}

/// What a relay has taken from this user; kept on the disk as one record.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Sent {
    count: u64,
    /// The newest ones, the oldest of them first, by their `Message-ID`.
    newest: VecDeque<String>,
}

/// So many letters the folder lists; properties judge these.
const LISTED: usize = 64;
const SENT: &str = "sent";
const TEXT_AT_MOST: usize = 24;

impl User {
    /// How many of its letters a relay has taken.
    pub fn sent(&self) -> u64 {
        self.sent.count
    }

    /// The `Message-ID`s of the newest letters that a relay has taken.
    pub fn newest_sent(&self) -> impl Iterator<Item = &str> {
        self.sent.newest.iter().map(String::as_str)
    }

    /// How many of its letters no relay has taken yet.
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    fn write(&mut self, cx: &mut Context<'_, Smtp>, to: &str, text: &str) {
        let id = format!("{}@{}", self.outbox.next_number(), cx.name(cx.me()));
        let envelope = Envelope { from: cx.settings().text("address").to_owned(), to: to.to_owned() };
        let content = Content {
            id,
            written: cx.now().as_micros(),
            received: Vec::new(),
            text: text.to_owned(),
            returns: Vec::new(),
        };
        if let Err(DiskFull) = self.outbox.store(cx, Letter { envelope, content }, None) {
            cx.answer(phrase!("note.letter-no-room", to = to));
        }
    }

    fn attempt(&mut self, cx: &mut Context<'_, Smtp>, number: u64) {
        let relays = cx.nodes_with_role("mail-relay");
        let mine: Vec<NodeId> =
            cx.neighbours().iter().copied().filter(|node| relays.contains(node)).collect();
        let verdict = self.outbox.attempt(cx, number, &mine);
        self.judge(cx, number, verdict);
    }

    fn judge(&mut self, cx: &mut Context<'_, Smtp>, number: u64, verdict: Option<Verdict>) {
        match verdict {
            Some(Verdict::Taken) => self.file(cx, number),
            Some(Verdict::Refused(code)) => {
                let Some(letter) = self.outbox.remove(cx, number) else { return };
                cx.answer(phrase!("note.letter-refused", to = letter.envelope.to, code = code));
            }
            Some(Verdict::Deferred) => self.outbox.defer(cx, number, None),
            None => {}
        }
    }

    /// A relay is responsible for the letter now.
    fn file(&mut self, cx: &mut Context<'_, Smtp>, number: u64) {
        // The outbox syncs what is written before it removes.
        let Some(id) = self.outbox.get(number).map(|entry| entry.kept.letter.content.id.clone()) else {
            return;
        };
        self.sent.count += 1;
        self.sent.newest.push_back(id);
        if self.sent.newest.len() > LISTED {
            self.sent.newest.pop_front();
        }
        let record = postcard::to_allocvec(&self.sent).expect("a list that postcard can encode");
        // A full disk loses no letter here, only this line of the list, and that only in a crash.
        let _ = cx.write(SENT, &record);
        if let Some(letter) = self.outbox.remove(cx, number) {
            cx.answer(phrase!("note.letter-taken", letter = letter.content.id, to = letter.envelope.to));
        }
    }
}

impl Process for User {
    type Message = Smtp;

    fn on_start(&mut self, cx: &mut Context<'_, Smtp>) {
        let sent = cx.disk().read(SENT).and_then(|record| postcard::from_bytes(record).ok());
        self.sent = sent.unwrap_or_default();
        self.outbox.start(cx);
        self.on_settings(cx);
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Smtp>) {
        let writes_every = cx.settings().duration("writes-every");
        if writes_every == self.writes_every {
            return;
        }
        self.writes_every = writes_every;
        if writes_every == Duration::ZERO {
            cx.cancel_timer(WRITE);
        } else {
            // The first letter comes at any moment of the first period, so that users do not all write at once.
            let first = cx.rng().between(Duration::SHORTEST, writes_every);
            cx.set_timer(WRITE, first);
        }
    }

    fn on_message(&mut self, cx: &mut Context<'_, Smtp>, from: NodeId, message: Smtp) {
        if let Smtp::Reply { dialogue, ticket, code } = message
            && let Some((number, verdict)) = self.outbox.replied(cx, from, (dialogue, ticket, code))
        {
            self.judge(cx, number, Some(verdict));
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Smtp>, timer: Timer) {
        match timer.name {
            RETRY => self.attempt(cx, timer.key),
            TIMEOUT => {
                let verdict = self.outbox.timed_out(cx, timer.key);
                self.judge(cx, timer.key, verdict);
            }
            _ if timer == WRITE => {
                cx.set_timer(WRITE, self.writes_every);
                let to = cx.settings().text("writes-to").to_owned();
                self.write(cx, &to, "hello");
            }
            _ => {
                if let Synced::Stored(_) = self.outbox.synced(cx, timer.key) {
                    self.attempt(cx, timer.key);
                }
            }
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Smtp>, request: &str) {
        match read_request(request) {
            Some((to, text)) => self.write(cx, to, text),
            None => cx.answer(phrase!("note.unknown-mail-request", request = request)),
        }
    }

    fn heap_bytes(&self) -> usize {
        self.outbox.heap_bytes() + 32 * self.sent.newest.len()
    }

    fn look(&self) -> Look {
        let look = Look::default()
            .fact(word!("fact.outbox"), self.outbox.list())
            .fact(word!("fact.taken"), self.sent.count);
        match self.outbox.len() {
            0 => look,
            waiting => look.badge(phrase!("fact.n-letters", n = waiting).to_string()),
        }
    }
}

const WRITE: Timer = timer("write");

/// Reads `send bob@b.example hello`.
fn read_request(request: &str) -> Option<(&str, &str)> {
    let (to, text) = request.trim().strip_prefix("send ")?.trim_start().split_once(' ')?;
    let (name, domain) = to.split_once('@')?;
    let is_address = !name.is_empty() && !domain.is_empty() && !domain.contains('@') && to.len() <= 64;
    let text = text.trim();
    (is_address && (1..=TEXT_AT_MOST).contains(&text.chars().count())).then_some((to, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_documented() {
        assert_eq!(read_request("send bob@b.example hello"), Some(("bob@b.example", "hello")));
        assert_eq!(read_request(" send a@b  two words "), Some(("a@b", "two words")));
        for wrong in ["", "send", "send a@b", "send bob hello", "send @b x", "send a@ x", "post a@b x"] {
            assert_eq!(read_request(wrong), None, "{wrong}");
        }
        assert_eq!(read_request(&format!("send a@b {}", "x".repeat(25))), None);
    }
}
