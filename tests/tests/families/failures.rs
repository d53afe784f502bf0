//! Members that fail: which one is named, which are skipped, and which still run.

use std::sync::Mutex;

use dag_runtime::{Error, Failure, Observer, Serial, TaskEvent, dag, task};
use dag_tests::Everywhere;

const ROWS: usize = 4;
const COLUMNS: usize = 8;

/// Which members fail, and which panic.
#[derive(Debug, Default)]
struct Plan {
    failing: Vec<(usize, usize)>,
    panicking: Vec<(usize, usize)>,
}

#[task]
fn cell(plan: &Plan, t: usize, x: usize, before: &[u64]) -> Result<u64, String> {
    if plan.panicking.contains(&(t, x)) {
        // A panic that prints nothing.
        std::panic::resume_unwind(Box::new(format!("no {t}, {x}")));
    }
    if plan.failing.contains(&(t, x)) {
        Err(format!("not {t}, {x}"))
    } else {
        Ok(1 + before.iter().sum::<u64>())
    }
}

#[task]
fn total(cells: &[u64]) -> u64 {
    cells.iter().sum()
}

#[task]
fn apart() -> u64 {
    1
}

dag! {
    graph Fallible(plan: Plan) -> (total, cells) {
        total(&cells[ROWS - 1, ..]),
        // A member depends on its neighbours in the row before: a failure spreads like a cone.
        cells[t in 0..ROWS, x in 0..COLUMNS] =
            cell(&plan, t, x, if t > 0 { &cells[t - 1, x - 1..=x + 1] } else { &[] }),
        apart,
    }
}

/// The members that cannot run if this one fails.
fn cone(t: usize, x: usize) -> impl Iterator<Item = String> {
    (t + 1..ROWS).flat_map(move |row| {
        let reach = row - t;
        (x.saturating_sub(reach)..COLUMNS.min(x + reach + 1)).map(move |x| format!("cells[{row}, {x}]"))
    })
}

fn fails(plan: impl Fn() -> Plan + Sync) -> Vec<Error> {
    let run =
        |executor: &dyn dag_runtime::Executor<Fallible>| Fallible { plan: plan() }.run(executor).unwrap_err();
    Everywhere::new().keep_going(true).each(run)
}

#[test]
fn nothing_fails() {
    let mut row = vec![1; COLUMNS];
    let mut all = row.clone();
    for _ in 1..ROWS {
        row = (0..COLUMNS)
            .map(|x| 1 + row[x.saturating_sub(1)..COLUMNS.min(x + 2)].iter().sum::<u64>())
            .collect();
        all.extend(&row);
    }
    let result =
        Everywhere::new().agree(|executor| Fallible { plan: Plan::default() }.run(executor).unwrap());
    assert_eq!(result, (row.iter().sum(), all));
}

#[test]
fn a_member_is_named() {
    for error in fails(|| Plan { failing: vec![(1, 7)], ..Plan::default() }) {
        assert_eq!(error.task(), Some("cells[1, 7]"));
        assert_eq!(error.to_string(), "task `cells[1, 7]` of graph `Fallible` failed: not 1, 7");
        assert_eq!(error.skipped(), ["total".to_owned()].into_iter().chain(cone(1, 7)).collect::<Vec<_>>());
        assert!(!error.is_panic());
    }
    for error in fails(|| Plan { panicking: vec![(3, 0)], ..Plan::default() }) {
        assert_eq!(error.to_string(), "task `cells[3, 0]` of graph `Fallible` panicked: no 3, 0");
        assert_eq!(error.skipped(), ["total"]);
        assert!(error.is_panic());
    }
}

#[test]
fn the_first_of_several_is_reported() {
    let plan = || Plan { failing: vec![(2, 1), (1, 6)], panicking: vec![(2, 0)] };
    for error in fails(plan) {
        assert_eq!(error.to_string(), "task `cells[1, 6]` of graph `Fallible` failed: not 1, 6");
        let mut expected: Vec<String> = (0..ROWS)
            .flat_map(|t| (0..COLUMNS).map(move |x| format!("cells[{t}, {x}]")))
            .filter(|name| {
                let own = ["cells[2, 0]", "cells[2, 1]"].contains(&name.as_str());
                !own && cone(2, 0).chain(cone(2, 1)).chain(cone(1, 6)).any(|other| other == *name)
            })
            .collect();
        expected.insert(0, "total".to_owned());
        assert_eq!(error.skipped(), expected);
    }
}

