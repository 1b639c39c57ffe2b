//! The telephone network: calls that hold a circuit on every hop for as long as they last (circuit switching).
//!
//! Exchanges are joined by trunks of a few circuits each, and every phone by one line to its exchange. Exchanges set up and
//! release calls by messages about numbered circuits, in the manner of the ISDN User Part of Signalling System No. 7 (ITU-T
//! Q.763, Q.764): an *initial address* reserves a circuit on the next hop, *address complete* says that the phone rings, *answer*
//! that it was picked up; a *release*, with its cause, gives the circuit back, and it is idle after *release complete*.
//!
//! - **Routing.** Each exchange has a first choice and alternates toward every phone, computed from the map of the network
//!   (`routing`). It takes the first with an idle circuit; and if an exchange further on finds none, its release lets this one
//!   try its next choice (crankback, ITU-T E.412 and later versions of ISUP; older networks refused the call there).
//! - **Dual seizure.** Both ends of a trunk may take the same circuit at once. As in Q.764, each controls half of the circuits and
//!   takes those first; if it happens all the same, the call of the one that controls the circuit stays and the other looks
//!   for another circuit.
//! - **Failure.** Each end tells the other every `heartbeat` which circuits it holds for which calls, which in ISUP it would have to be
//!   asked for (circuit query). A circuit that the other end has not confirmed for `suspect-after` beats is released, and the call
//!   with it; a trunk that is silent for so long is not used. An exchange that starts anew says so (circuit group reset).
//!
//! Differences from the real thing: signalling goes beside the circuits over the same link, so that one cut takes both; the lines of
//! subscribers speak the same language as the trunks instead of hooks, tones and bells; SS7 carries each message once and in
//! order, a network here may not, so each message also names its call; a reset is not acknowledged, for the next beats repair
//! what a lost one leaves. What is said is not simulated: a circuit is reserved whether anybody speaks or not.
//!
//! Requests of a phone's user:
//!
//! ```text
//! request = "call" name              call p5
//!         | "hang up"
//! ```

mod circuits;
mod exchange;
mod figure;
mod phone;
mod properties;
mod routing;

use serde::{Deserialize, Serialize};

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::word;
use crate::words::Key;

pub use circuits::{Circuit, Circuits, Port};
pub use exchange::Exchange;
pub use figure::erlang_b;
pub use phone::{Counts, Phone, Stage};

/// Phones, exchanges, and crowds of subscribers.
pub static TELEPHONE: Protocol = Protocol {
    name: Signalling::PROTOCOL,
    roles: &[
        Role::of::<Exchange>(EXCHANGE, Icon::Exchange, EXCHANGE_SETTINGS),
        Role::of::<Phone>(PHONE, Icon::Phone, PHONE_SETTINGS),
        Role { name: CROWD, icon: Icon::Phone, settings: PHONE_SETTINGS, spawn: || Box::new(Phone::crowd()) },
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figure::FIGURES,
    describe: describe::<Signalling>,
};

const EXCHANGE: &str = "exchange";
const PHONE: &str = "phone";
/// So many subscribers on one node that those who are on the phone already do not matter: calls come from sources without limit,
/// which Erlang's formula takes for granted.
const CROWD: &str = "subscribers";

const LENGTHS: Kind = Kind::Duration(Duration::millis(1), Duration::secs(3_600));
const HEARTBEAT: Setting = Setting { name: "heartbeat", kind: LENGTHS, default: "1s" };
const SUSPECT_AFTER: Setting = Setting { name: "suspect-after", kind: Kind::Count(1, 100), default: "3" };

const EXCHANGE_SETTINGS: &[Setting] = &[
    // Of each trunk.
    Setting { name: "circuits", kind: Kind::Count(1, 100), default: "3" },
    HEARTBEAT,
    SUSPECT_AFTER,
];

const PHONE_SETTINGS: &[Setting] = &[
    // How often somebody calls by themselves, on average; 0 is never.
    Setting { name: "calls-per-hour", kind: Kind::Count(0, 1_000_000), default: "0" },
    // How long such a call lasts, on average.
    Setting { name: "holding-time", kind: LENGTHS, default: "12s" },
    // How long it rings before somebody answers.
    Setting { name: "answers-after", kind: LENGTHS, default: "1s" },
    HEARTBEAT,
    SUSPECT_AFTER,
];

/// Which call of all there ever are: who made it, and a number that grows and is never used twice. (ISUP: global call reference.)
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct CallReference {
    /// The number of the node that calls.
    pub caller: u32,
    /// Which of its calls.
    pub number: u64,
}

/// What two neighbours say to each other.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Signalling {
    /// About one circuit between them.
    OfCircuit {
        /// The circuit's number, from 1.
        circuit: u16,
        /// The call that has it.
        call: CallReference,
        /// What is said.
        signal: Signal,
    },
    /// The sender is there, and these circuits between the two it holds for these calls.
    Supervision {
        /// Circuits and calls, by circuit.
        held: Vec<(u16, CallReference)>,
    },
    /// The sender starts anew and holds none of the circuits between the two.
    GroupReset,
}

