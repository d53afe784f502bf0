//! Where tasks run that depend on nothing.

use std::io::Read;
use std::thread;
use std::time::Duration;

use dag_runtime::{Mpi, dag, task};

use super::each_way;

#[task]
fn words() -> Vec<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    text.split_whitespace().map(str::to_owned).collect()
}

#[task]
fn count(words: &[String]) -> usize {
    words.len()
}

#[task]
fn total(counts: &[usize]) -> usize {
    counts.iter().sum()
}

dag! { graph Words -> total { words, count[i in 0..60] = count(&words), total(&count) } }

/// The only task that depends on nothing reads stdin, which rank 0 alone has.
pub fn stdin(mpi: Mpi, _: &[&str]) {
    assert_eq!(Words.run(&mpi).unwrap(), 180);
}

/// Which process runs it; it takes so long that ranks without work ask for some.
#[task]
fn here() -> u32 {
    thread::sleep(Duration::from_millis(1));
    std::process::id()
}

#[task]
fn user(all: &[&u32]) -> usize {
    thread::sleep(Duration::from_millis(1));
    all.len()
}

#[task]
fn root() -> u32 {
    std::process::id()
}

dag! {
    graph One -> (a, b) { a = here(), b[i in 0..20] = user(&[&a]) }
    graph Few -> (a, b, c) { a = here(), b = here(), c = here(), d[i in 0..12] = user(&[&a, &b, &c]) }
    /// A family is shared out, a task beside it is not.
    graph Beside -> (a, b) { a = here(), b[i in 0..40] = here(), c[i in 0..12] = user(&[&a]) }
    graph Two -> (a, b) { a = here(), b = here() }
    graph Root -> root { root on 0 }
}

/// A few tasks run on rank 0, many on all.
pub fn sources(mpi: Mpi, _: &[&str]) {
    let root = Root.run(&mpi).unwrap();
    each_way(&mpi, |mpi| {
        for _ in 0..5 {
            assert_eq!(One.run(&mpi).unwrap().0, root);
            assert_eq!(Few.run(&mpi).unwrap(), (root, root, root));
            let (one, all) = Beside.run(&mpi).unwrap();
            assert_eq!(one, root);
            assert!(mpi.ranks() == 1 || all.iter().any(|&process| process != root));
        }
    });
    let (a, b) = Two.run(&mpi.clone().schedule(dag_runtime::mpi::Schedule::Static)).unwrap();
    assert!(mpi.ranks() == 1 || a != b);
}
