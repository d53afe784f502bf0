//! Graphs with sizes.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::Duration;

use dag_runtime::mpi::{Mpi, Schedule};
use dag_runtime::{Auto, Costs, Error, Serial, dag, task};

use super::each_way;
use super::failures::agree;

thread_local! {
    static RANK: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[task]
fn step(before: &[f64], x: usize) -> f64 {
    if before.is_empty() { (x * x) as f64 } else { before.iter().sum::<f64>() / before.len() as f64 }
}

#[task]
fn total(cells: &[f64]) -> f64 {
    cells.iter().sum()
}

#[task]
fn row(x: usize) -> Vec<f64> {
    vec![x as f64; 100 * x]
}

#[task]
fn join(rows: &[Vec<f64>]) -> Vec<f64> {
    rows.concat()
}

#[task]
fn cut(i: usize, j: usize) -> Vec<f64> {
    vec![(10 * i + j) as f64; 600]
}

#[task]
fn factor(mut tile: Vec<f64>) -> Vec<f64> {
    tile.iter_mut().for_each(|x| *x = x.abs().sqrt() + 1.0);
    tile
}

#[task]
fn solve(potrf: &[f64], mut tile: Vec<f64>) -> Vec<f64> {
    tile.iter_mut().zip(potrf).for_each(|(x, p)| *x /= p);
    tile
}

#[task]
fn update(trsm: &[f64], mut tile: Vec<f64>) -> Vec<f64> {
    tile.iter_mut().zip(trsm).for_each(|(x, t)| *x -= t * t);
    tile
}

#[task]
fn multiply(a: &[f64], b: &[f64], mut tile: Vec<f64>) -> Vec<f64> {
    tile.iter_mut().zip(a).zip(b).for_each(|((x, a), b)| *x -= a * b);
    tile
}

/// What serde encodes.
#[task]
fn words(i: usize) -> Vec<String> {
    (0..i % 5).map(|k| format!("{i}-{k}")).collect()
}

#[task]
fn shout(word: &str, mark: &str) -> String {
    format!("{word}{mark}")
}

#[task]
fn own(word: String, i: usize) -> String {
    format!("{word} of {i}")
}

#[task]
fn longest(lists: &[Vec<String>]) -> usize {
    lists.iter().map(Vec::len).max().unwrap_or(0)
}

#[task]
fn rank() -> usize {
    RANK.get()
}

/// Takes long for the last ones, which nobody knows before, and gives the process that has run it.
#[task]
fn slow(x: usize, n: usize, before: &[u32]) -> (usize, u32, String) {
    if 2 * x >= n {
        thread::sleep(Duration::from_millis(5));
    }
    (x, std::process::id(), "x".repeat(before[0] as usize))
}

#[task]
fn number(x: usize) -> Vec<u32> {
    vec![x as u32; 2000]
}

#[task]
fn labels(slow: &[(usize, u32, String)]) -> Vec<String> {
    slow.iter().map(|(x, _, text)| format!("{x}{text}")).collect()
}

#[task]
fn fails(x: usize, wrong: usize) -> Result<usize, String> {
    if x == wrong { Err(format!("{x} is wrong")) } else { Ok(x) }
}

#[task]
fn scaled(x: usize, scale: usize) -> usize {
    x * scale
}

/// More memory than there is, if there are many of these.
#[task]
fn huge() -> [u64; 1 << 27] {
    [0; 1 << 27]
}

dag! {
    graph Heat[steps, cells] -> (total, cell) {
        cell[t in 0..steps, x in 0..cells] = step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x),
        total(&cell[steps - 1, ..]),
    }

    graph Blocks[steps, cells] -> (last, cell) {
        cell[t in 0..steps, x in 0..cells] =
            step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x) on x * ranks / cells,
        last = total(&cell[steps - 1, ..]) on steps,
    }

    graph Rows[n] -> (join, rows) {
        rows[x in 0..n] = row(x),
        join(&rows),
    }

    graph Cholesky[n] -> (potrf, trsm) {
        tile[i in 0..n, j in 0..=i] = cut(i, j),
        potrf[k in 0..n] = factor(if k == 0 { tile[0, 0] } else { syrk[k - 1, k] }),
        trsm[k in 0..n, i in k + 1..n] = solve(&potrf[k], if k == 0 { tile[i, 0] } else { gemm[k - 1, i, k] }),
        syrk[k in 0..n, i in k + 1..n] = update(&trsm[k, i], if k == 0 { tile[i, i] } else { syrk[k - 1, i] }),
        gemm[k in 0..n, i in k + 2..n, j in k + 1..i] =
            multiply(&trsm[k, i], &trsm[k, j], if k == 0 { tile[i, j] } else { gemm[k - 1, i, j] }),
    }

    graph Words<'a>[n](mark: &'a str) -> (shouted, owned, longest) {
        words[i in 0..n] = words(i),
        others[i in 0..n] = words(i + 1),
        shouted[i in 0..n] = shout(each &words[i], mark),
        owned[i in 0..n] = own(each others[i], i),
        longest(&shouted),
    }

    graph Pinned[n, shift] -> at {
        at[i in 0..n] = rank() on i + shift,
    }

    graph Slow[n] -> (slow, labels) {
        number[x in 0..n] = number(x),
        slow[x in 0..n] = slow(x, n, &number[x]),
        labels(&slow),
    }

    graph Fails[n](wrong: usize) -> all {
        all[x in 0..n] = fails(x, wrong),
    }

    /// Its table is the same for all scales.
    graph Scaled[n, scale] -> all {
        all[x in 0..n] = scaled(x, scale),
    }

    graph Huge[n] {
        all[x in 0..n] = huge(),
    }
}

