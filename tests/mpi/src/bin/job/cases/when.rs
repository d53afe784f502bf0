//! Tasks that may not be wanted: what is there on one rank and not wanted is told to all others.

use std::thread;
use std::time::Duration;

use dag_runtime::mpi::{Mpi, Results, Schedule};
use dag_runtime::{Serial, dag, task};

use super::each_way;
use super::failures::agree;

/// What serde encodes.
#[task]
fn text(n: usize) -> String {
    "x".repeat(n)
}

/// What is sent as it is.
#[task]
fn number(n: usize) -> u64 {
    n as u64
}

#[task]
fn numbers(n: usize) -> Vec<u64> {
    (0..n as u64).collect()
}

#[task]
fn half(n: usize) -> Option<u64> {
    n.is_multiple_of(2).then_some(n as u64 / 2)
}

#[task(depends = [picture])]
fn look(picture: Option<&str>) -> usize {
    picture.map_or(0, str::len)
}

#[task]
fn join(all: &[Option<String>]) -> String {
    all.iter().flatten().map(String::as_str).collect()
}

#[task]
fn add(x: &u64, n: u64) -> u64 {
    x + n
}

#[task]
fn slow(x: u64, n: u64) -> String {
    thread::sleep(Duration::from_micros(500));
    (x + n).to_string()
}

#[task]
fn count(all: Option<&[String]>) -> usize {
    all.map_or(99, <[String]>::len)
}

#[task]
fn fail(n: u64) -> Result<u64, String> {
    if n == 3 { Err("three".into()) } else { Ok(n) }
}

dag! {
    graph Wanted(n: usize, plot: bool) ->
        (picture, look, chain, moved, nested, cells, joined, list, lent, counted, each_of_lent, last)
    {
        picture = text(n) when plot on 1,
        look on 2,
        chain = number(p.len()) when let Some(p) = &picture && p.len() > 3 on 3,
        first = text(n + 1) when n > 2 on 1,
        moved = text(first.len() + 1) when let Some(first) = first on 2,
        nested = half(n) when plot on 2,
        after_nested = number(h as usize) when let Some(Some(h)) = nested on 0,
        cells[i in 0..9] = text(i) when i > 2 && (i < n || plot) on i,
        joined = join(&cells) on 1,
        source = numbers(n) on 1,
        more = numbers(n) on 1,
        list = add(each &source, chain.unwrap_or(1)) when !plot || chain.is_some() on 2,
        lent = slow(each more, *x) when let Some(x) = &after_nested on 0,
        counted = count(lent.as_deref()) on 3,
        each_of_lent = add(each &others, 1) when lent.is_none() on 2,
        others = numbers(3) on 3,
        last = number(1) after [picture, cells, lent] on 2,
    }
    graph Failing(plot: bool, n: u64) -> last {
        first = fail(n) on 1,
        unwanted = number(1) when first == 1 && plot on 2,
        last = number(unwanted.map_or(2, |n| n as usize)) on 0,
        panics = number(1) when check(n) on 3,
        behind = number(1) after [panics] on 1,
    }
    graph Sized[m](n: usize) -> (cells, joined) {
        cells[i in 0..m] = text(i) when i < n && m > 2 on i,
        joined = join(&cells) on 1,
    }
}

fn check(n: u64) -> bool {
    if n == 4 {
        std::panic::resume_unwind(Box::new("four"));
    }
    n > 1
}

/// What is wanted and what is not is the same as on one thread, on all ranks or on the root alone.
pub fn wanted(mpi: Mpi, _: &[&str]) {
    for (n, plot) in [(0, true), (2, false), (3, true), (40, true), (41, true), (300, false)] {
        let expected = Wanted { n, plot }.run(&Serial).unwrap();
        each_way(&mpi, |mpi| {
            assert_eq!(Wanted { n, plot }.run(&mpi).unwrap(), expected);
            let root = mpi.ranks() - 1;
            match (Wanted { n, plot }).run(&mpi.clone().results(Results::Root(root))) {
                Ok(outputs) => assert!(mpi.rank() == root && outputs == expected),
                Err(error) => assert!(mpi.rank() != root && error.is_elsewhere(), "{error}"),
            }
        });
    }
    for (m, n) in [(0, 1), (2, 2), (3, 2), (17, 9), (17, 40)] {
        let expected = Sized { m, n }.run(&Serial).unwrap();
        each_way(&mpi, |mpi| assert_eq!(Sized { m, n }.run(&mpi).unwrap(), expected));
    }
}

/// What its condition uses has failed, or the condition itself does: all ranks have the same error.
pub fn fail_beside(mpi: Mpi, _: &[&str]) {
    for n in [1, 2, 3, 4] {
        let expected = Failing { plot: false, n }.run(&Serial.keep_going());
        each_way(&mpi, |mpi| {
            let outcome = Failing { plot: false, n }.run(&mpi.clone().keep_going());
            let texts = [&expected, &outcome].map(|outcome| match outcome {
                Ok(last) => format!("{last}"),
                Err(error) => {
                    let text = format!("{error}: {:?}", error.skipped().collect::<Vec<_>>());
                    error.rank().map_or(text.clone(), |rank| text.replace(&format!(" on rank {rank}"), ""))
                }
            });
            assert_eq!(texts[0], texts[1]);
            agree(&mpi, &texts[1]);
        });
    }
}

/// Elements that are wanted, by what another rank found, run wherever there is time.
pub fn lent(mpi: Mpi, _: &[&str]) {
    let mpi = mpi.schedule(Schedule::Dynamic);
    let expected = Wanted { n: 200, plot: true }.run(&Serial).unwrap();
    for _ in 0..2 {
        assert_eq!(Wanted { n: 200, plot: true }.run(&mpi).unwrap(), expected);
    }
}
