//! What there is to say.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use dag_runtime::task;
use serde::{Deserialize, Serialize};

use crate::model::{Design, SAMPLES, TERMS, Terms};
use crate::rows::{Parsed, clean};

/// A species with at least this many strikes is in the report.
const ENOUGH: usize = 60;
/// The first and the last of the quantiles between which 95 % of all values are.
const QUANTILES: [f64; 2] = [0.025, 0.975];

/// What was counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    pub first: String,
    pub last: String,
    pub strikes: usize,
    pub damaged: usize,
    pub repeated: usize,
    /// How often a row is broken in which way.
    pub broken: BTreeMap<String, usize>,
    /// How many strikes the model is made from, and at how many airports.
    pub in_model: usize,
    pub airports: usize,
}

/// The strikes with one species.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Species {
    pub name: String,
    pub strikes: usize,
    pub damaged: usize,
    /// The mean of all strikes, in US dollars.
    pub cost: f64,
}

#[task]
pub fn count(clean: &Parsed, design: &Design) -> Counts {
    let dates = || clean.strikes.iter().map(|strike| &strike.date);
    let mut broken = BTreeMap::new();
    clean.broken.iter().for_each(|why| *broken.entry(why.clone()).or_default() += 1);
    Counts {
        first: dates().min().cloned().unwrap_or_default(),
        last: dates().max().cloned().unwrap_or_default(),
        strikes: clean.strikes.len(),
        damaged: clean.strikes.iter().filter(|strike| strike.is_damaged).count(),
        repeated: clean.repeated,
        broken,
        in_model: design.rows.len(),
        airports: design.airports,
    }
}

/// The species that are struck often, those that damage the most first.
#[task(depends = [clean], uses = [ENOUGH])]
pub fn species(clean: &Parsed) -> Vec<Species> {
    let mut groups: BTreeMap<&str, Vec<(bool, u32)>> = BTreeMap::new();
    for strike in &clean.strikes {
        groups.entry(&strike.species).or_default().push((strike.is_damaged, strike.cost));
    }
    let known = groups.into_iter().filter(|(name, all)| !name.starts_with("Unknown") && all.len() >= ENOUGH);
    let mut species: Vec<Species> = known
        .map(|(name, all)| Species {
            name: name.to_owned(),
            strikes: all.len(),
            damaged: all.iter().filter(|(is_damaged, _)| *is_damaged).count(),
            cost: all.iter().map(|&(_, cost)| f64::from(cost)).sum::<f64>() / all.len() as f64,
        })
        .collect();
    let share = |species: &Species| species.damaged as f64 / species.strikes as f64;
    species.sort_by(|a, b| share(b).total_cmp(&share(a)));
    species
}

/// The whole as text.
#[task]
pub fn report(
    counts: &Counts,
    species: &[Species],
    model: &Terms,
    areas: &[f64],
    samples: &[Vec<Terms>],
) -> String {
    let mut text = String::new();
    let percent = |part: usize, of: usize| 100.0 * part as f64 / of as f64;
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        text.write_fmt(arguments).and_then(|()| text.write_char('\n')).expect("a `String` takes all");
    };
    let Counts { first, last, strikes, damaged, .. } = counts;
    line(format_args!(
        "{strikes} strikes, {first} to {last}: {:.1} % with damage",
        percent(*damaged, *strikes)
    ));
    line(format_args!("  {} rows are there twice and count once", counts.repeated));
    for (why, number) in &counts.broken {
        line(format_args!("  {number} rows are not used: {why}"));
    }
    let drawn = samples.len() * SAMPLES;
    line(format_args!(
        "\nOdds of damage, from {} strikes in motion at a known speed (95 % of {drawn} samples of {} airports)",
        counts.in_model, counts.airports,
    ));
    for (term, name) in TERMS.iter().enumerate() {
        let mut values: Vec<f64> = samples.iter().flatten().map(|sample| libm::exp(sample[term])).collect();
        values.sort_by(f64::total_cmp);
        let [low, high] = QUANTILES.map(|part| quantile(&values, part));
        let odds = libm::exp(model[term]);
        let sign = if term == 0 { ' ' } else { '×' };
        line(format_args!("  {name:40} {sign}{odds:6.3}  ({low:.3} to {high:.3})"));
    }
    let mean = areas.iter().sum::<f64>() / areas.len() as f64;
    let [worst, best] = [f64::min, f64::max].map(|of| areas.iter().copied().fold(mean, of));
    line(format_args!("At airports it has not seen: AUC {mean:.3} ({worst:.3} to {best:.3})"));
    line(format_args!("\nSpecies                    strikes  damage  mean cost"));
    for Species { name, strikes, damaged, cost } in species {
        line(format_args!("  {name:24} {strikes:7}  {:4.1} %  ${cost:8.0}", percent(*damaged, *strikes)));
    }
    text
}

/// The value below which this part of sorted values is. Without values, no number.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = part * last as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_between_values() {
        assert_eq!(QUANTILES.map(|part| quantile(&[0.0, 10.0, 20.0], part)), [0.5, 19.5]);
        assert_eq!(quantile(&[3.0], 0.5), 3.0);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
