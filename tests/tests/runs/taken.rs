//! Outputs that are taken by value after others have read them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use dag_runtime::{Error, Executor, Rayon, Serial, Stop, dag, task};
use dag_tests::{Count, Everywhere, Ledger, Token, pool};

/// What a task takes over: it cannot be cloned.
struct Thing {
    token: Token,
    numbers: Vec<f64>,
}

impl Thing {
    fn check(&self) {
        self.token.check();
    }

    /// The same memory, and the token of another task.
    fn become_of(self, name: &'static str, ledger: &Arc<Ledger>) -> Thing {
        self.check();
        Thing { token: ledger.token(name), numbers: self.numbers }
    }
}

/// What happens at a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Success,
    Error,
    Panic,
    Stop,
}

/// What the tasks of a run do.
struct Plan {
    ledger: Arc<Ledger>,
    at: &'static str,
    end: End,
    stop: Stop,
}

impl Plan {
    fn new(at: &'static str, end: End) -> Self {
        Plan { ledger: Arc::default(), at, end, stop: Stop::new() }
    }

    fn visit(&self, name: &str) -> Result<(), String> {
        if self.at == name {
            match self.end {
                End::Success => {}
                End::Error => return Err("told to".to_owned()),
                End::Panic => std::panic::resume_unwind(Box::new("told to")),
                End::Stop => self.stop.stop(),
            }
        }
        Ok(())
    }

    /// All that was made is dropped once.
    #[track_caller]
    fn check(&self) {
        for (name, Count { made, dropped }) in self.ledger.counts() {
            assert_eq!((made, dropped), (1, 1), "{name}, where {:?} at {}", self.end, self.at);
        }
    }
}

#[task]
fn load(plan: &Plan) -> Result<Thing, String> {
    plan.visit("load")?;
    Ok(Thing { token: plan.ledger.token("load"), numbers: vec![3.0, 4.0] })
}

#[task]
fn norm(x: &Thing, plan: &Plan) -> Result<f64, String> {
    x.check();
    plan.visit("norm")?;
    x.check();
    Ok(x.numbers.iter().map(|x| x * x).sum::<f64>().sqrt())
}

#[task]
fn scale(x: Thing, by: f64, name: &'static str, plan: &Plan) -> Result<Thing, String> {
    x.check();
    plan.visit(name)?;
    let mut x = x.become_of(name, &plan.ledger);
    x.numbers.iter_mut().for_each(|x| *x /= by);
    Ok(x)
}

#[task]
fn sum(x: &Thing, plan: &Plan) -> Result<f64, String> {
    x.check();
    plan.visit("sum")?;
    Ok(x.numbers.iter().sum())
}

/// Reads indirectly, and then takes what others have read.
#[task(depends = [norm])]
fn shown(norm: f64, #[from(load)] x: &Thing, plan: &Plan) -> Result<String, String> {
    x.check();
    plan.visit("shown")?;
    Ok(norm.to_string())
}

dag! {
    graph Scaled(plan: Arc<Plan>) -> (unit, total, shown) {
        load(&plan),
        norm(&load, &plan),
        shown(&plan),
        unit = scale(load, norm, "unit", &plan) after [shown],
        total = sum(&unit, &plan),
    }
}

const TASKS: [&str; 5] = ["load", "norm", "shown", "unit", "sum"];

#[test]
fn the_next_task_changes_what_others_have_read() {
    Everywhere::new().each(|executor| {
        let plan = Arc::new(Plan::new("", End::Success));
        let (unit, total, shown) = Scaled { plan: Arc::clone(&plan) }.run(executor).unwrap();
        assert_eq!((unit.numbers.as_slice(), total, shown.as_str()), ([0.6, 0.8].as_slice(), 1.4, "5"));
        assert_eq!(plan.ledger.alive(), 1);
        drop(unit);
        plan.check();
    });
}

#[test]
fn each_output_is_dropped_once_whatever_happens() {
    for at in TASKS {
        for end in [End::Error, End::Panic] {
            for keep_going in [false, true] {
                Everywhere::new().keep_going(keep_going).each(|executor| {
                    let plan = Arc::new(Plan::new(at, end));
                    let error = Scaled { plan: Arc::clone(&plan) }.run(executor).map(drop).unwrap_err();
                    plan.check();
                    // A reader that has failed keeps the task that takes the output from running.
                    let skips_taker = matches!(at, "load" | "norm" | "shown");
                    assert_eq!(error.skipped().any(|task| task == "unit"), skips_taker, "{at}");

                    let plan = Arc::new(Plan::new(at, end));
                    let partial = Scaled { plan: Arc::clone(&plan) }.run_partial(executor);
                    assert_eq!(partial.outputs.0.is_some(), at == "sum");
                    drop(partial);
                    plan.check();
                });
            }
        }
    }
}

