//! What the environment says, beside the options.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// The exit code, and what is said on stderr, with these options and this number in `DAG_THREADS`.
fn run(options: &[&str], threads: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dag-tests-command"))
        .args(["run", "--report"])
        .args(options)
        .env("DAG_THREADS", threads)
        .env_remove("DAG_BACKEND")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Where the command line is wrong, nobody reads them.
    let _ = child.stdin.take().unwrap().write_all("text\n".repeat(5).as_bytes());
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn threads_that_no_option_gives_are_those_of_the_environment() {
    for (options, workers) in [
        (&[][..], "rayon, 3 workers"),
        (&["--backend", "rayon"], "rayon, 3 workers"),
        (&["--backend", "rayon", "--threads", "2"], "rayon, 2 workers"),
        (&["--threads", "2"], "rayon, 2 workers"),
        (&["--backend", "serial"], "serial, 1 worker"),
    ] {
        let (code, err) = run(options, "3");
        assert_eq!(code, Some(0), "{err}");
        assert!(err.starts_with(&format!("Lines on {workers}: ")), "{options:?}: {err}");
    }
}

#[test]
fn a_number_in_the_environment_counts_only_where_no_option_says_another() {
    let (code, err) = run(&["--backend", "rayon"], "two");
    assert_eq!(code, Some(2));
    assert!(err.starts_with("error: `DAG_THREADS=two` is not a number of threads"), "{err}");
    assert_eq!(run(&["--threads", "2"], "two").0, Some(0));
}
