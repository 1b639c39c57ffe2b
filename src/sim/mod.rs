//! The world: time, chance, the network, processes, and the one door through which anything is done to it.
//!
//! It knows no protocol, no lesson and no browser. A run is a pure function of a [`scenario::Scenario`] and a list of
//! [`command::TimedCommand`]s: integer time, one total order of events, a seeded stream of luck for each node and direction.
//!
//! Read in this order: [`time`], [`random`], [`settings`], [`network`], [`link`], [`wire`], [`disk`], [`process`],
//! [`fault`], [`command`], [`scenario`], [`core`], [`world`], [`trace`], [`property`], [`samples`], [`figure`], [`timeline`], [`snapshot`],
//! [`inspect`], [`pending`]; [`digest`] where a protocol hashes or signs what it says, [`retransmission`] where it resends what is lost.

mod agenda;
pub mod angle;
pub mod command;
pub mod compare;
pub mod core;
pub mod digest;
pub mod disk;
pub mod fault;
pub mod figure;
pub mod inspect;
pub mod link;
pub mod network;
pub mod pending;
pub mod process;
pub mod property;
pub mod random;
pub mod retransmission;
mod routes;
pub mod samples;
pub mod scenario;
pub mod settings;
pub mod snapshot;
pub mod time;
pub mod timeline;
pub mod trace;
pub mod wire;
pub mod world;
