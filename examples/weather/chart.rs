//! A picture of the years, as SVG.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::Path;

use dag_runtime::task;

use crate::data::Day;
use crate::load::days;
use crate::numeric::mean;
use crate::report::MONTHS;

/// Where the lines are drawn, from left to right.
const ACROSS: [f64; 2] = [50.0, 560.0];
/// The same from top to bottom.
const DOWN: [f64; 2] = [40.0, 330.0];
/// The distance of the lines of the grid, in °C.
const GRID: f64 = 5.0;

/// The mean temperatures of the months, with a line for each year.
#[task(depends = [days], cost = 8)]
pub fn chart(days: &[Day]) -> String {
    let years = monthly_means(days);
    let all = || years.values().flatten().map(|&(_, celsius)| celsius);
    let lowest = (all().fold(f64::INFINITY, f64::min) / GRID).floor() * GRID;
    let highest = (all().fold(f64::NEG_INFINITY, f64::max) / GRID).ceil() * GRID;
    let scale = lowest..=highest.max(lowest + GRID);
    [
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 370" font-family="sans-serif" font-size="12">"#,
        r#"<rect width="640" height="370" fill="white"/>"#,
        r#"<text x="50" y="22" font-size="14">Mean temperature by month, in °C</text>"#,
        &grid(&scale),
        &lines(&years, &scale),
        "</svg>\n",
    ]
    .join("\n")
}

/// The months of each year, from 0, with their mean temperature in °C.
fn monthly_means(days: &[Day]) -> BTreeMap<i16, Vec<(usize, f64)>> {
    let mut years = BTreeMap::<i16, Vec<(usize, f64)>>::new();
    for month in days.chunk_by(|a, b| a.date.first_of_month() == b.date.first_of_month()) {
        let (date, celsius) = (month[0].date, mean(month.iter().map(Day::mean_temperature)));
        let number = usize::from(date.month().unsigned_abs() - 1);
        years.entry(date.year()).or_default().push((number, celsius));
    }
    years
}

/// A line for every few degrees, and the names of the months.
fn grid(scale: &RangeInclusive<f64>) -> String {
    let mut svg = String::new();
    let [left, right] = ACROSS;
    let count = ((scale.end() - scale.start()) / GRID).round() as usize;
    for celsius in (0..=count).map(|line| scale.start() + line as f64 * GRID) {
        let y = height(celsius, scale);
        let _ = writeln!(svg, r##"<path d="M{left} {y:.1}H{right}" stroke="#d5d8dc"/>"##);
        let _ = writeln!(
            svg,
            r#"<text x="{}" y="{:.1}" text-anchor="end">{celsius}</text>"#,
            left - 8.0,
            y + 4.0
        );
    }
    for (month, name) in MONTHS.iter().enumerate() {
        let _ = writeln!(svg, r#"<text x="{:.1}" y="350" text-anchor="middle">{name}</text>"#, place(month));
    }
    svg
}

/// A line for each year, from blue to red, and its number at its end.
fn lines(years: &BTreeMap<i16, Vec<(usize, f64)>>, scale: &RangeInclusive<f64>) -> String {
    let mut svg = String::new();
    for (k, (year, months)) in years.iter().enumerate() {
        let hue = 210 * (years.len() - 1 - k) / (years.len() - 1).max(1);
        let points: Vec<String> = months
            .iter()
            .map(|&(month, celsius)| format!("{:.1},{:.1}", place(month), height(celsius, scale)))
            .collect();
        let colour = format!("hsl({hue}, 65%, 40%)");
        let _ = writeln!(
            svg,
            r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2"/>"#,
            points.join(" ")
        );
        let y = DOWN[0] + 16.0 * k as f64;
        let _ = writeln!(svg, r#"<text x="{}" y="{y:.1}" fill="{colour}">{year}</text>"#, ACROSS[1] + 20.0);
    }
    svg
}

/// Where a month is, from left to right.
fn place(month: usize) -> f64 {
    let [left, right] = ACROSS;
    left + (right - left) * (month as f64 + 0.5) / MONTHS.len() as f64
}

/// Where a temperature is, from top to bottom.
fn height(celsius: f64, scale: &RangeInclusive<f64>) -> f64 {
    let [top, bottom] = DOWN;
    bottom - (bottom - top) * (celsius - scale.start()) / (scale.end() - scale.start())
}

/// Writes the picture to a file.
///
/// # Errors
///
/// Fails if the file cannot be written; the error names it.
#[task(cost = 10)]
pub fn write(file: &Path, picture: &str) -> io::Result<()> {
    let named = |error: io::Error| {
        io::Error::new(error.kind(), format!("cannot write `{}`: {error}", file.display()))
    };
    fs::write(file, picture).map_err(named)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::data::Kind;

    fn day(year: i16, month: i8, celsius: f64) -> Day {
        let date = date(year, month, 1);
        Day { date, precipitation: 0.0, high: celsius + 1.0, low: celsius - 1.0, wind: 0.0, kind: Kind::Sun }
    }

    #[test]
    fn each_year_has_a_line_with_a_point_a_month() {
        let svg = chart(&[day(2012, 11, -5.0), day(2012, 12, 0.0), day(2013, 1, 5.0)]);
        let lines: Vec<&str> = svg.lines().filter(|line| line.starts_with("<polyline")).collect();
        // The middle of the scale from -5 to 5 is half way between 40 and 330.
        assert!(lines[0].starts_with(r#"<polyline points="496.2,330.0 538.8,185.0" "#), "{}", lines[0]);
        assert!(lines[1].starts_with(r#"<polyline points="71.2,40.0" "#), "{}", lines[1]);
        assert_eq!(lines.len(), 2);
        for text in [">2012<", ">2013<", ">-5<", ">0<", ">5<", ">Dec<"] {
            assert_eq!(svg.matches(text).count(), 1, "{text}");
        }
    }

    #[test]
    fn a_single_temperature_has_a_scale() {
        let svg = chart(&[day(2012, 1, 5.0)]);
        assert!(svg.contains(r#"points="71.2,330.0""#) && !svg.contains("NaN"), "{svg}");
    }
}
