//! Slots and executors, to be run under a memory checker such as valgrind: runs that succeed and runs in which each
//! task fails, with outputs of all sizes. Small enough for a tool that makes a program a hundred times slower.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use dag_runtime::{dag, task};
use dag_tests::network::{How, Network, Plan, names};
use dag_tests::{Everywhere, Ledger, Token};

#[test]
fn runs_that_succeed() {
    for _ in 0..10 {
        Everywhere::new().each(|executor| {
            let plan = Arc::new(Plan::default());
            drop(Network { plan: Arc::clone(&plan) }.run(executor).unwrap());
            assert_eq!(plan.ledger.alive(), 0);
        });
    }
}

#[test]
fn runs_in_which_a_task_fails() {
    for name in names() {
        for (how, keep_going) in
            [(How::Error, false), (How::Panic, false), (How::Error, true), (How::Panic, true)]
        {
            Everywhere::new().keep_going(keep_going).each(|executor| {
                let plan = Arc::new(Plan::failing(&name, how));
                Network { plan: Arc::clone(&plan) }.run(executor).unwrap_err();
                assert_eq!(plan.ledger.alive(), 0);
            });
        }
    }
}

/// An output with padding that nobody writes, and an alignment of its own.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Padded(u8, u64);

/// An input that only one task can own.
struct Owned(Box<[u64]>);

#[task]
fn empty(_token: Token) {}

#[task]
fn padded(n: u8) -> Padded {
    Padded(n, u64::from(n) << 40)
}

#[task]
fn large(padded: Padded, owned: Owned) -> Box<[u64]> {
    owned.0.iter().map(|x| x + u64::from(padded.0) + padded.1).collect()
}

#[task(depends = [large, empty])]
fn array(mut large: Box<[u64]>, fail: bool) -> Result<[u64; 10_000], String> {
    large[0] = 1;
    if fail { Err(format!("it has to, {large:?}")) } else { Ok([large.iter().sum::<u64>(); 10_000]) }
}

#[task(depends = [array])]
fn last(array: &[u64]) -> Vec<u64> {
    array[9_990..].to_vec()
}

dag! {
    // The slots of this graph are too large for the stack.
    graph Shapes(token: Token, n: u8, owned: Owned, fail: bool) -> (last, again) {
        last, array(fail), large(padded, owned), empty(token), padded(n),
        again = padded(padded.0 + 1),
    }
}

#[test]
fn outputs_and_inputs_of_all_sizes() {
    for fail in [false, true] {
        Everywhere::new().each(|executor| {
            let ledger: Arc<Ledger> = Arc::default();
            let graph =
                Shapes { token: ledger.token("input"), n: 1, owned: Owned(vec![1; 101].into()), fail };
            let outputs = graph.run(executor).ok();
            let sums = outputs.map(|(last, again)| (last[9], again.0));
            assert_eq!(sums, (!fail).then_some((100 * ((1 << 40) + 2) + 1, 2)));
            assert_eq!(ledger.alive(), 0);
        });
    }
}

/// What elements do: one of them fails.
struct Elements {
    ledger: Arc<Ledger>,
    begun: AtomicUsize,
    failing: usize,
}

#[task]
fn tokens(elements: &Elements) -> Vec<Token> {
    (0..50).map(|_| elements.ledger.token("element")).collect()
}

#[task(depends = [tokens], each = tokens)]
fn exchange(tokens: Token, elements: &Elements) -> Result<Token, String> {
    tokens.check();
    match elements.begun.fetch_add(1, Relaxed) == elements.failing {
        true => Err("it has to".to_owned()),
        false => Ok(elements.ledger.token("output")),
    }
}

#[task(depends = [exchange], each = exchange)]
fn look(exchange: &Token) -> Box<u64> {
    exchange.check();
    Box::new(1)
}

dag! {
    graph ForEach(elements: Arc<Elements>) -> look { tokens(&elements), exchange(&elements), look }
}

#[test]
fn elements_and_their_outputs() {
    for failing in [usize::MAX, 0, 30] {
        for keep_going in [false, true] {
            Everywhere::new().keep_going(keep_going).each(|executor| {
                let ledger = Arc::default();
                let elements = Elements { ledger: Arc::clone(&ledger), begun: AtomicUsize::new(0), failing };
                let result = ForEach { elements: Arc::new(elements) }.run(executor);
                assert_eq!(result.is_ok(), failing == usize::MAX);
                drop(result);
                assert_eq!(ledger.alive(), 0);
            });
        }
    }
}
