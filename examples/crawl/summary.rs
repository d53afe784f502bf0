//! The report.

use dag_runtime::task;

use crate::database::{Common, Range, Size};

/// What was found, line by line.
#[task]
pub fn report(common: &[Common], sizes: &[Size], ranges: &[Range]) -> String {
    let mut lines = vec![format!("{} texts", sizes.len())];
    lines.extend(sizes.iter().map(|(file, words, different)| {
        format!("  {file:28} {words:5} words, {different:4} different ones")
    }));
    lines.push("words that are in most of them".to_owned());
    lines.extend(
        common.iter().map(|(word, texts, total)| format!("  {word:10} in {texts} texts, {total} times")),
    );
    lines.push(format!("{:28}{:>8}{:>8}{:>9}{:>9}", "columns", "numbers", "tables", "lowest", "highest"));
    lines.extend(ranges.iter().map(|(name, tables, numbers, lowest, highest)| {
        format!("  {name:26}{numbers:8}{tables:8}{lowest:9}{highest:9}")
    }));
    lines.join("\n")
}
