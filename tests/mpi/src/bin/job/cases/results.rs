//! Runs that succeed.

use dag_runtime::mpi::{Mpi, Results, Schedule};
use dag_runtime::{Serial, dag, task};
use dag_tests_generated::{dense, layered, sparse};

use super::each_way;

/// Random graphs give the numbers that were computed without them.
pub fn random(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        for _ in 0..5 {
            assert_eq!(sparse::run(&mpi).unwrap(), sparse::EXPECTED);
            assert_eq!(dense::run(&mpi).unwrap(), dense::EXPECTED);
            assert_eq!(layered::run(&mpi).unwrap(), layered::EXPECTED);
        }
    });
}

#[task]
fn step(this: u32) -> u32 {
    this
}

dag! {
    graph Empty {}

    graph Readme -> (t1, t7, t8) {
        t1 = step(1) after [t2, t3], t2 = step(2) after [t4], t3 = step(3) after [t5, t6],
        t4 = step(4), t5 = step(5), t6 = step(6), t7 = step(7), t8 = step(8) after [t9], t9 = step(9),
    }

    graph One -> only { only = step(5) }
}

/// A graph without tasks does not stand in the way of the next one.
pub fn empty_then_full(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        Empty.run(&mpi).unwrap();
        assert_eq!(Readme.run(&mpi).unwrap(), (1, 7, 8));
        Empty.run(&mpi).unwrap();
        assert_eq!(One.run(&mpi).unwrap(), 5);
    });
}

/// Many runs in a row, of graphs of all sizes.
pub fn many(mpi: Mpi, arguments: &[&str]) {
    let runs: u32 = arguments[0].parse().unwrap();
    for schedule in [Schedule::Static, Schedule::Dynamic] {
        let mpi = mpi.clone().schedule(schedule);
        for run in 0..runs {
            match run % 3 {
                0 => assert_eq!(Readme.run(&mpi).unwrap(), (1, 7, 8)),
                1 => assert_eq!(One.run(&mpi).unwrap(), 5),
                _ => assert_eq!(sparse::run(&mpi).unwrap(), sparse::EXPECTED),
            }
        }
    }
}

/// Results on one rank only.
pub fn root(mpi: Mpi, _: &[&str]) {
    let expected = Readme.run(&Serial).unwrap();
    for root in 0..mpi.ranks() {
        each_way(&mpi, |mpi| match Readme.run(&mpi.clone().results(Results::Root(root))) {
            Ok(outputs) => {
                assert_eq!(outputs, expected);
                assert_eq!(mpi.rank(), root);
            }
            Err(error) => {
                assert!(error.is_elsewhere(), "{error}");
                assert_ne!(mpi.rank(), root);
                assert_eq!(error.to_string(), format!("the results of graph `Readme` are on rank {root}"));
                assert_eq!(error.rank(), Some(root));
            }
        });
    }
    let ranks = mpi.ranks();
    let error = Readme.run(&mpi.results(Results::Root(ranks))).unwrap_err();
    assert!(!error.is_elsewhere());
    assert!(error.to_string().starts_with(&format!("there is no rank {ranks}")), "{error}");
}
