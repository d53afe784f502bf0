//! Steps in any order, with elements and outputs of all kinds, and what is left of them.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use crate::slot::{Part, Position};

/// A call of a task that runs for each of some elements.
type Call<'a, R> = &'a dyn Fn(&Cx<'_>) -> Outcome<Vec<R>>;

/// Makes a step. Returns its result and the element at which it stopped.
fn part<R>(call: Call<'_, R>, part: Part<'_>) -> (Outcome<Vec<R>>, Option<usize>) {
    let position = Position::new();
    // SAFETY: the tests keep rule 6, and use no slots.
    let outcome = call(&unsafe { Cx::step(part, &position) });
    (outcome, position.element())
}

fn is_in_steps<R>(outcome: Outcome<Vec<R>>) -> bool {
    step(outcome.map(|_| ())).is_ok()
}

fn open<R>(call: Call<'_, R>, cell: &EachCell) {
    assert!(is_in_steps(part(call, Part::Open(cell)).0));
}

fn run<R>(call: Call<'_, R>, cell: &EachCell, elements: Range<usize>) -> (Outcome<Vec<R>>, Option<usize>) {
    part(call, Part::Elements(cell, Elements::new(elements, None)))
}

/// Makes all steps, with these elements in each.
fn in_steps<R>(call: Call<'_, R>, chunks: &[Range<usize>]) -> Vec<R> {
    let cell = EachCell::new();
    open(call, &cell);
    for chunk in chunks {
        let (outcome, stopped) = run(call, &cell, chunk.clone());
        assert!(is_in_steps(outcome) && stopped.is_none());
    }
    part(call, Part::Close(&cell)).0.unwrap()
}

/// Makes the whole call.
fn whole<R>(call: Call<'_, R>) -> Vec<R> {
    let position = Position::new();
    // SAFETY: no slots are used.
    let outputs = call(&unsafe { Cx::new(&position) }).unwrap();
    assert_eq!(position.element(), None);
    outputs
}

fn clear(cell: &EachCell) {
    // SAFETY: no step is made meanwhile.
    unsafe { cell.clear() }
}

const CHUNKS: [Range<usize>; 4] = [4..10, 0..1, 10..10, 1..4];

#[test]
fn outputs_are_in_the_order_of_elements_however_these_run() {
    let elements: Vec<usize> = (0..10).collect();
    let call =
        |cx: &Cx<'_>| each_borrowed(cx, &elements, |_, &element, sink| Ok(sink.put(format!("{element}"))));
    let expected: Vec<String> = (0..10).map(|k| format!("{k}")).collect();
    assert_eq!(in_steps(&call, &CHUNKS), expected);
    assert_eq!(whole(&call), expected);
}

#[test]
fn elements_are_taken_once() {
    let taken = AtomicUsize::new(0);
    let take = || {
        taken.fetch_add(1, SeqCst);
        (0..10).map(|k| format!("{k}")).collect()
    };
    let call = |cx: &Cx<'_>| {
        each_owned(cx, false, || unreachable!(), take, |_, text: String, sink| Ok(sink.put(Box::from(text))))
    };
    let expected: Vec<Box<str>> = (0..10).map(|k| format!("{k}").into()).collect();
    assert_eq!(in_steps(&call, &CHUNKS), expected);
    assert_eq!(taken.load(SeqCst), 1);
}

#[test]
fn elements_that_can_be_copied_stay_where_they_are() {
    let elements: Vec<u8> = (0..10).collect();
    let call = |cx: &Cx<'_>| {
        each_owned(cx, true, || &elements[..], || unreachable!(), |_, k: u8, sink| Ok(sink.put(k + 1)))
    };
    assert!(in_steps(&call, &CHUNKS).into_iter().eq(1..11));
}

/// Counts how many there are, and has no size.
struct Counted;

static ALIVE: AtomicUsize = AtomicUsize::new(0);

