//! Whether it gets warmer: trends of a daily series, from which the seasons are taken out.

use std::error::Error;
use std::f64::consts::TAU;
use std::fmt;

use dag_examples::Random;
use dag_runtime::task;
use serde::{Deserialize, Serialize};

use crate::data::Day;
use crate::load::{complete, days};
use crate::numeric::{least_squares, mean, quantile, two_sided_p};

/// The mean length of a year, in days.
const YEAR: f64 = 365.2425;

/// A trend needs two years.
const SHORTEST: usize = 730;

/// The normal distribution's quantile for intervals of 95 %.
const Z_95: f64 = 1.959_964;

/// What one measure, in °C, has each day above what is usual at that time of the year. The usual is
/// the mean and the two slowest waves of a year, fitted by least squares.
///
/// # Errors
///
/// Fails on a series in which the seasons cannot be told from a trend.
#[task(depends = [days, complete], cost = 10)]
pub fn anomalies(days: &[Day], measure: fn(&Day) -> f64) -> Result<Vec<f64>, TooShort> {
    if days.len() < SHORTEST {
        return Err(TooShort { days: days.len() });
    }
    let values: Vec<f64> = days.iter().map(measure).collect();
    let waves = |day: usize| {
        let phase = TAU * day as f64 / YEAR;
        [1.0, phase.cos(), phase.sin(), (2.0 * phase).cos(), (2.0 * phase).sin()]
    };
    let usual = least_squares(&values, waves);
    let fitted =
        |day: usize| waves(day).iter().zip(&usual).map(|(wave, amplitude)| wave * amplitude).sum::<f64>();
    Ok(values.iter().enumerate().map(|(day, value)| value - fitted(day)).collect())
}

/// There are too few days for a trend.
#[derive(Debug)]
pub struct TooShort {
    days: usize,
}

impl fmt::Display for TooShort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a trend needs {SHORTEST} days, and there are {}", self.days)
    }
}

impl Error for TooShort {}

/// How much a day resembles the day before: the correlation of neighbours in a series.
#[task]
pub fn persistence(series: &[f64]) -> f64 {
    let centre = mean(series.iter().copied());
    let variance: f64 = series.iter().map(|x| (x - centre).powi(2)).sum();
    let covariance: f64 = series.windows(2).map(|pair| (pair[0] - centre) * (pair[1] - centre)).sum();
    covariance / variance
}

/// A slope in °C a year, and the interval that holds it with a confidence of 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slope {
    pub estimate: f64,
    pub low: f64,
    pub high: f64,
}

/// What the order of a series' values says of its trend, whatever their distribution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankTrend {
    /// Mann and Kendall's S: the pairs of days that rise, less those that fall.
    pub s: i64,
    /// The probability of an S as far from 0 where there is no trend.
    pub p: f64,
    /// Sen's slope: the median slope of all pairs.
    pub slope: Slope,
}

/// The test of Mann (1945) and Kendall (1975) with the slope of Sen (1968), over all pairs of days.
/// The variance of S is corrected for the persistence of the weather, as of a process of order one
/// (Yue and Wang, "The Mann-Kendall test modified by effective sample size", 2004).
#[task(cost = 3_500)]
pub fn rank_trend(series: &[f64], persistence: f64) -> RankTrend {
    let n = series.len();
    let mut s = 0;
    let mut slopes = Vec::with_capacity(n * n.saturating_sub(1) / 2);
    for (i, first) in series.iter().enumerate() {
        for (days, second) in (1_u32..).zip(&series[i + 1..]) {
            let rise = second - first;
            s += i64::from(rise > 0.0) - i64::from(rise < 0.0);
            slopes.push(rise / f64::from(days) * YEAR);
        }
    }
    slopes.sort_unstable_by(f64::total_cmp);

    let deviation = (variance_of_s(series) * (1.0 + persistence) / (1.0 - persistence)).sqrt();
    // S moves in steps: half of one, as is usual, is taken off.
    let z = (s - s.signum()) as f64 / deviation;
    let margin = Z_95 * deviation / slopes.len() as f64 / 2.0;
    let at = |q: f64| quantile(&slopes, q.clamp(0.0, 1.0));
    let slope = Slope { estimate: at(0.5), low: at(0.5 - margin), high: at(0.5 + margin) };
    RankTrend { s, p: two_sided_p(z), slope }
}

