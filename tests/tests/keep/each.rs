//! Tasks that run once for each element, whose elements are kept one by one.

use std::sync::atomic::{AtomicU64, Ordering};

use dag_runtime::{dag, task};

use crate::calls::Calls;
use crate::on::{Events, everywhere};

#[task]
fn half(n: &u64, #[key(skip)] broken: &AtomicU64, #[key(skip)] calls: &Calls) -> Result<u64, String> {
    calls.add(format!("half{n}"));
    if broken.load(Ordering::Relaxed) == *n { Err("broken".into()) } else { Ok(n / 2) }
}

#[task]
fn own(n: u64, #[key(skip)] calls: &Calls) -> String {
    calls.add(format!("own{n}"));
    format!("<{n}>")
}

#[task]
fn list(numbers: &[u64], #[key(skip)] calls: &Calls) -> Vec<u64> {
    calls.add("list");
    numbers.to_vec()
}

#[task]
fn texts(texts: &[String], #[key(skip)] calls: &Calls) -> String {
    calls.add("texts");
    texts.concat()
}

#[task]
fn sum(numbers: &[u64], #[key(skip)] calls: &Calls) -> u64 {
    calls.add("sum");
    numbers.iter().sum()
}

mod inputs {
    use super::*;

    dag! {
        graph Inputs<'a>(numbers: &'a [u64], broken: &'a AtomicU64, calls: &'a Calls) -> sum {
            halves = half(each numbers, broken, calls) keep,
            sum(&halves, calls),
        }
    }

    dag! {
        graph Taken<'a>(numbers: Vec<u64>, calls: &'a Calls) -> texts {
            owned = own(each numbers, calls) keep,
            texts(&owned, calls),
        }
    }

    #[test]
    fn elements_of_inputs_count_by_their_values() {
        everywhere(|on, folder| {
            let (broken, calls) = (AtomicU64::new(0), Calls::default());
            let run = |numbers: &[u64]| {
                let sum = on.run(&folder.store(), Inputs { numbers, broken: &broken, calls: &calls });
                (sum.ok(), calls.take())
            };
            assert_eq!(run(&[2, 4, 6]), (Some(6), "half2 half4 half6 sum".into()));
            assert_eq!(run(&[2, 4, 6]), (Some(6), "sum".into()));
            assert_eq!(run(&[2, 8, 4, 6]), (Some(10), "half8 sum".into()));
            assert_eq!(run(&[6, 2]), (Some(4), "sum".into()));
            assert_eq!(run(&[]), (Some(0), "sum".into()));
        });
    }

    #[test]
    fn elements_are_taken_from_an_input() {
        everywhere(|on, folder| {
            let (calls, events) = (Calls::default(), Events::default());
            let run = |numbers: &[u64]| {
                let graph = Taken { numbers: numbers.to_vec(), calls: &calls };
                (on.observed(&folder.store(), &events, graph).unwrap(), calls.take(), events.take())
            };
            let finished = "owned finished, texts finished";
            assert_eq!(run(&[1, 2]), ("<1><2>".into(), "own1 own2 texts".into(), finished.into()));
            assert_eq!(run(&[1, 3, 2]), ("<1><3><2>".into(), "own3 texts".into(), finished.into()));
            assert_eq!(run(&[1, 2]), ("<1><2>".into(), "texts".into(), "owned hit, texts finished".into()));
        });
    }

    #[test]
    fn elements_before_a_failure_are_kept() {
        everywhere(|on, folder| {
            let (broken, calls) = (AtomicU64::new(6), Calls::default());
            let run = || {
                on.run_partial(
                    &folder.store(),
                    Inputs { numbers: &[2, 4, 6, 8], broken: &broken, calls: &calls },
                )
            };
            assert_eq!(run().error.unwrap().to_string(), "task `halves[2]` of graph `Inputs` failed: broken");
            assert_eq!(calls.take(), "half2 half4 half6 half8");
            assert_eq!(run().outputs, None);
            assert_eq!(calls.take(), "half6");
            broken.store(0, Ordering::Relaxed);
            assert_eq!(run().outputs, Some(10));
            assert_eq!(calls.take(), "half6 sum");
            assert_eq!(run().outputs, Some(10));
            assert_eq!(calls.take(), "sum");
        });
    }
}

mod outputs {
    use super::*;

    #[task(depends = [list], each = list)]
    fn square(list: u64, #[key(skip)] broken: &AtomicU64, #[key(skip)] calls: &Calls) -> Result<u64, String> {
        calls.add(format!("square{list}"));
        if broken.load(Ordering::Relaxed) == list { Err("broken".into()) } else { Ok(list * list) }
    }

    #[task(depends = [square], each = square)]
    fn text(square: &u64, unit: &str, #[key(skip)] calls: &Calls) -> String {
        calls.add(format!("text{square}"));
        format!("{square}{unit}")
    }

