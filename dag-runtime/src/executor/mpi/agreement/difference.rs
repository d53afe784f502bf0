//! What ranks tell each other if they have not come for the same, and what is said of it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::executor::mpi::hash::Hash;

/// How many numbers a rank sends: three hashes, the length and the hash of its report, and 48 bytes of a name.
const LEN: usize = 11;
/// The index of the hash of the placement, or of a number that says that there is none.
const PLAN: usize = 0;
const OPTIONS: usize = 1;
const PROGRAM: usize = 2;
const REPORT_LEN: usize = 3;
const REPORT: usize = 4;
/// The index at which the name begins.
const NAME: usize = 5;

/// What a rank has come for. It has more to tell in a report, which it sends only if that is needed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Details([u64; LEN]);

impl Details {
    /// The number of a rank that runs no more graphs.
    pub(super) const LEAVING: u64 = u64::MAX;
    /// The number of a rank that cannot start this run.
    pub(super) const REFUSING: u64 = u64::MAX - 1;

    /// The bit of the hash of the options that says that a run returns the outputs that are there if it fails.
    pub(super) const PARTIAL: u64 = 1;

    /// A run of a graph with these sizes, and these hashes of the placement, the options and the program.
    pub(super) fn of_run([plan, options, program]: [u64; 3], graph: &str, sizes: &[u8]) -> Self {
        let mut words = [0; LEN];
        (words[PLAN], words[OPTIONS], words[PROGRAM]) = (plan, options, program);
        Details(words).named(graph, sizes)
    }

    /// A run of a graph that cannot start, for this reason.
    pub(super) fn of_refusal(graph: &str, reason: &[u8]) -> Self {
        let mut words = [0; LEN];
        words[PLAN] = Details::REFUSING;
        Details(words).named(graph, reason)
    }

    pub(super) fn of_leaving() -> Self {
        let mut words = [0; LEN];
        words[PLAN] = Details::LEAVING;
        Details(words)
    }

    fn named(mut self, graph: &str, report: &[u8]) -> Self {
        let mut hash = Hash::new();
        report.iter().for_each(|&byte| hash.add(byte.into()));
        self.0[REPORT_LEN] = report.len() as u64;
        self.0[REPORT] = hash.finish();
        pack(graph, &mut self.0[NAME..]);
        self
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.0
    }

    /// Those of all ranks, from the numbers of all.
    pub(super) fn of_all(words: &[u64]) -> Vec<Self> {
        words.chunks_exact(LEN).filter_map(|words| words.try_into().ok()).map(Details).collect()
    }

    pub(super) fn leaves(&self) -> bool {
        self.0[PLAN] == Details::LEAVING
    }

    pub(super) fn refuses(&self) -> bool {
        self.0[PLAN] == Details::REFUSING
    }

    pub(super) fn report_len(&self) -> u64 {
        self.0[REPORT_LEN]
    }

    /// The first bytes of the name of the graph.
    pub(super) fn graph(&self) -> String {
        unpack(&self.0[NAME..])
    }

    /// Whether all ranks cannot start the same graph, for the same reason.
    pub(super) fn all_refuse_alike(all: &[Self]) -> bool {
        all.iter().all(|details| details.refuses() && details.0[REPORT_LEN..] == all[0].0[REPORT_LEN..])
    }

    /// The rank that runs the graph of rank 0 with other sizes, if that is what differs.
    pub(super) fn other_sizes(all: &[Self]) -> Option<usize> {
        let is_sized = all.iter().all(|details| !details.leaves() && details.report_len() > 0);
        let same_graph = all.iter().all(|details| details.0[NAME..] == all[0].0[NAME..]);
        let other = || all.iter().position(|details| details.0[REPORT] != all[0].0[REPORT]);
        if is_sized && same_graph { other() } else { None }
    }
}