/// Each graph gives what it gives on one thread, whatever sizes it was run with before.
pub fn sizes(mpi: Mpi, _: &[&str]) {
    RANK.set(mpi.rank());
    each_way(&mpi, |mpi| {
        for (steps, cells) in [(12, 9), (1, 1), (1, 40), (30, 2), (12, 9), (5, 0), (3, 17), (12, 9)] {
            assert_eq!(Heat { steps, cells }.run(&mpi).unwrap(), Heat { steps, cells }.run(&Serial).unwrap());
            assert_eq!(
                Blocks { steps, cells }.run(&mpi).unwrap(),
                Blocks { steps, cells }.run(&Serial).unwrap()
            );
        }
        for n in [9, 0, 1, 9, 4, 6, 3, 9] {
            assert_eq!(Rows { n }.run(&mpi).unwrap(), Rows { n }.run(&Serial).unwrap());
            assert_eq!(Cholesky { n }.run(&mpi).unwrap(), Cholesky { n }.run(&Serial).unwrap());
            let mark = "!";
            assert_eq!(Words { n, mark }.run(&mpi).unwrap(), Words { n, mark }.run(&Serial).unwrap());
        }
        for n in [7, 3, 0] {
            let error = Fails { n, wrong: 2 }.run(&mpi).err();
            let task = error.as_ref().and_then(Error::task);
            assert_eq!(task, (n > 2).then_some("all[2]"));
        }
    });
    let mpi = mpi.schedule(Schedule::Static);
    for (n, shift) in [(10, 0), (3, 1), (0, 5), (1, 3)] {
        let expected: Vec<usize> = (0..n).map(|i| (i + shift) % mpi.ranks()).collect();
        if mpi.ranks() > 1 {
            assert_eq!(Pinned { n, shift }.run(&mpi).unwrap(), expected);
        }
    }
}

/// Ranks that have nothing to do are lent members of families, whatever the sizes.
pub fn lent(mpi: Mpi, _: &[&str]) {
    let (ranks, mpi) = (mpi.ranks(), mpi.schedule(Schedule::Dynamic));
    let run = |n: usize| {
        let (slow, labels) = Slow { n }.run(&mpi).unwrap();
        assert!(slow.iter().zip(0..).all(|((x, _, text), k)| (*x, text.len()) == (k, k)), "{slow:?}");
        assert_eq!(labels, Slow { n }.run(&Serial).unwrap().1);
        let processes: BTreeSet<u32> = slow[n / 2..].iter().map(|&(_, process, _)| process).collect();
        processes.len()
    };
    for n in [20, 33] {
        // The last half is at home on the last ranks.
        assert!((0..20).any(|_| run(n) >= ranks.min(3)), "nothing was lent");
        assert!(run(0) == 0 && run(1) == 1);
    }
}

fn heat(mpi: &Mpi, (steps, cells): (usize, usize)) -> Error {
    Heat { steps, cells }.run(mpi).unwrap_err()
}

/// All ranks have the same error, which one of them prints, and the next run is as good as any.
fn is_the_same(mpi: &Mpi, error: &Error) {
    agree(mpi, &format!("{error} {:?}", error.graph()));
    let printed = format!("{error:?}");
    let expected = if mpi.rank() == 0 { error.to_string() } else { "see the error of rank 0".into() };
    assert_eq!(printed, expected);
    assert_eq!(Rows { n: 4 }.run(mpi).unwrap().0.len(), 600);
}

