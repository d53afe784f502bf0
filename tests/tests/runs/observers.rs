//! What observers are told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dag_runtime::{Backend, Failure, Observer, Rayon, RunEvent, RunSummary, Serial, TaskEvent};
use dag_tests::network::{How, Network, Plan, names};
use dag_tests::{Everywhere, pool};

/// Something that an observer was told.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Event {
    RunStarted,
    Started(String),
    Finished(String),
    Failed(String),
    Skipped(String),
    RunEnded { finished: usize, failed: usize, skipped: usize },
}

/// Records what it is told.
#[derive(Debug, Default)]
struct Log {
    events: Mutex<Vec<(Event, Duration)>>,
    workers: Mutex<Vec<usize>>,
}

impl Log {
    /// The events since the last call.
    fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap()).into_iter().map(|(event, _)| event).collect()
    }

    fn push(&self, event: Event, at: Duration) {
        self.events.lock().unwrap().push((event, at));
    }

    fn task(&self, event: fn(String) -> Event, of: &TaskEvent<'_>) {
        assert_eq!(of.rank, 0);
        assert_eq!(Network::TABLE.task(of.task.index()), Some(of.task));
        self.workers.lock().unwrap().push(of.worker);
        self.push(event(of.task.name().to_string()), of.at);
    }
}

impl Observer for Log {
    fn run_started(&self, run: &RunEvent<'_>) {
        assert_eq!(run.table.graph(), "Network");
        assert!(run.workers > 0);
        self.push(Event::RunStarted, Duration::ZERO);
    }

    fn started(&self, event: &TaskEvent<'_>) {
        self.task(Event::Started, event);
    }

    fn finished(&self, event: &TaskEvent<'_>, elapsed: Duration) {
        assert!(elapsed <= event.at);
        self.task(Event::Finished, event);
    }

    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        assert_eq!(failure.to_string(), format!("`{}` was told to fail", event.task.name()));
        assert_eq!(failure.is_panic(), failure.source().is_none());
        self.task(Event::Failed, event);
    }

    fn skipped(&self, event: &TaskEvent<'_>) {
        self.task(Event::Skipped, event);
    }

    fn run_ended(&self, run: &RunSummary<'_>) {
        let &RunSummary { finished, failed, skipped, elapsed, .. } = run;
        assert_eq!(run.is_success(), failed == 0);
        self.push(Event::RunEnded { finished, failed, skipped }, elapsed);
    }
}

fn position(events: &[Event], event: &Event) -> Option<usize> {
    let mut positions = events.iter().enumerate().filter(|(_, other)| *other == event);
    let position = positions.next().map(|(position, _)| position);
    assert_eq!(positions.next(), None, "told twice: {event:?}");
    position
}

/// Checks what holds for every run in which these tasks fail and are skipped.
#[track_caller]
fn check(events: &[Event], failed: &str, skipped: &[String]) {
    assert_eq!(events.first(), Some(&Event::RunStarted));
    let counts = Event::RunEnded {
        finished: names().len() - usize::from(!failed.is_empty()) - skipped.len(),
        failed: usize::from(!failed.is_empty()),
        skipped: skipped.len(),
    };
    assert_eq!(events.last(), Some(&counts));
    let mut expected = 2;
    for task in Network::TABLE.tasks() {
        let name = task.name().to_string();
        if skipped.contains(&name) {
            expected += 1;
            assert!(position(events, &Event::Skipped(name)).is_some());
            continue;
        }
        expected += 2;
        let start = position(events, &Event::Started(name.clone())).unwrap();
        let end = if name == failed { Event::Failed(name) } else { Event::Finished(name) };
        assert!(start < position(events, &end).unwrap());
        for dependency in task.dependencies() {
            let finished = Event::Finished(dependency.name().to_string());
            assert!(position(events, &finished).unwrap() < start);
        }
    }
    assert_eq!(events.len(), expected);
    let told: Vec<_> = events.iter().filter(|event| matches!(event, Event::Skipped(_))).collect();
    let listed: Vec<_> = skipped.iter().cloned().map(Event::Skipped).collect();
    assert_eq!(told, listed.iter().collect::<Vec<_>>());
}

#[test]
fn are_told_of_everything_once_and_in_order() {
    let log = Log::default();
    Everywhere::observed_by(&log).each(|executor| {
        let plan: Arc<Plan> = Arc::default();
        Network { plan: Arc::clone(&plan) }.run(executor).unwrap();
        check(&log.take(), "", &[]);
    });
}

