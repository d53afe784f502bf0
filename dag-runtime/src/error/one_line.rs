//! Text as one line.

use core::fmt::{self, Write};

/// Text as one line.
pub(crate) fn one_line(text: &str) -> impl fmt::Display {
    struct Text<'text>(&'text str);
    impl fmt::Display for Text<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            OneLine::new(f).write_str(self.0)
        }
    }
    Text(text)
}

/// Writes text with each line break, and the blanks that follow it, as one space.
pub(super) struct OneLine<'f, 'b> {
    out: &'f mut fmt::Formatter<'b>,
    is_empty: bool,
    after_break: bool,
}

impl<'f, 'b> OneLine<'f, 'b> {
    pub(super) fn new(out: &'f mut fmt::Formatter<'b>) -> Self {
        OneLine { out, is_empty: true, after_break: false }
    }
}

impl Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for (k, line) in text.split(['\n', '\r']).enumerate() {
            self.after_break |= k > 0;
            let line = if self.after_break { line.trim_start() } else { line };
            if line.is_empty() {
                continue;
            }
            if self.after_break && !self.is_empty {
                self.out.write_char(' ')?;
            }
            self.out.write_str(line)?;
            self.is_empty = false;
            self.after_break = false;
        }
        Ok(())
    }
}
