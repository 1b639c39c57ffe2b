//! What share of calls finds no circuit, by how many are offered: Erlang's formula, and the trunks of the run.

use crate::sim::figure::{Drawing, Figure, Plot, Series, SeriesShape};
use crate::sim::network::NodeId;
use crate::sim::world::World;
use crate::word;

use super::Exchange;

pub(super) const FIGURES: &[Figure] =
    &[Figure { name: "blocking", title: word!("figure.blocking"), draw: draw_blocking }];

/// Points of the curve.
const STEPS: u32 = 40;

/// The probability that a call finds all of so many circuits taken, when `offered` erlangs are offered by sources without limit
/// and who is refused does not try again. (A. K. Erlang: *Solution of some problems in the theory of probabilities of
/// significance in automatic telephone exchanges*, 1917; here by the recursion over the number of circuits.)
pub fn erlang_b(offered: f64, circuits: u32) -> f64 {
    (1..=circuits).fold(1.0, |blocked, circuit| {
        let overflow = offered * blocked;
        overflow / (f64::from(circuit) + overflow)
    })
}

/// The curve for the trunks of the first running exchange, and a point for each trunk that calls wanted a circuit of.
fn draw_blocking(world: &World) -> Option<Drawing> {
    let (_, exchange) = world.processes::<Exchange>().next()?;
    let circuits = u32::from(exchange.trunk());
    let measured: Vec<(f64, f64)> = trunks(world).filter_map(|(a, b)| measured(world, a, b)).collect();
    let farthest = measured.iter().fold(2.0 * f64::from(circuits), |most, (offered, _)| most.max(*offered));
    let curve = (0..=STEPS).map(|step| {
        let offered = farthest * f64::from(step) / f64::from(STEPS);
        (offered, 100.0 * erlang_b(offered, circuits))
    });
    let (across, up) = (word!("figure.offered-erlangs"), word!("figure.blocked-percent"));
    let curve = Series { title: word!("figure.erlang-b"), shape: SeriesShape::Line, points: curve.collect() };
    let dots = Series { title: word!("figure.trunks"), shape: SeriesShape::Dots, points: measured };
    Some(Drawing::Plot(Plot { across, up, series: vec![curve, dots] }))
}

/// The pairs of neighbouring exchanges that run, each once.
fn trunks(world: &World) -> impl Iterator<Item = (NodeId, NodeId)> {
    world.processes::<Exchange>().flat_map(move |(a, _)| {
        let neighbours = world.network().neighbours(a).iter().copied();
        neighbours.filter(move |b| a < *b && world.process::<Exchange>(*b).is_some()).map(move |b| (a, b))
    })
}

/// What a trunk was offered and what share of it found no circuit, in per cent, as both ends count. Its carried load is the mean
/// number of circuits taken, and what is offered is that and the part that was refused.
fn measured(world: &World, a: NodeId, b: NodeId) -> Option<(f64, f64)> {
    let (here, there) = (world.process::<Exchange>(a)?.circuits(), world.process::<Exchange>(b)?.circuits());
    let (mine, theirs) = (here.traffic(b), there.traffic(a));
    let (wanted, refused) = (mine.wanted + theirs.wanted, mine.refused + theirs.refused);
    if refused == wanted {
        return None;
    }
    let share = refused as f64 / wanted as f64;
    let carried = here.occupied(b, world.now()).as_secs_f64() / world.now().as_micros() as f64 * 1e6;
    Some((carried / (1.0 - share), 100.0 * share))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the formula itself: B = (Aᶜ/c!) / Σ Aⁿ/n!.
    #[test]
    fn the_recursion_is_erlangs_formula() {
        for (offered, circuits) in [(5.0, 5), (3.0, 5), (0.5, 1), (10.0, 12)] {
            let mut terms = vec![1.0];
            (1..=circuits).for_each(|n| terms.push(terms[n as usize - 1] * offered / f64::from(n)));
            let exact = terms[circuits as usize] / terms.iter().sum::<f64>();
            assert!((erlang_b(offered, circuits) - exact).abs() < 1e-12);
        }
        assert!((erlang_b(5.0, 5) - 0.284_867_9).abs() < 1e-6);
        assert_eq!((erlang_b(0.0, 3), erlang_b(7.0, 0)), (0.0, 1.0));
    }
}
