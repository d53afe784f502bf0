//! Where tasks run: ranks over indices, inputs and the number of ranks.

use dag_runtime::__private::v0_1::RawGraph;
use dag_runtime::{Table, dag, task};
use dag_tests::Everywhere;

const N: usize = 6;
const HOME: i32 = -1;

#[task]
fn one(i: usize) -> usize {
    i
}

#[task]
fn sum(xs: &[usize]) -> usize {
    xs.iter().sum()
}

/// Where things are.
#[derive(Debug)]
struct Layout {
    home: u8,
    blocks: Vec<usize>,
}

dag! {
    graph Placed<'a>(home: usize, once: usize, layout: &'a Layout, owned: Layout) -> (sum, last) {
        cyclic[i in 0..N] = one(i) on i % ranks,
        block[i in 0..N] = one(i) on i * ranks / N,
        grid[i in 0..2, j in 0..3] = one(i) after [cyclic[j] if i > 0] on i * 3 + j,
        fixed = one(0) on 2,
        modulo = one(0) on HOME,
        far = one(7) on usize::MAX / 2,
        given = one(0) on home,
        given_once = one(0) on once,
        twice = one(home) on home + 1,
        field = one(0) on layout.home,
        listed[i in 0..3] = one(i) on layout.blocks[i],
        owned_list[i in 0..3] = one(i) on owned.blocks[i] + owned.home as usize,
        chosen[i in 0..N] = one(i) on if i > 3 { ranks - 1 } else { 0 },
        called = one(0) on place(ranks, |x| x + 1),
        sum(&cyclic),
        each_one[i in 0..2] = sum(&block) on { let half = ranks / 2; half + i },
        last = sum(&listed) on 1,
    }
    graph Anywhere { one(1) }
}

fn place(ranks: usize, next: impl Fn(usize) -> usize) -> usize {
    next(ranks / 2)
}

fn ranks<G: RawGraph>(inputs: &G::Inputs, ranks: usize) -> Vec<(String, Option<usize>)> {
    let table: &'static Table = G::RAW_TABLE;
    let rank = |task: dag_runtime::TaskRef<'_>| G::rank(inputs, task.index() as u32, ranks);
    table.tasks().map(|task| (task.name().to_string(), rank(task))).collect()
}

#[test]
fn ranks_are_modulo_their_number() {
    let layout = Layout { home: 5, blocks: vec![3, 1, 4] };
    let owned = Layout { home: 1, blocks: vec![2, 7, 1] };
    let placed = Placed { home: 4, once: 3, layout: &layout, owned };
    for n in [1, 2, 3, 4, 7] {
        let all = ranks::<Placed<'_>>(&placed, n);
        let again = ranks::<Placed<'_>>(&placed, n);
        assert_eq!(all, again);
        let of = |name: &str| all.iter().find(|(task, _)| task == name).unwrap().1;
        for i in 0..N {
            assert_eq!(of(&format!("cyclic[{i}]")), Some(i % n));
            assert_eq!(of(&format!("block[{i}]")), Some(i * n / N));
            assert_eq!(of(&format!("grid[{}, {}]", i / 3, i % 3)), Some(i % n));
            assert_eq!(of(&format!("chosen[{i}]")), Some(if i > 3 { n - 1 } else { 0 }));
        }
        assert_eq!([of("fixed"), of("modulo")], [Some(2 % n), Some(n - 1)]);
        assert_eq!(of("far"), Some(usize::MAX / 2 % n));
        assert_eq!([of("given"), of("twice"), of("field")], [Some(4 % n), Some(5 % n), Some(5 % n)]);
        assert_eq!(of("given_once"), Some(3 % n));
        for i in 0..3 {
            assert_eq!(of(&format!("listed[{i}]")), Some(layout.blocks[i] % n));
            assert_eq!(of(&format!("owned_list[{i}]")), Some([3, 8, 2][i] % n));
        }
        assert_eq!(of("called"), Some((n / 2 + 1) % n));
        assert_eq!(of("each_one[1]"), Some((n / 2 + 1) % n));
        assert_eq!([of("sum"), of("last")], [None, Some(1 % n)]);
    }
    const { assert!(Placed::HAS_RANKS) };
}

#[test]
fn other_backends_ignore_them() {
    let layout = Layout { home: 5, blocks: vec![3, 1, 4] };
    let outputs = Everywhere::new().agree(|executor| {
        let owned = Layout { home: 1, blocks: vec![2, 7, 1] };
        Placed { home: 4, once: 3, layout: &layout, owned }.run(executor).unwrap()
    });
    assert_eq!(outputs, (15, 3));
}

#[test]
fn where_no_task_has_one() {
    const { assert!(!Anywhere::HAS_RANKS) };
    assert_eq!(ranks::<Anywhere>(&Anywhere, 3), [("one".to_owned(), None)]);
}
