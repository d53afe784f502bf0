//! From the blocks' edges to the alignment.

use std::fmt;
use std::ops::Range;

use dag_runtime::task;
use serde::{Deserialize, Serialize};

use crate::block::{Around, Block, Cell, NONE, Peak, part};
use crate::protein::{GAP_EXTEND, GAP_OPEN, Residue};

/// The best score of all blocks, in this many rows and columns, with its place in the whole: the first one in reading
/// order.
#[task]
pub fn highest(blocks: &[Block], a: &[Residue], b: &[Residue], sizes: [usize; 2]) -> Peak {
    let [rows, columns] = sizes;
    let peaks = blocks.iter().enumerate().map(|(number, block)| Peak {
        score: block.peak.score,
        row: part(a.len(), rows, number / columns).start + block.peak.row,
        column: part(b.len(), columns, number % columns).start + block.peak.column,
    });
    peaks.min_by_key(|peak| (-peak.score, peak.row, peak.column)).unwrap_or(Peak {
        score: 0,
        row: 0,
        column: 0,
    })
}

/// The alignment with the best score, from its end to its start. Only blocks on its way are
/// computed once more, and their insides kept for as long as the way is in them.
#[task]
pub fn trace(blocks: &[Block], a: &[Residue], b: &[Residue], sizes: [usize; 2], peak: Peak) -> Alignment {
    let mut pairs = Vec::new();
    // As in `Inside`, numbers count from 1, and 0 is before the first residue.
    let (mut row, mut column) = if peak.score > 0 { (peak.row + 1, peak.column + 1) } else { (0, 0) };
    let mut ending = Ending::Any;
    let mut inside = Inside::default();
    while row > 0 && column > 0 {
        if !inside.contains(row, column) {
            inside = Inside::new(blocks, a, b, sizes, [row, column]);
        }
        let here = inside.cell(row, column);
        let (first, second) = (a[row - 1], b[column - 1]);
        match ending {
            Ending::Any if here.any == 0 => break,
            Ending::Any if here.any == inside.cell(row - 1, column - 1).any + first.score(second) => {
                pairs.push(Pair::Both(first, second));
                (row, column) = (row - 1, column - 1);
            }
            Ending::Any if here.any == here.first_gap => ending = Ending::FirstGap,
            Ending::Any => ending = Ending::SecondGap,
            Ending::FirstGap => {
                pairs.push(Pair::Second(second));
                column -= 1;
                if here.first_gap == inside.cell(row, column).any - GAP_OPEN {
                    ending = Ending::Any;
                }
            }
            Ending::SecondGap => {
                pairs.push(Pair::First(first));
                row -= 1;
                if here.second_gap == inside.cell(row, column).any - GAP_OPEN {
                    ending = Ending::Any;
                }
            }
        }
    }
    pairs.reverse();
    Alignment { peak, start: (row, column), pairs }
}

/// How the alignment ends of which a cell has the score.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Any,
    FirstGap,
    SecondGap,
}

/// All cells of a block, with the row above it and the column to the left of it.
#[derive(Debug, Default)]
struct Inside {
    rows: Range<usize>,
    columns: Range<usize>,
    cells: Vec<Cell>,
}

impl Inside {
    /// The block with this cell.
    fn new(
        blocks: &[Block],
        a: &[Residue],
        b: &[Residue],
        sizes: [usize; 2],
        [row, column]: [usize; 2],
    ) -> Self {
        let [in_rows, in_columns] = sizes;
        let at = |length, parts, number| (0..parts).find(|&index| number <= part(length, parts, index).end);
        let i = at(a.len(), in_rows, row).expect("the row is in a block");
        let j = at(b.len(), in_columns, column).expect("the column is in a block");
        let (rows, columns) = (part(a.len(), in_rows, i), part(b.len(), in_columns, j));
        let neighbour =
            |up: usize, left: usize| Some(&blocks[i.checked_sub(up)? * in_columns + j.checked_sub(left)?]);
        let around = Around { up: neighbour(1, 0), left: neighbour(0, 1), diagonal: neighbour(1, 1) };

        // Gaps beyond the edges are not looked at: the way goes on in another block there.
        let beyond = |any| Cell { any, first_gap: NONE, second_gap: NONE };
        let width = columns.len() + 1;
        let mut cells = Vec::with_capacity((rows.len() + 1) * width);
        let (corner, above) = around.above(columns.len());
        cells.push(beyond(corner));
        cells.extend(above.iter().map(|edge| beyond(edge.any)));
        around.walk(&a[rows.clone()], &b[columns.clone()], |cell| {
            if cells.len() % width == 0 {
                cells.push(beyond(around.left(cells.len() / width - 1).any));
            }
            cells.push(cell);
        });
        Inside { rows, columns, cells }
    }

