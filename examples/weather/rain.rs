//! Wet and dry days in a row, observed and expected.

use dag_runtime::task;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::data::Day;
use crate::load::{complete, days};
use crate::numeric::mean;

/// Days in a row that are all wet or all dry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spell {
    pub wet: bool,
    pub first: Date,
    pub days: usize,
}

/// The wet and dry spells, one after the other.
#[task(depends = [days, complete])]
pub fn spells(days: &[Day]) -> Vec<Spell> {
    let runs = days.chunk_by(|a, b| a.is_wet() == b.is_wet());
    runs.map(|run| Spell { wet: run[0].is_wet(), first: run[0].date, days: run.len() }).collect()
}

/// A Markov chain of wet and dry days of first order: tomorrow depends on today alone (Gabriel and
/// Neumann, "A Markov chain model for daily rainfall occurrence at Tel Aviv", 1962).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// The probability that a day is wet, after a dry one.
    pub wet_after_dry: f64,
    /// The probability that a day is wet, after a wet one.
    pub wet_after_wet: f64,
}

impl Chain {
    /// The share of wet days in the long run.
    pub fn wet_share(&self) -> f64 {
        self.wet_after_dry / (1.0 + self.wet_after_dry - self.wet_after_wet)
    }

    /// The mean length of the spells in the long run.
    pub fn mean_spell(&self, wet: bool) -> f64 {
        1.0 / if wet { 1.0 - self.wet_after_wet } else { self.wet_after_dry }
    }
}

/// The chain that fits best; none where the days do not show all four changes.
#[task(depends = [days, complete])]
pub fn chain(days: &[Day]) -> Option<Chain> {
    let mut counts = [[0_u32; 2]; 2];
    for pair in days.windows(2) {
        counts[usize::from(pair[0].is_wet())][usize::from(pair[1].is_wet())] += 1;
    }
    let wet_after = |[dry, wet]: [u32; 2]| f64::from(wet) / f64::from(dry + wet);
    let all_seen = counts.as_flattened().iter().all(|&count| count > 0);
    all_seen.then(|| Chain { wet_after_dry: wet_after(counts[0]), wet_after_wet: wet_after(counts[1]) })
}

/// The spells, beside what the chain expects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rain {
    pub wet: Spells,
    pub dry: Spells,
    pub chain: Option<Chain>,
}

/// All spells of a sort.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spells {
    pub count: usize,
    /// In days; not a number where there are none.
    pub mean: f64,
    /// The first of the longest.
    pub longest: Option<Spell>,
}

/// The spells in short.
#[task(depends = [spells, chain])]
pub fn rain(spells: Vec<Spell>, chain: Option<Chain>) -> Rain {
    let (wet, dry): (Vec<Spell>, Vec<Spell>) = spells.into_iter().partition(|spell| spell.wet);
    Rain { wet: in_short(&wet), dry: in_short(&dry), chain }
}

fn in_short(spells: &[Spell]) -> Spells {
    Spells {
        count: spells.len(),
        mean: mean(spells.iter().map(|spell| spell.days as f64)),
        longest: spells.iter().rev().max_by_key(|spell| spell.days).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Kind;

    /// Days with this much rain, in mm.
    fn with_rain(amounts: &[f64]) -> Vec<Day> {
        let first = Date::constant(2012, 1, 1);
        let days = first.series(jiff::ToSpan::days(1)).zip(amounts);
        days.map(|(date, &precipitation)| Day {
            date,
            precipitation,
            high: 10.0,
            low: 5.0,
            wind: 1.0,
            kind: Kind::Rain,
        })
        .collect()
    }

    #[test]
    fn spells_end_where_wet_becomes_dry() {
        let days = with_rain(&[0.0, 0.9, 1.0, 5.0, 0.0, 2.0]);
        let found: Vec<(bool, i8, usize)> =
            spells(&days).iter().map(|spell| (spell.wet, spell.first.day(), spell.days)).collect();
        assert_eq!(found, [(false, 1, 2), (true, 3, 2), (false, 5, 1), (true, 6, 1)]);
        let rain = rain(spells(&days), None);
        assert_eq!((rain.wet.count, rain.wet.mean, rain.dry.mean), (2, 1.5, 1.5));
        assert_eq!(rain.wet.longest.map(|spell| spell.first.day()), Some(3));
    }

    #[test]
    fn a_chain_counts_what_follows() {
        // Dry to dry twice, dry to wet twice, wet to wet three times, wet to dry once.
        let chain = chain(&with_rain(&[0.0, 0.0, 0.0, 9.0, 9.0, 0.0, 9.0, 9.0, 9.0])).unwrap();
        assert_eq!((chain.wet_after_dry, chain.wet_after_wet), (0.5, 0.75));
        assert_eq!((chain.mean_spell(true), chain.mean_spell(false)), (4.0, 2.0));
        assert!((chain.wet_share() - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn there_is_no_chain_where_it_never_rains() {
        let days = with_rain(&[0.0; 5]);
        assert_eq!(chain(&days), None);
        let rain = rain(spells(&days), None);
        assert_eq!((rain.wet.longest, rain.dry.longest.map(|spell| spell.days)), (None, Some(5)));
    }
}
