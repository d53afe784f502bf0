//! The most frequent words in a folder of texts: map and reduce.
//!
//! What you learn: `each` over a list that is known only when the program runs: one task lists the
//! folder, one counts words once for each file, in parallel, one puts the counts together. With `catch`, a file that
//! cannot be counted does not end the run. With `keep`, the counts are found again in a store: of a folder in which one file has
//! changed, one is counted. The command line is that of `dag_runtime::cli`, as in `mandelbrot`.
//!
//! ```text
//! cargo run --release --example words
//! cargo run --release --example words -- --dir FOLDER --top 20 --backend rayon --threads 2
//! cargo run --release --example words -- --progress --report
//! cargo run --release --example words -- --store FOLDER
//! mpiexec -n 2 target/release/examples/words --backend mpi
//! ```
//!
//! prints
//!
//! ```text
//! 1339 words, 559 different ones, in 5 files
//!     84  the
//!     50  of
//!     43  and
//!     42  to
//!     30  a
//!     30  it
//!     28  that
//!     23  was
//!     16  for
//!     16  we
//! all texts in one have the same
//! ```
//!
//! A file that cannot be read, or is not text in UTF-8, is named, and all others are counted:
//!
//! ```text
//! 1339 words, 559 different ones, in 5 of 6 files
//! …
//! not counted: `texts/logo.png` is not text in UTF-8
//! all other texts in one have the same
//! ```

mod text;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use dag_runtime::{Executor, File, cli, dag, task};
use serde::{Deserialize, Serialize};

/// How often each word is there.
type Counts = BTreeMap<String, usize>;

/// What is known of all files together.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Summary {
    /// How many words there are.
    words: usize,
    /// How many different ones.
    distinct: usize,
    /// The most frequent ones, by number and then by the alphabet.
    top: Vec<(String, usize)>,
}

/// The files in a folder, by name, or why one cannot be read. Folders inside are left out. What a folder lists may change at any
/// time: so this runs always, and counts by what it has found, which is the content of the files.
#[task(volatile)]
fn files(dir: &Path) -> io::Result<Vec<Result<File, String>>> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("`{}`: {error}", dir.display()));
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(named)? {
        let path = entry.map_err(named)?.path();
        if path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths.iter().map(|path| File::open(path).map_err(|error| error.to_string())).collect())
}

/// The words of one file; runs once for each. Its readers are told which files it could not count. What a word is, is said in
/// `text.rs`, which does not count for the key: the version says when it has changed.
#[task(depends = [files], each = files, catch, version = 1, cost = 10)]
fn count(files: &Result<File, String>) -> Result<Counts, String> {
    let file = files.as_ref().map_err(String::clone)?;
    let bytes = fs::read(file).map_err(|error| format!("`{}`: {error}", file.path().display()))?;
    let text =
        str::from_utf8(&bytes).map_err(|_| format!("`{}` is not text in UTF-8", file.path().display()))?;
    let mut counts = Counts::new();
    for word in text::words(text) {
        *counts.entry(word).or_default() += 1;
    }
    Ok(counts)
}

/// The counts of all files together, and why some files have none.
#[task(depends = [count])]
fn merge(count: Vec<Result<Counts, String>>, top: usize) -> (Summary, Vec<String>) {
    let mut all = Counts::new();
    let mut not_counted = Vec::new();
    for counts in count {
        match counts {
            Ok(counts) => {
                counts.into_iter().for_each(|(word, number)| *all.entry(word).or_default() += number)
            }
            Err(why) => not_counted.push(why),
        }
    }
    let (words, distinct) = (all.values().sum(), all.len());
    let mut by_number: Vec<(String, usize)> = all.into_iter().collect();
    // Stable, so that words of the same number stay in the order of the alphabet.
    by_number.sort_by_key(|&(_, number)| std::cmp::Reverse(number));
    by_number.truncate(top);
    (Summary { words, distinct, top: by_number }, not_counted)
}

dag! {
    /// The most frequent words in a folder.
    graph Words<'a>(dir: &'a Path, top: usize) -> (files, merge) {
        files(dir),
        count keep,
        merge(top),
    }
}

