//! Tasks that run once for each element, and are wanted or not as a whole.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dag_runtime::{dag, task};
use dag_tests::{Everywhere, Ledger, Token};

#[task]
fn list(n: u32) -> Vec<u32> {
    (0..n).collect()
}

#[task]
fn texts(n: u32) -> Vec<String> {
    (0..n).map(|n| n.to_string()).collect()
}

#[task]
fn number(n: u32) -> u32 {
    n
}

#[task]
fn add(x: &u32, n: u32) -> u32 {
    x + n
}

#[task]
fn add_copied(x: u32, n: u32) -> u32 {
    x + n
}

#[task]
fn join(text: String, more: &str) -> String {
    text + more
}

#[task(depends = [list], each = list)]
fn double(list: &u32) -> u64 {
    u64::from(*list) * 2
}

#[task(depends = [list, number], each = list)]
fn with_number(list: &u32, number: Option<&u32>) -> u32 {
    list + number.unwrap_or(&100)
}

#[task(depends = [list, number], each = list)]
fn with_number_copied(list: u32, number: Option<u32>) -> u32 {
    list + number.unwrap_or(100)
}

#[task(depends = [double])]
fn sum(double: Option<&[u64]>) -> Option<u64> {
    double.map(|double| double.iter().sum())
}

#[task(depends = [double])]
#[allow(clippy::ref_option, reason = "one of the forms")]
fn count(double: &Option<Vec<u64>>) -> usize {
    double.as_ref().map_or(99, Vec::len)
}

#[task(depends = [double])]
fn take(double: Option<Vec<u64>>) -> usize {
    double.map_or(99, |double| double.len())
}

dag! {
    graph Forms(n: u32, plot: bool, extra: Option<u32>) ->
        (double, number, by_input, by_element, added, copied, moved, family, of_each, constant)
    {
        list(n),
        double when plot && list.len() > 1,
        number(n) when plot,
        by_input = add(each &list, extra) when let Some(extra) = extra,
        by_element = add(each &list, *first + more) when let Some(first) = list.first() && let Some(more) = number && *first < more,
        added = add(each &list, number.unwrap_or(7)) when number.is_some() || n == 1,
        copied = add_copied(each list, *n) when let n @ 2.. = &n,
        texts(n),
        moved = join(each texts, "!") when plot,
        members[i in 0..3] = number(i as u32),
        family = add(each &members, 10) when !plot,
        first = add(each &list, 1),
        of_each = add(each &first, 1) when !first.is_empty(),
        constant = add(each &list, 0) when false,
    }
    graph Readers(n: u32, plot: bool) -> (sum, count, with_number, with_number_copied) {
        list(n),
        double when plot,
        number(n) when plot,
        sum,
        count,
        with_number,
        with_number_copied,
    }
    graph Taken(n: u32, plot: bool) -> take { list(n), double when plot, take }
}

type FormsOutput = (
    Option<Vec<u64>>,
    Option<u32>,
    Option<Vec<u32>>,
    Option<Vec<u32>>,
    Option<Vec<u32>>,
    Option<Vec<u32>>,
    Option<Vec<String>>,
    Option<Vec<u32>>,
    Option<Vec<u32>>,
    Option<Vec<u32>>,
);

#[test]
fn conditions_of_lists() {
    let run = |n, plot, extra| -> FormsOutput {
        Everywhere::new().agree(|executor| Forms { n, plot, extra }.run(executor).unwrap())
    };
    let list = |list: &[u32]| Some(list.to_vec());
    let texts = |list: &[&str]| Some(list.iter().map(|&text| text.to_owned()).collect());
    assert_eq!(
        run(2, true, Some(5)),
        (
            Some(vec![0, 2]),
            Some(2),
            list(&[5, 6]),
            list(&[2, 3]),
            list(&[2, 3]),
            list(&[2, 3]),
            texts(&["0!", "1!"]),
            None,
            list(&[2, 3]),
            None,
        )
    );
    assert_eq!(
        run(1, false, None),
        (None, None, None, None, list(&[7]), None, None, list(&[10, 11, 12]), list(&[2]), None)
    );
    // A list without elements is wanted all the same.
    assert_eq!(
        run(0, true, Some(1)),
        (None, Some(0), list(&[]), None, list(&[]), None, texts(&[]), None, None, None)
    );
}

