//! What must be true of two hosts and the strangers between them, and what is read off them.

use crate::phrase;
use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::world::World;
use crate::word;
use crate::words::Phrase;

use super::{Heard, Router, SERVER, Said, Server, TERMINAL, Terminal};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "only-what-was-said-is-heard",
        kind: PropertyKind::Always,
        title: word!("property.only-what-was-said"),
        check: only_what_was_said_is_heard,
    },
    Property {
        name: "nobody-reads-along",
        kind: PropertyKind::Always,
        title: word!("property.nobody-reads-along"),
        check: nobody_reads_along,
    },
    Property {
        name: "altered-words-are-believed",
        kind: PropertyKind::Sometimes,
        title: word!("property.altered-believed"),
        check: |world| seen(altered_words_are_believed(world)),
    },
    Property {
        name: "a-record-is-refused",
        kind: PropertyKind::Sometimes,
        title: word!("property.record-refused"),
        check: |world| seen(refused(world) > 0),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading { name: "words_read", title: word!("reading.words-read"), read: words_read },
    Reading { name: "refused", title: word!("reading.refused"), read: |world| Some(refused(world) as f64) },
    Reading { name: "pieces", title: word!("reading.pieces"), read: pieces },
    Reading { name: "sending_seconds", title: word!("reading.sending"), read: sending_seconds },
    Reading { name: "resent", title: word!("reading.resent"), read: |world| resent(world, false) },
    Reading {
        name: "resent_within",
        title: word!("reading.resent-within"),
        read: |world| resent(world, true),
    },
];

/// The ends, if both have run from the beginning and never lied: what an end said before it forgot everything cannot be asked.
fn ends(world: &World) -> Option<(&Terminal, &Server)> {
    let network = world.network();
    let mut all = network.nodes_with_role(TERMINAL).iter().chain(network.nodes_with_role(SERVER));
    let is_as_it_was = all.all(|node| world.node(*node).falls == 0 && !world.node(*node).ever_byzantine);
    let (_, terminal) = world.processes::<Terminal>().next()?;
    let (_, server) = world.processes::<Server>().next()?;
    is_as_it_was.then_some((terminal, server))
}

/// Everything said so far was said with the host key checked against the one that was known.
fn is_checked(terminal: &Terminal) -> bool {
    terminal.said().iter().all(|said| said.is_safe)
}

/// What came in records was said, in this order, each once. It is claimed where nothing was said to an unchecked host: who is taken for
/// the server there may say anything.
fn only_what_was_said_is_heard(world: &World) -> Result<(), Phrase> {
    let Some((terminal, server)) = ends(world).filter(|(terminal, _)| is_checked(terminal)) else {
        return Ok(());
    };
    match first_not_said(terminal.said(), server.heard().iter().filter(|heard| heard.is_sealed)) {
        None => Ok(()),
        Some(heard) => Err(phrase!("property.heard-not-said", words = heard.words.as_str())),
    }
}

/// No router has read what was said into a tunnel with a checked end.
fn nobody_reads_along(world: &World) -> Result<(), Phrase> {
    let Some((terminal, _)) = ends(world).filter(|(terminal, _)| is_checked(terminal)) else { return Ok(()) };
    let mut read = world
        .processes::<Router>()
        .flat_map(|(node, router)| router.read().iter().map(move |words| (node, words)));
    match read.find(|(_, words)| terminal.said().iter().any(|said| said.words == **words)) {
        None => Ok(()),
        Some((node, words)) => {
            Err(phrase!("property.read-along", node = world.network().name(node), words = words.as_str()))
        }
    }
}

/// The server has heard what nobody said, or not like this.
fn altered_words_are_believed(world: &World) -> bool {
    ends(world)
        .is_some_and(|(terminal, server)| first_not_said(terminal.said(), server.heard().iter()).is_some())
}

/// The first of what was heard that is not among what was said after what was heard before.
fn first_not_said<'a>(said: &[Said], heard: impl Iterator<Item = &'a Heard>) -> Option<&'a Heard> {
    let mut said = said.iter();
    let mut heard = heard;
    heard.find(|heard| !said.any(|said| said.words == heard.words))
}

/// What both ends refused: host keys and records.
pub fn refused(world: &World) -> u64 {
    let terminals = world.processes::<Terminal>().map(|(_, terminal)| terminal.refused());
    terminals.chain(world.processes::<Server>().map(|(_, server)| server.refused())).sum()
}

fn words_read(world: &World) -> Option<f64> {
    world.processes::<Router>().map(|(_, router)| router.read().len()).max().map(|count| count as f64)
}

fn pieces(world: &World) -> Option<f64> {
    world.processes::<Server>().next().map(|(_, server)| server.pieces() as f64)
}

fn sending_seconds(world: &World) -> Option<f64> {
    let (_, terminal) = world.processes::<Terminal>().next()?;
    terminal.took().map(|took| took.as_secs_f64())
}

fn resent(world: &World, within: bool) -> Option<f64> {
    let (_, terminal) = world.processes::<Terminal>().next()?;
    let (outer, inner) = terminal.resent();
    Some(if within { inner } else { outer } as f64)
}
