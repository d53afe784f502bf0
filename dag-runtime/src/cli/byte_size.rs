//! Sizes of files as users type and read them: `10G`, `500 MB`, `1.5 GiB`.

use alloc::format;
use alloc::string::String;
use core::fmt;

/// As in most programs, `10G` is 10 GiB.
const UNITS: [(&str, u64); 13] = [
    ("B", 1),
    ("K", 1 << 10),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("M", 1 << 20),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("G", 1 << 30),
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("T", 1 << 40),
    ("TiB", 1 << 40),
    ("TB", 1_000_000_000_000),
];

/// Parses a number with a unit, with a space between them or not.
pub(super) fn parse(text: &str) -> Result<u64, String> {
    let text = text.trim();
    if let Some(positive) =
        text.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        return Err(format!("a size is not negative: write {positive}"));
    }
    let (number, unit) =
        text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()));
    let unit = unit.trim_start();
    if number.is_empty() {
        return Err("write a size, for instance 500M or 10G".into());
    }
    let Some(&(_, bytes)) = UNITS.iter().find(|&&(name, _)| name == unit) else {
        let meant = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit));
        return Err(match meant {
            Some((name, _)) => format!("`{unit}` is not a unit; did you mean `{name}`?"),
            None if unit.is_empty() => format!("`{number}` has no unit: write {number}M or {number}G"),
            None => format!("`{unit}` is not a unit: the units are B, K, M, G and T, also as MB and MiB"),
        });
    };
    scaled(number, bytes)
        .ok_or_else(|| format!("`{number}` is not a number"))?
        .ok_or_else(|| format!("`{text}` is too large"))
}

/// A decimal number times this many bytes. `None` if it is not a number, `Some(None)` if the product is too large.
fn scaled(number: &str, bytes: u64) -> Option<Option<u64>> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let whole = whole.parse::<u64>().ok().and_then(|whole| whole.checked_mul(bytes));
    // Further digits are less than a byte.
    let digits = &fraction[..fraction.len().min(18)];
    let part = u128::from(digits.parse::<u64>().ok()?) * u128::from(bytes);
    let part = (part / 10_u128.pow(digits.len() as u32)) as u64;
    Some(whole.and_then(|whole| whole.checked_add(part)))
}

/// A size in the unit in which a reader would give it: `812 B`, `1.5 MiB`.
#[derive(Clone, Copy, Debug)]
pub(super) struct ByteSize(pub(super) u64);

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0;
        // What would be shown as 1024.0 of a unit is 1 of the next one.
        let unit = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")]
            .into_iter()
            .find(|&(shift, _)| bytes >= (1 << shift) - (1 << shift) / 20_480);
        match unit {
            Some((shift, unit)) => write!(f, "{:.1} {unit}", bytes as f64 / (1_u64 << shift) as f64),
            None => write!(f, "{bytes} B"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn sizes_are_numbers_with_units() {
        for (text, bytes) in [
            ("0B", 0),
            ("10G", 10 << 30),
            ("1.5 GiB", 3 << 29),
            ("500MB", 500_000_000),
            (" 2 kB ", 2_000),
            ("0.1K", 102),
            ("16777215T", u64::MAX - ((1 << 40) - 1)),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, error) in [
            ("", "write a size, for instance 500M or 10G"),
            ("G", "write a size, for instance 500M or 10G"),
            ("-5G", "a size is not negative: write 5G"),
            ("10", "`10` has no unit: write 10M or 10G"),
            ("10g", "`g` is not a unit; did you mean `G`?"),
            ("10 mib", "`mib` is not a unit; did you mean `MiB`?"),
            ("10X", "`X` is not a unit: the units are B, K, M, G and T, also as MB and MiB"),
            ("1.2.3G", "`1.2.3` is not a number"),
            (".G", "`.` is not a number"),
            ("16777216T", "`16777216T` is too large"),
            ("99999999999999999999B", "`99999999999999999999B` is too large"),
        ] {
            assert_eq!(parse(text), Err(error.into()), "{text}");
        }
    }

    #[test]
    fn is_in_the_unit_of_a_reader() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1_000_000, "976.6 KiB"),
            ((1 << 20) - 1, "1.0 MiB"),
            (3 << 29, "1.5 GiB"),
            (u64::MAX, "16777216.0 TiB"),
        ] {
            assert_eq!(ByteSize(bytes).to_string(), text);
        }
    }
}
