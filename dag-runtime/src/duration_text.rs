//! Durations in texts.

use core::fmt;
use core::time::Duration;

/// A duration in the units in which a reader would give it: `250 ms`, `1.5 s`, `1 h 30 min`. From a minute on it is
/// in whole seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DurationText(pub(crate) Duration);

impl fmt::Display for DurationText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanos) = (self.0.as_secs(), self.0.subsec_nanos());
        if seconds >= 60 {
            let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")].into_iter();
            let mut parts = parts.filter(|&(count, _)| count > 0);
            let (first, unit) = parts.next().unwrap_or((0, "s"));
            write!(f, "{first} {unit}")?;
            return parts.try_for_each(|(count, unit)| write!(f, " {count} {unit}"));
        }
        let (whole, unit, scale) = match nanos {
            _ if seconds > 0 || nanos == 0 => (seconds, "s", 1_000_000),
            1_000_000.. => (u64::from(nanos / 1_000_000), "ms", 1_000),
            1_000.. => (u64::from(nanos / 1_000), "µs", 1),
            _ => return write!(f, "{nanos} ns"),
        };
        let thousandths = nanos / scale % 1000;
        match thousandths {
            0 => write!(f, "{whole} {unit}"),
            _ if thousandths % 100 == 0 => write!(f, "{whole}.{} {unit}", thousandths / 100),
            _ if thousandths % 10 == 0 => write!(f, "{whole}.{:02} {unit}", thousandths / 10),
            _ => write!(f, "{whole}.{thousandths:03} {unit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn is_in_the_units_of_a_reader() {
        for (duration, text) in [
            (Duration::ZERO, "0 s"),
            (Duration::from_nanos(7), "7 ns"),
            (Duration::from_nanos(1_500), "1.5 µs"),
            (Duration::from_micros(250_250), "250.25 ms"),
            (Duration::from_millis(250), "250 ms"),
            (Duration::from_millis(12_345), "12.345 s"),
            (Duration::from_secs(10), "10 s"),
            (Duration::from_millis(60_900), "1 min"),
            (Duration::from_secs(5400), "1 h 30 min"),
            (Duration::from_secs(7201), "2 h 1 s"),
            (Duration::MAX, "5124095576030431 h 15 s"),
        ] {
            assert_eq!(DurationText(duration).to_string(), text);
        }
    }
}
