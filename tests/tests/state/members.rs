//! Families, tasks for each element, conditions and attempts that use an input in place.

use std::cell::Cell;
use std::rc::Rc;

use dag_runtime::{Rayon, Serial, dag, task};

#[task]
fn step(log: &mut Vec<usize>, t: usize) -> usize {
    log.push(t);
    log.len()
}

#[task]
fn length(log: &[usize]) -> usize {
    log.len()
}

#[task]
fn sum(of: &[usize]) -> usize {
    of.iter().sum()
}

#[task]
fn chosen(log: Use<'_>, x: usize) -> usize {
    match log {
        Use::Not => 0,
        Use::Len(len) => len,
        Use::Change(log) => {
            log.push(x);
            1
        }
    }
}

enum Use<'l> {
    Not,
    Len(usize),
    Change(&'l mut Vec<usize>),
}

dag! {
    /// A chain of members, then others that share.
    graph Chain<'a>(log: &'a mut Vec<usize>) -> (step, read) {
        step[t in 0..4] = step(log, t) after [step[t - 1] if t > 0],
        read[x in 0..3] = length(&log[x..]) after [step],
    }

    /// This many members that only the form of their indices can prove their order while this compiles.
    graph Long<'a>(log: &'a mut Vec<usize>, other: &'a mut Vec<usize>) -> last {
        step[t in 3..100_000] = step(if t % 2 == 0 { &mut *log } else { &mut *other }, t) after [step[t - 1] if t > 3],
        last = sum(&log[99_000 / 2..]) after [step],
    }

    /// Two families by turns.
    graph Turns<'a>(log: &'a mut Vec<usize>) -> (even, odd) {
        even[t in 0..5] = step(log, 2 * t) after [odd[t - 1] if t > 0],
        odd[t in 0..5] = step(log, 2 * t + 1) after [even[t]],
    }

    /// Only some members use the input, or change it.
    graph Some<'a>(log: &'a mut Vec<usize>) -> chosen {
        chosen[x in 0..6] = chosen(
            if x == 2 { Use::Change(log) } else if x > 3 { Use::Len(log.len()) } else { Use::Not },
            x,
        ) after [chosen[2] if x > 3],
    }

    graph SizedChain<'a>[n](log: &'a mut Vec<usize>) -> (step, read) {
        step[t in 0..n] = step(log, t) after [step[t - 1] if t > 0],
        read[x in 0..n] = length(&log[x..]) after [step],
    }

    graph SizedSome<'a>[n, k](log: &'a mut Vec<usize>) -> chosen {
        chosen[x in 0..n] = chosen(
            if x == k { Use::Change(log) } else if x > k + 1 { Use::Len(log.len()) } else { Use::Not },
            x,
        ) after [chosen[k] if x > k + 1],
    }

    /// Nothing orders the members.
    graph SizedOpen<'a>[n](log: &'a mut Vec<usize>) -> step {
        step[t in 0..n] = step(log, t),
    }

    /// Lines alone order all uses, whatever the size is.
    graph SizedAlone<'a>[n](log: &'a mut Vec<usize>) -> (last, read) {
        first = step(log, 1),
        read[x in 0..n] = some(&log[..1], x) after [first],
        last = step(&mut *log, 2) after [read, first],
    }

    /// What is between two tasks may be empty.
    graph SizedBetween<'a>[n](log: &'a mut Vec<usize>) -> last {
        first = step(log, 1),
        between[t in 0..n] = double(t) after [first],
        last = step(log, 2) after [between],
    }
}

#[task]
fn some(of: &[usize], x: usize) -> usize {
    of.len().max(x.min(1))
}

#[task]
fn double(x: usize) -> usize {
    2 * x
}

#[test]
fn members_change_an_input_one_after_the_other() {
    on_each_executor!(|executor| {
        let mut log = Vec::new();
        assert_eq!(Chain { log: &mut log }.run(executor).unwrap(), (vec![1, 2, 3, 4], vec![4, 3, 2]));
        assert_eq!(log, [0, 1, 2, 3]);
        let (mut log, mut other) = (Vec::new(), Vec::new());
        let last = Long { log: &mut log, other: &mut other }.run(executor).unwrap();
        assert_eq!((log.len(), other.len()), (49_998, 49_999));
        assert_eq!(last, log[49_500..].iter().sum::<usize>());
        assert!(log.is_sorted() && other.is_sorted());
        let mut log = Vec::new();
        let (even, odd) = Turns { log: &mut log }.run(executor).unwrap();
        assert_eq!((even, odd), (vec![1, 3, 5, 7, 9], vec![2, 4, 6, 8, 10]));
        assert_eq!(log, (0..10).collect::<Vec<_>>());
        let mut log = vec![9];
        assert_eq!(Some { log: &mut log }.run(executor).unwrap(), [0, 0, 1, 0, 2, 2]);
        assert_eq!(log, [9, 2]);
    });
}