/// What is said about a circuit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Signal {
    /// Take this circuit and go on with the call.
    InitialAddress {
        /// Who calls.
        calling: String,
        /// Who is called.
        called: String,
    },
    /// The phone rings.
    AddressComplete,
    /// The phone was picked up.
    Answer,
    /// The call is over on this circuit.
    Release(Cause),
    /// The circuit is idle.
    ReleaseComplete,
}

/// Why a call is released. (ITU-T Q.850, whose numbers are beside.)
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Cause {
    /// No phone has this name (1).
    UnallocatedNumber,
    /// No way to the phone is known to work (3).
    NoRoute,
    /// Somebody hung up (16).
    NormalClearing,
    /// The phone is in another call (17).
    UserBusy,
    /// The phone, or its line, is dead (27).
    OutOfOrder,
    /// Every circuit of every way is taken (34).
    NoCircuit,
    /// The other end of a circuit is not heard of, or does not know the call (41).
    TemporaryFailure,
    /// This one circuit is taken (44).
    CircuitUnavailable,
    /// The call came back to where it had been (25).
    RoutingError,
}

impl Cause {
    /// Whether an exchange that hears this before the phone rings may try its next choice.
    fn lets_try_another(self) -> bool {
        use Cause::{CircuitUnavailable, NoCircuit, NoRoute, RoutingError, TemporaryFailure};
        matches!(self, NoRoute | NoCircuit | TemporaryFailure | CircuitUnavailable | RoutingError)
    }

    /// That a call to `{phone}` ended for this cause, for the log.
    fn outcome(self) -> Key {
        match self {
            Cause::UnallocatedNumber => word!("note.call-unallocated"),
            Cause::NoRoute => word!("note.call-no-route"),
            Cause::NormalClearing => word!("note.call-normal"),
            Cause::UserBusy => word!("note.call-busy"),
            Cause::OutOfOrder => word!("note.call-out-of-order"),
            Cause::NoCircuit => word!("note.call-no-circuit"),
            Cause::TemporaryFailure | Cause::CircuitUnavailable | Cause::RoutingError => {
                word!("note.call-failure")
            }
        }
    }

    /// In the notation of messages.
    fn label(self) -> &'static str {
        match self {
            Cause::UnallocatedNumber => "no such number",
            Cause::NoRoute => "no route",
            Cause::NormalClearing => "hung up",
            Cause::UserBusy => "busy",
            Cause::OutOfOrder => "out of order",
            Cause::NoCircuit => "no circuit",
            Cause::TemporaryFailure => "failure",
            Cause::CircuitUnavailable => "circuit taken",
            Cause::RoutingError => "loop",
        }
    }
}

