//! Heat that spreads along a rod: a task for each cell at each moment, as many as the command line says.
//!
//! What you learn: a family, many tasks from one line; sizes, which are known when the graph runs; members that depend
//! on a range of members (`&cell[t - 1, x - 1..=x + 1]` is a slice, cut at the ends of the rod); a condition that
//! makes the first moment depend on nothing; the last row of a family as one slice; a command line for a graph with
//! sizes and without inputs.
//!
//! ```text
//! cargo run --example heat
//! cargo run --release --example heat -- --steps 500 --cells 300 --backend rayon --threads 2 --report
//! mpiexec -n 2 target/release/examples/heat --backend mpi
//! ```
//!
//! prints
//!
//! ```text
//! 6402 tasks, 18938 dependencies, 101 levels
//! heat in the rod: 1600.000 at the start, 1600.000 at the end
//! from 97.7 on the left to 0.0 on the right:
//!   cell  0   97.7  #################################################
//!   cell  8   85.7  ###########################################
//!   cell 16   47.2  ########################
//!   cell 24   11.3  ######
//!   cell 32    0.9
//!   cell 40    0.0
//!   cell 48    0.0
//!   cell 56    0.0
//! all 64 cells equal those of a plain double loop, to the last bit
//! ```
//!
//! With `--steps 0` there is no last moment, and the program says so before a task runs: ``graph `Heat` with
//! steps = 0, cells = 64: `profile` asks for `cell[-1, ..]`, and `t` is in 0..0``.
//!
//! A task here is four additions: far less than it costs to run one, so this is no way to compute heat fast, as
//! `--report` says. `cholesky` and `wavefront` have tasks of a sensible size.

use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;

use dag_runtime::{Executor, Table, cli, dag, task};

/// The conductivity times a step in time, over the square of a cell's length. Up to 0.5 the scheme
/// is stable.
const COUPLING: f64 = 0.25;

/// The heat in a cell at the start: the left quarter of the rod is hot.
fn initial(x: usize, cells: usize) -> f64 {
    if x < cells.div_ceil(4) { 100.0 } else { 0.0 }
}

/// The heat in cell `x`, from that in the cell and its neighbours one step before: the explicit
/// scheme for the heat equation. The ends of the rod are insulated. At the start nothing is before.
#[task]
fn step(before: &[f64], x: usize, cells: usize) -> f64 {
    match *before {
        [left, own, right] => own + COUPLING * ((left - own) + (right - own)),
        [own, right] if x == 0 => own + COUPLING * (right - own),
        [left, own] => own + COUPLING * (left - own),
        [own] => own,
        _ => initial(x, cells),
    }
}

/// All heat in the rod.
#[task]
fn total(cells: &[f64]) -> f64 {
    cells.iter().sum()
}

/// The heat in each cell.
#[task]
fn profile(cells: &[f64]) -> Vec<f64> {
    cells.to_vec()
}

dag! {
    /// Heat in a rod, from the start to the last moment.
    graph Heat[
        /// The moments, the first of which is the start.
        steps,
        /// The cells of the rod.
        cells,
    ] -> (profile, total) {
        cell[t in 0..steps, x in 0..cells] =
            step(if t > 0 { &cell[t - 1, x - 1..=x + 1] } else { &[] }, x, cells),
        profile(&cell[steps - 1, ..]),
        total(&cell[steps - 1, ..]),
    }
}

fn main() -> ExitCode {
    cli::main_sized(Heat::SIZES.with_defaults([100, 64]), |[steps, cells], (): (), executor| {
        run(&Heat { steps, cells }, executor)
    })
}

/// Lets heat spread along the rod, and compares the result with a plain loop's.
fn run(heat: &Heat, executor: &impl Executor<Heat>) -> Result<String, Box<dyn Error>> {
    let &Heat { steps, cells } = heat;
    let (profile, total) = Heat { steps, cells }.run(executor)?;
    let mut text = size(&*Heat::table(steps, cells)?) + "\n";
    let at_start: f64 = (0..cells).map(|x| initial(x, cells)).sum();
    writeln!(text, "heat in the rod: {at_start:.3} at the start, {total:.3} at the end")?;
    if let [first, .., last] = profile[..] {
        writeln!(text, "from {first:.1} on the left to {last:.1} on the right:")?;
    }
    for x in (0..cells).step_by(cells.div_ceil(8).max(1)) {
        let bar = "#".repeat((profile[x] / 2.0).round() as usize);
        writeln!(text, "{}", format!("  cell {x:2}  {:5.1}  {bar}", profile[x]).trim_end())?;
    }
    if let Some(x) = first_difference(&profile, &plain_loop(steps, cells)) {
        return Err(format!("cell {x} differs from the plain loop's").into());
    }
    write!(text, "all {cells} cells equal those of a plain double loop, to the last bit")?;
    Ok(text)
}

