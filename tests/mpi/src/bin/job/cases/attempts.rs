//! Failures that do not end a run: of tasks with `catch` and with `retry`.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use dag_runtime::{Failure, Mpi, Observer, RunSummary, TaskEvent, dag, task};
use serde::{Deserialize, Serialize};

use super::each_way;

/// How often each task and element was called on this rank, in this run.
static CALLS: Mutex<BTreeMap<(&str, usize), u32>> = Mutex::new(BTreeMap::new());

/// The number of the call, from 0.
fn call(task: &'static str, number: usize) -> u32 {
    let mut calls = CALLS.lock().unwrap();
    let calls = calls.entry((task, number)).or_default();
    *calls += 1;
    *calls - 1
}

/// Fails as often as the number says, modulo 4.
fn flaky<T>(task: &'static str, number: usize, value: T) -> Result<T, String> {
    let call = call(task, number);
    if call < number as u32 % 4 { Err(format!("call {call}")) } else { Ok(value) }
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
struct Page {
    number: usize,
    text: String,
}

#[task]
fn page(number: usize) -> Page {
    Page { number, text: "x".repeat(number * 1000) }
}

/// Takes a page that may come from another rank.
#[task(retry = 3)]
fn take(page: Page) -> Result<usize, String> {
    flaky("take", page.number, page.text.len())
}

#[task(retry = 2, catch)]
fn caught(number: usize) -> Result<String, String> {
    flaky("caught", number, "y".repeat(number * 1000))
}

/// Reads a result of another rank.
#[task]
fn read(caught: &Result<String, String>) -> usize {
    caught.as_ref().map_or_else(|error| error.len(), |text| text.len())
}

#[task]
fn pages(count: usize) -> Vec<Page> {
    (0..count).map(|number| Page { number, text: number.to_string() }).collect()
}

#[task(depends = [pages], each = pages, retry = 3)]
fn owned(pages: Page) -> Result<String, String> {
    thread::sleep(Duration::from_micros(300));
    flaky("owned", pages.number, pages.text)
}

#[task(retry = 2, catch)]
fn borrowed(page: &Page) -> Result<u64, String> {
    thread::sleep(Duration::from_micros(300));
    flaky("borrowed", page.number, page.number as u64)
}

dag! {
    graph Handled(count: usize) -> (take, read, owned, borrowed) {
        page[i in 0..8] = page(i) on i as isize + 1,
        take[i in 0..8] = take(page[i]) on i as isize,
        caught[i in 0..8] = caught(i) on i as isize + 2,
        read[i in 0..8] = read(&caught[i]) on i as isize,
        pages(count),
        owned,
        others = pages(count),
        borrowed(each &others),
    }
}

#[derive(Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    caught: Mutex<usize>,
}

impl Log {
    fn write(&self, what: &str, event: &TaskEvent<'_>, failure: &Failure) {
        let element = event.element.map(|element| format!("[{element}]")).unwrap_or_default();
        self.lines.lock().unwrap().push(format!("{}{element} {what}: {failure}", event.task.name()));
    }
}

impl Observer for Log {
    fn caught(&self, event: &TaskEvent<'_>, failure: &Failure) {
        self.write("caught", event, failure);
    }
    fn retried(&self, event: &TaskEvent<'_>, attempt: u32, failure: &Failure) {
        self.write(&format!("attempt {attempt}"), event, failure);
    }
    fn run_ended(&self, run: &RunSummary<'_>) {
        assert!(run.is_success());
        *self.caught.lock().unwrap() = run.caught;
    }
}

/// What is told of a task or element of this name and number, which is called again so often.
fn told(lines: &mut Vec<String>, name: &str, number: usize, retries: usize, catches: bool) {
    let fails = number % 4;
    for attempt in 1..=fails.min(retries) {
        lines.push(format!("{name} attempt {attempt}: call {}", attempt - 1));
    }
    if catches && fails > retries {
        lines.push(format!("{name} caught: call {retries}"));
    }
}

/// All results are as on one rank, and rank 0 is told of each failure once.
pub fn attempts(mpi: Mpi, _: &[&str]) {
    let me = mpi.rank();
    for (count, observed) in [(1, true), (60, true), (60, false)] {
        each_way(&mpi, |mpi| {
            CALLS.lock().unwrap().clear();
            let log = Log::default();
            let observer = (observed && me == 0).then_some(&log);
            let (take, read, owned, borrowed) = Handled { count }.run(&mpi.observe(observer)).unwrap();
            assert_eq!(take, (0..8).map(|i| 1000 * i).collect::<Vec<_>>());
            let lengths = (0..8).map(|i| if i % 4 == 3 { "call 2".len() } else { 1000 * i });
            assert_eq!(read, lengths.collect::<Vec<_>>());
            assert_eq!(owned, (0..count).map(|k| k.to_string()).collect::<Vec<_>>());
            let all = (0..count).map(|k| if k % 4 == 3 { Err("call 2".into()) } else { Ok(k as u64) });
            assert_eq!(borrowed, all.collect::<Vec<_>>());
            if observer.is_none() {
                return;
            }
            let mut expected = Vec::new();
            for i in 0..8 {
                told(&mut expected, &format!("take[{i}]"), i, 3, false);
                told(&mut expected, &format!("caught[{i}]"), i, 2, true);
            }
            for k in 0..count {
                told(&mut expected, &format!("owned[{k}]"), k, 3, false);
                told(&mut expected, &format!("borrowed[{k}]"), k, 2, true);
            }
            expected.sort();
            let mut lines = log.lines.lock().unwrap().clone();
            lines.sort();
            assert_eq!(lines, expected);
            let caught = lines.iter().filter(|line| line.contains(" caught: ")).count();
            assert_eq!(*log.caught.lock().unwrap(), caught);
        });
    }
}
