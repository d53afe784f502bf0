//! What `dag!` writes for graphs with families, by hand.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::slot::Task;
use crate::slot::{Members, Slot};
use crate::table::Info;
use crate::table::{
    Built, Checked, Delta, Dim, Expand, Expanded, Indices, Memory, MoveCheck, Problems, Proof, RowWriter,
    Rows, Shape, Span, Spans, Stored, Table, Use, inside,
};

struct Cell {}

impl Task for Cell {
    type Output = alloc::string::String;
    const INFO: Info = Info { description: "A task.", ..Info::PLAIN };
}

/// The constants of a graph behind its rows.
macro_rules! table {
    ($name:literal, $rows:ident: $lines:literal, $write:ident, $expand:ident, $uses:ident, $inside:expr) => {
        const EDGES: usize = {
            let mut w = RowWriter::counting();
            $write(&mut w);
            w.edge_count()
        };
        static $rows: Rows<$lines, EDGES> = {
            let mut rows = Rows::EMPTY;
            $write(&mut rows.writer());
            rows
        };
        const BY_LINES: Proof = Proof::of(&$rows, $inside);
        const SEEN: usize = BY_LINES.moves_alone(&$rows);
        const PROOF: Proof = if SEEN > 0 {
            let (mut moved, mut seen) = ([false; $lines], [0; SEEN]);
            let mut u = MoveCheck::new(&$rows, &mut moved, &mut seen);
            $uses(&mut u);
            BY_LINES.with(&u)
        } else {
            BY_LINES
        };
        const TASKS: usize = PROOF.members(&$rows);
        const TASK_EDGES: usize = if PROOF.needs_edges() {
            let mut x = Expand::counting(&$rows);
            $expand(&mut x);
            x.edge_count()
        } else {
            0
        };
        static EXPANDED: Expanded<TASKS, TASK_EDGES> = {
            let mut expanded = Expanded::EMPTY;
            if PROOF.needs_expansion() {
                $expand(&mut expanded.expand(&$rows));
            }
            expanded
        };
        struct Graph;
        impl Checked for Graph {
            const PROBLEMS: Problems<'static> = Problems::find_members(&$rows, &PROOF, &EXPANDED);
        }
        static BUILT: Built = Built::new();
        static MEMORY: Memory = Memory::new();
        static TABLE: Table = Table::lazy($name, "A graph.", &$rows, &BUILT, &MEMORY, $expand);
    };
}

/// The names of tasks.
fn names<'a>(tasks: impl Iterator<Item = crate::TaskRef<'a>>) -> Vec<alloc::string::String> {
    tasks.map(|task| task.name().to_string()).collect()
}

mod heat {
    use super::*;

    const STEPS: usize = 3;
    const CELLS: usize = 4;

    const D0_0: Dim<'static> = Dim::range(0, STEPS as i128);
    const D0_1: Dim<'static> = Dim::range(0, CELLS as i128);
    static S0: Shape<'static> = Shape::new(&[D0_0, D0_1]);

    #[repr(C)]
    struct Slots {
        cell: Members<Cell, { S0.len() }>,
        total: Slot<Cell>,
    }

    const fn write_rows(w: &mut RowWriter<'_>) {
        w.family::<Cell, <Cell as Task>::Output, { S0.len() }>("cell", &[], &S0);
        w.part(0, Use::Borrow, &[Delta::By(-1), Delta::Unknown]);
        w.node::<Cell>(Stored::of::<<Cell as Task>::Output>(false), "total", &[]);
        w.part(0, Use::Borrow, &[]);
        w.output(1);
        w.end::<Slots>();
    }

    const fn expand(x: &mut Expand<'_>) {
        x.lines(0);
        while x.member(0) {
            let (t, c) = (x.index(0), x.index(1));
            if t > 0 {
                x.some(0, 0, Use::Borrow, &[t - 1], c - 1, c + 2);
            }
        }
        x.lines(1);
        while x.member(1) {
            x.some(0, 0, Use::Borrow, &[STEPS as isize - 1], isize::MIN, isize::MAX);
        }
        x.lines(2);
    }

    const INSIDE: bool = {
        let mut ok = true;
        let mut m = Indices::over(&S0, 0b01);
        while m.next() {
            let t = m.index(0);
            if t > 0 {
                ok &= inside(&S0, 0, &[], t - 1);
            }
        }
        ok & inside(&S0, 0, &[], STEPS as isize - 1)
    };

