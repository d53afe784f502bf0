//! A program without `std`. Its package is no member of the workspace: it needs a profile and
//! features of its own.

use super::Verdict;
use crate::Result;
use crate::shell::Workspace;

pub(super) fn run(workspace: &Workspace) -> Result<Verdict> {
    let target = workspace.target("no-std");
    workspace
        .cargo("clippy --manifest-path tests/no-std/Cargo.toml")
        .env("CARGO_TARGET_DIR", &target)
        .args("-- -D warnings")
        .run()?;
    workspace.cargo("run --manifest-path tests/no-std/Cargo.toml").env("CARGO_TARGET_DIR", &target).run()?;
    Ok(Verdict::Passed)
}
