//! What a line can say, with sizes: ranges, conditions, slices, attributes, `each`, `after`, `on`, arguments.

use dag_runtime::{dag, task};

const LIST: [usize; 6] = [0, 2, 3, 5, 5, 6];

#[task]
fn number(i: usize) -> u64 {
    i as u64 + 1
}

#[task]
fn listed(some: &[u64]) -> Vec<u64> {
    some.to_vec()
}

const fn half(n: usize) -> usize {
    n / 2
}

mod ranges {
    use super::*;

    twins! {
        [M, N] none(M = 0, N = 1), one(M = 1, N = 1), small(M = 2, N = 3), usual(M = 5, N = 6);
        graph Ranges () () -> (single, triangle, inclusive, signed, three, listed_ends, called, wide, sum, bare) {
            single[i in 0..M] = number(i),
            triangle[i in 0..M, j in 0..=i] = number(i + j),
            inclusive[i in 1..=M, j in i..=N] = number(i * j),
            signed[i in -2..M, j in i - 1..3] = number(i.wrapping_add(j).wrapping_add(4) % 100),
            three[i in 0..M, j in i..N, k in i + j..M + N] = number(i + j + k),
            listed_ends[i in 0..LIST.len() - 1, j in LIST[i]..LIST[i + 1]] = number(j),
            called[i in 0..half(N), j in half(i)..half(M + 1)] = number(i),
            wide[i in 0..M * N, j in (i / 2)..(i + 1) % 5] = number(i),
            sum[i in 0..(M + N) << 1, j in 0..(1 << i) & 3] = number(j),
            bare[i in 3..N - 1, j in N..M] = number(i),
        } with {}
    }
}

mod conditions {
    use super::*;

    #[task]
    fn mixed(own: usize, before: Option<&u64>, some: &[u64], moved: Option<Box<u64>>) -> u64 {
        let before = before.copied().unwrap_or(1000);
        own as u64 + before + some.iter().sum::<u64>() + moved.map_or(0, |moved| *moved * 3)
    }

    #[task]
    fn boxed(i: usize) -> Box<u64> {
        Box::new(i as u64)
    }

    twins! {
        [M, N] one(M = 1, N = 1), wide(M = 2, N = 7), usual(M = 6, N = 4);
        graph Conditions () () -> (cell, ends) {
            cell[i in 0..M, j in 0..N] = mixed(
                i * j,
                if i > 0 && j + 1 < N { Some(&cell[i - 1, j + 1]) } else if i + 1 == M || j >= N / 2 { Some(&a[j % N]) } else { None },
                if (i + j) % 2 == 0 { &a[i - 2..=j] } else if N > M { &a } else { &a[N - 1 - j..] },
                if i == M - 1 { Some(moved[j]) } else { None },
            ) after [a[N - 1] if i < M - 1 && !(j > 2), before if M > 3],
            a[j in 0..N] = number(j),
            moved[j in 0..N] = boxed(j),
            before = number(3) after [a if N > 2],
            ends[k in 0..2] = mixed(k, if k == 0 { Some(&cell[0, 0]) } else { Some(&cell[M - 1, N - 1]) }, &cell[M / 2, ..], None),
        } with {}
    }
}

mod slices {
    use super::*;

    twins! {
        [N] one(N = 1), two(N = 2), five(N = 5);
        graph Slices () () -> (all, from, to, near, rest, row, whole, ragged, beyond, ends) {
            a[i in 0..N] = number(i),
            b[i in 0..3, j in 1..=N] = number(10 * i + j),
            triangle[i in 0..N, j in 0..=i] = number(10 * i + j),
            all = listed(&a[..]),
            from[i in 0..=N] = listed(&a[i..]),
            to[i in 0..=N] = listed(&a[..i]),
            near[i in 0..N] = listed(&a[i - 2..=i + 2]),
            rest[i in 0..3] = listed(&a[N + i..N + 2]),
            row[i in 0..3] = listed(&b[i, ..]),
            whole = listed(&b),
            ragged[i in 0..N] = listed(&triangle[i, i - 1..]),
            beyond[k in 0..5] = listed(match k {
                0 => &a[..usize::MAX],
                1 => &a[isize::MIN..=isize::MAX],
                2 => &a[N..usize::MAX],
                3 => &a[i128::MIN..u128::MAX],
                _ => &a[N..=0],
            }),
            ends = listed(&b[2, 2 * N..]),
        } with {}
    }
}

