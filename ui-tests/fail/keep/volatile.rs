//! What always runs is never found, so it is not kept. What is made of it is.

use dag_runtime::{Key, dag, task};

#[derive(Key)]
struct Unkept(u64);

#[task(volatile)]
fn now() -> u64 {
    7
}

#[task(volatile)]
fn listing(n: u64) -> Result<Vec<u64>, std::io::Error> {
    Ok(vec![n])
}

#[task(volatile)]
fn unkept() -> Unkept {
    Unkept(3)
}

#[task(depends = [now, listing, unkept])]
fn report(now: u64, listing: &[u64], unkept: &Unkept) -> u64 {
    now + listing[0] + unkept.0
}

dag! {
    graph Clock(n: u64) -> report {
        now keep,
        listing(n) keep,
        unkept,
        report keep,
    }
}

fn main() {}
