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
