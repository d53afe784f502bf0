//! What is wrong for some sizes is an error before anything runs.

use std::sync::atomic::{AtomicUsize, Ordering};

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

/// How many tasks have run.
type Ran = AtomicUsize;

#[task]
fn first(ran: &Ran) -> u64 {
    ran.fetch_add(1, Ordering::Relaxed) as u64
}

#[task]
fn one(ran: &Ran, _before: &u64) -> u64 {
    ran.fetch_add(1, Ordering::Relaxed) as u64
}

#[task]
fn some(ran: &Ran, _before: &[u64]) -> u64 {
    ran.fetch_add(1, Ordering::Relaxed) as u64
}

/// A run of the graph with these sizes is this error on every executor, and no task runs; so is its table.
macro_rules! assert_error {
    ($graph:ident [$($size:ident = $value:expr),+], $text:expr) => {{
        let text = format!("graph `{}` {}", stringify!($graph), $text);
        let ran = Ran::new(0);
        let errors = Everywhere::new().each(|executor| {
            $graph { $($size: $value,)+ ran: &ran }.run(executor).map(drop).unwrap_err()
        });
        let of_table = $graph::table($($value),+).unwrap_err();
        for error in errors.iter().chain([&of_table]) {
            assert_eq!(error.to_string(), text);
            assert_eq!((error.task(), error.skipped().len(), error.is_panic()), (None, 0, false));
        }
        assert_eq!(ran.into_inner(), 0, "tasks ran");
    }};
}

dag! {
    graph Heat<'a>[steps, cells](ran: &'a Ran) -> total {
        before = first(ran),
        cell[t in 0..steps, x in 0..cells] = some(ran, if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }),
        total = some(ran, &cell[steps - 1, ..]),
    }
    graph Corner<'a>[m, n](ran: &'a Ran) {
        cell[i in 2..m, j in i..n] = first(ran),
        last = one(ran, &cell[m - 1, n]),
    }
    graph Member<'a>[n](ran: &'a Ran) {
        cell[i in 0..n] = one(ran, if i % 3 == 2 { &other[i + 1] } else { &other[0] }),
        other[i in 0..n] = first(ran),
    }
}

#[test]
fn a_member_that_does_not_exist() {
    assert_error!(
        Heat[steps = 0, cells = 8],
        "with steps = 0, cells = 8: `total` asks for `cell[-1, ..]`, and `t` is in 0..0"
    );
    assert_error!(
        Corner[m = 4, n = 9],
        "with m = 4, n = 9: `last` asks for `cell[3, 9]`, and `j` is in 3..9 for `cell[3, ..]`"
    );
    assert_error!(
        Corner[m = 2, n = 9],
        "with m = 2, n = 9: `last` asks for `cell[1, 9]`, and `i` is in 2..2"
    );
    // The first one of several.
    assert_error!(Member[n = 6], "with n = 6: `cell[5]` asks for `other[6]`, and `i` is in 0..6");
    let ran = Ran::new(0);
    Everywhere::new().each(|executor| Member { n: 5, ran: &ran }.run(executor).unwrap());
    Everywhere::new().each(|executor| Heat { steps: 1, cells: 0, ran: &ran }.run(executor).unwrap());
}

#[cfg(target_pointer_width = "64")]
#[test]
fn a_size_that_is_too_large() {
    for size in [1 << 31, usize::MAX] {
        assert_error!(
            Heat[steps = 3, cells = size],
            format!("with steps = 3, cells = {size}: size `cells` is {size}, and a size is at most 2147483647")
        );
    }
}

dag! {
    graph Square<'a>[n](ran: &'a Ran) { cell[i in 0..n, j in 0..n] = first(ran) }
    graph Triangle<'a>[n](ran: &'a Ran) { cell[i in 0..16, j in i..n] = first(ran) }
    graph Both<'a>[n](ran: &'a Ran) { left[i in 0..n] = first(ran), right[i in 0..n] = first(ran) }
    graph Powers<'a>[n](ran: &'a Ran) { cell[i in 0..n << 31] = first(ran), one(ran, &cell[0]) }
}

#[test]
fn too_many_members() {
    let many = "a graph has at most 2147483647 tasks";
    assert_error!(Square[n = 50_000], format!("with n = 50000: {many}"));
    assert_error!(Square[n = i32::MAX as usize], format!("with n = 2147483647: {many}"));
    assert_error!(Triangle[n = 1 << 30], format!("with n = 1073741824: {many}"));
    assert_error!(Both[n = (1 << 30) + 1], format!("with n = 1073741825: {many}"));
    assert_error!(Powers[n = 5], format!("with n = 5: {many}"));
}

