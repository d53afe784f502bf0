//! Inputs with mistakes, made from all programs of the workspace: whatever the macros are given, they do not panic, come to
//! an end, and write items where they can.
//!
//! `cargo test` tries a few. `cargo xtask fuzz --seconds 3600 --seed 7` tries them for an hour.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{env, fmt, panic, process, thread};

use dag_tests_mutations::mutate::Mutator;
use dag_tests_mutations::{Input, Macro, Random, Tree, inputs};

use crate::{graph, task};

/// How many inputs are tried without `DAG_FUZZ_SECONDS`.
const FEW: u64 = 1500;

/// An input takes less than a millisecond. This much is a hang, on any machine.
const LIMIT: Duration = Duration::from_secs(20);

/// This many faults are enough for once.
const ENOUGH: usize = 5;

/// What is wrong with what a macro does.
enum Fault {
    Panics(String),
    /// With the error of the parser.
    NoItems(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Panics(message) => write!(f, "the macro panics: {message}"),
            Fault::NoItems(error) => write!(f, "the expansion is not made of items: {error}"),
        }
    }
}

/// What a macro does with an input.
fn check(input: &Input) -> Result<(), Fault> {
    QUIET.set(true);
    let result = panic::catch_unwind(panic::AssertUnwindSafe(|| expand(input)));
    QUIET.set(false);
    result.unwrap_or_else(|cause| {
        let text = cause.downcast_ref::<String>().cloned();
        let text = text.or_else(|| cause.downcast_ref::<&str>().map(|&text| text.to_owned()));
        Err(Fault::Panics(text.unwrap_or_default()))
    })
}

fn expand(input: &Input) -> Result<(), Fault> {
    let body = Tree::stream(&input.body);
    let expansion = match input.of {
        Macro::Task => task::expand(Tree::stream(&input.attribute), body.clone(), true),
        Macro::Dag => {
            let mut tokens: proc_macro2::TokenStream = "dag_runtime".parse().expect("a name");
            tokens.extend(body.clone());
            graph::expand(tokens)
        }
    };
    // Rustc gives an attribute an item. Where a user's own tokens are none, they are passed on.
    if input.of == Macro::Task && syn::parse2::<syn::ItemFn>(body).is_err() {
        return Ok(());
    }
    let parsed = syn::parse2::<syn::File>(expansion.clone());
    parsed.map(drop).map_err(|error| Fault::NoItems(format!("{error}\n{expansion}")))
}

/// The input with this number.
fn input(all: &[Input], seed: u64, number: u64) -> Input {
    let mut mutator = Mutator::new(Random::new(seed).number() ^ number);
    let mut input = mutator.random().choose(all).clone();
    let other = mutator.random().choose(all);
    for _ in 0..=mutator.random().below(4) {
        let in_attribute = input.of == Macro::Task && mutator.random().below(2) == 0;
        let with = if mutator.random().below(4) == 0 { &other.attribute } else { &other.body };
        mutator.change(if in_attribute { &mut input.attribute } else { &mut input.body }, with);
    }
    input
}

/// As much of an input as is at fault.
fn reduced(mut input: Input) -> Input {
    let is_same = |input: &Input, panics: bool| match check(input) {
        Err(Fault::Panics(_)) => panics,
        Err(Fault::NoItems(_)) => !panics,
        Ok(()) => false,
    };
    let panics = matches!(check(&input), Err(Fault::Panics(_)));
    loop {
        let before = Tree::count(&input.attribute) + Tree::count(&input.body);
        for in_attribute in [true, false] {
            let mut number = 0;
            loop {
                let mut smaller = input.clone();
                let trees = if in_attribute { &mut smaller.attribute } else { &mut smaller.body };
                if number >= Tree::count(trees) {
                    break;
                }
                let (sequence, at) = Tree::place(trees, number);
                sequence.remove(at);
                if is_same(&smaller, panics) {
                    input = smaller;
                } else {
                    number += 1;
                }
            }
        }
        if before == Tree::count(&input.attribute) + Tree::count(&input.body) {
            return input;
        }
    }
}

fn text(input: &Input) -> String {
    let body = Tree::text(&input.body);
    match input.of {
        Macro::Task => format!("#[task({})] {body}", Tree::text(&input.attribute)),
        Macro::Dag => format!("dag! {{ {body} }}"),
    }
}

