//! The indices of a family: each member runs once, with its own indices.

use std::ops::{Range, RangeInclusive};

use dag_runtime::{Table, dag, task};
use dag_tests::Everywhere;

#[task]
fn one(i: usize) -> usize {
    i
}

#[task]
fn two(i: usize, j: usize) -> (usize, usize) {
    (i, j)
}

#[task]
fn three(i: usize, j: usize, k: usize) -> [usize; 3] {
    [i, j, k]
}

#[task]
fn four(i: usize, j: usize, k: usize, l: usize) -> [usize; 4] {
    [i, j, k, l]
}

fn names(table: &Table) -> Vec<String> {
    table.tasks().map(|task| task.name().to_string()).collect()
}

const N: usize = 4;

dag! {
    graph Counts -> (line, square, cube, hypercube, single) {
        line[i in 0..N] = one(i),
        square[i in 1..3, j in 2..=N] = two(i, j),
        cube[i in 0..2, j in 5..7, k in 0..3] = three(i, j, k),
        hypercube[a in 0..2, b in 0..3, c in 7..9, d in 1..=2] = four(a, b, c, d),
        single[i in 3..4] = one(i),
    }
}

#[test]
fn one_to_four_indices() {
    let (line, square, cube, hypercube, single) =
        Everywhere::new().agree(|executor| Counts.run(executor).unwrap());
    assert_eq!(line, [0, 1, 2, 3]);
    assert_eq!(square, [(1, 2), (1, 3), (1, 4), (2, 2), (2, 3), (2, 4)]);
    let mut expected = Vec::new();
    for i in 0..2 {
        for j in 5..7 {
            expected.extend((0..3).map(|k| [i, j, k]));
        }
    }
    assert_eq!(cube, expected);
    let mut expected = Vec::new();
    for a in 0..2 {
        for b in 0..3 {
            for c in 7..9 {
                expected.extend((1..=2).map(|d| [a, b, c, d]));
            }
        }
    }
    assert_eq!(hypercube, expected);
    assert_eq!(single, [3]);
    assert_eq!(Counts::TABLE.len(), 4 + 6 + 12 + 24 + 1);
    assert_eq!(names(Counts::TABLE)[4..7], ["square[1, 2]", "square[1, 3]", "square[1, 4]"]);
    assert_eq!(names(Counts::TABLE).last().unwrap(), "single[3]");
}

dag! {
    graph Dependent -> (lower, upper, pyramid, deep, gaps) {
        lower[i in 0..N, j in 0..=i] = two(i, j),
        upper[i in 0..N, j in i + 1..N] = two(i, j),
        pyramid[i in 0..N, j in i..2 * N - i] = two(i, j),
        deep[a in 0..N, b in a..N, c in b..N, d in a..=c] = four(a, b, c, d),
        // Empty where `i` is odd.
        gaps[i in 0..2 * N, j in 0..if i % 2 == 0 { i } else { 0 }] = two(i, j),
    }
}

#[test]
fn ranges_over_earlier_indices() {
    let (lower, upper, pyramid, deep, gaps) =
        Everywhere::new().agree(|executor| Dependent.run(executor).unwrap());
    let pairs = |range: fn(usize) -> Range<usize>, n| {
        (0..n).flat_map(|i| range(i).map(move |j| (i, j))).collect::<Vec<_>>()
    };
    assert_eq!(lower, pairs(|i| 0..i + 1, N));
    assert_eq!(upper, pairs(|i| i + 1..N, N));
    assert_eq!(pyramid, pairs(|i| i..2 * N - i, N));
    assert_eq!(gaps, pairs(|i| 0..if i % 2 == 0 { i } else { 0 }, 2 * N));
    let mut expected = Vec::new();
    for a in 0..N {
        for b in a..N {
            for c in b..N {
                expected.extend((a..=c).map(|d| [a, b, c, d]));
            }
        }
    }
    assert_eq!(deep, expected);
    assert!(names(Dependent::TABLE).contains(&"deep[1, 2, 3, 3]".to_owned()));
}

