//! What must be true of service levels, and what is read off the meter.

use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::time::Duration;
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::super::{USER, User};
use super::{METER, Meter};

pub(in super::super) const COUNTS_WHAT_HAPPENED: Property = Property {
    name: "meter-counts-what-happened",
    kind: PropertyKind::Always,
    title: word!("property.meter-counts-what-happened"),
    check: counts_what_happened,
};

pub(in super::super) const ALERT_GOES_OFF: Property = Property {
    name: "burn-alert-goes-off",
    kind: PropertyKind::Sometimes,
    title: word!("property.burn-alert-goes-off"),
    check: |world| seen(meter(world).is_some_and(|meter| meter.alarms() > 0)),
};

pub(in super::super) const BUDGET_IS_SPENT: Property = Property {
    name: "error-budget-is-spent",
    kind: PropertyKind::Sometimes,
    title: word!("property.error-budget-is-spent"),
    check: |world| seen(meter(world).is_some_and(|meter| meter.left() == Duration::ZERO)),
};

pub(in super::super) const READINGS: [Reading; 10] = [
    Reading { name: "sli_percent", title: word!("reading.sli-percent"), read: |world| sli(meter(world)?) },
    Reading {
        name: "slo_day_minutes",
        title: word!("reading.slo-day-minutes"),
        read: |world| leaves(world, Duration::secs(86_400)),
    },
    Reading {
        name: "slo_month_minutes",
        title: word!("reading.slo-month-minutes"),
        read: |world| leaves(world, Duration::secs(30 * 86_400)),
    },
    Reading {
        name: "slo_year_minutes",
        title: word!("reading.slo-year-minutes"),
        read: |world| leaves(world, Duration::secs(365 * 86_400)),
    },
    Reading {
        name: "budget_spent_minutes",
        title: word!("reading.budget-spent-minutes"),
        read: |world| Some(minutes(meter(world)?.spent())),
    },
    Reading {
        name: "budget_left_percent",
        title: word!("reading.budget-left-percent"),
        read: |world| {
            let meter = meter(world)?;
            let budget = meter.terms().budget(meter.terms().target);
            Some(100.0 - 100.0 * minutes(meter.spent()) / minutes(budget))
        },
    },
    Reading {
        name: "burn_rate_long",
        title: word!("reading.burn-rate-long"),
        read: |world| burn_rate(world, |meter| meter.terms().long),
    },
    Reading {
        name: "burn_rate_short",
        title: word!("reading.burn-rate-short"),
        read: |world| burn_rate(world, |meter| meter.terms().short),
    },
    Reading {
        name: "sla_credits",
        title: word!("reading.sla-credits"),
        read: |world| Some(meter(world)?.credits() as f64),
    },
    Reading {
        name: "latency_p99_ms",
        title: word!("reading.latency-p99-ms"),
        read: |world| Some(meter(world)?.latencies().permille(990)? as f64 / 1e3),
    },
];

/// Who measures, if there is one and it runs.
pub fn meter(world: &World) -> Option<&Meter> {
    let node = world.network().nodes_with_role(METER).first()?;
    world.process(*node)
}

pub(super) fn minutes(length: Duration) -> f64 {
    length.as_secs_f64() / 60.0
}

fn sli(meter: &Meter) -> Option<f64> {
    let (valid, bad) = (meter.record().valid(), meter.record().bad().len() as u64);
    (valid > 0).then(|| 100.0 * (valid - bad) as f64 / valid as f64)
}

/// For how many minutes of so long everything may fail.
fn leaves(world: &World, length: Duration) -> Option<f64> {
    Some(minutes(meter(world)?.terms().target.complement().of(length)))
}

fn burn_rate(world: &World, window: fn(&Meter) -> Duration) -> Option<f64> {
    let meter = meter(world)?;
    let (window, parts) = (window(meter), meter.terms().target.complement().parts_per_million());
    Some(meter.spent_in(window).as_secs_f64() / window.as_secs_f64() / f64::from(parts) * 1e6)
}

/// A meter that measures at the users has not counted more events than users saw their requests end, nor more bad ones than there were ends.
/// It assumes that no user ever fell, so that its own books are whole, that none was ever Byzantine, and that no link ever duplicated what it carried.
fn counts_what_happened(world: &World) -> Result<(), Phrase> {
    let Some(meter) = meter(world) else { return Ok(()) };
    let users = world.network().nodes_with_role(USER);
    let is_whole = users.iter().all(|node| world.node(*node).falls == 0 && !world.node(*node).ever_byzantine);
    let is_doubled = world.spells().iter().any(|spell| spell.kind.name == "duplicate");
    if !is_whole || is_doubled || meter.terms().measured_at() != USER {
        return Ok(());
    }
    let ended = world.processes::<User>().map(|(_, user)| user.tally().fates.settled()).sum::<u64>();
    let counted = meter.record().valid();
    match counted <= ended {
        true => Ok(()),
        false => Err(phrase!("property.meter-counts-more", counted = counted, ended = ended)),
    }
}
