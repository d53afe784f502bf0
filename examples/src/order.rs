//! What ran when.

use dag_runtime::{Recorder, TaskState};

/// The names of the tasks that ran, in the order in which they started.
#[must_use]
pub fn order(recorder: &Recorder) -> Vec<String> {
    let recording = recorder.recording();
    let tasks = recording.iter().flat_map(|recording| recording.tasks());
    let ran = |state| !matches!(state, TaskState::NotWanted | TaskState::NotNeeded | TaskState::Hit);
    tasks.filter(|run| ran(run.state)).map(|run| run.task.name().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use dag_runtime::{Serial, dag, task};

    use super::*;

    #[task]
    fn load(number: &str) -> Result<u32, std::num::ParseIntError> {
        number.parse()
    }

    #[task(depends = [load])]
    fn double(load: u32) -> u32 {
        2 * load
    }

    #[task]
    fn free() {}

    dag! {
        graph Small<'a>(number: &'a str) -> double {
            double,
            load(number),
            free,
        }
    }

    #[test]
    fn is_that_of_the_last_run() {
        let recorder = Recorder::new();
        assert!(order(&recorder).is_empty());
        for _ in 0..2 {
            Small { number: "7" }.run(&Serial.observe(&recorder)).unwrap();
            assert_eq!(order(&recorder), ["load", "double", "free"]);
        }
    }

    #[test]
    fn leaves_out_what_was_skipped() {
        let recorder = Recorder::new();
        Small { number: "x" }.run(&Serial.keep_going().observe(&recorder)).unwrap_err();
        assert_eq!(order(&recorder), ["load", "free"]);
    }
}
