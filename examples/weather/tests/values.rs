//! The statistics of the whole data set, against values computed otherwise.
//!
//! They come from a program in Python that shares nothing with this one: its `statistics` module
//! for means, quantiles and regression, Gram-Schmidt projections instead of normal equations, a
//! sorted list instead of all pairs for S.

use std::fs;

use jiff::civil::date;

use crate::data::Day;
use crate::trend::Slope;
use crate::{SEATTLE, climate, load, rain, trend};

fn seattle() -> Vec<Day> {
    let text = fs::read_to_string(SEATTLE).unwrap();
    load::days(load::parse(&text).unwrap()).unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} instead of {expected}");
}

#[test]
fn the_data_set_is_whole() {
    let days = seattle();
    assert_eq!(days.len(), 1461);
    load::complete(&days).unwrap();
    let counts: Vec<usize> = climate::kinds(&days).into_values().collect();
    assert_eq!(counts, [54, 411, 259, 23, 714]);
}

#[test]
fn climate_of_january_and_july() {
    let climate = climate::climate(&seattle());
    assert_eq!(climate.len(), 12);
    for (month, [high, low, cool, warm, precipitation, wet_days, wind]) in [
        (1, [8.229032258064516, 2.696774193548387, 3.3, 12.2, 116.5, 14.25, 3.138709677419355]),
        (7, [25.998387096774195, 14.19758064516129, 20.6, 31.52, 12.05, 1.75, 2.911290322580645]),
    ] {
        let found = &climate[&month];
        close(found.high, high);
        close(found.low, low);
        close(found.usual_highs.0, cool);
        close(found.usual_highs.1, warm);
        close(found.precipitation, precipitation);
        close(found.wet_days, wet_days);
        close(found.wind, wind);
    }
}

#[test]
fn records_are_the_first_extremes() {
    let records = climate::records(&seattle());
    assert_eq!((records.hottest.high, records.hottest.date), (35.6, date(2014, 8, 11)));
    assert_eq!((records.coldest.low, records.coldest.date), (-7.1, date(2013, 12, 7)));
    assert_eq!((records.wettest.precipitation, records.wettest.date), (55.9, date(2015, 3, 15)));
    assert_eq!((records.windiest.wind, records.windiest.date), (9.5, date(2012, 12, 17)));
}

#[test]
fn seasons_are_whole_ones() {
    let seasons = climate::seasons(&seattle());
    assert_eq!(seasons.keys().copied().collect::<Vec<_>>(), [2012, 2013, 2014, 2015]);
    assert_eq!(seasons[&2012][0], None, "the winter of 2012 began in December 2011");
    let winter = seasons[&2013][0].unwrap();
    close(winter.mean_temperature, 5.147777777777778);
    close(winter.precipitation, 320.0);
    let summer = seasons[&2015][2].unwrap();
    close(summer.mean_temperature, 20.678260869565218);
    close(summer.precipitation, 91.5);
}

#[test]
fn spells_and_the_chain() {
    let days = seattle();
    let rain = rain::rain(rain::spells(&days), rain::chain(&days));
    assert_eq!((rain.wet.count, rain.dry.count), (199, 200));
    let longest = |spells: &rain::Spells| spells.longest.map(|spell| (spell.first, spell.days));
    assert_eq!(longest(&rain.wet), Some((date(2014, 2, 10), 15)));
    assert_eq!(longest(&rain.dry), Some((date(2012, 7, 23), 81)));
    let chain = rain.chain.unwrap();
    close(chain.wet_after_dry, 199.0 / 954.0);
    close(chain.wet_after_wet, 307.0 / 506.0);
}

struct Expected {
    measure: fn(&Day) -> f64,
    seed: u64,
    first: f64,
    last: f64,
    persistence: f64,
    s: i64,
    p: f64,
    sen: [f64; 3],
    /// With 1000 replicates.
    line: [f64; 3],
}

#[test]
fn trends_of_highs_and_lows() {
    let days = seattle();
    for expected in [
        Expected {
            measure: |day| day.high,
            seed: 1,
            first: 5.013308090299737,
            last: -2.1842936624173257,
            persistence: 0.6687430161124187,
            s: 165_114,
            p: 7.816509473911019e-05,
            sen: [0.7131432108414941, 0.3668089077172291, 1.0644372828253696],
            line: [0.6809584019458161, 0.3632461829021597, 0.9838919742793572],
        },
        Expected {
            measure: |day| day.low,
            seed: 2,
            first: 2.276798548217979,
            last: -4.832824167927531,
            persistence: 0.720884125219591,
            s: 162_170,
            p: 0.00045357597374279295,
            sen: [0.5120255689198047, 0.23066985516403182, 0.7901675081294426],
            line: [0.47355581918142176, 0.2592376359029009, 0.6868070042142937],
        },
    ] {
        let anomalies = trend::anomalies(&days, expected.measure).unwrap();
        close(anomalies[0], expected.first);
        close(anomalies[days.len() - 1], expected.last);
        let persistence = trend::persistence(&anomalies);
        close(persistence, expected.persistence);

        let ranks = trend::rank_trend(&anomalies, persistence);
        assert_eq!(ranks.s, expected.s);
        close(ranks.p, expected.p);
        let all = |slope: Slope| [slope.estimate, slope.low, slope.high];
        all(ranks.slope).into_iter().zip(expected.sen).for_each(|(found, expected)| close(found, expected));

        let line = trend::bootstrap(&anomalies, persistence, 1000, expected.seed);
        all(line).into_iter().zip(expected.line).for_each(|(found, expected)| close(found, expected));
    }
}
