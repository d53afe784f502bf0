//! The most frequent words in a folder of texts: map and reduce.
//!
//! What you learn: `each` over a list that is known only when the program runs: one task lists the
//! folder, one counts words once for each file, in parallel, one puts the counts together. The command line is
//! that of `dag_runtime::cli`, as in `mandelbrot`.
//!
//! ```text
//! cargo run --release --example words
//! cargo run --release --example words -- --dir FOLDER --top 20 --backend rayon --threads 2
//! cargo run --release --example words -- --progress --report
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
//! A file that cannot be read, or is not text in UTF-8, is named, as is its number in the list:
//!
//! ```text
//! error: task `count[2]` of graph `Words` failed: `texts/logo.png` is not text in UTF-8
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
use dag_runtime::{Executor, cli, dag, task};
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

/// The files in a folder, by name. Folders inside are left out.
#[task]
fn files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("`{}`: {error}", dir.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(named)? {
        let path = entry.map_err(named)?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The words of one file; runs once for each.
#[task(depends = [files], each = files, cost = 10)]
fn count(files: &Path) -> Result<Counts, String> {
    let bytes = fs::read(files).map_err(|error| format!("`{}`: {error}", files.display()))?;
    let text = str::from_utf8(&bytes).map_err(|_| format!("`{}` is not text in UTF-8", files.display()))?;
    let mut counts = Counts::new();
    for word in text::words(text) {
        *counts.entry(word).or_default() += 1;
    }
    Ok(counts)
}

/// The counts of all files together.
#[task(depends = [count])]
fn merge(count: Vec<Counts>, top: usize) -> Summary {
    let mut all = Counts::new();
    for (word, number) in count.into_iter().flatten() {
        *all.entry(word).or_default() += number;
    }
    let (words, distinct) = (all.values().sum(), all.len());
    let mut by_number: Vec<(String, usize)> = all.into_iter().collect();
    // Stable, so that words of the same number stay in the order of the alphabet.
    by_number.sort_by_key(|&(_, number)| std::cmp::Reverse(number));
    by_number.truncate(top);
    Summary { words, distinct, top: by_number }
}

dag! {
    /// The most frequent words in a folder.
    graph Words<'a>(dir: &'a Path, top: usize) -> (files, merge) {
        files(dir),
        count,
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
    let (files, summary) = Words { dir: &options.dir, top: options.top }.run(executor)?;
    let (words, distinct) = (summary.words, summary.distinct);
    let mut text = format!("{words} words, {distinct} different ones, in {} files\n", files.len());
    for (word, number) in &summary.top {
        writeln!(text, "  {number:4}  {word}")?;
    }
    let expected = counted_at_once(&options.dir, options.top)?;
    if summary != expected {
        return Err(format!("all texts in one have {expected:?}, not {summary:?}").into());
    }
    Ok(text + "all texts in one have the same")
}

/// The same of all files in one text, from a sorted list of its words.
fn counted_at_once(dir: &Path, top: usize) -> io::Result<Summary> {
    let mut text = String::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_file() {
            text += &fs::read_to_string(path)?;
            text.push('\n');
        }
    }
    let mut words: Vec<String> = text::words(&text).collect();
    words.sort_unstable();
    let mut counts: Vec<(usize, &String)> =
        words.chunk_by(|a, b| a == b).map(|same| (same.len(), &same[0])).collect();
    let distinct = counts.len();
    counts.sort_by(|(a, word), (b, other)| b.cmp(a).then(word.cmp(other)));
    let top = counts.into_iter().take(top).map(|(number, word)| (word.clone(), number)).collect();
    Ok(Summary { words: words.len(), distinct, top })
}

#[cfg(test)]
mod tests {
    use dag_runtime::{Auto, Rayon, Serial};

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
        let expected = counted_at_once(dir, 5).unwrap();
        let (files, serial) = Words { dir, top: 5 }.run(&Serial).unwrap();
        assert_eq!((files.len(), &serial), (5, &expected));
        for threads in [1, 3] {
            let (_, parallel) = Words { dir, top: 5 }.run(&Rayon::with_threads(threads).unwrap()).unwrap();
            assert_eq!(parallel, expected);
        }
    }

    #[test]
    fn words_of_several_files_are_added() {
        let folder = Folder::new("added", &[("a", b"b a b"), ("b", b""), ("c", b"c, B! a\n")]);
        let (files, summary) = Words { dir: &folder.0, top: 2 }.run(&Serial).unwrap();
        assert_eq!(files.len(), 3);
        let top = vec![("b".to_owned(), 3), ("a".to_owned(), 2)];
        assert_eq!(summary, Summary { words: 6, distinct: 3, top });
    }

    #[test]
    fn an_empty_folder_has_no_words() {
        let folder = Folder::new("empty", &[]);
        for executor in [Auto::named("serial", None).unwrap(), Auto::named("rayon", Some(2)).unwrap()] {
            let (files, summary) = Words { dir: &folder.0, top: 3 }.run(&executor).unwrap();
            assert!(files.is_empty());
            assert_eq!(summary, Summary { words: 0, distinct: 0, top: Vec::new() });
        }
    }

    #[test]
    fn a_file_that_is_no_text_is_named() {
        let files: [(&str, &[u8]); 4] = [("a", b"a"), ("b", b"\xff"), ("c", b"c"), ("d", b"\xfe")];
        let folder = Folder::new("bytes", &files);
        for executor in [Auto::named("serial", None).unwrap(), Auto::named("rayon", Some(4)).unwrap()] {
            let error = Words { dir: &folder.0, top: 3 }.run(&executor).unwrap_err();
            assert_eq!(error.task(), Some("count[1]"));
            let file = folder.0.join("b").display().to_string();
            let expected = format!("task `count[1]` of graph `Words` failed: `{file}` is not text in UTF-8");
            assert_eq!(error.to_string(), expected);
        }
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
