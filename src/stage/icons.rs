//! Pictures for roles and states, as paths in a square from -1 to 1.

use super::geometry::point;
use super::sheet::Segment::{self, Box, Circle, Close, Curve, Line, Move, RoundBox};
use crate::sim::process::Icon;

/// The lines of a role's icon.
pub const fn lines(icon: Icon) -> &'static [Segment] {
    match icon {
        Icon::Server => SERVER,
        Icon::Client => CLIENT,
        Icon::Member => MEMBER,
        Icon::Device => DEVICE,
        Icon::Gateway => GATEWAY,
        Icon::Worker => WORKER,
        Icon::Resolver => RESOLVER,
        Icon::Authority => AUTHORITY,
        Icon::Relay => RELAY,
        Icon::Mailbox => MAILBOX,
        Icon::Phone => PHONE,
        Icon::Exchange => EXCHANGE,
        Icon::Miner => MINER,
        Icon::Power => POWER,
        Icon::General => GENERAL,
    }
}

/// The filled parts of a role's icon.
pub const fn fills(icon: Icon) -> &'static [Segment] {
    match icon {
        Icon::Server => SERVER_LIGHTS,
        Icon::Member => MEMBER_LIGHT,
        Icon::Gateway => GATEWAY_LIGHT,
        Icon::Worker => WORKER_HUB,
        Icon::Resolver => RESOLVER_LIGHT,
        Icon::Authority => AUTHORITY_FLAG,
        Icon::Mailbox => MAILBOX_FLAG,
        Icon::Phone => PHONE_KEYS,
        Icon::Exchange => EXCHANGE_ENDS,
        Icon::Client | Icon::Device | Icon::Relay | Icon::Miner | Icon::Power | Icon::General => &[],
    }
}

/// Two machines in a rack.
const SERVER: &[Segment] = &[
    RoundBox(point(-0.9, -0.85), 1.8, 0.75, 0.2),
    RoundBox(point(-0.9, 0.1), 1.8, 0.75, 0.2),
    Move(point(0.1, -0.475)),
    Line(point(0.5, -0.475)),
    Move(point(0.1, 0.475)),
    Line(point(0.5, 0.475)),
];

const SERVER_LIGHTS: &[Segment] = &[Circle(point(-0.5, -0.475), 0.14), Circle(point(-0.5, 0.475), 0.14)];

/// A screen on its foot.
const CLIENT: &[Segment] = &[
    RoundBox(point(-1.0, -0.85), 2.0, 1.3, 0.2),
    Move(point(0.0, 0.45)),
    Line(point(0.0, 0.85)),
    Move(point(-0.5, 0.85)),
    Line(point(0.5, 0.85)),
];

/// A shield with a chevron.
const GENERAL: &[Segment] = &[
    Move(point(-0.75, -0.85)),
    Line(point(0.75, -0.85)),
    Line(point(0.75, 0.0)),
    Curve(point(0.75, 0.65), point(0.0, 0.95)),
    Curve(point(-0.75, 0.65), point(-0.75, 0.0)),
    Close,
    Move(point(-0.4, 0.15)),
    Line(point(0.0, -0.3)),
    Line(point(0.4, 0.15)),
];

/// A store: a drum with two bands.
const MEMBER: &[Segment] = &[
    Move(point(-0.8, -0.55)),
    Curve(point(-0.8, -0.9), point(0.0, -0.9)),
    Curve(point(0.8, -0.9), point(0.8, -0.55)),
    Curve(point(0.8, -0.2), point(0.0, -0.2)),
    Curve(point(-0.8, -0.2), point(-0.8, -0.55)),
    Line(point(-0.8, 0.55)),
    Curve(point(-0.8, 0.9), point(0.0, 0.9)),
    Curve(point(0.8, 0.9), point(0.8, 0.55)),
    Line(point(0.8, -0.55)),
    Move(point(-0.8, 0.0)),
    Curve(point(-0.8, 0.35), point(0.0, 0.35)),
    Curve(point(0.8, 0.35), point(0.8, 0.0)),
];

const MEMBER_LIGHT: &[Segment] = &[Circle(point(0.42, 0.55), 0.13)];

