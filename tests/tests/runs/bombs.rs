//! Values whose drops panic after or while something else fails. The process is not aborted, the failure is the same on
//! every executor, and everything is dropped once.

use std::any::Any;
use std::error::Error as _;
use std::fmt;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, Ordering::SeqCst};

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

/// How many bombs there are.
#[derive(Clone, Default)]
struct Alive(Arc<AtomicIsize>);

impl Alive {
    fn bomb(&self, text: impl Into<String>) -> Bomb {
        self.make(Some(text.into()))
    }

    /// One whose drop does not panic.
    fn dud(&self) -> Bomb {
        self.make(None)
    }

    fn make(&self, text: Option<String>) -> Bomb {
        self.0.fetch_add(1, SeqCst);
        Bomb { text, alive: self.clone() }
    }

    #[track_caller]
    fn none_is_left(&self) {
        assert_eq!(self.0.load(SeqCst), 0, "bombs are left, or were dropped twice");
    }
}

/// Its drop panics.
struct Bomb {
    text: Option<String>,
    alive: Alive,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        self.alive.0.fetch_sub(1, SeqCst);
        if let Some(text) = self.text.take() {
            resume_unwind(Box::new(text));
        }
    }
}

impl fmt::Debug for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a bomb")
    }
}

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a bomb")
    }
}

impl std::error::Error for Bomb {}

/// Runs a graph on all executors, with and without `keep_going`. Checks that all return the same error and that nothing
/// is left. Returns that error.
macro_rules! fails_everywhere {
    ($alive:ident => $graph:expr) => {{
        let run = |keep_going: bool| {
            Everywhere::new().keep_going(keep_going).agree(|executor| {
                let $alive = Alive::default();
                let error = match $graph.run(executor) {
                    Ok(_) => panic!("the run succeeds"),
                    Err(error) => error.to_string(),
                };
                $alive.none_is_left();
                error
            })
        };
        let error = run(false);
        assert_eq!(run(true), error);
        error
    }};
}

/// How the task that is to fail does so.
#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    Fails,
    Panics,
}

impl How {
    fn fail(self, text: &str) -> Result<(), String> {
        match self {
            How::Fails => Err(text.into()),
            How::Panics => resume_unwind(Box::new(text.to_owned())),
        }
    }
}

const WIDTH: usize = 12;

/// One bomb for each element; the given ones are armed.
fn bombs_of(armed: &[usize], alive: &Alive) -> Vec<Bomb> {
    let bomb = |k| if armed.contains(&k) { alive.bomb(format!("bomb {k}")) } else { alive.dud() };
    (0..WIDTH).map(bomb).collect()
}

#[task]
fn numbers() -> Vec<usize> {
    (0..WIDTH).collect()
}

#[task]
fn make(number: &usize, armed: &[usize], how: How, alive: &Alive) -> Result<Bomb, String> {
    if *number == 9 {
        how.fail("nine")?;
    }
    Ok(if armed.contains(number) { alive.bomb(format!("bomb {number}")) } else { alive.dud() })
}

#[task]
fn count(bombs: &[Bomb]) -> usize {
    bombs.len()
}

dag! {
    graph Outputs<'a>(alive: Alive, armed: &'a [usize], how: How) -> count {
        numbers,
        made = make(each &numbers, armed, how, &alive),
        count(&made),
    }
}

#[test]
fn outputs_of_elements_do_not_hide_the_failure_of_another() {
    for armed in [&[3][..], &[3, 5], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11]] {
        for how in [How::Fails, How::Panics] {
            let error = fails_everywhere!(alive => Outputs { alive: alive.clone(), armed, how });
            let verb = if how == How::Fails { "failed" } else { "panicked" };
            assert_eq!(error, format!("task `made[9]` of graph `Outputs` {verb}: nine"));
        }
    }
}

#[task]
fn bombs(armed: &[usize], alive: &Alive) -> Vec<Bomb> {
    bombs_of(armed, alive)
}

#[task]
fn defuse(mut bomb: Bomb, how: How) -> Result<usize, String> {
    match bomb.text.take() {
        Some(text) if text == "bomb 3" => how.fail("three").map(|()| 3),
        text => Ok(text.map_or(0, |text| text.len())),
    }
}

dag! {
    graph Elements<'a>(alive: Alive, armed: &'a [usize], how: How) {
        bombs(armed, &alive),
        defuse(each bombs, how),
    }
}

