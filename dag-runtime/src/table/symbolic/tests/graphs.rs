//! Algorithms that people write as task graphs: all are proven.

use alloc::vec;
use alloc::vec::Vec;

use super::parse::{self, Line};
use crate::table::delta::Form;
use crate::table::forms::Forms;
use crate::table::proof::{Proof, SCRATCH};
use crate::table::sized_uses::SizedUses;
use crate::table::{self, RawEdge};

/// What the lines of a graph prove, and whether nothing that is moved has another use.
pub(super) fn prove(lines: &[Line]) -> (Proof, bool) {
    let nodes = vec![table::Line::EMPTY; lines.len()];
    let ranges: Vec<_> = lines.iter().map(|line| line.ranges).collect();
    let (mut rows, mut forms) = (vec![], vec![]);
    for (line, node) in lines.iter().zip(0..) {
        for written in &line.uses {
            let part = written.form.is_some();
            let how = if written.value { table::Use::Value } else { table::Use::Borrow };
            rows.push(RawEdge { node, to: written.to as u32, how, part, ..RawEdge::EMPTY });
            forms.push(written.form.map_or(Form::Deltas(&[]), Form::Sized));
        }
    }
    let (mut known, mut gone) = (vec![0; rows.len()], vec![false; rows.len()]);
    let uses = SizedUses { rows: &rows, forms: &forms, ranges: &ranges };
    let mut forms = Forms { forms: &forms, ranges: &ranges, known: &mut known };
    let mut scratch = vec![0; SCRATCH * nodes.len()];
    let proof = Proof::search(&nodes, &rows, &mut forms, uses.are_inside(), &mut scratch, &mut gone);
    (proof, uses.move_once(&nodes))
}

fn proven(sizes: &[&str], lines: &[(&str, &[&str])]) {
    let (proof, _) = prove(&parse::graph(sizes, lines));
    assert!(proof.is_acyclic(), "a member of {lines:?} may depend on itself");
    assert!(proof.is_inside(), "a use in {lines:?} may be out of range");
}

fn acyclic(sizes: &[&str], lines: &[(&str, &[&str])]) {
    assert!(prove(&parse::graph(sizes, lines)).0.is_acyclic(), "a member of {lines:?} may depend on itself");
}

#[test]
fn stencils() {
    proven(
        &["steps", "cells"],
        &[
            ("cell[t in 0..steps, x in 0..cells]", &["cell[t - 1, x - 1..=x + 1] if t > 0"]),
            ("total", &["cell"]),
        ],
    );
    proven(
        &["n"],
        &[(
            "cell[t in 0..n, x in 0..n]",
            &[
                "cell[t - 1, x] if t > 0",
                "cell[t - 1, x - 1] if t > 0 && x > 0",
                "cell[t - 1, x + 1] if t > 0 && x + 1 < n",
            ],
        )],
    );
    // In place: the new ones on the left, the old ones on the right.
    proven(
        &["steps", "cells"],
        &[(
            "cell[t in 0..steps, x in 0..cells]",
            &[
                "cell[t, x - 1] if x > 0",
                "cell[t - 1, x] if t > 0",
                "cell[t - 1, x + 1] if t > 0 && x < cells - 1",
            ],
        )],
    );
    // On a ring.
    proven(
        &["steps", "cells"],
        &[(
            "cell[t in 0..steps, x in 0..cells]",
            &["cell[t - 1, (x + 1) % cells] if t > 0", "cell[t - 1, (x + cells - 1) % cells] if t != 0"],
        )],
    );
}

#[test]
fn wavefronts() {
    let uses: &[&str] =
        &["h[i - 1, j] if i > 0", "h[i, j - 1] if j > 0", "h[i - 1, j - 1] if i > 0 && j > 0"];
    proven(&["rows", "columns"], &[("h[i in 0..rows, j in 0..columns]", uses)]);
    // From both ends.
    proven(
        &["n"],
        &[("best[i in 0..n, j in i..n]", &["best[i + 1, j] if i < j", "best[i, j - 1] if j > i"])],
    );
}

#[test]
fn cholesky() {
    proven(
        &["tiles"],
        &[
            ("potrf[k in 0..tiles]", &["syrk[k, k - 1] if k > 0"]),
            ("trsm[k in 0..tiles, i in k + 1..tiles]", &["potrf[k]", "gemm[k - 1, i, k] if k > 0"]),
            ("syrk[i in 0..tiles, k in 0..i]", &["trsm[k, i]", "syrk[i, k - 1] if k > 0"]),
            (
                "gemm[k in 0..tiles, i in k + 2..tiles, j in k + 1..i]",
                &["trsm[k, i]", "trsm[k, j]", "gemm[k - 1, i, j] if k > 0"],
            ),
        ],
    );
}

