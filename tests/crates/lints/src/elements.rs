//! Tasks that run once for each element of an output.

use std::num::ParseIntError;

use dag_runtime::{Error, Rayon, dag, task};

/// The words of a text.
#[task]
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// A factor.
#[task]
#[must_use]
pub const fn factor() -> u32 {
    3
}

/// The number that a word stands for.
///
/// # Errors
///
/// Fails where it stands for none.
#[task(depends = [words, factor], each = words)]
pub fn number(words: &str, factor: u32, suffix: String, offset: u32) -> Result<u32, ParseIntError> {
    let suffix = suffix.into_boxed_str();
    let text = words.strip_suffix(&*suffix).unwrap_or(words);
    Ok(text.parse::<u32>()? * factor + offset)
}

#[task(depends = [number], each = number)]
const fn double(number: u32) -> u32 {
    2 * number
}

#[task(depends = [words], each = words)]
fn boxed(words: String) -> Box<str> {
    words.into()
}

#[task]
const fn longest(word: &str, than: usize) -> bool {
    word.len() > than
}

dag! {
    /// Numbers of a text.
    #[derive(Debug)]
    pub graph Numbers(
        /// The text.
        text: String,
        /// What stands behind a number.
        suffix: String,
    ) -> (number, double, long) {
        words(&text), factor, number(suffix, 1), double,
        long = longest(each &words, 2),
    }

    graph Boxed<'a>(text: &'a str) -> boxed { words(text), boxed }
}

/// Runs both graphs.
///
/// # Errors
///
/// Fails where a word is no number.
pub fn run(text: &str) -> Result<(Vec<u32>, Vec<u32>, usize), Error> {
    let numbers = Numbers { text: text.to_owned(), suffix: "m".to_owned() };
    let (numbers, double, long) = numbers.run(&Rayon::new())?;
    Ok((numbers, double, long.len() + Boxed { text }.run(&Rayon::new())?.len()))
}

#[cfg(test)]
mod tests {
    use super::run;

    #[test]
    fn runs() {
        assert_eq!(run("7m 8 9m").ok(), Some((vec![22, 25, 28], vec![44, 50, 56], 6)));
        assert_eq!(
            run("1m x").err().and_then(|error| error.task().map(str::to_owned)).as_deref(),
            Some("number[1]")
        );
    }
}
