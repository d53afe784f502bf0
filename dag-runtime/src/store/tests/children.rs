//! Tests that need processes of their own: a test starts its own program again, which then has another role.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitStatus, Stdio};

const ROLE: &str = "DAG_STORE_TEST_ROLE";
const FOLDER: &str = "DAG_STORE_TEST_FOLDER";

/// The folder that this process works in, if it was started for this role.
pub(super) fn role(role: &str) -> Option<PathBuf> {
    (env::var_os(ROLE)? == role).then(|| env::var_os(FOLDER).unwrap().into())
}

/// A process that has a role. It is killed if the test ends before.
pub(super) struct Child {
    child: process::Child,
    lines: BufReader<process::ChildStderr>,
}

impl Child {
    /// Runs a test, `module::name`, in a role.
    pub(super) fn new(test: &str, role: &str, folder: &Path) -> Child {
        Child::start(Command::new(env::current_exe().unwrap()), test, role, folder)
    }

    /// The same after commands of the shell.
    pub(super) fn in_shell(test: &str, role: &str, folder: &Path, commands: &str) -> Child {
        Child::start(in_shell(Command::new("sh"), commands), test, role, folder)
    }

    /// The same where it sees disks that nobody else sees.
    pub(super) fn with_disks(test: &str, role: &str, folder: &Path, commands: &str) -> Child {
        let mut unshare = Command::new("unshare");
        unshare.args(["--map-root-user", "--mount", "sh"]);
        Child::start(in_shell(unshare, commands), test, role, folder)
    }

    fn start(mut command: Command, test: &str, role: &str, folder: &Path) -> Child {
        command.args(["--exact", "--nocapture", "--test-threads=1", &format!("store::tests::{test}")]);
        command.env(ROLE, role).env(FOLDER, folder).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        Child { child, lines }
    }

    /// The next line that it prints to its standard error. `None` at the end.
    pub(super) fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.strip_suffix('\n').map(String::from)
    }

    /// Ends it at once, and returns all lines that are left.
    pub(super) fn kill(&mut self) -> Vec<String> {
        self.child.kill().unwrap();
        let lines = core::iter::from_fn(|| self.line()).collect();
        self.child.wait().unwrap();
        lines
    }

    /// Whether it has not ended yet.
    pub(super) fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits until it ends, and shows what it prints if it has failed.
    pub(super) fn wait(mut self) -> ExitStatus {
        let mut text = String::new();
        self.lines.read_to_string(&mut text).unwrap();
        let status = self.child.wait().unwrap();
        if !status.success() {
            std::eprintln!("{text}");
        }
        status
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn in_shell(mut shell: Command, commands: &str) -> Command {
    shell.arg("-c").arg(format!("{commands} && exec \"$0\" \"$@\"")).arg(env::current_exe().unwrap());
    shell
}
