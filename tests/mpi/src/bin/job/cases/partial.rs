//! Runs that return the outputs that are there, after failures anywhere.

use std::fmt::Debug;
use std::sync::atomic::{AtomicIsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use dag_runtime::mpi::{Mpi, Results, Schedule};
use dag_runtime::{Auto, Error, Executor, Graph, Partial, Serial, Stop, dag, task};
use serde::{Deserialize, Deserializer, Serialize};

use super::each_way;
use super::failures::agree;

/// How many values there are on this rank.
static ALIVE: AtomicIsize = AtomicIsize::new(0);

/// A value that is counted.
#[derive(Debug, PartialEq, Serialize)]
struct Counted(Vec<u32>);

impl Counted {
    fn new(numbers: Vec<u32>) -> Self {
        ALIVE.fetch_add(1, SeqCst);
        Counted(numbers)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, SeqCst);
    }
}

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As the derived `Serialize` has it.
        #[derive(Deserialize)]
        struct Counted(Vec<u32>);
        Counted::deserialize(deserializer).map(|Counted(numbers)| self::Counted::new(numbers))
    }
}

/// At which task something happens.
#[derive(Clone, Debug)]
struct Plan {
    at: u32,
    end: End,
}

#[derive(Clone, Debug)]
enum End {
    Error,
    Panic,
    Stop(Stop),
}

fn visit(plan: &Plan, this: u32) -> Result<(), String> {
    if plan.at != this {
        return Ok(());
    }
    match &plan.end {
        End::Error => Err(format!("{this} fails")),
        End::Panic => std::panic::resume_unwind(Box::new(format!("{this} panics"))),
        End::Stop(stop) => {
            stop.stop();
            Ok(())
        }
    }
}

#[task]
fn work(plan: &Plan, this: u32, inputs: &[&Counted]) -> Result<Counted, String> {
    visit(plan, this)?;
    let inputs = inputs.iter().flat_map(|input| input.0.iter().copied());
    Ok(Counted::new(inputs.chain([this]).collect()))
}

#[task]
fn moved(plan: &Plan, this: u32, mut input: Counted) -> Result<Counted, String> {
    visit(plan, this)?;
    input.0.push(this);
    Ok(input)
}

#[task]
fn plain(plan: &Plan, this: u32) -> Result<u64, String> {
    visit(plan, this).map(|()| u64::from(this))
}

#[task]
fn element(plan: &Plan, input: Counted) -> Result<Counted, String> {
    thread::sleep(Duration::from_micros(200));
    visit(plan, input.0[0])?;
    Ok(input)
}

#[task]
fn list() -> Vec<Counted> {
    (20..30).map(|k| Counted::new(vec![k])).collect()
}

dag! {
    graph Net(plan: Plan) -> (w3, row, plain, elements, moved, last) {
        w0 = work(&plan, 0, &[]),
        w1 = work(&plan, 1, &[]),
        row[i in 0..4] = work(&plan, 10 + i as u32, &[if i > 0 { &row[i - 1] } else { &w1 }]),
        w2 = work(&plan, 2, &[]) after [w0],
        w3 = work(&plan, 3, &[&w0, &w1]),
        plain(&plan, 4) after [w2],
        moved(&plan, 5, w2),
        list,
        elements = element(&plan, each list),
        w6 = work(&plan, 6, &[&row[1], &w3]),
        w7 = work(&plan, 7, &[&w6]) after [elements],
        last = work(&plan, 8, &[&w7, &w3, &row[3]]),
    }
}

type Outputs = <Net as Graph>::PartialOutputs;

/// Whether an output with this name is missing because its task has failed or did not run.
fn is_missing(error: Option<&Error>, name: &str) -> bool {
    let Some(error) = error else { return false };
    let is_it =
        |task: &str| task == name || task.strip_prefix(name).is_some_and(|rest| rest.starts_with('['));
    error.skipped().any(is_it) || error.failures().any(|(task, _)| is_it(task))
}

fn is_right<T: PartialEq + Debug>(output: Option<&T>, expected: Option<&T>, is_missing: bool) {
    assert_eq!(output, expected.filter(|_| !is_missing));
}

/// Checks that exactly the outputs are there whose tasks have finished.
fn check(outputs: &Outputs, all: &Outputs, error: Option<&Error>) {
    let (w3, row, plain, elements, moved, last) = outputs;
    is_right(w3.as_ref(), all.0.as_ref(), is_missing(error, "w3"));
    assert_eq!(row.len(), 4);
    for (k, (one, expected)) in row.iter().zip(&all.1).enumerate() {
        is_right(one.as_ref(), expected.as_ref(), is_missing(error, &format!("row[{k}]")));
    }
    is_right(plain.as_ref(), all.2.as_ref(), is_missing(error, "plain"));
    is_right(elements.as_ref(), all.3.as_ref(), is_missing(error, "elements"));
    is_right(moved.as_ref(), all.4.as_ref(), is_missing(error, "moved"));
    is_right(last.as_ref(), all.5.as_ref(), is_missing(error, "last"));
}

fn is_nothing((w3, row, plain, elements, moved, last): &Outputs) -> bool {
    w3.is_none()
        && row.iter().all(Option::is_none)
        && plain.is_none()
        && elements.is_none()
        && moved.is_none()
        && last.is_none()
}