impl Counted {
    fn new() -> Self {
        ALIVE.fetch_add(1, SeqCst);
        Counted
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, SeqCst);
    }
}

#[test]
fn values_without_a_size_are_dropped_as_often_as_they_are_made() {
    let take = || (0..10).map(|_| Counted::new()).collect();
    let runs = AtomicUsize::new(0);
    let call = |cx: &Cx<'_>| {
        each_owned(
            cx,
            false,
            || unreachable!(),
            take,
            |_, element: Counted, sink| {
                if runs.fetch_add(1, SeqCst) == 3 {
                    return Err("no".into());
                }
                Ok(sink.put((element, Counted::new())))
            },
        )
    };
    let cell = EachCell::new();
    open(&call, &cell);
    let (outcome, stopped) = run(&call, &cell, 2..8);
    assert!(!is_in_steps(outcome));
    assert_eq!((stopped, ALIVE.load(SeqCst)), (Some(5), 3 * 2 + 6));
    clear(&cell);
    assert_eq!(ALIVE.load(SeqCst), 0);
    clear(&cell);

    let outputs = in_steps(&call, &CHUNKS);
    assert_eq!((outputs.len(), ALIVE.load(SeqCst)), (10, 20));
    drop(outputs);
    assert_eq!(whole(&call).len(), 10);
    assert_eq!(ALIVE.load(SeqCst), 0);
}

#[test]
fn a_panic_leaves_all_others_to_be_dropped_or_run() {
    let call = |cx: &Cx<'_>| {
        each_owned(
            cx,
            false,
            || unreachable!(),
            || (0..9).map(Box::new).collect(),
            |_, element: Box<u32>, sink| {
                assert!(*element != 4, "four");
                Ok(sink.put(Some(element)))
            },
        )
    };
    let cell = EachCell::new();
    open(&call, &cell);
    let position = Position::new();
    let elements = Part::Elements(&cell, Elements::new(3..9, None));
    // SAFETY: as in `part`.
    let cx = unsafe { Cx::step(elements, &position) };
    assert!(catch_unwind(AssertUnwindSafe(|| call(&cx))).is_err());
    assert_eq!(position.element(), Some(4));
    assert!(is_in_steps(run(&call, &cell, 5..7).0));
    // 0 to 2, 7 and 8 were not taken; 3, 5 and 6 have outputs.
    drop(cell);
}

/// As temporaries of a call may panic when they are dropped, at its end.
#[test]
fn an_output_is_dropped_where_what_runs_after_it_panics() {
    let alive = Arc::new(());
    let call = |cx: &Cx<'_>| {
        each_borrowed(cx, &[0, 1, 2, 3], |_, &k, sink| {
            let written = sink.put(Arc::clone(&alive));
            assert!(k < 2, "two");
            Ok(written)
        })
    };
    let position = Position::new();
    // SAFETY: no slot is read.
    let cx = unsafe { Cx::new(&position) };
    assert!(catch_unwind(AssertUnwindSafe(|| call(&cx))).is_err());
    assert_eq!((position.element(), Arc::strong_count(&alive)), (Some(2), 1));

    let cell = EachCell::new();
    open(&call, &cell);
    let elements = Part::Elements(&cell, Elements::new(1..4, None));
    // SAFETY: as in `part`.
    let cx = unsafe { Cx::step(elements, &position) };
    assert!(catch_unwind(AssertUnwindSafe(|| call(&cx))).is_err());
    assert_eq!((position.element(), Arc::strong_count(&alive)), (Some(2), 3));
    clear(&cell);
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[test]
fn no_element_starts_in_a_run_that_is_stopped() {
    for width in [10, 1000] {
        let stop = AtomicBool::new(false);
        let elements: Vec<usize> = (0..width).collect();
        let call = |cx: &Cx<'_>| {
            each_borrowed(cx, &elements, |_, &k, sink| {
                stop.store(k == 3, SeqCst);
                Ok(sink.put(()))
            })
        };
        let cell = EachCell::new();
        open(&call, &cell);
        let elements = Part::Elements(&cell, Elements::new(0..width, Some(&stop)));
        let (outcome, stopped) = part(&call, elements);
        assert!(is_in_steps(outcome));
        // In a step with many elements, the check is rare; here it comes too late.
        assert_eq!(stopped, (width == 10).then_some(4));
        stop.store(true, SeqCst);
        let elements = Part::Elements(&cell, Elements::new(0..width, Some(&stop)));
        assert_eq!(part(&call, elements).1, Some(0));
    }
}

