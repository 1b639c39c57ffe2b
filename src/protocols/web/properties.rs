//! What must be true of the web service, and what is read off it: all as its running users see it. A user that crashed counts from
//! its restart.

use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::service_levels::{
    ALERT_GOES_OFF, BUDGET_IS_SPENT, COUNTS_WHAT_HAPPENED, READINGS as LEVEL_READINGS,
};
use super::table::stored;
use super::tally::{SECONDS_KEPT, second_of};
use super::{APP, App, BALANCER, Balancer, Bot, DATABASE, Database, Fates, Second, Table, Tally, User};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "requests-are-accounted-for",
        kind: PropertyKind::Always,
        title: word!("property.requests-are-accounted-for"),
        check: requests_are_accounted_for,
    },
    Property {
        name: "every-second-adds-up",
        kind: PropertyKind::Always,
        title: word!("property.every-second-adds-up"),
        check: every_second_adds_up,
    },
    Property {
        name: "rate-limits-are-kept",
        kind: PropertyKind::Always,
        title: word!("property.rate-limits-are-kept"),
        check: rate_limits_are_kept,
    },
    Property {
        name: "acknowledged-saves-are-kept",
        kind: PropertyKind::Always,
        title: word!("property.acknowledged-saves-are-kept"),
        check: acknowledged_saves_are_kept,
    },
    Property {
        name: "no-database-no-success",
        kind: PropertyKind::Always,
        title: word!("property.no-database-no-success"),
        check: no_database_no_success,
    },
    Property {
        name: "one-leader-an-epoch",
        kind: PropertyKind::Always,
        title: word!("property.one-leader-an-epoch"),
        check: one_leader_an_epoch,
    },
    Property {
        name: "users-are-served",
        kind: PropertyKind::Eventually,
        title: word!("property.users-are-served"),
        check: users_are_served,
    },
    Property {
        name: "a-request-is-given-up",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-request-is-given-up"),
        check: |world| seen(total(world).fates.bad() > 0),
    },
    Property {
        name: "a-standby-leads",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-standby-leads"),
        check: |world| seen(world.processes::<Database>().any(|(_, database)| database.promotions() > 0)),
    },
    Property {
        name: "an-acknowledged-save-is-lost",
        kind: PropertyKind::Sometimes,
        title: word!("property.an-acknowledged-save-is-lost"),
        check: |world| seen(lost_saves(world).is_some_and(|lost| lost > 0)),
    },
    COUNTS_WHAT_HAPPENED,
    ALERT_GOES_OFF,
    BUDGET_IS_SPENT,
];

/// Those of the service, then those of service levels.
pub(super) const READINGS: &[Reading] = &{
    let mut all = [OWN_READINGS[0]; OWN_READINGS.len() + LEVEL_READINGS.len()];
    let mut at = 0;
    while at < all.len() {
        let levels = at.checked_sub(OWN_READINGS.len());
        all[at] = if let Some(at) = levels { LEVEL_READINGS[at] } else { OWN_READINGS[at] };
        at += 1;
    }
    all
};

const OWN_READINGS: &[Reading] = &[
    Reading {
        name: "offered_per_second",
        title: word!("reading.offered-per-second"),
        read: |world| rate(world, users, |second| second.offered),
    },
    Reading {
        name: "good_per_second",
        title: word!("reading.good-per-second"),
        read: |world| rate(world, users, |second| second.good),
    },
    Reading {
        name: "given_up_per_second",
        title: word!("reading.given-up-per-second"),
        read: |world| rate(world, users, |second| second.bad),
    },
    Reading {
        name: "tries_per_second",
        title: word!("reading.tries-per-second"),
        read: |world| rate(world, users, |second| second.tries),
    },
    Reading {
        name: "flood_per_second",
        title: word!("reading.flood-per-second"),
        read: |world| rate(world, bots, |second| second.tries),
    },
    Reading {
        name: "dropped_percent",
        title: word!("reading.dropped-percent"),
        read: |world| share(world, |fates| fates.dropped),
    },
    Reading {
        name: "refused_percent",
        title: word!("reading.refused-percent"),
        read: |world| share(world, |fates| fates.refused),
    },
    Reading {
        name: "timed_out_percent",
        title: word!("reading.timed-out-percent"),
        read: |world| share(world, |fates| fates.timed_out),
    },
    Reading {
        name: "database_tries_per_request",
        title: word!("reading.database-tries-per-request"),
        read: database_tries_per_request,
    },
    Reading {
        name: "good_percent",
        title: word!("reading.availability-percent"),
        read: |world| share(world, |fates| fates.good),
    },
    Reading { name: "good_mean_ms", title: word!("reading.latency-mean-ms"), read: mean_latency },
    Reading {
        name: "saves_lost",
        title: word!("reading.saves-lost"),
        read: |world| lost_saves(world).map(|lost| lost as f64),
    },
];

/// The users that run, by the nodes they run on.
pub fn users(world: &World) -> Box<dyn Iterator<Item = (NodeId, &User)> + '_> {
    Box::new(world.processes::<User>())
}

