//! The order of a graph's list does not affect the results.

use dag_runtime::{Error, Executor, dag, task};
use dag_tests::Everywhere;

#[task]
fn a() -> u64 {
    2
}

#[task(depends = [a])]
fn b(a: u64) -> u64 {
    10 * a + 3
}

#[task(depends = [b])]
fn c(b: u64, more: u64) -> u64 {
    10 * b + more
}

#[task(depends = [a, c])]
fn d(a: u64, c: u64) -> u64 {
    10 * c + a
}

dag! {
    graph Forwards(more: u64) -> d { a, b, c(more), d }
    graph Backwards(more: u64) -> d { d, c(more), b, a, }
    graph Mixed(more: u64) -> d { c(more), a, d, b }
    graph WithMore(more: u64) -> d { again = d after [d], c(more), other = a, a, d, b, last = c(other) after [again] }
}

#[test]
fn of_one_graph_gives_one_result() {
    let all = Everywhere::new();
    assert_eq!(all.agree(|executor| Forwards { more: 7 }.run(executor).unwrap()), 2372);
    assert_eq!(all.agree(|executor| Backwards { more: 7 }.run(executor).unwrap()), 2372);
    assert_eq!(all.agree(|executor| Mixed { more: 7 }.run(executor).unwrap()), 2372);
    assert_eq!(all.agree(|executor| WithMore { more: 7 }.run(executor).unwrap()), 2372);
}

/// A graph behind an interface.
trait Model {
    fn solve(self, executor: &dyn Executor<Mixed>) -> Result<u64, Error>;
}

impl Model for Mixed {
    fn solve(self, executor: &dyn Executor<Mixed>) -> Result<u64, Error> {
        self.run(executor)
    }
}

#[test]
fn an_executor_may_be_an_object() {
    assert_eq!(Everywhere::new().agree(|executor| Mixed { more: 1 }.solve(executor).unwrap()), 2312);
}
