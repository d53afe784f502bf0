//! Tasks, inputs, instances and types with names that the macros or Rust itself use.

use dag_tests::Everywhere;

/// Types and traits that shadow those of the prelude and of the runtime.
mod hidden {
    #![allow(dead_code, reason = "they are here to be in the way")]

    pub struct Option;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct Box;
    pub struct Vec;
    pub struct String;
    pub struct Send;
    pub struct Sync;
    pub struct Copy;
    pub struct Sized;
    pub struct Task;
    pub struct In;
    pub struct Slot;
    pub struct Slots;
    pub struct Cx;
    pub struct Graph;
    pub struct Table;
    pub struct Executor;
    pub struct Error;
    pub struct Bound;
    pub struct Output;
    pub struct Walk;
    pub struct Borrow;
    pub struct Value;
    pub struct PartOf;
    pub struct NotCopy;
    pub struct IsCopy;

    #[allow(non_camel_case_types)]
    pub struct usize;
    #[allow(non_camel_case_types)]
    pub struct u32;
    #[allow(non_camel_case_types)]
    pub struct str;

    pub mod std {}
    pub mod core {}
    pub mod alloc {}
    pub mod dag_runtime {}

    pub trait Get {
        fn get(&self) -> Self;
        fn take(&self) -> Self;
        fn put(&self) -> Self;
        fn borrow(&self) -> Self;
        fn value(&self) -> Self;
        fn outcome(&self) -> Self;
        fn run(&self) -> Self;
    }

    /// Methods on everything.
    impl<T: Clone> Get for T {
        fn get(&self) -> T {
            unreachable!()
        }
        fn take(&self) -> T {
            unreachable!()
        }
        fn put(&self) -> T {
            unreachable!()
        }
        fn borrow(&self) -> T {
            unreachable!()
        }
        fn value(&self) -> T {
            unreachable!()
        }
        fn outcome(&self) -> T {
            unreachable!()
        }
        fn run(&self) -> T {
            unreachable!()
        }
    }

    #[allow(unused_imports, reason = "its methods are on everything")]
    use ::std::borrow::{Borrow as _, BorrowMut as _, ToOwned as _};

    // Signatures name `Result` and the primitive types, so the user's types count there.
    type Number = ::core::primitive::u32;

    #[::dag_runtime::task]
    fn load(n: Number) -> ::std::vec::Vec<Number> {
        ::std::vec::Vec::from([n])
    }

    #[::dag_runtime::task(depends = [load])]
    fn first(load: &[Number]) -> Number {
        load[0]
    }

    #[::dag_runtime::task(depends = [first, again])]
    fn both(
        first: Number,
        again: ::std::vec::Vec<Number>,
    ) -> ::core::result::Result<(Number, Number), ::std::string::String> {
        ::core::result::Result::Ok((first, again[0]))
    }

    ::dag_runtime::dag! {
        pub(super) graph Hidden(n: Number) -> (both, other) {
            load(n), again = load(n), first, both, other = both2(&first, both.0),
        }
    }

    #[::dag_runtime::task]
    fn both2(a: &Number, b: Number) -> Number {
        *a + b
    }
}

#[test]
fn of_the_prelude_and_of_the_runtime() {
    assert_eq!(
        Everywhere::new().agree(|executor| hidden::Hidden { n: 4 }.run(executor).unwrap()),
        ((4, 4), 8)
    );
}

/// Tasks and parameters with the names that an expansion uses.
mod written {
    use dag_runtime::{dag, task};

    macro_rules! constants {
        ($($name:ident)*) => {
            $(
                #[task]
                pub(super) fn $name() -> u32 {
                    stringify!($name).len() as u32
                }
            )*
        };
    }

    constants! {
        run call get take put bind node i s w cx t0 s0 i0 slots done inputs executor graph after each on depends
        cost from value borrow borrowed taken outcome main new table order site walk bound __bound private
    }

