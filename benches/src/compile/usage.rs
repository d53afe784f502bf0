//! What a command and all that it starts use, taken in a process of its own: the system adds up what
//! the children of a process used, and cannot be told to begin anew.

use std::process::Command;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::Result;

/// The command.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<String>,
}

/// What was used.
pub(crate) struct Usage {
    /// User time of all processes.
    pub(crate) user_seconds: f64,
    /// The memory of the largest process, in bytes.
    pub(crate) memory: u64,
}

impl Usage {
    /// Runs a command and says what it used.
    pub(crate) fn of(command: &Command) -> Result<Self> {
        let mut helper = Command::new(std::env::current_exe()?);
        helper.arg("usage").arg("--").arg(command.get_program()).args(command.get_args());
        if let Some(folder) = command.get_current_dir() {
            helper.current_dir(folder);
        }
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => helper.env(name, value),
                None => helper.env_remove(name),
            };
        }
        let output = helper.output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let said: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let user_seconds = said["user_seconds"].as_f64().ok_or("no time was said")?;
        let memory = said["memory"].as_u64().ok_or("no memory was said")?;
        Ok(Usage { user_seconds, memory })
    }
}

/// Runs the command in this process's child, and prints what it used.
pub(crate) fn run(options: &Options) -> Result {
    let (program, arguments) = options.command.split_first().ok_or("no command")?;
    let output = Command::new(program).args(arguments).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let used = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let said = serde_json::json!({
        "user_seconds": used.user_time().num_microseconds() as f64 / 1e6,
        // Linux counts in KiB.
        "memory": used.max_rss() * 1024,
    });
    println!("{said}");
    Ok(())
}
