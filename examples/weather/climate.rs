//! What the weather is like: by month, by season and year, by kind, and at its extremes.

use std::collections::{BTreeMap, BTreeSet};

use dag_runtime::task;
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use crate::data::{Day, Kind};
use crate::load::days;
use crate::numeric::{mean, quantile};

/// The climate of one month of the year, over all years.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Climate {
    /// The mean of the highs, in °C.
    pub high: f64,
    /// The mean of the lows, in °C.
    pub low: f64,
    /// What one high in ten stays below, and what one in ten exceeds, in °C.
    pub usual_highs: (f64, f64),
    /// The mean total, in mm.
    pub precipitation: f64,
    /// The mean number of wet days.
    pub wet_days: f64,
    /// The mean speed, in m/s.
    pub wind: f64,
}

/// The climate of each month, by its number.
#[task(depends = [days], cost = 6)]
pub fn climate(days: &[Day]) -> BTreeMap<i8, Climate> {
    let mut months = BTreeMap::<i8, Vec<&Day>>::new();
    for day in days {
        months.entry(day.date.month()).or_default().push(day);
    }
    months.into_iter().map(|(month, days)| (month, of_month(&days))).collect()
}

fn of_month(days: &[&Day]) -> Climate {
    let years = days.iter().map(|day| day.date.year()).collect::<BTreeSet<_>>().len() as f64;
    let mut highs: Vec<f64> = days.iter().map(|day| day.high).collect();
    highs.sort_by(f64::total_cmp);
    Climate {
        high: mean(days.iter().map(|day| day.high)),
        low: mean(days.iter().map(|day| day.low)),
        usual_highs: (quantile(&highs, 0.1), quantile(&highs, 0.9)),
        precipitation: days.iter().map(|day| day.precipitation).sum::<f64>() / years,
        wet_days: days.iter().filter(|day| day.is_wet()).count() as f64 / years,
        wind: mean(days.iter().map(|day| day.wind)),
    }
}

/// The days at the extremes; the earliest where several are alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Records {
    pub hottest: Day,
    pub coldest: Day,
    pub wettest: Day,
    pub windiest: Day,
}

/// The records of all days.
#[task(depends = [days])]
pub fn records(days: &[Day]) -> Records {
    let first_max = |key: fn(&Day) -> f64| {
        // `max_by` gives the last of equal ones.
        *days.iter().rev().max_by(|a, b| key(a).total_cmp(&key(b))).expect("`days` are never empty")
    };
    Records {
        hottest: first_max(|day| day.high),
        coldest: first_max(|day| -day.low),
        wettest: first_max(|day| day.precipitation),
        windiest: first_max(|day| day.wind),
    }
}

/// One season of one year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Season {
    /// In °C.
    pub mean_temperature: f64,
    /// The total, in mm.
    pub precipitation: f64,
}

/// The names of the seasons, which are those of meteorology: December to February, and so on.
pub const SEASONS: [&str; 4] = ["winter", "spring", "summer", "autumn"];

/// No season is shorter.
const SHORTEST_SEASON: usize = 90;

/// The four seasons of each year, as far as all their days are there. A winter belongs to the year
/// in which it ends.
#[task(depends = [days], cost = 6)]
pub fn seasons(days: &[Day]) -> BTreeMap<i16, [Option<Season>; 4]> {
    let mut by_year = BTreeMap::<i16, [Vec<&Day>; 4]>::new();
    for day in days {
        // Shifted by a month, the seasons are the quarters of a year.
        let shifted = day.date.first_of_month().saturating_add(1.month());
        let quarter = usize::from(shifted.month().unsigned_abs() - 1) / 3;
        by_year.entry(shifted.year()).or_default()[quarter].push(day);
    }
    let whole = |days: Vec<&Day>| (days.len() >= SHORTEST_SEASON).then(|| of_season(&days));
    let years = by_year.into_iter().map(|(year, seasons)| (year, seasons.map(whole)));
    years.filter(|(_, seasons)| seasons.iter().any(Option::is_some)).collect()
}

fn of_season(days: &[&Day]) -> Season {
    Season {
        mean_temperature: mean(days.iter().map(|day| day.mean_temperature())),
        precipitation: days.iter().map(|day| day.precipitation).sum(),
    }
}

/// How many days there were of each kind.
#[task(depends = [days])]
pub fn kinds(days: &[Day]) -> BTreeMap<Kind, usize> {
    let mut counts = BTreeMap::new();
    for day in days {
        *counts.entry(day.kind).or_default() += 1;
    }
    counts
}
