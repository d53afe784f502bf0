//! Percentages as users type them: `5%`.

use alloc::format;
use alloc::string::String;

/// Parses a percentage above 0 and up to 100, as a fraction.
pub(super) fn parse(text: &str) -> Result<f64, String> {
    let number = text.trim().strip_suffix('%').ok_or("write a percentage, for instance 5%")?;
    match number.trim().parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent <= 100.0 => Ok(percent / 100.0),
        Ok(_) => Err(format!("`{text}` is not above 0% and up to 100%")),
        Err(_) => Err(format!("`{number}` is not a number")),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn percentages_are_parts_of_all() {
        assert_eq!(["5%", "100 %", "0.5%"].map(parse), [Ok(0.05), Ok(1.0), Ok(0.005)]);
        for (text, error) in [
            ("5", "write a percentage, for instance 5%"),
            ("0%", "`0%` is not above 0% and up to 100%"),
            ("101%", "`101%` is not above 0% and up to 100%"),
            ("NaN%", "`NaN%` is not above 0% and up to 100%"),
            ("five%", "`five` is not a number"),
        ] {
            assert_eq!(parse(text), Err(error.into()), "{text}");
        }
    }
}
