//! Format and lints.

use super::{FEATURE_SETS, Verdict, unsafe_code};
use crate::Result;
use crate::shell::Workspace;

pub(super) fn fmt(workspace: &Workspace) -> Result<Verdict> {
    workspace.cargo("fmt --all --check").run()?;
    for package in ["tests/msrv", "tests/no-std"] {
        workspace.cargo("fmt --check --manifest-path").arg(format!("{package}/Cargo.toml")).run()?;
    }
    Ok(Verdict::Passed)
}

pub(super) fn clippy(workspace: &Workspace) -> Result<Verdict> {
    unsafe_code::check(workspace)?;
    workspace
        .cargo("clippy --workspace --features dag-examples/sqlite --all-targets -- -D warnings")
        .run()?;
    for features in FEATURE_SETS {
        workspace
            .cargo("clippy --package dag-runtime --all-targets --no-default-features --features")
            .arg(features)
            .args("-- -D warnings")
            .run()?;
    }
    Ok(Verdict::Passed)
}