/// Panics when it is dropped.
struct Loud(#[allow(dead_code)] Box<u8>);

impl Drop for Loud {
    fn drop(&mut self) {
        std::panic::resume_unwind(Box::new("loud"));
    }
}

#[test]
fn clearing_goes_on_where_a_drop_panicked() {
    let elements = [1_u8, 2, 3, 4];
    let call = |cx: &Cx<'_>| each_borrowed(cx, &elements, |_, &k, sink| Ok(sink.put(Loud(Box::new(k)))));
    let cell = EachCell::new();
    open(&call, &cell);
    assert!(is_in_steps(run(&call, &cell, 1..4).0));
    let panics = (0..10).take_while(|_| catch_unwind(AssertUnwindSafe(|| clear(&cell))).is_err()).count();
    assert_eq!(panics, 3);
}

/// Elements that have not arrived yet, for a task that owns them on another rank.
#[cfg(feature = "mpi")]
#[test]
fn elements_run_in_a_cell_elsewhere() {
    use core::any::Any;

    static ALIVE: AtomicUsize = AtomicUsize::new(0);
    struct Text(String);
    impl Text {
        fn new(text: String) -> Self {
            ALIVE.fetch_add(1, SeqCst);
            Text(text)
        }
    }
    impl Drop for Text {
        fn drop(&mut self) {
            ALIVE.fetch_sub(1, SeqCst);
        }
    }
    let take = || (0..10).map(|k| Text::new(format!("{k}"))).collect();
    let call = |cx: &Cx<'_>| {
        each_owned(
            cx,
            false,
            || unreachable!(),
            take,
            |_, text: Text, sink| Ok(sink.put(Text::new(format!("{}!", text.0)))),
        )
    };
    let (home, away) = (EachCell::new(), EachCell::new());
    open(&call, &home);
    // SAFETY: this thread makes all steps, and gives each element to one.
    unsafe {
        assert_eq!(home.owned_elements(), Some(core::any::TypeId::of::<Vec<Text>>()));
        let lent = home.lend(2..5);
        home.regain(2..5, lent);
        let lent = Cell::new(Some(home.lend(6..9)));
        assert!(is_in_steps(part(&call, Part::OpenOver(&away, &lent)).0));
        assert!(is_in_steps(run(&call, &away, 0..3).0));
        let outputs: Box<dyn Any> = away.outputs(0..3);
        clear(&away);
        assert_eq!(ALIVE.load(SeqCst), 10);
        assert!(home.store(6..9, outputs));
        assert!(is_in_steps(run(&call, &home, 0..6).0) && is_in_steps(run(&call, &home, 9..10).0));
        let all = part(&call, Part::Close(&home)).0.unwrap();
        assert!(all.iter().zip(0..10).all(|(text, k)| text.0 == format!("{k}!")));
        drop(all);
        assert_eq!(ALIVE.load(SeqCst), 0);

        // What is lent is not dropped with the cell; outputs that are not as many are not taken.
        let home = EachCell::new();
        open(&call, &home);
        let lent = home.lend(0..4);
        assert!(!home.store(4..6, Box::new(Vec::<Text>::new())));
        assert!(!home.store(0..1, Box::new(Vec::<u8>::from([1]))));
        drop(home);
        assert_eq!(ALIVE.load(SeqCst), 4);
        drop(lent);
        assert_eq!(ALIVE.load(SeqCst), 0);
    }
}