    #[task(depends = [cx, s, i, w, node, slots, inputs, executor, t0, s0, value, taken])]
    #[allow(clippy::too_many_arguments)]
    fn all(
        cx: u32,
        s: u32,
        i: &u32,
        w: u32,
        node: u32,
        slots: u32,
        inputs: u32,
        executor: u32,
        t0: u32,
        s0: u32,
        value: &u32,
        taken: u32,
        done: u32,
        index: u32,
    ) -> u32 {
        cx + s + i + w + node + slots + inputs + executor + t0 + s0 + value + taken + done + index
    }

    #[task]
    fn sum(a: &[u32], r#self_: u32) -> u32 {
        a.iter().sum::<u32>() + r#self_
    }

    dag! {
        pub(super) graph Names(index: u32, x: u32) -> (all, sum, graph) {
            run, call, get, take, put, bind, node, i, s, w, cx, t0, s0, i0, slots, done, inputs, executor, graph,
            after, each, on, depends, cost, from, value, borrow, borrowed, taken, outcome, main, new, table, order,
            site, walk, bound, __bound, private,
            all(done, index),
            sum(&[i, s, w, cx, t0, s0, node, run, after, each, on, from, x], i0) after [after, graph],
        }
    }

    dag! {
        pub(super) graph Inputs(i: u32, s: u32, cx: u32, node: u32, slots: u32, inputs: u32, executor: u32, done: Vec<u32>, t1: u32) -> sum {
            t0 = sum(&[i, s, cx, node, slots, inputs, executor], t1),
            sum(&done, t0 + i),
        }
    }
}

#[test]
fn of_what_an_expansion_writes() {
    let names =
        ["cx", "s", "i", "w", "node", "slots", "inputs", "executor", "t0", "s0", "value", "taken", "done"];
    let all: usize = names.iter().map(|name| name.len()).sum();
    let names = ["i", "s", "w", "cx", "t0", "s0", "node", "run", "after", "each", "on", "from", "i0"];
    let sum: usize = names.iter().map(|name| name.len()).sum();
    let run =
        Everywhere::new().agree(|executor| written::Names { index: 100, x: 1000 }.run(executor).unwrap());
    assert_eq!(run, (all as u32 + 100, sum as u32 + 1000, 5));
    let run = Everywhere::new().agree(|executor| {
        let inputs = written::Inputs {
            i: 1,
            s: 2,
            cx: 3,
            node: 4,
            slots: 5,
            inputs: 6,
            executor: 7,
            done: vec![100],
            t1: 8,
        };
        inputs.run(executor).unwrap()
    });
    assert_eq!(run, 36 + 1 + 100);
}

/// Parameters with the name of the task itself, and with that of a function that it calls.
mod own {
    use dag_runtime::{dag, task};

    #[task]
    fn alone(alone: u32) -> u32 {
        alone + 1
    }

    #[task(depends = [alone])]
    fn next(next: u32, alone: u32, dag_runtime: u32) -> u32 {
        next + alone + dag_runtime
    }

    dag! { pub(super) graph Own(own: u32) -> next { alone(own), next(own, alone) } }
}

#[test]
fn of_the_task_itself() {
    assert_eq!(Everywhere::new().agree(|executor| own::Own { own: 3 }.run(executor).unwrap()), 3 + 4 + 4);
}

/// Raw identifiers everywhere.
mod raw {
    use dag_runtime::{dag, task};

    #[task]
    pub(super) fn r#fn(r#type: u32) -> u32 {
        r#type
    }

    #[task(depends = [r#fn])]
    fn r#loop(r#fn: u32, #[from(r#fn)] r#ref: &u32) -> u32 {
        r#fn + r#ref
    }

    dag! {
        pub(super) graph r#For(r#in: u32, r#async: String) -> (r#loop, r#mut) {
            r#fn(r#in), r#loop, r#mut = r#fn(r#loop + r#async.len() as u32) after [r#fn],
        }
    }
}

#[test]
fn that_are_raw() {
    let run = Everywhere::new()
        .agree(|executor| raw::r#For { r#in: 3, r#async: "four".to_owned() }.run(executor).unwrap());
    assert_eq!(run, (6, 10));
    let names: Vec<_> = raw::r#For::TABLE.tasks().map(|task| task.name().to_string()).collect();
    assert_eq!(names, ["fn", "loop", "mut"]);
}