mod attributes {
    use super::*;

    #[task]
    fn base() -> u64 {
        100
    }

    #[task(depends = [base], cost = 3)]
    fn fill(base: u64, i: usize, before: Option<&u64>) -> u64 {
        base + i as u64 + before.copied().unwrap_or(0)
    }

    twins! {
        [N] one(N = 1), four(N = 4);
        items {
        #[task(depends = [cell])]
        fn all(cell: &[u64]) -> u64 {
            cell.iter().sum()
        }

        #[task(depends = [all])]
        fn beyond(all: u64, #[from(cell)] cells: &[u64], #[from(base)] base: &u64) -> (u64, usize, u64) {
            (all, cells.len(), *base)
        }

        /// Waits for all of it.
        #[task(depends = [cell])]
        fn later() -> u64 {
            7
        }
        }
        graph Attributes () () -> (all, beyond, waits) {
            beyond,
            all,
            waits = later,
            /// The cells.
            cell[i in 0..N] = fill(i, if i > 0 { Some(&cell[i - 1]) } else { None }),
            base,
        } with {}
    }
}

mod each {
    use super::*;

    #[task]
    fn repeated(i: usize) -> Vec<u64> {
        vec![i as u64; i]
    }

    #[task]
    fn square(x: &u64) -> u64 {
        x * x
    }

    #[task]
    fn length(list: Vec<u64>) -> usize {
        list.len()
    }

    twins! {
        [N] zero(N = 0), one(N = 1), five(N = 5);
        items {
        #[task(depends = [cells], each = cells)]
        fn tenfold(cells: &u64, by: u64) -> u64 {
            cells * by
        }
        }
        graph Each () () -> (squares, tenfold, lengths, tiles, sums) {
            cells[i in 0..N, j in 0..i] = number(i + j),
            // Over the members of a family.
            squares = square(each &cells),
            tenfold(10 + N as u64),
            lists[i in 0..N] = repeated(i),
            // By value.
            lengths = length(each lists),
            // Each member over the elements of its own.
            lists_too[i in 0..N] = repeated(i),
            tiles[i in 0..N] = square(each &lists_too[i]),
            sums[i in 0..N] = listed(if i > 0 { &tiles[i - 1] } else { &squares }),
        } with {}
    }
}

mod arguments {
    use super::*;

    #[task]
    fn text(a: usize, b: f64, c: String, d: [usize; 2], e: &str, f: Option<u64>) -> String {
        format!("{a} {b} {c} {d:?} {e} {f:?}")
    }

    struct Point {
        x: usize,
        y: u64,
    }

    #[task]
    fn norm(point: Point) -> u64 {
        point.x as u64 * 10 + point.y
    }

    macro_rules! twice {
        ($x:expr) => {
            2 * $x
        };
    }

    twins! {
        [M, N] some(M = 2, N = 3), others(M = 4, N = 1);
        graph Arguments (<'a>) (title: &'a str, by: u64) -> (texts, alone, norms) {
            texts[i in 0..M] = text(
                N.pow(2) + i,
                N as f64 / 2.0,
                format!("{M}/{}, {N:>3} of {i}", M + 1),
                [M, twice!(N)],
                title,
                [i, N].iter().map(|n| *n as u64 * by).chain([M as u64]).filter(|n| n % 2 == 0).max(),
            ),
            alone = text(M, f64::from(N as u32), N.to_string(), { let n = M; [n, N] }, &title[M.min(title.len())..], None),
            norms[i in 0..M] = norm(Point { x: if i == 0 { M } else { N }, y: a[N - 1] + by }),
            a[i in 0..N] = number(match (M, i) { (2, i) => i, (n, _) if n > 3 => n - 1, _ => usize::MAX }),
        } with { title: "a title", by: 7 }
    }
}

