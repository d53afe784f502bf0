//! What a table says about its graph.

use dag_runtime::{Table, TaskRef, Tasks, dag, task};

/// Reads the numbers.
///
/// One a line.
#[task(cost = 5)]
fn load() -> u32 {
    1
}

#[task(depends = [load], cost = 2)]
fn check(load: u32) -> u32 {
    load
}

/// The mean.
#[task(depends = [load], cost = 10)]
fn mean(load: u32) -> u32 {
    load
}

#[task(depends = [mean, check])]
fn report(mean: u32) -> u32 {
    mean
}

dag! {
    /// Some facts.
    graph Facts -> (report, mean) {
        report after [load],
        /// Another text than the task's own.
        copy = mean,
        mean,
        check,
        load,
    }
    graph Empty {}
}

fn names<'table>(tasks: impl Iterator<Item = TaskRef<'table>>) -> Vec<String> {
    tasks.map(|task| task.name().to_string()).collect()
}

const TABLE: &Table = Facts::TABLE;

#[test]
fn of_the_graph() {
    assert_eq!((TABLE.graph(), TABLE.description()), ("Facts", "Some facts."));
    assert_eq!((TABLE.len(), TABLE.is_empty(), TABLE.depth()), (5, false, 3));
    assert_eq!((TABLE.work(), TABLE.critical_path_length()), (5 + 2 + 10 + 10 + 1, 16));
    assert!((TABLE.average_parallelism() - 28.0 / 16.0).abs() < 1e-12);
    assert_eq!(names(TABLE.tasks()), ["report", "copy", "mean", "check", "load"]);
    assert_eq!(names(TABLE.order()), ["load", "mean", "check", "report", "copy"]);
    assert_eq!(names(TABLE.critical_path()), ["load", "mean", "report"]);
}

#[test]
fn of_a_task() {
    let [report, copy, mean, check, load] = std::array::from_fn(|k| TABLE.task(k).unwrap());
    assert_eq!(names(report.dependencies()), ["mean", "check", "load"]);
    assert_eq!(names(load.dependencies()), [""; 0]);
    assert_eq!(names(load.dependents()), ["mean", "copy", "check", "report"]);
    let facts = |task: TaskRef<'_>| (task.cost(), task.level(), task.bottom_level());
    assert_eq!(
        [report, copy, mean, check, load].map(facts),
        [(1, 2, 1), (10, 1, 10), (10, 1, 11), (2, 1, 3), (5, 0, 16)]
    );
    assert_eq!(load.description(), "Reads the numbers.\n\nOne a line.");
    assert_eq!([copy, mean].map(TaskRef::description), ["Another text than the task's own.", "The mean."]);
    assert_eq!([report, copy, mean].map(TaskRef::is_output), [true, false, true]);
    assert_eq!(TABLE.find("mean"), Some(mean));
    assert_eq!(TABLE.find("median"), None);
    assert_eq!(TABLE.task(5), None);
}

#[test]
fn of_an_empty_graph() {
    let table = Empty::TABLE;
    assert_eq!((table.len(), table.depth(), table.work(), table.critical_path_length()), (0, 0, 0, 0));
    assert!(table.is_empty());
    assert_eq!(table.average_parallelism(), 0.0);
    assert_eq!(names(table.order()), [""; 0]);
    assert_eq!(names(table.critical_path()), [""; 0]);
}

#[test]
fn can_be_read_from_both_ends() {
    let order: Tasks<'_> = TABLE.order();
    assert_eq!(order.len(), 5);
    assert_eq!(names(order.rev()), ["copy", "report", "check", "mean", "load"]);
    assert_eq!(names(TABLE.tasks().rev().take(1)), ["load"]);
}

/// The number of tasks is a constant, for arrays of that length.
const _: () = assert!(TABLE.len() == 5 && !TABLE.is_empty());
