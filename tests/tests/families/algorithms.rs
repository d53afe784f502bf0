//! Well-known algorithms written as families, against plain loops.

use dag_runtime::{TaskRef, dag, task};
use dag_tests::Everywhere;

const STEPS: usize = 12;
const CELLS: usize = 9;

/// One cell of a rod after one step of the explicit scheme: the mean of its neighbours one step before.
#[task]
fn step(before: &[f64], x: usize) -> f64 {
    if before.is_empty() { start(x) } else { before.iter().sum::<f64>() / before.len() as f64 }
}

fn start(x: usize) -> f64 {
    (x * x % 7) as f64
}

#[task]
fn total(cells: &[f64]) -> f64 {
    cells.iter().sum()
}

dag! {
    graph Heat -> (total, cell) {
        cell[t in 0..STEPS, x in 0..CELLS] = step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x),
        total(&cell[STEPS - 1, ..]),
    }
}

#[test]
fn heat() {
    let mut rows = vec![(0..CELLS).map(start).collect::<Vec<f64>>()];
    for _ in 1..STEPS {
        let before = rows.last().unwrap();
        let mean = |x: usize| {
            let beside = &before[x.saturating_sub(1)..CELLS.min(x + 2)];
            beside.iter().sum::<f64>() / beside.len() as f64
        };
        rows.push((0..CELLS).map(mean).collect());
    }
    let (total, cells) = Everywhere::new().agree(|executor| Heat.run(executor).unwrap());
    assert_eq!(total, rows[STEPS - 1].iter().sum::<f64>());
    assert_eq!(cells, rows.concat());
}

/// A square tile, row by row.
type Tile = Vec<f64>;

/// The sides of a tile, and of the matrix in tiles.
const B: usize = 3;
const T: usize = 5;

struct Matrix(Vec<f64>);

impl Matrix {
    const N: usize = B * T;

    /// A symmetric matrix, which is positive definite because its diagonal dominates.
    fn new() -> Self {
        let entry = |i: usize, j: usize| {
            let (low, high) = (i.min(j), i.max(j));
            if i == j { 40.0 + i as f64 } else { ((low * 31 + high * 17) % 11) as f64 / 5.0 - 1.0 }
        };
        Matrix((0..Self::N * Self::N).map(|at| entry(at / Self::N, at % Self::N)).collect())
    }

    fn tile(&self, i: usize, j: usize) -> Tile {
        (0..B * B).map(|at| self.0[(i * B + at / B) * Self::N + j * B + at % B]).collect()
    }

    /// Its lower factor, one column after the other.
    fn factor(&self) -> Matrix {
        let (n, a) = (Self::N, &self.0);
        let mut l = vec![0.0; n * n];
        for j in 0..n {
            let dot = |l: &[f64], i: usize| (0..j).map(|k| l[i * n + k] * l[j * n + k]).sum::<f64>();
            l[j * n + j] = (a[j * n + j] - dot(&l, j)).sqrt();
            for i in j + 1..n {
                l[i * n + j] = (a[i * n + j] - dot(&l, i)) / l[j * n + j];
            }
        }
        Matrix(l)
    }
}

#[task(cost = 0)]
fn cut(a: &Matrix, i: usize, j: usize) -> Tile {
    a.tile(i, j)
}

/// POTRF
#[task(cost = 1)]
fn factor(mut a: Tile) -> Tile {
    for j in 0..B {
        for i in 0..B {
            let dot: f64 = (0..j).map(|k| a[i * B + k] * a[j * B + k]).sum();
            a[i * B + j] = match i.cmp(&j) {
                std::cmp::Ordering::Less => 0.0,
                std::cmp::Ordering::Equal => (a[i * B + j] - dot).sqrt(),
                std::cmp::Ordering::Greater => (a[i * B + j] - dot) / a[j * B + j],
            };
        }
    }
    a
}

/// TRSM
#[task(cost = 3)]
fn solve(l: &Tile, mut a: Tile) -> Tile {
    for i in 0..B {
        for j in 0..B {
            let dot: f64 = (0..j).map(|k| a[i * B + k] * l[j * B + k]).sum();
            a[i * B + j] = (a[i * B + j] - dot) / l[j * B + j];
        }
    }
    a
}

/// SYRK
#[task(cost = 3)]
fn update(a: &Tile, c: Tile) -> Tile {
    subtract(a, a, c)
}

/// GEMM
#[task(cost = 6)]
fn multiply(a: &Tile, b: &Tile, c: Tile) -> Tile {
    subtract(a, b, c)
}

/// `c` less the product of `a` and the transpose of `b`, in the place of `c`.
fn subtract(a: &Tile, b: &Tile, mut c: Tile) -> Tile {
    for (at, c) in c.iter_mut().enumerate() {
        *c -= (0..B).map(|k| a[at / B * B + k] * b[at % B * B + k]).sum::<f64>();
    }
    c
}

