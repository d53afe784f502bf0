//! One rank of a job: `job CASE RANKS [ARGUMENT]…` does what the case says, and checks on every rank
//! what comes of it. A job of another size than it expects is a mistake of its launcher.

mod cases;
mod memory;

use std::process::ExitCode;

use dag_runtime::Mpi;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, case, ranks, rest @ ..] = &arguments[..] else {
        eprintln!("usage: job CASE RANKS [ARGUMENT]…");
        return ExitCode::from(2);
    };
    let mpi = match Mpi::init() {
        Ok(mpi) => mpi,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    if mpi.ranks().to_string() != *ranks {
        eprintln!("the job has {} ranks, not {ranks}: does the launcher belong to this MPI?", mpi.ranks());
        return ExitCode::from(2);
    }
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let Some(run) = cases::find(case) else {
        eprintln!("there is no case `{case}`");
        return ExitCode::from(2);
    };
    run(mpi, &rest);
    ExitCode::SUCCESS
}
