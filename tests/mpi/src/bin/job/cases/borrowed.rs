//! Outputs that hold references, which cannot cross ranks.

use std::time::Duration;

use dag_runtime::{Mpi, Serial, dag, task};
use serde::{Deserialize, Serialize};

use super::each_way;

const MANY: usize = 64;

#[derive(Serialize, Deserialize)]
struct Hidden {
    word: &'static str,
}

/// Takes so long that it would be given to a rank without work.
#[task]
fn word(k: usize) -> &'static str {
    std::thread::sleep(Duration::from_micros(if k < MANY / 4 { 500 } else { 10 }));
    ["one", "three"][k % 2]
}

#[task]
fn hidden() -> Hidden {
    Hidden { word: "hidden" }
}

#[task]
fn length(word: &str) -> usize {
    word.len()
}

#[task]
fn sum(lengths: &[usize]) -> usize {
    lengths.iter().sum()
}

dag! {
    graph Stays -> sum {
        word[k in 0..MANY] = word(k) on k,
        length[k in 0..MANY] = length(word[k]) on k,
        sum(&length),
    }

    graph Spread -> sum {
        word[k in 0..MANY] = word(k),
        length[k in 0..MANY] = length(word[k]),
        sum(&length),
    }

    graph Crosses -> length {
        word = word(MANY) on 0,
        length(word) on 1,
    }

    graph CrossesUnseen -> length {
        hidden on 0,
        length(hidden.word) on 1,
    }
}

/// Such outputs stay where they are, and it is an error where they cannot.
pub fn borrowed(mpi: Mpi, _: &[&str]) {
    let expected = Stays.run(&Serial).unwrap();
    each_way(&mpi, |mpi| {
        assert_eq!(Stays.run(&mpi).unwrap(), expected);
        assert_eq!(Spread.run(&mpi).unwrap(), expected);
        let (crosses, unseen) = (Crosses.run(&mpi), CrossesUnseen.run(&mpi));
        if mpi.ranks() == 1 {
            assert_eq!((crosses.unwrap(), unseen.unwrap()), (3, 6));
            return;
        }
        assert_eq!(
            crosses.unwrap_err().to_string(),
            "the output of task `word` of graph `Crosses` cannot cross ranks: its type must own its parts, as a \
             `String` does and a `&str` does not"
        );
        let error = unseen.unwrap_err();
        assert_eq!(error.task(), Some("hidden"));
        let reason = "expected a borrowed string: what crosses ranks must own its parts";
        assert!(error.to_string().contains(reason), "{error}");
    });
    assert_eq!(Crosses.run(&Serial).unwrap(), 3);
}
