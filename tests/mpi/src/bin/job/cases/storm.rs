//! Runs in which anything may go wrong, one after the other.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::thread;
use std::time::Duration;

use dag_runtime::mpi::{Mpi, Results, Schedule};
use dag_runtime::{Error, Executor, Serial, dag, task};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::failures::agree;

/// How many outputs there are now in this process.
static LIVE: AtomicIsize = AtomicIsize::new(0);
/// Whether outputs may panic when they are dropped: not where no run is.
static RUNS: AtomicBool = AtomicBool::new(false);

/// What goes wrong with a task, or with its output.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
enum Fault {
    None,
    Fails,
    Panics,
    EncodeFails,
    EncodePanics,
    DecodeFails,
    DecodePanics,
    DropPanics,
}

const FAULTS: [Fault; 8] = [
    Fault::None,
    Fault::Fails,
    Fault::Panics,
    Fault::EncodeFails,
    Fault::EncodePanics,
    Fault::DecodeFails,
    Fault::DecodePanics,
    Fault::DropPanics,
];

/// An output that is counted.
#[derive(Debug)]
struct Text {
    text: String,
    fault: Fault,
}

impl Text {
    fn new(text: String, fault: Fault) -> Self {
        LIVE.fetch_add(1, Ordering::Relaxed);
        Text { text, fault }
    }
}

fn size(text: &Text) -> usize {
    text.text.len()
}

impl Drop for Text {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
        let may_panic = RUNS.load(Ordering::Relaxed) && !thread::panicking();
        if self.fault == Fault::DropPanics && may_panic {
            resume_unwind(Box::new("not dropped"));
        }
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.fault {
            Fault::EncodeFails => Err(ser::Error::custom("not encoded")),
            Fault::EncodePanics => resume_unwind(Box::new("not encoded")),
            fault => (&self.text, fault).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Deserialize::deserialize(deserializer)? {
            (_, Fault::DecodeFails) => Err(de::Error::custom("not decoded")),
            (_, Fault::DecodePanics) => resume_unwind(Box::new("not decoded")),
            (text, fault) => Ok(Text::new(text, fault)),
        }
    }
}

