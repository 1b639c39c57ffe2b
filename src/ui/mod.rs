//! The page. It draws snapshots and turns input into commands; it is the only room that names the browser.
//!
//! [`lab`] is the one store: a component reads its signals and calls [`lab::Lab::dispatch`], and never holds a world.
//! [`clock`] is the only place that knows wall time. [`app`] is the whole page; where the stage and the panels stand in it is
//! marked there. [`route`] follows the address, [`session`] keeps each step's run, [`progress`] what the learner reached.

pub mod announce;
pub mod app;
pub mod clock;
mod contents;
pub mod crash;
mod diagram;
mod dynamic;
mod glossary;
mod header;
mod help;
pub mod keys;
pub mod lab;
pub mod layout;
mod lesson;
mod lesson_parts;
mod literature;
mod markup;
pub mod memo;
mod needs;
mod notices;
pub mod panels;
pub mod parts;
mod present;
pub mod progress;
mod question;
pub mod rest;
pub mod route;
pub mod runs;
mod scenario;
pub mod session;
pub mod settings;
mod share;
mod shared;
pub mod signals;
pub mod stage;
mod step;
mod storage;
pub mod texts;
pub mod work;
