//! What a release needs.

use super::Verdict;
use crate::Result;
use crate::shell::Workspace;

/// One command for both packages, so that cargo takes the one that depends on the other to it.
pub(super) fn package(workspace: &Workspace) -> Result<Verdict> {
    workspace.cargo("package --package dag-macros --package dag-runtime --allow-dirty").run()?;
    Ok(Verdict::Passed)
}

pub(super) fn policy(workspace: &Workspace) -> Result<Verdict> {
    if !workspace.cargo("deny --version").succeeds() {
        return Ok(Verdict::Skipped("cargo-deny is not installed: `cargo install cargo-deny`".into()));
    }
    workspace.cargo("deny check").run()?;
    Ok(Verdict::Passed)
}
