//! `run_partial` of graphs with sizes: the outputs of members that are there are returned, all others are dropped once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use dag_runtime::{Partial, Serial, dag, task};
use dag_tests::Everywhere;

#[derive(Default)]
struct Counts {
    made: AtomicUsize,
    dropped: AtomicUsize,
}

struct Token(String, Arc<Counts>);

impl Drop for Token {
    fn drop(&mut self) {
        self.1.dropped.fetch_add(1, Relaxed);
    }
}

/// The task that fails.
#[derive(Clone)]
struct Failing(String, Arc<Counts>);

#[task]
fn token(failing: &Failing, name: String, before: &[Token]) -> Result<Token, String> {
    let Failing(task, counts) = failing;
    if *task == name {
        return Err(format!("told to, after {}", before.len()));
    }
    counts.made.fetch_add(1, Relaxed);
    Ok(Token(name, Arc::clone(counts)))
}

#[task]
fn number(failing: &Failing, k: usize) -> Result<usize, &'static str> {
    if failing.0 == format!("numbers[{k}]") { Err("told to") } else { Ok(k) }
}

#[task]
fn all(n: usize) -> Vec<usize> {
    (0..n).collect()
}

#[task]
fn twice(failing: &Failing, k: usize) -> Result<usize, &'static str> {
    if failing.0 == format!("twice[{k}]") { Err("told to") } else { Ok(2 * k) }
}

dag! {
    graph Lists[n](failing: Failing) -> (last, chain, numbers, twice) {
        numbers[k in 0..n] = number(&failing, k),
        chain[k in 0..n] = token(&failing, format!("chain[{k}]"), if k > 0 { &chain[k - 1..k] } else { &start }),
        start[k in 0..2] = token(&failing, format!("start[{k}]"), &[]),
        last = token(&failing, "last".into(), &chain[n - 1..]) after [numbers[n - 1]],
        all(n),
        twice = twice(&failing, each all),
    }
}

#[test]
fn a_failure_of_any_member_leaves_the_outputs_that_are_there() {
    for n in [1, 4] {
        let table = Lists::table(n).unwrap();
        let mut tasks: Vec<String> = table.tasks().map(|task| task.name().to_string()).collect();
        tasks.retain(|task| task != "all" && task != "twice");
        tasks.extend((0..n).map(|k| format!("twice[{k}]")));
        tasks.push("none".into());
        for (task, keep_going) in tasks.iter().flat_map(|task| [(task, false), (task, true)]) {
            Everywhere::new().keep_going(keep_going).each(|executor| {
                let counts = Arc::<Counts>::default();
                let run =
                    Lists { n, failing: Failing(task.clone(), Arc::clone(&counts)) }.run_partial(executor);
                let Partial { outputs: (last, chain, numbers, twice), error } = run;
                let failed = error.as_ref().and_then(|error| error.task());
                assert_eq!(failed.unwrap_or("none"), task);
                let is_missing = |name: &str| {
                    error.as_ref().is_some_and(|error| {
                        error.skipped().any(|skipped| skipped == name)
                            || failed.is_some_and(|task| task.split("[").next() == Some(name) || task == name)
                    })
                };
                assert_eq!((chain.len(), numbers.len()), (n, n));
                assert_eq!(last.as_ref().map(|token| &*token.0), (!is_missing("last")).then_some("last"));
                for (k, token) in chain.iter().enumerate() {
                    let name = format!("chain[{k}]");
                    let expected = (!is_missing(&name)).then_some(&*name);
                    assert_eq!(token.as_ref().map(|token| &*token.0), expected);
                }
                for (k, number) in numbers.iter().enumerate() {
                    assert_eq!(*number, (!is_missing(&format!("numbers[{k}]"))).then_some(k));
                }
                assert_eq!(twice, (!is_missing("twice")).then(|| (0..n).map(|k| 2 * k).collect()));
                let left = usize::from(last.is_some()) + chain.iter().flatten().count();
                assert_eq!(counts.made.load(Relaxed) - counts.dropped.load(Relaxed), left);
                drop((last, chain));
                assert_eq!(counts.made.load(Relaxed), counts.dropped.load(Relaxed));
            });
        }
    }
}

#[test]
fn sizes_for_which_the_graph_is_wrong_leave_nothing() {
    let failing = Failing("none".into(), Arc::default());
    let Partial { outputs: (last, chain, numbers, twice), error } =
        Lists { n: 0, failing }.run_partial(&Serial);
    assert!(last.is_none() && chain.is_empty() && numbers.is_empty() && twice.is_none());
    let text = "graph `Lists` with n = 0: `last` asks for `numbers[-1]`, and `k` is in 0..0";
    assert_eq!(error.unwrap().to_string(), text);
}

type Large = [u64; 1 << 24];

#[task]
fn large(_k: usize) -> Large {
    unreachable!("there is no room for it")
}

dag! {
    graph TooLarge[n](failing: Failing) -> (larges, numbers) {
        larges[k in 0..n] = large(k),
        numbers[k in 0..3] = number(&failing, k),
    }
}

#[test]
fn a_run_without_memory_for_its_outputs_leaves_nothing() {
    let n = 1 << 20;
    let failing = Failing("none".into(), Arc::default());
    let Partial { outputs: (larges, numbers), error } = TooLarge { n, failing }.run_partial(&Serial);
    assert!(larges.is_empty());
    assert_eq!(numbers, [None; 3]);
    assert!(error.unwrap().to_string().ends_with("its outputs need more memory than there is"));
}
