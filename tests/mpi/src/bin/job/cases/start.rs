//! Ranks that cannot start a run, or come late to it, and tasks that want to.

use std::thread;
use std::time::Duration;

use dag_runtime::Mpi;
use dag_runtime::{Error, dag, task};
use mpi::topology::SimpleCommunicator;

use super::each_way;
use super::failures::agree;

#[task]
fn one() -> u32 {
    1
}

#[task]
fn two(one: u32) -> u32 {
    2 * one
}

dag! {
    graph Plain -> two { one, two(one) }
    /// As many ranks as there are, cut into parts of no ranks.
    graph Divided(parts: usize) -> all {
        all[k in 0..3] = one() on k / (parts - k),
    }
}

fn is_the_same(mpi: &Mpi, error: &Error) {
    agree(mpi, &format!("{error} {:?}", error.skipped()));
    assert_eq!(Plain.run(mpi).unwrap(), 2);
}

/// `on` panics on one rank, or on all: the error names the task, and the next run is as good as any.
pub fn on_panics(mpi: Mpi, _: &[&str]) {
    if mpi.ranks() == 1 {
        // Nobody asks for a rank.
        assert_eq!(Divided { parts: 1 }.run(&mpi).unwrap(), [1; 3]);
        return;
    }
    std::panic::set_hook(Box::new(|_| {}));
    for wrong in (0..mpi.ranks()).chain([usize::MAX]) {
        let parts = if wrong == mpi.rank() || wrong == usize::MAX { 1 } else { 10 };
        let error = Divided { parts }.run(&mpi).unwrap_err();
        assert_eq!((error.task(), error.graph()), (Some("all[1]"), Some("Divided")));
        assert_eq!(error.rank(), Some(if wrong == usize::MAX { 0 } else { wrong }));
        assert!(error.to_string().contains("its `on` panicked: attempt to divide by zero"), "{error}");
        assert_eq!(error.skipped().len(), 3);
        is_the_same(&mpi, &error);
    }
}

/// One rank cannot start the threads that it is to have.
pub fn no_threads(mpi: Mpi, _: &[&str]) {
    let last = mpi.ranks() - 1;
    let threads = if mpi.rank() == last { 0 } else { 2 };
    let error = Plain.run(&mpi.clone().threads(threads)).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("graph `Plain` cannot start on rank {last}: a pool of 0 threads")),
        "{text}"
    );
    is_the_same(&mpi, &error);
}

fn tries(run: impl FnOnce() -> Result<u32, Error>) -> Result<(), String> {
    match run() {
        Ok(_) => Err("it runs".into()),
        Err(error) if error.to_string().starts_with("a task of a run on MPI cannot run a graph on MPI") => {
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

fn on_world() -> Result<u32, Error> {
    Mpi::on(&SimpleCommunicator::world()).and_then(|mpi| Plain.run(&mpi))
}

fn by_init() -> Result<u32, Error> {
    Mpi::init().and_then(|mpi| Plain.run(&mpi))
}

/// Wants to run a graph: from its own thread, from one of its pool, and from a new one.
#[task]
fn nests(way: usize) -> Result<(), String> {
    tries(by_init)?;
    tries(on_world)?;
    match way {
        0 => Ok(()),
        1 => {
            let (a, b) = rayon::join(|| tries(by_init), || tries(on_world));
            a.and(b)
        }
        _ => thread::scope(|scope| {
            let others = [scope.spawn(|| tries(by_init)), scope.spawn(|| tries(on_world))];
            others.into_iter().try_for_each(|other| other.join().unwrap())
        }),
    }
}

dag! { graph Nest -> all { all[way in 0..9] = nests(way % 3) } }

/// A task that runs a graph on MPI is told that it cannot.
pub fn nested(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        assert_eq!(Nest.run(&mpi).unwrap().len(), 9);
        assert_eq!(Plain.run(&mpi).unwrap(), 2);
    });
}

/// A rank is late.
pub fn late(mpi: Mpi, arguments: &[&str]) {
    let rank: usize = arguments[0].parse().unwrap();
    assert_eq!(Plain.run(&mpi).unwrap(), 2);
    if mpi.rank() == rank {
        thread::sleep(Duration::from_secs(8));
    }
    assert_eq!(Plain.run(&mpi).unwrap(), 2);
    assert_eq!(Plain.run(&mpi).unwrap(), 2);
}

#[task]
fn fails() -> Result<u32, std::num::ParseIntError> {
    "x".parse()
}

dag! { graph Fails -> fails { fails on 1 } }

/// Gives the error of a run, as `main` would.
pub fn returned(mpi: Mpi, _: &[&str]) {
    let outcome = Fails.run(&mpi).map(drop);
    drop(mpi);
    // What `main` prints where it returns this.
    if let Err(error) = outcome {
        eprintln!("Error: {error:?}");
    }
}
