//! Closed forms: what the theory says of a design in the long run. Nothing in a run is decided by them.

use super::books::Design;

/// How fast things fail and recover, as means of any one unit of time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rates {
    /// Of standard parts: the mean time between a repair and the next failure.
    pub mtbf: f64,
    /// The mean time that a crew takes over a repair.
    pub mttr: f64,
    /// Which share of the time each site is out.
    pub site_out: f64,
}

/// The availability of one component that is repaired at once: MTBF / (MTBF + MTTR).
pub fn component(mtbf: f64, mttr: f64) -> f64 {
    mtbf / (mtbf + mttr)
}

/// The availability of `needed` out of `of` components that fail and are repaired independently, each available in this share of the time.
/// 1 of *n* is *in parallel*, *n* of *n* is *in series*.
pub fn k_of_n(needed: u64, of: u64, available: f64) -> f64 {
    (needed..=of)
        .map(|up| binomial(of, up) * power(available, up) * power(1.0 - available, of - up))
        .sum::<f64>()
        .min(1.0)
}

/// The product formula: both tiers in series, every component independent of every other and repaired at once, no site ever out.
pub fn independent(design: Design, rates: Rates) -> f64 {
    let available = component(rates.mtbf * design.parts.lasting() as f64, rates.mttr);
    k_of_n(design.apps_needed, design.apps, available)
        * k_of_n(design.databases_needed, design.databases, available)
}

/// The machine-repair model: how likely each number of `machines` is to be down, from none to all, if each is down after the mean time
/// `mtbf` and each of the `crews` repairs one at a time in the mean time `mttr`, all exponentially distributed.
pub fn machines_down(machines: u64, crews: u64, mtbf: f64, mttr: f64) -> Vec<f64> {
    let mut weights = vec![1.0];
    for down in 0..machines {
        let births = (machines - down) as f64 / mtbf;
        let deaths = (down + 1).min(crews) as f64 / mttr;
        weights.push(weights[down as usize] * births / deaths);
    }
    let whole: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / whole).collect()
}

/// The availability with all shared causes: few crews, and sites that are out. All components are alike, so of those that are down any are
/// as likely as any others, and so many of each tier in each site are drawn as from an urn.
pub fn with_shared_causes(design: Design, rates: Rates) -> f64 {
    let machines = design.apps + design.databases;
    let mtbf = rates.mtbf * design.parts.lasting() as f64;
    let down = machines_down(machines, design.crews, mtbf, rates.mttr);
    let mut available = 0.0;
    for sites_out in 0u64..1 << design.sites {
        let out = u64::from(sites_out.count_ones());
        let chance = power(rates.site_out, out) * power(1.0 - rates.site_out, design.sites - out);
        available += chance * up_given(design, &down, sites_out);
    }
    available
}

/// The chance that enough replicas work where the power is, the sites of these bits being out.
fn up_given(design: Design, down: &[f64], sites_out: u64) -> f64 {
    let lit = |replicas| -> u64 {
        let sites = (0..design.sites).filter(|site| sites_out >> site & 1 == 0);
        sites.map(|site| design.share(replicas, site)).sum()
    };
    let (apps, databases) = (lit(design.apps), lit(design.databases));
    let machines = design.apps + design.databases;
    let elsewhere = machines - apps - databases;
    let mut up = 0.0;
    for (apps_down, databases_down) in (0..=apps)
        .flat_map(|apps_down| (0..=databases).map(move |databases_down| (apps_down, databases_down)))
    {
        if apps - apps_down < design.apps_needed || databases - databases_down < design.databases_needed {
            continue;
        }
        for elsewhere_down in 0..=elsewhere {
            let all_down = apps_down + databases_down + elsewhere_down;
            let ways = binomial(apps, apps_down)
                * binomial(databases, databases_down)
                * binomial(elsewhere, elsewhere_down);
            up += down[all_down as usize] * ways / binomial(machines, all_down);
        }
    }
    up
}

/// What the cheapest design of the menu costs that is available in at least this share of the time; none if no design is.
pub fn least_cost(design: Design, rates: Rates, wanted: f64) -> Option<u64> {
    let good = design.menu().filter(|other| with_shared_causes(*other, rates) >= wanted);
    good.map(Design::cost).min()
}

fn binomial(of: u64, some: u64) -> f64 {
    (0..some).fold(1.0, |product, index| product * (of - index) as f64 / (index + 1) as f64)
}

fn power(base: f64, times: u64) -> f64 {
    (0..times).fold(1.0, |product, _| product * base)
}

#[cfg(test)]
mod tests {
    use super::super::books::Parts;
    use super::*;

    const PAIRS: Design = Design {
        apps: 2,
        apps_needed: 1,
        databases: 2,
        databases_needed: 1,
        sites: 1,
        crews: 4,
        parts: Parts::Standard,
    };
    const RATES: Rates = Rates { mtbf: 30.0, mttr: 1.0, site_out: 0.0 };

    fn near(ours: f64, expected: f64) {
        assert!((ours - expected).abs() < 1e-9, "{ours} is not {expected}");
    }

    #[test]
    fn series_and_parallel_are_ends_of_k_of_n() {
        near(k_of_n(3, 3, 0.9), 0.729);
        near(k_of_n(1, 3, 0.9), 0.999);
        near(k_of_n(2, 3, 0.9), 3.0 * 0.81 * 0.1 + 0.729);
        near(k_of_n(4, 3, 0.9), 0.0);
    }

    #[test]
    fn with_a_crew_for_each_and_no_outages_both_forms_agree() {
        near(with_shared_causes(PAIRS, RATES), independent(PAIRS, RATES));
    }

    #[test]
    fn one_site_multiplies_and_two_do_not() {
        let rates = Rates { site_out: 0.01, ..RATES };
        near(with_shared_causes(PAIRS, rates), 0.99 * independent(PAIRS, RATES));
        let apart = with_shared_causes(Design { sites: 2, ..PAIRS }, rates);
        let half = component(30.0, 1.0) * component(30.0, 1.0);
        near(apart, 0.99 * 0.99 * independent(PAIRS, RATES) + 2.0 * 0.99 * 0.01 * half);
    }

    #[test]
    fn one_crew_for_two_machines_as_by_hand() {
        // With r = MTTR / MTBF: weights 1, 2 r, 2 r².
        let down = machines_down(2, 1, 4.0, 1.0);
        near(down[0], 1.0 / (1.0 + 0.5 + 0.125));
        near(down[2], 0.125 / 1.625);
    }

    #[test]
    fn the_least_cost_is_what_every_design_was_compared_for() {
        assert_eq!(least_cost(PAIRS, RATES, 0.9995), Some(54));
        assert_eq!(least_cost(PAIRS, RATES, 1.0), None);
    }
}
