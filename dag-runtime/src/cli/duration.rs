//! Durations as users type them: `500ms`, `10s`, `1h30m`, `30d`.

use alloc::format;
use alloc::string::String;
use core::time::Duration;

const UNITS: [(&str, u64); 6] = [
    ("ms", 1_000_000),
    ("s", NANOS),
    ("m", 60 * NANOS),
    ("min", 60 * NANOS),
    ("h", 3600 * NANOS),
    ("d", 24 * 3600 * NANOS),
];
const NANOS: u64 = 1_000_000_000;
const NAMES: &str = "ms, s, m, h and d";

/// Units as users may call them, and what they mean.
const WORDS: [(&str, &str); 5] =
    [("millisecond", "ms"), ("second", "s"), ("minute", "m"), ("hour", "h"), ("day", "d")];

/// Parses numbers with units, one after the other, with spaces between them or not. Their sum is the duration.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("write a time, for instance 10s, 10m or 1h30m".into());
    }
    if let Some(positive) =
        rest.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        return Err(format!("a time is not negative: write {positive}"));
    }
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let number;
        (number, rest) = split(rest, |c| c.is_ascii_digit() || c == '.');
        if number.is_empty() {
            return Err(format!("there is no number before `{rest}`: write 10s, 10m or 1h30m"));
        }
        let unit;
        (unit, rest) = split(rest.trim_start(), char::is_alphabetic);
        let Some(&(_, nanos)) = UNITS.iter().find(|&&(name, _)| name == unit) else {
            return Err(match unit {
                "" if rest.is_empty() => format!("`{number}` has no unit: write {number}s or {number}m"),
                "" => format!("`{rest}` is not a unit: the units are {NAMES}"),
                _ => format!("`{unit}` is not a unit{}", meant(unit)),
            });
        };
        let part = scaled(number, nanos).ok_or_else(|| format!("`{number}` is not a number"))?;
        let part = part.and_then(|part| sum.checked_add(part));
        sum = part.ok_or_else(|| format!("`{text}` is too long"))?;
        rest = rest.trim_start();
    }
    Ok(sum)
}

/// Which unit this one could stand for, or else all units.
fn meant(unit: &str) -> String {
    let lower = unit.to_lowercase();
    let singular = lower.strip_suffix('s').filter(|word| word.len() >= 3).unwrap_or(&lower);
    let is_meant =
        |&&(word, short): &&(&str, &str)| lower == short || singular.len() >= 3 && word.starts_with(singular);
    match WORDS.iter().find(is_meant) {
        Some((_, short)) => format!("; did you mean `{short}`?"),
        None => format!(": the units are {NAMES}"),
    }
}

/// The longest prefix of such characters, and the rest.
fn split(text: &str, is_part: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !is_part(c)).unwrap_or(text.len()))
}

/// A decimal number times this many nanoseconds. `None` if it is not a number, `Some(None)` if the product is too long.
fn scaled(number: &str, nanos: u64) -> Option<Option<Duration>> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole = whole.parse().ok().and_then(|whole: u64| {
        let nanos = u128::from(whole) * u128::from(nanos);
        let seconds = u64::try_from(nanos / u128::from(NANOS)).ok()?;
        Some(Duration::new(seconds, (nanos % u128::from(NANOS)) as u32))
    });
    let mut part = nanos;
    let fraction = fraction.bytes().map(|digit| {
        part /= 10;
        u64::from(digit - b'0') * part
    });
    let fraction = Duration::from_nanos(fraction.sum());
    Some(whole.and_then(|whole| whole.checked_add(fraction)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_sums_of_numbers_with_units() {
        let ms = Duration::from_millis;
        for (text, duration) in [
            ("500ms", ms(500)),
            ("10s", ms(10_000)),
            ("10m", ms(600_000)),
            ("10min", ms(600_000)),
            ("1h30m", ms(5_400_000)),
            ("1h 30m 5 s", ms(5_405_000)),
            (" 1.5h ", ms(5_400_000)),
            ("0.25s", ms(250)),
            ("0s", ms(0)),
            ("30d", Duration::from_secs(30 * 86_400)),
            ("5000000000000h", Duration::from_secs(5_000_000_000_000 * 3600)),
        ] {
            assert_eq!(parse(text), Ok(duration), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, error) in [
            ("", "write a time, for instance 10s, 10m or 1h30m"),
            ("10", "`10` has no unit: write 10s or 10m"),
            ("1h30", "`30` has no unit: write 30s or 30m"),
            ("10x", "`x` is not a unit: the units are ms, s, m, h and d"),
            ("10 days", "`days` is not a unit; did you mean `d`?"),
            ("10 sec", "`sec` is not a unit; did you mean `s`?"),
            ("1H", "`H` is not a unit; did you mean `h`?"),
            ("10-5s", "`-5s` is not a unit: the units are ms, s, m, h and d"),
            ("s", "there is no number before `s`: write 10s, 10m or 1h30m"),
            ("-5s", "a time is not negative: write 5s"),
            ("-s", "there is no number before `-s`: write 10s, 10m or 1h30m"),
            ("1.2.3s", "`1.2.3` is not a number"),
            (".s", "`.` is not a number"),
            ("18446744073709551615h", "`18446744073709551615h` is too long"),
            ("99999999999999999999s", "`99999999999999999999s` is too long"),
        ] {
            assert_eq!(parse(text), Err(error.into()), "{text}");
        }
    }
}
