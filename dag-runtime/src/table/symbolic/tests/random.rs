//! What is proven of random graphs, against their members one by one.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use std::eprintln;

use proptest::prelude::*;
use proptest::test_runner::{TestRng, TestRunner};

use super::graphs::prove;
use super::members::{Found, Members};
use super::parse;

const SIZES: [&str; 2] = ["n", "m"];
const RANGES: &[&str] = &[
    "0..n",
    "0..n",
    "0..m",
    "1..n",
    "0..n / 2",
    "0..2 * m",
    "i..n",
    "i + 1..n",
    "0..=i",
    "0..i",
    "i - 1..i + 2",
    "0..n - i",
];
const INDICES: &[&str] = &[
    "k",
    "k - 1",
    "k - 1",
    "k + 1",
    "k / 2",
    "(k - 1) / 2",
    "2 * k",
    "2 * k + 1",
    "n - 1 - k",
    "m",
    "0",
    "k % 2",
    "(k + 1) % n",
    "k >> 1",
    "l",
    "l - 1",
    "k + l",
    "k - l",
    "k * l",
    "k / 2 + n / 2",
    "(k + n - 1) % n",
    "k % n",
    "-k",
    "k - k / 2 - 1",
    "3 * k - 2 * l",
    "(k + 1) / n",
];
const SLICES: &[&str] =
    &["..", "..k", "k + 1..", "k - 1..=k + 1", "k / 2..k", "0..n / 2", "l..", "n - k..", "..=l"];
const CONDITIONS: &[&str] = &[
    "k > 0",
    "k > 0",
    "k != 0",
    "k + 1 < n",
    "k < l",
    "k <= l",
    "k == l",
    "k != l",
    "k % 2 == 0",
    "k >= m",
    "n > m",
    "2 * k < n",
    "k - 1 != l",
    "m != 0",
    "k * l > 0",
];

/// A choice of texts, in which `k` and `l` are replaced by indices of a line with as many.
struct Choice<'a> {
    rng: &'a mut TestRng,
}

impl Choice<'_> {
    fn below(&mut self, end: usize) -> usize {
        self.rng.random_range(0..end)
    }

    fn text(&mut self, texts: &[&str], own: usize, k: usize) -> String {
        let text = texts[self.below(texts.len())];
        let name = |index: usize| if own == 0 { "n" } else { ["i", "j", "h"][index % own] };
        let other = self.below(3);
        text.replace('k', name(k)).replace('l', name(other))
    }

    /// A graph: for each line how it is written, and its uses.
    fn graph(&mut self) -> Vec<(String, Vec<String>)> {
        let counts: Vec<usize> = (0..1 + self.below(3)).map(|_| self.below(5).div_ceil(2)).collect();
        let mut lines = vec![];
        for (line, &own) in counts.iter().enumerate() {
            let range = |choice: &mut Self, k: usize| match k {
                0 => RANGES[choice.below(6)].to_string(),
                _ => choice.text(RANGES, own, 0),
            };
            let ranges: Vec<String> =
                (0..own).map(|k| format!("{} in {}", ["i", "j"][k], range(self, k))).collect();
            let name = ["a", "b", "c"][line];
            let written = if own == 0 { name.to_string() } else { format!("{name}[{}]", ranges.join(", ")) };
            let uses = (0..1 + self.below(3)).map(|_| self.used(&counts, line)).collect();
            lines.push((written, uses));
        }
        lines
    }

    fn used(&mut self, counts: &[usize], line: usize) -> String {
        let (to, own) = (self.below(counts.len()), counts[line]);
        let mut indices: Vec<String> = (0..counts[to]).map(|k| self.text(INDICES, own, k)).collect();
        if let (Some(last), 0) = (indices.last_mut(), self.below(5)) {
            *last = self.text(SLICES, own, counts[to] - 1);
        }
        let conditions: Vec<String> = (0..self.below(3)).map(|k| self.text(CONDITIONS, own, k)).collect();
        let name = ["a", "b", "c"][to];
        let value = if self.below(4) == 0 { "move " } else { "" };
        match (indices.is_empty(), conditions.is_empty()) {
            (true, _) => format!("{value}{name}"),
            (false, true) => format!("{value}{name}[{}]", indices.join(", ")),
            (false, false) => format!("{value}{name}[{}] if {}", indices.join(", "), conditions.join(" && ")),
        }
    }
}

/// What holds of how many graphs, and of how many of these that is proven.
#[derive(Default)]
struct Share {
    holds: usize,
    proven: usize,
}

impl Share {
    fn count(&mut self, holds: bool, proven: bool, what: &str, graph: &[(String, Vec<String>)]) {
        assert!(holds || !proven, "{what} is proven, and wrong: {graph:?}");
        self.holds += usize::from(holds);
        self.proven += usize::from(proven);
    }
}

#[test]
fn what_is_proven_holds_at_each_size() {
    let mut all: Vec<[isize; 2]> = (0..14).flat_map(|n| (0..14).map(move |m| [n, m])).collect();
    all.extend([[17, 2], [2, 17], [15, 16], [31, 1]]);
    assert_eq!(all.len(), 200);
    let config = ProptestConfig::default();
    // Each is looked at for 200 sizes.
    let cases = config.cases / 4;
    let mut runner = TestRunner::new(config);
    let mut choice = Choice { rng: runner.rng() };
    let (mut acyclic, mut inside, mut moves) = (Share::default(), Share::default(), Share::default());
    for _ in 0..cases {
        let graph = choice.graph();
        let uses: Vec<Vec<&str>> =
            graph.iter().map(|(_, uses)| uses.iter().map(String::as_str).collect()).collect();
        let written: Vec<(&str, &[&str])> =
            graph.iter().zip(&uses).map(|((line, _), uses)| (line.as_str(), &uses[..])).collect();
        let lines = parse::graph(&SIZES, &written);
        let (proof, moved_once) = prove(&lines);
        let mut found = Found { inside: true, acyclic: true, moved_once: true };
        for sizes in &all {
            let more = Members::new(&lines, sizes).look(&lines);
            found.inside &= more.inside;
            found.acyclic &= more.acyclic;
            found.moved_once &= more.moved_once;
        }
        acyclic.count(found.acyclic, proof.is_acyclic(), "that it is acyclic", &graph);
        inside.count(found.inside, proof.is_inside(), "that all is in range", &graph);
        moves.count(found.moved_once, moved_once, "that nothing moved has another use", &graph);
    }
    for (what, Share { holds, proven }) in [("acyclic", acyclic), ("inside", inside), ("moved once", moves)] {
        let share = 100.0 * proven as f64 / holds as f64;
        eprintln!("{what}: proven of {proven} of the {holds} graphs for which it holds ({share:.1} %)");
        assert!(holds == 0 || share > 50.0, "{what}");
    }
}
