//! The same without a database and without tasks.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::database::{COMMON, Common, Range, Size};
use crate::files::{Text, count_words, list, measure};
use crate::summary::report;

/// The report of a folder.
pub fn crawl(folder: &Path) -> io::Result<String> {
    let texts: Vec<_> =
        list(folder, "txt")?.iter().map(|file| count_words(file, folder)).collect::<Result<_, _>>()?;
    let mut words: BTreeMap<&String, (u32, u32)> = BTreeMap::new();
    for (word, count) in texts.iter().flat_map(|text| &text.words) {
        let (texts, total) = words.entry(word).or_default();
        *texts += 1;
        *total += count;
    }
    let mut common: Vec<Common> =
        words.into_iter().map(|(word, (texts, total))| (word.clone(), texts, total)).collect();
    // Words with the same numbers stay in order.
    common.sort_by_key(|&(_, texts, total)| std::cmp::Reverse((texts, total)));
    common.truncate(COMMON);
    let size = |text: &Text| (text.file.clone(), text.words.values().sum(), text.words.len() as u32);
    let mut sizes: Vec<Size> = texts.iter().map(size).collect();
    sizes.sort();

    let mut ranges: BTreeMap<String, Range> = BTreeMap::new();
    for file in list(folder, "csv")? {
        for column in measure(&file, folder)?.columns {
            let new = (column.name.clone(), 0, 0, column.lowest, column.highest);
            let range = ranges.entry(column.name).or_insert(new);
            range.1 += 1;
            range.2 += column.numbers;
            range.3 = range.3.min(column.lowest);
            range.4 = range.4.max(column.highest);
        }
    }
    Ok(report(&common, &sizes, &ranges.into_values().collect::<Vec<_>>()))
}