dag! {
    graph Empty -> (none, reversed, never, tail, count) {
        none[i in 0..0] = one(i),
        reversed[i in 5..2, j in 0..3] = two(i, j),
        never[i in 0..3, j in i..i] = two(i, j),
        // The last ones have no elements, the first ones do.
        tail[i in 0..3, j in i..1] = two(i, j),
        count = lengths(&none, &reversed, &never[1, ..], &tail[0, ..], &tail[2, ..]),
    }
    graph Nothing -> cell { cell[i in 0..0] = one(i) }
}

#[task]
fn lengths(
    a: &[usize],
    b: &[(usize, usize)],
    c: &[(usize, usize)],
    d: &[(usize, usize)],
    e: &[(usize, usize)],
) -> [usize; 5] {
    [a.len(), b.len(), c.len(), d.len(), e.len()]
}

#[test]
fn empty_families() {
    let empty = Everywhere::new().agree(|executor| Empty.run(executor).unwrap());
    assert_eq!(empty, (vec![], vec![], vec![], vec![(0, 0)], [0, 0, 0, 1, 0]));
    assert_eq!(names(Empty::TABLE), ["tail[0, 0]", "count"]);
    assert_eq!(Everywhere::new().agree(|executor| Nothing.run(executor).unwrap()), Vec::<usize>::new());
    assert!(Nothing::TABLE.is_empty());
    assert_eq!((Nothing::TABLE.depth(), Nothing::TABLE.work()), (0, 0));
}

const U: usize = 3;
const I: i32 = 3;
const Z: isize = -1;
const B: u8 = 3;
const L: u64 = 3;
const NAMED: Range<usize> = 1..3;
const SIGNED: Range<i32> = 1..3;
const LIST: &[&str] = &["a", "b", "c"];
mod sizes {
    pub(super) const W: u16 = 3;
    pub(super) const fn half(n: usize) -> usize {
        n / 2
    }
}

dag! {
    graph Bounds -> (u, i, z, b, l, w, e, named, signed, list, dependent, called) {
        u[x in 0..U] = one(x),
        i[x in 0..I] = one(x),
        z[x in Z + 1..3] = one(x),
        b[x in 0..B] = one(x),
        l[x in 0..L] = one(x),
        w[x in 0..sizes::W] = one(x),
        e[x in sizes::half(4) - 2..(U + 3) / 2] = one(x),
        named[x in NAMED] = one(x),
        signed[x in SIGNED, y in NAMED] = two(x, y),
        list[x in 0..LIST.len()] = one(x),
        // The bounds of one range have different types, and so do the bounds and the index.
        dependent[x in 0..I, y in x..U, v in y..=B] = three(x, y, v),
        called[x in 0..4_usize, y in 0..sizes::half(x), v in x.saturating_sub(2)..x / 2] = three(x, y, v),
    }
}

#[test]
fn bounds_of_any_integer_type() {
    let all = Everywhere::new().agree(|executor| {
        let (u, i, z, b, l, w, e, named, signed, list, dependent, called) = Bounds.run(executor).unwrap();
        (([u, i, z, b, l, w, e, list], named), (signed, dependent, called))
    });
    let ((lines, named), (signed, dependent, called)) = all;
    assert!(lines.iter().all(|line| *line == [0, 1, 2]), "{lines:?}");
    assert_eq!(named, [1, 2]);
    assert_eq!(signed, [(1, 1), (1, 2), (2, 1), (2, 2)]);
    let mut expected = Vec::new();
    for x in 0..3 {
        for y in x..3 {
            expected.extend((y..=3).map(|v| [x, y, v]));
        }
    }
    assert_eq!(dependent, expected);
    let mut expected = Vec::new();
    for x in 0..4_usize {
        for y in 0..x / 2 {
            expected.extend((x.saturating_sub(2)..x / 2).map(|v| [x, y, v]));
        }
    }
    assert_eq!(called, expected);
}

