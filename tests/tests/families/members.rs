//! Members of families in arguments: all the ways in which one line uses another.

use dag_runtime::{TaskRef, dag, task};
use dag_tests::Everywhere;

const N: usize = 5;
const W: usize = 4;

#[task]
fn source(i: usize) -> u64 {
    i as u64 + 1
}

#[task]
fn list(i: usize) -> Vec<u64> {
    vec![i as u64 + 1]
}

#[task]
fn double(x: u64) -> u64 {
    2 * x
}

#[task]
fn triple(x: &u64) -> u64 {
    3 * x
}

#[task]
fn append(mut xs: Vec<u64>, x: u64) -> Vec<u64> {
    xs.push(x);
    xs
}

dag! {
    graph Single -> (copied, borrowed, reversed, first, chain, last) {
        a[i in 0..N] = source(i),
        copied[i in 0..N] = double(a[i]),
        borrowed[i in 1..N] = triple(&a[i - 1]),
        reversed[i in 0..N] = double(a[N as isize - 1 - i]),
        first = triple(&a[0]),
        // Two families that move outputs to each other in turns.
        lists[i in 0..W] = list(i),
        chain[t in 0..3, i in 0..W] = append(if t == 0 { lists[i] } else { between[t, i] }, t as u64),
        between[t in 1..3, i in 0..W] = append(links[t, i], 100),
        links[t in 1..3, i in 0..W] = list(t * 10 + i),
        // A chain that begins with a single task and ends in one.
        last = append(moved[N - 1], 7),
        moved[i in 0..N] = append(if i > 0 { moved[i - 1] } else { seed }, i as u64),
        seed = list(41),
    }
}

#[test]
fn single_members() {
    let (copied, borrowed, reversed, first, chain, last) =
        Everywhere::new().agree(|executor| Single.run(executor).unwrap());
    assert_eq!(copied, [2, 4, 6, 8, 10]);
    assert_eq!(borrowed, [3, 6, 9, 12]);
    assert_eq!(reversed, [10, 8, 6, 4, 2]);
    assert_eq!(first, 3);
    let mut expected: Vec<Vec<u64>> = (1..=4).map(|i| vec![i, 0]).collect();
    for t in 1..3 {
        expected.extend((0..4).map(|i| vec![t * 10 + i + 1, 100, t]));
    }
    assert_eq!(chain, expected);
    assert_eq!(last, [42, 0, 1, 2, 3, 4, 7]);
}

/// A list, and the address of its memory when it was made.
type Placed = (usize, Vec<u64>);

#[task]
fn reserve() -> Placed {
    let xs: Vec<u64> = Vec::with_capacity(100);
    (xs.as_ptr().addr(), xs)
}

#[task]
fn push(pair: Placed, x: usize) -> Placed {
    let (address, mut xs) = pair;
    xs.push(x as u64);
    (address, xs)
}

#[task]
fn is_in_place(pair: &Placed) -> bool {
    pair.0 == pair.1.as_ptr().addr()
}

dag! {
    graph InPlace -> (in_place, grid) {
        reserve,
        link[i in 0..50] = push(if i == 0 { reserve } else { link[i - 1] }, i),
        in_place = is_in_place(&link[49]),
        starts[x in 0..3] = reserve,
        links[t in 0..4, x in 0..3] = push(if t == 0 { starts[x] } else { links[t - 1, x] }, t),
        grid[x in 0..3] = is_in_place(&links[3, x]),
    }
}

#[test]
fn chains_of_moves_make_no_copies() {
    let all = Everywhere::new().agree(|executor| InPlace.run(executor).unwrap());
    assert_eq!(all, (true, vec![true; 3]));
}

#[task]
fn sum_of(near: Option<&u64>, far: Option<u64>) -> u64 {
    near.copied().unwrap_or(0) + 100 * far.unwrap_or(0)
}

#[task]
fn pick(kind: &'static str, value: u64) -> (&'static str, u64) {
    (kind, value)
}

const SPLIT: usize = 3;
const LEFT_FIRST: bool = false;

