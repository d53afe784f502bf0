//! What `keep` means beside other words.

use std::sync::atomic::{AtomicU64, Ordering};

use dag_runtime::{Partial, dag, task};

use crate::calls::Calls;
use crate::on::everywhere;

mod volatile {
    use super::*;

    #[task(volatile)]
    fn clock(#[key(skip)] time: &AtomicU64, #[key(skip)] calls: &Calls) -> u64 {
        calls.add("clock");
        time.load(Ordering::Relaxed)
    }

    #[task(depends = [clock])]
    fn hour(clock: u64, #[key(skip)] calls: &Calls) -> u64 {
        calls.add("hour");
        clock / 60
    }

    #[task(depends = [hour])]
    fn greeting(hour: u64, name: &str, #[key(skip)] calls: &Calls) -> String {
        calls.add("greeting");
        format!("{name}, it is {hour}")
    }

    dag! {
        graph Greet<'a>(time: &'a AtomicU64, name: &'a str, calls: &'a Calls) -> greeting {
            // It always runs, with `keep` as without.
            clock(time, calls) keep,
            hour(calls) keep,
            greeting(name, calls) keep,
        }
    }

    #[test]
    fn a_volatile_task_counts_by_its_output() {
        everywhere(|on, folder| {
            let (time, calls) = (AtomicU64::new(61), Calls::default());
            let run = || on.run(&folder.store(), Greet { time: &time, name: "you", calls: &calls }).unwrap();
            assert_eq!(run(), "you, it is 1");
            assert_eq!(calls.take(), "clock greeting hour");
            assert_eq!(run(), "you, it is 1");
            assert_eq!(calls.take(), "clock");
            time.store(62, Ordering::Relaxed);
            assert_eq!(run(), "you, it is 1");
            // Keys are of what goes in, not of what comes out.
            assert_eq!(calls.take(), "clock greeting hour");
            time.store(61, Ordering::Relaxed);
            assert_eq!(run(), "you, it is 1");
            assert_eq!(calls.take(), "clock");
        });
    }
}

mod failures {
    use super::*;

    fn fail_while(fails: &AtomicU64) -> Result<u64, String> {
        match fails.load(Ordering::Relaxed) {
            0 => Ok(7),
            left => {
                fails.store(left - 1, Ordering::Relaxed);
                Err("no network".into())
            }
        }
    }

    #[task]
    fn fetch(#[key(skip)] fails: &AtomicU64, #[key(skip)] calls: &Calls) -> Result<u64, String> {
        calls.add("fetch");
        fail_while(fails)
    }

    #[task(retry = 2)]
    fn again(#[key(skip)] fails: &AtomicU64, #[key(skip)] calls: &Calls) -> Result<u64, String> {
        calls.add("again");
        fail_while(fails)
    }

    #[task(catch)]
    fn caught(#[key(skip)] fails: &AtomicU64, #[key(skip)] calls: &Calls) -> Result<u64, String> {
        calls.add("caught");
        fail_while(fails)
    }

    #[task]
    fn double(n: u64, #[key(skip)] calls: &Calls) -> u64 {
        calls.add("double");
        2 * n
    }

    #[task]
    fn or_zero(n: &Result<u64, String>, #[key(skip)] calls: &Calls) -> u64 {
        calls.add("or_zero");
        n.clone().unwrap_or(0)
    }

