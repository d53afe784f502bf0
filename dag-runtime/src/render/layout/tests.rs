//! What holds of any layout.

use std::time::{Duration, Instant};

use super::*;

fn sizes(widths: &[f64]) -> Vec<Point> {
    widths.iter().map(|&x| Point { x, y: 30.0 }).collect()
}

/// Checks what holds of any layout.
fn check(sizes: &[Point], positions: &[usize], arrows: &[(usize, usize)]) -> Layout {
    let layout = lay_out(sizes, positions, arrows);
    let mut rows: Vec<(f64, f64, f64)> = Vec::new();
    for (middle, size) in layout.middles.iter().zip(sizes) {
        let (left, right) = (middle.x - size.x / 2.0, middle.x + size.x / 2.0);
        assert!(left > -1e-6 && right < layout.size.x + 1e-6, "a box is outside");
        rows.push((middle.y, left, right));
    }
    rows.sort_by(|a, b| a.partial_cmp(b).unwrap());
    for pair in rows.windows(2) {
        let apart = pair[0].0 != pair[1].0 || pair[0].2 + 1.0 < pair[1].1;
        assert!(apart, "boxes touch: {pair:?}");
    }
    for (&(from, to), way) in arrows.iter().zip(&layout.ways) {
        if from == to {
            assert!(way.is_empty());
            continue;
        }
        let down = (positions[from], from) < (positions[to], to);
        assert_eq!(layout.middles[from].y < layout.middles[to].y, down, "arrow {from} -> {to}");
        for (end, middle, size) in
            [(way[0], layout.middles[from], sizes[from]), (way[way.len() - 1], layout.middles[to], sizes[to])]
        {
            let (aside, above) = ((end.x - middle.x).abs(), (end.y - middle.y).abs());
            assert!(aside < UPWARDS + 1e-6 && (above - size.y / 2.0).abs() < 1e-6, "{end:?}");
        }
        // Where an arrow passes a layer, there is no box.
        for pass in way[1..way.len() - 1].chunks(2) {
            let y = (pass[0].y + pass[1].y) / 2.0;
            let hit = rows.iter().any(|&(row, left, right)| {
                (row - y).abs() < 1.0 && pass[0].x > left + 1.0 && pass[0].x < right - 1.0
            });
            assert!(!hit, "arrow {from} -> {to} goes through a box");
        }
    }
    layout
}

#[test]
fn a_chain_is_straight() {
    let layout = check(&sizes(&[40.0, 90.0, 60.0]), &[0, 1, 2], &[(0, 1), (1, 2)]);
    assert!(layout.middles.iter().all(|middle| (middle.x - 45.0).abs() < 1e-6), "{layout:?}");
    assert_eq!(layout.size, Point { x: 90.0, y: 3.0 * 30.0 + 2.0 * BELOW });
}

#[test]
fn arrows_that_need_not_cross_do_not() {
    // Two chains, listed by turns and the second time the other way round.
    let layout = check(&sizes(&[50.0; 6]), &[0, 1, 2, 3, 4, 5], &[(0, 3), (1, 2), (3, 4), (2, 5)]);
    let left = |a: usize, b: usize| layout.middles[a].x < layout.middles[b].x;
    assert!(left(0, 1) == left(3, 2) && left(0, 1) == left(4, 5), "{layout:?}");
}

#[test]
fn arrows_both_ways_and_to_the_box_itself() {
    let layout = check(&sizes(&[50.0, 70.0]), &[0, 1], &[(0, 1), (1, 0), (1, 1)]);
    assert_ne!(layout.ways[0][0].x, layout.ways[1][1].x, "one would hide the other");
}

#[test]
fn boxes_without_arrows_stand_side_by_side() {
    check(&sizes(&[50.0; 7]), &[0; 7], &[]);
    assert_eq!(lay_out(&[], &[], &[]).size, Point::default());
}

proptest::proptest! {
    #[test]
    fn any_graph_has_a_layout(
        widths in proptest::collection::vec(10.0..200.0_f64, 1..40),
        picks in proptest::collection::vec((0..40_usize, 0..40_usize), 0..80),
    ) {
        let positions: Vec<usize> = (0..widths.len()).map(|k| k * 7 % widths.len()).collect();
        let mut arrows: Vec<_> =
            picks.iter().map(|(a, b)| (a % widths.len(), b % widths.len())).collect();
        arrows.sort_unstable();
        arrows.dedup();
        check(&sizes(&widths), &positions, &arrows);
    }
}

/// In the square of their number, this many would take minutes.
#[test]
fn very_many_boxes_take_no_long_time() {
    let (rows, columns) = (100, 100);
    let positions: Vec<usize> = (0..rows * columns).collect();
    let mut arrows = Vec::new();
    for k in columns..rows * columns {
        let x = k % columns;
        let around = x.saturating_sub(1)..(x + 2).min(columns);
        arrows.extend(around.map(|before| (k - x - columns + before, k)));
        // And one over many layers.
        arrows.extend((k % 97 == 0).then_some((x, k)).filter(|_| k >= 2 * columns));
    }
    let start = Instant::now();
    lay_out(&vec![Point { x: 60.0, y: 30.0 }; positions.len()], &positions, &arrows);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
