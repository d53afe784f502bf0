//! A process that keeps one core busy.

use std::env;
use std::hint::spin_loop;
use std::os::unix::process::parent_id;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;

/// The hidden command that spins.
pub(crate) const COMMAND: &str = "steady-spin";

/// How often the process looks whether the one that started it is still there.
const LOOK: Duration = Duration::from_millis(10);

/// A process that is busy until this is dropped.
pub(super) struct Spinner(Child);

impl Spinner {
    pub(super) fn start() -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        Ok(Spinner(command.arg(COMMAND).stdin(Stdio::null()).stdout(Stdio::null()).spawn()?))
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// Keeps a core busy for as long as the process that started this one lives.
pub(crate) fn run() -> Result {
    let parent = parent_id();
    while parent_id() == parent {
        let start = Instant::now();
        while start.elapsed() < LOOK {
            spin_loop();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_one_has_ended() {
        // The test's own executable does not know the command, so another one stands for it.
        let child = Command::new("sleep").arg("1000").spawn().unwrap();
        let id = child.id().to_string();
        drop(Spinner(child));
        let alive = Command::new("kill").args(["-0", &id]).stderr(Stdio::null()).status().unwrap();
        assert!(!alive.success());
    }
}