dag! {
    graph Range<'a>[n](ran: &'a Ran) { before = first(ran), cell[i in 0..2, j in i..n * n * n * n] = first(ran) }
    graph Power<'a>[n](ran: &'a Ran) { cell[i in n.pow(3)..n.pow(3)] = first(ran) }
    graph Shift<'a>[n](ran: &'a Ran) { cell[i in n >> n..(1 << n) / (1 << n)] = first(ran) }
    graph Far<'a>[n](ran: &'a Ran) { cell[i in isize::MAX as usize - n..isize::MAX as usize] = first(ran) }
    graph Index<'a>[n](ran: &'a Ran) {
        cell[i in 0..3] = first(ran),
        last[i in 0..3, j in i..2] = one(ran, &cell[if i == 2 { 0 } else { i * n * n * n % 3 }]),
    }
    graph Bound<'a>[n](ran: &'a Ran) { cell[i in 0..3] = first(ran), last = some(ran, &cell[..n * n * n]) }
    graph Condition<'a>[n](ran: &'a Ran) {
        cell[i in 0..3] = first(ran),
        last[i in 0..3] = some(ran, if i > 0 && (i + n) * n * 4 * n > 5 { &cell } else { &[] }),
    }
    graph Divided<'a>[n](ran: &'a Ran) {
        cell[i in 0..6 / n] = first(ran),
        last[i in 0..3] = one(ran, &cell[i % (n - 1)]),
    }
}

/// In optimized programs too, where `+` wraps.
#[cfg(target_pointer_width = "64")]
#[test]
fn an_overflow() {
    let large = 1 << 30;
    assert_error!(Range[n = 70_000], "with n = 70000: the range of `j` in `cell` overflows");
    assert_error!(Power[n = large], format!("with n = {large}: the range of `i` in `cell` overflows"));
    assert_error!(Shift[n = 64], "with n = 64: the range of `i` in `cell` overflows");
    assert_error!(Far[n = 3], "with n = 3: the range of `i` in `cell` overflows");
    let wrong = "an index or a condition overflows";
    assert_error!(Index[n = large], format!("with n = {large}: where `last[1, 1]` asks for `cell`, {wrong}"));
    assert_error!(
        Bound[n = large * 2 - 1],
        format!("with n = {}: where `last` asks for `cell`, {wrong}", large * 2 - 1)
    );
    assert_error!(
        Condition[n = large * 2 - 1],
        format!("with n = {}: where `last[1]` asks for `cell`, {wrong}", large * 2 - 1)
    );
    let ran = Ran::new(0);
    Power { n: 1 << 20, ran: &ran }.run(&dag_runtime::Serial).unwrap();
    Shift { n: 62, ran: &ran }.run(&dag_runtime::Serial).unwrap();
    Far { n: 0, ran: &ran }.run(&dag_runtime::Serial).unwrap();
    Index { n: 1 << 20, ran: &ran }.run(&dag_runtime::Serial).unwrap();
    Bound { n: 1 << 20, ran: &ran }.run(&dag_runtime::Serial).unwrap();
    Condition { n: 1 << 20, ran: &ran }.run(&dag_runtime::Serial).unwrap();
}

#[test]
fn a_division_by_zero() {
    assert_error!(Divided[n = 0], "with n = 0: the range of `i` in `cell` divides by zero");
    let wrong = "an index or a condition divides by zero";
    assert_error!(Divided[n = 1], format!("with n = 1: where `last[0]` asks for `cell`, {wrong}"));
    let ran = Ran::new(0);
    Divided { n: 2, ran: &ran }.run(&dag_runtime::Serial).unwrap();
}

const LIST: [usize; 3] = [1, 2, 3];

const fn checked(n: usize) -> usize {
    assert!(n < 5, "n is too large");
    n
}

dag! {
    graph Listed<'a>[n](ran: &'a Ran) { cell[i in 0..LIST[n]] = first(ran) }
    graph Called<'a>[n](ran: &'a Ran) { cell[i in 0..5] = first(ran), last = one(ran, &cell[checked(n as usize)]) }
}

#[test]
fn a_panic_in_what_the_user_calls() {
    let panicked = "a range, an index or a condition panicked";
    let text = format!("with n = 3: {panicked}: index out of bounds: the len is 3 but the index is 3");
    assert_error!(Listed[n = 3], text);
    assert_error!(Called[n = 5], format!("with n = 5: {panicked}: n is too large"));
    let ran = Ran::new(0);
    Listed { n: 2, ran: &ran }.run(&dag_runtime::Serial).unwrap();
    Called { n: 4, ran: &ran }.run(&dag_runtime::Serial).unwrap();
}

