//! Well-known algorithms.

use dag_runtime::{dag, task};

mod heat {
    use super::*;

    #[task(cost = 3)]
    fn step(before: &[f64], x: usize) -> f64 {
        if before.is_empty() { (x * x % 7) as f64 } else { before.iter().sum::<f64>() / before.len() as f64 }
    }

    #[task]
    fn total(cells: &[f64]) -> f64 {
        cells.iter().sum()
    }

    twins! {
        [STEPS, CELLS] one(STEPS = 1, CELLS = 1), narrow(STEPS = 6, CELLS = 1), empty(STEPS = 3, CELLS = 0),
            usual(STEPS = 12, CELLS = 9);
        graph Heat () () -> (total, cell) {
            /// A cell of the rod.
            cell[t in 0..STEPS, x in 0..CELLS] = step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x),
            total(&cell[STEPS - 1, ..]),
        } with {}
    }
}

/// A tile of one number, which is moved through its updates.
type Tile = Box<f64>;

fn entry(i: usize, j: usize) -> f64 {
    let (low, high) = (i.min(j), i.max(j));
    if i == j { 40.0 + i as f64 } else { ((low * 31 + high * 17) % 11) as f64 / 5.0 - 1.0 }
}

#[task(cost = 0)]
fn cut(i: usize, j: usize) -> Tile {
    Box::new(entry(i, j))
}

#[task]
fn factor(mut a: Tile) -> Tile {
    *a = a.sqrt();
    a
}

#[task(cost = 3)]
fn solve(l: &Tile, mut a: Tile) -> Tile {
    *a /= **l;
    a
}

#[task(cost = 6)]
fn update(a: &Tile, b: &Tile, mut c: Tile) -> Tile {
    *c -= **a * **b;
    c
}

mod cholesky {
    use super::*;

    twins! {
        [T] zero(T = 0), one(T = 1), two(T = 2), three(T = 3), seven(T = 7);
        graph Cholesky () () -> (potrf, trsm) {
            tile[i in 0..T, j in 0..=i] = cut(i, j),
            potrf[k in 0..T] = factor(if k == 0 { tile[0, 0] } else { syrk[k - 1, k] }),
            trsm[k in 0..T, i in k + 1..T] = solve(&potrf[k], if k == 0 { tile[i, 0] } else { gemm[k - 1, i, k] }),
            syrk[k in 0..T, i in k + 1..T] =
                update(&trsm[k, i], &trsm[k, i], if k == 0 { tile[i, i] } else { syrk[k - 1, i] }),
            gemm[k in 0..T, i in k + 2..T, j in k + 1..i] =
                update(&trsm[k, i], &trsm[k, j], if k == 0 { tile[i, j] } else { gemm[k - 1, i, j] }),
        } with {}
    }

    #[test]
    fn is_the_factor_of_the_matrix() {
        const N: usize = 9;
        let (potrf, trsm) = sized::Cholesky { T: N }.run(&dag_runtime::Rayon::new()).unwrap();
        let mut l = vec![[0.0; N]; N];
        let mut below = trsm.into_iter();
        for (k, diagonal) in potrf.into_iter().enumerate() {
            l[k][k] = *diagonal;
            (k + 1..N).for_each(|i| l[i][k] = *below.next().unwrap());
        }
        for i in 0..N {
            for j in 0..=i {
                let product: f64 = (0..N).map(|k| l[i][k] * l[j][k]).sum();
                assert!((product - entry(i, j)).abs() < 1e-9, "{i}, {j}");
            }
        }
    }
}

mod lu {
    use super::*;

    #[task]
    fn keep(a: Tile) -> Tile {
        a
    }

    twins! {
        [T] zero(T = 0), one(T = 1), two(T = 2), five(T = 5);
        graph Lu () () -> (diagonal, row, column) {
            diagonal[k in 0..T] = keep(if k == 0 { start[0, 0] } else { inner[k - 1, k, k] }),
            row[k in 0..T, j in k + 1..T] = keep(if k == 0 { start[0, j] } else { inner[k - 1, k, j] }) after [diagonal[k]],
            column[k in 0..T, i in k + 1..T] =
                solve(&diagonal[k], if k == 0 { start[i, 0] } else { inner[k - 1, i, k] }),
            inner[k in 0..T, i in k + 1..T, j in k + 1..T] =
                update(&column[k, i], &row[k, j], if k == 0 { start[i, j] } else { inner[k - 1, i, j] }),
            start[i in 0..T, j in 0..T] = cut(i, j),
        } with {}
    }
}

mod smith_waterman {
    use super::*;

    const LEFT: &[u8] = b"TGTTACGGAGC";
    const TOP: &[u8] = b"GGTTGACTA";

    #[task]
    fn align(diagonal: Option<&i32>, above: Option<&i32>, before: Option<&i32>, i: usize, j: usize) -> i32 {
        let score = if LEFT[i] == TOP[j] { 3 } else { -3 };
        let [diagonal, above, before] = [diagonal, above, before].map(|near| near.copied().unwrap_or(0));
        (diagonal + score).max(above - 2).max(before - 2).max(0)
    }

    #[task]
    fn best(all: &[i32]) -> i32 {
        all.iter().copied().max().unwrap_or(0)
    }

