//! Electronic mail: letters that are stored and forwarded, hop by hop (J. Klensin: *Simple Mail Transfer Protocol*, RFC 5321, 2008).
//!
//! A user's program hands a letter to the relay of its site. The relay looks up the mail exchanges of the addressee's domain and
//! hands the letter to the most preferred one that takes it; the exchange hands it to the mailbox behind it. Each of them first
//! writes the letter to its disk and syncs it, and only then answers 250: with that answer the responsibility for the letter passes
//! over (6.1). Until then the sender keeps it. So at every moment somebody's disk has it, whoever crashes.
//!
//! **The dialogue** is here of four messages: MAIL, RCPT and DATA go out together, as RFC 2920 allows; the answer is 354; then comes the
//! content up to the final dot; the answer to that is 250. Each part may instead be refused: with 4xx for now, with 5xx for good.
//! Greetings, QUIT, and several addressees of one letter are left out. Instead of a connection there is a ticket: the 354 carries
//! a number that the receiver never gives twice, and it takes one content for each. Of a ticket that it does not know, as after a crash, it
//! says 421, as a broken connection would.
//!
//! **The queue.** What no exchange took is tried again later, each time after twice as long, up to 16 times the first wait (4.5.4.1). On
//! expiry, or on 5xx, the sender is told by a *bounce*: a letter from nobody (the null reverse-path `<>`), so that no bounce is ever
//! answered by a bounce (4.5.5). One that cannot be delivered either is left to the postmaster of the relay.
//!
//! **In doubt.** When the content was sent and no answer came, nobody here can tell whether the letter was taken (RFC 1047). It
//! is sent again, perhaps to another exchange, so a letter may arrive twice: in two copies, each with the
//! `Received` lines of its own way. RFC 5321 would also let such a letter expire; then its sender could be told that it failed
//! although it arrived. Here a copy in doubt never bounces: it is tried until somebody takes it. So no copy is ever both delivered
//! and bounced. Of two copies of one letter one may still be delivered while the other bounces, since neither knows of the other.
//!
//! Which exchanges a domain has, DNS would say; here it is a setting of each relay. Requests of a user, where the text has up to 24
//! characters:
//!
//! ```text
//! request = "send" address text      send bob@b.example hello
//! ```

mod mailbox;
mod properties;
mod queue;
mod reception;
mod relay;
mod user;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;

pub use mailbox::Mailbox;
pub use relay::Relay;
pub use user::User;

/// Users, relays of which some are mail exchanges, and mailboxes.
pub static EMAIL: Protocol = Protocol {
    name: Smtp::PROTOCOL,
    roles: &[
        Role::of::<User>("mail-user", Icon::Client, user::SETTINGS),
        Role::of::<Relay>("mail-relay", Icon::Relay, relay::SETTINGS),
        Role::of::<Mailbox>("mailbox", Icon::Mailbox, mailbox::SETTINGS),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: &[],
    describe: describe::<Smtp>,
};

/// What is said between two hops. `dialogue` is a number that the side that sends mail never uses twice.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Smtp {
    /// MAIL FROM, RCPT TO and DATA: may I hand you a letter?
    Mail {
        /// Of which dialogue.
        dialogue: u64,
        /// From whom and to whom.
        envelope: Envelope,
    },
    /// The letter itself, up to the final dot.
    Content {
        /// Of which dialogue.
        dialogue: u64,
        /// The number that came with the 354.
        ticket: u64,
        /// What is in the envelope.
        content: Content,
    },
    /// An answer to one of these.
    Reply {
        /// Of which dialogue.
        dialogue: u64,
        /// With 354 the number under which the content is to come; after that, the same number; 0 if the envelope is refused.
        ticket: u64,
        /// One of [`code`].
        code: u16,
    },
}

/// Reply codes (RFC 5321, 4.2.3).
pub mod code {
    /// Taken: the letter is safe, and the sender may forget it.
    pub const DONE: u16 = 250;
    /// Go on with the content.
    pub const GO_ON: u16 = 354;
    /// The dialogue is over, for reasons of this side's own.
    pub const CLOSING: u16 = 421;
    /// Not now.
    pub const BUSY: u16 = 451;
    /// No room now: the queue or the disk is full.
    pub const NO_ROOM: u16 = 452;
    /// There is no such mailbox here.
    pub const NO_MAILBOX: u16 = 550;
    /// Whether a refusal is for good.
    pub const fn is_permanent(code: u16) -> bool {
        code >= 500
    }
}

/// What relays go by.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Envelope {
    /// Whom to tell if it cannot be delivered; empty, written `<>`, for a bounce.
    pub from: String,
    /// The addressee.
    pub to: String,
}