type Run<'a> = dyn Fn(&Stop, Arc<Plan>) -> Result<(), Error> + 'a;

#[test]
fn each_output_is_dropped_once_where_a_run_is_stopped() {
    let stopped = |run: &Run<'_>| {
        for at in TASKS {
            let plan = Arc::new(Plan::new(at, End::Stop));
            let outcome = run(&plan.stop.clone(), Arc::clone(&plan));
            plan.check();
            assert!(outcome.is_err_and(|error| error.is_stopped()) || at == "sum");
        }
    };
    let run = |plan, executor: &dyn Executor<Scaled>| Scaled { plan }.run(executor).map(drop);
    stopped(&|stop, plan| run(plan, &Serial.stop_when(stop)));
    stopped(&|stop, plan| run(plan, &Serial.keep_going().stop_when(stop)));
    for threads in [1, 2, 4] {
        stopped(&|stop, plan| run(plan, &Rayon::on_pool(Arc::clone(pool(threads))).stop_when(stop)));
    }
}

/// Numbers that count how often they are cloned.
struct Numbers(Vec<u32>, Arc<AtomicUsize>);

impl Clone for Numbers {
    fn clone(&self) -> Self {
        self.1.fetch_add(1, Relaxed);
        Numbers(self.0.clone(), Arc::clone(&self.1))
    }
}

#[task]
fn numbers(clones: &Arc<AtomicUsize>) -> Numbers {
    Numbers((1..=40).collect(), Arc::clone(clones))
}

#[task]
fn len(numbers: &Numbers) -> usize {
    numbers.0.len()
}

#[task(retry = 3)]
fn third_time(numbers: Numbers, len: usize, calls: &AtomicUsize) -> Result<u32, String> {
    assert_eq!(numbers.0.len(), len);
    if calls.fetch_add(1, Relaxed) < 2 { Err("not yet".to_owned()) } else { Ok(numbers.0.iter().sum()) }
}

dag! {
    graph Again(clones: Arc<AtomicUsize>, calls: Arc<AtomicUsize>) -> third_time {
        numbers(&clones),
        len(&numbers),
        third_time(numbers, len, &calls),
    }
    graph Once(clones: Arc<AtomicUsize>, calls: Arc<AtomicUsize>) -> total {
        numbers(&clones),
        len(&numbers),
        // Rust's order of evaluation holds among arguments.
        total = added(len + numbers.0.len(), numbers, &calls),
    }
}

#[task]
fn added(len: usize, numbers: Numbers, calls: &AtomicUsize) -> usize {
    calls.fetch_add(1, Relaxed);
    len + numbers.0.len()
}

#[test]
fn only_attempts_before_the_last_one_clone() {
    Everywhere::new().each(|executor| {
        let (clones, calls) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        assert_eq!(
            Again { clones: Arc::clone(&clones), calls: Arc::clone(&calls) }.run(executor).unwrap(),
            820
        );
        assert_eq!((clones.load(Relaxed), calls.load(Relaxed)), (3, 3));
    });
    Everywhere::new().each(|executor| {
        let (clones, calls) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        assert_eq!(
            Once { clones: Arc::clone(&clones), calls: Arc::clone(&calls) }.run(executor).unwrap(),
            120
        );
        assert_eq!((clones.load(Relaxed), calls.load(Relaxed)), (0, 1));
    });
}

#[task]
fn list(plan: &Plan) -> Vec<Thing> {
    ["a", "b", "c"].map(|name| Thing { token: plan.ledger.token(name), numbers: vec![1.0] }).into()
}

#[task]
fn longest(things: &[Thing]) -> usize {
    things.iter().map(|thing| thing.numbers.len()).max().unwrap_or(0)
}

#[task]
fn look(thing: &Thing) -> f64 {
    thing.check();
    thing.numbers.iter().sum()
}

#[task]
fn grow(mut thing: Thing, by: usize, plan: &Plan) -> Result<Vec<f64>, String> {
    thing.check();
    plan.visit("grow")?;
    thing.numbers.resize(by, 0.5);
    Ok(thing.numbers)
}

