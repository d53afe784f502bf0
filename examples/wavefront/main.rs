//! Two proteins, aligned by the method of Smith and Waterman: a wavefront of as many blocks as the proteins need.
//!
//! What you learn: a family in which each member depends on its neighbours above, to the left and
//! above to the left; dependencies that are there or not (`Option<&Block>`) by an `if` on the
//! indices; a task that takes a whole family as one slice; one graph that runs with sizes from the data, and with sizes
//! from the command line.
//!
//! ```text
//! cargo run --release --example wavefront
//! cargo run --release --example wavefront -- --length 10000 --rows 40 --columns 40 --backend rayon --threads 2 --report
//! mpiexec -n 2 target/release/examples/wavefront --backend mpi
//! ```
//!
//! prints
//!
//! ```text
//! the alpha and the beta chain of human haemoglobin, 141 and 146 residues
//!   score 293.5: of 145 pairs 63 are the same, 88 similar, 8 with a gap
//!
//!       2  LSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHF-DLS-----HGSAQV  55
//!          |:|.:|:.|.|.||||  :..|.|.|||.|:.:.:|.|:.:|..| |||     .|:.:|
//!       3  LTPEEKSAVTALWGKV--NVDEVGGEALGRLLVVYPWTQRFFESFGDLSTPDAVMGNPKV  60
//!
//!      56  KGHGKKVADALTNAVAHVDDMPNALSALSDLHAHKLRVDPVNFKLLSHCLLVTLAAHLPA  115
//!          |.|||||..|.::.:||:|::....:.||:||..||.|||.||:||.:.|:..||.|...
//!      61  KAHGKKVLGAFSDGLAHLDNLKGTFATLSELHCDKLHVDPENFRLLGNVLVCVLAHHFGK  120
//!
//!     116  EFTPAVHASLDKFLASVSTVLTSKY  140
//!          ||||.|.|:..|.:|.|:..|..||
//!     121  EFTPPVQAAYQKVVAGVANALAHKY  145
//!
//! mutated copies of them, 4000 and 4000 residues
//!   score 2247.5: of 4438 pairs 1191 are the same, 1730 similar, 883 with a gap
//!
//! both agree with a plain loop over all pairs, and with their own sums
//! ```
//!
//! The first two proteins are haemoglobin's, with the scores
//! and gap costs (10, then 0.5) that EMBOSS `water` takes where nothing else is said. How many blocks they are cut into
//! follows from their lengths: one for each 50 residues, the last of which may be fewer. The other two are made of
//! mutated copies of these, and the command line says into how many rows and columns of blocks they are cut. Blocks keep
//! their edges only, so the memory is that of a row for each row of blocks and a column for each column of blocks, not
//! of all pairs of residues.

mod alignment;
mod block;
mod plain;
mod protein;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::process::ExitCode;

use clap::Args;
use dag_runtime::{Executor, cli, dag};

use crate::alignment::{Alignment, highest, trace};
use crate::block::{fill, part};
use crate::protein::{ALPHA, BETA, Residue, evolved, parse};

dag! {
    /// The best local alignment of two proteins. Each has at least as many residues as it is cut into
    /// parts.
    graph Align<'a>[
        /// The rows of blocks: parts of the first protein.
        rows,
        /// The columns of blocks: parts of the second protein.
        columns,
    ](a: &'a [Residue], b: &'a [Residue]) -> trace {
        block[i in 0..rows, j in 0..columns] = fill(
            &a[part(a.len(), rows, i)],
            &b[part(b.len(), columns, j)],
            if i > 0 { Some(&block[i - 1, j]) } else { None },
            if j > 0 { Some(&block[i, j - 1]) } else { None },
            if i > 0 && j > 0 { Some(&block[i - 1, j - 1]) } else { None },
        ),
        highest(&block, a, b, [rows, columns]),
        trace(&block, a, b, [rows, columns], highest),
    }
}

/// The residues of a part, where the number of parts follows from the length of the protein.
const PART: usize = 50;

/// What is aligned, beside haemoglobin.
#[derive(Debug, Args)]
struct Options {
    /// The residues of the long proteins
    #[arg(long, value_name = "COUNT", default_value_t = 4000, value_parser = clap::value_parser!(u32).range(1..))]
    length: u32,
    /// The seed of their mutations
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    cli::main_sized(Align::SIZES.with_defaults([16, 16]), |sizes, options, executor| {
        run(sizes, &options, executor)
    })
}

/// Aligns two proteins, in parts of the same length, and two long ones made from them, in this many parts.
fn run(
    sizes: [usize; 2],
    options: &Options,
    executor: &impl for<'a> Executor<Align<'a>>,
) -> Result<String, Box<dyn Error>> {
    let (alpha, beta) = (parse(ALPHA)?, parse(BETA)?);
    let length = options.length as usize;
    let long = [evolved(&alpha, length, options.seed), evolved(&beta, length, options.seed + 1)];
    let short = align([&alpha, &beta].map(|protein| protein.len().div_ceil(PART)), &alpha, &beta, executor)?;
    let long = align(sizes, &long[0], &long[1], executor)?;
    let [alpha, beta] = [alpha, beta].map(|protein| protein.len());
    Ok(format!(
        "the alpha and the beta chain of human haemoglobin, {alpha} and {beta} residues\n  {}\n\n{short}\n\
         mutated copies of them, {length} and {length} residues\n  {}\n\n\
         both agree with a plain loop over all pairs, and with their own sums",
        short.summary(),
        long.summary()
    ))
}

/// Aligns two proteins, each cut into this many parts. Fails where a plain loop finds something else.
fn align(
    [rows, columns]: [usize; 2],
    a: &[Residue],
    b: &[Residue],
    executor: &impl for<'a> Executor<Align<'a>>,
) -> Result<Alignment, Box<dyn Error>> {
    for (parts, protein) in [(rows, a), (columns, b)] {
        let length = protein.len();
        if !(1..=length).contains(&parts) {
            return Err(format!("{length} residues cannot be cut into {parts} parts").into());
        }
    }
    let alignment = Align { rows, columns, a, b }.run(executor)?;
    let expected = plain::peak(a, b);
    if alignment.peak != expected {
        return Err(format!("{:?} instead of the plain loop's {expected:?}", alignment.peak).into());
    }
    if alignment.summed_score() != expected.score {
        let (summed, score) = (alignment.summed_score(), expected.score);
        return Err(format!("the alignment's pairs sum up to {summed} instead of {score}").into());
    }
    Ok(alignment)
}
