//! Limits: each rank keeps them, also for what it is lent, and all ranks refuse a graph that needs more than there is.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use dag_runtime::mpi::{Mpi, Schedule};
use dag_runtime::{Serial, dag, task};

use super::each_way;
use super::failures::agree;

/// What is in use on this rank.
static GPU: AtomicUsize = AtomicUsize::new(0);
static MEMORY: AtomicUsize = AtomicUsize::new(0);

/// Uses this many units for a while.
fn hold(used: &AtomicUsize, units: usize, most: usize) {
    let now = used.fetch_add(units, SeqCst) + units;
    assert!(now <= most, "{now} units are in use");
    thread::sleep(Duration::from_micros(300));
    used.fetch_sub(units, SeqCst);
}

#[task]
fn train(i: u64) -> u64 {
    hold(&GPU, 1, 1);
    i * 3
}

#[task]
fn load(i: u64) -> Vec<u64> {
    hold(&MEMORY, 1 + i as usize % 3, 4);
    (0..i).collect()
}

#[task]
fn numbers(n: u64) -> Vec<u64> {
    (0..n).collect()
}

#[task]
fn parse(x: &u64) -> u64 {
    hold(&GPU, 1, 1);
    x + 1
}

#[task]
fn sum(xs: &[u64]) -> u64 {
    xs.iter().sum()
}

#[task]
fn fail(x: u64) -> Result<u64, String> {
    hold(&GPU, 1, 1);
    if x == 7 { Err("seven".into()) } else { Ok(x) }
}

dag! {
    #[limit(gpu = 1, memory = most)]
    graph Limited[n](most: usize) -> (total, loaded, parsed) {
        trained[i in 0..n] = train(i as u64) using gpu,
        total = sum(&trained),
        part[i in 0..n] = load(i as u64) using memory = 1 + i % 3,
        all[i in 0..n] = sum(&part[i]) after [part[n - 1]],
        loaded = sum(&all),
        numbers(5 * n as u64),
        each = parse(each &numbers) when n != 3 using [gpu, memory = 0],
        parsed = sum(each.as_deref().unwrap_or(&[])),
    }

    #[limit(gpu = 1)]
    graph Failing -> sum {
        all[i in 0..20] = fail(i as u64) using gpu,
        sum(&all),
    }
}

pub fn limits(mpi: Mpi, _: &[&str]) {
    for n in [1, 3, 12] {
        let expected = Limited { n, most: 4 }.run(&Serial).unwrap();
        each_way(&mpi, |mpi| assert_eq!(Limited { n, most: 4 }.run(&mpi).unwrap(), expected));
    }
    let threads = mpi.clone().schedule(Schedule::Dynamic).threads(4);
    let expected = Limited { n: 40, most: 4 }.run(&Serial).unwrap();
    assert_eq!(Limited { n: 40, most: 4 }.run(&threads).unwrap(), expected);

    each_way(&mpi, |mpi| {
        let error = Limited { n: 5, most: 2 }.run(&mpi).unwrap_err().to_string();
        let expected =
            "graph `Limited` cannot run: task `part[2]` takes 3 units of limit `memory`, and there are 2";
        assert_eq!(error, expected);
        agree(&mpi, &error);
    });
    // One rank alone has less, and all have its error.
    let most = if mpi.rank() + 1 == mpi.ranks() { 2 } else { 4 };
    let error = Limited { n: 5, most }.run(&mpi).unwrap_err().to_string();
    assert!(error.contains("task `part[2]` takes 3 units of limit `memory`, and there are 2"), "{error}");
    agree(&mpi, &error);

    for keep_going in [false, true] {
        each_way(&mpi, |mpi| {
            let mpi = if keep_going { mpi.keep_going() } else { mpi };
            let error = Failing.run(&mpi).unwrap_err();
            assert_eq!(error.task(), Some("all[7]"));
            assert!(!keep_going || error.skipped() == ["sum"]);
            agree(&mpi, &error.to_string());
        });
    }
    assert_eq!((GPU.load(SeqCst), MEMORY.load(SeqCst)), (0, 0));
}