/// Describes what is not the same on all ranks. `sizes` are those of rank 0 and of the one that has others, if there is
/// one.
pub(super) fn difference(all: &[Details], rank: u32, graph: &str, sizes: Vec<String>) -> String {
    if let Some(gone) = all.iter().position(Details::leaves) {
        return format!("graph `{graph}` is not run by all ranks: rank {gone} runs no more graphs");
    }
    if let (Some(k), [of_0, of_k]) = (Details::other_sizes(all), &sizes[..]) {
        return format!(
            "the ranks do not run graph `{graph}` with the same sizes: rank 0 runs it with {of_0}, and rank {k} with {of_k}"
        );
    }
    let other = |of: fn(&[u64; LEN]) -> &[u64]| (1..all.len()).find(|&k| of(&all[k].0) != of(&all[0].0));
    if let Some(k) = other(|details| &details[NAME..]) {
        return format!(
            "the ranks do not run the same graph: rank 0 runs `{}`, and rank {k} runs `{}`",
            all[0].graph(),
            all[k].graph()
        );
    }
    if let Some(k) = other(|details| &details[PROGRAM..=PROGRAM]) {
        return format!(
            "the ranks run different programs: graph `{graph}` is not the same on rank {k} as on rank 0: its tasks, \
             their dependencies, the types of their outputs or the version of dag-runtime differ"
        );
    }
    if let Some(k) = other(|details| &details[OPTIONS..=OPTIONS]) {
        let method = |k: usize| if all[k].0[OPTIONS] & Details::PARTIAL == 0 { "run" } else { "run_partial" };
        if method(0) != method(k) {
            return format!(
                "the ranks do not run graph `{graph}` alike: rank 0 calls `{}`, and rank {k} calls `{}`",
                method(0),
                method(k)
            );
        }
        return format!(
            "the ranks do not run graph `{graph}` with the same options: rank {k} has others than rank 0"
        );
    }
    let k = other(|details| &details[PLAN..=PLAN]).unwrap_or(rank as usize);
    format!(
        "`on` gives other ranks to tasks of graph `{graph}` on rank {k} than on rank 0: what it computes them from has \
         to be the same on all"
    )
}

/// The first bytes of a name as numbers.
fn pack(name: &str, words: &mut [u64]) {
    let mut bytes = name.bytes();
    for word in words {
        for shift in (0..64).step_by(8) {
            *word |= u64::from(bytes.next().unwrap_or(0)) << shift;
        }
    }
}

fn unpack(words: &[u64]) -> String {
    let bytes: Vec<u8> =
        words.iter().flat_map(|word| word.to_le_bytes()).take_while(|&byte| byte != 0).collect();
    String::from_utf8_lossy(&bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned as _;

    #[test]
    fn says_what_differs() {
        let details = |hashes, graph| Details::of_run(hashes, graph, b"");
        let text = |all: &[Details]| difference(all, 0, "Stats", Vec::new());
        let (a, b) = (details([1, 0, 1], "Stats"), details([2, 0, 1], "Heat"));
        assert!(text(&[a, a, b]).ends_with("rank 0 runs `Stats`, and rank 2 runs `Heat`"));
        assert!(text(&[a, details([1, 2, 1], "Stats")]).ends_with("rank 1 has others than rank 0"));
        let partial = details([1, 3, 1], "Stats");
        assert!(text(&[a, a, partial]).ends_with("rank 0 calls `run`, and rank 2 calls `run_partial`"));
        assert!(text(&[partial, a]).ends_with("rank 0 calls `run_partial`, and rank 1 calls `run`"));
        assert!(text(&[a, a, details([3, 0, 1], "Stats")]).contains("on rank 2 than on rank 0"));
        assert!(text(&[a, details([3, 2, 2], "Stats")]).starts_with("the ranks run different programs"));
        assert!(text(&[a, Details::of_leaving()]).ends_with("rank 1 runs no more graphs"));
    }

    #[test]
    fn sizes_that_differ_are_named() {
        let sized = |program, graph, sizes: &str| Details::of_run([program; 3], graph, sizes.as_bytes());
        let (a, b) = (sized(1, "Heat", "steps = 4"), sized(2, "Heat", "steps = 3"));
        assert_eq!(Details::other_sizes(&[a, a, b, b]), Some(2));
        let sizes = ["steps = 4", "steps = 3"].map(str::to_owned).into();
        assert_eq!(
            difference(&[a, a, b], 1, "Heat", sizes),
            "the ranks do not run graph `Heat` with the same sizes: rank 0 runs it with steps = 4, and rank 2 with \
             steps = 3"
        );
        assert_eq!(Details::other_sizes(&[a, a]), None);
        assert_eq!(Details::other_sizes(&[a, Details::of_leaving()]), None);
        assert_eq!(Details::other_sizes(&[a, sized(2, "Heap", "steps = 3")]), None);
        assert_eq!(Details::other_sizes(&[a, sized(2, "Heat", "")]), None);
    }

    #[test]
    fn ranks_refuse_alike_for_one_reason() {
        let refusing = |graph, reason: &[u8]| Details::of_refusal(graph, reason);
        let a = refusing("Heat", b"reason");
        assert!(Details::all_refuse_alike(&[a, a]));
        assert!(!Details::all_refuse_alike(&[a, refusing("Heat", b"reasom")]));
        assert!(!Details::all_refuse_alike(&[a, refusing("Heap", b"reason")]));
        assert!(!Details::all_refuse_alike(&[a, Details::of_run([1, 1, 1], "Heat", b"reason")]));
    }

    #[test]
    fn names_of_any_length() {
        let long = "a".repeat(100);
        for (name, kept) in [("", ""), ("Stats", "Stats"), ("Größe", "Größe"), (&long, &long[..48])] {
            assert_eq!(Details::of_run([1, 1, 1], name, b"").graph(), kept);
        }
    }
}
