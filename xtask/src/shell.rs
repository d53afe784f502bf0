//! Commands, run from the workspace's root and shown as a user would type them.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::Result;

/// The workspace that this program belongs to.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of it").to_owned();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
        Workspace { target: root.join(target), root }
    }

    /// The path of a file of the workspace.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A folder below the one that cargo builds in.
    pub(crate) fn target(&self, name: &str) -> PathBuf {
        self.target.join(name)
    }

    /// Cargo, with arguments that are separated by blanks.
    pub(crate) fn cargo(&self, arguments: &str) -> Cmd {
        let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        self.command(program, "cargo").args(arguments)
    }

    /// Cargo of the nightly toolchain: see [`Workspace::has_nightly`].
    pub(crate) fn nightly_cargo(&self) -> Cmd {
        self.command("cargo", "cargo").arg("+nightly")
    }

    /// Whether there is a nightly toolchain beside the usual one.
    pub(crate) fn has_nightly(&self) -> bool {
        self.nightly_cargo().arg("--version").succeeds()
    }

    /// A program, shown by this name.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, name: &str) -> Cmd {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null());
        // Set by a developer for other programs, they would change what tests expect.
        command.env_remove("DAG_BACKEND").env_remove("DAG_THREADS");
        Cmd { command, line: name.to_owned() }
    }
}

/// A command to be run.
#[must_use = "a command does nothing until it is run"]
pub(crate) struct Cmd {
    command: Command,
    /// How it is shown.
    line: String,
}

impl Cmd {
    /// Adds arguments that are separated by blanks.
    pub(crate) fn args(self, arguments: &str) -> Self {
        arguments.split_whitespace().fold(self, Cmd::arg)
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        let shown = argument.as_ref().to_string_lossy();
        let quote = if shown.is_empty() || shown.contains([' ', '\'', '[']) { "\"" } else { "" };
        self.line += &format!(" {quote}{shown}{quote}");
        self.command.arg(argument);
        self
    }

    /// Runs it in another folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.line = format!("{key}=\"{}\" {}", value.as_ref().to_string_lossy(), self.line);
        self.command.env(key, value);
        self
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// Fails where it cannot be started and where its exit code is not 0.
    pub(crate) fn run(mut self) -> Result<()> {
        println!("$ {}", self.line);
        let status = self.command.status().map_err(|error| format!("`{}`: {error}", self.line))?;
        self.check(status)
    }

    /// Runs it, and gives what it writes to stdout, which is shown when it has ended.
    ///
    /// # Errors
    ///
    /// Those of [`Cmd::run`].
    pub(crate) fn read(mut self) -> Result<String> {
        println!("$ {}", self.line);
        self.command.stderr(Stdio::inherit());
        let output = self.command.output().map_err(|error| format!("`{}`: {error}", self.line))?;
        let text = String::from_utf8(output.stdout)?;
        print!("{text}");
        self.check(output.status)?;
        Ok(text)
    }

    /// What it writes to stdout, where it can be started and ends well, without a word.
    pub(crate) fn quiet(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then_some(text)
    }

    /// Whether it can be started and ends well, without a word.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        self.command.status().is_ok_and(|status| status.success())
    }

    fn check(&self, status: ExitStatus) -> Result<()> {
        if status.success() { Ok(()) } else { Err(format!("`{}`: {status}", self.line).into()) }
    }
}