dag! {
    graph Chosen -> (near, kind, nested, fixed) {
        a[i in 0..N] = source(i),
        b[i in 0..2 * N] = source(100 * i),
        near[i in 0..N] = sum_of(
            if i > 0 { Some(&a[i - 1]) } else { None },
            if i + 1 < N { Some(a[i + 1]) } else { None },
        ),
        kind[i in 0..N] = pick(
            if i < 1 { "first" } else if i < SPLIT { "low" } else if i == SPLIT { "split" } else { "high" },
            if i < 1 { a[0] } else if i < SPLIT { a[i] * 10 } else if i == SPLIT { 7 } else { b[2 * i] },
        ),
        nested[i in 0..3, j in 0..3] = double(
            if i > 0 {
                if j > 0 { nested[i - 1, j - 1] } else if i == 1 { 1 } else { b[i + j] + a[i] }
            } else {
                if j == 2 { a[j] } else { if i == j { 5 } else { a[4] } }
            },
        ),
        // Only one of the branches is there.
        fixed = double(if LEFT_FIRST { a[99] } else { a[0] }),
    }
}

#[test]
fn members_chosen_by_conditions() {
    let (near, kind, nested, fixed) = Everywhere::new().agree(|executor| Chosen.run(executor).unwrap());
    assert_eq!(near, [200, 301, 402, 503, 4]);
    assert_eq!(kind, [("first", 1), ("low", 20), ("low", 30), ("split", 7), ("high", 801)]);
    assert_eq!(nested, [10, 10, 6, 2, 20, 20, 2 * (201 + 3), 4, 40]);
    assert_eq!(fixed, 2);
    let of = |name| dependencies(Chosen::TABLE.find(name).unwrap());
    assert_eq!(of("near[0]"), ["a[1]"]);
    assert_eq!(of("near[2]"), ["a[1]", "a[3]"]);
    assert_eq!(of("kind[3]"), [""; 0]);
    assert_eq!(of("kind[4]"), ["b[8]"]);
    assert_eq!(of("nested[2, 0]"), ["b[2]", "a[2]"]);
    assert_eq!(of("nested[0, 0]"), [""; 0]);
    assert_eq!(of("fixed"), ["a[0]"]);
}

fn dependencies(task: TaskRef<'_>) -> Vec<String> {
    task.dependencies().map(|task| task.name().to_string()).collect()
}

dag! {
    graph AtRunTime(flag: bool, shift: u64, names: Vec<String>) -> (either, inside, name, either_list) {
        a[i in 0..N] = source(i),
        b[i in 0..N] = source(i + 10),
        either[i in 0..N] = double(if flag { a[i] } else { b[i] }),
        inside[i in 1..N] = double(
            if i == 1 { shift } else if flag && shift > 1 { a[i - 1] + shift } else { b[i - 1] },
        ),
        name[i in 0..2] = spell(&names[i], names.len(), if i == 1 { &a[0] } else { &0 }),
        lists[i in 0..N] = list(i),
        others[i in 0..N] = list(i + 10),
        // Both are moved here, whichever is used afterwards.
        either_list[i in 0..N] = append(if flag { lists[i] } else { others[i] }, i as u64),
    }
}

#[task]
fn spell(name: &str, of: usize, add: &u64) -> String {
    format!("{name} of {of}, {add}")
}

#[test]
fn conditions_over_inputs_are_at_run_time() {
    for flag in [false, true] {
        let (either, inside, name, lists) = Everywhere::new().agree(|executor| {
            AtRunTime { flag, shift: 2, names: vec!["x".into(), "y".into()] }.run(executor).unwrap()
        });
        let off = if flag { 0 } else { 10 };
        assert_eq!(either, (1..=5).map(|x| 2 * (x + off)).collect::<Vec<u64>>());
        let inner = |x: u64| 2 * if flag { x + 2 } else { x + 10 };
        assert_eq!(inside, [4, inner(2), inner(3), inner(4)]);
        assert_eq!(name, ["x of 2, 0", "y of 2, 1"]);
        assert_eq!(lists, (0..5).map(|i| vec![i + 1 + off, i]).collect::<Vec<_>>());
    }
    let of = |name| dependencies(AtRunTime::TABLE.find(name).unwrap());
    assert_eq!(of("either[3]"), ["a[3]", "b[3]"]);
    assert_eq!(of("inside[1]"), [""; 0]);
    assert_eq!(of("inside[2]"), ["a[1]", "b[1]"]);
}

