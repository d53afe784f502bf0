//! The documentation.

use std::fs;

use super::Verdict;
use crate::Result;
use crate::shell::Workspace;

pub(super) fn run(workspace: &Workspace) -> Result<Verdict> {
    workspace.cargo("doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings").run()?;
    as_docs_rs(workspace)?;
    Ok(Verdict::Passed)
}

/// Builds the documentation of `dag-runtime` with the features and flags that it has on docs.rs, and without MPI.
/// Where there is no nightly toolchain, which docs.rs uses, what needs one is left out.
fn as_docs_rs(workspace: &Workspace) -> Result<()> {
    let manifest = fs::read_to_string(workspace.path("dag-runtime/Cargo.toml"))?;
    let (nightly, target) = (workspace.has_nightly(), workspace.target("docs"));
    let cargo = if nightly { workspace.nightly_cargo() } else { workspace.cargo("") };
    let flags = setting(&manifest, if nightly { "rustdoc-args" } else { "rustc-args" });
    let pages = target.join("doc/dag_runtime");
    // An old page would do for the check below.
    if pages.exists() {
        fs::remove_dir_all(&pages)?;
    }
    cargo
        .args("doc --package dag-runtime --no-deps --features")
        .arg(setting(&manifest, "features").join(","))
        .env("RUSTFLAGS", setting(&manifest, "rustc-args").join(" "))
        .env("RUSTDOCFLAGS", format!("-D warnings {}", flags.join(" ")))
        .env("CARGO_TARGET_DIR", &target)
        .env("MPICC", "none")
        .run()?;
    if pages.join("struct.Mpi.html").exists() { Ok(()) } else { Err("`Mpi` has no page".into()) }
}

/// The strings of a list in the section for docs.rs of a manifest.
fn setting<'a>(manifest: &'a str, name: &str) -> Vec<&'a str> {
    let section = manifest.split("[package.metadata.docs.rs]").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let list = lines.filter_map(|line| line.split_once(" = ")).find(|(key, _)| *key == name);
    list.map_or("", |(_, list)| list).split('"').skip(1).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_those_of_docs_rs() {
        let manifest = "[package]\nfeatures = [\"a\"]\n\n[package.metadata.docs.rs]\n# Why.\nfeatures = [\"b\", \"c\"]\n\n\
                        [features]\nargs = [\"d\"]\n";
        assert_eq!(setting(manifest, "features"), ["b", "c"]);
        assert!(setting(manifest, "args").is_empty());
    }
}