#[test]
fn sizes_say_which_members_use_an_input() {
    on_each_executor!(|executor| {
        for n in 0..5 {
            let mut log = Vec::new();
            let (steps, read) = SizedChain { n, log: &mut log }.run(executor).unwrap();
            assert_eq!(steps, (1..=n).collect::<Vec<_>>());
            assert_eq!(read, (1..=n).rev().collect::<Vec<_>>());
        }
        // That members are a chain shows when sizes are known.
        const { assert!(!SizedChain::PROVEN.ordered && SizedAlone::PROVEN.ordered) }
        let mut log = vec![9];
        assert_eq!(SizedAlone { n: 3, log: &mut log }.run(executor).unwrap(), (3, vec![1; 3]));
        let mut log = vec![9];
        assert_eq!(SizedSome { n: 6, k: 1, log: &mut log }.run(executor).unwrap(), [0, 1, 0, 2, 2, 2]);
        assert_eq!(SizedOpen { n: 1, log: &mut log }.run(executor).unwrap(), [3]);
        assert_eq!(SizedBetween { n: 2, log: &mut log }.run(executor).unwrap(), 5);
        assert_eq!(log, [9, 1, 0, 1, 2]);
        let error = SizedOpen { n: 2, log: &mut log }.run(executor).unwrap_err();
        assert_eq!(
            error.to_string(),
            "graph `SizedOpen` with n = 2: `step[0]` and `step[1]` both change `log`, and nothing says which of them is first: let each member be `after` the one before it; a task that only reads `log` takes `&*log`"
        );
        let error = SizedBetween { n: 0, log: &mut log }.run(executor).unwrap_err();
        assert_eq!(
            error.to_string(),
            "graph `SizedBetween` with n = 0: `first` and `last` both change `log`, and nothing says which of them is first: let `first` be after `last`, or `last` be after `first`, by `after […]`; a task that only reads `log` takes `&*log`"
        );
        assert_eq!(log.len(), 5, "nothing has run");
    });
}

#[task]
fn items() -> Vec<usize> {
    vec![0, 1, 2]
}

#[task(depends = [items], each = items)]
fn look_up(items: &usize, log: &[usize]) -> usize {
    log[*items]
}

#[task]
fn look(item: &usize, log: &[usize]) -> usize {
    log[*item] + 1
}

#[task(retry = 2)]
fn stubborn(log: &mut Vec<usize>, least: usize) -> Result<usize, String> {
    log.push(0);
    if log.len() >= least { Ok(log.len()) } else { Err("more".into()) }
}

dag! {
    graph Elements<'a>(log: &'a mut Vec<usize>, wanted: bool) -> (look_up, look, sum, stubborn) {
        items,
        step(log, 5) when wanted,
        look_up(&log[..]) after [step],
        look = look(each &items, &*log) after [step],
        sum(&log[1..]) after [step],
        stubborn(&mut log, 6) after [look_up, look, sum],
    }

    graph Alone<'a>(log: &'a mut Vec<usize>) -> stubborn {
        stubborn(&mut *log, 3),
    }
}

#[test]
fn elements_share_and_attempts_change_again() {
    on_each_executor!(|executor| {
        let mut log = vec![1, 2, 3];
        let outputs = Elements { log: &mut log, wanted: true }.run(executor).unwrap();
        assert_eq!(outputs, (vec![1, 2, 3], vec![2, 3, 4], 10, 6));
        assert_eq!(log, [1, 2, 3, 5, 0, 0], "what a failed attempt has changed stays changed");
        let mut log = vec![1, 2, 3];
        let error = Elements { log: &mut log, wanted: false }.run(executor).unwrap();
        assert_eq!(error.3, 6);
        let mut log = Vec::new();
        assert_eq!(Alone { log: &mut log }.run(executor).unwrap(), 3);
        assert_eq!(log, [0; 3]);
    });
}

#[task]
fn count_up(count: &mut Cell<u32>) {
    *count.get_mut() += 1;
}

#[task]
fn count_down(count: &mut Rc<Cell<u32>>) {
    count.set(count.get() - 1);
}

#[task]
fn count_of(count: &Cell<u32>) -> u32 {
    count.get()
}

dag! {
    /// A `Cell` is `Send`, and moves from task to task.
    graph NotSync<'a>(count: &'a mut Cell<u32>) {
        count_up(count),
        again = count_up(count) after [count_up],
    }

    /// Shared, it is for one thread, and so is an `Rc`.
    graph OneThread<'a>(count: &'a mut Cell<u32>, shared: &'a mut Rc<Cell<u32>>) -> count_of {
        count_up(count),
        count_down(shared),
        more = count_down(shared) after [count_down],
        count_of(&*count) after [count_up],
    }
}

#[test]
fn what_cannot_be_shared_is_changed_all_the_same() {
    let mut count = Cell::new(1);
    NotSync { count: &mut count }.run(&Serial).unwrap();
    NotSync { count: &mut count }.run(&Rayon::with_threads(2).unwrap()).unwrap();
    let shared = Rc::new(Cell::new(2));
    let run = OneThread { count: &mut count, shared: &mut Rc::clone(&shared) };
    assert_eq!(run.run(&Serial).unwrap(), 6);
    assert_eq!(shared.get(), 0);
}