#[test]
fn elements_that_are_left_do_not_hide_the_failure_of_another() {
    for armed in [&[3, 7][..], &[2, 3, 4, 5, 11]] {
        for how in [How::Fails, How::Panics] {
            let error = fails_everywhere!(alive => Elements { alive: alive.clone(), armed, how });
            let verb = if how == How::Fails { "failed" } else { "panicked" };
            assert_eq!(error, format!("task `defuse[3]` of graph `Elements` {verb}: three"));
        }
    }
}

dag! {
    graph Released<'a>(alive: Alive, armed: &'a [usize]) -> count {
        numbers,
        // Nine is not among them.
        made = make(each &few, armed, How::Fails, &alive),
        few = first(&numbers),
        count(&made),
    }
}

#[task]
fn first(numbers: &[usize]) -> Vec<usize> {
    numbers[..9].to_vec()
}

#[test]
fn a_list_of_outputs_is_dropped_one_by_one() {
    for armed in [&[3][..], &[3, 5], &[3, 4, 5, 6, 7, 8]] {
        let error = fails_everywhere!(alive => Released { alive: alive.clone(), armed });
        assert_eq!(error, "task `made` of graph `Released` panicked: bomb 3");
    }
}

#[task]
fn bomb(text: &str, alive: &Alive) -> Bomb {
    alive.bomb(text)
}

#[task]
fn read(bombs: &[&Bomb]) -> usize {
    bombs.len()
}

dag! {
    // Both are dropped after the same task. The graph lists them in another order than the task names them.
    graph Together(alive: Alive) -> read {
        a = bomb("a", &alive),
        b = bomb("b", &alive),
        c = bomb("c", &alive),
        read(&[&c, &a, &b]),
    }
}

#[test]
fn of_outputs_dropped_together_the_first_one_listed_is_reported() {
    let error = fails_everywhere!(alive => Together { alive: alive.clone() });
    assert_eq!(error, "task `a` of graph `Together` panicked: a");
}

#[test]
fn all_outputs_that_are_dropped_together_are_failures() {
    Everywhere::new().each(|executor| {
        let error = Together { alive: Alive::default() }.run(executor).unwrap_err();
        let told: Vec<_> = error.failures().map(|(task, error)| (task, error.to_string())).collect();
        assert_eq!(told, ["a", "b", "c"].map(|name| (name, format!("panicked: {name}"))));
    });
}

#[task]
fn fail(how: How, _after: &[&Bomb]) -> Result<(), String> {
    how.fail("it has to")
}

const MEMBERS: usize = 4;

dag! {
    // All outputs are there when it fails. Some are outputs of the graph, some belong to a family.
    graph Waiting(alive: Alive, how: How) -> (kept, part) {
        kept = bomb("kept", &alive),
        part[k in 0..MEMBERS] = bomb("part", &alive),
        other[k in 0..MEMBERS] = bomb("other", &alive),
        fail(how, &[&kept]) after [part, other],
        read(&[&other[0], &other[3]]) after [fail],
        late = count(&other) after [fail],
    }
}

#[test]
fn outputs_that_are_there_do_not_hide_a_failure() {
    for how in [How::Fails, How::Panics] {
        // With `keep_going`, members without further readers are dropped during the run.
        Everywhere::new().each(|executor| {
            let alive = Alive::default();
            let error = Waiting { alive: alive.clone(), how }.run(executor).map(drop).unwrap_err();
            assert_eq!(error.task(), Some("fail"));
            assert_eq!(error.failures().len(), 1);
            alive.none_is_left();
        });
        Everywhere::new().keep_going(true).each(|executor| {
            let alive = Alive::default();
            let error = Waiting { alive: alive.clone(), how }.run(executor).map(drop).unwrap_err();
            let failed: Vec<_> = error.failures().map(|(task, _)| task).collect();
            assert_eq!(failed, ["other[0]", "other[1]", "other[2]", "other[3]", "fail"]);
            alive.none_is_left();
        });
    }
}

#[task]
fn explode(alive: &Alive) -> Result<(), Bomb> {
    Err(alive.bomb("the error"))
}

#[task]
fn throw(alive: &Alive) {
    resume_unwind(Box::new(alive.bomb("the payload")))
}