#[task]
fn apply(f: &dyn Fn(u64) -> u64) -> u64 {
    f(1)
}

#[task]
fn pair(xs: (&u64, u64), ys: [u64; 2]) -> u64 {
    xs.0 + 10 * xs.1 + 100 * ys[0] + 1000 * ys[1]
}

#[task]
fn plain(a: usize, b: u64, c: &str, d: Option<usize>) -> String {
    format!("{a} {b} {c} {d:?}")
}

/// What makes arguments, as an index is a `usize` there.
const fn square(i: usize) -> usize {
    i * i
}

struct Point {
    x: u64,
    y: u64,
}

#[task]
fn norm(point: Point) -> u64 {
    point.x * point.x + point.y * point.y
}

macro_rules! twice {
    ($x:expr) => {
        2 * $x
    };
}

dag! {
    graph Expressions(offset: u64) -> (closure, tuple, plain, block, norm, called, matched, bound) {
        a[i in 0..N] = source(i),
        one = source(0),
        closure[i in 1..N] = apply(&|x| x + a[i] * a[i - 1] + offset + i as u64),
        tuple[i in 0..W] = pair((&a[i], a[i + 1]), [one, a[0]]),
        plain[t in 0..2, x in 3..5] = plain(
            x * 2 + t,
            (x - t) as u64 + offset,
            &format!("{x:>3}"),
            [t, square(x)].into_iter().max().filter(|x| x % 2 == 0),
        ),
        block[i in 0..2] = double({ let j = a[i]; let twice = a[i + 1] * 2; j + twice + i as u64 }),
        norm[i in 1..3] = norm(Point { x: a[i], y: a[i + 1].min(3) }),
        called[i in 0..2] = double(twice!(i as u64) + [a[i], a[i + 1]].iter().sum::<u64>()),
        matched[i in 0..4] = double(match i { 0 => a[0], 1 | 2 => a[i as isize], other => other as u64 * a[4] }),
        // Inside the closure the name is not the index or the family.
        bound[i in 0..2] = apply(&|i| i + [5, 6].map(|a: u64| a)[0]),
    }
}

#[test]
fn members_anywhere_in_expressions() {
    let offset = 1000;
    Everywhere::new().each(|executor| {
        let (closure, tuple, plain, block, norm, called, matched, bound) =
            Expressions { offset }.run(executor).unwrap();
        assert_eq!(closure, [1004, 1009, 1016, 1025]);
        assert_eq!(tuple, [1121, 1132, 1143, 1154]);
        let cases =
            [(6, 3, "  3", None), (8, 4, "  4", Some(16)), (7, 2, "  3", None), (9, 3, "  4", Some(16))];
        assert_eq!(plain, cases.map(|(a, b, c, d)| format!("{a} {} {c} {d:?}", b + offset)));
        assert_eq!(block, [2 * (1 + 4), 2 * (2 + 6 + 1)]);
        assert_eq!(norm, [4 + 9, 9 + 9]);
        assert_eq!(called, [6, 14]);
        assert_eq!(matched, [2, 4, 6, 30]);
        assert_eq!(bound, [6, 6]);
    });
}

#[task]
fn listed(xs: &[u64]) -> Vec<u64> {
    xs.to_vec()
}

#[task]
fn lens(a: &[u64], b: &[u64], c: &[Vec<u64>], d: usize) -> [usize; 4] {
    [a.len(), b.len(), c.len(), d]
}

dag! {
    graph Slices -> (all, from, to, through, near, rest, row, whole, chosen, lens, ragged) {
        a[i in 0..N] = source(i),
        b[i in 0..3, j in 1..=W] = source(10 * i + j),
        l[i in 0..N] = list(i),
        all = listed(&a[..]),
        from[i in 0..=N] = listed(&a[i..]),
        to[i in 0..=N] = listed(&a[..i]),
        through[i in 0..3] = listed(&a[i..=i + 1]),
        // Cut at both ends.
        near[i in 0..N] = listed(&a[i - 2..=i + 2]),
        rest[i in 0..3] = listed(&a[N + i..N + 2]),
        row[i in 0..3] = listed(&b[i, ..]),
        whole = listed(&b),
        chosen[i in 0..4] = listed(if i < 3 { &b[i, i..] } else if i == 3 { &b[0, 2..3] } else { &[] }),
        lens(&a[3..=2], &b[1, 2 * W..], &l, a.len() + l[1..3].len()),
        triangle[i in 0..W, j in 0..=i] = source(10 * i + j),
        ragged[i in 0..W] = listed(&triangle[i, i - 1..]),
    }
}

