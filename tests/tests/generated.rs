//! Random graphs, generated as programs, return the numbers that were computed without them.

use dag_runtime::Rayon;
use dag_tests::Everywhere;
use dag_tests_generated::{dense, layered, sparse};

#[test]
fn sparse_graph() {
    assert_eq!(Everywhere::new().agree(|executor| sparse::run(executor).unwrap()), sparse::EXPECTED);
}

#[test]
fn dense_graph() {
    assert_eq!(Everywhere::new().agree(|executor| dense::run(executor).unwrap()), dense::EXPECTED);
}

#[test]
fn layered_graph() {
    assert_eq!(Everywhere::new().agree(|executor| layered::run(executor).unwrap()), layered::EXPECTED);
}

#[test]
fn many_runs() {
    // This many that these are expected to be short.
    let rayon = Rayon::with_threads(2).unwrap();
    for _ in 0..100 {
        assert_eq!(sparse::run(&rayon).unwrap(), sparse::EXPECTED);
        assert_eq!(layered::run(&rayon).unwrap(), layered::EXPECTED);
    }
}
