//! Every output is dropped once, however a run ends, and as early as possible.

use std::sync::Arc;

use dag_runtime::{dag, task};
use dag_tests::network::{How, Network, Plan, names};
use dag_tests::{Count, Everywhere, Ledger, Token};

/// Everything that was made was made once and dropped once.
#[track_caller]
fn all_dropped_once(ledger: &Ledger) {
    for (name, count) in ledger.counts() {
        assert_eq!(count, Count { made: 1, dropped: 1 }, "{name}");
    }
    assert_eq!(ledger.alive(), 0);
}

#[test]
fn of_a_run_that_succeeds() {
    Everywhere::new().each(|executor| {
        let plan: Arc<Plan> = Arc::default();
        let outputs = Network { plan: Arc::clone(&plan) }.run(executor).unwrap();
        assert_eq!(plan.ledger.counts().len(), names().len());
        assert_eq!(plan.ledger.alive(), 3, "only the graph's outputs are left");
        for output in [&outputs.0, &outputs.1, &outputs.2] {
            output.check();
        }
        drop(outputs);
        all_dropped_once(&plan.ledger);
    });
}

#[test]
fn of_a_run_in_which_any_task_fails() {
    for name in names() {
        for how in [How::Error, How::Panic] {
            for keep_going in [false, true] {
                Everywhere::new().keep_going(keep_going).each(|executor| {
                    let plan = Arc::new(Plan::failing(&name, how));
                    let error = Network { plan: Arc::clone(&plan) }.run(executor).unwrap_err();
                    all_dropped_once(&plan.ledger);
                    let made = plan.ledger.counts().len();
                    assert_eq!(made + error.skipped().len() + 1, names().len());
                });
            }
        }
    }
}

#[test]
fn of_a_run_in_which_all_that_can_fail_do() {
    for how in [How::Error, How::Panic] {
        Everywhere::new().keep_going(true).each(|executor| {
            let plan = Arc::new(Plan {
                failing: names().into_iter().map(|name| (name, how)).collect(),
                ..Plan::default()
            });
            Network { plan: Arc::clone(&plan) }.run(executor).unwrap_err();
            assert!(plan.ledger.counts().is_empty());
        });
    }
}

#[task]
fn first(ledger: &Arc<Ledger>) -> Token {
    ledger.token("first")
}

#[task]
fn next(name: &'static str, ledger: &Arc<Ledger>, before: &Token) -> Token {
    before.check();
    ledger.token(name)
}

/// A chain of tasks of these names, each of which reads the output of the one before it.
macro_rules! chain {
    ($graph:ident: $($name:ident)*) => { chain! { $graph [start = first(&ledger),] start $($name)* } };
    ($graph:ident [$($line:tt)*] $before:ident $name:ident $($rest:ident)*) => {
        chain! { $graph [$($line)* $name = next("next", &ledger, &$before),] $name $($rest)* }
    };
    ($graph:ident [$($line:tt)*] $last:ident) => {
        dag! { graph $graph(ledger: Arc<Ledger>) { $($line)* } }
    };
}

chain! {
    Chain:
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9
    c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 d0 d1 d2 d3 d4 d5 d6 d7 d8 d9
    e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9
    g0 g1 g2 g3 g4 g5 g6 g7 g8 g9 h0 h1 h2 h3 h4 h5 h6 h7 h8 h9
    i0 i1 i2 i3 i4 i5 i6 i7 i8 i9 j0 j1 j2 j3 j4 j5 j6 j7 j8 j9
}

#[test]
fn a_chain_has_two_outputs_at_once() {
    assert_eq!(Chain::TABLE.len(), 101);
    assert_eq!(Chain::TABLE.depth(), 101);
    Everywhere::new().each(|executor| {
        let ledger = Arc::default();
        Chain { ledger: Arc::clone(&ledger) }.run(executor).unwrap();
        assert_eq!(ledger.peak(), 2);
        assert_eq!(ledger.counts()["next"], Count { made: 100, dropped: 100 });
    });
}

#[task]
fn sees_no_other(ledger: &Ledger) -> usize {
    ledger.alive()
}

dag! {
    // Before `sees_no_other` starts, the readers of `first` are done, or there are none.
    graph LastReader(ledger: Arc<Ledger>) -> sees_no_other {
        first(&ledger),
        a = next("a", &ledger, &first),
        b = next("b", &ledger, &first),
        sees_no_other(&ledger) after [a, b],
    }
}

#[test]
fn an_output_is_gone_before_those_start_that_only_wait() {
    // The last reader drops its input before it makes other tasks ready, at least on `Serial`.
    let ledger = Arc::default();
    assert_eq!(LastReader { ledger: Arc::clone(&ledger) }.run(&dag_runtime::Serial).unwrap(), 0);
    all_dropped_once(&ledger);
}

/// An output whose drop panics.
struct Bomb(Token);

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.check();
        std::panic::resume_unwind(Box::new("the output explodes"));
    }
}

#[task]
fn bomb(ledger: &Arc<Ledger>) -> Bomb {
    Bomb(ledger.token("bomb"))
}

#[task(depends = [bomb])]
fn look(bomb: &Bomb, ledger: &Arc<Ledger>) -> Token {
    bomb.0.check();
    ledger.token("look")
}

#[task(depends = [look])]
fn look_again(look: &Token, ledger: &Arc<Ledger>) -> Token {
    look.check();
    ledger.token("look_again")
}

dag! {
    graph Explosive(ledger: Arc<Ledger>) -> look_again {
        bomb(&ledger), look(&ledger), look_again(&ledger),
    }
}

#[test]
fn a_panic_in_a_drop_is_a_failure_like_others() {
    for keep_going in [false, true] {
        Everywhere::new().keep_going(keep_going).each(|executor| {
            let ledger = Arc::default();
            let error = Explosive { ledger: Arc::clone(&ledger) }.run(executor).unwrap_err();
            assert_eq!(error.to_string(), "task `bomb` of graph `Explosive` panicked: the output explodes");
            all_dropped_once(&ledger);
        });
    }
}

#[task]
fn big(ledger: &Arc<Ledger>) -> ([u8; 40_000], Token) {
    ([7; 40_000], ledger.token("big"))
}

#[task(depends = [big])]
fn bigger(big: &([u8; 40_000], Token), ledger: &Arc<Ledger>) -> Result<([u8; 50_000], Token), String> {
    big.1.check();
    Ok(([big.0[39_999]; 50_000], ledger.token("bigger")))
}

#[task(depends = [bigger])]
fn last(bigger: ([u8; 50_000], Token), fail: bool) -> Result<u8, String> {
    bigger.1.check();
    if fail { Err("it has to".to_owned()) } else { Ok(bigger.0[49_999]) }
}

dag! {
    // Too large for the stack.
    graph Big(ledger: Arc<Ledger>, fail: bool) -> last { big(&ledger), bigger(&ledger), last(fail) }
}

#[test]
fn large_outputs_are_dropped_as_well() {
    for fail in [false, true] {
        Everywhere::new().each(|executor| {
            let ledger = Arc::default();
            let last = Big { ledger: Arc::clone(&ledger), fail }.run(executor);
            assert_eq!(last.ok(), (!fail).then_some(7));
            all_dropped_once(&ledger);
        });
    }
}
