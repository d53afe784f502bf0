//! How arguments count, and what they may be.

use dag_runtime::{dag, task};

use crate::calls::Calls;
use crate::on::everywhere;

#[task]
fn number(k: u64, #[key(skip)] calls: &Calls) -> u64 {
    calls.add("number");
    k
}

#[task]
fn pair(texts: (&str, &[u64]), k: u64, #[key(skip)] calls: &Calls) -> String {
    calls.add("pair");
    format!("{} {:?} {k}", texts.0, texts.1)
}

mod first {
    use super::*;

    const K: u64 = 1;

    dag! {
        pub graph Sum<'a>(k: u64, calls: &'a Calls) -> sum {
            number(k, calls),
            sum = number(number + K, calls) keep,
        }
    }
}

mod second {
    use super::*;

    const K: u64 = 2;

    dag! {
        pub graph Sum<'a>(k: u64, calls: &'a Calls) -> sum {
            number(k, calls),
            sum = number(number + K, calls) keep,
        }
    }
}

/// Beside a task, too, a constant counts by its value.
#[test]
fn a_constant_counts_by_its_value() {
    everywhere(|on, folder| {
        let calls = Calls::default();
        for _ in 0..2 {
            let store = folder.store();
            assert_eq!(on.run(&store, first::Sum { k: 5, calls: &calls }).unwrap(), 6);
            assert_eq!(on.run(&store, second::Sum { k: 5, calls: &calls }).unwrap(), 7);
        }
        assert_eq!(calls.take(), "number number number number");
    });
}

dag! {
    graph Pair<'a>(text: String, list: Vec<u64>, more: bool, calls: &'a Calls) -> pair {
        pair((&text, &list), if more { 2 } else { 1 }, calls) keep,
    }
}

/// The parts of a tuple become what the parameter asks for.
#[test]
fn an_argument_is_what_its_parameter_asks_for() {
    everywhere(|on, folder| {
        let calls = Calls::default();
        for more in [true, true, false] {
            let pair = Pair { text: "a".into(), list: vec![3], more, calls: &calls };
            let k = if more { 2 } else { 1 };
            assert_eq!(on.run(&folder.store(), pair).unwrap(), format!("a [3] {k}"));
        }
        assert_eq!(calls.take(), "pair pair");
    });
}
