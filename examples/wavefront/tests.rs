//! Whole alignments.

use dag_runtime::Auto;

use super::*;
use crate::block::{Block, Peak};

fn executors() -> [Auto; 2] {
    [Auto::named("serial", None).unwrap(), Auto::named("rayon", Some(3)).unwrap()]
}

/// The score and the alignment that Biopython's `PairwiseAligner` finds.
#[test]
fn haemoglobin_has_its_known_alignment() {
    let (alpha, beta) = (parse(ALPHA).unwrap(), parse(BETA).unwrap());
    for executor in executors() {
        for sizes in [[1, 1], [2, 1], [3, 3], [7, 16], [alpha.len(), beta.len()]] {
            let alignment = align(sizes, &alpha, &beta, &executor).unwrap();
            assert_eq!(alignment.peak.score, 2 * 293 + 1);
            assert_eq!((alignment.counts(), alignment.pairs.len()), ([63, 88, 8], 145));
        }
    }
}

#[test]
fn every_length_agrees_with_the_plain_loop() {
    let (alpha, beta) = (parse(ALPHA).unwrap(), parse(BETA).unwrap());
    for (length, other, seed) in [(16, 16, 1), (17, 300, 2), (300, 31, 3), (500, 400, 4)] {
        let (a, b) = (evolved(&alpha, length, seed), evolved(&beta, other, seed));
        let whole = align([1, 1], &a, &b, &executors()[0]).unwrap();
        for sizes in [[1, 2], [2, 1], [2, 2], [5, 13], [16, 16]] {
            for alignment in executors().map(|executor| align(sizes, &a, &b, &executor).unwrap()) {
                assert_eq!(alignment, whole, "{sizes:?}");
            }
        }
    }
}

/// Nothing in common: 20 times the same residue against another one.
#[test]
fn unlike_proteins_have_an_empty_alignment() {
    let [a, b] = ["W", "D"].map(|letter| parse(&letter.repeat(20)).unwrap());
    let alignment = align([16, 3], &a, &b, &executors()[0]).unwrap();
    assert_eq!((alignment.pairs.len(), alignment.to_string().as_str()), (0, ""));
}

#[test]
fn a_block_depends_on_three_neighbours() {
    let table = Align::table(16, 9).unwrap();
    let names = |name: &str| -> Vec<String> {
        let task = table.find(name).unwrap();
        task.dependencies().map(|before| before.name().to_string()).collect()
    };
    assert!(names("block[0, 0]").is_empty());
    assert_eq!(names("block[0, 3]"), ["block[0, 2]"]);
    assert_eq!(names("block[2, 0]"), ["block[1, 0]"]);
    let mut three = names("block[2, 3]");
    three.sort();
    assert_eq!(three, ["block[1, 2]", "block[1, 3]", "block[2, 2]"]);
    assert_eq!(table.depth(), 16 + 9 - 1 + 2);
}

/// A cell's neighbours may be in three other blocks.
#[test]
fn an_alignment_is_traced_across_blocks() {
    let alpha = parse(ALPHA).unwrap();
    let alignment = align([16, 16], &alpha, &alpha, &executors()[0]).unwrap();
    assert_eq!((alignment.start, alignment.pairs.len()), ((0, 0), alpha.len()));
    assert_eq!(alignment.peak.row, alpha.len() - 1);
    let text = alignment.to_string();
    assert!(text.starts_with("      1  VLSPADKTNV") && text.contains("  141\n"), "{text}");
}

#[test]
fn the_first_of_equal_peaks_counts() {
    let residues = parse(&"W".repeat(32)).unwrap();
    let block =
        |row, column| Block { bottom: Vec::new(), right: Vec::new(), peak: Peak { score: 22, row, column } };
    for [rows, columns] in [[1, 1], [2, 8], [16, 16]] {
        let blocks: Vec<Block> = (0..rows * columns).map(|number| block(1, number % 2)).collect();
        let found = highest(&blocks, &residues, &residues, [rows, columns]);
        assert_eq!(found, Peak { score: 22, row: 1, column: 0 });
    }
}

#[test]
fn the_program_checks_itself() {
    let options = Options { length: 200, seed: 1 };
    for sizes in [[1, 1], [2, 9], [16, 16], [200, 200]] {
        assert!(run(sizes, &options, &executors()[1]).unwrap().ends_with("with their own sums"));
    }
}

#[test]
fn a_part_has_at_least_one_residue() {
    let options = Options { length: 15, seed: 1 };
    for (sizes, expected) in [
        ([16, 1], "15 residues cannot be cut into 16 parts"),
        ([1, 0], "15 residues cannot be cut into 0 parts"),
    ] {
        assert_eq!(run(sizes, &options, &executors()[0]).unwrap_err().to_string(), expected);
    }
}