#[test]
fn without_keep_going_nothing_new_starts() {
    Everywhere::new().each(|executor| {
        let plan = Plan { failing: vec![(0, 2), (0, 3)], ..Plan::default() };
        let error = Fallible { plan }.run(executor).unwrap_err();
        assert!(["cells[0, 2]", "cells[0, 3]"].contains(&error.task().unwrap()));
        assert!(cone(0, 2).all(|name| error.skipped().any(|skipped| skipped == name)));
    });
    let plan = Plan { failing: vec![(0, 2)], ..Plan::default() };
    let error = Fallible { plan }.run(&Serial).unwrap_err();
    assert_eq!(error.task(), Some("cells[0, 2]"));
    // What comes before it, depth-first, has run.
    let order = Fallible::TABLE.order().map(|task| task.name().to_string());
    let ran: Vec<String> = order.take_while(|name| name != "cells[0, 2]").collect();
    assert_eq!(ran, ["cells[0, 0]", "cells[0, 1]", "cells[1, 0]"]);
    assert_eq!(error.skipped().len(), Fallible::TABLE.len() - ran.len() - 1);
}

/// The names and numbers that an observer is told.
#[derive(Debug, Default)]
struct Log(Mutex<Vec<(&'static str, usize, String)>>);

impl Log {
    fn add(&self, what: &'static str, event: &TaskEvent<'_>) {
        let line = (what, event.task.index(), event.task.name().to_string());
        self.0.lock().unwrap().push(line);
    }
}

impl Observer for Log {
    fn started(&self, event: &TaskEvent<'_>) {
        self.add("started", event);
    }
    fn finished(&self, event: &TaskEvent<'_>, _: std::time::Duration) {
        self.add("finished", event);
    }
    fn failed(&self, event: &TaskEvent<'_>, failure: &Failure) {
        assert!(failure.to_string().contains("not 2, 3"), "{failure}");
        self.add("failed", event);
    }
    fn skipped(&self, event: &TaskEvent<'_>) {
        self.add("skipped", event);
    }
}

#[test]
fn observers_are_told_of_each_member() {
    let log = Log::default();
    let runs = Everywhere::observed_by(&log).keep_going(true).each(|executor| {
        let plan = Plan { failing: vec![(2, 3)], ..Plan::default() };
        Fallible { plan }.run(executor).unwrap_err();
    });
    let all = log.0.into_inner().unwrap();
    let count = |what, name: &str| all.iter().filter(|line| line.0 == what && line.2 == name).count();
    let cone: Vec<String> = cone(2, 3).chain(["total".to_owned()]).collect();
    for task in Fallible::TABLE.tasks() {
        let name = task.name().to_string();
        let expected = match () {
            () if name == "cells[2, 3]" => [1, 0, 1, 0],
            () if cone.contains(&name) => [0, 0, 0, 1],
            () => [1, 1, 0, 0],
        };
        let told = ["started", "finished", "failed", "skipped"].map(|what| count(what, &name));
        assert_eq!(told, expected.map(|n| n * runs.len()), "{name}");
        assert!(all.iter().all(|line| line.2 != name || line.1 == task.index()));
    }
}

#[task]
fn single(plan: &Plan, i: usize) -> Result<Vec<u64>, std::num::ParseIntError> {
    let text = if plan.failing.contains(&(i, 0)) { "x" } else { "12" };
    text.parse().map(|x| vec![x])
}

#[task]
fn moved(xs: Vec<u64>) -> Result<Vec<u64>, std::fmt::Error> {
    Ok(xs)
}

dag! {
    graph Moved(plan: Plan) -> ends {
        firsts[i in 0..3] = single(&plan, i),
        links[k in 0..3, i in 0..3] = moved(if k == 0 { firsts[i] } else { links[k - 1, i] }),
        ends[i in 0..3] = moved(links[2, i]),
    }
}

#[test]
fn an_error_is_that_of_the_task() {
    let plan = || Plan { failing: vec![(1, 0)], ..Plan::default() };
    Everywhere::new().keep_going(true).each(|executor| {
        let error = Moved { plan: plan() }.run(executor).unwrap_err();
        assert_eq!(error.task(), Some("firsts[1]"));
        let source = std::error::Error::source(&error).unwrap();
        assert!(source.is::<std::num::ParseIntError>());
        assert_eq!(error.skipped(), ["links[0, 1]", "links[1, 1]", "links[2, 1]", "ends[1]"]);
    });
    let run = Everywhere::new().agree(|executor| Moved { plan: Plan::default() }.run(executor).unwrap());
    assert_eq!(run, [[12]; 3]);
}
