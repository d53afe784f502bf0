//! The text of an error and of those behind it.

use alloc::format;
use alloc::string::{String, ToString as _};
use core::error::Error;
use core::fmt::Write as _;
use core::iter::successors;

use super::one_line::one_line;

/// The most errors of a chain of sources that are examined: an error may be its own source.
const MOST_SOURCES: usize = 64;

/// An error and its sources.
pub(crate) fn chain<'error>(
    error: Option<&'error (dyn Error + 'static)>,
) -> impl Iterator<Item = &'error (dyn Error + 'static)> {
    successors(error, |&error| error.source()).take(MOST_SOURCES)
}

/// A text that tells each of several errors once: an error whose text is in that of an earlier one is left out.
#[derive(Default)]
pub(crate) struct Message {
    /// With line breaks. All lines but the first one are indented.
    text: String,
    one_line: String,
    /// Where the texts of errors begin in `one_line`.
    header: usize,
}

impl Message {
    /// Adds the text of an error.
    pub(crate) fn add(&mut self, text: &str) {
        let flat = one_line(text).to_string();
        let flat = flat.trim_end();
        if flat.is_empty() || contains(&self.one_line[self.header..], flat) {
            return;
        }
        let separator = if self.one_line.len() > self.header { ": " } else { "" };
        let _ = write!(self.one_line, "{separator}{flat}");
        self.text += separator;
        let mut lines = text.trim().lines().map(str::trim_end);
        self.text += lines.next().unwrap_or_default();
        self.text.extend(lines.map(|line| if line.is_empty() { "\n".into() } else { format!("\n  {line}") }));
    }

    /// Adds the text of an error behind a text that says whose error it is.
    pub(super) fn add_of(&mut self, whose: &str, text: &str) {
        if contains(&self.one_line, one_line(&format!("{whose}{text}")).to_string().trim_end()) {
            return;
        }
        let separator = if self.one_line.is_empty() { "" } else { ": " };
        for said in [&mut self.text, &mut self.one_line] {
            let _ = write!(said, "{separator}{whose}");
        }
        self.header = self.one_line.len();
        self.add(text);
    }

    /// Adds an error and its sources.
    pub(crate) fn add_chain(&mut self, error: Option<&(dyn Error + 'static)>) {
        chain(error).for_each(|error| self.add(&error.to_string()));
    }

    /// As one line.
    pub(crate) fn one_line(&self) -> &str {
        &self.one_line
    }

    /// With the line breaks of the errors.
    #[cfg(feature = "cli")]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// Whether a text contains another one, not as a part of longer words.
fn contains(text: &str, part: &str) -> bool {
    let splits_word = |before: Option<char>, after: Option<char>| {
        [before, after].into_iter().all(|c| c.is_some_and(char::is_alphanumeric))
    };
    text.match_indices(part).any(|(start, _)| {
        let (before, after) = (&text[..start], &text[start + part.len()..]);
        !splits_word(before.chars().next_back(), part.chars().next())
            && !splits_word(part.chars().next_back(), after.chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_once() {
        let message = |texts: &[&str]| {
            let mut message = Message::default();
            message.add_of("task `io`: ", texts[0]);
            texts[1..].iter().for_each(|text| message.add(text));
            message.one_line
        };
        assert_eq!(
            message(&["cannot read x: no such file", "no such file"]),
            "task `io`: cannot read x: no such file"
        );
        assert_eq!(message(&["cannot read x", "no such file"]), "task `io`: cannot read x: no such file");
        assert_eq!(message(&["a\n  table\n", "table", "a table"]), "task `io`: a table");
        // Neither the name of the task nor a part of a word.
        assert_eq!(message(&["task", "io", "audio", "io", ""]), "task `io`: task: io: audio");
        assert_eq!(message(&["12 rows", "2 rows"]), "task `io`: 12 rows: 2 rows");
    }

    #[test]
    fn an_error_around_others_is_told_once() {
        let message = |text| {
            let mut message = Message::default();
            message.add(text);
            message.add_of("task `io` failed: ", "no such\nfile");
            message.add("no such file");
            message.one_line
        };
        assert_eq!(message("no words"), "no words: task `io` failed: no such file");
        assert_eq!(
            message("no words: task `io` failed: no such file"),
            "no words: task `io` failed: no such file"
        );
        assert_eq!(message("no such file"), "no such file: task `io` failed: no such file");
    }

    #[test]
    fn line_breaks_are_kept() {
        let mut message = Message::default();
        message.add_of("error: ", "\nline 3\n  |\n3 | x =   \n\n  | ^\n\n");
        message.add("that\nis wrong");
        assert_eq!(message.text, "error: line 3\n    |\n  3 | x =\n\n    | ^: that\n  is wrong");
    }
}
