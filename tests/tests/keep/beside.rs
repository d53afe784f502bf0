//! Runs with a store beside limits, stops, sizes, inputs that are changed, and runs inside of tasks.

use std::sync::atomic::{AtomicUsize, Ordering};

use dag_runtime::{Rayon, Serial, Stop, Store, dag, task};
use dag_tests::pool;

use crate::calls::Calls;
use crate::on::{ALL, Events, Folder, On, everywhere};

mod limits {
    use super::*;

    #[task]
    fn heavy(k: usize, #[key(skip)] at_once: &AtomicUsize, #[key(skip)] calls: &Calls) -> usize {
        assert_eq!(at_once.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
        calls.add(format!("heavy{k}"));
        std::thread::yield_now();
        at_once.fetch_sub(1, Ordering::SeqCst);
        k
    }

    #[task]
    fn sum(all: &[usize]) -> usize {
        all.iter().sum()
    }

    dag! {
        #[limit(memory = 2)]
        graph Limited<'a>[n](ks: &'a [usize], at_once: &'a AtomicUsize, calls: &'a Calls) -> sum {
            heavy[i in 0..n] = heavy(ks[i], at_once, calls) using memory = 2 keep,
            sum(&heavy[..]),
        }
    }

    #[test]
    fn limits_hold_for_what_runs() {
        everywhere(|on, folder| {
            let (at_once, calls) = (AtomicUsize::new(0), Calls::default());
            let run = |ks: &[usize]| {
                let graph = Limited { n: ks.len(), ks, at_once: &at_once, calls: &calls };
                (on.run(&folder.store(), graph).unwrap(), calls.take())
            };
            assert_eq!(run(&[1, 2, 3]), (6, "heavy1 heavy2 heavy3".into()));
            assert_eq!(run(&[1, 2, 4, 3, 5]), (15, "heavy4 heavy5".into()));
            assert_eq!(run(&[1, 2, 4, 3, 5]), (15, "".into()));
        });
    }
}

mod in_place {
    use super::*;

    #[task]
    fn read(state: &[u64], k: usize, #[key(skip)] calls: &Calls) -> u64 {
        calls.add("read");
        state[k]
    }

    #[task]
    fn add(state: &mut [u64], n: u64, #[key(skip)] calls: &Calls) -> usize {
        calls.add("add");
        state.iter_mut().for_each(|value| *value += n);
        state.len()
    }

    #[task]
    fn double(n: u64, #[key(skip)] calls: &Calls) -> u64 {
        calls.add("double");
        2 * n
    }

    dag! {
        graph Changes<'a>(state: &'a mut [u64], n: u64, calls: &'a Calls) -> (doubled, changed) {
            before = read(&state, 0, calls) keep,
            doubled = double(before, calls) keep,
            changed = add(state, n, calls) after [before],
        }
    }

    #[test]
    fn what_changes_an_input_runs_always() {
        everywhere(|on, folder| {
            let calls = Calls::default();
            let mut state = [1, 2];
            let mut run = || {
                let outputs =
                    on.run(&folder.store(), Changes { state: &mut state, n: 3, calls: &calls }).unwrap();
                (outputs.0, state, calls.take())
            };
            assert_eq!(run(), (2, [4, 5], "add double read".into()));
            // The input counts by what is in it when the run starts.
            assert_eq!(run(), (8, [7, 8], "add double read".into()));
            state = [1, 2];
            let outputs =
                on.run(&folder.store(), Changes { state: &mut state, n: 3, calls: &calls }).unwrap();
            assert_eq!((outputs, state, calls.take()), ((2, 2), [4, 5], "add".into()));
        });
    }
}

mod nested {
    use super::*;

    #[task]
    fn inner(n: u64, #[key(skip)] calls: &Calls) -> u64 {
        calls.add(format!("inner{n}"));
        n * n
    }

    #[task]
    fn total(all: &[u64]) -> u64 {
        all.iter().sum()
    }

