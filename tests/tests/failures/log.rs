//! An observer that writes down what it is told of failures.

use std::sync::Mutex;

use dag_runtime::{Failure, Observer, RunSummary, TaskEvent};

/// What an observer was told of failures, a line for each.
#[derive(Debug, Default)]
pub struct Log(Mutex<Vec<String>>);

impl Log {
    fn write(&self, what: &str, event: &TaskEvent<'_>, failure: &Failure) {
        let element = event.element.map(|element| format!("[{element}]")).unwrap_or_default();
        let line = format!("{}{element} {what}: {failure}", event.task.name());
        self.0.lock().unwrap().push(line);
    }

    /// The lines since the last call, in an order that is always the same.
    pub fn take(&self) -> Vec<String> {
        let mut lines = std::mem::take(&mut *self.0.lock().unwrap());
        lines.sort();
        lines
    }
}

impl Observer for Log {
    fn caught(&self, event: &TaskEvent<'_>, failure: &Failure) {
        assert!(!failure.is_panic());
        self.write("caught", event, failure);
    }

    fn retried(&self, event: &TaskEvent<'_>, attempt: u32, failure: &Failure) {
        assert!(!failure.is_panic());
        self.write(&format!("attempt {attempt}"), event, failure);
    }

    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        self.write("failed", event, failure);
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        let RunSummary { finished, failed, skipped, caught, .. } = run;
        let line = format!("{finished} finished, {failed} failed, {skipped} skipped, {caught} caught");
        self.0.lock().unwrap().push(line);
    }
}
