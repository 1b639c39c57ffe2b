//! Netsplit: learn distributed systems by breaking them.
//!
//! Read the rooms in this order; each may use only the ones before it.
//!
//! 1. [`sorted`]: small maps and sets for all the others.
//! 2. [`words`]: the words of the interface, in one table a language.
//! 3. [`sim`]: the world. Time, chance, network, processes, commands, trace. It knows no protocol.
//! 4. [`faults`]: what can go wrong.
//! 5. [`protocols`]: what nodes run.
//! 6. [`scenarios`]: networks to learn from.
//! 7. [`lessons`]: the course.
//! 8. [`share`]: what goes in and out: addresses, progress, files, reports.
//! 9. `literature`: published results beside our own (not in the page).
//! 10. [`stage`]: the picture as plain data.
//! 11. `ui`: the page (only for WebAssembly).

pub mod faults;
pub mod lessons;
#[cfg(not(target_arch = "wasm32"))]
pub mod literature;
pub mod protocols;
pub mod scenarios;
pub mod share;
pub mod sim;
pub mod sorted;
pub mod stage;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod ui;