    dag! {
        graph Outputs<'a>(numbers: &'a [u64], unit: &'a str, broken: &'a AtomicU64, calls: &'a Calls) -> texts {
            list(numbers, calls),
            square(broken, calls) keep,
            text(unit, calls) keep,
            texts(&text, calls),
        }
    }

    #[test]
    fn elements_of_outputs_count_by_their_values() {
        everywhere(|on, folder| {
            let (broken, calls) = (AtomicU64::new(2), Calls::default());
            let run = |numbers: &[u64], unit| {
                let graph = Outputs { numbers, unit, broken: &broken, calls: &calls };
                (on.run_partial(&folder.store(), graph).outputs.unwrap_or_default(), calls.take())
            };
            assert_eq!(run(&[1, 2, 3], "m"), ("".into(), "list square1 square2 square3".into()));
            broken.store(0, Ordering::Relaxed);
            let all = "list square2 text1 text4 text9 texts";
            assert_eq!(run(&[1, 2, 3], "m"), ("1m4m9m".into(), all.into()));
            assert_eq!(run(&[1, 2, 3], "m"), ("1m4m9m".into(), "texts".into()));
            assert_eq!(run(&[1, 2, 3], "s"), ("1s4s9s".into(), "text1 text4 text9 texts".into()));
            // Others stay what they were.
            assert_eq!(run(&[5, 1, 3], "s"), ("25s1s9s".into(), "list square5 text25 texts".into()));
            assert_eq!(run(&[3], "m"), ("9m".into(), "list texts".into()));
            assert_eq!(run(&[], "m"), ("".into(), "list texts".into()));
        });
    }

    dag! {
        graph Moved<'a>(numbers: &'a [u64], broken: &'a AtomicU64, calls: &'a Calls) -> texts {
            list(numbers, calls),
            halves = half(each &list, broken, calls) keep,
            owned = own(each halves, calls) keep,
            texts(&owned, calls),
        }
    }

    #[test]
    fn elements_are_taken_from_an_output() {
        everywhere(|on, folder| {
            let (broken, calls) = (AtomicU64::new(4), Calls::default());
            let run = |numbers: &[u64]| {
                let graph = Moved { numbers, broken: &broken, calls: &calls };
                (on.run_partial(&folder.store(), graph).outputs.unwrap_or_default(), calls.take())
            };
            assert_eq!(run(&[2, 4]), ("".into(), "half2 half4 list".into()));
            broken.store(0, Ordering::Relaxed);
            assert_eq!(run(&[2, 4]), ("<1><2>".into(), "half4 list own1 own2 texts".into()));
            assert_eq!(run(&[2, 4]), ("<1><2>".into(), "texts".into()));
            assert_eq!(run(&[6, 2, 8]), ("<3><1><4>".into(), "half6 half8 list own3 own4 texts".into()));
        });
    }
}

/// Elements that are no keys.
mod places {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Opaque(u64);

    #[task]
    fn wrap(n: &u64, #[key(skip)] calls: &Calls) -> Opaque {
        calls.add(format!("wrap{n}"));
        Opaque(*n)
    }

    #[task]
    fn own(
        opaque: &Opaque,
        #[key(skip)] broken: &AtomicU64,
        #[key(skip)] calls: &Calls,
    ) -> Result<String, String> {
        calls.add(format!("own{}", opaque.0));
        if broken.load(Ordering::Relaxed) == opaque.0 {
            Err("broken".into())
        } else {
            Ok(opaque.0.to_string())
        }
    }

    dag! {
        graph Places<'a>(numbers: &'a [u64], broken: &'a AtomicU64, calls: &'a Calls) -> texts {
            list(numbers, calls),
            wrapped = wrap(each &list, calls) keep,
            owned = own(each &wrapped, broken, calls) keep,
            texts(&owned, calls),
        }
    }

    #[test]
    fn elements_that_are_no_keys_count_by_their_places() {
        everywhere(|on, folder| {
            let (broken, calls) = (AtomicU64::new(2), Calls::default());
            let run = |numbers: &[u64]| {
                let graph = Places { numbers, broken: &broken, calls: &calls };
                (on.run_partial(&folder.store(), graph).outputs.unwrap_or_default(), calls.take())
            };
            assert_eq!(run(&[1, 2]), ("".into(), "list own1 own2 wrap1 wrap2".into()));
            broken.store(0, Ordering::Relaxed);
            // `wrapped` is found, and its elements are where they were.
            assert_eq!(run(&[1, 2]), ("12".into(), "own2 texts".into()));
            assert_eq!(run(&[1, 3]), ("13".into(), "list own1 own3 texts wrap3".into()));
        });
    }
}

mod members {
    use super::*;

    #[task]
    fn cell(n: u64, #[key(skip)] calls: &Calls) -> u64 {
        calls.add(format!("cell{n}"));
        n
    }