/// What is in the envelope: the header's lines that matter here, and the text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Content {
    /// `Message-ID`: the same in every copy.
    pub id: String,
    /// `Date`: when it was written, in microseconds since the run began.
    pub written: u64,
    /// `Received`: each relay that took this copy, with the number that it gave it, the first one first.
    pub received: Vec<String>,
    /// What the sender wrote; in a bounce why the letter could not be delivered, as a status code of RFC 3463.
    pub text: String,
    /// In a bounce, the `Received` lines of the copy that it returns; else nothing.
    pub returns: Vec<String>,
}

/// A letter in its envelope.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Letter {
    /// What relays go by.
    pub envelope: Envelope,
    /// What they pass on.
    pub content: Content,
}

impl Letter {
    /// The letter that tells the sender of this one that it cannot be delivered; nothing if this one has no sender to tell.
    fn bounce(&self, status: &str, now: u64) -> Option<Letter> {
        if self.is_bounce() {
            return None;
        }
        let envelope = Envelope { from: String::new(), to: self.envelope.from.clone() };
        let content = Content {
            id: bounce_id(&self.content.id),
            written: now,
            received: Vec::new(),
            text: status.to_owned(),
            returns: self.content.received.clone(),
        };
        Some(Letter { envelope, content })
    }

    /// Whether its reverse-path is null.
    fn is_bounce(&self) -> bool {
        self.envelope.from.is_empty()
    }
}

/// The `Message-ID` of bounces of a letter. Bounces of two copies of it share it, as the copies themselves do.
fn bounce_id(id: &str) -> String {
    format!("bounce-{id}")
}

/// The part of an address behind the `@`.
fn domain(address: &str) -> &str {
    address.split_once('@').map_or("", |(_, domain)| domain)
}

impl Message for Smtp {
    const PROTOCOL: &'static str = "email";

    fn label(&self) -> String {
        match self {
            Smtp::Mail { envelope, .. } => format!("to {}", envelope.to),
            Smtp::Content { content, .. } if content.returns.is_empty() => content.text.clone(),
            Smtp::Content { content, .. } => format!("bounce {}", content.text),
            Smtp::Reply { code, .. } => code.to_string(),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Smtp::Mail { .. } | Smtp::Content { .. } => Sort::Request,
            Smtp::Reply { code, .. } if *code < 400 => Sort::Reply,
            Smtp::Reply { .. } => Sort::Refusal,
        }
    }

    /// A liar writes as somebody else, alters what it passes on, turns away what it took, and says that it took what it did not.
    fn forge(&self, rng: &mut Rng) -> Option<Smtp> {
        let mut lie = self.clone();
        match &mut lie {
            Smtp::Mail { envelope, .. } => {
                envelope.from = format!("x{}@{}", rng.below(10), domain(&envelope.from));
            }
            Smtp::Content { content, .. } => content.text = format!("{}{}", content.text, rng.below(10)),
            Smtp::Reply { code, .. } => *code = if *code < 400 { code::BUSY } else { code::DONE },
        }
        Some(lie)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            envelope: Envelope { from: "ann@a.example".to_owned(), to: "bob@b.example".to_owned() },
            content: Content {
                id: "1@ann".to_owned(),
                written: 7,
                received: vec!["ra/1".to_owned()],
                text: "hello".to_owned(),
                returns: Vec::new(),
            },
        }
    }

    #[test]
    fn a_bounce_goes_back_to_the_sender_and_is_never_bounced_itself() {
        let bounce = letter().bounce("4.4.7", 9).unwrap();
        assert_eq!((bounce.envelope.from.as_str(), bounce.envelope.to.as_str()), ("", "ann@a.example"));
        assert_eq!(bounce.content.returns, ["ra/1"]);
        assert_eq!(bounce.bounce("4.4.7", 10), None);
    }

    #[test]
    fn a_lie_belongs_to_the_same_dialogue() {
        let Letter { envelope, content } = letter();
        let reply = |code| Smtp::Reply { dialogue: 3, ticket: 4, code };
        let truths = [
            Smtp::Mail { dialogue: 3, envelope },
            Smtp::Content { dialogue: 3, ticket: 4, content },
            reply(code::DONE),
            reply(code::NO_MAILBOX),
        ];
        for truth in truths {
            let lie = truth.forge(&mut Rng::stream(1, "lies")).unwrap();
            assert_ne!(lie, truth);
            assert_eq!(Smtp::decode(&lie.encode()), Some(lie.clone()));
            let of = |message: &Smtp| match message {
                Smtp::Mail { dialogue, .. } => (*dialogue, 0),
                Smtp::Content { dialogue, ticket, .. } | Smtp::Reply { dialogue, ticket, .. } => {
                    (*dialogue, *ticket)
                }
            };
            assert_eq!(of(&lie), of(&truth));
        }
    }
}
