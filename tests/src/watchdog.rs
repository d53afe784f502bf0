//! A limit on how long a test takes.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Far more than any test needs, on a slow machine under load too.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs `body` on a thread of its own, so that a deadlock fails the test and does not stop it.
///
/// # Panics
///
/// Panics where `body` does, and where it does not end in time.
pub fn in_time(body: impl FnOnce() + Send + 'static) {
    let (end, ended) = channel::<()>();
    let test = thread::spawn(move || {
        // Dropped when the body ends, however it does.
        let _end = end;
        body();
    });
    match ended.recv_timeout(LIMIT) {
        Err(RecvTimeoutError::Timeout) => panic!("it has not ended after {LIMIT:?}"),
        Ok(()) | Err(RecvTimeoutError::Disconnected) => {
            if let Err(panic) = test.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}
