//! The command line.

use std::process::{Command, Output};

fn stats(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stats")).args(arguments).output().unwrap()
}

#[test]
fn the_graph_runs_on_each_backend() {
    for backend in ["serial", "rayon"] {
        let output = stats(&["run", "2 4 9", "--title", "some", "--backend", backend, "--report"]);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "some: 5.0 within 4.0\n");
        let report = String::from_utf8_lossy(&output.stderr);
        assert!(report.contains("5 finished, 0 failed, 0 skipped"), "{report}");
    }
}

#[test]
fn an_error_is_told() {
    let output = stats(&["run", "2 x"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("task `numbers[1]` of graph `Stats` failed"), "{told}");
}

#[test]
fn the_graph_is_drawn() {
    let output = stats(&["graph", "--format", "svg"]);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.starts_with(b"<svg"), "{output:?}");
}
