//! From a file to checked rows.

use std::fmt;
use std::io;
use std::str::FromStr;

use dag_runtime::{File, Key, task};
use serde::{Deserialize, Serialize};

/// The first line of the file.
const HEADER: &str = "Airport Name,Aircraft Make Model,Effect Amount of damage,Flight Date,Aircraft Airline Operator,\
    Origin State,Phase of flight,Wildlife Size,Wildlife Species,Time of day,Cost Other,Cost Repair,Cost Total $,\
    Speed IAS in knots";

/// The rows of a year, as they are in the file. It is a part of the file that counts by itself: a row that is added to
/// one year leaves the others as they were.
#[derive(Debug, PartialEq, Key)]
pub struct Year {
    rows: String,
}

/// A collision with an animal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strike {
    pub airport: String,
    /// Year-month-day.
    pub date: String,
    pub phase: Phase,
    pub size: Size,
    pub species: String,
    pub is_dark: bool,
    pub is_damaged: bool,
    /// In US dollars.
    pub cost: u32,
    /// The indicated airspeed in knots, which many reports leave out.
    pub speed: Option<u16>,
}

/// What the aircraft did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    Parked,
    Taxi,
    TakeOff,
    Climb,
    Descent,
    Approach,
    Landing,
}

/// The size of the animal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Size {
    Small,
    Medium,
    Large,
}

/// The rows of a year that can be used, and how many cannot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parsed {
    pub strikes: Vec<Strike>,
    /// Rows that are there already.
    pub repeated: usize,
    /// Rows that are not as they should be, and why.
    pub broken: Vec<String>,
}

/// The years in a file, whose rows are sorted by date.
///
/// # Errors
///
/// Fails if the file cannot be read, or is another one.
#[task]
pub fn read(file: &File) -> io::Result<Vec<Year>> {
    let text = std::fs::read_to_string(file)?;
    let (header, rows) = text.split_once('\n').unwrap_or((&text, ""));
    if header.trim_end() != HEADER {
        return Err(io::Error::other(format!("`{}` does not begin with `{HEADER}`", file.path().display())));
    }
    let rows: Vec<&str> = rows.lines().collect();
    let years = rows.chunk_by(|a, b| year(a) == year(b));
    Ok(years.map(|rows| Year { rows: rows.join("\n") }).collect())
}

/// The year of a row, or what is in its place.
fn year(row: &str) -> &str {
    let date = row.split(',').nth(3).unwrap_or_default();
    date.split_once('-').map_or(date, |(year, _)| year)
}

/// The rows of a year; runs once for each. What is broken is counted. With `catch`, an `Err` for each such row, nothing could be
/// kept that depends on it.
#[task(depends = [read], each = read, uses = [strike], cost = 2)]
pub fn parse(read: &Year) -> Parsed {
    let mut rows: Vec<&str> = read.rows.lines().collect();
    let all = rows.len();
    rows.sort_unstable();
    rows.dedup();
    let mut parsed = Parsed { repeated: all - rows.len(), ..Parsed::default() };
    for row in rows {
        match strike(row) {
            Ok(strike) => parsed.strikes.push(strike),
            Err(why) => parsed.broken.push(why),
        }
    }
    parsed
}

/// A row. It is a task, though no graph lists it, so that its code counts for the key of `parse`.
///
/// # Errors
///
/// Fails with what is wrong in which column.
#[task]
pub fn strike(row: &str) -> Result<Strike, String> {
    let columns: Vec<&str> = row.split(',').collect();
    let &[airport, _, damage, date, _, _, phase, size, species, time, _, _, cost, speed] = columns.as_slice()
    else {
        return Err(format!("{} columns instead of 14", columns.len()));
    };
    Ok(Strike {
        airport: airport.to_owned(),
        date: date.to_owned(),
        phase: match phase {
            "Parked" => Phase::Parked,
            "Taxi" => Phase::Taxi,
            "Take-off run" => Phase::TakeOff,
            "Climb" => Phase::Climb,
            "Descent" => Phase::Descent,
            "Approach" => Phase::Approach,
            "Landing Roll" => Phase::Landing,
            other => return Err(unknown("phase", other)),
        },
        size: match size {
            "Small" => Size::Small,
            "Medium" => Size::Medium,
            "Large" => Size::Large,
            other => return Err(unknown("size", other)),
        },
        species: species.to_owned(),
        is_dark: match time {
            "Night" | "Dusk" | "Dawn" => true,
            "Day" => false,
            other => return Err(unknown("time of day", other)),
        },
        is_damaged: match damage {
            "None" => false,
            "Minor" | "Medium" | "Substantial" => true,
            other => return Err(unknown("damage", other)),
        },
        cost: number("cost", cost)?,
        speed: if speed.is_empty() { None } else { Some(number("speed", speed)?) },
    })
}

fn unknown(column: &str, value: &str) -> String {
    format!("{column} `{value}` is not known")
}

fn number<T: FromStr<Err: fmt::Display>>(column: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|error| format!("{column} `{value}`: {error}"))
}

/// All years together.
#[task(depends = [parse])]
pub fn clean(parse: Vec<Parsed>) -> Parsed {
    let mut all = Parsed::default();
    for Parsed { strikes, repeated, broken } in parse {
        all.strikes.extend(strikes);
        all.repeated += repeated;
        all.broken.extend(broken);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str =
        "MEMPHIS INTL,MD-80,Minor,1999-10-19,US AIRWAYS*,Tennessee,Climb,Large,Canada goose,Dusk,0,5,5,140";

    #[test]
    fn a_row_becomes_a_strike() {
        let expected = Strike {
            airport: "MEMPHIS INTL".into(),
            date: "1999-10-19".into(),
            phase: Phase::Climb,
            size: Size::Large,
            species: "Canada goose".into(),
            is_dark: true,
            is_damaged: true,
            cost: 5,
            speed: Some(140),
        };
        assert_eq!(strike(ROW), Ok(expected));
        assert_eq!(strike(&ROW.replace(",140", ",")).unwrap().speed, None);
    }

    #[test]
    fn what_is_wrong_in_a_row_is_told() {
        for (from, to, why) in [
            (",Minor", ",C", "damage `C` is not known"),
            (",Dusk", "", "13 columns instead of 14"),
            (",5,140", ",5,-1", "speed `-1`: invalid digit found in string"),
            (",Climb", ",Hover", "phase `Hover` is not known"),
            (",Large", ",Huge", "size `Huge` is not known"),
        ] {
            assert_eq!(strike(&ROW.replace(from, to)).unwrap_err(), why);
        }
    }

    #[test]
    fn rows_count_once_and_broken_ones_are_named() {
        let rows = format!("{ROW}\n{}\n{ROW}", ROW.replace("Minor", "B"));
        let parsed = parse(&Year { rows });
        assert_eq!((parsed.strikes.len(), parsed.repeated), (1, 1));
        assert_eq!(parsed.broken, ["damage `B` is not known"]);
    }

    #[test]
    fn years_are_parts_of_the_file() {
        assert_eq!(year(ROW), "1999");
        assert_eq!(year("x,y"), "");
    }
}