    dag! {
        graph Fetch<'a>(fails: &'a AtomicU64, calls: &'a Calls) -> (doubled, other) {
            fetch(fails, calls) keep,
            doubled = double(fetch, calls) keep,
            other = double(5, calls) keep,
        }
    }

    dag! {
        graph Again<'a>(fails: &'a AtomicU64, calls: &'a Calls) -> doubled {
            again(fails, calls) keep,
            doubled = double(again, calls) keep,
        }
    }

    dag! {
        graph Catch<'a>(fails: &'a AtomicU64, calls: &'a Calls) -> (doubled, other) {
            caught(fails, calls) keep,
            n = or_zero(&caught, calls),
            doubled = double(n, calls) keep,
            other = double(5, calls) keep,
        }
    }

    #[test]
    fn only_what_succeeds_is_kept() {
        everywhere(|on, folder| {
            let (fails, calls) = (AtomicU64::new(1), Calls::default());
            let run = || on.run_partial(&folder.store(), Fetch { fails: &fails, calls: &calls });
            let Partial { outputs, error } = run();
            assert_eq!((outputs, error.unwrap().skipped().count()), ((None, Some(10)), 1));
            assert_eq!(calls.take(), "double fetch");
            // The hit is an output of the partial run.
            fails.store(1, Ordering::Relaxed);
            assert_eq!(run().outputs, (None, Some(10)));
            assert_eq!(calls.take(), "fetch");
            assert_eq!(run().outputs, (Some(14), Some(10)));
            assert_eq!(calls.take(), "double fetch");
            assert_eq!(run().outputs, (Some(14), Some(10)));
            assert_eq!(calls.take(), "");
        });
    }

    #[test]
    fn an_attempt_that_fails_changes_nothing() {
        everywhere(|on, folder| {
            let (fails, calls) = (AtomicU64::new(2), Calls::default());
            let run = || on.run(&folder.store(), Again { fails: &fails, calls: &calls });
            assert_eq!(run().unwrap(), 14);
            assert_eq!(calls.take(), "again again again double");
            fails.store(9, Ordering::Relaxed);
            assert_eq!(run().unwrap(), 14);
            assert_eq!(calls.take(), "");
        });
    }

    #[test]
    fn nothing_is_kept_behind_an_err_that_was_caught() {
        everywhere(|on, folder| {
            let (fails, calls) = (AtomicU64::new(1), Calls::default());
            let run = || on.run(&folder.store(), Catch { fails: &fails, calls: &calls }).unwrap();
            assert_eq!(run(), (0, 10));
            assert_eq!(calls.take(), "caught double double or_zero");
            assert_eq!(run(), (14, 10));
            assert_eq!(calls.take(), "caught double or_zero");
            assert_eq!(run(), (14, 10));
            assert_eq!(calls.take(), "");
        });
    }
}

mod moves {
    use super::*;

    /// A value that counts how often it was cloned.
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    pub struct Owned(Vec<String>);

    #[task]
    fn make(text: String, #[key(skip)] calls: &Calls) -> Owned {
        calls.add("make");
        Owned(vec![text])
    }

    #[task(depends = [make])]
    fn push(mut make: Owned, more: &str, #[key(skip)] calls: &Calls) -> Owned {
        calls.add("push");
        make.0.push(more.to_owned());
        make
    }

    #[task]
    fn show(owned: &Owned, #[key(skip)] calls: &Calls) -> String {
        calls.add("show");
        owned.0.join("+")
    }

    dag! {
        graph Moves<'a>(text: String, more: &'a str, calls: &'a Calls) -> (push, shown) {
            make(text, calls) keep,
            push(more, calls) keep,
            shown = show(&push, calls),
        }
    }

    #[test]
    fn a_hit_is_an_owned_value() {
        everywhere(|on, folder| {
            let calls = Calls::default();
            let run =
                |more| on.run(&folder.store(), Moves { text: "a".into(), more, calls: &calls }).unwrap();
            let pushed = |more: &str| (Owned(vec!["a".into(), more.into()]), format!("a+{more}"));
            assert_eq!(run("b"), pushed("b"));
            assert_eq!(calls.take(), "make push show");
            // `push` takes the output that was found.
            assert_eq!(run("c"), pushed("c"));
            assert_eq!(calls.take(), "push show");
            assert_eq!(run("b"), pushed("b"));
            assert_eq!(calls.take(), "show");
        });
    }
}

mod order {
    use super::*;

    #[task]
    fn setup(#[key(skip)] calls: &Calls) {
        calls.add("setup");
    }

    #[task]
    fn work(n: u64, #[key(skip)] calls: &Calls) -> u64 {
        calls.add("work");
        n
    }