/// The texts that come with the examples: see `data/README.md`.
const TEXTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/texts");

/// What is counted.
#[derive(Debug, Args)]
struct Options {
    /// A folder of texts [default: data/texts]
    #[arg(long, value_name = "FOLDER", default_value = TEXTS, hide_default_value = true)]
    dir: PathBuf,
    /// How many words to show
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    top: usize,
}

fn main() -> ExitCode {
    cli::main(Words::TABLE, |options, executor| run(&options, executor))
}

/// What there is to say of the words, which are counted in two ways.
fn run(options: &Options, executor: &impl for<'a> Executor<Words<'a>>) -> Result<String, Box<dyn Error>> {
    let (files, (summary, not_counted)) = Words { dir: &options.dir, top: options.top }.run(executor)?;
    let (words, distinct, failed) = (summary.words, summary.distinct, not_counted.len());
    let (counted, other) = match failed {
        0 => (String::new(), ""),
        _ => (format!("{} of ", files.len() - failed), "other "),
    };
    let mut text = format!("{words} words, {distinct} different ones, in {counted}{} files\n", files.len());
    for (word, number) in &summary.top {
        writeln!(text, "  {number:4}  {word}")?;
    }
    for why in &not_counted {
        writeln!(text, "not counted: {why}")?;
    }
    let expected = counted_at_once(&options.dir, options.top)?;
    if (&summary, failed) != (&expected.0, expected.1) {
        return Err(format!("all {other}texts in one have {expected:?}, not {:?}", (summary, failed)).into());
    }
    Ok(format!("{text}all {other}texts in one have the same"))
}

/// The same of all files in one text, from a sorted list of its words, and how many files are not part of it.
fn counted_at_once(dir: &Path, top: usize) -> io::Result<(Summary, usize)> {
    let mut text = String::new();
    let mut failed = 0;
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_file() {
            match fs::read_to_string(path) {
                Ok(file) => text += &(file + "\n"),
                Err(_) => failed += 1,
            }
        }
    }
    let mut words: Vec<String> = text::words(&text).collect();
    words.sort_unstable();
    let mut counts: Vec<(usize, &String)> =
        words.chunk_by(|a, b| a == b).map(|same| (same.len(), &same[0])).collect();
    let distinct = counts.len();
    counts.sort_by(|(a, word), (b, other)| b.cmp(a).then(word.cmp(other)));
    let top = counts.into_iter().take(top).map(|(number, word)| (word.clone(), number)).collect();
    Ok((Summary { words: words.len(), distinct, top }, failed))
}

#[cfg(test)]
mod tests {
    use dag_runtime::{Auto, Rayon, Serial, Store};

    use super::*;

