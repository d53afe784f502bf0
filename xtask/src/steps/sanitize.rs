//! Tests under sanitizers: AddressSanitizer, which sees uses of memory that is freed or out of bounds, also on the stack, and
//! ThreadSanitizer, which sees accesses that no synchronisation orders.
//!
//! Both are in the toolchain, behind unstable flags: a nightly toolchain takes them, and else the usual one with
//! `RUSTC_BOOTSTRAP=1`.
//!
//! **What is not covered.** AddressSanitizer runs with the standard library as it is shipped: what that does with memory is
//! seen where its code is generic, and in calls of the allocator and of the C library. ThreadSanitizer has to see all
//! synchronisation, so the standard library is built with it. That needs the library's sources: the component `rust-src` of a
//! nightly toolchain, or Debian's packages `rustc-web` and `rust-web-src`, which the step unpacks below the target folder.
//! It skips where there are neither. It knows no fences, which the models of the step `loom` cover; what uses them in the
//! crates below rayon avoids them when it is built for the sanitizer. MPI is covered by neither: its libraries are not built so.
//! Tests of the size of the stack are left out, since sanitizers make frames larger.
//!
//! Nothing is suppressed. What has to be would be a line, with its reason, in [`SUPPRESSIONS`].

use std::fs;
use std::path::Path;

use super::debian::{Release, Root, minor};
use super::{Verdict, test};
use crate::Result;
use crate::shell::Workspace;

/// Reports of ThreadSanitizer that are known not to be races: one a line, as its manual says, each behind a comment with
/// the reason.
const SUPPRESSIONS: &str = "# None.\n";

const MISSING: &str = "the sources of std are needed: the component `rust-src` of a nightly toolchain, or Debian's packages \
    `rustc-web` and `rust-web-src`";

/// What runs: slots and drops, failures, elements, observers, stops, stress and inputs that are changed in place, on all executors.
const TESTS: &str = "--package dag-tests --test memory --test runs --test state -- --skip stack::";
/// Of these, those that are small enough for a tool that slows a program down tenfold and more.
const SMALL_TESTS: &str = "--package dag-tests --test memory --test state";
/// Slots by themselves.
const SLOTS: &str = "--package dag-runtime --lib slot::";

pub(super) fn address(workspace: &Workspace) -> Result<Verdict> {
    let Some(host) = host(workspace, "rustc") else {
        return Ok(Verdict::Skipped("no rustc is found".into()));
    };
    if !is_supported(&host) {
        return Ok(Verdict::Skipped(format!("AddressSanitizer is not there for {host}")));
    }
    let nightly = workspace.has_nightly();
    for tests in [SLOTS, TESTS] {
        let cargo =
            if nightly { workspace.nightly_cargo() } else { workspace.cargo("").env("RUSTC_BOOTSTRAP", "1") };
        let tests = cargo.args("test --target").arg(&host).args(tests);
        test::some_pass(
            tests
                .env("RUSTFLAGS", "-Zsanitizer=address")
                .env("CARGO_TARGET_DIR", workspace.target("asan"))
                .env("ASAN_OPTIONS", "detect_stack_use_after_return=1"),
        )?;
    }
    Ok(Verdict::Passed)
}

pub(super) fn thread(workspace: &Workspace) -> Result<Verdict> {
    let target = workspace.target("tsan");
    let (host, toolchain) = match toolchain(workspace)? {
        Ok(found) => found,
        Err(reason) => return Ok(Verdict::Skipped(reason)),
    };
    fs::create_dir_all(&target)?;
    let suppressions = target.join("suppressions.txt");
    fs::write(&suppressions, SUPPRESSIONS)?;
    for tests in [SLOTS, SMALL_TESTS] {
        let cargo = match &toolchain {
            None => workspace.nightly_cargo(),
            Some(root) => root.with(workspace.cargo("")).env("RUSTC_BOOTSTRAP", "1"),
        };
        let tests = cargo.args("test -Zbuild-std --target").arg(&host).args(tests);
        test::some_pass(
            tests
                .env("RUSTFLAGS", "-Zsanitizer=thread")
                .env("CARGO_TARGET_DIR", &target)
                .env("TSAN_OPTIONS", format!("suppressions={}", suppressions.display())),
        )?;
    }
    Ok(Verdict::Passed)
}