#[test]
fn lu() {
    proven(
        &["tiles"],
        &[
            ("getrf[k in 0..tiles]", &["gemm[k - 1, k, k] if k > 0"]),
            ("row[k in 0..tiles, j in k + 1..tiles]", &["getrf[k]", "gemm[k - 1, k, j] if k != 0"]),
            ("column[k in 0..tiles, i in k + 1..tiles]", &["getrf[k]", "gemm[k - 1, i, k] if k != 0"]),
            (
                "gemm[k in 0..tiles, i in k + 1..tiles, j in k + 1..tiles]",
                &["row[k, j]", "column[k, i]", "gemm[k - 1, i, j] if k > 0"],
            ),
        ],
    );
}

#[test]
fn qr_by_a_flat_tree() {
    proven(
        &["m", "n"],
        &[
            ("geqrt[k in 0..n]", &["tsmqr[k - 1, k, k] if k > 0 && k < m"]),
            ("unmqr[k in 0..n, j in k + 1..n]", &["geqrt[k]", "tsmqr[k - 1, k, j] if k > 0 && k < m"]),
            (
                "tsqrt[k in 0..n, i in k + 1..m]",
                &["geqrt[k] if i == k + 1", "tsqrt[k, i - 1] if i > k + 1", "tsmqr[k - 1, i, k] if k > 0"],
            ),
            (
                "tsmqr[k in 0..n, i in k + 1..m, j in k + 1..n]",
                &[
                    "tsqrt[k, i]",
                    "unmqr[k, j] if i == k + 1",
                    "tsmqr[k, i - 1, j] if i > k + 1",
                    "tsmqr[k - 1, i, j] if k > 0",
                ],
            ),
        ],
    );
}

#[test]
fn shortest_paths_by_blocks() {
    proven(
        &["n"],
        &[
            ("diagonal[k in 0..n]", &["inner[k - 1, k, k] if k > 0"]),
            ("row[k in 0..n, j in 0..n]", &["diagonal[k]", "inner[k - 1, k, j] if k > 0 && j != k"]),
            ("column[k in 0..n, i in 0..n]", &["diagonal[k]", "inner[k - 1, i, k] if k > 0 && i != k"]),
            (
                "inner[k in 0..n, i in 0..n, j in 0..n]",
                &[
                    "row[k, j] if i != k && j != k",
                    "column[k, i] if i != k && j != k",
                    "inner[k - 1, i, j] if k > 0",
                ],
            ),
        ],
    );
}

#[test]
fn trees() {
    // Numbered as a heap, from the root and from the leaves.
    proven(
        &["n"],
        &[("node[i in 0..n]", &["node[2 * i + 1] if 2 * i + 1 < n", "node[2 * i + 2] if 2 * i + 2 < n"])],
    );
    proven(&["n"], &[("part[i in 0..n]", &["part[i / 2] if i > 0"])]);
    proven(&["n"], &[("part[i in 0..n]", &["part[(i - 1) / 2] if i > 0"])]);
    proven(&["n"], &[("part[i in 1..n]", &["part[i >> 1] if i > 1"])]);
    proven(&["n"], &[("down[i in 0..n]", &["down[i - i / 2 - 1] if i > 0"])]);
    // With a level.
    acyclic(
        &["levels", "n"],
        &[(
            "sum[l in 0..levels, i in 0..n >> l]",
            &["sum[l - 1, 2 * i] if l > 0", "sum[l - 1, 2 * i + 1] if l > 0"],
        )],
    );
    proven(
        &["levels", "n"],
        &[
            ("sum[l in 0..levels, i in 0..n]", &["sum[l - 1, i / 2] if l > 0"]),
            ("root", &["sum[levels - 1, 0] if levels > 0 && n > 0"]),
        ],
    );
}

#[test]
fn butterflies() {
    acyclic(
        &["stages", "n"],
        &[("fft[s in 0..stages, i in 0..n]", &["fft[s - 1, i] if s > 0", "fft[s - 1, ?] if s > 0"])],
    );
    proven(
        &["stages", "half"],
        &[(
            "fft[s in 0..stages, i in 0..2 * half]",
            &["fft[s - 1, i / 2] if s > 0", "fft[s - 1, i / 2 + half] if s > 0"],
        )],
    );
}

