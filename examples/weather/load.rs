//! From a file to checked days.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dag_runtime::task;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::data::{Day, Kind};

/// The first line of a file.
const HEADER: &str = "date,precipitation,temp_max,temp_min,wind,weather";
const COLUMNS: usize = 6;
/// The number of the line that holds the first day.
const FIRST_LINE: usize = 2;

/// The file's text.
#[task(cost = 30)]
pub fn read(path: &Path) -> Result<String, LoadError> {
    fs::read_to_string(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })
}

/// The days, each by itself well-formed.
#[task(depends = [read], cost = 40)]
pub fn parse(read: &str) -> Result<Vec<Day>, LoadError> {
    let mut lines = read.lines();
    match lines.next() {
        Some(HEADER) => {}
        Some(other) => {
            return Err(at(1, format!("the header is `{other}` instead of `{HEADER}`")));
        }
        None => return Err(LoadError::Empty),
    }
    (FIRST_LINE..).zip(lines).map(|(line, text)| day(text).map_err(|what| at(line, what))).collect()
}

/// The days, in order and each there once.
#[task(depends = [parse])]
pub fn days(parse: Vec<Day>) -> Result<Vec<Day>, LoadError> {
    if parse.is_empty() {
        return Err(LoadError::Empty);
    }
    for (line, pair) in (FIRST_LINE + 1..).zip(parse.windows(2)) {
        let (before, date) = (pair[0].date, pair[1].date);
        if date == before {
            return Err(at(line, format!("{date} is there twice")));
        }
        if date < before {
            return Err(at(line, format!("{date} comes after {before}")));
        }
    }
    Ok(parse)
}

/// Fails where a day is missing: what looks at a day and the next, or at a trend, needs them all.
#[task(depends = [days])]
pub fn complete(days: &[Day]) -> Result<(), LoadError> {
    for (line, pair) in (FIRST_LINE + 1..).zip(days.windows(2)) {
        let expected = pair[0].date.saturating_add(1.day());
        if pair[1].date != expected {
            return Err(at(line, format!("{} where {expected} should follow", pair[1].date)));
        }
    }
    Ok(())
}

/// One line of the file; an error says what is wrong in it.
fn day(line: &str) -> Result<Day, String> {
    if line.is_empty() {
        return Err("the line is empty".to_owned());
    }
    let fields: Vec<&str> = line.split(',').collect();
    let &[date, precipitation, high, low, wind, kind] = fields.as_slice() else {
        return Err(format!("{} columns instead of {COLUMNS}", fields.len()));
    };
    let day = Day {
        date: Date::strptime("%Y/%m/%d", date)
            .map_err(|_| format!("date `{date}` is no day as in `2012/01/31`"))?,
        precipitation: amount("precipitation", precipitation)?,
        high: number("temp_max", high)?,
        low: number("temp_min", low)?,
        wind: amount("wind", wind)?,
        kind: kind_of(kind)?,
    };
    if day.low > day.high {
        return Err(format!("temp_min {low} is above temp_max {high}"));
    }
    Ok(day)
}

fn number(column: &str, field: &str) -> Result<f64, String> {
    match field.parse() {
        Ok(value) if f64::is_finite(value) => Ok(value),
        _ => Err(format!("{column} `{field}` is not a number")),
    }
}

fn amount(column: &str, field: &str) -> Result<f64, String> {
    let value = number(column, field)?;
    if value < 0.0 { Err(format!("{column} {field} is negative")) } else { Ok(value) }
}

fn kind_of(field: &str) -> Result<Kind, String> {
    Kind::ALL.into_iter().find(|kind| kind.name() == field).ok_or_else(|| {
        let known = Kind::ALL.map(Kind::name).join(", ");
        format!("weather `{field}` is none of {known}")
    })
}

fn at(line: usize, what: String) -> LoadError {
    LoadError::Line { line, what }
}

/// What can be wrong with a file.
#[derive(Debug)]
pub enum LoadError {
    /// It cannot be read.
    Read { path: PathBuf, source: io::Error },
    /// It holds no day.
    Empty,
    /// A line of it, counted from 1, is wrong.
    Line { line: usize, what: String },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Read { path, source } => {
                write!(f, "cannot read `{}`: {source}", path.display())
            }
            LoadError::Empty => write!(f, "the file holds no day"),
            LoadError::Line { line, what } => write!(f, "line {line}: {what}"),
        }
    }
}

impl std::error::Error for LoadError {}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "2012/01/01,0.0,12.8,5.0,4.7,drizzle";

    /// The message for a file with these lines below the header.
    fn message(lines: &[&str]) -> String {
        let text = [&[HEADER], lines].concat().join("\n") + "\n";
        let loaded = parse(&text).and_then(days);
        loaded.and_then(|days| complete(&days)).expect_err("the file is malformed").to_string()
    }

    #[test]
    fn a_line_becomes_a_day() {
        let expected = Day {
            date: Date::constant(2012, 1, 1),
            precipitation: 0.0,
            high: 12.8,
            low: 5.0,
            wind: 4.7,
            kind: Kind::Drizzle,
        };
        assert_eq!(parse(&format!("{HEADER}\r\n{GOOD}\r\n")).unwrap(), [expected]);
    }

    #[test]
    fn a_malformed_line_is_named_with_its_column() {
        for (line, expected) in [
            ("2012/01/02,abc,1,0,1,sun", "line 3: precipitation `abc` is not a number"),
            ("2012/01/02,NaN,1,0,1,sun", "line 3: precipitation `NaN` is not a number"),
            ("2012/01/02,-0.1,1,0,1,sun", "line 3: precipitation -0.1 is negative"),
            ("2012/01/02,0,,0,1,sun", "line 3: temp_max `` is not a number"),
            ("2012/01/02,0,1,1.5,1,sun", "line 3: temp_min 1.5 is above temp_max 1"),
            ("2012/01/02,0,1,0,inf,sun", "line 3: wind `inf` is not a number"),
            ("2012/01/02,0,1,0,1,hail", "line 3: weather `hail` is none of drizzle, fog, rain, snow, sun"),
            ("2012/02/30,0,1,0,1,sun", "line 3: date `2012/02/30` is no day as in `2012/01/31`"),
            ("2012-01-02,0,1,0,1,sun", "line 3: date `2012-01-02` is no day as in `2012/01/31`"),
            ("2012/01/02,0,1,0,1", "line 3: 5 columns instead of 6"),
            ("", "line 3: the line is empty"),
            ("2012/01/01,0,1,0,1,sun", "line 3: 2012-01-01 is there twice"),
            ("2011/12/31,0,1,0,1,sun", "line 3: 2011-12-31 comes after 2012-01-01"),
            ("2012/01/04,0,1,0,1,sun", "line 3: 2012-01-04 where 2012-01-02 should follow"),
        ] {
            assert_eq!(message(&[GOOD, line]), expected);
        }
    }

    #[test]
    fn a_file_without_days_or_with_another_header_is_refused() {
        assert_eq!(message(&[]), "the file holds no day");
        assert_eq!(parse("").unwrap_err().to_string(), "the file holds no day");
        let other = parse("day,rain\n").unwrap_err().to_string();
        assert_eq!(other, format!("line 1: the header is `day,rain` instead of `{HEADER}`"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let message = read(Path::new("no/such.csv")).unwrap_err().to_string();
        assert!(message.starts_with("cannot read `no/such.csv`: "), "{message}");
    }
}