mod unused {
    use super::*;

    twins! {
        [A, B] none(A = 0, B = 0), some(A = 9, B = 1);
        // `B` is used by no family.
        graph Unused () () -> (a, last) {
            a[i in 0..A] = number(i),
            last = number(B),
        } with {}
    }

    mod without_family {
        use super::*;

        twins! {
            [A] zero(A = 0), large(A = 1 << 30);
            graph Single () () -> last { first = number(A), last = number(first as usize + A) } with {}
        }
    }

    mod without_output {
        use super::*;

        twins! {
            [A] zero(A = 0), some(A = 3);
            graph Silent () () -> () { first[i in 0..A] = number(i), last = listed(&first) } with {}
        }
    }
}

mod generics {
    use std::fmt::Debug;
    use std::marker::PhantomData;

    use super::*;

    twins! {
        [N] zero(N = 0), three(N = 3);
        items {
        #[task]
        fn shown(value: String, before: &[String]) -> String {
            format!("{value}{}", before.concat())
        }
        }
        graph Generic (<'a, T: Debug + Sync, const K: usize>) (values: &'a [T; K], _kind: PhantomData<T>) -> shown {
            shown[i in 0..N] = shown(format!("{:?}", values[i % K]), if i > 0 { &shown[i - 1..i] } else { &[] }),
        } with { values: &[Some("x"), None], _kind: PhantomData }
    }
}

mod raw {
    use super::*;

    dag! {
        graph Raw[r#loop, r#type](r#fn: u64) -> (r#while, last) {
            r#while[r#in in 0..r#loop, j in r#in..r#type] = number(r#in + j + r#fn as usize),
            last = listed(if r#type > 1 { &r#while[0, r#type - 1..] } else { &[] }),
        }
    }

    #[test]
    fn identifiers() {
        let outputs = dag_tests::Everywhere::new()
            .agree(|executor| Raw { r#loop: 2, r#type: 3, r#fn: 10 }.run(executor).unwrap());
        assert_eq!(outputs, (vec![11, 12, 13, 13, 14], vec![13]));
        let names = crate::twins::names(Raw::table(2, 2).unwrap().tasks());
        assert_eq!(names, ["while[0, 0]", "while[0, 1]", "while[1, 1]", "last"]);
        assert_eq!(Raw::SIZES.names(), ["loop", "type"]);
    }
}

/// Graphs inside of functions, several in one module, one of them twice.
#[test]
fn in_functions() {
    fn other(n: usize) -> u64 {
        #[task]
        fn sum(xs: &[u64]) -> u64 {
            xs.iter().sum()
        }
        dag! {
            graph Local[n] -> sum { xs[i in 0..n] = number(i), sum(&xs) }
            graph Second[m, n] -> sum { xs[i in m..n] = number(i), sum(&xs) }
        }
        let first = Local { n }.run(&dag_runtime::Serial).unwrap();
        assert_eq!(Second { m: 0, n }.run(&dag_runtime::Rayon::new()).unwrap(), first);
        first
    }
    dag! { graph Local[n] -> xs { xs[i in 0..n] = number(i) } }
    assert_eq!(other(4), 10);
    assert_eq!(Local { n: 3 }.run(&dag_runtime::Serial).unwrap(), [1, 2, 3]);
}

mod placed {
    use super::*;

    struct Layout {
        blocks: &'static [usize],
    }

    twins! {
        [N] one(N = 1), six(N = 6);
        graph Placed (<'a>) (layout: &'a Layout) -> last {
            cyclic[i in 0..N] = number(i) on i % ranks,
            block[i in 0..N] = number(i) on i * ranks / N,
            listed_ranks[i in 0..N] = number(i) on layout.blocks[i] + N,
            last = number(N) on if N > 3 { ranks - 1 } else { 0 },
            free = number(1),
        } with { layout: &Layout { blocks: &[3, 1, 4, 1, 5, 9] } }
    }
}
