//! Outputs that are taken by value after others have read them, on the same rank and on others: each rank has its own copy.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use dag_runtime::mpi::{Mpi, Schedule};
use dag_runtime::{Error, Serial, dag, task};
use serde::{Deserialize, Serialize};

use super::each_way;
use super::failures::agree;

/// This many numbers are sent from where they lie.
const LONG: usize = 40_000;

#[task]
fn numbers(n: usize) -> Vec<f64> {
    (0..n).map(|k| (k % 7) as f64).collect()
}

#[task]
fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// Changes what it takes, so that who is still to read it would see that.
#[task]
fn scale(mut x: Vec<f64>, by: f64) -> Vec<f64> {
    x.iter_mut().for_each(|x| *x = *x / by + 1.0);
    x
}

/// What serde encodes. The clones and drops on this thread are counted, since a rank may run tasks on others.
#[derive(Serialize, Deserialize)]
struct Words(Vec<String>);

static ALIVE: AtomicU32 = AtomicU32::new(0);

#[derive(Serialize)]
struct Counted(Vec<String>);

impl Counted {
    fn new(words: Vec<String>) -> Self {
        ALIVE.fetch_add(1, Relaxed);
        Counted(words)
    }
}

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Words::deserialize(from).map(|Words(words)| Counted::new(words))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Relaxed);
    }
}

#[task]
fn words(n: usize) -> Counted {
    Counted::new((0..n).map(|k| k.to_string()).collect())
}

#[task]
fn count(words: &Counted, fails: bool) -> Result<usize, String> {
    if fails { Err("told to".to_owned()) } else { Ok(words.0.len()) }
}

#[task]
fn add(mut words: Counted, n: usize) -> Counted {
    words.0.push(n.to_string());
    Counted::new(std::mem::take(&mut words.0))
}

#[task]
fn join(words: &Counted) -> String {
    words.0.join(" ")
}

#[task]
fn list(n: usize) -> Vec<Vec<f64>> {
    (0..n).map(|k| vec![k as f64; k]).collect()
}

#[task]
fn slow(x: &[f64]) -> f64 {
    thread::sleep(Duration::from_micros(300));
    x.iter().sum()
}

#[task]
fn grown(mut x: Vec<f64>, by: f64) -> Vec<f64> {
    thread::sleep(Duration::from_micros(100));
    x.push(by);
    x
}

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

#[task(retry = 2)]
fn third_time(x: Vec<f64>, by: f64) -> Result<f64, String> {
    CALLS.set(CALLS.get() + 1);
    if CALLS.get().is_multiple_of(3) { Ok(x.iter().sum::<f64>() + by) } else { Err("not yet".to_owned()) }
}

dag! {
    graph Taken(n: usize, plot: bool) ->
        (y, there, far, text, seen, grown, sums, red_end, black_end, third, shown, drawn)
    {
        // The taker is where the output is made, and one reader is elsewhere.
        x = numbers(n) on 0,
        here = norm(&x) on 0,
        away = norm(&x) on 1,
        y = scale(x, here + away) on 0,
        // The taker is elsewhere, and so are readers: some where it is, and some where the output is made.
        z = numbers(n + 1) on 1,
        r[i in 0..12] = norm(&z) on i,
        there = scale(z, r[0] + r[11]) after [r] on 2,
        far = numbers(3) on 2,
        // What is encoded.
        w = words(n % 50) on 1,
        c = count(&w, false) on 2,
        d = count(&w, false) on 0,
        more = add(w, c + d) on 1,
        text = join(&more) on 2,
        // Elements, which other ranks may borrow, and the same output by value.
        list(30) on 1,
        seen = slow(each &list) on 1,
        longest = norm(&list[29]) on 0,
        grown = grown(each list, longest) after [seen] on 1,
        long = numbers(n) on 2,
        sums = slow(each &parts) on 0,
        parts = list(20) on 2,
        rest = longer(parts, long.len()) after [sums] on 0,
        drawn = slow(&rest[0]) when plot && !rest.is_empty() on 1,
        // Rows that go back and forth.
        red[t in 0..9] = relax(if t > 0 { red[t - 1] } else { reds }, if t > 0 { &black[t - 1] } else { &blacks }) on t,
        black[t in 0..9] = relax(if t > 0 { black[t - 1] } else { blacks }, &red[t]) on t / 2,
        reds = numbers(n) on 1,
        blacks = numbers(n) on 2,
        red_end = norm(&red[8]),
        black_end = norm(&black[8]),
        // Attempts, and conditions of the reader and of the taker.
        q = numbers(n) on 0,
        p = norm(&q) on 1,
        third = third_time(q, p) on 0,
        s = numbers(n) on 1,
        u = norm(&s) when plot on 2,
        shown = scale(s, u.unwrap_or(2.0)) when !plot || u.is_some() on 1,
    }
    graph Fails(at: usize) -> (text, c) {
        w = words(9) on 0,
        c = count(&w, at == 0) on 1,
        d = count(&w, at == 1) on 2,
        e = count(&w, at == 2) on 0,
        more = add(w, c + d + e) on 0,
        v = words(5) on 2,
        f = count(&v, at == 3) on 0,
        other = add(v, f) on 1,
        text = both(&more, &other) on 1,
    }
}

#[task]
fn longer(mut parts: Vec<Vec<f64>>, n: usize) -> Vec<Vec<f64>> {
    parts[0].resize(n, 1.0);
    parts
}

#[task]
fn relax(mut old: Vec<f64>, other: &[f64]) -> Vec<f64> {
    old.iter_mut().zip(other.iter().rev()).for_each(|(x, other)| *x = (*x + 2.0 * other) / 3.0);
    old
}

#[task]
fn both(a: &Counted, b: &Counted) -> String {
    format!("{}; {}", a.0.join(" "), b.0.join(" "))
}

/// The same as on one thread, wherever tasks run, and nothing is left.
pub fn taken(mpi: Mpi, _: &[&str]) {
    for (n, plot) in [(5, true), (LONG, false), (LONG, true)] {
        let expected = Taken { n, plot }.run(&Serial).unwrap();
        each_way(&mpi, |mpi| {
            for _ in 0..3 {
                assert!(Taken { n, plot }.run(&mpi).unwrap() == expected, "n = {n}, plot = {plot}");
            }
        });
    }
    for at in 0..5 {
        let text = |outcome: Result<(String, usize), Error>| match outcome {
            Ok((text, _)) => text,
            Err(error) => format!("{:?}", error.skipped().collect::<Vec<_>>()),
        };
        let expected = text(Fails { at }.run(&Serial.keep_going()));
        each_way(&mpi, |mpi| {
            assert_eq!(text(Fails { at }.run(&mpi.clone().keep_going())), expected);
            let partial = Fails { at }.run_partial(&mpi.clone().keep_going());
            assert_eq!(partial.outputs.0.is_some(), at == 4);
            assert_eq!(partial.outputs.1, (at != 0).then_some(9));
            agree(&mpi, &format!("{:?}", partial.outputs));
            assert_eq!(Fails { at }.run(&mpi.clone()).is_ok(), at == 4);
            assert_eq!(ALIVE.load(Relaxed), 0, "each output is dropped once, on each rank");
        });
    }
    let mpi = mpi.schedule(Schedule::Dynamic);
    let expected = Taken { n: LONG, plot: true }.run(&Serial).unwrap();
    for _ in 0..10 {
        assert!(Taken { n: LONG, plot: true }.run(&mpi).unwrap() == expected);
    }
}