fn size(table: &Table) -> String {
    let edges: usize = table.tasks().map(|task| task.dependencies().len()).sum();
    format!("{} tasks, {edges} dependencies, {} levels", table.len(), table.depth())
}

/// The last moment without tasks: two rows of cells, one computed from the other.
fn plain_loop(steps: usize, cells: usize) -> Vec<f64> {
    let mut now: Vec<f64> = (0..cells).map(|x| initial(x, cells)).collect();
    let mut after = vec![0.0; cells];
    for _ in 1..steps {
        for x in 0..cells {
            let own = now[x];
            let left = if x > 0 { now[x - 1] - own } else { 0.0 };
            let right = if x + 1 < cells { now[x + 1] - own } else { 0.0 };
            after[x] = own + COUPLING * (left + right);
        }
        std::mem::swap(&mut now, &mut after);
    }
    now
}

/// The first cell whose bits differ.
fn first_difference(cells: &[f64], expected: &[f64]) -> Option<usize> {
    let differ = |(found, expected): (&f64, &f64)| found.to_bits() != expected.to_bits();
    cells.iter().zip(expected).position(differ).or((cells.len() != expected.len()).then_some(0))
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use dag_runtime::{Rayon, Serial};

    use super::*;

    /// Rods of one cell and of few, and of one moment.
    const SIZES: [(usize, usize); 8] =
        [(1, 1), (1, 2), (2, 1), (2, 2), (7, 3), (33, 17), (100, 64), (5, 101)];

    #[test]
    fn every_backend_equals_the_plain_loop() {
        for (steps, cells) in SIZES {
            let expected = plain_loop(steps, cells);
            let (serial, total) = Heat { steps, cells }.run(&Serial).unwrap();
            assert_eq!(first_difference(&serial, &expected), None, "{steps}, {cells}");
            let at_start = 100.0 * cells.div_ceil(4) as f64;
            assert!((total - at_start).abs() < 1e-9, "no heat is lost: {total}, {at_start}");
            for threads in [1, 2, 4] {
                let rayon = Rayon::with_threads(threads).unwrap();
                let (parallel, _) = Heat { steps, cells }.run(&rayon).unwrap();
                assert_eq!(first_difference(&parallel, &expected), None, "{steps}, {cells}");
            }
        }
    }

    #[test]
    fn the_program_checks_itself() {
        for (steps, cells) in SIZES.into_iter().chain([(3, 0)]) {
            let text = run(&Heat { steps, cells }, &Serial).unwrap();
            assert!(text.ends_with("to the last bit"), "{text}");
        }
    }

    #[test]
    fn without_a_moment_there_is_no_last_one() {
        let error = run(&Heat { steps: 0, cells: 64 }, &Serial).unwrap_err().to_string();
        let expected = "graph `Heat` with steps = 0, cells = 64: `profile` asks for `cell[-1, ..]`, \
            and `t` is in 0..0";
        assert_eq!(error, expected);
    }

    #[test]
    fn a_cell_depends_on_its_neighbours_one_step_before() {
        let table = Heat::table(100, 64).unwrap();
        let dependencies = |name: &str| -> Vec<String> {
            let task = table.find(name).unwrap();
            task.dependencies().map(|before| before.name().to_string()).collect()
        };
        assert!(dependencies("cell[0, 5]").is_empty());
        assert_eq!(dependencies("cell[7, 5]"), ["cell[6, 4]", "cell[6, 5]", "cell[6, 6]"]);
        assert_eq!(dependencies("cell[7, 0]"), ["cell[6, 0]", "cell[6, 1]"]);
        assert_eq!(dependencies("cell[7, 63]"), ["cell[6, 62]", "cell[6, 63]"]);
        assert_eq!(dependencies("total").len(), 64);
    }

    /// The cosine that fits the rod keeps its shape and shrinks by a known factor.
    #[test]
    fn a_wave_decays_as_the_scheme_says() {
        for cells in [2, 3, 64] {
            let wave = |x: usize| (PI * (x as f64 + 0.5) / cells as f64).cos();
            let factor = 1.0 - 2.0 * COUPLING * (1.0 - (PI / cells as f64).cos());
            let before: Vec<f64> = (0..cells).map(wave).collect();
            for x in 0..cells {
                let around = &before[x.saturating_sub(1)..(x + 2).min(cells)];
                assert!((step(around, x, cells) - factor * wave(x)).abs() < 1e-14, "cell {x}");
            }
        }
    }

    #[test]
    fn a_different_bit_is_found() {
        assert_eq!(first_difference(&[0.0, 1.0], &[0.0, 1.0]), None);
        assert_eq!(first_difference(&[0.0, 1.0], &[-0.0, 1.0]), Some(0));
        assert_eq!(first_difference(&[0.0], &[0.0, 1.0]), Some(0));
    }
}