/// A microphone on its stand.
const DEVICE: &[Segment] = &[
    RoundBox(point(-0.32, -0.95), 0.64, 1.1, 0.32),
    Move(point(-0.65, -0.25)),
    Curve(point(-0.65, 0.5), point(0.0, 0.5)),
    Curve(point(0.65, 0.5), point(0.65, -0.25)),
    Move(point(0.0, 0.5)),
    Line(point(0.0, 0.9)),
    Move(point(-0.4, 0.9)),
    Line(point(0.4, 0.9)),
];

/// A gate in a wall, and a way through it.
const GATEWAY: &[Segment] = &[
    Move(point(-0.95, 0.9)),
    Line(point(-0.95, -0.1)),
    Curve(point(-0.95, -0.9), point(0.0, -0.9)),
    Curve(point(0.95, -0.9), point(0.95, -0.1)),
    Line(point(0.95, 0.9)),
    Move(point(-0.45, 0.35)),
    Line(point(0.45, 0.35)),
    Move(point(0.15, 0.05)),
    Line(point(0.45, 0.35)),
    Line(point(0.15, 0.65)),
];

const GATEWAY_LIGHT: &[Segment] = &[Circle(point(0.0, -0.4), 0.14)];

/// A wheel with cogs.
const WORKER: &[Segment] = &[
    Circle(point(0.0, 0.0), 0.58),
    Move(point(0.0, -0.58)),
    Line(point(0.0, -0.95)),
    Move(point(0.41, -0.41)),
    Line(point(0.67, -0.67)),
    Move(point(0.58, 0.0)),
    Line(point(0.95, 0.0)),
    Move(point(0.41, 0.41)),
    Line(point(0.67, 0.67)),
    Move(point(0.0, 0.58)),
    Line(point(0.0, 0.95)),
    Move(point(-0.41, 0.41)),
    Line(point(-0.67, 0.67)),
    Move(point(-0.58, 0.0)),
    Line(point(-0.95, 0.0)),
    Move(point(-0.41, -0.41)),
    Line(point(-0.67, -0.67)),
];

const WORKER_HUB: &[Segment] = &[Circle(point(0.0, 0.0), 0.2)];

/// A glass that looks something up.
const RESOLVER: &[Segment] =
    &[Circle(point(-0.2, -0.2), 0.62), Move(point(0.26, 0.26)), Line(point(0.9, 0.9))];

const RESOLVER_LIGHT: &[Segment] = &[Circle(point(-0.2, -0.2), 0.17)];

/// A book of names with a mark in it.
const AUTHORITY: &[Segment] = &[
    RoundBox(point(-0.8, -0.9), 1.6, 1.8, 0.2),
    Move(point(-0.45, -0.9)),
    Line(point(-0.45, 0.9)),
    Move(point(-0.12, 0.1)),
    Line(point(0.5, 0.1)),
    Move(point(-0.12, 0.5)),
    Line(point(0.3, 0.5)),
];

const AUTHORITY_FLAG: &[Segment] = &[Box(point(0.05, -0.85), 0.4, 0.62)];

/// A letter, handed on.
const RELAY: &[Segment] = &[
    RoundBox(point(-0.95, -0.9), 1.9, 1.15, 0.15),
    Move(point(-0.9, -0.78)),
    Line(point(0.0, -0.2)),
    Line(point(0.9, -0.78)),
    Move(point(-0.6, 0.7)),
    Line(point(0.6, 0.7)),
    Move(point(0.3, 0.42)),
    Line(point(0.6, 0.7)),
    Line(point(0.3, 0.98)),
];

/// A box for letters on its post.
const MAILBOX: &[Segment] = &[
    Move(point(-0.9, 0.35)),
    Line(point(-0.9, -0.2)),
    Curve(point(-0.9, -0.75), point(-0.45, -0.75)),
    Curve(point(0.0, -0.75), point(0.0, -0.2)),
    Line(point(0.0, 0.35)),
    Close,
    Move(point(-0.45, -0.75)),
    Line(point(0.5, -0.75)),
    Curve(point(0.9, -0.75), point(0.9, -0.2)),
    Line(point(0.9, 0.35)),
    Line(point(0.0, 0.35)),
    Move(point(0.05, 0.35)),
    Line(point(0.05, 0.95)),
];

const MAILBOX_FLAG: &[Segment] = &[Box(point(0.32, -0.45), 0.36, 0.3)];

