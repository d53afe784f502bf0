//! The Mandelbrot set in letters, a task a row, with the command line that dag-runtime brings.
//!
//! What you learn: a `main` of one call that gives a program `run`, `graph`, `plan` and `list`; inputs of a graph as
//! options; what a run can tell of itself.
//!
//! ```text
//! cargo run --release --example mandelbrot -- run
//! ```
//!
//! prints
//!
//! ```text
//!                                       ..::..
//!                                      ...:::::.
//!                                    ....::++::...
//!                                  ....::++##++:....
//!                               ..:::::::+####+:::.....
//!                          .....::+++:++########++:::::.
//!                     ..........:::+#################+:..
//!                 .::........:::+####################+::..
//!              ....:+:+::::::::+#######################+:.
//!            .....:::+#+###++::#######################+:..
//!          .....::::+#########+########################:..
//!    ....:::.::::+##+################################+:...
//!    ....:::.::::+##+################################+:...
//!          .....::::+#########+########################:..
//!            .....:::+#+###++::#######################+:..
//!              ....:+:+::::::::+#######################+:.
//!                 .::........:::+####################+::..
//!                     ..........:::+#################+:..
//!                          .....::+++:++########++:::::.
//!                               ..:::::::+####+:::.....
//!                                  ....::++##++:....
//!                                    ....::++::...
//!                                      ...:::::.
//!                                       ..::..
//! ```
//!
//! A longer run with a bar, and a report of where the time went; files that show what ran where; what other numbers of
//! workers would do with it; the graph as a picture:
//!
//! ```text
//! cargo run --release --example mandelbrot -- run --depth 2000000 --threads 2 --progress --report
//! cargo run --release --example mandelbrot -- run --depth 20000 --gantt run.svg --trace run.json --save-costs costs.json
//! cargo run --release --example mandelbrot -- plan --workers 1,2,4,8 --costs costs.json
//! cargo run --release --example mandelbrot -- graph --format svg --output graph.svg
//! ```
//!
//! The rows in the middle take the longest, and rayon's threads even that out.

use std::process::ExitCode;

use clap::Args;
use dag_runtime::{cli, dag, task};

const ROWS: usize = 24;
const COLUMNS: usize = 64;

/// What is looked at.
#[derive(Clone, Copy, Debug, Args)]
#[command(allow_negative_numbers = true)]
struct View {
    /// The middle, from left to right
    #[arg(long, value_name = "X", default_value_t = -0.6)]
    re: f64,
    /// The middle, from bottom to top
    #[arg(long, value_name = "Y", default_value_t = 0.0)]
    im: f64,
    /// How high the picture is
    #[arg(long, default_value_t = 2.3)]
    height: f64,
    /// After how many steps a point counts as one of the set
    #[arg(long, value_name = "STEPS", default_value_t = 1000)]
    depth: u32,
}

impl View {
    /// The point of a letter.
    fn point(&self, row: usize, column: usize) -> (f64, f64) {
        // A letter is twice as high as wide.
        let step = self.height / ROWS as f64;
        let middle = |index: usize, count: usize| index as f64 + 0.5 - count as f64 / 2.0;
        (self.re + step / 2.0 * middle(column, COLUMNS), self.im - step * middle(row, ROWS))
    }

    /// After how many steps a point is seen to be outside.
    fn escape(&self, (re, im): (f64, f64)) -> Option<u32> {
        let (mut x, mut y) = (0.0, 0.0);
        (0..self.depth).find(|_| {
            (x, y) = (x * x - y * y + re, 2.0 * x * y + im);
            x * x + y * y > 4.0
        })
    }
}

/// One row of letters.
#[task]
fn letters(view: &View, row: usize) -> String {
    let letter = |column| match view.escape(view.point(row, column)) {
        None => '#',
        Some(steps) if steps > 12 => '+',
        Some(steps) if steps > 5 => ':',
        Some(steps) if steps > 3 => '.',
        Some(_) => ' ',
    };
    (0..COLUMNS).map(letter).collect()
}

/// All rows, one below the other.
#[task]
fn picture(rows: &[String]) -> String {
    rows.iter().map(|row| row.trim_end().to_owned() + "\n").collect()
}

dag! {
    /// The Mandelbrot set in letters.
    graph Mandelbrot(view: View) -> picture {
        row[y in 0..ROWS] = letters(&view, y),
        picture(&row),
    }
}

fn main() -> ExitCode {
    cli::main(Mandelbrot::TABLE, |view: View, executor| Ok(Mandelbrot { view }.run(executor)?))
}

#[cfg(test)]
mod tests {
    use dag_runtime::{Rayon, Serial};

    use super::*;

    const WHOLE: View = View { re: -0.6, im: 0.0, height: 2.3, depth: 100 };

    #[test]
    fn points_are_inside_or_outside() {
        for inside in [(0.0, 0.0), (-1.0, 0.0), (-0.12, 0.75)] {
            assert_eq!(WHOLE.escape(inside), None, "{inside:?}");
        }
        assert_eq!(WHOLE.escape((2.0, 0.1)), Some(0));
        assert!(WHOLE.escape((0.3, 0.0)).is_some());
    }

    #[test]
    fn the_set_is_the_same_above_and_below() {
        let picture = Mandelbrot { view: WHOLE }.run(&Serial).unwrap();
        let rows: Vec<&str> = picture.lines().collect();
        assert_eq!(rows.len(), ROWS);
        assert!(rows.iter().eq(rows.iter().rev()), "{picture}");
        assert_eq!(Mandelbrot { view: WHOLE }.run(&Rayon::new()).unwrap(), picture);
    }
}
