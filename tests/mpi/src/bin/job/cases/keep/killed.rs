//! A job that is killed and started again.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::id;
use std::thread;
use std::time::Duration;

use dag_runtime::mpi::Mpi;
use dag_runtime::{Serial, Store, dag, task};

/// Where the calls of tasks are noted.
#[derive(Clone, Copy)]
struct Notes<'a>(Option<&'a Path>);

#[task]
fn step(this: usize, before: Option<&Vec<u64>>, #[key(skip)] notes: Notes<'_>) -> Vec<u64> {
    let len: u64 = if this.is_multiple_of(5) { 10_000 } else { 2 };
    let output: Vec<u64> = (0..len)
        .map(|k| before.into_iter().flatten().fold(k, |sum, &next| sum.wrapping_mul(31) ^ next))
        .collect();
    if let Some(file) = notes.0 {
        thread::sleep(Duration::from_millis(10));
        let mut file = OpenOptions::new().append(true).create(true).open(file).unwrap();
        file.write_all(format!("{this}\n").as_bytes()).unwrap();
    }
    output
}

#[task]
fn sum(all: &[Vec<u64>]) -> u64 {
    all.iter().flatten().fold(0, |sum, &next| sum.wrapping_mul(31) ^ next)
}

dag! {
    /// Chains that change ranks.
    graph Chains<'a>(notes: Notes<'a>) -> sum {
        link[i in 0..6, k in 0..60] =
            step(60 * i + k, if k > 0 { Some(&link[i, k - 1]) } else { None }, notes) on (i + k) % ranks keep,
        sum(&link),
    }
}

/// Says which process each rank is, and runs the graph. The arguments are the folder of the store and the file for notes.
pub fn killed(mpi: Mpi, arguments: &[&str]) {
    let [folder, notes] = arguments else { panic!("a folder and a file") };
    println!("rank {} is process {}", mpi.rank(), id());
    let store = Store::open(folder).unwrap();
    let sum = Chains { notes: Notes(Some(Path::new(notes))) }.run(&mpi.store(&store)).unwrap();
    assert_eq!(sum, Chains { notes: Notes(None) }.run(&Serial).unwrap());
    assert_eq!(store.warnings(), [""; 0]);
}