#[test]
fn patterns_of_task_bench() {
    let patterns: [&[&str]; 9] = [
        &[],
        &["point[t - 1, x] if t > 0"],
        &["point[t - 1, x - 1..=x + 1] if t > 0"],
        &["point[t - 1, x] if t > 0", "point[t - 1, x - 1] if t > 0 && x > 0"],
        &["point[t - 1, (x + width - 1) % width] if t > 0", "point[t - 1, (x + 1) % width] if t > 0"],
        &["point[t - 1, x / 2] if t > 0"],
        &["point[t - 1, ..] if t > 0"],
        &["point[t - 1, x - 5 / 2..=x + (5 - 1) / 2] if t > 0"],
        &["point[t - 1, (x * 3 + t) % width] if t > 0"],
    ];
    for uses in patterns {
        proven(&["steps", "width"], &[("point[t in 0..steps, x in 0..width]", uses)]);
    }
}

#[test]
fn cycles_are_not_proven_to_be_none() {
    let cyclic = |sizes: &[&str], lines: &[(&str, &[&str])]| {
        assert!(!prove(&parse::graph(sizes, lines)).0.is_acyclic(), "{lines:?}");
    };
    cyclic(&["n"], &[("part[i in 0..n]", &["part[i / 2]"])]);
    cyclic(&["n"], &[("part[i in 0..n]", &["part[2 * i]"])]);
    cyclic(&["n"], &[("part[i in 0..n]", &["part[n - 1 - i]"])]);
    cyclic(&["n"], &[("part[i in 0..n]", &["part[..i + 1]"])]);
    cyclic(&["n"], &[("part[i in 0..n]", &["part"])]);
    cyclic(&["n"], &[("a[i in 0..n]", &["b[i]"]), ("b[i in 0..n]", &["a[i]"])]);
    cyclic(&["n"], &[("a[i in 0..n]", &["b[i - 1] if i > 0"]), ("b[i in 0..n]", &["a[i + 1] if i + 1 < n"])]);
}

#[test]
fn moves() {
    let once = |lines: &[(&str, &[&str])]| prove(&parse::graph(&["n", "m"], lines)).1;
    let part = ("part[i in 0..n]", &[][..]);
    let grid = ("grid[i in 0..n, j in 0..=i]", &[][..]);
    let by = |line: &'static str, uses: &'static [&'static str]| once(&[part, grid, (line, uses)]);
    assert!(by("a[i in 0..n]", &["move part[i]"]));
    assert!(by("a[i in 0..n]", &["move part[n - 1 - i]"]));
    assert!(by("a[i in 0..n / 2]", &["move part[2 * i]", "move part[2 * i + 1]"]));
    assert!(by("a[i in 0..n / 2]", &["move part[i]", "part[i + n / 2]"]));
    assert!(by("a[i in 1..n]", &["move part[i]", "part[i - 1] if i == 1"]));
    assert!(by("a[i in 0..n, j in 0..=i]", &["move grid[i, j]"]));
    assert!(by("a[j in 0..n, i in j..n]", &["move grid[i, j]"]));
    assert!(by("a", &["move part[0]", "part[1..]"]));
    assert!(by("a[i in 0..n]", &["move grid[i, 0]", "grid[i, 1..]"]));
    assert!(once(&[("one", &[]), part, ("a", &["move one", "part"])]));
    assert!(by("a[i in 0..n]", &["move part[i] if i < m", "part[i] if i >= m"]));

    assert!(!by("a[i in 0..n]", &["move part[i / 2]"]));
    assert!(!by("a[i in 0..n]", &["move part[0]"]));
    assert!(!by("a[i in 0..n, j in 0..m]", &["move part[i]"]));
    assert!(!by("a[i in 0..n]", &["move part[i]", "part[n - 1 - i]"]));
    assert!(!by("a[i in 0..n]", &["move part[i]", "part[i]"]));
    assert!(!by("a[i in 0..n]", &["move part[i]", "part"]));
    assert!(!by("a[i in 0..n]", &["move part[?]"]));
    assert!(!by("a[i in 0..n]", &["move grid[i, 0]", "grid[i, ..]"]));
    assert!(!once(&[("one", &[]), ("a", &["move one"]), ("b", &["one"])]));
    assert!(!once(&[("one", &[]), ("a[i in 0..n]", &["move one"])]));
}