/// A run, after which no value is left.
fn check_run(mpi: &Mpi, run: Partial<Outputs>, all: &Outputs, root: Option<usize>) {
    let Partial { outputs, error } = run;
    let before = ALIVE.load(SeqCst);
    match root {
        Some(root) if root != mpi.rank() => assert!(is_nothing(&outputs), "{error:?}"),
        _ => check(&outputs, all, error.as_ref()),
    }
    assert_eq!(ALIVE.load(SeqCst), before);
    let shown = error.as_ref().filter(|error| !error.is_elsewhere());
    let mut text = shown.map_or(String::new(), |error| format!("{error} {:?}", error.skipped()));
    if root.is_none() {
        text = format!("{text} {outputs:?}");
    }
    drop(outputs);
    agree(mpi, &text);
}

/// A failure, a panic or a stop at each task in turn. All ranks that get outputs get the same, and no value is left.
pub fn everywhere(mpi: Mpi, _: &[&str]) {
    let all = Net { plan: Plan { at: u32::MAX, end: End::Error } }.run_partial(&Serial).outputs;
    let left = ALIVE.load(SeqCst);
    let root = mpi.ranks() - 1;
    each_way(&mpi, |mpi| {
        for at in (0..9).chain(10..14).chain([20, 29, u32::MAX]) {
            for (kind, keep_going) in (0..3).flat_map(|kind| [(kind, false), (kind, true)]) {
                let mpi = if keep_going { mpi.clone().keep_going() } else { mpi.clone() };
                // Each failure with both, once with `keep_going` and once without.
                let is_odd = (at ^ kind ^ u32::from(keep_going)) % 2 == 1;
                let root = Some(root).filter(|_| is_odd);
                let asked = root.map_or(Results::Everywhere, Results::Root);
                let (mpi, stop) = (mpi.clone().results(asked), Stop::new());
                let end = match kind {
                    0 => End::Error,
                    1 => End::Panic,
                    _ => End::Stop(stop.clone()),
                };
                let net = Net { plan: Plan { at, end } };
                let run = if kind == 2 {
                    net.run_partial(&mpi.clone().stop_when(&stop))
                } else {
                    net.run_partial(&mpi)
                };
                let is_elsewhere = run.error.as_ref().is_some_and(Error::is_elsewhere);
                match (at, kind) {
                    (u32::MAX, _) => {
                        assert_eq!(is_elsewhere, root.is_some_and(|root| root != mpi.rank()));
                        assert_eq!(run.error.is_some(), is_elsewhere);
                    }
                    (_, 2) => {
                        assert!(run.error.as_ref().is_none_or(|error| is_elsewhere || error.is_stopped()));
                    }
                    _ => {
                        let serial = Net { plan: Plan { at, end: End::Error } }.run(&Serial.keep_going());
                        let error = run.error.as_ref().unwrap();
                        assert_eq!(error.task(), serial.unwrap_err().task());
                        assert_eq!(error.is_panic(), kind == 1);
                    }
                }
                check_run(&mpi.clone().results(Results::Everywhere), run, &all, root);
                assert_eq!(ALIVE.load(SeqCst), left, "values are left, or were dropped twice");
            }
        }
    });
}

/// A type that cannot be decoded.
#[derive(Debug, PartialEq, Serialize)]
struct Wrong(u8);

impl<'de> Deserialize<'de> for Wrong {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format!("{number} is never right")))
    }
}

#[task]
fn wrong() -> Wrong {
    Wrong(3)
}

#[task]
fn one() -> u32 {
    1
}

dag! {
    graph Undecodable -> (wrong, one) { wrong, one }
}

/// An output that cannot be decoded somewhere is there nowhere.
pub fn undecodable(mpi: Mpi, _: &[&str]) {
    for schedule in [Schedule::Static, Schedule::Dynamic] {
        let mpi = mpi.clone().schedule(schedule).keep_going();
        let Partial { outputs, error } = Undecodable.run_partial(&mpi);
        if mpi.ranks() == 1 {
            assert_eq!(outputs, (Some(Wrong(3)), Some(1)));
            continue;
        }
        assert_eq!(outputs, (None, Some(1)));
        assert_eq!(error.unwrap().task(), Some("wrong"));
    }
}

/// Runs that return what is there, on an executor chosen at run time.
fn chosen(executor: &dyn Executor<Undecodable>) -> Option<u32> {
    Undecodable.run_partial(executor).outputs.1
}

/// Some ranks call `run`, and others `run_partial`: all are told so, and go on.
pub fn not_everywhere(mpi: Mpi, _: &[&str]) {
    for other in 0..mpi.ranks() {
        let mpi = mpi.clone().keep_going();
        let (error, one) = if mpi.rank() == other {
            let Partial { outputs, error } = Undecodable.run_partial(&mpi);
            (error.unwrap(), outputs.1)
        } else {
            (Undecodable.run(&mpi).unwrap_err(), None)
        };
        assert_eq!(one, None);
        let said = match other {
            0 => "rank 0 calls `run_partial`, and rank 1 calls `run`".to_owned(),
            _ => format!("rank 0 calls `run`, and rank {other} calls `run_partial`"),
        };
        let text = format!("the ranks do not run graph `Undecodable` alike: {said}");
        assert_eq!(error.to_string(), text);
        assert_eq!(chosen(&mpi), Some(1));
    }
    assert_eq!(chosen(&Auto::named("mpi", None).unwrap().keep_going()), Some(1));
}