dag! {
    graph Cholesky<'a>(a: &'a Matrix) -> (potrf, trsm) {
        tile[i in 0..T, j in 0..=i] = cut(a, i, j),
        potrf[k in 0..T] = factor(if k == 0 { tile[0, 0] } else { syrk[k - 1, k] }),
        trsm[k in 0..T, i in k + 1..T] = solve(&potrf[k], if k == 0 { tile[i, 0] } else { gemm[k - 1, i, k] }),
        syrk[k in 0..T, i in k + 1..T] = update(&trsm[k, i], if k == 0 { tile[i, i] } else { syrk[k - 1, i] }),
        gemm[k in 0..T, i in k + 2..T, j in k + 1..i] =
            multiply(&trsm[k, i], &trsm[k, j], if k == 0 { tile[i, j] } else { gemm[k - 1, i, j] }),
    }
}

#[test]
fn cholesky() {
    let (a, direct) = (Matrix::new(), Matrix::new().factor());
    let near = |tile: &Tile, i, j| {
        let expected = direct.tile(i, j);
        tile.iter().zip(&expected).all(|(x, y)| (x - y).abs() < 1e-10)
    };
    Everywhere::new().each(|executor| {
        let (potrf, trsm) = Cholesky { a: &a }.run(executor).unwrap();
        assert_eq!((potrf.len(), trsm.len()), (T, T * (T - 1) / 2));
        for (k, tile) in potrf.iter().enumerate() {
            assert!(near(tile, k, k), "potrf[{k}]");
        }
        let below = (0..T).flat_map(|k| (k + 1..T).map(move |i| (k, i)));
        for ((k, i), tile) in below.zip(&trsm) {
            assert!(near(tile, i, k), "trsm[{k}, {i}]");
        }
    });
}

#[test]
fn cholesky_has_its_closed_forms() {
    let (table, t) = (Cholesky::TABLE, T as u64);
    let cuts = T * (T + 1) / 2;
    assert_eq!(table.len() - cuts, T * (T + 1) * (T + 2) / 6);
    assert_eq!(table.work(), t.pow(3));
    assert_eq!(table.critical_path_length(), 9 * t - 10);
    let path: Vec<String> = table.critical_path().map(|task| task.name().to_string()).collect();
    assert!(path.iter().any(|name| name == "gemm[2, 4, 3]"), "{path:?}");
    // Each tile is moved through all of its updates: a chain of as many tasks as there are columns before it.
    let names =
        |task: TaskRef<'_>| task.dependencies().map(|task| task.name().to_string()).collect::<Vec<_>>();
    assert_eq!(names(table.find("gemm[1, 4, 2]").unwrap()), ["trsm[1, 4]", "trsm[1, 2]", "gemm[0, 4, 2]"]);
    assert_eq!(names(table.find("potrf[3]").unwrap()), ["syrk[2, 3]"]);
    assert_eq!(names(table.find("trsm[0, 4]").unwrap()), ["potrf[0]", "tile[4, 0]"]);
}

const LEFT: &[u8] = b"TGTTACGGAGC";
const TOP: &[u8] = b"GGTTGACTA";

/// The score of the best local alignment that ends here: three for a match, three less for a mismatch, two
/// less for a gap.
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

dag! {
    graph SmithWaterman -> (best, h) {
        best(&h),
        h[i in 0..LEFT.len(), j in 0..TOP.len()] = align(
            if i > 0 && j > 0 { Some(&h[i - 1, j - 1]) } else { None },
            if i > 0 { Some(&h[i - 1, j]) } else { None },
            if j > 0 { Some(&h[i, j - 1]) } else { None },
            i, j,
        ),
    }
}

#[test]
fn smith_waterman() {
    let mut h = vec![vec![0; TOP.len() + 1]; LEFT.len() + 1];
    for i in 1..=LEFT.len() {
        for j in 1..=TOP.len() {
            let score = if LEFT[i - 1] == TOP[j - 1] { 3 } else { -3 };
            h[i][j] = (h[i - 1][j - 1] + score).max(h[i - 1][j] - 2).max(h[i][j - 1] - 2).max(0);
        }
    }
    let expected: Vec<i32> = h[1..].iter().flat_map(|row| row[1..].to_vec()).collect();
    let (best, all) = Everywhere::new().agree(|executor| SmithWaterman.run(executor).unwrap());
    // The example of the algorithm's article in the English Wikipedia.
    assert_eq!(best, 13);
    assert_eq!(all, expected);
    assert_eq!(SmithWaterman::TABLE.depth(), LEFT.len() + TOP.len() - 1 + 1);
}