    /// Nothing is moved.
    const fn uses(_: &mut MoveCheck<'_>) {}

    table!("Heat", ROWS: 2, write_rows, expand, uses, INSIDE);

    #[test]
    fn is_proven_by_its_lines() {
        const { assert!(INSIDE && !PROOF.needs_expansion() && TASKS == 0 && TASK_EDGES == 0) };
        const { assert!(Graph::PROBLEMS.is_empty() && TABLE.len() == 13) };
    }

    #[test]
    fn has_all_members() {
        let task = |name| TABLE.find(name).unwrap();
        assert_eq!(names(task("cell[1, 0]").dependencies()), ["cell[0, 0]", "cell[0, 1]"]);
        assert_eq!(names(task("cell[2, 2]").dependencies()), ["cell[1, 1]", "cell[1, 2]", "cell[1, 3]"]);
        assert_eq!(task("total").dependencies().map(|task| task.index()).collect::<Vec<_>>(), [8, 9, 10, 11]);
        assert_eq!(
            names(TABLE.order().take(8)),
            [
                "cell[0, 0]",
                "cell[0, 1]",
                "cell[0, 2]",
                "cell[0, 3]",
                "cell[1, 0]",
                "cell[1, 1]",
                "cell[1, 2]",
                "cell[1, 3]"
            ]
        );
        assert_eq!((TABLE.depth(), TABLE.work(), TABLE.critical_path_length()), (4, 13, 4));
        assert!(task("total").is_output() && !task("cell[0, 0]").is_output());
    }
}

mod cholesky {
    use super::*;

    const T: usize = 4;

    const D0_0: Dim<'static> = Dim::range(0, T as i128);
    static V0_1: [Span; Shape::positions(&[D0_0])] = {
        let mut s = Spans::new(&[D0_0]);
        while s.next() {
            let i = s.index(0);
            s.push(0, i as i128 + 1);
        }
        s.done()
    };
    const D0_1: Dim<'static> = Dim::Varying(&V0_1);
    static TILE: Shape<'static> = Shape::new(&[D0_0, D0_1]);

    static POTRF: Shape<'static> = Shape::new(&[D0_0]);

    static V2_1: [Span; Shape::positions(&[D0_0])] = {
        let mut s = Spans::new(&[D0_0]);
        while s.next() {
            let k = s.index(0);
            s.push(k as i128 + 1, T as i128);
        }
        s.done()
    };
    const D2_1: Dim<'static> = Dim::Varying(&V2_1);
    static TRSM: Shape<'static> = Shape::new(&[D0_0, D2_1]);

    static V4_1: [Span; Shape::positions(&[D0_0])] = {
        let mut s = Spans::new(&[D0_0]);
        while s.next() {
            let k = s.index(0);
            s.push(k as i128 + 2, T as i128);
        }
        s.done()
    };
    const D4_1: Dim<'static> = Dim::Varying(&V4_1);
    static V4_2: [Span; Shape::positions(&[D0_0, D4_1])] = {
        let mut s = Spans::new(&[D0_0, D4_1]);
        while s.next() {
            let (k, i) = (s.index(0), s.index(1));
            s.push(k as i128 + 1, i as i128);
        }
        s.done()
    };
    const D4_2: Dim<'static> = Dim::Varying(&V4_2);
    static GEMM: Shape<'static> = Shape::new(&[D0_0, D4_1, D4_2]);

    #[repr(C)]
    struct Slots {
        tile: Members<Cell, { TILE.len() }>,
        potrf: Members<Cell, { POTRF.len() }>,
        trsm: Members<Cell, { TRSM.len() }>,
        syrk: Members<Cell, { TRSM.len() }>,
        gemm: Members<Cell, { GEMM.len() }>,
    }

    use Delta::{By, Unknown};
    use Use::{Borrow, Value};