    dag! {
        graph Members<'a>[n](numbers: &'a [u64], broken: &'a AtomicU64, calls: &'a Calls) -> sum {
            part[i in 0..n] = cell(numbers[i], calls) keep,
            halves = half(each &part[..], broken, calls) keep,
            sum(&halves, calls),
        }
    }

    #[test]
    fn members_count_by_their_keys() {
        everywhere(|on, folder| {
            let (broken, calls) = (AtomicU64::new(0), Calls::default());
            let run = |numbers: &[u64]| {
                let graph = Members { n: numbers.len(), numbers, broken: &broken, calls: &calls };
                (on.run(&folder.store(), graph).unwrap(), calls.take())
            };
            assert_eq!(run(&[2, 4]), (3, "cell2 cell4 half2 half4 sum".into()));
            assert_eq!(run(&[2, 6, 4]), (6, "cell6 half6 sum".into()));
            assert_eq!(run(&[4]), (2, "sum".into()));
        });
    }
}

mod handled {
    use super::*;

    #[task(catch)]
    fn caught(n: &u64, #[key(skip)] broken: &AtomicU64, #[key(skip)] calls: &Calls) -> Result<u64, String> {
        calls.add(format!("caught{n}"));
        if broken.load(Ordering::Relaxed) == *n { Err("broken".into()) } else { Ok(*n) }
    }

    #[task(retry = 1)]
    fn again(n: &u64, #[key(skip)] broken: &AtomicU64, #[key(skip)] calls: &Calls) -> Result<u64, String> {
        calls.add(format!("again{n}"));
        if broken.compare_exchange(*n, 0, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            return Err("broken".into());
        }
        Ok(*n)
    }

    #[task]
    fn good(results: &[Result<u64, String>], #[key(skip)] calls: &Calls) -> usize {
        calls.add("good");
        results.iter().flatten().count()
    }

    dag! {
        graph Caught<'a>(numbers: &'a [u64], broken: &'a AtomicU64, calls: &'a Calls) -> good {
            caught(each numbers, broken, calls) keep,
            good(&caught, calls) keep,
        }
    }

    dag! {
        graph Again<'a>(numbers: &'a [u64], broken: &'a AtomicU64, calls: &'a Calls) -> sum {
            again(each numbers, broken, calls) keep,
            sum(&again, calls) keep,
        }
    }

    #[test]
    fn elements_without_an_err_are_kept() {
        everywhere(|on, folder| {
            let (broken, calls) = (AtomicU64::new(2), Calls::default());
            let run = || {
                let graph = Caught { numbers: &[1, 2, 3], broken: &broken, calls: &calls };
                (on.run(&folder.store(), graph).unwrap(), calls.take())
            };
            assert_eq!(run(), (2, "caught1 caught2 caught3 good".into()));
            assert_eq!(run(), (2, "caught2 good".into()));
            broken.store(0, Ordering::Relaxed);
            assert_eq!(run(), (3, "caught2 good".into()));
            assert_eq!(run(), (3, "".into()));
        });
    }

    #[test]
    fn an_element_that_is_run_again_is_kept() {
        everywhere(|on, folder| {
            let (broken, calls) = (AtomicU64::new(2), Calls::default());
            let run = |numbers: &[u64]| {
                let graph = Again { numbers, broken: &broken, calls: &calls };
                (on.run(&folder.store(), graph).unwrap(), calls.take())
            };
            assert_eq!(run(&[1, 2, 3]), (6, "again1 again2 again2 again3 sum".into()));
            assert_eq!(run(&[1, 2, 4]), (7, "again4 sum".into()));
        });
    }
}

mod when {
    use super::*;

    dag! {
        graph When<'a>(numbers: &'a [u64], wanted: u64, broken: &'a AtomicU64, calls: &'a Calls) -> halves {
            list(numbers, calls) keep,
            halves = half(each &list, broken, calls) when wanted > 0 && list.len() > 1 keep,
        }
    }

    #[test]
    fn elements_are_kept_if_they_are_wanted() {
        everywhere(|on, folder| {
            let (broken, calls) = (AtomicU64::new(4), Calls::default());
            let run = |numbers: &[u64], wanted| {
                let graph = When { numbers, wanted, broken: &broken, calls: &calls };
                (on.run_partial(&folder.store(), graph).outputs, calls.take())
            };
            assert_eq!(run(&[2, 4], 0), (Some(None), "list".into()));
            assert_eq!(run(&[2, 4], 0), (Some(None), "".into()));
            assert_eq!(run(&[2, 4], 1), (None, "half2 half4".into()));
            broken.store(0, Ordering::Relaxed);
            assert_eq!(run(&[2, 4], 1), (Some(Some(vec![1, 2])), "half4".into()));
            assert_eq!(run(&[2, 4], 1), (Some(Some(vec![1, 2])), "".into()));
            assert_eq!(run(&[2], 1), (Some(None), "list".into()));
        });
    }
}