const INCLUSIVE: RangeInclusive<i64> = 2..=3;

dag! {
    graph Negative -> (signed, sum) {
        signed[x in -2..=2, y in x..0] = shifted(x as isize, y as isize),
        sum[x in -1..2] = add(&signed[-2, x - 2..x], if x < 0 { signed[x, x] } else { (0, 0) }),
    }
    graph Inclusive -> line { line[x in *INCLUSIVE.start()..=*INCLUSIVE.end()] = one(x) }
}

#[task]
fn shifted(x: isize, y: isize) -> (isize, isize) {
    (x, y)
}

#[task]
fn add(some: &[(isize, isize)], one: (isize, isize)) -> isize {
    some.iter().chain([&one]).map(|(x, y)| 10 * x + y).sum()
}

#[test]
fn negative_indices_wrap_in_arguments_as_casts_do() {
    let (signed, sum) = Everywhere::new().agree(|executor| Negative.run(executor).unwrap());
    assert_eq!(signed, [(-2, -2), (-2, -1), (-1, -1)]);
    // `signed[-2, -3..-1]`, `signed[-2, -2..0]` and `signed[-2, -1..1]`, cut to what there is.
    assert_eq!(sum, [-22 - 11, -22 - 21, -21]);
    assert_eq!(names(Negative::TABLE)[..3], ["signed[-2, -2]", "signed[-2, -1]", "signed[-1, -1]"]);
    let inclusive = Everywhere::new().agree(|executor| Inclusive.run(executor).unwrap());
    assert_eq!(inclusive, [2, 3]);
}

const RADIUS: usize = 1;
const CELLS: u32 = 4;

dag! {
    graph Stencil -> (sums, chosen, turned) {
        cell[i in 0..4] = one(i),
        sums[i in 0..CELLS as usize] = total(&cell[i - RADIUS..=i + RADIUS]),
        chosen[i in 0..4] = one(if i - RADIUS > 1 { cell[i - CELLS + 3] } else { 7 }) after [cell[..i - RADIUS]],
        turned[i in 0..4] = one(cell[(i + RADIUS) % CELLS]),
    }
}

#[task]
fn total(xs: &[usize]) -> usize {
    xs.iter().sum()
}

/// Indices are calculated as `isize`s, so that no subtraction overflows.
#[test]
fn constants_beside_indices_may_be_of_any_integer_type() {
    let (sums, chosen, turned) = Everywhere::new().agree(|executor| Stencil.run(executor).unwrap());
    assert_eq!(sums, [1, 3, 6, 5]);
    assert_eq!(chosen, [7, 7, 7, 2]);
    assert_eq!(turned, [1, 2, 3, 0]);
}

mod generic {
    use super::{Everywhere, N, dag, one, task};

    #[task]
    fn with(text: &str, i: usize, before: Option<&String>) -> String {
        before.map_or("", String::as_str).to_owned() + &text[i..=i]
    }

    dag! {
        /// A family in a graph with generics.
        pub(super) graph Spelled<'a, S: AsRef<str> + Sync>(text: &'a S) -> (spelled, r#loop) {
            spelled[i in 0..N] = with(text.as_ref(), i, if i > 0 { Some(&spelled[i - 1]) } else { None }),
            r#loop[r#in in 0..N] = one(r#in + if r#in > 0 { r#loop[r#in - 1] } else { 0 }),
        }
    }

    #[test]
    fn in_graphs_with_generics_and_raw_names() {
        let all = Everywhere::new().agree(|executor| Spelled { text: &"word" }.run(executor).unwrap());
        assert_eq!(all, (["w", "wo", "wor", "word"].map(String::from).to_vec(), vec![0, 1, 3, 6]));
    }
}
