//! What is computed once for all runs of a graph on a rank.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::Cell;

use crate::executor::mpi::hash::Hash;
use crate::executor::mpi::placement::{Plan, PlanKey};
use crate::plan::Measured;
use crate::slot::Codec;
use crate::table::{Dim, Table};

/// A run of a graph, prepared.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) plan: Plan,
    /// A hash of the graph and the types of its outputs.
    pub(crate) program: u64,
    /// Whether no output has to be dropped, so that all stay where they are.
    pub(crate) keeps_all: bool,
    /// The lines of which tasks take outputs by value, each with the line of these.
    pub(crate) moves: Vec<(u32, u32)>,
    /// For each line, how long one of its tasks takes on this rank.
    pub(crate) times: Vec<Cell<TaskTime>>,
}

impl Prepared {
    /// The plan of a rank, for the runs of a graph.
    pub(crate) fn new(
        table: &Table,
        codecs: &[Option<Codec>],
        ranks: u32,
        rank: u32,
        plan_key: &PlanKey,
    ) -> Self {
        let view = table.view();
        let measured = plan_key.figures.clone().map(|figures| Measured::new(view, figures));
        let program = hash(table, codecs);
        Prepared {
            plan: Plan::new(view, measured.as_ref(), ranks, rank, plan_key, program),
            program,
            keeps_all: table.lines().iter().all(|line| line.release.is_none()),
            moves: table.moves(),
            times: table.lines().iter().map(|_| Cell::default()).collect(),
        }
    }
}

/// How long tasks of a line take, in nanoseconds: an average in which the last ones count most.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TaskTime(u32);

impl TaskTime {
    /// What took this long is over before anybody waits for it.
    const SHORT: u32 = 20_000;
    /// What took this long took no longer than a message.
    const BRIEF: u32 = 1_000;

    /// Whether it is known that they are short.
    #[inline]
    pub(crate) fn is_short(self) -> bool {
        self.0.wrapping_sub(1) < TaskTime::SHORT
    }

    /// Whether it is known that they are brief.
    #[inline]
    pub(crate) fn is_brief(self) -> bool {
        self.0.wrapping_sub(1) < TaskTime::BRIEF
    }

    /// The average; 0 where it is not known.
    #[inline]
    pub(crate) fn nanos(self) -> u64 {
        self.0.into()
    }

    /// One more.
    #[inline]
    pub(crate) fn and(self, nanos: u64) -> Self {
        let nanos = nanos.clamp(1, 1 << 30) as u32;
        TaskTime(if self.0 == 0 {
            nanos
        } else {
            (3 * u64::from(self.0) + u64::from(nanos)).div_ceil(4) as u32
        })
    }
}

/// A hash of all that a run depends on.
fn hash(table: &Table, codecs: &[Option<Codec>]) -> u64 {
    let mut hash = Hash::new();
    hash.add_text(env!("CARGO_PKG_VERSION"));
    hash.add(usize::BITS.into());
    hash.add(u16::from_ne_bytes([1, 2]).into());
    hash.add_text(table.graph());
    hash.add_text(&table.sizes().map_or_else(String::new, ToString::to_string));
    let view = table.view();
    for line in table.lines() {
        hash.add_text(line.name);
        hash.add(line.cost);
        hash.add(line.first.into());
        hash.add(u64::from(line.output) << 1 | u64::from(line.each));
        for dim in line.shape.map_or(&[][..], |shape| shape.dims) {
            match *dim {
                Dim::Fixed { lo, len } => [lo as u64, len.into()].iter().for_each(|&word| hash.add(word)),
                Dim::Varying(spans) => {
                    spans
                        .iter()
                        .flat_map(|span| [span.lo as u64, span.len.into()])
                        .for_each(|word| hash.add(word));
                }
            }
        }
    }
    for codec in codecs {
        hash.add(codec.is_some().into());
        let Some(codec) = codec else { continue };
        let (name, size, align) = codec.layout();
        hash.add_text(name);
        hash.add(size as u64);
        hash.add(align as u64);
    }
    let columns = view.columns();
    for lists in [columns.dependencies, columns.reads] {
        let (starts, edges) = (&lists.starts[..=view.len()], lists.starts[view.len()] as usize);
        hash.add_numbers(starts);
        hash.add_numbers(&lists.items[..edges]);
    }
    hash.finish()
}
