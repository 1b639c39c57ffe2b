//! Amounts of faults as the numbers they are. The command grammar has checked their kind.

use crate::sim::random::Probability;
use crate::sim::settings::Value;
use crate::sim::time::Duration;

/// An amount that is a probability.
pub(super) fn probability(amount: &Value) -> Probability {
    match amount {
        Value::Probability(probability) => *probability,
        _ => Probability::NEVER,
    }
}

/// An amount that is a length of time.
pub(super) fn duration(amount: &Value) -> Duration {
    match amount {
        Value::Duration(length) => *length,
        _ => Duration::ZERO,
    }
}