    #[task(depends = [first])]
    fn second(first: u64, #[key(skip)] calls: &Calls) -> u64 {
        calls.add("second");
        first
    }

    #[task]
    fn first(n: u64, #[key(skip)] calls: &Calls) -> u64 {
        calls.add("first");
        n
    }

    mod one {
        use super::*;
        dag! {
            pub graph Order<'a>(calls: &'a Calls) -> (w, second) {
                setup(calls),
                w = work(1, calls) after [setup] keep,
                first(1, calls) keep,
                second(calls) after [w] keep,
            }
        }
    }

    mod other {
        use super::*;
        dag! {
            pub graph Other<'a>(k: u64, calls: &'a Calls) -> (b, second) {
                first(1, calls) keep,
                second(calls) keep,
                a = work(k, calls),
                b = work(1, calls) after [a] keep,
            }
        }
    }

    #[test]
    fn order_and_names_do_not_count() {
        everywhere(|on, folder| {
            let calls = Calls::default();
            on.run(&folder.store(), one::Order { calls: &calls }).unwrap();
            assert_eq!(calls.take(), "first second setup work");
            // Another graph, with other lines in another order, other names of instances, and another `after`. What has no reader
            // and is not kept runs.
            on.run(&folder.store(), other::Other { k: 2, calls: &calls }).unwrap();
            assert_eq!(calls.take(), "work");
            on.run(&folder.store(), one::Order { calls: &calls }).unwrap();
            assert_eq!(calls.take(), "setup");
        });
    }
}

mod families {
    use super::*;

    #[task]
    fn configured(values: &[u64], k: usize, #[key(skip)] calls: &Calls) -> u64 {
        calls.add(format!("c{}", values[0]));
        values.iter().sum::<u64>() + k as u64
    }

    #[task]
    fn chained(before: u64, own: u64, #[key(skip)] calls: &Calls) -> u64 {
        calls.add(format!("h{own}"));
        before + own
    }

    #[task]
    fn best(all: &[u64], #[key(skip)] calls: &Calls) -> u64 {
        calls.add("best");
        all.iter().copied().max().unwrap_or(0)
    }

    dag! {
        graph Sweep<'a>[n](configurations: &'a [Vec<u64>], calls: &'a Calls) -> best {
            part[i in 0..n] = configured(&configurations[i], 3, calls) keep,
            best(&part[..], calls) keep,
        }
    }

    dag! {
        graph Chain<'a>[n](own: &'a [u64], calls: &'a Calls) -> last {
            step[i in 0..n] = chained(if i > 0 { step[i - 1] } else { 0 }, own[i], calls) keep,
            last = best(&step[..], calls),
        }
    }

    #[test]
    fn an_inserted_configuration_shifts_nothing() {
        everywhere(|on, folder| {
            let calls = Calls::default();
            let run = |firsts: &[u64]| {
                let configurations: Vec<Vec<u64>> = firsts.iter().map(|&first| vec![first]).collect();
                let sweep = Sweep { n: firsts.len(), configurations: &configurations, calls: &calls };
                (on.run(&folder.store(), sweep).unwrap(), calls.take())
            };
            assert_eq!(run(&[1, 2, 3]), (6, "best c1 c2 c3".into()));
            assert_eq!(run(&[1, 9, 2, 3]), (12, "best c9".into()));
            assert_eq!(run(&[3, 2, 1]), (6, "best".into()));
            assert_eq!(run(&[1, 2, 3]), (6, "".into()));
        });
    }

    #[test]
    fn what_depends_on_a_member_runs() {
        everywhere(|on, folder| {
            let calls = Calls::default();
            let run = |own: &[u64]| {
                let chain = Chain { n: own.len(), own, calls: &calls };
                (on.run(&folder.store(), chain).unwrap(), calls.take())
            };
            assert_eq!(run(&[1, 2, 3, 4]), (10, "best h1 h2 h3 h4".into()));
            assert_eq!(run(&[1, 2, 5, 4]), (12, "best h4 h5".into()));
            assert_eq!(run(&[1, 2, 3, 4, 6]), (16, "best h6".into()));
        });
    }
}