#[test]
fn are_told_of_failures_and_what_was_skipped() {
    let log = Log::default();
    for name in names() {
        for (how, keep_going) in [(How::Error, false), (How::Panic, false), (How::Error, true)] {
            Everywhere::observed_by(&log).keep_going(keep_going).each(|executor| {
                let plan = Arc::new(Plan::failing(&name, how));
                let error = Network { plan: Arc::clone(&plan) }.run(executor).unwrap_err();
                let skipped: Vec<_> = error.skipped().map(str::to_owned).collect();
                check(&log.take(), &name, &skipped);
            });
        }
    }
}

#[test]
fn are_told_in_serial_order_by_serial() {
    let log = Log::default();
    let plan: Arc<Plan> = Arc::default();
    Network { plan: Arc::clone(&plan) }.run(&Serial.observe(&log)).unwrap();
    let started = log.take().into_iter().filter_map(|event| match event {
        Event::Started(name) => Some(name),
        _ => None,
    });
    let order: Vec<_> = Network::TABLE.order().map(|task| task.name().to_string()).collect();
    assert_eq!(started.collect::<Vec<_>>(), order);
}

#[test]
fn are_told_times_that_do_not_run_backwards() {
    let log = Log::default();
    Everywhere::observed_by(&log).each(|executor| {
        let plan: Arc<Plan> = Arc::default();
        Network { plan: Arc::clone(&plan) }.run(executor).unwrap();
        let events = std::mem::take(&mut *log.events.lock().unwrap());
        let end = events.last().unwrap().1;
        assert!(events.iter().all(|&(_, at)| at <= end));
        let at = |event: &Event| events.iter().find(|(other, _)| other == event).unwrap().1;
        for task in Network::TABLE.tasks() {
            let start = at(&Event::Started(task.name().to_string()));
            for dependency in task.dependencies() {
                assert!(at(&Event::Finished(dependency.name().to_string())) <= start);
            }
        }
    });
}

/// Records on which backends and how many workers runs start.
#[derive(Default)]
struct Backends(Mutex<Vec<(Backend, usize)>>);

impl Observer for Backends {
    fn run_started(&self, run: &RunEvent<'_>) {
        self.0.lock().unwrap().push((run.backend, run.workers));
    }
}

#[test]
fn are_told_where_a_run_is() {
    let backends = Backends::default();
    let plan: Arc<Plan> = Arc::default();
    let run = |rayon: Rayon| Network { plan: Arc::clone(&plan) }.run(&rayon.observe(&backends)).unwrap();
    Network { plan: Arc::clone(&plan) }.run(&Serial.observe(&backends)).unwrap();
    drop(run(Rayon::on_pool(pool(1).clone())));
    drop(run(Rayon::on_pool(pool(4).clone())));
    let all = backends.0.into_inner().unwrap();
    assert_eq!(all, [(Backend::Serial, 1), (Backend::Rayon, 1), (Backend::Rayon, 4)]);
}

/// Panics in one of its methods.
struct Panics(&'static str);

impl Panics {
    fn at(&self, method: &'static str) {
        if self.0 == method {
            std::panic::resume_unwind(Box::new("the observer panics"));
        }
    }
}

impl Observer for Panics {
    fn run_started(&self, _: &RunEvent<'_>) {
        self.at("run_started");
    }
    fn started(&self, _: &TaskEvent<'_>) {
        self.at("started");
    }
    fn finished(&self, _: &TaskEvent<'_>, _: Duration) {
        self.at("finished");
    }
    fn failed(&self, _: &TaskEvent<'_>, _: &Failure) {
        self.at("failed");
    }
    fn skipped(&self, _: &TaskEvent<'_>) {
        self.at("skipped");
    }
    fn run_ended(&self, _: &RunSummary<'_>) {
        self.at("run_ended");
    }
}

#[test]
fn that_panic_fail_the_run_and_no_more() {
    for (method, text) in [
        ("run_started", "an observer panicked at the start of graph `Network`: the observer panics"),
        ("started", "` of graph `Network` panicked: the observer panics"),
        ("finished", "` of graph `Network` panicked: the observer panics"),
        ("failed", "task `joiner` of graph `Network` failed: `joiner` was told to fail"),
        ("skipped", "task `joiner` of graph `Network` failed: `joiner` was told to fail"),
        ("run_ended", "an observer panicked at the end of graph `Network`: the observer panics"),
    ] {
        for keep_going in [false, true] {
            let panics = Panics(method);
            Everywhere::observed_by(&panics).keep_going(keep_going).each(|executor| {
                let fails = ["failed", "skipped"].contains(&method);
                let plan = if fails { Plan::failing("joiner", How::Error) } else { Plan::default() };
                let plan = Arc::new(plan);
                let error = Network { plan: Arc::clone(&plan) }.run(executor).unwrap_err();
                assert!(error.to_string().ends_with(text), "{error}");
                assert_eq!(error.task().is_none(), method.starts_with("run"));
                assert_eq!(plan.ledger.alive(), 0);
            });
        }
    }
}
