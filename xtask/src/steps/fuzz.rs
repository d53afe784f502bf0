//! The macros on inputs with mistakes, which are made from all programs of the workspace.

use super::{Verdict, test};
use crate::Result;
use crate::shell::{Cmd, Workspace};

pub(super) fn run(workspace: &Workspace) -> Result<Verdict> {
    fuzz(workspace, 20, 1)
}

/// Tries inputs for this many seconds, always the same ones for a seed. A fault is shown as an input that a test can be made of.
///
/// # Errors
///
/// Fails where a macro panics, does not end, or writes what is not made of items.
pub(crate) fn fuzz(workspace: &Workspace, seconds: u64, seed: u64) -> Result<Verdict> {
    // Faster, with the checks of debug builds.
    let tests = workspace
        .cargo("test --package dag-macros --lib --config profile.dev.opt-level=2 fuzz -- --nocapture")
        .env("DAG_FUZZ_SECONDS", seconds.to_string())
        .env("DAG_FUZZ_SEED", seed.to_string());
    test::some_pass(tests)
}

/// Tells how many errors the compiler reports for one mistake.
///
/// # Errors
///
/// Fails where the programs without mistakes do not compile.
pub(crate) fn mistakes(workspace: &Workspace, options: &[String]) -> Result<()> {
    let program = workspace.cargo("run --quiet --package dag-tests-mutations --bin mistakes --");
    options.iter().fold(program, Cmd::arg).run()
}
