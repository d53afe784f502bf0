//! Tasks that run once for each element of an output.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use dag_runtime::{Error, Serial, dag, task};

mod count {
    use super::{BTreeMap, task};

    /// How often each word stands in a text.
    #[task]
    pub fn words(text: &str, least: usize) -> BTreeMap<String, usize> {
        let mut words = BTreeMap::new();
        for word in text.split_whitespace().filter(|word| word.len() >= least) {
            *words.entry(word.to_owned()).or_insert(0) += 1;
        }
        words
    }

    #[task]
    pub fn merged(lists: &[BTreeMap<String, usize>]) -> BTreeMap<String, usize> {
        let mut all = BTreeMap::new();
        for (word, count) in lists.iter().flatten() {
            *all.entry(word.clone()).or_insert(0) += count;
        }
        all
    }
}

#[task]
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

#[task(depends = [files], each = files, cost = 20)]
fn read(files: &Path) -> io::Result<String> {
    fs::read_to_string(files)
}

#[task(depends = [count::merged, read])]
fn most_frequent(
    #[from(count::merged)] words: &BTreeMap<String, usize>,
    found: &[PathBuf],
    read: &[String],
) -> Option<String> {
    let word = words.iter().max_by_key(|(_, count)| **count)?.0;
    Some(format!("{word} in {} of {}", read.len(), found.len()))
}

dag! {
    /// The most frequent word of a folder.
    graph Words<'a>(folder: &'a Path, least: usize) -> (most_frequent, merged) {
        files(folder),
        read,
        words = count::words(each &read, least),
        count::merged(&words),
        most_frequent(&files) after [words],
    }
}

fn main() -> Result<(), Error> {
    let (word, all) = Words { folder: Path::new("."), least: 3 }.run(&Serial)?;
    println!("{word:?} {}", all.len());
    Ok(())
}