dag! {
    graph Elements(plan: Arc<Plan>) -> (seen, grown) {
        list(&plan),
        longest(&list),
        seen = look(each &list),
        grown = grow(each list, longest + 1, &plan) after [seen],
    }
}

#[test]
fn elements_are_taken_after_others_have_read_them() {
    for end in [End::Success, End::Error, End::Panic] {
        Everywhere::new().each(|executor| {
            let plan = Arc::new(Plan::new("grow", end));
            let outputs = Elements { plan: Arc::clone(&plan) }.run(executor);
            plan.check();
            if let Ok((seen, grown)) = outputs {
                assert_eq!((seen, grown), (vec![1.0; 3], vec![vec![1.0, 0.5]; 3]));
            } else {
                assert_ne!(end, End::Success);
            }
        });
    }
}

dag! {
    graph Wanted(plan: Arc<Plan>, reads: bool, takes: bool) -> (read, taken) {
        load(&plan),
        read = sum(&load, &plan) when reads,
        taken = scale(load, read.unwrap_or(1.0), "taken", &plan) when takes,
    }
}

#[test]
fn readers_and_the_one_that_takes_may_not_be_wanted() {
    for (reads, takes) in [(false, false), (false, true), (true, false), (true, true)] {
        Everywhere::new().each(|executor| {
            let plan = Arc::new(Plan::new("", End::Success));
            let (read, taken) = Wanted { plan: Arc::clone(&plan), reads, takes }.run(executor).unwrap();
            assert_eq!((read.is_some(), taken.is_some()), (reads, takes));
            assert!(taken.is_none_or(|taken| taken.numbers[0] == if reads { 3.0 / 7.0 } else { 3.0 }));
            plan.check();
        });
    }
}

#[task]
fn each_of(x: Option<&Thing>, i: usize) -> f64 {
    x.map_or(i as f64, |x| x.numbers.iter().sum())
}

#[task]
fn total(of: &[f64]) -> f64 {
    of.iter().sum()
}

dag! {
    // Only the members tell that `load` is read before, or not: by those of a family, or through one of them.
    graph Paths(plan: Arc<Plan>) -> (part, unit, second) {
        load(&plan),
        part[i in 0..4] = each_of(if i % 2 == 0 { Some(&load) } else { None }, i),
        total(&part),
        unit = scale(load, total, "unit", &plan),
        other = load(&plan),
        read = sum(&other, &plan),
        late[i in 0..4] = added_to(if i == 2 { read } else { 0.0 }, i),
        second = scale(other, late[2], "second", &plan),
    }
    graph SizedPaths[n](plan: Arc<Plan>) -> unit {
        load(&plan),
        read = sum(&load, &plan),
        late[i in 0..n] = added_to(read, i),
        // Of no members, none has to wait for `read`.
        total(&late),
        unit = scale(load, total, "unit", &plan),
    }
}

#[task]
fn added_to(x: f64, i: usize) -> f64 {
    x + i as f64
}

#[test]
fn paths_lead_through_members() {
    Everywhere::new().each(|executor| {
        let ledger = Arc::new(Plan::new("", End::Success));
        // Both things are called `load`.
        let (part, unit, second) = Paths { plan: Arc::clone(&ledger) }.run(executor).unwrap();
        assert_eq!(part, [7.0, 1.0, 7.0, 3.0]);
        assert_eq!((unit.numbers[0], second.numbers[0]), (3.0 / 18.0, 3.0 / 9.0));
        drop((unit, second));
        assert_eq!(ledger.ledger.counts()["load"], Count { made: 2, dropped: 2 });
    });
    Everywhere::new().each(|executor| {
        let plan = || Arc::new(Plan::new("", End::Success));
        assert_eq!(SizedPaths { n: 2, plan: plan() }.run(executor).unwrap().numbers[0], 3.0 / 15.0);
        let error = SizedPaths { n: 0, plan: plan() }.run(executor).map(drop).unwrap_err();
        assert_eq!(
            error.to_string(),
            "graph `SizedPaths` with n = 0: `unit` takes the output of `load` by value, but `read` reads it, and may run later: \
             add `after [read]` to `unit`, or take it by reference (`&`), and clone it where a value is needed"
        );
    });
    const { assert!(!SizedPaths::PROVEN.moved_once) };
}
