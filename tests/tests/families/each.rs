//! `each` in arguments: one line over the elements of an output, a single task or a family of them.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dag_runtime::{Error, Executor, Serial, TaskRef, dag, task};
use dag_tests::{Everywhere, Ledger, Token};

fn dependencies(task: TaskRef<'_>) -> Vec<String> {
    task.dependencies().map(|task| task.name().to_string()).collect()
}

#[task]
fn words(text: &str) -> Vec<String> {
    text.split(' ').filter(|word| !word.is_empty()).map(String::from).collect()
}

#[task]
fn length(word: &str) -> usize {
    word.len()
}

#[task]
fn shout(mut word: String, mark: &str) -> String {
    word.push_str(mark);
    word
}

#[task]
fn total(numbers: &[usize]) -> usize {
    numbers.iter().sum()
}

#[task]
fn scaled(number: usize, by: usize, of: &[usize]) -> usize {
    number * by + of.len()
}

dag! {
    graph Texts<'a>(text: &'a str, mark: String) -> (total, shouted, again, doubled) {
        words(text),
        others = words(text),
        length(each &words),
        total(&length),
        // By value: each word is moved out of the list.
        shouted = shout(each others, &mark),
        again = length(each &shouted),
        // What is `Copy` is copied, beside other arguments.
        doubled = scaled(each length, <[_]>::len(&again), &again),
    }
}

#[test]
fn over_outputs() {
    for text in ["", "a", "some words of a text"] {
        let lens: Vec<usize> = text.split(' ').map(str::len).filter(|&len| len > 0).collect();
        let (total, shouted, again, doubled) =
            Everywhere::new().agree(|executor| Texts { text, mark: "!?".to_owned() }.run(executor).unwrap());
        assert_eq!(total, lens.iter().sum::<usize>());
        assert_eq!(
            shouted,
            text.split(' ').filter(|w| !w.is_empty()).map(|w| w.to_owned() + "!?").collect::<Vec<_>>()
        );
        assert_eq!(again, lens.iter().map(|len| len + 2).collect::<Vec<_>>());
        assert_eq!(doubled, lens.iter().map(|len| len * lens.len() + lens.len()).collect::<Vec<_>>());
    }
    assert!(Texts::TABLE.find("length").unwrap().is_each());
    assert!(!Texts::TABLE.find("words").unwrap().is_each());
    assert_eq!(dependencies(Texts::TABLE.find("doubled").unwrap()), ["length", "again"]);
}

#[task]
fn array() -> [u32; 4] {
    [3, 1, 4, 1]
}

#[task]
fn boxed() -> Box<[u32]> {
    Box::new([5, 9])
}

#[task]
fn shared() -> Arc<[u32]> {
    Arc::new([2, 6, 5])
}

#[task]
fn nested() -> Vec<Vec<u32>> {
    vec![vec![1, 2], vec![], vec![3]]
}

#[task]
fn deque() -> Vec<VecDeque<u32>> {
    vec![VecDeque::from([7, 8])]
}

#[task]
fn add_one(x: &u32) -> u32 {
    x + 1
}

#[task]
fn sum(xs: &[u32]) -> u32 {
    xs.iter().sum()
}

#[task]
fn owned_sum(xs: Vec<u32>) -> u32 {
    xs.into_iter().sum()
}

#[task]
fn front(xs: &VecDeque<u32>) -> Option<u32> {
    xs.front().copied()
}

#[task]
fn explode(x: u32) -> Vec<u32> {
    (0..x).collect()
}

dag! {
    graph Kinds -> (a, b, c, d, e, f, g) {
        array, boxed, shared, nested, moved = nested, deque,
        a = add_one(each &array),
        b = add_one(each &boxed),
        c = add_one(each &shared),
        d = sum(each &nested),
        e = owned_sum(each moved),
        f = front(each &deque),
        // The elements are lists; the task runs once for each list.
        lists = explode(each array),
        g = sum(each &lists),
    }
}

#[test]
fn over_whatever_gives_a_slice() {
    let all = Everywhere::new().agree(|executor| Kinds.run(executor).unwrap());
    let expected = (
        vec![4, 2, 5, 2],
        vec![6, 10],
        vec![3, 7, 6],
        vec![3, 0, 3],
        vec![3, 0, 3],
        vec![Some(7)],
        vec![3, 0, 6, 0],
    );
    assert_eq!(all, expected);
}

const N: usize = 3;

#[task]
fn file(i: usize) -> Vec<String> {
    (0..i).map(|k| format!("{i}{k}")).collect()
}

#[task]
fn parse(text: &str, offset: u32) -> u32 {
    text.parse::<u32>().unwrap() + offset
}

#[task]
fn parse_owned(text: String) -> u32 {
    text.parse().unwrap()
}

#[task]
fn number(i: usize) -> u32 {
    i as u32
}

