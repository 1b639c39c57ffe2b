//! A key-value store on one server: all state in one place, clients with time-outs and retries.
//!
//! The server keeps every key in memory and on its disk. A put is answered, and can be read, only once a sync of the disk is
//! complete, so a restarted server has every put that it ever acknowledged. A client asks for one thing at a time. When no
//! answer comes within its time-out it sends the same request, with the same number, once more; the server carries out
//! each number at most once. When no try is left the client gives up, and then it does not know whether a put happened:
//! this is the story of every remote call (A. Birrell, B. Nelson: *Implementing remote procedure calls*, 1984).
//!
//! Requests of a client's user, where a key is up to 12 letters, digits or `_` and a value up to 12 characters without a space:
//!
//! ```text
//! request = "put" key "=" value      put x=1
//!         | "get" key                get x
//! ```

mod client;
mod properties;
mod server;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;

pub use client::{Answered, Client, Wish};
pub use server::Server;

/// A server with all the state, and its clients.
pub static KEY_VALUE: Protocol = Protocol {
    name: KeyValue::PROTOCOL,
    roles: &[
        Role::of::<Server>("server", Icon::Server, &[]),
        Role {
            name: "client",
            icon: Icon::Client,
            settings: client::SETTINGS,
            spawn: || Box::new(Client::default()),
        },
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: &[],
    describe: describe::<KeyValue>,
};

/// What client and server say to each other. `id` numbers a client's requests; it grows and is never used twice.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum KeyValue {
    /// Asks for the value of a key.
    Get {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
    },
    /// Asks to store a value.
    Put {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// Answers a get.
    Value {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
        /// Its value.
        value: String,
    },
    /// Answers a get of a key that nobody put.
    NotFound {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
    },
    /// Acknowledges a put: its value, or a newer one, will be there whatever becomes of the server's memory.
    Stored {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
        /// The number that the server gave this put.
        version: u64,
    },
    /// Refuses a put: the disk takes no more.
    Full {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
    },
}

impl Message for KeyValue {
    const PROTOCOL: &'static str = "key-value";

    fn label(&self) -> String {
        match self {
            KeyValue::Get { key, .. } => format!("get {key}"),
            KeyValue::Put { key, value, .. } => format!("put {key}={value}"),
            KeyValue::Value { key, value, .. } => format!("{key}={value}"),
            KeyValue::NotFound { key, .. } => format!("{key}=–"),
            KeyValue::Stored { key, .. } => format!("stored {key}"),
            KeyValue::Full { key, .. } => format!("full {key}"),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            KeyValue::Get { .. } | KeyValue::Put { .. } => Sort::Request,
            KeyValue::Value { .. } | KeyValue::NotFound { .. } | KeyValue::Stored { .. } => Sort::Reply,
            KeyValue::Full { .. } => Sort::Refusal,
        }
    }

    /// A liar invents the value. What it says of itself, such as that a put is stored, it may also say without having done it.
    fn forge(&self, rng: &mut Rng) -> Option<KeyValue> {
        let mut lie = self.clone();
        match &mut lie {
            KeyValue::Put { value, .. } | KeyValue::Value { value, .. } => {
                *value = format!("{value}{}", rng.below(10));
                Some(lie)
            }
            KeyValue::NotFound { id, key } => {
                Some(KeyValue::Value { id: *id, key: key.clone(), value: rng.below(100).to_string() })
            }
            _ => None,
        }
    }
}

impl KeyValue {
    /// The number of the request that this asks or answers.
    fn id(&self) -> u64 {
        match self {
            KeyValue::Get { id, .. }
            | KeyValue::Put { id, .. }
            | KeyValue::Value { id, .. }
            | KeyValue::NotFound { id, .. }
            | KeyValue::Stored { id, .. }
            | KeyValue::Full { id, .. } => *id,
        }
    }

    fn key(&self) -> &str {
        match self {
            KeyValue::Get { key, .. }
            | KeyValue::Put { key, .. }
            | KeyValue::Value { key, .. }
            | KeyValue::NotFound { key, .. }
            | KeyValue::Stored { key, .. }
            | KeyValue::Full { key, .. } => key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lie_answers_the_same_request() {
        let mut rng = Rng::stream(1, "lies");
        let put = KeyValue::Put { id: 7, key: "x".to_owned(), value: "1".to_owned() };
        let not_found = KeyValue::NotFound { id: 7, key: "x".to_owned() };
        for truth in [put, not_found] {
            let lie = truth.forge(&mut rng).unwrap();
            assert_ne!(lie, truth);
            assert_eq!((lie.id(), lie.key()), (7, "x"));
            assert_eq!(KeyValue::decode(&lie.encode()), Some(lie));
        }
    }
}
