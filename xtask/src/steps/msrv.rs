//! The libraries with the oldest Rust that they support, and with the newest one of Debian. The package with the graphs is no
//! member of the workspace: its dependencies are locked at versions that the oldest Rust compiles.

use super::debian::{Release, Root, minor};
use super::{Verdict, mpi, test};
use crate::Result;
use crate::shell::{Cmd, Workspace};

/// The oldest Rust that the libraries support, as their manifests say.
const OLDEST: &str = "1.85";

/// The sets of features with which graphs are built and run: with the oldest Rust, and with the newest.
const FEATURE_SETS: [&str; 3] = ["", "default", "rayon,cli,store,tracing"];
const NEWEST_FEATURE_SETS: [&str; 1] = ["rayon,cli,store,tracing"];

/// A Rust that is not the one of the workspace.
enum Toolchain {
    Rustup,
    Debian(Root),
}

impl Toolchain {
    fn cargo(&self, workspace: &Workspace) -> Cmd {
        match self {
            Toolchain::Rustup => {
                let cargo = workspace.command("cargo", "cargo").arg(format!("+{OLDEST}"));
                // Nothing is installed without having been asked for.
                cargo.env("RUSTUP_AUTO_INSTALL", "0")
            }
            Toolchain::Debian(root) => root.command(workspace, "cargo"),
        }
    }
}

pub(super) fn run(workspace: &Workspace) -> Result<Verdict> {
    let mpicc = mpi::compiler(workspace)?;
    if mpicc.is_none() {
        println!("The feature `mpi` is not built: there is no MPI library.");
    }
    let releases = Release::all(workspace);
    let mut reasons = Vec::new();
    let oldest = match rustup(workspace) {
        Some(toolchain) => Ok(toolchain),
        None => debian(workspace, releases.iter().find(|release| release.minor() == minor(OLDEST)))?,
    };
    match oldest {
        // No other one knows lints that are newer than the sources.
        Ok(toolchain) => test_graphs(workspace, &toolchain, OLDEST, "-D warnings", &FEATURE_SETS, mpicc)?,
        Err(reason) => reasons.push(format!("not with Rust {OLDEST}: {reason}")),
    }
    let newest = releases.first().filter(|release| release.minor() > minor(OLDEST));
    match debian(workspace, newest)? {
        Ok(toolchain) => test_graphs(workspace, &toolchain, "newest", "", &NEWEST_FEATURE_SETS, None)?,
        Err(reason) => reasons.push(format!("not with a newer Rust: {reason}")),
    }
    Ok(if reasons.is_empty() { Verdict::Passed } else { Verdict::Skipped(reasons.join("; ")) })
}

fn rustup(workspace: &Workspace) -> Option<Toolchain> {
    Toolchain::Rustup.cargo(workspace).arg("--version").succeeds().then_some(Toolchain::Rustup)
}

/// Debian's toolchain of a release, or why there is none.
fn debian(
    workspace: &Workspace,
    release: Option<&Release>,
) -> Result<std::result::Result<Toolchain, &'static str>> {
    const MISSING: &str = "Debian's packages `rustc-web` and `cargo-web` of that version cannot be had here";
    let Some(release) = release else { return Ok(Err(MISSING)) };
    let Some(root) = Root::unpack(workspace, release, &["rustc-web", "cargo-web"])? else {
        return Ok(Err(MISSING));
    };
    let runs = |name| root.command(workspace, name).arg("--version").succeeds();
    Ok(if runs("rustc") && runs("cargo") {
        Ok(Toolchain::Debian(root))
    } else {
        Err("Debian's does not run here")
    })
}

/// Builds and runs graphs, in a folder of its own.
fn test_graphs(
    workspace: &Workspace,
    toolchain: &Toolchain,
    name: &str,
    flags: &str,
    feature_sets: &[&str],
    mpicc: Option<&str>,
) -> Result<()> {
    let target = workspace.target("msrv").join(name);
    let cargo = |arguments: &str, features: &str| {
        let cargo = toolchain.cargo(workspace).args(arguments);
        cargo
            .args("--locked --manifest-path tests/msrv/Cargo.toml --no-default-features --features")
            .arg(features)
            .env("CARGO_TARGET_DIR", &target)
            .env("RUSTFLAGS", flags)
    };
    toolchain.cargo(workspace).arg("--version").run()?;
    for features in feature_sets {
        test::some_pass(cargo("test", features))?;
    }
    if let Some(mpicc) = mpicc {
        cargo("test --no-run", "mpi").env("MPICC", mpicc).run()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn manifests_and_texts_name_the_oldest_version() {
        let workspace = Workspace::new();
        let read = |path: &str| fs::read_to_string(workspace.path(path)).unwrap();
        for path in ["dag-macros/Cargo.toml", "dag-runtime/Cargo.toml", "tests/msrv/Cargo.toml"] {
            assert!(read(path).contains(&format!("\nrust-version = \"{OLDEST}\"\n")), "{path}");
        }
        for path in ["README.md", "dag-macros/README.md", "dag-runtime/README.md", "CONTRIBUTING.md"] {
            assert!(read(path).contains(&format!("Rust {OLDEST} or newer")), "{path}");
        }
    }
}