#[task]
fn lens(rows: &[Vec<u32>]) -> Vec<usize> {
    rows.iter().map(Vec::len).collect()
}

dag! {
    graph OfFamilies -> (over_all, over_row, over_part, by_value, over_one, lists, rows, rows_by_value, lens) {
        number[i in 0..N, j in 0..4] = number(10 * i + j),
        // Over the members of a family: all, a row, part of a row; the output is not a family.
        over_all = add_one(each &number),
        over_row = add_one(each &number[1, ..]),
        over_part = add_one(each &number[2, 1..=2]),
        by_value = explode(each small),
        small[i in 0..N] = number(i),
        files[i in 0..=N] = file(i),
        moved[i in 0..=N] = file(i),
        // Over the elements of one member's output.
        over_one = parse(each &files[2], 100),
        // Over members whose outputs are lists.
        lists = concat(each &files),
        // A family of tasks, each of which runs over the elements of a member's output.
        rows[i in 0..=N] = parse(each &files[i], i as u32),
        rows_by_value[i in 0..=N] = parse_owned(each moved[i]),
        lens(&rows),
    }
}

#[task]
fn concat(texts: &[String]) -> String {
    texts.concat()
}

#[test]
fn over_families() {
    let (over_all, over_row, over_part, by_value, over_one, lists, rows, rows_by_value, lens) =
        Everywhere::new().agree(|executor| OfFamilies.run(executor).unwrap());
    assert_eq!(over_all, [1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24]);
    assert_eq!(over_row, [11, 12, 13, 14]);
    assert_eq!(over_part, [22, 23]);
    assert_eq!(by_value, [vec![], vec![0], vec![0, 1]]);
    assert_eq!(over_one, [120, 121]);
    assert_eq!(lists, ["", "10", "2021", "303132"]);
    assert_eq!(rows, [vec![], vec![11], vec![22, 23], vec![33, 34, 35]]);
    assert_eq!(rows_by_value, [vec![], vec![10], vec![20, 21], vec![30, 31, 32]]);
    assert_eq!(lens, [0, 1, 2, 3]);
    let of = |name| dependencies(OfFamilies::TABLE.find(name).unwrap());
    assert_eq!(of("over_part"), ["number[2, 1]", "number[2, 2]"]);
    assert_eq!(of("rows[2]"), ["files[2]"]);
    assert_eq!(of("over_all").len(), 12);
    assert!(OfFamilies::TABLE.find("rows[2]").unwrap().is_each());
    assert!(!OfFamilies::TABLE.find("files[2]").unwrap().is_each());
}

dag! {
    graph Chained(start: u32) -> (levels, ends, flat) {
        first = explode(start),
        // `each` over `each`, along a family.
        levels[t in 0..4] = add(each &levels_before[t], t as u32),
        levels_before[t in 0..4] = all_of(if t == 0 { &first } else { &levels[t - 1] }),
        ends = sum(each &levels),
        // Over the elements of an output over whose elements another task runs too.
        nested[i in 0..2] = explode(each levels_at[i]),
        levels_at[i in 0..2] = all_of(&levels[i]),
        flat[i in 0..2] = sum(each &nested[i]),
    }
}

#[task]
fn add(x: &u32, y: u32) -> u32 {
    x + y
}

#[task]
fn all_of(xs: &[u32]) -> Vec<u32> {
    xs.to_vec()
}

#[test]
fn each_over_each() {
    let (levels, ends, flat) =
        Everywhere::new().agree(|executor| Chained { start: 3 }.run(executor).unwrap());
    assert_eq!(levels, [[0, 1, 2], [1, 2, 3], [3, 4, 5], [6, 7, 8]]);
    assert_eq!(ends, [3, 6, 12, 21]);
    let triangle = |x: u32| (0..x).sum::<u32>();
    assert_eq!(flat, [[0, 1, 2].map(triangle), [1, 2, 3].map(triangle)]);
}

/// Which elements fail, by a number that is unique to each.
#[derive(Debug, Default)]
struct Plan {
    failing: Vec<u32>,
    panicking: Vec<u32>,
    ran: AtomicUsize,
}

#[task]
fn check(x: &u32, offset: u32, plan: &Plan) -> Result<u32, String> {
    plan.ran.fetch_add(1, Ordering::Relaxed);
    let x = offset + *x;
    if plan.panicking.contains(&x) {
        std::panic::resume_unwind(Box::new(format!("no {x}")));
    }
    if plan.failing.contains(&x) { Err(format!("not {x}")) } else { Ok(x) }
}

dag! {
    graph Fallible(plan: Arc<Plan>) -> (checked, rows) {
        list = explode(100),
        checked = check(each &list, 0, &plan),
        lists[i in 0..3] = explode(20 * i as u32),
        rows[i in 0..3] = check(each &lists[i], 100 * (i as u32 + 1), &plan) after [checked if i == 1],
        sums[i in 0..3] = sum(&rows[i]),
    }
}