thread_local! {
    /// Whether panics of this thread are looked at, and need not be shown.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Ends the process where one input takes too long, with a word on it.
fn watch(seed: u64, current: &Mutex<Option<(u64, Instant)>>) {
    loop {
        thread::sleep(Duration::from_millis(200));
        match *current.lock().expect("no thread panics with it") {
            Some((number, start)) if start.elapsed() > LIMIT => {
                // Tokens belong to one thread.
                let input = input(&inputs(workspace()), seed, number);
                // What `eprintln!` writes in a test is shown when the test ends, which this one will not.
                let told = writeln!(
                    std::io::stderr(),
                    "\nseed {seed}, input {number}, made from {}: does not end\n{}",
                    input.file.display(),
                    text(&input)
                );
                drop(told);
                process::abort();
            }
            Some(_) => {}
            None => return,
        }
    }
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is a folder of it")
}

fn variable(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number, not `{text}`")))
}

#[test]
fn macros_bear_any_input() {
    let seed = variable("DAG_FUZZ_SEED").unwrap_or(1);
    let seconds = variable("DAG_FUZZ_SECONDS").map(Duration::from_secs);
    let all = inputs(workspace());
    let shown = panic::take_hook();
    panic::set_hook(Box::new(move |information| {
        if !QUIET.get() {
            shown(information);
        }
    }));
    let (start, current) = (Instant::now(), Mutex::new(Some((0, Instant::now()))));
    let mut faults: BTreeMap<String, String> = BTreeMap::new();
    let mut number = 0;
    thread::scope(|scope| {
        scope.spawn(|| watch(seed, &current));
        while seconds.map_or(number < FEW, |seconds| start.elapsed() < seconds) && faults.len() < ENOUGH {
            *current.lock().expect("no thread panics with it") = Some((number, Instant::now()));
            let input = input(&all, seed, number);
            if let Err(fault) = check(&input) {
                let (file, small) = (input.file.display().to_string(), reduced(input));
                faults
                    .entry(text(&small))
                    .or_insert_with(|| format!("seed {seed}, input {number}, made from {file}: {fault}"));
            }
            number += 1;
        }
        *current.lock().expect("no thread panics with it") = None;
    });
    #[expect(clippy::print_stdout, reason = "for those who run it by hand")]
    let () = println!("{number} inputs from {} in {:.1?}", all.len(), start.elapsed());
    let told: Vec<String> = faults.iter().map(|(input, fault)| format!("{fault}\n{input}\n")).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// What was at fault once, reduced.
#[test]
fn inputs_that_were_at_fault() {
    let tasks = [("cost = 1 1", "fn f() {}"), ("cost = 2 +", "fn f() {}"), ("", "#[cfg(any())] fn f() {}")];
    let graphs = [
        "graph All<_> -> where T:, F: Fn() -> String, Box<>: {}",
        "graph G { cell(cel[]) }",
        "graph G { table(tabel[, ..]) }",
        "graph G { c[type in 0..4] = one(1) }",
        "graph G { start(else) after [] }",
        "graph G { start(if) }",
        "graph G { load, crate }",
        "graph G { cell([,]) }",
        "graph G { cell(() {}) }",
        "graph G { sorted[i in ;] = sorted }",
        "graph G { a after [b if x >] on 1 + }",
        "graph G { a[i in 0 =.. ()] = one }",
        "graph G { a[i in 0..N] = one(if i > 0 { &a[x > ..] } else { &[] }) }",
        "graph G { t[i in 0..N] = unit after [t[-] if i > 0] }",
        "graph G { t[i in 0..N] = unit(if i > 0 { vec![t[1, _ far]] } else { vec![t[|]] }) }",
        "graph G { cell[i in 0..4] = one, a[i in 0..3] = step(cell[next { i }]) }",
        "graph G { a[i in 0..4] = one(if i (| i | i) = 0 {} else {}) }",
        "graph G { a[i in 0..N] = one(if i = C {} else if x = && ON { (a[2]) } else {}) }",
    ];
    let tasks = tasks.map(|(attribute, item)| (Macro::Task, attribute, item));
    let graphs = graphs.map(|graphs| (Macro::Dag, "", graphs));
    for (of, attribute, body) in tasks.into_iter().chain(graphs) {
        let (attribute, body) = (Tree::parse(attribute), Tree::parse(body));
        let input = Input { file: file!().into(), of, attribute, body };
        if let Err(fault) = check(&input) {
            panic!("{fault}\n{}", text(&input));
        }
    }
}

#[test]
fn programs_of_the_workspace_expand_to_items() {
    for input in inputs(workspace()) {
        if let Err(fault) = check(&input) {
            panic!("{}: {fault}\n{}", input.file.display(), text(&input));
        }
    }
}
