//! What is in a file: the weather of a month.

use std::fmt;

use dag_runtime::task;
use jiff::civil::Date;

use crate::store::{Archive, File, fetch};

/// The first line of a file.
const HEADER: &str = "date,precipitation,temp_max,temp_min,wind,weather";

/// The weather of one month.
#[derive(Clone, Debug, PartialEq)]
pub struct Month {
    /// From 1 to 12.
    pub number: usize,
    /// The mean of the days' highs and lows, in °C.
    pub temperature: f64,
    /// The sum, in mm.
    pub precipitation: f64,
}

/// A file of which there is no use, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    pub file: String,
    pub why: String,
}

impl Broken {
    pub fn new(file: &str, why: impl ToString) -> Self {
        Broken { file: file.to_owned(), why: why.to_string() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.why)
    }
}

impl std::error::Error for Broken {}

/// What is in a file; runs once for each. A file that could not be fetched is as broken as one that cannot be read.
#[task(depends = [fetch], each = fetch, catch)]
pub fn month(fetch: &Result<File, Broken>) -> Result<Month, Broken> {
    let File { name, bytes } = fetch.as_ref().map_err(Broken::clone)?;
    let text = str::from_utf8(bytes).map_err(|_| Broken::new(name, "not text in UTF-8"))?;
    parse(text).map_err(|why| Broken::new(name, why))
}

/// A month of which all days are there.
fn parse(text: &str) -> Result<Month, String> {
    let mut lines = text.lines();
    if lines.next() != Some(HEADER) {
        return Err(format!("line 1 is not `{HEADER}`"));
    }
    let numbered =
        (2..).zip(lines).map(|(line, text)| day(text).map_err(|what| format!("line {line}: {what}")));
    let days: Vec<Day> = numbered.collect::<Result<_, _>>()?;
    let first = days.first().ok_or("there is no day")?.date.first_of_month();
    let expected = first.days_in_month();
    let count = days.iter().filter(|day| day.date.first_of_month() == first).count();
    if (count, days.len()) != (expected.unsigned_abs().into(), count) {
        return Err(format!(
            "{count} days instead of {expected}, and {} of other months",
            days.len() - count
        ));
    }
    Ok(Month {
        number: first.month().unsigned_abs().into(),
        temperature: days.iter().map(|day| day.temperature).sum::<f64>() / count as f64,
        precipitation: days.iter().map(|day| day.precipitation).sum(),
    })
}

/// What a month is made of.
struct Day {
    date: Date,
    temperature: f64,
    precipitation: f64,
}

fn day(line: &str) -> Result<Day, String> {
    let fields: Vec<&str> = line.split(',').collect();
    let &[date, precipitation, high, low, _, _] = fields.as_slice() else {
        return Err(format!("{} columns instead of 6", fields.len()));
    };
    let number = |name: &str, field: &str| match field.parse() {
        Ok(number) if f64::is_finite(number) => Ok(number),
        _ => Err(format!("{name} `{field}` is not a number")),
    };
    Ok(Day {
        date: Date::strptime("%Y/%m/%d", date).map_err(|_| format!("`{date}` is not a date"))?,
        temperature: f64::midpoint(number("temp_max", high)?, number("temp_min", low)?),
        precipitation: number("precipitation", precipitation)?,
    })
}

/// The usual mean temperatures of the twelve months, in °C.
///
/// # Errors
///
/// Fails if they are not there, or are not twelve.
#[task(retry = 2)]
pub fn normals(archive: &Archive) -> Result<[f64; 12], Broken> {
    let broken = |why: String| Broken::new("normals.csv", why);
    let bytes = archive.get("normals.csv").map_err(|error| broken(error.to_string()))?;
    let text = String::from_utf8_lossy(&bytes);
    let numbers = text.lines().skip(1).map(|line| {
        let number = line.split(',').nth(1).and_then(|field| field.parse().ok());
        number.ok_or_else(|| broken(format!("`{line}` has no number")))
    });
    let numbers: Vec<f64> = numbers.collect::<Result<_, _>>()?;
    let count = numbers.len();
    numbers.try_into().map_err(|_| broken(format!("{count} months instead of 12")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Result<Month, Broken> {
        month(&Ok(File { name: "x.csv".to_owned(), bytes: bytes.to_vec() }))
    }

    /// A file with a day for each of these dates.
    fn file(days: impl IntoIterator<Item = String>) -> Vec<u8> {
        let lines = days.into_iter().map(|date| format!("\n{date},0.5,8.0,2.0,1.0,rain"));
        (HEADER.to_owned() + &lines.collect::<String>()).into_bytes()
    }

    fn february() -> impl Iterator<Item = String> {
        (1..=28).map(|day| format!("2015/02/{day:02}"))
    }

    #[test]
    fn a_month_has_means_and_sums() {
        let expected = Month { number: 2, temperature: 5.0, precipitation: 14.0 };
        assert_eq!(of(&file(february())), Ok(expected));
    }

    #[test]
    fn what_is_broken_is_named() {
        let broken = |bytes: &[u8]| of(bytes).unwrap_err().to_string();
        for (line, why) in [
            ("2015/02/02,2", "2 columns instead of 6"),
            ("2015/02/02,T,1,0,1,sun", "precipitation `T` is not a number"),
            ("2015/02/30,0,1,0,1,sun", "`2015/02/30` is not a date"),
            ("2015/02/02,0,inf,0,1,sun", "temp_max `inf` is not a number"),
        ] {
            let bytes = [file(["2015/02/01".to_owned()]), line.as_bytes().to_vec()].join(&b'\n');
            assert_eq!(broken(&bytes), format!("x.csv: line 3: {why}"));
        }
        for (days, why) in [
            (file([]), "there is no day"),
            (file(february().take(20)), "20 days instead of 28, and 0 of other months"),
            (
                file(february().chain(["2015/03/01".to_owned()])),
                "28 days instead of 28, and 1 of other months",
            ),
            (b"day\n".to_vec(), &*format!("line 1 is not `{HEADER}`")),
            (b"# \xb0C".to_vec(), "not text in UTF-8"),
        ] {
            assert_eq!(broken(&days), format!("x.csv: {why}"));
        }
        let lost = Broken::new("x.csv", "the archive is busy");
        assert_eq!(month(&Err(lost.clone())), Err(lost));
    }

    #[test]
    fn normals_are_those_of_twelve_months() {
        assert_eq!(normals(&Archive::new(crate::MONTHS, 0)).unwrap()[..2], [4.9, 6.2]);
        let error = normals(&Archive::new("no/such", 0)).unwrap_err().to_string();
        assert!(error.starts_with("normals.csv: "), "{error}");
    }
}
