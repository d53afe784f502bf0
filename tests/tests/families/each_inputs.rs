//! `each` over inputs: by reference, and taking the elements of an input that owns them.

use std::sync::Arc;

use dag_runtime::{Executor, Serial, dag, task};
use dag_tests::{Everywhere, Ledger, Token};

struct Config {
    parts: Vec<String>,
}

#[task]
fn length(text: &str) -> usize {
    text.len()
}

#[task]
fn numbered(text: String, number: usize) -> String {
    format!("{text}{number}")
}

#[task]
fn double(number: u32) -> u32 {
    2 * number
}

#[task]
fn join(lengths: &[usize], texts: &[String]) -> String {
    format!("{lengths:?} {texts:?}")
}

dag! {
    graph Inputs<'a>(
        slice: &'a [&'a str],
        owned: Vec<String>,
        config: &'a Config,
        array: [u32; 3],
        boxed: Box<[u32]>,
        from: usize,
        wanted: bool,
    ) -> (join, parts, doubled, halves, rest) {
        lengths = length(each slice),
        texts = numbered(each owned, from),
        parts = length(each &config.parts),
        doubled = double(each array),
        halves = double(each boxed),
        rest = length(each &slice[from..]) when wanted,
        join(&lengths, &texts),
    }
}

#[test]
fn elements_come_from_slices_and_from_what_owns_them() {
    let config = Config { parts: vec!["a".into(), "bcd".into()] };
    let slice = ["x", "yy", "zzz"];
    for wanted in [false, true] {
        let outputs = Everywhere::new().agree(|executor: &dyn Executor<Inputs<'_>>| {
            let owned = vec!["n".into(), "m".into()];
            let boxed = Box::new([5]);
            Inputs { slice: &slice, owned, config: &config, array: [1, 2, 3], boxed, from: 1, wanted }
                .run(executor)
                .unwrap()
        });
        let rest = wanted.then(|| vec![2, 3]);
        assert_eq!(outputs, ("[1, 2, 3] [\"n1\", \"m1\"]".into(), vec![1, 3], vec![2, 4, 6], vec![10], rest));
    }
}

dag! {
    graph Members[n](texts: Vec<String>) -> (all, some) {
        all[i in 0..2] = length(each &texts),
        some[i in 0..n] = length(each &texts[i..]),
    }
}

#[test]
fn members_run_over_the_same_input() {
    let outputs = Everywhere::new().agree(|executor: &dyn Executor<Members>| {
        Members { n: 3, texts: vec!["a".into(), "bc".into()] }.run(executor).unwrap()
    });
    assert_eq!(outputs, (vec![vec![1, 2]; 2], vec![vec![1, 2], vec![2], vec![]]));
}

#[task]
fn spend(token: Token, at: usize, fails: usize) -> Result<Token, String> {
    token.check();
    if at == fails { Err(format!("{at} fails")) } else { Ok(token) }
}

#[task]
fn pair(pair: (usize, Token), fails: usize) -> Result<Token, String> {
    spend(pair.1, pair.0, fails)
}

dag! { graph Owned(pairs: Vec<(usize, Token)>, fails: usize) -> pair { pair(each pairs, fails) } }

/// Whatever happens, each element is dropped once, by the task or with the input.
#[test]
fn elements_of_an_input_are_dropped_once() {
    const COUNT: usize = 40;
    for keep_going in [false, true] {
        for fails in [0, 1, COUNT / 2, COUNT - 1, COUNT] {
            let results = Everywhere::new().keep_going(keep_going).each(|executor: &dyn Executor<Owned>| {
                let ledger = Arc::new(Ledger::default());
                let pairs = (0..COUNT).map(|k| (k, ledger.token("element"))).collect();
                let failed = match (Owned { pairs, fails }).run(executor) {
                    Ok(tokens) => {
                        assert_eq!((tokens.len(), ledger.alive()), (COUNT, COUNT));
                        None
                    }
                    Err(error) => error.task().map(str::to_owned),
                };
                assert_eq!(ledger.alive(), 0);
                failed
            });
            let expected = (fails < COUNT).then(|| format!("pair[{fails}]"));
            assert!(results.iter().all(|failed| *failed == expected), "{results:?}");
        }
    }
}

#[test]
fn the_table_has_no_edge_for_an_input() {
    assert_eq!(Inputs::TABLE.tasks().map(|task| task.dependencies().count()).sum::<usize>(), 2);
    assert_eq!(Owned { pairs: vec![], fails: 0 }.run(&Serial).unwrap().len(), 0);
}
