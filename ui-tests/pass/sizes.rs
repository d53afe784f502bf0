//! Sizes in all places where they are allowed, with the names of locals of the expansion.

#![deny(warnings, missing_docs)]

use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn add(x: &f64, y: usize) -> f64 {
    x + y as f64
}

#[task]
fn sum(all: &[f64]) -> f64 {
    all.iter().sum()
}

#[task]
fn text(text: String) -> String {
    text
}

#[task]
fn words(n: usize) -> Vec<usize> {
    (0..n).collect()
}

#[task]
fn double(x: &usize) -> usize {
    2 * x
}

const LIMIT: u8 = 3;
const FAST: bool = true;

dag! {
    /// Two families and what uses them.
    pub graph Odd[r#type, s, /** How many. */ cx, node, __i](x: f64) -> (sum, text, total, tree, list) {
        cell[k0 in 0..r#type, z0 in 0..s] = one(k0 * s + z0 + r#type + *(&x) as usize),
        sum(&cell) on s + node,
        text(format!("{type} {s} {cx:>node$} {}", __i)),
        total = add(if s > 2 && FAST { &cell[r#type - 1, s - 1] } else { &0.0 }, (|s: usize| s + node)(cx)),
        tree[k in 0..s, p in 0..1 << k] =
            add(if k > 0 { &tree[k - 1, p >> 1] } else { &1.0 }, p) after [cell[0, k] if k < LIMIT && s > 1],
        words(s),
        list = double(each &words),
    }

    graph Triangle[n] -> (triangle, last) {
        triangle[i in 0..n, j in 0..=i] = one(if i as usize + 1 < n { n } else { i * j }),
        last[i in 0..n / 2] = add(&triangle[n - 1 - i, i.signum() - i.signum()], n),
    }

    #[checked_at_run]
    graph Conditional[#[cfg(any())] m, #[cfg(all())] n] -> sum {
        cell[i in 0..n] = one(i),
        #[cfg(any())]
        other[i in 0..m] = one(i),
        sum(&cell),
    }
}

fn main() {
    let odd = Odd { r#type: 2, s: 3, cx: 4, node: 5, __i: 6, x: 1.0 }.run(&Serial).unwrap();
    let tree = vec![1.0, 1.0, 2.0, 1.0, 2.0, 4.0, 5.0];
    assert_eq!(odd, (33.0, "2 3     4 6".to_owned(), 17.0, tree, vec![0, 2, 4]));
    let (triangle, last) = Triangle { n: 4 }.run(&Serial).unwrap();
    assert_eq!(triangle, [4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 0.0, 3.0, 6.0, 9.0]);
    assert_eq!(last, [4.0, 8.0]);
    assert_eq!(Triangle { n: 0 }.run(&Serial).unwrap(), (vec![], vec![]));
    assert_eq!(Conditional { n: 5 }.run(&Serial).unwrap(), 10.0);
}
