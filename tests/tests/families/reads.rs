//! The names in the scope of the graph decide what a task reads, whatever an argument makes of them.

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

/// Gives each name that an index or a condition can have another meaning around an expression.
macro_rules! shadowed {
    ($value:expr) => {{
        #[allow(dead_code)]
        const C: usize = 3;
        #[allow(dead_code)]
        const ON: bool = false;
        #[allow(dead_code)]
        const fn next(_: isize) -> isize {
            3
        }
        #[allow(dead_code)]
        mod there {
            pub(super) const C: usize = 3;
        }
        $value
    }};
}

macro_rules! twice {
    ($value:expr) => {
        format!("{} {}", $value, $value)
    };
}

macro_rules! c {
    () => {
        C
    };
}

const C: usize = 0;
const ON: bool = true;
const N: usize = 4;

const fn next(i: isize) -> isize {
    (i + 1) % 4
}

mod there {
    pub(super) const C: usize = 1;
}

#[task]
fn cell(i: usize) -> String {
    // Members that nobody may have waited for take longer.
    std::thread::sleep(std::time::Duration::from_millis(if i > 1 { 5 } else { 0 }));
    format!("cell {i}")
}

#[task]
fn copy(text: &str) -> String {
    text.to_owned()
}

#[task]
fn own(text: String) -> String {
    text
}

#[task]
fn join(texts: &[String]) -> String {
    texts.join(", ")
}

#[task]
fn optional(text: Option<&String>) -> String {
    text.map_or_else(|| "none".to_owned(), Clone::clone)
}

#[task]
fn part(text: &String, others: &[String]) -> String {
    format!("{text} of {}", others.len())
}

dag! {
    graph Shadowed -> (one, called, path, slice, taken, listed, conditional, inside, nested, in_macro, repeated) {
        one = copy(shadowed!(&cell[C])),
        called = copy(shadowed!(&cell[next(0)])),
        path = copy(shadowed!(&cell[there::C])),
        slice = join(shadowed!(&cell[C..=next(0)])),
        taken = own(shadowed!(other[C])),
        listed = join(&shadowed!([cell[C].clone(), cell[next(C as isize)].clone()])),
        conditional = optional(shadowed!(if ON { Some(&cell[C]) } else { None })),
        inside = optional(if ON { shadowed!(Some(&cell[C])) } else { None }),
        nested = optional(if ON { shadowed!(if C == 0 { Some(&cell[C]) } else { None }) } else { None }),
        in_macro = copy(shadowed!(&cell[c!()])),
        repeated = own(twice!(&cell[C])),
        cell[i in 0..N] = cell(i),
        other[i in 0..N] = cell(i),
    }
}

#[test]
fn names_that_a_macro_declares_are_not_those_of_an_index() {
    let run = Everywhere::new().agree(|executor| Shadowed.run(executor).unwrap());
    let [zero, one] = ["cell 0", "cell 1"].map(str::to_owned);
    let both = format!("{zero}, {one}");
    assert_eq!(
        run,
        (
            zero.clone(),
            one.clone(),
            one,
            both.clone(),
            zero.clone(),
            both,
            zero.clone(),
            zero.clone(),
            zero.clone(),
            zero.clone(),
            format!("{zero} {zero}"),
        )
    );
}

