//! Packages of the system that steps need.

use crate::Result;
use crate::shell::Workspace;

/// Installs packages where that needs nobody's leave: by root, on Debian and its kin. Says whether it did.
///
/// # Errors
///
/// Fails where the installation does.
pub(super) fn install(workspace: &Workspace, packages: &str) -> Result<bool> {
    if !is_root(workspace) || !workspace.command("apt-get", "apt-get").arg("--version").succeeds() {
        return Ok(false);
    }
    workspace.command("apt-get", "apt-get").arg("update").run()?;
    workspace
        .command("apt-get", "apt-get")
        .args("install --yes --no-install-recommends")
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()?;
    Ok(true)
}

fn is_root(workspace: &Workspace) -> bool {
    workspace.command("id", "id").arg("-u").read().is_ok_and(|id| id.trim() == "0")
}