/// The books of the bots that run, by their nodes.
pub fn bots(world: &World) -> Box<dyn Iterator<Item = (NodeId, &User)> + '_> {
    Box::new(world.processes::<Bot>().map(|(node, bot)| (node, bot.as_user())))
}

/// Every request that a user or a bot began is in exactly one of six places: saved, dropped, refused, failed, timed out or in flight. It holds
/// whatever the others do, for each user counts for itself.
fn requests_are_accounted_for(world: &World) -> Result<(), Phrase> {
    for (node, user) in users(world).chain(bots(world)) {
        let (offered, found) = (user.tally().offered, accounted_for(user));
        if offered != found {
            return unaccounted(world, node, offered, found);
        }
    }
    Ok(())
}

/// How many of a user's requests are settled or in flight.
pub fn accounted_for(user: &User) -> u64 {
    user.tally().fates.settled() + user.in_flight() as u64
}

/// So it is for the requests begun in each of the last seconds alone: what has become of them and those of them that are in flight are
/// all. The seconds are kept by one list and what is in flight by another.
fn every_second_adds_up(world: &World) -> Result<(), Phrase> {
    let first = second_of(world.now()).saturating_sub(SECONDS_KEPT);
    for (node, user) in users(world).chain(bots(world)) {
        let mut in_flight = [0; SECONDS_KEPT as usize + 1];
        let asked_in = user.in_flight_since().map(second_of).filter(|number| *number >= first);
        asked_in.for_each(|number| in_flight[(number - first) as usize] += 1);
        let kept = user.seconds().filter(|(number, _)| *number >= first);
        let mut counted = kept.map(|(number, second)| {
            let in_flight = std::mem::take(&mut in_flight[(number - first) as usize]);
            (second.offered, second.fates.settled() + in_flight)
        });
        let wrong = counted.find(|(offered, found)| offered != found);
        // What is in flight was begun in a second that is kept.
        let left_over = in_flight.iter().sum::<u64>();
        let left_over = (left_over > 0).then_some((0, left_over));
        if let Some((offered, found)) = wrong.or(left_over) {
            return unaccounted(world, node, offered, found);
        }
    }
    Ok(())
}

fn unaccounted(world: &World, node: NodeId, offered: u64, found: u64) -> Result<(), Phrase> {
    let user = world.network().name(node);
    Err(phrase!("property.request-unaccounted", user = user, offered = offered, found = found))
}

/// From no source has a balancer let more through than its limit allows for the time since it was set. It holds of liars too: they lie
/// in what they send.
fn rate_limits_are_kept(world: &World) -> Result<(), Phrase> {
    for (node, balancer) in world.processes::<Balancer>() {
        let beyond = balancer.limiter().admitted(world.now()).find(|(_, admitted, most)| admitted > most);
        if let Some((source, admitted, most)) = beyond {
            let (balancer, source) = (world.network().name(node), world.network().name(source));
            return Err(phrase!(
                "property.limit-exceeded",
                balancer = balancer,
                source = source,
                admitted = admitted,
                most = most
            ));
        }
    }
    Ok(())
}

/// Before the first fail-over, the disk of the database that leads has every state that a running user was told is saved, or a newer
/// one.
///
/// A fail-over can lose saves, for replication is asynchronous: once there is a later epoch this says nothing more, and `saves_lost`
/// counts. It assumes that no database lost its disk, and that nobody who answers was ever Byzantine.
fn acknowledged_saves_are_kept(world: &World) -> Result<(), Phrase> {
    let databases = world.network().nodes_with_role(DATABASE);
    let Some(first) = databases.first() else { return Ok(()) };
    let assumed =
        databases.iter().all(|node| !world.node(*node).ever_lost_disk && !has_failed_over(world, *node));
    if !assumed || somebody_lied(world) {
        return Ok(());
    }
    let table = Table::synced(&world.node(*first).disk).unwrap_or_default();
    for (node, user) in world.processes::<User>() {
        let name = world.network().name(node);
        if table.number(name) < user.acknowledged() {
            return Err(phrase!("property.save-lost", user = name, number = user.acknowledged()));
        }
    }
    Ok(())
}

/// Whether a database knows of an epoch after the first.
fn has_failed_over(world: &World, node: NodeId) -> bool {
    let on_disk = stored(&world.node(node).disk).is_some_and(|(table, _)| table.epoch > 1);
    on_disk || world.process::<Database>(node).is_some_and(|database| database.table().epoch > 1)
}

fn somebody_lied(world: &World) -> bool {
    let liars =
        |role| world.network().nodes_with_role(role).iter().any(|node| world.node(*node).ever_byzantine);
    [BALANCER, APP, DATABASE].into_iter().any(liars)
}