impl Message for Signalling {
    const PROTOCOL: &'static str = "telephone";

    fn label(&self) -> String {
        match self {
            Signalling::OfCircuit { signal: Signal::InitialAddress { called, .. }, circuit, .. } => {
                format!("initial address {called} on {circuit}")
            }
            Signalling::OfCircuit { signal: Signal::AddressComplete, .. } => "address complete".to_owned(),
            Signalling::OfCircuit { signal: Signal::Answer, .. } => "answer".to_owned(),
            Signalling::OfCircuit { signal: Signal::Release(cause), .. } => {
                format!("release: {}", cause.label())
            }
            Signalling::OfCircuit { signal: Signal::ReleaseComplete, .. } => "release complete".to_owned(),
            Signalling::Supervision { held } => format!("in use: {}", held.len()),
            Signalling::GroupReset => "group reset".to_owned(),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Signalling::OfCircuit { signal: Signal::InitialAddress { .. }, .. } => Sort::Request,
            Signalling::OfCircuit { signal: Signal::Release(_), .. } | Signalling::GroupReset => {
                Sort::Refusal
            }
            Signalling::OfCircuit { .. } => Sort::Reply,
            Signalling::Supervision { .. } => Sort::Beat,
        }
    }

    /// A liar takes another circuit than it says, answers for a phone that only rings, releases what was answered, keeps what it
    /// says is idle, and is silent about a circuit that it holds.
    fn forge(&self, rng: &mut Rng) -> Option<Signalling> {
        let mut lie = self.clone();
        match &mut lie {
            Signalling::OfCircuit { circuit, signal, .. } => match signal {
                Signal::InitialAddress { .. } => *circuit += 1 + rng.below(3) as u16,
                Signal::AddressComplete => *signal = Signal::Answer,
                Signal::Answer => *signal = Signal::Release(Cause::UserBusy),
                Signal::Release(_) => *signal = Signal::Answer,
                Signal::ReleaseComplete => return None,
            },
            Signalling::Supervision { held } if !held.is_empty() => {
                held.remove(rng.below(held.len() as u64) as usize);
            }
            Signalling::Supervision { .. } | Signalling::GroupReset => return None,
        }
        Some(lie)
    }
}

impl Context<'_, Signalling> {
    /// Says something about a circuit to its other end.
    fn signal(&mut self, port: Port, call: CallReference, signal: Signal) {
        self.send(port.toward, &Signalling::OfCircuit { circuit: port.number, call, signal });
    }

    /// The number of circuits that join this node to a neighbour, if its trunks have `trunk` each.
    fn circuits_toward(&self, neighbour: NodeId, trunk: u16) -> u16 {
        if self.nodes_with_role(EXCHANGE).contains(&neighbour) {
            trunk
        } else if self.nodes_with_role(CROWD).contains(&neighbour) {
            LINES_OF_A_CROWD
        } else {
            1
        }
    }
}

/// More than are ever taken at a time.
const LINES_OF_A_CROWD: u16 = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lie_is_about_the_same_call_and_can_be_read() {
        let mut rng = Rng::stream(1, "lies");
        let call = CallReference { caller: 4, number: 7 };
        let address = Signal::InitialAddress { calling: "p1".to_owned(), called: "p5".to_owned() };
        for signal in
            [address, Signal::AddressComplete, Signal::Answer, Signal::Release(Cause::NormalClearing)]
        {
            let truth = Signalling::OfCircuit { circuit: 2, call, signal };
            let lie = truth.forge(&mut rng).unwrap();
            assert_ne!(lie, truth);
            assert!(matches!(lie, Signalling::OfCircuit { call: same, .. } if same == call));
            assert_eq!(Signalling::decode(&lie.encode()), Some(lie));
        }
        let held = Signalling::Supervision { held: vec![(1, call), (3, call)] };
        assert!(matches!(held.forge(&mut rng), Some(Signalling::Supervision { held }) if held.len() == 1));
    }
}
