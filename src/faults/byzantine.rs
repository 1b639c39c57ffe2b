//! A Byzantine node: it follows not its protocol but a strategy, within what it could itself send.

use crate::sim::fault::{Condition, Lie, Strategy};
use crate::sim::fault::{Effect, FaultKind};
use crate::sim::settings::{Kind, Value};
use crate::sim::time::Duration;
use crate::word;

/// A Byzantine node: it follows not its protocol but a strategy, within what it could itself send.
pub static BYZANTINE: FaultKind = FaultKind {
    name: "byzantine",
    heal_verb: Some("honest"),
    effect: Effect::Node(turn),
    amount: Some((Kind::Choice(STRATEGIES), "equivocate")),
    title: word!("fault.byzantine"),
    heal_title: word!("fault.byzantine.heal"),
    lost: None,
};

/// What a Byzantine node can be told to do.
const STRATEGIES: &[&str] = &["silent", "lie", "equivocate", "corrupt", "delay", "replay", "collude"];

fn turn(amount: &Value, condition: &mut Condition) {
    if let Value::Choice(name) = amount {
        condition.strategy = Some(strategy(name));
    }
}

fn strategy(name: &'static str) -> Strategy {
    let truthful = Strategy {
        name,
        lie: Lie::None,
        silent: false,
        corrupt: false,
        replay: false,
        delay: Duration::ZERO,
    };
    match name {
        "silent" => Strategy { silent: true, ..truthful },
        "lie" => Strategy { lie: Lie::Consistent, ..truthful },
        "equivocate" => Strategy { lie: Lie::PerReceiver, ..truthful },
        "corrupt" => Strategy { corrupt: true, ..truthful },
        "delay" => Strategy { delay: Duration::secs(1), ..truthful },
        "replay" => Strategy { replay: true, ..truthful },
        _ => Strategy { lie: Lie::Colluding, ..truthful },
    }
}
