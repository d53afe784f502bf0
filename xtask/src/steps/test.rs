//! Tests that are run by `cargo test`.

use super::{FEATURE_SETS, Verdict};
use crate::Result;
use crate::shell::{Cmd, Workspace};

pub(super) fn workspace(workspace: &Workspace) -> Result<Verdict> {
    workspace.cargo("test --workspace --features dag-examples/sqlite --no-fail-fast").run()?;
    Ok(Verdict::Passed)
}

pub(super) fn features(workspace: &Workspace) -> Result<Verdict> {
    // The tests of the workspace have `rayon` and `store`, too.
    for features in FEATURE_SETS.into_iter().filter(|&features| !["rayon", "store"].contains(&features)) {
        workspace
            .cargo("test --package dag-runtime --no-fail-fast --no-default-features --features")
            .arg(features)
            .run()?;
    }
    Ok(Verdict::Passed)
}

/// Optimised, since a model runs thousands of times, and in a folder of its own, since the flag
/// would have everything else built anew.
pub(super) fn loom(workspace: &Workspace) -> Result<Verdict> {
    let tests = workspace
        .cargo("test --package dag-runtime --lib --release loom")
        .env("RUSTFLAGS", "--cfg loom -D warnings")
        .env("CARGO_TARGET_DIR", workspace.target("loom"));
    some_pass(tests)
}

/// Prints the table. Optimised, and in a folder of its own, for the same reasons.
pub(super) fn transfers(workspace: &Workspace) -> Result<Verdict> {
    let tests = workspace
        .cargo("test --package dag-runtime --lib --release transfers")
        .env("RUSTFLAGS", "--cfg dag_transfers -D warnings")
        .env("CARGO_TARGET_DIR", workspace.target("transfers"));
    let output = tests.read()?;
    print!("{output}");
    if passed(&output) == 0 { Err("no test was run".into()) } else { Ok(Verdict::Passed) }
}

/// Runs tests of which a filter or a target could leave none.
pub(super) fn some_pass(tests: Cmd) -> Result<Verdict> {
    match passed(&tests.read()?) {
        0 => Err("no test was run".into()),
        _ => Ok(Verdict::Passed),
    }
}

/// How many tests have passed, by the output of `cargo test`.
fn passed(output: &str) -> usize {
    let results = output.lines().filter_map(|line| line.strip_prefix("test result: ok. "));
    results.filter_map(|line| line.split_once(" passed")?.0.parse::<usize>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted() {
        let output = "\n\
            running 1 test\n\
            test executor::loom_release ... ok\n\n\
            test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 70 filtered out\n\n\
            test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(passed(output), 13);
        assert_eq!(passed("test result: ok. 0 passed; 0 failed; 0 ignored"), 0);
        assert_eq!(passed(""), 0);
    }
}