#[test]
fn the_lowest_failing_element_is_named() {
    let run = |executor: &dyn Executor<Fallible>, failing: &[u32], panicking: &[u32]| -> (Error, usize) {
        let plan = Plan { failing: failing.to_vec(), panicking: panicking.to_vec(), ..Plan::default() };
        let plan = Arc::new(plan);
        let error = Fallible { plan: Arc::clone(&plan) }.run(executor).unwrap_err();
        (error, plan.ran.load(Ordering::Relaxed))
    };
    Everywhere::new().keep_going(true).each(|executor| {
        let (error, ran) = run(executor, &[93, 57, 71], &[60]);
        assert_eq!(error.task(), Some("checked[57]"));
        assert_eq!(error.to_string(), "task `checked[57]` of graph `Fallible` failed: not 57");
        assert_eq!(error.skipped(), ["rows[1]", "sums[1]"]);
        // All elements of `checked`, of `rows[0]` and of `rows[2]`.
        assert_eq!(ran, 100 + 40);
        let (error, _) = run(executor, &[60], &[41, 59]);
        assert_eq!(error.to_string(), "task `checked[41]` of graph `Fallible` panicked: no 41");
        assert!(error.is_panic());
        let (error, ran) = run(executor, &[317, 216], &[]);
        assert_eq!(error.task(), Some("rows[1][16]"));
        assert_eq!(error.skipped(), ["sums[1]", "sums[2]"]);
        assert_eq!(ran, 100 + 20 + 40);
    });
    Everywhere::new().each(|executor| {
        let (error, _) = run(executor, &[57, 93], &[]);
        assert!(["checked[57]", "checked[93]"].contains(&error.task().unwrap()), "{error}");
    });
    let (error, ran) = run(&Serial, &[57, 93], &[]);
    assert_eq!((error.task(), ran), (Some("checked[57]"), 58));
    let (checked, rows) =
        Everywhere::new().agree(|executor| Fallible { plan: Arc::default() }.run(executor).unwrap());
    assert_eq!(checked, (0..100).collect::<Vec<_>>());
    assert_eq!(rows, [vec![], (200..220).collect(), (300..340).collect()]);
}

#[task]
fn tokens(ledger: &Arc<Ledger>, count: usize) -> Vec<Token> {
    (0..count).map(|_| ledger.token("made")).collect()
}

#[task]
fn pass(token: Token, at: &AtomicUsize, fail: usize) -> Result<Token, String> {
    token.check();
    if at.fetch_add(1, Ordering::Relaxed) == fail { Err("told to".to_owned()) } else { Ok(token) }
}

#[task]
fn renew(token: &Token, ledger: &Arc<Ledger>) -> Token {
    token.check();
    ledger.token("renewed")
}

dag! {
    graph Owned(ledger: Arc<Ledger>, at: Arc<AtomicUsize>, fail: usize) -> (passed, rows) {
        tokens(&ledger, 50),
        passed = pass(each tokens, &at, fail),
        lists[i in 0..4] = tokens(&ledger, 10 * i),
        renewed[i in 0..4] = renew(each &lists[i], &ledger),
        rows[i in 0..4] = pass(each renewed[i], &at, fail),
    }
}

#[test]
fn elements_are_dropped_once() {
    let (elements, all) = (50 + 60, 50 + 60 + 60);
    for fail in (0..elements).step_by(7).chain([elements]) {
        for keep_going in [false, true] {
            Everywhere::new().keep_going(keep_going).each(|executor| {
                let ledger = Arc::<Ledger>::default();
                let result = Owned { ledger: Arc::clone(&ledger), at: Arc::default(), fail }.run(executor);
                assert_eq!(result.is_ok(), fail == elements);
                if result.is_ok() {
                    assert_eq!(ledger.alive(), elements);
                    assert_eq!(ledger.counts().values().map(|count| count.made).sum::<usize>(), all);
                }
                drop(result);
                let counts = ledger.counts();
                assert!(counts.values().all(|count| count.made == count.dropped), "{counts:?}");
                assert_eq!(ledger.alive(), 0);
            });
        }
    }
}

#[task]
fn counters(of: &Rc<Cell<usize>>) -> Vec<Rc<Cell<usize>>> {
    vec![Rc::clone(of); 3]
}

#[task]
fn count(counter: Rc<Cell<usize>>) -> Rc<Cell<usize>> {
    counter.set(counter.get() + 1);
    counter
}

dag! {
    graph Local(counter: Rc<Cell<usize>>) -> counted {
        counters(&counter),
        first = count(each counters),
        counted = count(each first),
    }
}

#[test]
fn elements_that_stay_on_a_thread() {
    let counter = Rc::default();
    let counted = Local { counter: Rc::clone(&counter) }.run(&Serial).unwrap();
    assert_eq!((counted.len(), counter.get(), Rc::strong_count(&counter)), (3, 6, 4));
}
