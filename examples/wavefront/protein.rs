//! Proteins, and what two of their residues have to do with each other.

use dag_examples::Random;
use serde::{Deserialize, Serialize};

/// The alpha chain of human haemoglobin, as it is in blood: UniProt P69905 without its first
/// methionine.
pub const ALPHA: &str = "\
    VLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHFDLSHGSAQVKGHGKKVADALTNAVAHVDDMPNALSALSDLHAHKLRV\
    DPVNFKLLSHCLLVTLAAHLPAEFTPAVHASLDKFLASVSTVLTSKYR";

/// The beta chain of human haemoglobin: UniProt P68871 without its first methionine.
pub const BETA: &str = "\
    VHLTPEEKSAVTALWGKVNVDEVGGEALGRLLVVYPWTQRFFESFGDLSTPDAVMGNPKVKAHGKKVLGAFSDGLAHLDNLKGTFATLSELHC\
    DKLHVDPENFRLLGNVLVCVLAHHFGKEFTPPVQAAYQKVVAGVANALAHKYH";

/// The letters of the amino acids, in the order of `BLOSUM62`.
const LETTERS: &[u8; 20] = b"ARNDCQEGHILKMFPSTWYV";

/// The matrix BLOSUM62 of Henikoff and Henikoff, "Amino acid substitution matrices from protein
/// blocks" (1992), as it is in use.
#[rustfmt::skip]
const BLOSUM62: [[i8; 20]; 20] = [
    [ 4, -1, -2, -2,  0, -1, -1,  0, -2, -1, -1, -1, -1, -2, -1,  1,  0, -3, -2,  0],
    [-1,  5,  0, -2, -3,  1,  0, -2,  0, -3, -2,  2, -1, -3, -2, -1, -1, -3, -2, -3],
    [-2,  0,  6,  1, -3,  0,  0,  0,  1, -3, -3,  0, -2, -3, -2,  1,  0, -4, -2, -3],
    [-2, -2,  1,  6, -3,  0,  2, -1, -1, -3, -4, -1, -3, -3, -1,  0, -1, -4, -3, -3],
    [ 0, -3, -3, -3,  9, -3, -4, -3, -3, -1, -1, -3, -1, -2, -3, -1, -1, -2, -2, -1],
    [-1,  1,  0,  0, -3,  5,  2, -2,  0, -3, -2,  1,  0, -3, -1,  0, -1, -2, -1, -2],
    [-1,  0,  0,  2, -4,  2,  5, -2,  0, -3, -3,  1, -2, -3, -1,  0, -1, -3, -2, -2],
    [ 0, -2,  0, -1, -3, -2, -2,  6, -2, -4, -4, -2, -3, -3, -2,  0, -2, -2, -3, -3],
    [-2,  0,  1, -1, -3,  0,  0, -2,  8, -3, -3, -1, -2, -1, -2, -1, -2, -2,  2, -3],
    [-1, -3, -3, -3, -1, -3, -3, -4, -3,  4,  2, -3,  1,  0, -3, -2, -1, -3, -1,  3],
    [-1, -2, -3, -4, -1, -2, -3, -4, -3,  2,  4, -2,  2,  0, -3, -2, -1, -2, -1,  1],
    [-1,  2,  0, -1, -3,  1,  1, -2, -1, -3, -2,  5, -1, -3, -1,  0, -1, -3, -2, -2],
    [-1, -1, -2, -3, -1,  0, -2, -3, -2,  1,  2, -1,  5,  0, -2, -1, -1, -1, -1,  1],
    [-2, -3, -3, -3, -2, -3, -3, -3, -1,  0,  0, -3,  0,  6, -4, -2, -2,  1,  3, -1],
    [-1, -2, -2, -1, -3, -1, -1, -2, -2, -3, -3, -1, -2, -4,  7, -1, -1, -4, -3, -2],
    [ 1, -1,  1,  0, -1,  0,  0,  0, -1, -2, -2,  0, -1, -2, -1,  4,  1, -3, -2, -2],
    [ 0, -1,  0, -1, -1, -1, -1, -2, -2, -1, -1, -1, -1, -2, -1,  1,  5, -2, -2,  0],
    [-3, -3, -4, -4, -2, -2, -3, -2, -2, -3, -2, -3, -1,  1, -4, -3, -2, 11,  2, -3],
    [-2, -2, -2, -3, -2, -1, -2, -3,  2, -1, -1, -2, -1,  3, -3, -2, -2,  2,  7, -1],
    [ 0, -3, -3, -3, -1, -2, -2, -3, -3,  3,  1, -2,  1, -1, -2, -2,  0, -3, -1,  4],
];

/// What opens a gap and what each further residue in it costs, in halves of a point: 10 and 0.5.
pub const GAP_OPEN: i32 = 20;
pub const GAP_EXTEND: i32 = 1;

/// An amino acid in a protein.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Residue(u8);

impl Residue {
    /// What it is worth to stand opposite `other`, in halves of a point.
    pub fn score(self, other: Residue) -> i32 {
        2 * i32::from(BLOSUM62[usize::from(self.0)][usize::from(other.0)])
    }

    pub fn letter(self) -> char {
        char::from(LETTERS[usize::from(self.0)])
    }

    fn random(random: &mut Random) -> Self {
        Residue(random.below(LETTERS.len()) as u8)
    }
}

/// The residues of these letters. Fails at a letter that stands for no amino acid.
pub fn parse(letters: &str) -> Result<Vec<Residue>, String> {
    let residue = |(at, letter): (usize, char)| {
        let known = LETTERS.iter().position(|&known| char::from(known) == letter);
        let number = known.ok_or_else(|| format!("`{letter}` at {} is no amino acid", at + 1))?;
        Ok(Residue(number as u8))
    };
    letters.chars().enumerate().map(residue).collect()
}

/// A long protein out of copies of this one, of which each has mutated by itself: of 100 residues
/// about 20 are others, 2 are gone, and 2 have one more behind them.
pub fn evolved(protein: &[Residue], length: usize, seed: u64) -> Vec<Residue> {
    let mut random = Random::seeded(seed);
    let mut long = Vec::with_capacity(length + 1);
    for &residue in protein.iter().cycle() {
        if long.len() >= length {
            break;
        }
        match random.below(100) {
            0..20 => long.push(Residue::random(&mut random)),
            20..22 => {}
            22..24 => long.extend([residue, Residue::random(&mut random)]),
            _ => long.push(residue),
        }
    }
    long.truncate(length);
    long
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_symmetric_and_best_on_the_diagonal() {
        for (i, row) in BLOSUM62.iter().enumerate() {
            assert!((0..20).all(|j| row[j] == BLOSUM62[j][i] && (i == j || row[j] < row[i])), "row {i}");
        }
        let [w, c] = ["W", "C"].map(|letter| parse(letter).unwrap()[0]);
        assert_eq!((w.score(w), w.score(c), w.letter()), (22, -4, 'W'));
    }

    #[test]
    fn letters_are_residues() {
        assert_eq!(parse(ALPHA).unwrap().len(), 141);
        assert_eq!(parse(BETA).unwrap().len(), 146);
        assert_eq!(parse("ARX").unwrap_err(), "`X` at 3 is no amino acid");
    }

    #[test]
    fn evolution_keeps_most_and_repeats() {
        let alpha = parse(ALPHA).unwrap();
        let long = evolved(&alpha, 1000, 1);
        assert_eq!(long.len(), 1000);
        assert_eq!(long, evolved(&alpha, 1000, 1));
        assert_ne!(long, evolved(&alpha, 1000, 2));
        assert!(evolved(&[], 10, 1).is_empty());
    }
}