    twins! {
        [M, N] nothing(M = 0, N = 9), one(M = 1, N = 1), row(M = 1, N = 9), all(M = 11, N = 9);
        graph SmithWaterman () () -> (best, h) {
            best(&h),
            h[i in 0..M, j in 0..N] = align(
                if i > 0 && j > 0 { Some(&h[i - 1, j - 1]) } else { None },
                if i > 0 { Some(&h[i - 1, j]) } else { None },
                if j > 0 { Some(&h[i, j - 1]) } else { None },
                i, j,
            ),
        } with {}
    }

    #[test]
    fn is_the_example_of_the_article() {
        // In the English Wikipedia.
        assert_eq!(sized::SmithWaterman { M: 11, N: 9 }.run(&dag_runtime::Serial).unwrap().0, 13);
    }
}

mod floyd_warshall {
    use super::*;

    #[task]
    fn distance(i: usize, j: usize) -> u64 {
        if i == j { 0 } else { 1 + (i * 7 + j * 3) as u64 % 19 }
    }

    /// The way from `i` to `j` by `k`, if that is shorter.
    #[task]
    fn shorter(direct: u64, first: &u64, second: &u64) -> u64 {
        direct.min(first + second)
    }

    #[task]
    fn same(direct: u64) -> u64 {
        direct
    }

    twins! {
        [N] one(N = 1), two(N = 2), six(N = 6);
        graph FloydWarshall () () -> way {
            // By the node `k`: the distance from it to itself, those from it and to it, and all others.
            start[i in 0..N, j in 0..N] = distance(i, j),
            diagonal[k in 0..N] = same(
                if k == 0 { start[0, 0] } else { inner[k - 1, k, k] },
            ),
            row[k in 0..N, j in 0..N] = shorter(
                if k == 0 { start[0, j] } else { inner[k - 1, k, j] }, &diagonal[k], if k == 0 { &start[0, j] } else { &inner[k - 1, k, j] },
            ),
            column[k in 0..N, i in 0..N] = shorter(
                if k == 0 { start[i, 0] } else { inner[k - 1, i, k] }, if k == 0 { &start[i, 0] } else { &inner[k - 1, i, k] }, &diagonal[k],
            ),
            inner[k in 0..N, i in 0..N, j in 0..N] = shorter(
                if k == 0 { start[i, j] } else { inner[k - 1, i, j] }, &column[k, i], &row[k, j],
            ),
            way[i in 0..N, j in 0..N] = same(inner[N - 1, i, j]),
        } with {}
    }

    #[test]
    fn are_the_shortest_ways() {
        const N: usize = 8;
        let mut ways: Vec<Vec<u64>> = (0..N)
            .map(|i| (0..N).map(|j| if i == j { 0 } else { 1 + (i * 7 + j * 3) as u64 % 19 }).collect())
            .collect();
        for k in 0..N {
            for i in 0..N {
                for j in 0..N {
                    ways[i][j] = ways[i][j].min(ways[i][k] + ways[k][j]);
                }
            }
        }
        assert_eq!(sized::FloydWarshall { N }.run(&dag_runtime::Rayon::new()).unwrap(), ways.concat());
    }
}

mod fft {
    use super::*;

    #[task]
    fn input(i: usize) -> u64 {
        i as u64 * 3 + 1
    }

    #[task]
    fn butterfly(own: &u64, other: &u64, is_upper: bool) -> u64 {
        if is_upper { other.wrapping_sub(*own).rotate_left(3) } else { own.wrapping_add(*other) }
    }

    twins! {
        [L] one(L = 1), two(L = 2), four(L = 4);
        graph Fft () () -> out {
            x[i in 0..1 << L] = input(i),
            stage[s in 0..L, i in 0..1 << L] = butterfly(
                if s == 0 { &x[i] } else { &stage[s - 1, i] },
                if s == 0 { &x[i ^ 1] } else { &stage[s - 1, i ^ (1 << s)] },
                i >> s & 1 == 1,
            ),
            out[i in 0..1 << L] = butterfly(
                if L == 0 { &x[i] } else { &stage[L - 1, i] }, if L == 0 { &x[i] } else { &stage[L - 1, i] }, false,
            ),
        } with {}
    }
}

mod reduction {
    use super::*;

    #[task]
    fn leaf(i: usize) -> u64 {
        1 << (i % 50)
    }

    #[task]
    fn add(left: Option<&u64>, right: Option<&u64>, own: u64) -> u64 {
        left.unwrap_or(&0) + right.unwrap_or(&0) + own
    }

    twins! {
        [N] zero(N = 0), one(N = 1), two(N = 2), thirteen(N = 13);
        graph Reduction () () -> (roots, node) {
            leaves[i in 0..N] = leaf(i),
            node[i in 0..N] = add(
                if 2 * i + 1 < N { Some(&node[2 * i + 1]) } else { None },
                if 2 * i + 2 < N { Some(&node[2 * i + 2]) } else { None },
                leaves[i],
            ),
            roots[i in 0..(N + 1) / (N + 1) - (1 / (N + 1))] = add(Some(&node[0]), None, 0),
        } with {}
    }

    mod up {
        use super::*;

        twins! {
            [N] one(N = 1), nine(N = 9);
            // Each level adds pairs of the one before.
            graph Pairs () () -> part {
                part[l in 0..4, i in 0..(N + (1 << l) - 1) >> l] = add(
                    if l > 0 { Some(&part[l - 1, 2 * i]) } else { None },
                    if l > 0 && 2 * i + 1 < (N + (1 << (l - 1)) - 1) >> (l - 1) { Some(&part[l - 1, 2 * i + 1]) } else { None },
                    i as u64,
                ),
            } with {}
        }
    }
}
