//! What a table says about families.

use dag_runtime::{Family, Table, TaskRef, dag, task};
use dag_tests::Everywhere;

const T: usize = 3;
const X: usize = 4;

/// One cell.
#[task(cost = 2)]
fn step(before: &[u64], x: usize) -> u64 {
    before.iter().sum::<u64>() + x as u64
}

#[task(cost = 5)]
fn finish(cells: &[u64], first: u64) -> u64 {
    cells.iter().sum::<u64>() + first
}

dag! {
    /// A rod.
    graph Rod -> (finish, cell) {
        finish(&cell[T - 1, ..], cell[0, 0]),
        /// The rod's cells.
        cell[t in 0..T, x in 0..X] = step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x),
        lower[i in 1..4, j in -1..i - 2] = step(&[], 7) after [finish if j == 0],
        single = step(&cell[1, 1..2], 1),
    }
}

const TABLE: &Table = Rod::TABLE;

fn names<'table>(tasks: impl Iterator<Item = TaskRef<'table>>) -> Vec<String> {
    tasks.map(|task| task.name().to_string()).collect()
}

#[track_caller]
fn find(name: &str) -> TaskRef<'static> {
    TABLE.find(name).unwrap_or_else(|| panic!("there is no `{name}`"))
}

#[test]
fn of_the_graph() {
    assert_eq!((TABLE.graph(), TABLE.description()), ("Rod", "A rod."));
    // `lower` has no element for 1, one for 2 and two for 3.
    let lower = ["lower[2, -1]", "lower[3, -1]", "lower[3, 0]"];
    assert_eq!(TABLE.len(), 1 + T * X + lower.len() + 1);
    let mut expected = vec!["finish".to_owned()];
    expected.extend((0..T).flat_map(|t| (0..X).map(move |x| format!("cell[{t}, {x}]"))));
    expected.extend(lower.map(String::from));
    expected.push("single".to_owned());
    assert_eq!(names(TABLE.tasks()), expected);
    assert_eq!(TABLE.work(), 5 + 2 * (T * X) as u64 + 2 * 3 + 2);
    assert_eq!(TABLE.depth(), T + 1 + 1);
    assert_eq!(TABLE.critical_path_length(), 2 * T as u64 + 5 + 2);
    assert_eq!(
        names(TABLE.critical_path()),
        ["cell[0, 0]", "cell[1, 0]", "cell[2, 0]", "finish", "lower[3, 0]"]
    );
    let len: usize = const { Rod::TABLE.len() };
    assert_eq!(len, TABLE.len());
}

#[test]
fn of_a_member() {
    let cell = find("cell[1, 2]");
    assert_eq!(cell.index(), 1 + X + 2);
    assert_eq!((cell.cost(), cell.level(), cell.bottom_level()), (2, 1, 2 + 2 + 5 + 2));
    assert_eq!(cell.description(), "The rod's cells.");
    assert_eq!(find("lower[2, -1]").description(), "One cell.");
    assert_eq!(names(cell.dependencies()), ["cell[0, 1]", "cell[0, 2]", "cell[0, 3]"]);
    // All of them lead to `finish`.
    assert_eq!(names(cell.dependents()), ["cell[2, 1]", "cell[2, 2]", "cell[2, 3]"]);
    assert_eq!(names(find("cell[0, 0]").dependents()), ["cell[1, 0]", "cell[1, 1]", "finish"]);
    assert_eq!(names(find("cell[0, 3]").dependencies()), [""; 0]);
    assert_eq!(
        names(find("finish").dependencies()),
        ["cell[2, 0]", "cell[2, 1]", "cell[2, 2]", "cell[2, 3]", "cell[0, 0]"]
    );
    assert_eq!(names(find("lower[3, 0]").dependencies()), ["finish"]);
    assert_eq!(names(find("lower[3, -1]").dependencies()), [""; 0]);
    assert_eq!(names(find("single").dependencies()), ["cell[1, 1]"]);
    assert!(cell.is_output() && find("finish").is_output() && !find("single").is_output());
    assert!(!cell.is_each());
    assert_eq!(cell.member().unwrap()[..], [1, 2]);
    assert_eq!(find("lower[2, -1]").member().unwrap()[..], [2, -1]);
    assert!(find("single").member().is_none());
}

#[test]
fn of_names() {
    for name in [
        "cell",
        "cell[1]",
        "cell[3, 0]",
        "cell[0, 4]",
        "cell[1, 2, 0]",
        "cell[01, 2]",
        "cell[1,2]",
        "cell[1, 2",
        "single[0]",
        "lower[1, -1]",
        "finish[]",
    ] {
        assert_eq!(TABLE.find(name), None, "{name}");
    }
    for task in TABLE.tasks() {
        assert_eq!(TABLE.find(&task.name().to_string()), Some(task));
        assert_eq!(TABLE.task(task.index()), Some(task));
    }
    let name = find("cell[1, 2]").name();
    assert!(name == *"cell[1, 2]" && name != *"cell[1, 3]");
    assert_eq!(format!("{name:>12}|{name:<12}|"), "  cell[1, 2]|cell[1, 2]  |");
}

#[test]
fn of_families() {
    let families: Vec<Family<'_>> = TABLE.families().collect();
    assert_eq!(families.iter().map(|family| family.name()).collect::<Vec<_>>(), ["cell", "lower"]);
    assert_eq!(families.iter().map(|family| family.len()).collect::<Vec<_>>(), [T * X, 3]);
    assert_eq!(find("lower[3, 0]").family().unwrap().name(), "lower");
    assert_eq!(families[1].member(&[3, 0]), Some(find("lower[3, 0]")));
    assert_eq!(families[1].member(&[1, 0]), None);
}

/// Depth-first in the order of the list, where a member's dependencies come in the order of its line.
#[test]
fn of_the_serial_order() {
    let mut expected: Vec<String> = Vec::new();
    fn visit(task: TaskRef<'_>, expected: &mut Vec<String>) {
        let name = task.name().to_string();
        if expected.contains(&name) {
            return;
        }
        let mut before: Vec<TaskRef<'_>> = task.dependencies().collect();
        before.sort_by_key(|task| task.index());
        for task in before {
            visit(task, expected);
        }
        expected.push(name);
    }
    for task in TABLE.tasks() {
        visit(task, &mut expected);
    }
    assert_eq!(names(TABLE.order()), expected);
    assert_eq!(expected[..4], ["cell[0, 0]", "cell[0, 1]", "cell[1, 0]", "cell[0, 2]"]);
}

#[test]
fn levels_are_those_of_the_longest_chains() {
    for task in TABLE.tasks() {
        let level = task.dependencies().map(|before| before.level() + 1).max().unwrap_or(0);
        assert_eq!(task.level(), level, "{}", task.name());
        let bottom = task.dependents().map(TaskRef::bottom_level).max().unwrap_or(0) + task.cost();
        assert_eq!(task.bottom_level(), bottom, "{}", task.name());
        for before in task.dependencies() {
            assert!(before.dependents().any(|after| after == task));
        }
    }
}

#[test]
fn of_a_graph_that_runs() {
    let row = |before: &[u64]| -> Vec<u64> {
        let near = |x: usize| x.saturating_sub(1).min(before.len())..before.len().min(x + 2);
        (0..X).map(|x| before[near(x)].iter().sum::<u64>() + x as u64).collect()
    };
    let first = row(&[]);
    let rows = [first.clone(), row(&first), row(&row(&first))];
    let result = Everywhere::new().agree(|executor| Rod.run(executor).unwrap());
    assert_eq!(result, (rows[T - 1].iter().sum::<u64>() + first[0], rows.concat()));
}