/// The variance of S among independent values without trend, corrected for equal ones.
fn variance_of_s(series: &[f64]) -> f64 {
    let term = |count: usize| {
        let n = count as f64;
        n * (n - 1.0) * (2.0 * n + 5.0)
    };
    let mut sorted = series.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|equal| term(equal.len())).sum();
    (term(series.len()) - ties) / 18.0
}

/// The slope by least squares, with an interval by the bootstrap of moving blocks: what is left of
/// the series beside the line is cut into blocks, overlapping ones, and put together anew from
/// blocks drawn by lot. Blocks keep the weather's persistence (Künsch 1989).
#[task(cost = 6_000)]
pub fn bootstrap(series: &[f64], persistence: f64, replicates: usize, seed: u64) -> Slope {
    let n = series.len();
    let centre = (n - 1) as f64 / 2.0;
    let from_centre = |day: usize| day as f64 - centre;
    let spread: f64 = (0..n).map(|day| from_centre(day).powi(2)).sum();
    let weights: Vec<f64> = (0..n).map(|day| from_centre(day) / spread * YEAR).collect();
    let slope_of = |values: &[f64]| dot(&weights, values);

    let estimate = slope_of(series);
    let residuals: Vec<f64> =
        series.iter().enumerate().map(|(day, value)| value - from_centre(day) / YEAR * estimate).collect();
    let length = block_length(n, persistence);
    let mut random = Random::seeded(seed);
    let mut drawn = Vec::with_capacity(n + length);
    let mut slopes: Vec<f64> = (0..replicates)
        .map(|_| {
            drawn.clear();
            while drawn.len() < n {
                let start = random.below(n - length + 1);
                drawn.extend_from_slice(&residuals[start..start + length]);
            }
            estimate + slope_of(&drawn[..n])
        })
        .collect();
    slopes.sort_unstable_by(f64::total_cmp);
    Slope { estimate, low: quantile(&slopes, 0.025), high: quantile(&slopes, 0.975) }
}

/// The length of blocks that suits a process of order one (Wilks, "Resampling hypothesis tests for
/// autocorrelated fields", 1997): the solution of `length = (n - length + 1)^exponent`.
fn block_length(n: usize, persistence: f64) -> usize {
    let effective = (1.0 - persistence) / (1.0 + persistence);
    let exponent = (2.0 / 3.0 * (1.0 - effective)).max(0.0);
    // The right-hand side falls as the length grows, so the first length that reaches it is the one.
    (1..n).find(|&length| length as f64 >= ((n - length + 1) as f64).powf(exponent)).unwrap_or(1)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_five_values() {
        // By hand: of the ten pairs nine rise and one is level; their slopes a day are, in order,
        // 0, 1/2, 2/3, 1 six times, 2.
        let found = rank_trend(&[1.0, 3.0, 3.0, 4.0, 5.0], 0.0);
        assert_eq!(found.s, 9);
        // n(n-1)(2n+5) = 300, less 2 x 1 x 9 for the equal pair, over 18.
        assert_eq!(variance_of_s(&[1.0, 3.0, 3.0, 4.0, 5.0]), (300.0 - 18.0) / 18.0);
        assert!((found.slope.estimate / YEAR - 1.0).abs() < 1e-12);
    }

    #[test]
    fn persistence_of_a_series() {
        // Around the mean: -1.5, -0.5, 0.5, 1.5; products 0.75, -0.25, 0.75 over a sum of 5.
        assert_eq!(persistence(&[1.0, 2.0, 3.0, 4.0]), 0.25);
    }

    #[test]
    fn blocks_grow_with_persistence() {
        assert_eq!(block_length(1461, 0.0), 1);
        assert_eq!(block_length(1461, -0.5), 1);
        // (1461 - 49 + 1) ^ 0.534 is 48.2, which 49 is the first to reach.
        assert_eq!(block_length(1461, 0.668_743), 49);
    }

    #[test]
    fn a_line_without_noise_leaves_no_doubt() {
        let series: Vec<f64> = (0..800).map(|day| f64::from(day) * 2.0 / YEAR).collect();
        let slope = bootstrap(&series, 0.5, 20, 7);
        for value in [slope.estimate, slope.low, slope.high] {
            assert!((value - 2.0).abs() < 1e-9, "{value}");
        }
    }
}