/// The host, and the root of Debian's toolchain, if that is used; or why there is none with the sources of std.
fn toolchain(workspace: &Workspace) -> Result<std::result::Result<(String, Option<Root>), String>> {
    if workspace.has_nightly() {
        let sysroot = workspace.command("rustc", "rustc").args("+nightly --print sysroot").quiet();
        let library =
            sysroot.map(|path| Path::new(path.trim()).join("lib/rustlib/src/rust/library/Cargo.toml"));
        if let (Some(true), Some(host)) = (library.map(|path| path.exists()), host(workspace, "rustc")) {
            return Ok(if is_supported(&host) { Ok((host, None)) } else { Err(unsupported(&host)) });
        }
    }
    let Some(release) = Release::all(workspace).into_iter().next() else { return Ok(Err(MISSING.into())) };
    let Some(root) = Root::unpack(workspace, &release, &["rustc-web", "rust-web-src"])? else {
        return Ok(Err(MISSING.into()));
    };
    let Some(version) = root.command(workspace, "rustc").arg("-vV").quiet() else {
        return Ok(Err("Debian's rustc does not run here".into()));
    };
    let (Some(host), Some(release)) = (field(&version, "host: "), field(&version, "release: ")) else {
        return Ok(Err("Debian's rustc does not say what it is".into()));
    };
    if minor(release) < minor(env!("CARGO_PKG_RUST_VERSION")) {
        return Ok(Err(format!(
            "the sources of std are needed: there is no `rust-src`, and Debian's Rust {release} is too old"
        )));
    }
    if !is_supported(host) {
        return Ok(Err(unsupported(host)));
    }
    // Debian's packages have no runtimes of sanitizers; that of this toolchain fits.
    let runtimes = Path::new("lib/rustlib").join(host).join("lib");
    let own = workspace.command("rustc", "rustc").args("--print sysroot").quiet().unwrap_or_default();
    for file in fs::read_dir(Path::new(own.trim()).join(&runtimes))?.flatten() {
        if file.file_name().to_string_lossy().ends_with("_rt.tsan.a") {
            let copy = root.path().join("usr").join(&runtimes).join("librustc-stable_rt.tsan.a");
            fs::copy(file.path(), copy)?;
        }
    }
    Ok(Ok((host.to_owned(), Some(root))))
}

fn unsupported(host: &str) -> String {
    format!("ThreadSanitizer is not there for {host}")
}

/// The host of a compiler.
fn host(workspace: &Workspace, rustc: &str) -> Option<String> {
    let version = workspace.command(rustc, "rustc").arg("-vV").quiet()?;
    field(&version, "host: ").map(str::to_owned)
}

fn field<'a>(version: &'a str, name: &str) -> Option<&'a str> {
    version.lines().find_map(|line| line.strip_prefix(name))
}

/// Whether the sanitizers are there for a target.
fn is_supported(target: &str) -> bool {
    ["x86_64", "aarch64"].iter().any(|cpu| target.starts_with(cpu)) && target.ends_with("unknown-linux-gnu")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_compiler_says_of_itself() {
        let version = "rustc 1.96.0 (ac68faa20 2026-05-25)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.96.0\n";
        assert_eq!(field(version, "host: "), Some("x86_64-unknown-linux-gnu"));
        assert_eq!(field(version, "release: ").map(minor), Some(96));
        assert!(is_supported("aarch64-unknown-linux-gnu") && !is_supported("x86_64-pc-windows-msvc"));
    }
}
