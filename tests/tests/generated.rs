//! Random graphs as programs give the numbers that were computed without them.

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