    dag! {
        graph Inner<'a>(n: u64, calls: &'a Calls) -> total {
            part[i in 0..3] = inner(n + i as u64, calls) keep,
            total(&part[..]),
        }
    }

    #[task]
    fn outer(n: u64, #[key(skip)] on: On, #[key(skip)] store: &Store, #[key(skip)] calls: &Calls) -> u64 {
        calls.add(format!("outer{n}"));
        on.run(store, Inner { n, calls }).unwrap()
    }

    dag! {
        graph Outer<'a>(n: u64, on: On, store: &'a Store, calls: &'a Calls) -> (a, b) {
            a = outer(n, on, store, calls) keep,
            b = outer(n + 1, on, store, calls) keep,
        }
    }

    #[test]
    fn runs_inside_of_tasks_share_the_store() {
        everywhere(|on, folder| {
            let (store, calls) = (folder.store(), Calls::default());
            let run =
                |n| (on.run(&store, Outer { n, on, store: &store, calls: &calls }).unwrap(), calls.take());
            assert_eq!(run(1).0, (14, 29));
            assert_eq!(run(1), ((14, 29), "".into()));
            assert_eq!(run(2), ((29, 50), "inner5 outer3".into()));
        });
    }
}

mod stops {
    use super::*;

    #[task]
    fn step(before: u64, k: u64, #[key(skip)] stop: (&Stop, u64), #[key(skip)] calls: &Calls) -> u64 {
        calls.add(format!("step{k}"));
        if stop.1 == k {
            stop.0.stop();
        }
        before + k
    }

    dag! {
        graph Steps<'a>[n](stop: &'a Stop, at: u64, calls: &'a Calls) -> last {
            step[i in 0..n] = step(if i > 0 { step[i - 1] } else { 0 }, i as u64, (stop, at), calls) keep,
            last = pick(&step[..]),
        }
    }

    #[task]
    fn pick(all: &[u64]) -> u64 {
        all[all.len() - 1]
    }

    #[test]
    fn a_run_goes_on_where_it_was_stopped() {
        for on in ALL {
            let (folder, calls) = (Folder::new(), Calls::default());
            let run = |at| {
                let stop = Stop::new();
                let graph = Steps { n: 6, stop: &stop, at, calls: &calls };
                let store = folder.store();
                let result = match on {
                    On::Rayon(threads) => {
                        graph.run(&Rayon::on_pool(pool(threads).clone()).stop_when(&stop).store(&store))
                    }
                    _ => graph.run(&Serial.store(&store).stop_when(&stop)),
                };
                (result.map_err(|error| error.is_stopped()), calls.take())
            };
            assert_eq!(run(3), (Err(true), "step0 step1 step2 step3".into()));
            assert_eq!(run(9), (Ok(15), "step4 step5".into()));
        }
    }
}

mod plain {
    use super::*;

    #[task]
    fn one(#[key(skip)] calls: &Calls) -> u64 {
        calls.add("one");
        1
    }

    dag! { graph Kept<'a>(calls: &'a Calls) -> one { one(calls) keep } }
    dag! { graph Plain<'a>(calls: &'a Calls) -> one { one(calls) } }

    #[test]
    fn without_keep_or_a_store_all_is_as_ever() {
        everywhere(|on, folder| {
            let (calls, events) = (Calls::default(), Events::default());
            for _ in 0..2 {
                on.observed(&folder.store(), &events, Plain { calls: &calls }).unwrap();
                assert_eq!(calls.take(), "one");
                assert_eq!(events.take(), "one finished");
                assert_eq!(Kept { calls: &calls }.run(&Serial).unwrap(), 1);
                assert_eq!(calls.take(), "one");
            }
            // The version of the store counts, and so does whether it is strict.
            let run = |store: &Store| {
                on.run(store, Kept { calls: &calls }).unwrap();
                calls.take()
            };
            for store in [folder.store(), folder.store().version("2"), folder.store().strict()] {
                assert_eq!((run(&store), run(&store)), ("one".into(), String::new()));
            }
        });
    }
}