dag! {
    graph Readers<'a>[n](ran: &'a Ran) { cell[i in 0..n] = first(ran), reader[i in 0..n] = some(ran, &cell) }
    graph Slices<'a>[n](ran: &'a Ran) { cell[i in 0..n] = first(ran), reader[i in 0..n] = some(ran, &cell[i / n..]) }
}

#[test]
fn too_many_edges() {
    let many = "a graph has at most 4294967295 dependencies";
    assert_error!(Readers[n = 70_000], format!("with n = 70000: {many}"));
    assert_error!(Slices[n = 70_000], format!("with n = 70000: {many}"));
}

#[task]
fn listed(ran: &Ran) -> Vec<u64> {
    vec![ran.fetch_add(1, Ordering::Relaxed) as u64]
}

#[task]
fn take(ran: &Ran, _taken: Vec<u64>) -> u64 {
    ran.fetch_add(1, Ordering::Relaxed) as u64
}

dag! {
    #[checked_at_run]
    graph Jump<'a>[n](ran: &'a Ran) {
        cell[i in 0..n] = some(ran, if i > 0 { &cell[i * i % n..=i * i % n] } else { &[] }),
    }
    graph Taken<'a>[n](ran: &'a Ran) { cell[i in 0..n] = listed(ran), takers[i in 0..n] = take(ran, cell[i / 2]) }
}

#[test]
fn what_is_proven_for_no_size_is_checked_for_each() {
    let ran = Ran::new(0);
    // 1 is its own square.
    let error = Jump::table(2).unwrap_err().to_string();
    assert!(error.contains("with n = 2: dependency cycle: `cell[1]`"), "{error}");
    let error = Jump { n: 7, ran: &ran }.run(&dag_runtime::Serial).unwrap_err().to_string();
    assert!(error.contains("with n = 7: dependency cycle: `cell[1]`"), "{error}");
    Jump { n: 1, ran: &ran }.run(&dag_runtime::Serial).unwrap();
    assert_eq!(ran.load(Ordering::Relaxed), 1);
    let error = Taken { n: 2, ran: &ran }.run(&dag_runtime::Serial).unwrap_err().to_string();
    assert!(error.contains("with n = 2: ") && error.contains("`cell[0]`"), "{error}");
    assert_eq!(ran.load(Ordering::Relaxed), 1);
    Taken { n: 1, ran: &ran }.run(&dag_runtime::Serial).unwrap();
}

#[task]
fn base(ran: &Ran) -> Box<u64> {
    Box::new(ran.fetch_add(1, Ordering::Relaxed) as u64)
}

#[task(depends = [base])]
fn near(base: &u64) -> u64 {
    *base
}

#[task(depends = [links])]
fn beyond(links: &[u64], #[from(base)] base: &u64) -> u64 {
    base + links.len() as u64
}

dag! {
    graph Indirect<'a>[n](ran: &'a Ran) -> beyond { beyond, base(ran), links[i in 0..n] = near() }
}

/// A family without members passes nothing on.
#[test]
fn an_output_that_is_not_upstream() {
    let ran = Ran::new(0);
    let errors = Everywhere::new()
        .each(|executor| Indirect { n: 0, ran: &ran }.run(executor).unwrap_err().to_string());
    for error in errors {
        assert!(error.contains("with n = 0: `base` is not upstream of `beyond`"), "{error}");
    }
    assert_eq!(ran.load(Ordering::Relaxed), 0);
    Everywhere::new().each(|executor| Indirect { n: 2, ran: &ran }.run(executor).unwrap());
}

/// Whether the sign of a NaN is set, which the compiler and the machine may see in different ways.
const fn sign(i: isize) -> isize {
    let (zero, other) = (i as f64, -(i as f64));
    if (zero / other).is_sign_negative() { 1 } else { 0 }
}

dag! {
    graph Signs[n] -> (first, second) {
        from[i in 0..n] = listed(&RAN),
        first[i in 0..1] = whole(from[sign(i)]),
        second[i in 0..1] = whole(from[1 - sign(i)]),
    }
}

static RAN: Ran = Ran::new(0);

#[task]
fn whole(from: Vec<u64>) -> Vec<u64> {
    from
}

/// It runs, or is an error: nothing is taken twice.
#[test]
fn a_function_that_does_not_always_return_the_same_is_noticed() {
    for n in [2, 3] {
        match (Signs { n }).run(&dag_runtime::Serial) {
            Ok((first, second)) => assert_ne!(first, second),
            Err(error) => assert!(error.to_string().contains("does not always return the same"), "{error}"),
        }
    }
}
