//! What is in the files of a folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dag_runtime::task;

/// The files with this extension, in the folder and below it, in order.
///
/// # Errors
///
/// Fails if a folder cannot be read.
#[task]
pub fn list(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// How often each word is in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The path below the folder.
    pub file: String,
    pub words: BTreeMap<String, u32>,
}

/// Counts the words of a file.
///
/// # Errors
///
/// Fails if the file cannot be read.
#[task]
pub fn count_words(file: &Path, folder: &Path) -> io::Result<Text> {
    let mut words = BTreeMap::new();
    for word in read(file)?.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    Ok(Text { file: name(file, folder), words })
}

/// The numbers in a column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub numbers: u32,
    pub lowest: f64,
    pub highest: f64,
}

/// The columns of a table that have numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The path below the folder.
    pub file: String,
    pub columns: Vec<Column>,
}

/// Finds the numbers in a file of values that are separated by commas. What is no number is left out.
///
/// # Errors
///
/// Fails if the file cannot be read.
#[task]
pub fn measure(file: &Path, folder: &Path) -> io::Result<Table> {
    let text = read(file)?;
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let names = lines.next().unwrap_or_default().split(',');
    let mut columns: Vec<Column> = names
        .map(|name| Column {
            name: name.to_owned(),
            numbers: 0,
            lowest: f64::INFINITY,
            highest: f64::NEG_INFINITY,
        })
        .collect();
    for line in lines {
        for (column, field) in columns.iter_mut().zip(line.split(',')) {
            if let Some(number) = field.parse().ok().filter(|number: &f64| number.is_finite()) {
                // SQLite stores -0 as 0.
                let number = number + 0.0;
                column.numbers += 1;
                column.lowest = column.lowest.min(number);
                column.highest = column.highest.max(number);
            }
        }
    }
    columns.retain(|column| column.numbers > 0);
    Ok(Table { file: name(file, folder), columns })
}

/// A text, in which what is not UTF-8 is replaced.
fn read(file: &Path) -> io::Result<String> {
    let bytes = fs::read(file).map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn name(file: &Path, folder: &Path) -> String {
    file.strip_prefix(folder).unwrap_or(file).to_string_lossy().into_owned()
}
