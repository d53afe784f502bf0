//! What `Auto` chooses by its environment. Each choice runs in a process of its own, as threads share their
//! environment.

use std::process::{Command, Output};

/// Runs a program that prints what `Auto::new` chooses, with these variables and no others of ours.
fn auto(variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_auto"))
        .env_remove("DAG_BACKEND")
        .env_remove("DAG_THREADS")
        .env_remove("RAYON_NUM_THREADS")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

#[track_caller]
fn chooses(variables: &[(&str, &str)], expected: &str) {
    let output = auto(variables);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{expected}\n"));
}

#[track_caller]
fn refuses(variables: &[(&str, &str)], text: &str) {
    let output = auto(variables);
    assert!(!output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert_eq!(String::from_utf8_lossy(&output.stderr), format!("{text}\n"));
}

#[test]
fn rayon_is_the_best_backend_here() {
    chooses(&[("RAYON_NUM_THREADS", "3")], "rayon, 3 threads, 42");
    chooses(&[("DAG_BACKEND", ""), ("DAG_THREADS", ""), ("RAYON_NUM_THREADS", "2")], "rayon, 2 threads, 42");
}

#[test]
fn the_environment_chooses() {
    chooses(&[("DAG_BACKEND", "serial")], "serial, 1 threads, 42");
    chooses(&[("DAG_BACKEND", "serial"), ("DAG_THREADS", "5")], "serial, 1 threads, 42");
    chooses(&[("DAG_BACKEND", "rayon"), ("RAYON_NUM_THREADS", "2")], "rayon, 2 threads, 42");
    chooses(
        &[("DAG_BACKEND", "rayon"), ("DAG_THREADS", "5"), ("RAYON_NUM_THREADS", "2")],
        "rayon, 5 threads, 42",
    );
    chooses(&[("DAG_THREADS", "1")], "rayon, 1 threads, 42");
}

#[test]
fn invalid_variables_are_errors() {
    refuses(
        &[("DAG_BACKEND", "threads")],
        "`DAG_BACKEND=threads` is not known: the backends are `serial`, `rayon` and, with the feature `mpi` of dag-runtime, `mpi`",
    );
    refuses(&[("DAG_BACKEND", "mpi")], "`DAG_BACKEND=mpi` needs the feature `mpi` of dag-runtime");
    for threads in ["0", "-1", "many", "99999999999999999999999"] {
        refuses(
            &[("DAG_THREADS", threads)],
            &format!("`DAG_THREADS={threads}` is not a number of threads: it has to be 1 or more"),
        );
    }
}
