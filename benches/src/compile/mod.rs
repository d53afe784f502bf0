//! What the compiler needs for a graph: user time of a check and of a release build, and memory.

pub(crate) mod first;
pub(crate) mod programs;
pub(crate) mod usage;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::measure::median;
use crate::report::{Record, Table, number};
use crate::{Common, Result};
use programs::{PROGRAMS, Program};
use usage::Usage;

/// What of the benchmark is run.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    common: Common,
    /// Only programs whose name contains this.
    #[arg(long, default_value = "")]
    program: String,
    /// Only programs of at most this many tasks.
    #[arg(long, default_value_t = u32::MAX)]
    up_to: u32,
}

/// A build is long, and its user time varies little.
const MOST_ROUNDS: usize = 3;

/// A build: its name, its command, and the profile that the command builds.
const BUILDS: [(&str, &str, &str); 2] = [("check", "check", "dev"), ("release", "build", "release")];

pub(crate) fn run(options: &Options) -> Result {
    let mut record = Record::new("compile", options.common.json.as_deref());
    let rounds = options.common.rounds.min(MOST_ROUNDS);
    let folder = tempfile::tempdir()?;
    let programs: Vec<(&Program, u32)> = (PROGRAMS.iter())
        .filter(|program| program.name.contains(&options.program))
        .flat_map(|program| program.sizes.iter().map(move |&tasks| (program, tasks)))
        .filter(|&(_, tasks)| tasks <= options.up_to)
        .collect();
    write_workspace(folder.path(), &programs)?;

    let mut seconds = vec![[const { Vec::new() }; BUILDS.len()]; programs.len()];
    let mut memory = vec![[0; BUILDS.len()]; programs.len()];
    // The first one builds the dependencies, and is not counted.
    for round in 0..=rounds {
        for (k, &(program, tasks)) in programs.iter().enumerate() {
            let package = package(program, tasks);
            for (build, &(name, command, profile)) in BUILDS.iter().enumerate() {
                if round == 0 && k > 0 && programs[k - 1].0.name == program.name {
                    continue;
                }
                eprintln!("{package}, {name}");
                let of = ["--quiet", "--offline", "--profile", profile, "-p", &package];
                cargo(folder.path()).arg("clean").args(of).status()?;
                let used = Usage::of(cargo(folder.path()).arg(command).args(of))?;
                if round > 0 {
                    seconds[k][build].push(used.user_seconds);
                    memory[k][build] = used.memory.max(memory[k][build]);
                }
            }
            if round == 1 {
                verify(folder.path(), program, tasks)?;
            }
        }
    }

    let mut table =
        Table::new(["program", "tasks", "check, s", "ms a task", "MB", "release, s", "ms a task", "MB"]);
    for (k, &(program, tasks)) in programs.iter().enumerate() {
        let mut cells = vec![program.name.to_owned(), tasks.to_string()];
        for build in 0..BUILDS.len() {
            let taken = median(&seconds[k][build]);
            cells.push(number(taken));
            cells.push(number(1e3 * taken / f64::from(tasks)));
            cells.push((memory[k][build] >> 20).to_string());
            record.push(json!({
                "program": program.name,
                "tasks": tasks,
                "build": BUILDS[build].0,
                "user_seconds": seconds[k][build],
                "peak_memory_bytes": memory[k][build],
            }));
        }
        table.row(cells);
    }
    println!(
        "User time of cargo and all that it starts, for the program alone; the largest process.\n\n{table}"
    );
    record.save()
}

fn package(program: &Program, tasks: u32) -> String {
    format!("{}-{tasks}", program.package)
}

/// `cargo` for programs in this folder.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Settings of this benchmark's own build are not those of the programs.
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", folder.join("target")).env_remove("RUSTFLAGS");
    cargo
}

/// Writes a workspace with a package for each program.
fn write_workspace(folder: &Path, programs: &[(&Program, u32)]) -> Result {
    let packages: Vec<String> = programs.iter().map(|&(program, tasks)| package(program, tasks)).collect();
    let written = programs.iter().zip(&packages).map(|(&(program, tasks), package)| {
        write_package(folder, package, program.dependencies, &(program.write)(tasks))
    });
    written.collect::<Result<()>>()?;
    write_members(folder, &packages)
}

/// Writes the files of a workspace with these packages.
pub(crate) fn write_members(folder: &Path, packages: &[String]) -> Result {
    fs::write(folder.join("Cargo.toml"), format!("[workspace]\nresolver = \"3\"\nmembers = {packages:?}\n"))?;
    // The versions that are there already.
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(())
}

/// Writes a package. `RUNTIME` in its dependencies stands for the path of the runtime, in quotes.
pub(crate) fn write_package(folder: &Path, package: &str, dependencies: &str, main: &str) -> Result {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = own.parent().ok_or("this crate lies beside the runtime")?.join("dag-runtime");
    let source = folder.join(package).join("src");
    fs::create_dir_all(&source)?;
    fs::write(source.join("main.rs"), main)?;
    let dependencies = dependencies.replace("RUNTIME", &format!("{runtime:?}"));
    fs::write(
        folder.join(package).join("Cargo.toml"),
        format!(
            "[package]\nname = {package:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependencies}\n"
        ),
    )?;
    Ok(())
}

/// Runs a program that was built, and looks at what it says.
fn verify(folder: &Path, program: &Program, tasks: u32) -> Result {
    let path = folder.join("target/release").join(package(program, tasks));
    let output = Command::new(path).output()?;
    let (said, expected) = (String::from_utf8_lossy(&output.stdout), (program.expected)(tasks));
    if said.trim() == expected.to_string() {
        return Ok(());
    }
    Err(format!("{} of {tasks} tasks says `{}`, not `{expected}`", program.name, said.trim()).into())
}