/// SplitMix64, by Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
fn mix(seed: u64, salt: usize) -> u64 {
    let z = seed.wrapping_add((salt as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What a run does, by its number: the same on all ranks.
#[derive(Clone, Debug)]
struct Plan {
    seed: u64,
    /// What goes wrong with which task.
    faults: [(usize, Fault); 2],
}

impl Plan {
    fn new(seed: u64) -> Self {
        // Every other fault is that of the output that very many tasks read.
        let task = |k| if mix(seed, k).is_multiple_of(2) { 0 } else { mix(seed, k + 10) as usize % 8 };
        let fault = |k| FAULTS[mix(seed, k + 20) as usize % FAULTS.len()];
        Plan { seed, faults: [0, 1].map(|k| (task(k), fault(k))) }
    }

    fn below(&self, salt: usize, bound: u64) -> u64 {
        mix(self.seed, salt + 100) % bound
    }

    fn fault(&self, task: usize) -> Fault {
        self.faults.iter().find(|fault| fault.0 == task).map_or(Fault::None, |fault| fault.1)
    }

    /// Any number: small ones, negative ones and the largest.
    fn rank(&self, task: usize) -> isize {
        match self.below(task, 3) {
            0 => self.below(task + 1000, 5) as isize,
            1 => -(self.below(task + 1000, 100) as isize),
            _ => self.below(task + 1000, u64::MAX) as isize,
        }
    }
}

#[task]
fn work(plan: &Plan, task: usize, inputs: &[usize]) -> Result<Text, String> {
    match plan.fault(task) {
        Fault::Fails => return Err(format!("{task} was told to fail")),
        Fault::Panics => resume_unwind(Box::new(format!("{task} was told to panic"))),
        _ => {}
    }
    if plan.below(task + 2000, 4) == 0 {
        thread::sleep(Duration::from_micros(100));
    }
    let len = [0, 1, 3970, 3980, 30_000][plan.below(task + 3000, 5) as usize];
    Ok(Text::new("x".repeat(len + inputs.iter().sum::<usize>() % 100), plan.fault(task)))
}

#[task]
fn texts(plan: &Plan, task: usize, inputs: &[usize]) -> Result<Vec<Text>, String> {
    let last = work(plan, task, inputs)?;
    let count = [0, 1, 2, 90][plan.below(task + 4000, 4) as usize];
    Ok((0..count).map(|k| Text::new(format!("{k}"), Fault::None)).chain([last]).collect())
}

#[task]
fn longer(text: &Text, shared: &Text) -> Text {
    thread::sleep(Duration::from_micros(20));
    Text::new(format!("{}{}", text.text, shared.text.len()), Fault::None)
}

#[task]
fn consume(text: Text, plan: &Plan, task: usize) -> Result<usize, String> {
    let len = text.text.len();
    drop(text);
    if plan.fault(task) == Fault::Fails && len == 2 { Err("two digits".into()) } else { Ok(len) }
}

#[task]
fn length(text: &Text) -> usize {
    thread::sleep(Duration::from_micros(20));
    text.text.len()
}

#[task]
fn sum(lengths: &[usize], all: &[usize]) -> usize {
    lengths.iter().sum::<usize>() + all.len()
}

dag! {
    graph Free(plan: Plan) -> (sum, c) {
        shared = work(&plan, 0, &[]),
        length[k in 0..40] = length(&shared),
        a = work(&plan, 1, &[size(&shared)]),
        b = texts(&plan, 2, &[size(&a)]),
        c = work(&plan, 3, &[]) after [a],
        d = work(&plan, 4, &[size(&a), size(&c)]),
        longer(each &b, &shared),
        all = consume(each longer, &plan, 5),
        e = work(&plan, 6, &[Vec::len(&b), size(&d)]),
        consumed = consume(e, &plan, 7) after [all],
        sum(&length, &all) after [consumed],
    }

    graph Placed(plan: Plan) -> (sum, c) {
        shared = work(&plan, 0, &[]) on plan.rank(0),
        length[k in 0..40] = length(&shared) on plan.rank(k),
        a = work(&plan, 1, &[size(&shared)]),
        b = texts(&plan, 2, &[size(&a)]) on plan.rank(2),
        c = work(&plan, 3, &[]) after [a] on plan.rank(3),
        d = work(&plan, 4, &[size(&a), size(&c)]) on plan.rank(4),
        longer(each &b, &shared),
        all = consume(each longer, &plan, 5) on plan.rank(5),
        e = work(&plan, 6, &[Vec::len(&b), size(&d)]),
        consumed = consume(e, &plan, 7) after [all] on plan.rank(7),
        sum(&length, &all) after [consumed],
    }
}

/// The numbers that a run gives. What it hands out may panic no longer.
fn run(plan: &Plan, executor: &(impl Executor<Free> + Executor<Placed>)) -> Result<(usize, usize), Error> {
    RUNS.store(true, Ordering::Relaxed);
    let plan = plan.clone();
    let result =
        if plan.seed.is_multiple_of(3) { Placed { plan }.run(executor) } else { Free { plan }.run(executor) };
    RUNS.store(false, Ordering::Relaxed);
    result.map(|(sum, c)| (sum, c.text.len()))
}

/// Runs of random options and faults: they give what the serial executor gives, or an error that is the same on all
/// ranks; nothing is left over, and no run harms the next one.
pub fn storm(mpi: Mpi, arguments: &[&str]) {
    let runs: u64 = arguments[0].parse().unwrap();
    for seed in 0..runs {
        let plan = Plan::new(seed);
        let keeps_going = plan.below(1, 2) == 0;
        let schedule = if plan.below(2, 3) == 0 { Schedule::Static } else { Schedule::Dynamic };
        let mut executor = mpi.clone().schedule(schedule).threads(1 + plan.below(3, 2) as usize);
        if keeps_going {
            executor = executor.keep_going();
        }
        if plan.below(4, 2) == 0 {
            executor = executor.most_in_piece(10_000);
        }
        let root = plan.below(5, 2 * mpi.ranks() as u64) as usize;
        if root < mpi.ranks() {
            executor = executor.results(Results::Root(root));
        }
        let result = run(&plan, &executor);
        assert_eq!(LIVE.load(Ordering::Relaxed), 0, "{plan:?}: {result:?}");
        let plain = Plan { faults: [(0, Fault::None); 2], ..plan.clone() };
        let error = match result {
            Ok(numbers) => {
                assert_eq!(numbers, run(&plain, &Serial).unwrap(), "{plan:?}");
                None
            }
            Err(error) if error.is_elsewhere() => None,
            Err(error) => Some(error),
        };
        agree(
            &mpi,
            &error.as_ref().map_or_else(String::new, |error| format!("{error} {:?}", error.skipped())),
        );
        let is_of_task = |&(_, fault): &(usize, Fault)| fault <= Fault::Panics;
        if let Some(error) = error
            && plan.faults.iter().all(is_of_task)
            && keeps_going
        {
            let serial = run(&plan, &Serial.keep_going()).unwrap_err();
            assert_eq!((error.task(), error.skipped()), (serial.task(), serial.skipped()), "{plan:?}");
        }
    }
}
