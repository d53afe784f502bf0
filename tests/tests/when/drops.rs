//! When outputs are dropped that tasks with `when` read or give, and drops that panic.

use std::panic::resume_unwind;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use dag_runtime::{Rayon, Serial, dag, task};
use dag_tests::{Everywhere, pool};

/// What happened in a run, in this order.
#[derive(Debug, Default)]
struct Diary(Mutex<Vec<String>>);

impl Diary {
    fn write(&self, text: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(text.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Tells when it is dropped.
#[derive(Debug)]
struct Output(&'static str, Arc<Diary>);

impl Drop for Output {
    fn drop(&mut self) {
        self.1.write(format!("drop {}", self.0));
    }
}

#[task]
fn make(name: &'static str, diary: &Arc<Diary>) -> Output {
    diary.write(format!("run {name}"));
    Output(name, Arc::clone(diary))
}

#[task]
fn read(_output: &Output, name: &'static str, diary: &Arc<Diary>) -> Output {
    diary.write(format!("run {name}"));
    Output(name, Arc::clone(diary))
}

#[task]
fn consume(output: Output, name: &'static str, diary: &Arc<Diary>) -> Output {
    diary.write(format!("run {name}"));
    drop(output);
    Output(name, Arc::clone(diary))
}

fn wanted(wanted: bool, diary: &Diary) -> bool {
    diary.write("condition");
    wanted
}

dag! {
    /// Only `reader` reads `source`, and only the conditions of the two others `asked` and `moved`.
    graph Early(diary: Arc<Diary>, plot: bool) -> () {
        source = make("source", &diary),
        reader = read(&source, "reader", &diary) when wanted(plot, &diary),
        asked = make("asked", &diary) after [reader],
        asks = make("asks", &diary) when asked.0.is_empty(),
        moved = make("moved", &diary) after [asks],
        taker = consume(moved, "taker", &diary) when wanted(plot, &diary),
        bound = make("bound", &diary) when taker.is_some() || !plot,
        binder = consume(bound, "binder", &diary) when let Some(bound) = bound && wanted(plot, &diary),
        last = make("last", &diary) after [binder],
    }
}

/// What was read by no one but a task that is not wanted is dropped before the next task runs.
#[test]
fn what_only_an_unwanted_task_would_have_read_is_dropped_at_once() {
    let expected = [
        "run source",
        "condition",
        "drop source",
        "run asked",
        "drop asked",
        "run moved",
        "condition",
        "drop moved",
        "run bound",
        "condition",
        "drop bound",
        "run last",
        "drop last",
    ];
    let diary = Arc::<Diary>::default();
    let early = || Early { diary: Arc::clone(&diary), plot: false };
    early().run(&Serial).unwrap();
    assert_eq!(diary.take(), expected);
    early().run(&Serial.keep_going()).unwrap();
    assert_eq!(diary.take(), expected);
    early().run(&Rayon::on_pool(Arc::clone(pool(1)))).unwrap();
    assert_eq!(diary.take(), expected);
    pool(2).install(|| early().run(&Rayon::new()).unwrap());
    assert_eq!(diary.take(), expected);
}

#[test]
fn what_a_wanted_task_reads_is_dropped_behind_it() {
    let diary = Arc::<Diary>::default();
    Everywhere::new().each(|executor| {
        let diary = Arc::<Diary>::default();
        Early { diary: Arc::clone(&diary), plot: true }.run(executor).unwrap();
        let events = diary.take();
        let at =
            |text: &str| events.iter().position(|event| event == text).unwrap_or_else(|| panic!("{text}"));
        assert!(at("run source") < at("run reader") && at("run reader") < at("drop source"), "{events:?}");
        assert!(at("run taker") < at("drop moved"), "{events:?}");
        assert!(at("run binder") < at("drop bound"), "{events:?}");
    });
    assert_eq!(diary.take(), [""; 0]);
}

/// Its drop panics.
struct Bomb(Arc<Diary>);

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.write("boom");
        resume_unwind(Box::new("boom"));
    }
}

#[task]
fn bomb(diary: &Arc<Diary>) -> Bomb {
    Bomb(Arc::clone(diary))
}

#[task]
fn bombs(diary: &Arc<Diary>) -> Vec<Bomb> {
    vec![Bomb(Arc::clone(diary))]
}

#[task]
fn keep(_bomb: &Bomb) -> u32 {
    1
}

#[task]
fn swallow(bomb: Bomb) -> u32 {
    std::mem::forget(bomb);
    1
}

#[task]
fn of_bomb(_bomb: &Bomb, diary: &Arc<Diary>) -> Output {
    Output("element", Arc::clone(diary))
}

#[task]
fn of_bomb_by_value(bomb: Bomb, diary: &Arc<Diary>) -> Output {
    std::mem::forget(bomb);
    Output("element", Arc::clone(diary))
}

dag! {
    graph ReadBomb(diary: Arc<Diary>) { bomb(&diary), keep(&bomb) when false }
    graph MovedBomb(diary: Arc<Diary>) { bomb(&diary), swallow(bomb) when false }
    graph BoundBomb(diary: Arc<Diary>) { bomb(&diary) when true, swallow(bomb) when let Some(bomb) = bomb && false }
    graph DroppedBomb(diary: Arc<Diary>) { bomb(&diary) when true, after = make("after", &diary) when let Some(_bomb) = { bomb } }
    graph OutputBomb(diary: Arc<Diary>) { bomb(&diary) when true }
    graph ListOfBombs(diary: Arc<Diary>) { bombs(&diary), of_bomb(each &bombs, &diary) when false }
    graph MovedBombs(diary: Arc<Diary>) { bombs(&diary), of_bomb_by_value(each bombs, &diary) when false }
    graph OptionalBombs(diary: Arc<Diary>) { bombs(&diary) when true }
    graph FamilyOfBombs(diary: Arc<Diary>) { all[i in 0..3] = bomb(&diary) when i != 1 }
}

/// On all executors such a run fails alike. This many bombs explode where the run goes on, else one or more of them.
macro_rules! explodes {
    ($graph:ident, $booms:expr, $error:expr) => {{
        for keep_going in [false, true] {
            let error = Everywhere::new().keep_going(keep_going).agree(|executor| {
                let diary = Arc::<Diary>::default();
                let error = $graph { diary: Arc::clone(&diary) }.run(executor).unwrap_err();
                let events = diary.take();
                let booms = events.iter().filter(|event| *event == "boom").count();
                // Several threads may be past the question whether the run goes on.
                assert!(booms == $booms || !keep_going && (1..$booms).contains(&booms), "{booms}");
                error.to_string()
            });
            assert_eq!(error, $error);
        }
    }};
}

#[test]
fn drops_that_panic() {
    explodes!(ReadBomb, 1, "task `bomb` of graph `ReadBomb` panicked: boom");
    explodes!(MovedBomb, 1, "task `swallow` of graph `MovedBomb` panicked: boom");
    explodes!(BoundBomb, 1, "task `swallow` of graph `BoundBomb` panicked: boom");
    explodes!(DroppedBomb, 1, "task `after` of graph `DroppedBomb` panicked: boom");
    explodes!(OutputBomb, 1, "task `bomb` of graph `OutputBomb` panicked: boom");
    explodes!(ListOfBombs, 1, "task `bombs` of graph `ListOfBombs` panicked: boom");
    explodes!(MovedBombs, 1, "task `bombs` of graph `MovedBombs` panicked: boom");
    explodes!(OptionalBombs, 1, "task `bombs` of graph `OptionalBombs` panicked: boom");
    explodes!(FamilyOfBombs, 2, "task `all[0]` of graph `FamilyOfBombs` panicked: boom");
}

/// Neither `Send` nor `Sync`.
#[task]
fn local(n: u32) -> Rc<u32> {
    Rc::new(n)
}

#[task]
fn unwrap(n: Rc<u32>) -> u32 {
    Rc::try_unwrap(n).expect("there is one")
}

dag! {
    graph Local(plot: bool) -> last {
        first = local(4) when plot,
        last = unwrap(first) when let Some(first) = first,
    }
}

#[test]
fn outputs_that_stay_on_one_thread() {
    assert_eq!(Local { plot: true }.run(&Serial).unwrap(), Some(4));
    assert_eq!(Local { plot: false }.run(&Serial.keep_going()).unwrap(), None);
}