#[test]
fn readers_of_lists() {
    let run = |n, plot| Everywhere::new().agree(|executor| Readers { n, plot }.run(executor).unwrap());
    assert_eq!(run(2, true), (Some(2), 2, vec![2, 3], vec![2, 3]));
    assert_eq!(run(1, false), (None, 99, vec![100], vec![100]));
    let take = |n, plot| Everywhere::new().agree(|executor| Taken { n, plot }.run(executor).unwrap());
    assert_eq!((take(3, true), take(3, false), take(0, true)), (3, 99, 0));
}

#[test]
fn many_elements() {
    for plot in [true, false] {
        let (n, extra) = (3000, Some(1));
        let all = Everywhere::new().agree(|executor| Forms { n, plot, extra }.run(executor).unwrap());
        assert_eq!(all.0.map(|double| double.len()), plot.then_some(3000));
        assert_eq!(all.2.map(|list| list.len()), Some(3000));
        assert_eq!(all.6.map(|list| list.len()), plot.then_some(3000));
    }
}

/// What a condition does when it is evaluated for the nth time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    True,
    False,
    Panic,
}

/// Conditions that are not the same each time.
struct Impure {
    calls: AtomicUsize,
    at: usize,
    before: Call,
    from_then_on: Call,
    ledger: Arc<Ledger>,
}

impl Impure {
    fn wanted(&self) -> bool {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        match if call < self.at { self.before } else { self.from_then_on } {
            Call::True => true,
            Call::False => false,
            Call::Panic => resume_unwind(Box::new("the condition panics")),
        }
    }
}

#[task]
fn tokens(impure: &Impure, n: usize) -> Vec<Token> {
    (0..n).map(|_| impure.ledger.token("tokens")).collect()
}

#[task]
fn borrowed(token: &Token, impure: &Impure) -> Token {
    token.check();
    impure.ledger.token("borrowed")
}

#[task]
fn owned(token: Token, impure: &Impure) -> (Token, Token) {
    token.check();
    (token, impure.ledger.token("owned"))
}

#[task]
fn plain(x: u64, _impure: &Impure) -> u64 {
    x + 1
}

#[task]
fn numbers(n: usize) -> Vec<u64> {
    (0..n as u64).collect()
}

dag! {
    graph Borrowed(impure: Arc<Impure>, n: usize) -> list {
        tokens(&impure, n),
        list = borrowed(each &tokens, &impure) when impure.wanted(),
    }
    graph Owned(impure: Arc<Impure>, n: usize) -> list {
        tokens(&impure, n),
        list = owned(each tokens, &impure) when impure.wanted(),
    }
    graph Numbers(impure: Arc<Impure>, n: usize) -> list {
        numbers(n),
        list = plain(each numbers, &impure) when impure.wanted(),
    }
}

#[test]
fn conditions_that_change() {
    change(&[0, 1, 3], &[0, 3]);
}

#[test]
fn conditions_that_change_between_many_elements() {
    change(&[1, 2, 3, 7], &[50, 700]);
}

/// A condition that is not the same each time makes the run fail, or one of the answers counts.
fn change(at: &[usize], elements: &[usize]) {
    use Call::{False, Panic, True};
    for (before, from_then_on) in [(True, False), (False, True), (True, Panic), (False, Panic), (Panic, True)]
    {
        for &at in at {
            for &n in elements {
                let impure = || {
                    let (calls, ledger) = (AtomicUsize::new(0), Arc::default());
                    Arc::new(Impure { calls, at, before, from_then_on, ledger })
                };
                let is_expected = |text: String| {
                    let changed = "the condition of its `when` has changed while the task was running";
                    assert!(text.ends_with(changed) || text.ends_with("the condition panics"), "{text}");
                };
                Everywhere::new().each(|executor| {
                    let impure = impure();
                    match (Borrowed { impure: Arc::clone(&impure), n }).run(executor) {
                        Ok(list) => assert!(list.is_none_or(|list| list.len() == n)),
                        Err(error) => is_expected(error.to_string()),
                    }
                    assert_eq!(impure.ledger.alive(), 0);
                });
                Everywhere::new().keep_going(true).each(|executor| {
                    let impure = impure();
                    match (Owned { impure: Arc::clone(&impure), n }).run(executor) {
                        Ok(list) => assert!(list.is_none_or(|list| list.len() == n)),
                        Err(error) => is_expected(error.to_string()),
                    }
                    assert_eq!(impure.ledger.alive(), 0);
                });
                Everywhere::new().each(|executor| match (Numbers { impure: impure(), n }).run(executor) {
                    Ok(list) => assert!(list.is_none_or(|list| list.len() == n)),
                    Err(error) => is_expected(error.to_string()),
                });
            }
        }
    }
}