/// While all databases are down, nothing that was asked since is saved. Answers to what was asked before may still be on their way. Of
/// liars it says nothing.
fn no_database_no_success(world: &World) -> Result<(), Phrase> {
    let down = world.network().nodes_with_role(DATABASE).iter().map(|node| world.node(*node).down_since);
    let Some(since) = down.collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max()) else {
        return Ok(());
    };
    if somebody_lied(world) {
        return Ok(());
    }
    let served = |user: &User| user.last_good_asked_at().is_some_and(|asked| asked >= since);
    match world.processes::<User>().find(|(_, user)| served(user)) {
        None => Ok(()),
        Some((node, _)) => {
            Err(phrase!("property.success-without-database", user = world.network().name(node)))
        }
    }
}

/// No two databases that run lead in the same epoch; two may lead, each in its own. It assumes that no database was ever Byzantine and
/// none lost its disk, which knows the epochs that it had.
fn one_leader_an_epoch(world: &World) -> Result<(), Phrase> {
    let databases = world.network().nodes_with_role(DATABASE);
    let spoilt = |node: &NodeId| world.node(*node).ever_byzantine || world.node(*node).ever_lost_disk;
    if databases.iter().any(spoilt) {
        return Ok(());
    }
    let mut leaders: Vec<(u64, NodeId)> = Vec::new();
    for (node, database) in world.processes::<Database>() {
        let Some(epoch) = database.leads() else { continue };
        if let Some((_, other)) = leaders.iter().find(|(known, _)| *known == epoch) {
            let (a, b) = (world.network().name(*other), world.network().name(node));
            return Err(phrase!("property.two-leaders", a = a, b = b, epoch = epoch));
        }
        leaders.push((epoch, node));
    }
    Ok(())
}

/// Every running user that asks by itself has had a success with something that it asked after the last thing done to the world.
fn users_are_served(world: &World) -> Result<(), Phrase> {
    let since = world.last_command_at();
    let unserved = |user: &User| user.asks() && user.last_good_asked_at().is_none_or(|asked| asked < since);
    match world.processes::<User>().find(|(_, user)| unserved(user)) {
        None => Ok(()),
        Some((node, _)) => Err(phrase!("property.user-unserved", user = world.network().name(node))),
    }
}

/// How many users were told that a state is saved which the leading database does not have, nor a newer one. With two leaders, the
/// one of the greater epoch counts; without one there is no telling.
pub fn lost_saves(world: &World) -> Option<usize> {
    let leading =
        world.processes::<Database>().filter_map(|(_, database)| Some((database.leads()?, database)));
    let (_, leader) = leading.max_by_key(|(epoch, _)| *epoch)?;
    let is_lost = |node, user: &User| leader.table().number(world.network().name(node)) < user.acknowledged();
    Some(world.processes::<User>().filter(|(node, user)| is_lost(*node, user)).count())
}

/// What became of all users' requests.
pub(super) fn total(world: &World) -> Tally {
    world.processes::<User>().fold(Tally::default(), |sum, (_, user)| sum.and(user.tally()))
}

/// What happened at all of these in the second of this number.
pub(super) fn in_second<'a>(all: impl Iterator<Item = (NodeId, &'a User)>, number: u64) -> Second {
    all.fold(Second::default(), |sum, (_, user)| sum.and(&user.second(number)))
}

/// Over how many whole seconds a rate is taken.
const RATE_OVER: u64 = 5;

/// Clients of a sort, and the nodes they run on.
type Clients = for<'a> fn(&'a World) -> Box<dyn Iterator<Item = (NodeId, &'a User)> + 'a>;

/// A mean over the last whole seconds; none in the first second.
fn rate(world: &World, all: Clients, of: fn(&Second) -> u64) -> Option<f64> {
    let seconds = second_of(world.now()).min(RATE_OVER);
    let sum = of(&recent(world, all(world).map(|(_, user)| user), RATE_OVER));
    (seconds > 0).then(|| sum as f64 / seconds as f64)
}

/// What happened at all of these in so many last whole seconds.
pub fn recent<'a>(world: &World, all: impl Iterator<Item = &'a User>, seconds: u64) -> Second {
    let now = second_of(world.now());
    let numbers = now.saturating_sub(seconds)..now;
    all.fold(Second::default(), |sum, user| {
        numbers.clone().fold(sum, |sum, number| sum.and(&user.second(number)))
    })
}

/// A share of the users' settled requests, in percent.
fn share(world: &World, of: fn(&Fates) -> u64) -> Option<f64> {
    let fates = total(world).fates;
    let settled = fates.settled();
    (settled > 0).then(|| 100.0 * of(&fates) as f64 / settled as f64)
}

/// How often servers asked a database for each request that users and bots began. What a node did before it went down is forgotten.
pub fn database_tries_per_request(world: &World) -> Option<f64> {
    let offered: u64 = users(world).chain(bots(world)).map(|(_, user)| user.tally().offered).sum();
    let asked: u64 = world.processes::<App>().map(|(_, app)| app.asked()).sum();
    (offered > 0).then(|| asked as f64 / offered as f64)
}

/// From the first try to the success, over good requests.
fn mean_latency(world: &World) -> Option<f64> {
    let Tally { fates: Fates { good, .. }, latency, .. } = total(world);
    (good > 0).then(|| latency.as_micros() as f64 / 1e3 / good as f64)
}