    const fn write_rows(w: &mut RowWriter<'_>) {
        type Output = <Cell as Task>::Output;
        w.family::<Cell, Output, { TILE.len() }>("tile", &[], &TILE);
        w.family::<Cell, Output, { POTRF.len() }>("potrf", &[], &POTRF);
        w.part(0, Value, &[Unknown, Unknown]);
        w.part(3, Value, &[By(-1), Unknown]);
        w.family::<Cell, Output, { TRSM.len() }>("trsm", &[], &TRSM);
        w.part(1, Borrow, &[By(0)]);
        w.part(0, Value, &[Unknown, Unknown]);
        w.part(4, Value, &[By(-1), By(0), Unknown]);
        w.family::<Cell, Output, { TRSM.len() }>("syrk", &[], &TRSM);
        w.part(2, Borrow, &[By(0), By(0)]);
        w.part(0, Value, &[Unknown, By(0)]);
        w.part(3, Value, &[By(-1), By(0)]);
        w.family::<Cell, Output, { GEMM.len() }>("gemm", &[], &GEMM);
        w.part(2, Borrow, &[By(0), By(0)]);
        w.part(2, Borrow, &[By(0), Unknown]);
        w.part(0, Value, &[Unknown, Unknown]);
        w.part(4, Value, &[By(-1), By(0), By(0)]);
        w.output(1);
        w.output(2);
        w.end::<Slots>();
    }

    const fn expand(x: &mut Expand<'_>) {
        x.lines(1);
        while x.member(1) {
            let k = x.index(0);
            if k == 0 {
                x.one(0, 0, Value, &[0, 0]);
            } else {
                x.one(1, 3, Value, &[k - 1, k]);
            }
        }
        x.lines(2);
        while x.member(2) {
            let (k, i) = (x.index(0), x.index(1));
            x.one(0, 1, Borrow, &[k]);
            if k == 0 {
                x.one(1, 0, Value, &[i, 0]);
            } else {
                x.one(2, 4, Value, &[k - 1, i, k]);
            }
        }
        x.lines(3);
        while x.member(3) {
            let (k, i) = (x.index(0), x.index(1));
            x.one(0, 2, Borrow, &[k, i]);
            if k == 0 {
                x.one(1, 0, Value, &[i, i]);
            } else {
                x.one(2, 3, Value, &[k - 1, i]);
            }
        }
        x.lines(4);
        while x.member(4) {
            let (k, i, j) = (x.index(0), x.index(1), x.index(2));
            x.one(0, 2, Borrow, &[k, i]);
            x.one(1, 2, Borrow, &[k, j]);
            if k == 0 {
                x.one(2, 0, Value, &[i, j]);
            } else {
                x.one(3, 4, Value, &[k - 1, i, j]);
            }
        }
        x.lines(5);
    }

    const fn uses(u: &mut MoveCheck<'_>) {
        let mut m = Indices::over(&POTRF, 0b1);
        while m.next() {
            let k = m.index(0);
            if k == 0 {
                u.one(0, &TILE, Value, &[0, 0]);
            } else {
                u.one(3, &TRSM, Value, &[k - 1, k]);
            }
        }
        let mut m = Indices::over(&TRSM, 0b11);
        while m.next() {
            let (k, i) = (m.index(0), m.index(1));
            if k == 0 {
                u.one(0, &TILE, Value, &[i, 0]);
                u.one(0, &TILE, Value, &[i, i]);
            } else {
                u.one(4, &GEMM, Value, &[k - 1, i, k]);
                u.one(3, &TRSM, Value, &[k - 1, i]);
            }
        }
        let mut m = Indices::over(&GEMM, 0b111);
        while m.next() {
            let (k, i, j) = (m.index(0), m.index(1), m.index(2));
            if k == 0 {
                u.one(0, &TILE, Value, &[i, j]);
            } else {
                u.one(4, &GEMM, Value, &[k - 1, i, j]);
            }
        }
    }

    table!("Cholesky", ROWS: 5, write_rows, expand, uses, true);

    #[test]
    fn moves_are_checked_member_by_member() {
        const { assert!(!PROOF.needs_edges() && SEEN == 10 + 4 + 6 + 6 + 4) };
        const { assert!(Graph::PROBLEMS.is_empty()) };
    }

    #[test]
    fn has_all_members() {
        let task = |name| TABLE.find(name).unwrap();
        assert_eq!(
            names(task("gemm[1, 3, 2]").dependencies()),
            ["trsm[1, 3]", "trsm[1, 2]", "gemm[0, 3, 2]"]
        );
        assert_eq!(names(task("potrf[0]").dependencies()), ["tile[0, 0]"]);
        assert_eq!(names(task("potrf[3]").dependencies()), ["syrk[2, 3]"]);
        assert_eq!(TABLE.find("tile[1, 2]"), None);
        // Along the diagonal, three tasks a step.
        assert_eq!((TABLE.len(), TABLE.depth()), (30, 3 * T - 1));
    }
}