/// A telephone that lies under its receiver.
const PHONE: &[Segment] = &[
    Move(point(-0.95, -0.3)),
    Curve(point(-1.0, -0.85), point(0.0, -0.85)),
    Curve(point(1.0, -0.85), point(0.95, -0.3)),
    Line(point(0.5, -0.3)),
    Curve(point(0.5, -0.5), point(0.0, -0.5)),
    Curve(point(-0.5, -0.5), point(-0.5, -0.3)),
    Close,
    Move(point(-0.45, -0.2)),
    Line(point(-0.8, 0.85)),
    Line(point(0.8, 0.85)),
    Line(point(0.45, -0.2)),
];

const PHONE_KEYS: &[Segment] = &[
    Circle(point(-0.22, 0.1), 0.11),
    Circle(point(0.22, 0.1), 0.11),
    Circle(point(-0.28, 0.5), 0.11),
    Circle(point(0.28, 0.5), 0.11),
];

/// A board on which lines are joined.
const EXCHANGE: &[Segment] = &[
    RoundBox(point(-0.95, -0.95), 1.9, 1.9, 0.25),
    Move(point(-0.5, -0.5)),
    Line(point(-0.15, -0.5)),
    Curve(point(0.05, -0.5), point(0.05, 0.0)),
    Curve(point(0.05, 0.5), point(0.5, 0.5)),
    Move(point(-0.5, 0.5)),
    Line(point(-0.3, 0.5)),
    Move(point(0.3, -0.5)),
    Line(point(0.5, -0.5)),
];

const EXCHANGE_ENDS: &[Segment] = &[
    Circle(point(-0.52, -0.5), 0.16),
    Circle(point(0.52, 0.5), 0.16),
    Circle(point(-0.52, 0.5), 0.16),
    Circle(point(0.52, -0.5), 0.16),
];

/// A pickaxe.
const MINER: &[Segment] = &[
    Move(point(-0.85, 0.9)),
    Line(point(0.42, -0.42)),
    Move(point(-0.45, -0.8)),
    Curve(point(0.3, -0.85), point(0.6, -0.6)),
    Curve(point(0.85, -0.3), point(0.8, 0.45)),
    Curve(point(0.6, -0.05), point(0.3, -0.3)),
    Curve(point(0.05, -0.6), point(-0.45, -0.8)),
];

/// A flash of lightning.
const POWER: &[Segment] = &[
    Move(point(0.2, -0.95)),
    Line(point(-0.6, 0.15)),
    Line(point(-0.05, 0.15)),
    Line(point(-0.2, 0.95)),
    Line(point(0.6, -0.15)),
    Line(point(0.05, -0.15)),
    Close,
];

/// A mask with two holes for the eyes; painted with the rule that what is covered twice is empty.
pub const MASK: &[Segment] = &[
    Move(point(0.0, -0.28)),
    Curve(point(0.5, -0.62), point(1.0, -0.42)),
    Curve(point(1.08, 0.15), point(0.72, 0.42)),
    Curve(point(0.4, 0.6), point(0.14, 0.24)),
    Curve(point(0.0, 0.1), point(-0.14, 0.24)),
    Curve(point(-0.4, 0.6), point(-0.72, 0.42)),
    Curve(point(-1.08, 0.15), point(-1.0, -0.42)),
    Curve(point(-0.5, -0.62), point(0.0, -0.28)),
    Close,
    Circle(point(-0.46, -0.02), 0.17),
    Circle(point(0.46, -0.02), 0.17),
];

/// An hourglass, for what is slow.
pub const HOURGLASS: &[Segment] =
    &[Move(point(-0.6, -0.8)), Line(point(0.6, -0.8)), Line(point(-0.6, 0.8)), Line(point(0.6, 0.8)), Close];

/// Two bars, for what is paused.
pub const PAUSE: &[Segment] = &[Box(point(-0.55, -0.65), 0.35, 1.3), Box(point(0.2, -0.65), 0.35, 1.3)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_picture_of_its_own() {
        use Icon::*;
        let all = [
            Server, Client, Member, Device, Gateway, Worker, Resolver, Authority, Relay, Mailbox, Phone,
            Exchange, Miner, Power, General,
        ];
        for (index, icon) in all.into_iter().enumerate() {
            assert!(!lines(icon).is_empty(), "{icon:?}");
            assert!(all[..index].iter().all(|other| lines(*other) != lines(icon)), "{icon:?}");
        }
    }
}
