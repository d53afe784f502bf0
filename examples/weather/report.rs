//! The report, in words and tables.

use std::collections::BTreeMap;

use dag_runtime::task;

use crate::climate::{Climate, Records, SEASONS, Season, climate, kinds, records, seasons};
use crate::data::{Day, Kind, WET_DAY};
use crate::load::days;
use crate::rain::{Chain, Rain, Spells, rain};
use crate::trend::{RankTrend, Slope};

pub const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Both views of the trend of one series.
pub type Trend = (&'static str, Slope, RankTrend);

/// The report.
#[task(depends = [days, climate, records, seasons, kinds, rain], cost = 4)]
pub fn report(
    #[from(days)] all: &[Day],
    climate: &BTreeMap<i8, Climate>,
    records: Records,
    seasons: &BTreeMap<i16, [Option<Season>; 4]>,
    kinds: &BTreeMap<Kind, usize>,
    rain: &Rain,
    trends: &[Trend],
) -> String {
    let sections = [
        heading(all, kinds),
        climate_section(climate),
        records_section(&records),
        seasons_section(seasons),
        rain_section(rain),
        trend_section(trends),
    ];
    sections.map(|lines| lines.join("\n") + "\n").join("\n")
}

fn heading(days: &[Day], kinds: &BTreeMap<Kind, usize>) -> Vec<String> {
    let (first, last) = (days[0].date, days[days.len() - 1].date);
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    vec![format!("Daily weather, {first} to {last}: {} days ({})", days.len(), kinds.join(", "))]
}

fn climate_section(climate: &BTreeMap<i8, Climate>) -> Vec<String> {
    let mut lines = vec![
        "Climate by month (means; of the highs also the range that 8 in 10 keep)".to_owned(),
        "        high °C  8 in 10 highs  low °C  rain mm  wet days  wind m/s".to_owned(),
    ];
    lines.extend(climate.iter().map(|(&month, of)| {
        let (cool, warm) = of.usual_highs;
        format!(
            "  {}    {:7.1}   {cool:4.1} to {warm:4.1}  {:6.1}   {:6.0}  {:8.1}  {:8.1}",
            MONTHS[usize::from(month.unsigned_abs() - 1)],
            of.high,
            of.low,
            of.precipitation,
            of.wet_days,
            of.wind
        )
    }));
    lines
}

fn records_section(records: &Records) -> Vec<String> {
    let line = |what: &str, value: f64, unit: &str, day: &Day| {
        format!("  {what:<8} {value:5.1} {unit:<4} {}", day.date)
    };
    vec![
        "Records".to_owned(),
        line("hottest", records.hottest.high, "°C", &records.hottest),
        line("coldest", records.coldest.low, "°C", &records.coldest),
        line("wettest", records.wettest.precipitation, "mm", &records.wettest),
        line("windiest", records.windiest.wind, "m/s", &records.windiest),
    ]
}

fn seasons_section(seasons: &BTreeMap<i16, [Option<Season>; 4]>) -> Vec<String> {
    let cell = |season: &Option<Season>| match season {
        Some(season) => format!("{:6.1} °C {:4.0} mm", season.mean_temperature, season.precipitation),
        None => format!("{:>17}", "-"),
    };
    let mut lines = vec![
        "Seasons (mean temperature, rain)".to_owned(),
        format!("        {}", SEASONS.map(|name| format!("{name:>17}")).concat()),
    ];
    lines
        .extend(seasons.iter().map(|(year, of)| format!("  {year:4}  {}", of.each_ref().map(cell).concat())));
    lines
}

fn rain_section(rain: &Rain) -> Vec<String> {
    let mut lines = vec![format!("Wet days (with {WET_DAY} mm or more) and dry ones")];
    lines.extend([spells_line(&rain.wet, true, rain.chain), spells_line(&rain.dry, false, rain.chain)]);
    lines.extend(rain.chain.map(|chain| {
        format!(
            "  after a wet day {:.0} % of days are wet, after a dry one {:.0} %: {:.0} % in the long run",
            100.0 * chain.wet_after_wet,
            100.0 * chain.wet_after_dry,
            100.0 * chain.wet_share()
        )
    }));
    lines
}

fn spells_line(spells: &Spells, wet: bool, chain: Option<Chain>) -> String {
    let sort = if wet { "wet" } else { "dry" };
    let Some(longest) = spells.longest else {
        return format!("  no {sort} day");
    };
    let expected = chain.map(|chain| format!(" (a Markov chain: {:.2})", chain.mean_spell(wet)));
    format!(
        "  {} {sort} spells of {:.2} days{}; the longest, {} days, from {}",
        spells.count,
        spells.mean,
        expected.unwrap_or_default(),
        longest.days,
        longest.first
    )
}

fn trend_section(trends: &[Trend]) -> Vec<String> {
    let interval =
        |slope: &Slope| format!("{:+.2} ({:+.2} to {:+.2})", slope.estimate, slope.low, slope.high);
    let mut lines = vec![
        "Trend in °C a year, seasons taken out (with the interval of 95 %)".to_owned(),
        "           least squares, bootstrap     Sen's slope             Mann-Kendall".to_owned(),
    ];
    lines.extend(trends.iter().map(|(name, line, ranks)| {
        format!(
            "  {name:<8} {:<28} {:<23} S = {}, p = {:.4}",
            interval(line),
            interval(&ranks.slope),
            ranks.s,
            ranks.p
        )
    }));
    lines
}
