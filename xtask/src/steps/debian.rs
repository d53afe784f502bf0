//! Debian's packages of Rust, unpacked below the target folder. They are not installed: that needs no rights, and changes
//! nothing for other programs.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::shell::{Cmd, Workspace};

/// A release of the packages whose names end with `-web`, which Debian has in more than one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Release {
    /// `1.85.0+dfsg3-1~deb12u3`
    version: String,
}

impl Release {
    /// Those that can be had here, the newest one first.
    pub(super) fn all(workspace: &Workspace) -> Vec<Release> {
        // As root alone. Anybody else has the lists that there are.
        workspace.command("apt-get", "apt-get").arg("update").succeeds();
        let table = workspace.command("apt-cache", "apt-cache").args("madison rustc-web").quiet();
        releases(&table.unwrap_or_default())
    }

    /// `85` for Rust 1.85.
    pub(super) fn minor(&self) -> u32 {
        minor(&self.version)
    }

    /// How `apt-get` is asked for a package.
    fn package(&self, name: &str) -> String {
        if name.contains("-web") { format!("{name}={}", self.version) } else { name.to_owned() }
    }
}

/// The releases in what `apt-cache madison` prints.
fn releases(table: &str) -> Vec<Release> {
    let versions = table.lines().filter_map(|line| line.split('|').nth(1));
    let mut releases: Vec<_> =
        versions.map(|version| Release { version: version.trim().to_owned() }).collect();
    releases.sort_by_key(|release| std::cmp::Reverse(release.minor()));
    releases.dedup_by_key(|release| release.minor());
    releases
}

/// A folder with unpacked packages.
pub(super) struct Root(PathBuf);

impl Root {
    /// Unpacks packages of a release and what they need, as far as that is not done. Gives nothing where they cannot be had.
    pub(super) fn unpack(workspace: &Workspace, release: &Release, names: &[&str]) -> Result<Option<Root>> {
        let root = workspace.target("debian").join(format!("1.{}", release.minor()));
        let mark = |name: &str| root.join(format!("{name}.unpacked"));
        let names: Vec<&str> = names.iter().copied().filter(|name| !mark(name).exists()).collect();
        let Some(packages) = with_dependencies(workspace, release, &names) else { return Ok(None) };
        if !packages.is_empty() {
            let folder = root.with_extension("packages");
            fs::create_dir_all(&folder)?;
            let download = workspace.command("apt-get", "apt-get").arg("download").within(&folder);
            if packages.iter().fold(download, Cmd::arg).run().is_err() {
                return Ok(None);
            }
            for file in fs::read_dir(&folder)?.flatten() {
                workspace.command("dpkg", "dpkg").arg("-x").arg(file.path()).arg(&root).run()?;
            }
            fs::remove_dir_all(&folder)?;
        }
        for name in names {
            fs::write(mark(name), "")?;
        }
        Ok(Some(Root(root)))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// A program of the packages.
    pub(super) fn command(&self, workspace: &Workspace, name: &str) -> Cmd {
        self.with(workspace.command(self.0.join("usr/bin").join(name), name))
    }

    /// A command that finds the compiler of the packages, and the libraries that this needs.
    pub(super) fn with(&self, command: Cmd) -> Cmd {
        // Debian's Rust is run where it was built for, which its folders are named after.
        let folders = ["usr/lib", "lib"].map(|folder| self.0.join(folder));
        let folders = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
        let libraries = folders.map(|entry| entry.path()).filter(|path| is_multiarch(path));
        let libraries: Vec<String> = libraries.map(|path| path.display().to_string()).collect();
        command
            .env("RUSTC", self.0.join("usr/bin/rustc"))
            .env("RUSTDOC", self.0.join("usr/bin/rustdoc"))
            .env("LD_LIBRARY_PATH", libraries.join(":"))
    }
}

/// What to ask `apt-get` for: the packages, and those that they depend on, but for what is installed.
fn with_dependencies(workspace: &Workspace, release: &Release, names: &[&str]) -> Option<Vec<String>> {
    let mut packages: Vec<String> = names.iter().map(|name| release.package(name)).collect();
    let mut known = 0;
    while known < packages.len() {
        let depends = workspace.command("apt-cache", "apt-cache").args("depends --important");
        let depends = depends.arg(&packages[known]).quiet()?;
        for name in dependencies(&depends) {
            let package = release.package(name);
            if !packages.contains(&package) && (name.contains("-web") || !is_installed(workspace, name)) {
                packages.push(package);
            }
        }
        known += 1;
    }
    Some(packages)
}

/// The libraries in what `apt-cache depends` prints.
fn dependencies(depends: &str) -> impl Iterator<Item = &str> {
    let names = depends.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    names.filter(|name| name.starts_with("lib"))
}

fn is_installed(workspace: &Workspace, package: &str) -> bool {
    let query = workspace.command("dpkg-query", "dpkg-query").arg("--show").arg("--showformat=${Status}");
    query.arg(package).quiet().is_some_and(|status| status.ends_with(" installed"))
}

/// Whether a folder of libraries is named like `x86_64-linux-gnu`.
fn is_multiarch(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().contains("-linux-"))
}

/// `95` of `1.95.0`.
pub(super) fn minor(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_release_comes_first() {
        let table = " rustc-web | 1.85.0+dfsg3-1~deb12u3 | http://deb.debian.org/debian bookworm/main amd64 Packages\n \
                     rustc-web | 1.96.0+dfsg1-1~deb12u2 | http://deb.debian.org/debian-security bookworm-security/main amd64\n \
                     rustc-web | 1.96.0+dfsg1-1~deb12u1 | http://deb.debian.org/debian-security bookworm-security/main amd64\n";
        let releases = releases(table);
        assert_eq!(releases.iter().map(Release::minor).collect::<Vec<_>>(), [96, 85]);
        assert_eq!(releases[0].package("cargo-web"), "cargo-web=1.96.0+dfsg1-1~deb12u2");
        assert_eq!(releases[1].package("libllvm19"), "libllvm19");
        assert!(super::releases("").is_empty());
    }

    #[test]
    fn libraries_are_depended_on() {
        let depends = "cargo-web\n  Depends: libc6\n  Depends: binutils\n |Depends: gcc\n  Depends: <libc-dev>\n    libc6-dev\n  \
                       Depends: libgit2-1.5\n";
        assert_eq!(dependencies(depends).collect::<Vec<_>>(), ["libc6", "libgit2-1.5"]);
        assert!(
            is_multiarch(Path::new("/usr/lib/aarch64-linux-gnu"))
                && !is_multiarch(Path::new("/usr/lib/rustlib"))
        );
    }

    #[test]
    fn versions_are_compared_by_number() {
        assert_eq!(minor("1.96.0+dfsg1-1~deb12u2"), 96);
        assert!(minor("1.85") < minor("1.100.0"));
    }
}
