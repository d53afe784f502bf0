//! Families together with other tasks: read by attributes, with dependencies of their own, and with order-only edges.

use std::sync::Mutex;

use dag_runtime::{TaskRef, dag, task};
use dag_tests::Everywhere;

const N: usize = 4;
const M: usize = 3;

fn dependencies(task: TaskRef<'_>) -> Vec<String> {
    task.dependencies().map(|task| task.name().to_string()).collect()
}

#[task]
fn base() -> u64 {
    100
}

#[task]
fn label() -> String {
    "x".to_owned()
}

/// A member with dependencies by its attribute, beside arguments of its line.
#[task(depends = [base, label], cost = 3)]
fn fill(base: u64, label: &str, i: usize, before: Option<&u64>) -> u64 {
    base + label.len() as u64 + i as u64 + before.copied().unwrap_or(0)
}

/// Reads the whole family.
#[task(depends = [cell])]
fn all(cell: &[u64]) -> u64 {
    cell.iter().sum()
}

/// Reads it under another name, and an indirect dependency through it.
#[task(depends = [all])]
fn beyond(all: u64, #[from(cell)] cells: &[u64], #[from(base)] base: &u64) -> (u64, usize, u64) {
    (all, cells.len(), *base)
}

/// Waits for all of it.
#[task(depends = [cell])]
fn later() -> u64 {
    7
}

dag! {
    graph Attributes -> (all, beyond, waits) {
        beyond,
        all,
        waits = later,
        cell[i in 0..N] = fill(i, if i > 0 { Some(&cell[i - 1]) } else { None }),
        label,
        base,
    }
}

#[test]
fn attributes_read_whole_families() {
    let all = Everywhere::new().agree(|executor| Attributes.run(executor).unwrap());
    let cells = [101, 203, 306, 410];
    let sum = cells.iter().sum();
    assert_eq!(all, (sum, (sum, N, 100), 7));
    let of = |name| dependencies(Attributes::TABLE.find(name).unwrap());
    assert_eq!(of("cell[0]"), ["base", "label"]);
    assert_eq!(of("cell[2]"), ["base", "label", "cell[1]"]);
    assert_eq!(of("waits"), ["cell[0]", "cell[1]", "cell[2]", "cell[3]"]);
    assert_eq!(Attributes::TABLE.find("cell[3]").unwrap().cost(), 3);
}

#[task(depends = [field, base])]
fn scale(field: &[u64], k: usize) -> u64 {
    field[k] * field.len() as u64
}

#[task(depends = [field])]
fn is_same(field: &[u64], k: usize, one: &u64) -> bool {
    std::ptr::eq(&field[k], one)
}

dag! {
    graph Scaled -> (scaled, same) {
        label,
        base,
        field[i in 0..N] = fill(i, None),
        scaled[k in 0..M] = scale(k),
        same[k in 0..M] = is_same(k, &field[k]),
    }
}

#[test]
fn members_read_whole_families_by_attributes() {
    let (scaled, same) = Everywhere::new().agree(|executor| Scaled.run(executor).unwrap());
    assert_eq!(scaled, [404, 408, 412]);
    assert_eq!(same, [true; M]);
    let of = |name| dependencies(Scaled::TABLE.find(name).unwrap());
    assert_eq!(of("field[1]"), ["base", "label"]);
    assert_eq!(of("scaled[2]"), ["field[0]", "field[1]", "field[2]", "field[3]", "base"]);
    assert_eq!(of("same[2]"), ["field[0]", "field[1]", "field[2]", "field[3]"]);
}

mod other {
    use dag_runtime::task;

    #[task]
    pub(super) fn point(x: usize, y: usize) -> (usize, usize) {
        (x, y)
    }

    /// The size of a family of another module.
    #[task(depends = [super::triangle])]
    pub(super) fn size(triangle: &[(usize, usize)]) -> usize {
        triangle.len()
    }
}

use other::{point, size as points};

dag! {
    graph Mixed(log: Mutex<Vec<String>>) -> (points, named, instance, last, sums, plain) {
        points,
        triangle[x in 0..M, y in x..M] = point(x, y),
        // Another family of the same function, and single tasks of it.
        named[x in 0..M] = point(x, 2 * x),
        instance = point(N, named[1].1),
        last = note("last", &log) after [instance, named, triangle[1, 2], note[2]],
        note[x in 0..M] = note("note", &log) after [note[x - 1] if x > 0, plain if x == 1, named[x], triangle[x, x..]],
        sums[x in 0..M] = add(&[triangle[x, x], named[x], instance]),
        plain = add(&[named[0], instance]) after [sums[2]],
    }
}

#[task]
fn note(text: &str, log: &Mutex<Vec<String>>) -> usize {
    let mut log = log.lock().unwrap();
    log.push(text.to_owned());
    log.len()
}

#[task]
fn add(pairs: &[(usize, usize)]) -> usize {
    pairs.iter().map(|(x, y)| x + y).sum()
}

#[test]
fn families_instances_and_attributes() {
    let all = Everywhere::new().agree(|executor| Mixed { log: Mutex::default() }.run(executor).unwrap());
    assert_eq!(all, (6, vec![(0, 0), (1, 2), (2, 4)], (4, 2), 4, vec![6, 11, 16], 6));
    let of = |name| dependencies(Mixed::TABLE.find(name).unwrap());
    assert_eq!(of("last"), ["instance", "named[0]", "named[1]", "named[2]", "triangle[1, 2]", "note[2]"]);
    assert_eq!(of("note[0]"), ["named[0]", "triangle[0, 0]", "triangle[0, 1]", "triangle[0, 2]"]);
    assert_eq!(of("note[1]"), ["note[0]", "plain", "named[1]", "triangle[1, 1]", "triangle[1, 2]"]);
    assert_eq!(of("note[2]"), ["note[1]", "named[2]", "triangle[2, 2]"]);
    assert_eq!(of("plain"), ["named[0]", "instance", "sums[2]"]);
    assert_eq!(of("points").len(), 6);
    assert_eq!(of("sums[1]"), ["triangle[1, 1]", "named[1]", "instance"]);
}

#[test]
fn order_only_edges_are_kept() {
    Everywhere::new().each(|executor| {
        // `note[0]`, `note[1]`, `note[2]` and `last` follow each other.
        let (.., last, _, _) = Mixed { log: Mutex::default() }.run(executor).unwrap();
        assert_eq!(last, 4);
    });
}

#[task]
fn count(i: usize) -> usize {
    i
}

// `after` is also a word of the language.
dag! {
    graph Words -> (after, last) {
        after[i in 0..3] = count(i),
        last = count(after.len()) after [after[..]],
    }
}

#[test]
fn a_family_may_have_the_name_of_a_word() {
    Everywhere::new().each(|executor| assert_eq!(Words.run(executor).unwrap(), (vec![0, 1, 2], 3)));
}
