//! How many errors the compiler tells for one mistake: good programs, each with one token changed.
//!
//! ```text
//! cargo xtask mistakes
//! cargo xtask mistakes --macros ../other/checkout --seed 7 --show 40
//! ```

#![allow(clippy::print_stdout, reason = "a program that reports to its user")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{env, fs, thread};

use dag_tests_mutations::mistakes::{Mistake, Program, mistakes};
use dag_tests_mutations::{Macro, Random};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How many mistakes are made in `dag!` and in `#[task]`.
const COUNTS: [(Macro, &str, usize); 2] = [(Macro::Dag, "dag!", 250), (Macro::Task, "#[task]", 230)];

struct Options {
    /// The checkout whose macros are used.
    macros: PathBuf,
    seed: u64,
    /// How many of the worst are shown.
    show: usize,
    /// Where programs are written.
    folder: PathBuf,
}

/// What the compiler says of one program with a mistake.
struct Told {
    number: usize,
    mistake: String,
    errors: Vec<String>,
    /// Whether it says as much of the functions alone, without the macros.
    is_rustcs_own: bool,
}

fn main() -> Result<()> {
    let options = options()?;
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "dag-runtime"])
        .current_dir(&options.macros)
        .env("CARGO_TARGET_DIR", options.macros.join("target"))
        .status()?;
    if !built.success() {
        return Err(format!("dag-runtime of {} does not build", options.macros.display()).into());
    }
    fs::create_dir_all(&options.folder)?;
    let programs = programs()?;
    for program in &programs {
        let errors = compile(&options, &format!("{}_without", program.name), &program.text())?;
        if !errors.is_empty() {
            return Err(format!("{} does not compile: {}", program.name, errors.join("\n")).into());
        }
    }
    println!(
        "{:<8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>13}",
        "", "mistakes", "compile", "one", "two", "more", "rustc's own"
    );
    let mut worst = Vec::new();
    for (of, name, count) in COUNTS {
        let mut random = Random::new(options.seed);
        let mistakes = mistakes(&programs, of, count, &mut random);
        let told = tell(&options, name, &mistakes)?;
        let with = |errors: std::ops::RangeInclusive<usize>| {
            told.iter().filter(|told| !told.is_rustcs_own && errors.contains(&told.errors.len())).count()
        };
        let own = told.iter().filter(|told| told.is_rustcs_own).count();
        println!(
            "{name:<8} {:>8} {:>8} {:>8} {:>8} {:>8} {own:>13}",
            told.len(),
            with(0..=0),
            with(1..=1),
            with(2..=2),
            with(3..=usize::MAX),
        );
        worst.extend(
            told.into_iter()
                .filter(|told| !told.is_rustcs_own && told.errors.len() > 1)
                .map(|told| (name, told)),
        );
    }
    worst.sort_by_key(|(_, told)| std::cmp::Reverse(told.errors.len()));
    for (name, told) in worst.iter().take(options.show) {
        println!("\n{} errors, {name} {}: {}", told.errors.len(), told.number, told.mistake);
        told.errors.iter().for_each(|error| println!("    {error}"));
    }
    println!("\nthe programs are in {}", options.folder.display());
    Ok(())
}

fn options() -> Result<Options> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).ok_or("the crate is in the workspace")?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut options = Options { macros: root.to_owned(), seed: 1, show: 10, folder: target.join("mistakes") };
    let mut arguments = env::args().skip(1);
    while let Some(option) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{option}` takes a value"))?;
        match option.as_str() {
            "--macros" => options.macros = fs::canonicalize(value)?,
            "--seed" => options.seed = value.parse()?,
            "--show" => options.show = value.parse()?,
            _ => return Err(format!("there are `--macros`, `--seed` and `--show`, not `{option}`").into()),
        }
    }
    Ok(options)
}

fn programs() -> Result<Vec<Program>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            Ok(Program::new(&name, &fs::read_to_string(path)?))
        })
        .collect()
}

/// What is said of each of these, on all cores.
fn tell(options: &Options, name: &str, mistakes: &[Mistake]) -> Result<Vec<Told>> {
    let (next, told) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let name = name.trim_matches(|letter: char| !letter.is_alphabetic());
    thread::scope(|scope| {
        let work = || -> Result<()> {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(mistake) = mistakes.get(number) else { return Ok(()) };
                let errors = compile(options, &format!("{name}_{number:03}"), &mistake.text)?;
                let is_rustcs_own = errors.len() > 1 && {
                    let alone =
                        compile(options, &format!("{name}_{number:03}_alone"), &mistake.without_macros)?;
                    // What cannot be parsed has no code.
                    alone.len() >= errors.len() || alone.iter().any(|error| error.contains(" error: "))
                };
                let mistake = mistake.description.clone();
                told.lock().unwrap_or_else(PoisonError::into_inner).push(Told {
                    number,
                    mistake,
                    errors,
                    is_rustcs_own,
                });
            }
        };
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles
            .into_iter()
            .try_for_each(|handle| handle.join().unwrap_or_else(|_| Err("a thread has panicked".into())))
    })?;
    let mut told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    told.sort_by_key(|told| told.number);
    Ok(told)
}

/// The errors of a program.
fn compile(options: &Options, name: &str, text: &str) -> Result<Vec<String>> {
    let path = options.folder.join(format!("{name}.rs"));
    fs::write(&path, text)?;
    let built = options.macros.join("target/debug");
    let mut runtime = std::ffi::OsString::from("dag_runtime=");
    runtime.push(built.join("libdag_runtime.rlib"));
    let output = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args([
            "--edition",
            "2024",
            "--emit",
            "metadata",
            "--error-format",
            "short",
            "-A",
            "warnings",
            "--extern",
        ])
        .arg(runtime)
        .arg("-L")
        .arg(format!("dependency={}", built.join("deps").display()))
        .arg("--out-dir")
        .arg(&options.folder)
        .arg(&path)
        .current_dir(&options.folder)
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<String> = told.lines().filter_map(error).collect();
    if errors.is_empty() != output.status.success() {
        return Err(format!("rustc on {}: {told}", path.display()).into());
    }
    Ok(errors)
}

/// The error in a line, with where it stands, but without the file.
fn error(line: &str) -> Option<String> {
    let (place, rest) = line.split_once(": error")?;
    let (_, place) = place.split_once(".rs:").unwrap_or(("", place));
    (rest.starts_with([':', '['])).then(|| format!("{place}: error{rest}"))
}
