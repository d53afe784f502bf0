//! Runs inside tasks and runs at the same time, with the same observers. Observers can tell the runs apart, and no run
//! makes another one fail.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use dag_runtime::{
    Error, Failure, Observer, Rayon, Recorder, RunEvent, RunId, RunSummary, Serial, TaskEvent, TaskState,
    dag, task,
};
use dag_tests::{Everywhere, pool};

/// What the observer was told of each run, after the name of its graph.
#[derive(Debug, Default)]
struct Seen(Mutex<BTreeMap<RunId, Vec<String>>>);

impl Seen {
    fn tell(&self, run: RunId, what: String) {
        let mut runs = self.0.lock().unwrap();
        runs.get_mut(&run).expect("a run is told after its start").push(what);
    }

    fn take(&self) -> Vec<Vec<String>> {
        std::mem::take(&mut *self.0.lock().unwrap()).into_values().collect()
    }
}

impl Observer for Seen {
    fn run_started(&self, run: &RunEvent<'_>) {
        let before = self.0.lock().unwrap().insert(run.run, vec![run.table.graph().into()]);
        assert_eq!(before, None, "each run has a number of its own");
    }
    fn started(&self, event: &TaskEvent<'_>) {
        self.tell(event.run, format!("+{}", event.task.name()));
    }
    fn finished(&self, event: &TaskEvent<'_>, _: Duration) {
        self.tell(event.run, format!("-{}", event.task.name()));
    }
    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        self.tell(event.run, format!("!{} {failure}", event.task.name()));
    }
    fn skipped(&self, event: &TaskEvent<'_>) {
        self.tell(event.run, format!("?{}", event.task.name()));
    }
    fn run_ended(&self, run: &RunSummary<'_>) {
        self.tell(run.run, format!("{} of {}", run.finished, run.table.len()));
    }
}

type Observers = (Seen, Recorder);

#[task]
fn square(x: u32) -> Result<u32, &'static str> {
    if x < 1000 { Ok(x * x) } else { Err("it is too large") }
}

dag! { graph Square(x: u32) -> square { square(x) } }

#[task]
fn first(x: u32) -> u32 {
    x
}

#[task(depends = [first])]
fn inside(first: u32, observers: &Observers) -> Result<u32, Error> {
    Square { x: first }.run(&Serial.observe(observers))
}

#[task(depends = [inside])]
fn last(inside: u32) -> u32 {
    inside + 1
}

dag! {
    // Longer than the inner graph: its last task has a number that does not exist in that one.
    graph Outer<'a>(x: u32, observers: &'a Observers) -> last { first(x), inside(observers), last }
}

#[test]
fn a_run_inside_a_task_is_told_apart() {
    let observers = &Observers::default();
    Everywhere::observed_by(observers).each(|executor| {
        assert_eq!(Outer { x: 3, observers }.run(executor).unwrap(), 10);
        let outer = ["Outer", "+first", "-first", "+inside", "-inside", "+last", "-last", "3 of 3"];
        assert_eq!(observers.0.take(), [&outer[..], &["Square", "+square", "-square", "1 of 1"]]);

        let recordings = observers.1.recordings();
        let of = |k: usize| recordings[k].table().graph();
        assert_eq!((recordings.len(), of(0), of(1)), (2, "Outer", "Square"));
        assert!(recordings.iter().all(|recording| recording.has_ended()));
        let finished = |task| recordings[0].state(task) == Some(TaskState::Finished);
        assert!(Outer::TABLE.tasks().all(finished));
        assert_eq!(observers.1.recording().unwrap().run(), recordings[1].run());
    });
}

#[test]
fn a_failure_inside_a_task_is_told_in_its_run() {
    let observers = &Observers::default();
    Everywhere::observed_by(observers).each(|executor| {
        let error = Outer { x: 1000, observers }.run(executor).unwrap_err();
        let inside = "task `square` of graph `Square` failed: it is too large";
        assert_eq!(error.to_string(), format!("task `inside` of graph `Outer` failed: {inside}"));
        let failed = format!("!inside {inside}");
        let outer = ["Outer", "+first", "-first", "+inside", &failed, "?last", "1 of 3"];
        let square = ["Square", "+square", "!square it is too large", "0 of 1"];
        assert_eq!(observers.0.take(), [&outer[..], &square]);
    });
}

#[task]
fn wait(k: usize) -> usize {
    thread::sleep(Duration::from_millis(1));
    k
}

dag! { graph Wide -> wait { wait[k in 0..20] = wait(k), } }

#[test]
fn runs_at_the_same_time_are_told_apart() {
    let observers = &Observers::default();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| Wide.run(&Serial.observe(observers)).unwrap());
            scope.spawn(|| Wide.run(&Rayon::on_pool(pool(4).clone()).observe(observers)).unwrap());
        }
        for _ in 0..20 {
            assert_eq!(Square { x: 3 }.run(&Serial.observe(observers)).unwrap(), 9);
        }
    });
    let runs = observers.0.take();
    assert_eq!(runs.len(), 24);
    for run in runs {
        let tasks = if run[0] == "Wide" { 20 } else { 1 };
        assert_eq!((run.len(), &**run.last().unwrap()), (2 + 2 * tasks, &*format!("{tasks} of {tasks}")));
    }
    assert!(observers.1.recordings().iter().all(|recording| recording.has_ended()));
}

/// Panics in every method.
struct Panics;

impl Observer for Panics {
    fn failed(&self, _: &TaskEvent<'_>, _: &Failure) {
        resume_unwind(Box::new("failed"));
    }
    fn skipped(&self, _: &TaskEvent<'_>) {
        resume_unwind(Box::new("skipped"));
    }
    fn finished(&self, _: &TaskEvent<'_>, _: Duration) {
        resume_unwind(Box::new("finished"));
    }
    fn run_ended(&self, _: &RunSummary<'_>) {
        resume_unwind(Box::new("ended"));
    }
}

#[test]
fn an_observer_that_panics_leaves_the_others_alone() {
    let observers = &Observers::default();
    Everywhere::observed_by(&(Panics, observers)).each(|executor| {
        let error = Outer { x: 3, observers }.run(executor).unwrap_err();
        assert_eq!(error.to_string(), "task `first` of graph `Outer` panicked: finished");
        let outer = ["Outer", "+first", "-first", "!first finished", "?inside", "?last", "0 of 3"];
        assert_eq!(observers.0.take(), [outer]);
    });
}
