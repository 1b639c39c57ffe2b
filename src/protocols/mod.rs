//! What nodes run. Each protocol is one file and one line of [`ALL`].
//!
//! To add one: write `src/protocols/x.rs` in the order *story and source · the `Protocol` · messages · processes · the
//! rules, named as in the paper · properties · tests*, name it here twice, and give its facts their words in `assets/words`.
//! The inspector, the stage, forging, and the tests over the catalogue follow from the list.

pub mod bitcoin;
pub mod chatter;
pub mod dns;
pub mod email;
pub mod key_value;
pub mod register;
pub mod sharded;
pub mod telephone;
pub mod uptime;
pub mod voice;
pub mod web;

use crate::sim::process::Protocol;

/// Every protocol.
pub static ALL: &[&Protocol] = &[
    &key_value::KEY_VALUE,
    &sharded::SHARDED,
    &dns::DNS,
    &email::EMAIL,
    &telephone::TELEPHONE,
    &voice::VOICE,
    &bitcoin::BITCOIN,
    &web::WEB,
    &uptime::UPTIME,
    &register::REGISTER,
    &chatter::CHATTER,
];