/// One rank runs a graph with other sizes: all are told so, and go on.
pub fn differ(mpi: Mpi, _: &[&str]) {
    for other in 0..mpi.ranks() {
        let is_other = mpi.rank() == other;
        let error = heat(&mpi, if is_other { (3, 8) } else { (4, 8) });
        let sizes = ["steps = 4, cells = 8", "steps = 3, cells = 8"];
        let (of_0, rank, of_rank) =
            if other == 0 { (sizes[1], 1, sizes[0]) } else { (sizes[0], other, sizes[1]) };
        assert_eq!(
            error.to_string(),
            format!(
                "the ranks do not run graph `Heat` with the same sizes: rank 0 runs it with {of_0}, and rank {rank} \
                 with {of_rank}"
            )
        );
        assert_eq!(error.task(), None);
        is_the_same(&mpi, &error);
        // Sizes of which the table does not tell.
        let scale = if is_other { 2 } else { 3 };
        let error = Scaled { n: 5, scale }.run(&mpi).unwrap_err();
        assert!(error.to_string().contains("n = 5, scale = 2"), "{error}");
        is_the_same(&mpi, &error);
        // Another graph, of which the sizes say nothing.
        let error = if is_other { Rows { n: 3 }.run(&mpi).err() } else { Cholesky { n: 2 }.run(&mpi).err() };
        assert!(error.unwrap().to_string().starts_with("the ranks do not run the same graph"));
    }
}

/// A graph is wrong for its sizes on all ranks, or on one: all are told so, and go on.
pub fn wrong(mpi: Mpi, _: &[&str]) {
    let alone = Heat { steps: 0, cells: 8 }.run(&Serial).unwrap_err().to_string();
    assert!(alone.starts_with("graph `Heat` with steps = 0, cells = 8: `total` asks for `cell["), "{alone}");
    let auto = Auto::named("mpi", None).unwrap();
    for _ in 0..2 {
        let error = heat(&mpi, (0, 8));
        assert_eq!((error.to_string(), error.graph()), (alone.clone(), Some("Heat")));
        is_the_same(&mpi, &error);
        let error = Heat { steps: 0, cells: 8 }.run(&auto).unwrap_err();
        assert_eq!(error.to_string(), alone);
        is_the_same(&mpi, &error);
    }
    if mpi.ranks() == 1 {
        return;
    }
    let what = alone.strip_prefix("graph `Heat` ").unwrap();
    for other in 0..mpi.ranks() {
        let is_other = mpi.rank() == other;
        let there = format!("graph `Heat` cannot start on rank {other}: {what}");
        let error = heat(&mpi, if is_other { (0, 8) } else { (4, 8) });
        assert_eq!(error.to_string(), there);
        is_the_same(&mpi, &error);
        let error = Heat { steps: if is_other { 0 } else { 4 }, cells: 8 }.run(&auto).unwrap_err();
        assert_eq!(error.to_string(), there);
        is_the_same(&mpi, &error);
        // Wrong everywhere, and for other sizes on one: the lowest rank says why.
        let error = heat(&mpi, (0, if is_other { 9 } else { 8 }));
        assert!(
            error.to_string().starts_with("graph `Heat` cannot start on rank 0: with steps = 0, cells = ")
        );
        is_the_same(&mpi, &error);
        // One rank comes to another graph.
        let error = if is_other { heat(&mpi, (0, 8)) } else { Rows { n: 2 }.run(&mpi).unwrap_err() };
        assert_eq!(error.to_string(), there);
        is_the_same(&mpi, &error);
        // One rank has no memory for the outputs.
        let error = Huge { n: if is_other { 1 << 17 } else { 0 } }.run(&mpi).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "graph `Huge` cannot start on rank {other}: with n = 131072: its outputs need more memory than there is"
            )
        );
        is_the_same(&mpi, &error);
    }
    let error = Huge { n: 1 << 17 }.run(&mpi).unwrap_err();
    assert_eq!(error.to_string(), "graph `Huge` with n = 131072: its outputs need more memory than there is");
    is_the_same(&mpi, &error);
}

/// The memory of this process, in bytes.
fn resident() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    4096 * pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap()
}

/// What belongs to sizes goes when they are not used any more.
pub fn many(mpi: Mpi, arguments: &[&str]) {
    let runs: usize = arguments[0].parse().unwrap();
    let costs = Costs::new("Heat", [("cell", 200_u64), ("total", 1000)]);
    let mpis = [mpi.clone().schedule(Schedule::Static), mpi.clone(), mpi.costs(&costs)];
    let mut before = 0;
    for run in 0..runs {
        if run == runs / 10 {
            before = resident();
        }
        // Tables and plans of these take about 200 kB.
        Heat { steps: 2 + run % 10, cells: 220 + run / 10 }.run(&mpis[run % 3]).unwrap();
    }
    let more = resident().saturating_sub(before);
    assert!(more < 32 << 20, "{runs} sizes leave {more} bytes");
}