    /// A folder that is there for one test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str, files: &[(&str, &[u8])]) -> Self {
            let path = std::env::temp_dir().join(format!("dag-words-{}-{name}", std::process::id()));
            fs::create_dir_all(path.join("a folder inside")).unwrap();
            files.iter().for_each(|(file, content)| fs::write(path.join(file), content).unwrap());
            Folder(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn every_backend_counts_what_is_there() {
        let dir = Path::new(TEXTS);
        let (expected, failed) = counted_at_once(dir, 5).unwrap();
        assert_eq!(failed, 0);
        let (files, serial) = Words { dir, top: 5 }.run(&Serial).unwrap();
        assert_eq!((files.len(), &serial), (5, &(expected, Vec::new())));
        for threads in [1, 3] {
            let (_, parallel) = Words { dir, top: 5 }.run(&Rayon::with_threads(threads).unwrap()).unwrap();
            assert_eq!(parallel, serial);
        }
    }

    #[test]
    fn words_of_several_files_are_added() {
        let folder = Folder::new("added", &[("a", b"b a b"), ("b", b""), ("c", b"c, B! a\n")]);
        let (files, (summary, _)) = Words { dir: &folder.0, top: 2 }.run(&Serial).unwrap();
        assert_eq!(files.len(), 3);
        let top = vec![("b".to_owned(), 3), ("a".to_owned(), 2)];
        assert_eq!(summary, Summary { words: 6, distinct: 3, top });
    }

    /// How many files are counted in a run with this store.
    fn counted(executor: Auto, folder: &Folder, top: usize, store: &Path) -> usize {
        let store = Store::open(store).unwrap();
        let counts = || store.list().iter().filter(|entry| entry.label.starts_with("Words::count[")).count();
        let before = counts();
        run(&Options { dir: folder.0.clone(), top }, &executor.store(&store)).unwrap();
        counts() - before
    }

    #[test]
    fn of_files_in_a_store_one_that_has_changed_is_counted() {
        for (backend, threads) in [("serial", None), ("rayon", Some(2))] {
            let folder = Folder::new(backend, &[("a", b"b a b"), ("b", b"b"), ("c", b"c")]);
            let store = tempfile::tempdir().unwrap();
            let counted = |top| {
                counted(Auto::named(backend, threads).unwrap(), &folder, top, &store.path().join("store"))
            };
            assert_eq!(counted(2), 3);
            assert_eq!(counted(3), 0);
            fs::write(folder.0.join("b"), b"b b b c").unwrap();
            assert_eq!(counted(3), 1);
            // A file that comes before the others, and one that has another name.
            fs::write(folder.0.join("a1"), b"d").unwrap();
            fs::rename(folder.0.join("c"), folder.0.join("z")).unwrap();
            assert_eq!(counted(3), 1);
        }
    }

    #[test]
    fn an_empty_folder_has_no_words() {
        let folder = Folder::new("empty", &[]);
        for executor in [Auto::named("serial", None).unwrap(), Auto::named("rayon", Some(2)).unwrap()] {
            let (files, (summary, not_counted)) = Words { dir: &folder.0, top: 3 }.run(&executor).unwrap();
            assert!(files.is_empty() && not_counted.is_empty());
            assert_eq!(summary, Summary { words: 0, distinct: 0, top: Vec::new() });
        }
    }

    #[test]
    fn files_that_cannot_be_counted_are_named_and_the_rest_is_counted() {
        let files: [(&str, &[u8]); 4] = [("a", b"a"), ("b", b"\xff"), ("c", b"c a"), ("d", b"\xfe")];
        let folder = Folder::new("bytes", &files);
        let name = |file: &str| folder.0.join(file).display().to_string();
        for executor in [Auto::named("serial", None).unwrap(), Auto::named("rayon", Some(4)).unwrap()] {
            let text = run(&Options { dir: folder.0.clone(), top: 3 }, &executor).unwrap();
            let expected = format!(
                "3 words, 2 different ones, in 2 of 4 files\n     2  a\n     1  c\n\
                 not counted: `{}` is not text in UTF-8\nnot counted: `{}` is not text in UTF-8\n\
                 all other texts in one have the same",
                name("b"),
                name("d"),
            );
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn a_file_that_has_gone_is_named() {
        let folder = Folder::new("gone", &[("a", b"b a b"), ("c", b"c")]);
        let [a, c]: [_; 2] = files(&folder.0).unwrap().try_into().unwrap();
        fs::remove_file(folder.0.join("c")).unwrap();
        let error = count(&c).unwrap_err();
        assert!(error.starts_with(&format!("`{}`: ", folder.0.join("c").display())), "{error}");
        assert_eq!(count(&Err(error.clone())), Err(error.clone()));
        let (summary, not_counted) = merge(vec![Err(error.clone()), count(&a)], 1);
        assert_eq!((summary.top, not_counted), (vec![("b".to_owned(), 2)], vec![error]));
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = Words { dir: Path::new("no/such"), top: 3 }.run(&Serial).unwrap_err();
        assert_eq!(error.task(), Some("files"));
        assert!(error.to_string().contains("`no/such`: "), "{error}");
    }

    #[test]
    fn the_program_checks_itself() {
        let options = |dir: &str| Options { dir: dir.into(), top: 3 };
        assert!(run(&options(TEXTS), &Serial).unwrap().ends_with("in one have the same"));
        assert!(run(&options("no/such"), &Rayon::new()).is_err());
    }
}