dag! {
    graph Declared -> (constant, function, import, glob, plain) {
        constant = copy({ #[allow(dead_code)] const C: usize = 3; &cell[C] }),
        function = copy({ #[allow(dead_code)] const fn next(_: isize) -> isize { 3 } &cell[next(0)] }),
        import = copy({ #[allow(unused_imports)] use there::C; &cell[C] }),
        glob = copy({ #[allow(unused_imports)] use there::*; &cell[C] }),
        // Declarations in the argument do not affect the edges.
        plain = optional({ const ON: bool = false; if ON { Some(&cell[C]) } else { None } }),
        cell[i in 0..N] = cell(i),
    }
}

#[test]
fn items_of_an_argument_are_not_those_of_an_index() {
    let run = Everywhere::new().agree(|executor| Declared.run(executor).unwrap());
    let [zero, one] = ["cell 0", "cell 1"].map(str::to_owned);
    assert_eq!(run, (zero.clone(), one, zero.clone(), zero, "none".to_owned()));
    let plain = Declared::TABLE.find("plain").unwrap();
    assert_eq!(plain.dependencies().map(|task| task.name().to_string()).collect::<Vec<_>>(), ["cell[0]"]);
}

dag! {
    graph Conditions -> (chain, guarded, ends, behind) {
        first = cell(0),
        // The same condition in the table and in the argument, under macros and in branches.
        chain[i in 0..N] = optional(shadowed!(
            if i == C { Some(&first) } else if i > there::C && ON { Some(&chain[i - 2]) } else { Some(&chain[i - 1]) }
        )),
        // An index is computed only where its condition holds.
        guarded[i in 0..N] = optional(if i > 0 { Some(&cells[LIST[i - 1]]) } else { None }),
        ends[i in 0..N] = optional(shadowed!(if i + 1 < N { Some(&cells[i + 1]) } else { None })),
        behind[i in 0..N] = optional((i > 0).then_some(&cells[if i > 0 { i - 1 } else { 0 }]))
            after [cells[next(i)] if ON && i > 0],
        cells[i in 0..N] = cell(i),
    }
}

const LIST: [usize; 3] = [2, 0, 1];

#[test]
fn conditions_are_looked_at_once() {
    let run = Everywhere::new().agree(|executor| Conditions.run(executor).unwrap());
    let cells =
        |of: [usize; 4]| of.map(|i| if i == 9 { "none".to_owned() } else { format!("cell {i}") }).to_vec();
    assert_eq!(run, (cells([0; 4]), cells([9, 2, 0, 1]), cells([1, 2, 3, 9]), cells([9, 0, 1, 2])));
    let names = |task| {
        let task = Conditions::TABLE.find(task).unwrap();
        task.dependencies().map(|task| task.name().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names("behind[2]"), ["cells[1]", "cells[3]"]);
    assert_eq!(names("chain[3]"), ["chain[1]"]);
    assert!(names("guarded[0]").is_empty());
}

dag! {
    graph Elements -> (texts, members, moved, families) {
        texts = copy(each &cell),
        members[i in 0..2] = part(each &rows[next(i) - 1], shadowed!(&cell[C..=there::C])),
        moved = own(each other),
        families = part(&cell[C], shadowed!(&cell)),
        cell[i in 0..N] = cell(i),
        other[i in 0..N] = cell(i),
        rows[i in 0..2] = pair(i),
    }
}

#[task]
fn pair(i: usize) -> Vec<String> {
    vec![format!("a{i}"), format!("b{i}")]
}

#[test]
fn elements_are_those_of_the_table() {
    let run = Everywhere::new().agree(|executor| Elements.run(executor).unwrap());
    let cells = (0..N).map(|i| format!("cell {i}")).collect::<Vec<_>>();
    let members = (0..2).map(|i| vec![format!("a{i} of 2"), format!("b{i} of 2")]).collect::<Vec<_>>();
    assert_eq!(run, (cells.clone(), members, cells, "cell 0 of 4".to_owned()));
}

/// A parameter of the graph is not a parameter of its table.
mod parameters {
    use dag_runtime::{dag, task};
    use dag_tests::Everywhere;

    use super::{N, cell};

    const LAST: usize = 1;

    #[task]
    fn size(text: &String, n: usize) -> String {
        format!("{text} {n}")
    }

    dag! {
        graph Sized<const LAST: usize> -> (size, limited) {
            size(&cell[LAST], LAST),
            limited = size(if LAST == 1 { &cell[0] } else { &cell[2] }, LAST),
            cell[i in 0..N] = cell(i),
        }
    }

    #[test]
    fn of_the_name_of_a_constant() {
        let run = Everywhere::new().agree(|executor| Sized::<3>.run(executor).unwrap());
        assert_eq!(run, ("cell 1 3".to_owned(), "cell 0 3".to_owned()));
    }
}