    fn contains(&self, row: usize, column: usize) -> bool {
        self.rows.contains(&(row - 1)) && self.columns.contains(&(column - 1))
    }

    /// A cell of the block, or of those above it and to the left of it.
    fn cell(&self, row: usize, column: usize) -> Cell {
        self.cells[(row - self.rows.start) * (self.columns.len() + 1) + column - self.columns.start]
    }
}

/// What stands opposite each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pair {
    Both(Residue, Residue),
    /// A gap in the second protein.
    First(Residue),
    /// A gap in the first protein.
    Second(Residue),
}

impl Pair {
    /// The letters, and between them `|` for the same, `:` for similar and `.` for other residues.
    fn symbols(self) -> [char; 3] {
        match self {
            Pair::Both(a, b) if a == b => [a.letter(), '|', b.letter()],
            Pair::Both(a, b) => [a.letter(), if a.score(b) > 0 { ':' } else { '.' }, b.letter()],
            Pair::First(a) => [a.letter(), ' ', '-'],
            Pair::Second(b) => ['-', ' ', b.letter()],
        }
    }
}

/// A local alignment: parts of two proteins, opposite each other.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alignment {
    /// The score, and the last residue of each protein.
    pub peak: Peak,
    /// How many residues of each protein are before the alignment.
    pub start: (usize, usize),
    pub pairs: Vec<Pair>,
}

impl Alignment {
    /// The score by its definition, pair by pair.
    pub fn summed_score(&self) -> i32 {
        let mut before = None;
        let mut score = 0;
        for &pair in &self.pairs {
            score += match (before, pair) {
                (_, Pair::Both(a, b)) => a.score(b),
                (Some(Pair::First(_)), Pair::First(_)) | (Some(Pair::Second(_)), Pair::Second(_)) => {
                    -GAP_EXTEND
                }
                _ => -GAP_OPEN,
            };
            before = Some(pair);
        }
        score
    }

    /// How many pairs there are of the same residues, of the same or similar ones, and with a gap.
    pub fn counts(&self) -> [usize; 3] {
        let count =
            |symbols: &[char]| self.pairs.iter().filter(|pair| symbols.contains(&pair.symbols()[1])).count();
        [count(&['|']), count(&['|', ':']), count(&[' '])]
    }

    /// What is said of an alignment in one line.
    pub fn summary(&self) -> String {
        let [same, similar, gaps] = self.counts();
        let (score, length) = (f64::from(self.peak.score) / 2.0, self.pairs.len());
        format!(
            "score {score:.1}: of {length} pairs {same} are the same, {similar} similar, {gaps} with a gap"
        )
    }
}

/// How many pairs are in a line.
const WIDTH: usize = 60;

impl fmt::Display for Alignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut first, mut second) = self.start;
        for (number, pairs) in self.pairs.chunks(WIDTH).enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            let line = |at: usize| pairs.iter().map(|pair| pair.symbols()[at]).collect::<String>();
            let residues = |line: &str| line.chars().filter(char::is_ascii_alphabetic).count();
            let [above, between, below] = [0, 1, 2].map(line);
            writeln!(f, "  {:5}  {above}  {}", first + 1, first + residues(&above))?;
            writeln!(f, "         {}", between.trim_end())?;
            writeln!(f, "  {:5}  {below}  {}", second + 1, second + residues(&below))?;
            (first, second) = (first + residues(&above), second + residues(&below));
        }
        Ok(())
    }
}
