//! What a new dependant waits for: the first build of a program with one small graph, with all that it depends on, beside that
//! of a program with rayon and serde's derive.

use std::fs;
use std::time::Instant;

use serde_json::json;

use super::usage::Usage;
use super::{MOST_ROUNDS, cargo, write_members, write_package};
use crate::measure::median;
use crate::report::{Record, Table, number};
use crate::{Common, Result};

/// A program: its name, its package, its dependencies and its text.
const PROGRAMS: [(&str, &str, &str, &str); 2] = [
    (
        "rayon and serde_derive",
        "first-of-others",
        "rayon = \"1.12\"\nserde = { version = \"1\", features = [\"derive\"] }",
        "#[derive(serde::Serialize)] struct Sum { of: u32 }\n\
         fn main() { let (a, b) = rayon::join(|| 1, || 2); let sum = Sum { of: a + b }; println!(\"{}\", sum.of) }\n",
    ),
    (
        "dag-runtime",
        "first-of-ours",
        "dag-runtime = { path = RUNTIME }",
        "use dag_runtime::{Rayon, dag, task};\n\
         #[task] fn a() -> u32 { 1 }\n\
         #[task(depends = [a])] fn b(a: u32) -> u32 { a + 2 }\n\
         dag! { graph Sum() -> (b) { a, b } }\n\
         fn main() { println!(\"{}\", Sum {}.run(&Rayon::new()).unwrap()) }\n",
    ),
];

pub(crate) fn run(options: &Common) -> Result {
    let mut record = Record::new("first-build", options.json.as_deref());
    let folder = tempfile::tempdir()?;
    for (_, package, dependencies, main) in PROGRAMS {
        write_package(folder.path(), package, dependencies, main)?;
    }
    write_members(folder.path(), &PROGRAMS.map(|(_, package, ..)| package.to_owned()))?;

    let mut table = Table::new(["program", "build", "s", "beside the first", "user, s", "beside the first"]);
    for profile in ["dev", "release"] {
        let mut taken = [const { (Vec::new(), Vec::new()) }; PROGRAMS.len()];
        for _ in 0..options.rounds.min(MOST_ROUNDS) {
            for ((name, package, ..), (wall, user)) in PROGRAMS.iter().zip(&mut taken) {
                eprintln!("{name}, {profile}");
                let target = folder.path().join("target");
                if target.exists() {
                    fs::remove_dir_all(target)?;
                }
                let start = Instant::now();
                let of = ["build", "--quiet", "--offline", "--profile", profile, "-p", package];
                // As crates of a registry are built, which ours are to a user: at once, and without lints.
                let as_from_a_registry = [("CARGO_INCREMENTAL", "0"), ("RUSTFLAGS", "--cap-lints allow")];
                let used = Usage::of(cargo(folder.path()).args(of).envs(as_from_a_registry))?;
                wall.push(start.elapsed().as_secs_f64());
                user.push(used.user_seconds);
            }
        }
        let (first_wall, first_user) = (median(&taken[0].0), median(&taken[0].1));
        for ((name, ..), (wall, user)) in PROGRAMS.iter().zip(&taken) {
            let (of_wall, of_user) = (median(wall), median(user));
            table.row([
                (*name).to_owned(),
                profile.to_owned(),
                number(of_wall),
                number(of_wall / first_wall),
                number(of_user),
                number(of_user / first_user),
            ]);
            record.push(json!({
                "program": name,
                "profile": profile,
                "wall_seconds": wall,
                "user_seconds": user,
            }));
        }
    }
    println!("The first build, from an empty folder `target`, with all dependencies: medians.\n\n{table}");
    record.save()
}
