//! Jobs of MPI: how they are started, and their ends.
//!
//! `DAG_MPIEXEC` names the launcher, by default `mpiexec`: it has to belong to the MPI that the program was
//! built with, which `MPICC` chooses. Where `DAG_SYNCHRONOUS` is set, every send waits for its receive.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

pub const LIMIT: Duration = Duration::from_secs(120);
/// In so short a time a job has to end of which a rank has ended.
pub const SOON: Duration = Duration::from_secs(20);

/// The launcher.
pub fn launcher() -> String {
    env::var("DAG_MPIEXEC").unwrap_or_else(|_| "mpiexec".into())
}

/// Whether the sends of all jobs are to be synchronous.
pub fn all_synchronous() -> bool {
    env::var_os("DAG_SYNCHRONOUS").is_some()
}

/// The program of a case, on this many ranks, with sends that are synchronous, or as the MPI library has them.
pub fn program(synchronous: bool, case: &str, ranks: usize, arguments: &[&str]) -> Vec<String> {
    // The launcher itself is not to have it.
    let preload = ["env", concat!("LD_PRELOAD=", env!("DAG_SYNCHRONOUS_LIBRARY"))];
    let program = [env!("CARGO_BIN_EXE_job"), case].map(str::to_owned).into_iter().chain([ranks.to_string()]);
    let before = preload.into_iter().filter(|_| synchronous).map(str::to_owned);
    before.chain(program).chain(arguments.iter().map(|&argument| argument.to_owned())).collect()
}

/// Starts a command that is a launcher, or starts one.
pub fn spawn(command: &mut Command, stdin: Stdio) -> Child {
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    for (name, value) in [
        ("OMPI_ALLOW_RUN_AS_ROOT", "1"),
        ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
        ("OMPI_MCA_rmaps_base_oversubscribe", "1"),
        ("OMPI_MCA_hwloc_base_binding_policy", "none"),
        ("OMPI_MCA_mpi_yield_when_idle", "1"),
    ] {
        command.env(name, value);
    }
    command.spawn().unwrap_or_else(|error| panic!("{:?} cannot be started: {error}", command.get_program()))
}

/// Waits for the end, and kills all of the job where that does not come in time.
pub fn end(mut job: Child, limit: Duration) -> (ExitStatus, String) {
    let mut pipes: Vec<Box<dyn Read + Send>> = Vec::new();
    pipes.extend(job.stdout.take().map(|pipe| Box::new(pipe) as _));
    pipes.extend(job.stderr.take().map(|pipe| Box::new(pipe) as _));
    let readers: Vec<_> = pipes
        .into_iter()
        .map(|mut pipe| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                let _ = pipe.read_to_end(&mut bytes);
                String::from_utf8_lossy(&bytes).into_owned()
            })
        })
        .collect();
    let since = Instant::now();
    let status = loop {
        if let Some(status) = job.try_wait().unwrap() {
            break Some(status);
        }
        if since.elapsed() > limit {
            kill(&format!("-{}", job.id()));
            job.wait().unwrap();
            break None;
        }
        thread::sleep(Duration::from_millis(10));
    };
    let text: String = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
    (status.unwrap_or_else(|| panic!("the job did not end in {limit:?}\n{text}")), text)
}

/// Kills this rank of a job that tells the processes of its ranks.
pub fn kill_rank(job: &mut Child, rank: usize) {
    kill_rank_after(job, rank, Duration::ZERO);
}

/// As [`kill_rank`], some time after the rank has told it.
pub fn kill_rank_after(job: &mut Child, rank: usize, time: Duration) {
    let mut lines = BufReader::new(job.stdout.take().unwrap()).lines();
    let prefix = format!("rank {rank} is process ");
    let process = lines.find_map(|line| line.unwrap().strip_prefix(&prefix).map(str::to_owned)).unwrap();
    thread::sleep(time);
    kill(&process);
}

/// Kills a process, or where its number is negative, its group.
pub fn kill(process: &str) {
    Command::new("kill").args(["-KILL", "--", process]).status().unwrap();
}
