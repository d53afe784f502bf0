//! What is found runs nowhere, and what only that uses is not needed anywhere.

use dag_runtime::mpi::{Mpi, Results};
use dag_runtime::{Auto, Serial, Store, dag, task};

use super::{Ends, Folders, Summary, run};
use crate::cases::each_way;

#[task]
fn part(seed: u64, this: usize) -> Vec<u64> {
    // Some are long, so that they are sent from where they lie, and written aside.
    let len = if this.is_multiple_of(3) { 20_000 } else { 3 };
    (0..len).map(|k| k * seed + this as u64).collect()
}

#[task]
fn word(part: &[u64]) -> String {
    format!("{:?}", part.iter().take(3).collect::<Vec<_>>())
}

#[task]
fn number(part: &[u64]) -> u64 {
    part.iter().fold(0, |sum, &next| sum.wrapping_mul(31).wrapping_add(next))
}

#[task]
fn joined(words: &[String]) -> String {
    words.join("; ")
}

#[task]
fn text(joined: &str, tail: u64) -> String {
    format!("{joined} … {tail}")
}

#[task]
fn total(numbers: &[u64], tail: u64) -> u64 {
    numbers.iter().fold(tail, |sum, &next| sum ^ next)
}

#[task]
fn large(seed: u64) -> Vec<f64> {
    (0..100_000).map(|k| (k * seed) as f64).collect()
}

#[task]
fn eaten(large: Vec<f64>, tail: u64) -> f64 {
    large.into_iter().sum::<f64>() + tail as f64
}

#[task]
fn shown(large: Option<f64>, tail: u64) -> String {
    format!("{large:?} {tail}")
}

#[task(depends = [part], each = part)]
fn halved(part: u64, tail: u64) -> u64 {
    part / 2 + tail
}

dag! {
    /// Members that all ranks read. `word` and `joined` are not needed once `text` is there.
    graph Mixed(seed: u64, tail: u64) -> (text, total) {
        part[i in 0..12] = part(seed, i) keep,
        word[i in 0..12] = word(&part[i]) keep,
        number[i in 0..12] = number(&part[i]),
        joined = joined(&word) keep,
        text = text(&joined, tail) keep,
        total = total(&number, tail),
    }

    /// An output that is taken by value, on the last rank.
    graph Eaten(seed: u64, tail: u64) -> eaten {
        large = large(seed) on 0 keep,
        eaten = eaten(large, tail) on -1,
    }

    /// Outputs that may not be there.
    graph Shown(seed: u64, tail: u64) -> shown {
        large = large(seed),
        sum = eaten(large, 0) when seed % 2 == 1 on -1 keep,
        shown = shown(sum, tail) on 0,
    }

    /// A list, whose elements ranks lend each other.
    graph Halved(seed: u64, tail: u64) -> number {
        part = part(seed, 0) keep,
        halved(tail) keep,
        number = number(&halved),
    }
}

pub fn hits(mpi: &Mpi, folders: &Folders<'_>) {
    each_way(mpi, |mpi| {
        for results in [Results::Everywhere, Results::Root(mpi.ranks() - 1)] {
            let mpi = mpi.clone().results(results);
            mixed(&mpi, folders);
        }
        others(&mpi, folders);
    });
    chosen(mpi, folders);
}

fn mixed(mpi: &Mpi, folders: &Folders<'_>) {
    let store = Store::open(folders.next()).unwrap();
    for (seed, tail, expected) in [
        (1, 1, Ends::of(39, 0, 0)),
        (1, 1, Ends::of(13, 13, 13)),
        (1, 2, Ends::of(14, 13, 12)),
        (2, 2, Ends::of(39, 0, 0)),
        (1, 2, Ends::of(13, 13, 13)),
    ] {
        let mixed = || Mixed { seed, tail };
        let expected_result = mixed().run(&Serial).unwrap();
        let (result, ends) = run!(mpi, &store, mixed());
        match result {
            Ok(result) => assert_eq!(result, expected_result),
            Err(error) => assert!(error.is_elsewhere(), "{error}"),
        }
        if let Some((ends, summary)) = ends {
            assert_eq!(ends, expected, "seed {seed}, tail {tail}");
            // `total` is not kept.
            assert_eq!(summary.bytes_written > 0, expected.finished > 13);
            assert_eq!(summary.bytes_read > 0, expected.hits > 0);
            assert_eq!(summary.other_builds, 0);
        }
        let partial = mixed().run_partial(&mpi.clone().store(&store));
        assert!(partial.error.is_none_or(|error| error.is_elsewhere()));
        if let Some(text) = partial.outputs.0 {
            assert_eq!((text, partial.outputs.1.unwrap()), expected_result);
        }
    }
    assert_eq!(store.warnings(), [""; 0]);
}

fn others(mpi: &Mpi, folders: &Folders<'_>) {
    let store = Store::open(folders.next()).unwrap();
    for (tail, expected) in [(1, Ends::of(2, 0, 0)), (2, Ends::of(1, 1, 0)), (2, Ends::of(1, 1, 0))] {
        let (result, ends) = run!(mpi, &store, Eaten { seed: 3, tail });
        assert_eq!(result.unwrap(), Eaten { seed: 3, tail }.run(&Serial).unwrap());
        assert!(ends.is_none_or(|(ends, _)| ends == expected), "{ends:?}");
    }
    for (seed, tail, finished, hits) in [(2, 0, 2, 0), (2, 1, 1, 1), (3, 0, 3, 0), (3, 1, 1, 1)] {
        let (result, ends) = run!(mpi, &store, Shown { seed, tail });
        assert_eq!(result.unwrap(), Shown { seed, tail }.run(&Serial).unwrap());
        let found = |(ends, _): (Ends, _)| (ends.finished, ends.hits, ends.not_needed);
        assert!(ends.is_none_or(|ends| found(ends) == (finished, hits, hits)), "{ends:?}");
    }
    for (tail, expected) in [(1, Ends::of(3, 0, 0)), (1, Ends::of(1, 1, 1)), (2, Ends::of(2, 1, 0))] {
        let (result, ends) = run!(mpi, &store, Halved { seed: 5, tail });
        assert_eq!(result.unwrap(), Halved { seed: 5, tail }.run(&Serial).unwrap());
        assert!(ends.is_none_or(|(ends, _)| ends == expected), "{ends:?}");
    }
    assert_eq!(store.warnings(), [""; 0]);
}

/// The executor that is chosen when the program starts takes the store, too.
fn chosen(mpi: &Mpi, folders: &Folders<'_>) {
    let store = Store::open(folders.next()).unwrap();
    for expected in [Ends::of(39, 0, 0), Ends::of(13, 13, 13)] {
        let summary = Summary::default();
        let auto = Auto::named("mpi", None).unwrap().store(&store).observe(&summary);
        assert_eq!(
            Mixed { seed: 1, tail: 1 }.run(&auto).unwrap(),
            Mixed { seed: 1, tail: 1 }.run(&Serial).unwrap()
        );
        assert!(mpi.rank() > 0 || summary.take().0 == expected);
    }
}
