//! The same without blocks and without tasks.

use crate::block::Peak;
use crate::protein::{GAP_EXTEND, GAP_OPEN, Residue};

/// The best score and where it is, by one loop over all pairs of residues, as in the textbooks:
/// `h` ends in any way, `e` with a gap in the first protein, `f` with one in the second.
pub fn peak(a: &[Residue], b: &[Residue]) -> Peak {
    let mut best = Peak { score: 0, row: 0, column: 0 };
    let mut h = vec![0; b.len() + 1];
    let mut f = vec![-GAP_OPEN; b.len() + 1];
    for i in 1..=a.len() {
        let mut e = -GAP_OPEN;
        let mut h_diagonal = h[0];
        for j in 1..=b.len() {
            e = i32::max(h[j - 1] - GAP_OPEN, e - GAP_EXTEND);
            f[j] = i32::max(h[j] - GAP_OPEN, f[j] - GAP_EXTEND);
            let matched = h_diagonal + a[i - 1].score(b[j - 1]);
            h_diagonal = h[j];
            h[j] = *[0, matched, e, f[j]].iter().max().unwrap_or(&0);
            if h[j] > best.score {
                best = Peak { score: h[j], row: i - 1, column: j - 1 };
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protein::parse;

    /// Scores by hand, in halves of a point.
    #[test]
    fn small_scores() {
        for (a, b, expected) in [
            ("W", "W", (22, 0, 0)),
            ("W", "C", (0, 0, 0)),
            ("AWA", "CW", (22, 1, 1)),
            // Two pairs of 11, two of 6, and a gap of two residues: 34 - 10 - 0.5 points.
            ("WGGCCGGW", "WGGGGW", (2 * 46 - 21, 7, 5)),
        ] {
            let (score, row, column) = expected;
            assert_eq!(peak(&parse(a).unwrap(), &parse(b).unwrap()), Peak { score, row, column }, "{a} {b}");
        }
    }
}
