//! Outputs and inputs that are moved.

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

#[task]
fn load(n: u64) -> Vec<u64> {
    (0..n).collect()
}

/// Changes its argument in place: no copy is made.
#[task(depends = [load])]
fn doubled(mut load: Vec<u64>) -> (usize, Vec<u64>) {
    let address = load.as_ptr().addr();
    load.iter_mut().for_each(|x| *x *= 2);
    (address, load)
}

#[task(depends = [doubled])]
fn total(doubled: (usize, Vec<u64>)) -> (bool, u64) {
    (doubled.0 == doubled.1.as_ptr().addr(), doubled.1.iter().sum())
}

dag! { graph Attributes -> total { load(1000), doubled, total } }

#[test]
fn by_attributes() {
    assert_eq!(Everywhere::new().agree(|executor| Attributes.run(executor).unwrap()), (true, 999_000));
}

#[task]
fn appended(mut xs: Vec<u64>, ys: Vec<u64>) -> Vec<u64> {
    xs.extend(ys);
    xs
}

#[task]
fn sorted(xs: &mut Vec<u64>) -> Vec<u64> {
    xs.sort_unstable_by(|a, b| b.cmp(a));
    std::mem::take(xs)
}

#[task]
fn longest(lists: Vec<Vec<u64>>) -> usize {
    lists.iter().map(Vec::len).max().unwrap_or(0)
}

#[task]
fn folded(xs: Vec<u64>, fold: impl_free::Fold) -> u64 {
    xs.into_iter().fold(0, fold)
}

mod impl_free {
    pub(super) type Fold = fn(u64, u64) -> u64;
}

dag! {
    graph Lines -> (all, longest, folded) {
        a = load(3), b = load(4), c = load(5), d = load(6), e = load(7),
        all = appended(a, b),
        backwards = sorted(&mut c),
        longest(vec![backwards, d]),
        folded(e, |sum, x| 10 * sum + x),
    }
}

#[test]
fn by_lines() {
    assert_eq!(
        Everywhere::new().agree(|executor| Lines.run(executor).unwrap()),
        (vec![0, 1, 2, 0, 1, 2, 3], 6, 123_456)
    );
}

#[task(depends = [load])]
fn reader(load: &[u64]) -> u64 {
    load.iter().sum()
}

/// Takes an output that other tasks only wait for.
#[task(depends = [load])]
fn taker(load: Vec<u64>) -> usize {
    load.len()
}

dag! {
    // `load` is an order-only dependency of `later`, and its output is taken by `taker`.
    graph WaitsToo -> (taker, later) { load(9), taker, later = load(2) after [load, taker] }
}

#[test]
fn while_others_wait_for_the_task() {
    assert_eq!(Everywhere::new().agree(|executor| WaitsToo.run(executor).unwrap()), (9, vec![0, 1]));
}

#[test]
fn moves_and_functions() {
    assert_eq!(reader(&load(4)), 6);
}

/// Can be neither copied nor cloned.
#[derive(Debug, PartialEq, Eq)]
struct Ticket(String);

#[task]
fn stamp(ticket: Ticket, with: &str) -> Ticket {
    Ticket(ticket.0 + with)
}

#[task]
fn length(text: &str, n: usize) -> usize {
    text.len() + n
}

dag! {
    // `ticket` is used once and moved; `text` is borrowed; `n` is `Copy` and used twice.
    graph Inputs<'a>(ticket: Ticket, text: String, n: usize, with: &'a str) -> (stamped, again, one, two) {
        stamped = stamp(ticket, with),
        one = length(&text, n),
        two = length(text.as_str(), *&n + 1),
        again = length(with, 0),
    }
}

#[test]
fn inputs_are_moved_and_borrowed() {
    let all = Everywhere::new().agree(|executor| {
        let inputs = Inputs { ticket: Ticket("t".into()), text: "four".into(), n: 10, with: "!" };
        inputs.run(executor).unwrap()
    });
    assert_eq!(all, (Ticket("t!".into()), 1, 14, 15));
}

#[task]
fn refuse(ticket: Ticket) -> Result<Ticket, String> {
    Err(format!("`{}` is refused", ticket.0))
}

dag! { graph Refused(ticket: Ticket) -> refuse { refuse(ticket) } }

#[test]
fn a_moved_input_can_be_in_an_error() {
    let error = Everywhere::new()
        .agree(|executor| Refused { ticket: Ticket("t".into()) }.run(executor).unwrap_err().to_string());
    assert_eq!(error, "task `refuse` of graph `Refused` failed: `t` is refused");
}

#[task]
fn point() -> (f64, f64) {
    (3.0, 4.0)
}

#[task]
fn norm(point: (f64, f64)) -> f64 {
    point.0.hypot(point.1)
}

#[task(depends = [point])]
fn x(point: (f64, f64)) -> f64 {
    point.0
}

dag! {
    graph Copies -> (point, x, norm, again, sum) {
        point, x, norm(point), again = norm((point.1, point.0)), sum = total_of(&point, x),
    }
}

#[task]
fn total_of(point: &(f64, f64), x: f64) -> f64 {
    point.0 + point.1 + x
}

#[test]
fn an_output_that_is_copy_is_taken_by_many() {
    assert_eq!(
        Everywhere::new().agree(|executor| Copies.run(executor).unwrap()),
        ((3.0, 4.0), 3.0, 5.0, 5.0, 10.0)
    );
}
