//! The registrar: it knows each ally in person, and signs the one name of each.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process};
use crate::word;

use super::{Seal, Verify};

/// Who vouches for names. It remembers nothing: whom it knows stands in its list, which is the network's.
#[derive(Clone, Debug, Default)]
pub struct Registrar {
    signed: u64,
    refused: u64,
}

impl Registrar {
    /// How many names it has refused to sign since it started.
    pub fn refused(&self) -> u64 {
        self.refused
    }
}

impl Process for Registrar {
    type Message = Verify;

    fn on_message(&mut self, cx: &mut Context<'_, Verify>, from: NodeId, message: Verify) {
        let Verify::Enrol { name } = message else { return };
        if name == cx.name(from) {
            self.signed += 1;
            let seal = Seal::of(&name);
            cx.send_routed(from, &Verify::Sealed { name, seal });
        } else {
            self.refused += 1;
            cx.send_routed(from, &Verify::Refused { name });
        }
    }

    fn look(&self) -> Look {
        Look::default()
            .badge(format!("{} / {}", self.signed, self.signed + self.refused))
            .fact(word!("fact.names-signed"), self.signed)
            .fact(word!("fact.names-refused"), self.refused)
    }
}
