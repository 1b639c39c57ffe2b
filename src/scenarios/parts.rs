//! The parts of the page's module besides the first: one for each protocol, with the scenarios that it is fetched for.
//!
//! `xtask` compiles this very file, too, and divides the module by it (`xtask/src/parts.rs`). So it holds nothing but the list, and
//! knows nothing else of the program.

/// Every protocol by the name of its file, and the scenarios that run it by the names of theirs. A scenario that runs several
/// protocols stands beside each, and its own functions are in the part of the first.
pub const PARTS: &[(&str, &[&str])] = &[
    ("key_value", &["centralized"]),
    ("sharded", &["sharded"]),
    ("dns", &["dns"]),
    ("email", &["email"]),
    ("telephone", &["telephone"]),
    ("voice", &["voice"]),
    ("bitcoin", &["bitcoin"]),
    ("payment", &["take-apart"]),
    ("web", &["web-service", "ddos", "service-levels"]),
    ("uptime", &["uptime-budget"]),
    ("register", &["partition"]),
    ("tcp", &["packets"]),
    ("congestion", &["congestion"]),
    ("routing", &["routing"]),
    ("tunnel", &["tunnel"]),
    ("fail_stop", &["fail-stop"]),
    ("recovery", &["recovery"]),
    ("verify", &["verify"]),
    ("generals", &["generals"]),
    ("pbft", &["pbft"]),
    ("chatter", &["stress"]),
];