dag! { graph Errors(alive: Alive) { explode(&alive), throw(&alive), other = explode(&alive) } }

#[test]
fn errors_and_payloads_are_dropped_with_the_error() {
    for keep_going in [false, true] {
        Everywhere::new().keep_going(keep_going).each(|executor| {
            let alive = Alive::default();
            let error = Errors { alive: alive.clone() }.run(executor).unwrap_err();
            let failed: Vec<_> = error.failures().map(|(task, _)| task).collect();
            // Without `keep_going`, whichever failed first kept the others from starting.
            assert!(failed == ["explode", "throw", "other"] || !keep_going, "{failed:?}");
            assert_eq!(error.task(), Some(failed[0]));
            assert_eq!(error.source().is_some_and(|cause| cause.is::<Bomb>()), failed[0] != "throw");
            assert_eq!(alive.0.load(SeqCst), failed.len() as isize);
            drop(error);
            alive.none_is_left();
        });
    }
}

#[test]
fn the_payload_of_a_panic_is_the_callers() {
    dag! { graph Throws(alive: Alive) { throw(&alive) } }
    Everywhere::new().each(|executor| {
        let alive = Alive::default();
        let error = Throws { alive: alive.clone() }.run(executor).unwrap_err();
        assert_eq!(
            error.to_string(),
            "task `throw` of graph `Throws` panicked: a panic whose payload is not text"
        );
        let payload: Box<dyn Any + Send> = error.into_panic().unwrap();
        let mut bomb: Box<Bomb> = payload.downcast().unwrap();
        bomb.text = None;
        drop(bomb);
        alive.none_is_left();
    });
}

#[task]
fn consider(values: &[&Bomb], how: Option<How>) -> Result<usize, String> {
    how.map_or(Ok(()), |how| how.fail("it has to"))?;
    Ok(values.len())
}

/// Counts one more, to show that it has run.
#[task]
fn take(value: Bomb) {
    value.alive.0.fetch_add(1, SeqCst);
}

dag! {
    graph Inputs(a: Bomb, b: Bomb, c: Bomb, how: Option<How>) -> (consider, kept) {
        consider(&[&a, &b], how),
        kept = bomb("kept", &a.alive),
        // Moved in, and taken only if the run goes on.
        take(c) after [consider, kept],
    }
}

dag! { graph Input(a: Bomb, how: Option<How>) -> consider { consider(&[&a], how) } }

dag! { graph OnlyInput(a: Bomb) -> consider { consider(&[&a], Some(How::Fails)) } }

#[test]
fn inputs_do_not_hide_a_failure() {
    for how in [How::Fails, How::Panics] {
        let verb = if how == How::Fails { "failed" } else { "panicked" };
        let error = fails_everywhere!(alive => Inputs {
            a: alive.bomb("a"), b: alive.bomb("b"), c: alive.bomb("c"), how: Some(how)
        });
        assert_eq!(error, format!("task `consider` of graph `Inputs` {verb}: it has to"));
        let error = fails_everywhere!(alive => Input { a: alive.bomb("a"), how: Some(how) });
        assert_eq!(error, format!("task `consider` of graph `Input` {verb}: it has to"));
    }
    let error = fails_everywhere!(alive => OnlyInput { a: alive.bomb("a") });
    assert_eq!(error, "task `consider` of graph `OnlyInput` failed: it has to");
}

#[test]
fn an_input_that_panics_fails_a_run_that_would_succeed() {
    let error = fails_everywhere!(alive => Input { a: alive.bomb("a"), how: None });
    assert_eq!(error, "an input of graph `Input` panicked when it was dropped: a");
    // The outputs are lost: the drop of one panics, and so does that of another input.
    Everywhere::new().each(|executor| {
        let alive = Alive::default();
        let (a, b, c) = (alive.bomb("a"), alive.bomb("b"), alive.dud());
        let error = Inputs { a, b, c, how: None }.run(executor).map(drop).unwrap_err();
        assert_eq!(error.to_string(), "an input of graph `Inputs` panicked when it was dropped: a");
        assert!(error.is_panic() && error.task().is_none() && error.failures().len() == 0);
        // All were dropped, and `take` has run.
        assert_eq!(alive.0.load(SeqCst), 1);
        assert_eq!(error.into_panic().unwrap().downcast_ref(), Some(&"a".to_owned()));
    });
}
