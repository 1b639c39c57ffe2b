//! What is drawn of a stream: which place of it was sent and acknowledged when, and how full the windows are.

use crate::sim::figure::{Bar, Bars, Drawing, Figure, Plot, Series, SeriesShape, Tint};
use crate::sim::time::{Duration, Time};
use crate::sim::world::World;
use crate::word;

use super::properties::{receivers, senders};
use super::sender::{Sender, Step};

pub(super) const FIGURES: &[Figure] = &[
    Figure {
        name: "sequence-over-time",
        title: word!("figure.sequence-over-time"),
        draw: sequence_over_time,
    },
    Figure { name: "stream-windows", title: word!("figure.stream-windows"), draw: windows },
];

/// How much of the past is drawn.
const SPAN: Duration = Duration::secs(8);

/// Places of the stream by the moment at which they were sent, sent again, and acknowledged, in the last seconds.
///
/// Both are counted from the first that is drawn, so that the drawing is as large in a long run as in a short one.
fn sequence_over_time(world: &World) -> Option<Drawing> {
    let sender = senders(world).next()?;
    let from = Time::from_micros(world.now().as_micros().saturating_sub(SPAN.as_micros()));
    let lowest = sender.steps().filter(|(at, ..)| *at >= from).map(|(_, place, _)| *place).min().unwrap_or(0);
    let points = |wanted: Step| {
        let steps = sender.steps().filter(move |(at, _, step)| *at >= from && *step == wanted);
        steps.map(move |(at, place, _)| (at.since(from).as_secs_f64(), (place - lowest) as f64)).collect()
    };
    let series = |title, shape, step| Series { title, shape, points: points(step) };
    Some(Drawing::Plot(Plot {
        across: word!("figure.seconds"),
        up: word!("figure.place-in-stream"),
        series: vec![
            series(word!("figure.acknowledged-up-to"), SeriesShape::Line, Step::Acknowledged),
            series(word!("figure.sent-first"), SeriesShape::Dots, Step::Sent),
            series(word!("figure.sent-again"), SeriesShape::Dots, Step::SentAgain),
        ],
    }))
}

/// What is under way beside what may be, and what waits at the receiver.
fn windows(world: &World) -> Option<Drawing> {
    let (flight, window, congestion) = senders(world).next().map(Sender::windows)?;
    let (unread, early) = receivers(world).next()?.waiting();
    let mut amounts = vec![
        (word!("fact.under-way"), u64::from(flight)),
        (word!("fact.receive-window"), u64::from(window)),
        (word!("fact.out-of-order"), early),
        (word!("fact.unread"), unread),
    ];
    if let Some(congestion) = congestion {
        amounts.insert(2, (word!("fact.congestion-window"), u64::from(congestion)));
    }
    let bars = amounts.into_iter().zip(0..).map(|((title, amount), tint)| Bar {
        label: title.text().to_owned(),
        amount: amount as f64,
        tint: Tint(tint),
    });
    Some(Drawing::Bars(Bars { unit: word!("figure.stream-bytes"), bars: bars.collect() }))
}