#[test]
fn slices() {
    Everywhere::new().each(|executor| {
        let (all, from, to, through, near, rest, row, whole, chosen, lens, ragged) =
            Slices.run(executor).unwrap();
        assert_eq!(all, [1, 2, 3, 4, 5]);
        assert_eq!(from, (0..=5).map(|i| all[i..].to_vec()).collect::<Vec<_>>());
        assert_eq!(to, (0..=5).map(|i| all[..i].to_vec()).collect::<Vec<_>>());
        assert_eq!(through, [[1, 2], [2, 3], [3, 4]]);
        assert_eq!(near, [&all[..3], &all[..4], &all[..], &all[1..], &all[2..]]);
        assert_eq!(rest, [[0; 0]; 3]);
        assert_eq!(row, [[2, 3, 4, 5], [12, 13, 14, 15], [22, 23, 24, 25]]);
        assert_eq!(whole, row.concat());
        assert_eq!(chosen, [vec![2, 3, 4, 5], vec![12, 13, 14, 15], vec![23, 24, 25], vec![3]]);
        assert_eq!(lens, [0, 0, 5, 7]);
        assert_eq!(ragged, [vec![1], vec![11, 12], vec![22, 23], vec![33, 34]]);
    });
    let of = |name| dependencies(Slices::TABLE.find(name).unwrap());
    assert_eq!(of("near[1]"), ["a[0]", "a[1]", "a[2]", "a[3]"]);
    assert_eq!(of("rest[0]"), [""; 0]);
    assert_eq!(of("ragged[3]"), ["triangle[3, 2]", "triangle[3, 3]"]);
}

const WIDTH: usize = 5;

const fn parent(i: isize) -> isize {
    (i - 1) / 2
}

const SHIFT: i64 = 2;
const STEP: u8 = 2;

struct Grid;

impl Grid {
    const HALF: usize = 2;
}

dag! {
    graph Arithmetic -> (periodic, tree, shifted, own, other) {
        a[i in 0..WIDTH] = source(i),
        periodic[x in 0..WIDTH] = pair(
            (&a[(x - 1).rem_euclid(WIDTH as isize)], a[(x + 1) % WIDTH]),
            [a[x.rem_euclid(2)], a[if x < 3 { 3 } else { x }]],
        ),
        tree[i in 0..WIDTH] = double(if i > 0 { tree[parent(i)] } else { 1 }),
        shifted[x in 0..WIDTH] = double(
            if x >= SHIFT && x % STEP == 0 { a[x - SHIFT] } else if x + 1 < WIDTH { a[x + 1] } else { 1000 },
        ),
        own[x in 0..WIDTH] = double(if x < Grid::HALF { a[x + Grid::HALF] } else { a[x - Grid::HALF as isize] }),
        other[x in 0..WIDTH, y in 0..2] = double(a[{ let z = x + y; z % 5 }] + if (x as usize) < y { 50 } else { 0 }),
    }
}

#[test]
fn indices_are_computed_in_any_integer_type() {
    let (periodic, tree, shifted, own, other) = Everywhere::new().agree(|e| Arithmetic.run(e).unwrap());
    let a = [1, 2, 3, 4, 5];
    let expected = |x: usize| a[(x + 4) % 5] + 10 * a[(x + 1) % 5] + 100 * a[x % 2] + 1000 * a[x.clamp(3, 4)];
    assert_eq!(periodic, (0..5).map(expected).collect::<Vec<_>>());
    assert_eq!(tree, [2, 4, 4, 8, 8]);
    assert_eq!(shifted, [4, 6, 2, 10, 6]);
    assert_eq!(own, [6, 8, 2, 4, 6]);
    let mut expected = Vec::new();
    for x in 0..5 {
        for y in 0..2 {
            expected.push(2 * (a[(x + y) % 5] + if x < y { 50 } else { 0 }));
        }
    }
    assert_eq!(other, expected);
}
