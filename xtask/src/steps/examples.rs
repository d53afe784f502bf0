//! What the examples print, compared with what their headers say.

use std::fs;

use super::Verdict;
use crate::Result;
use crate::shell::Workspace;

const BACKENDS: [&str; 2] = ["--backend serial", "--backend rayon --threads 2"];

/// Sizes of graphs that no header says.
const OTHER_SIZES: [(&str, &str); 3] = [
    ("heat", "--steps 7 --cells 1"),
    ("cholesky", "--tiles 5 --rows 9"),
    ("wavefront", "--rows 3 --columns 7 --length 100"),
];

pub(super) fn run(workspace: &Workspace) -> Result<Verdict> {
    // With the features of the whole workspace, with which most of it is built for tests.
    workspace.cargo("build --workspace --features dag-examples/sqlite --examples").run()?;
    for name in ["archive", "crawl", "failures", "moves", "startup"] {
        let documented = documented(workspace, name)?;
        expect_equal(name, &run_example(workspace, name, "")?, &documented)?;
    }
    for name in ["heat", "pipeline", "sweep", "wavefront", "words"] {
        let documented = documented(workspace, name)?;
        for options in BACKENDS {
            expect_equal(name, &run_example(workspace, name, options)?, &documented)?;
        }
    }
    stored(workspace)?;
    let documented_picture = documented(workspace, "mandelbrot")?;
    for options in BACKENDS {
        let printed = run_example(workspace, "mandelbrot", &format!("run {options}"))?;
        expect_equal("mandelbrot", &printed, &documented_picture)?;
    }
    // The order on rayon differs from run to run; the example checks it.
    let order = documented(workspace, "readme")?;
    expect_equal("readme", first_line(&run_example(workspace, "readme", "")?), first_line(&order))?;
    let documented = documented(workspace, "cholesky")?;
    for options in BACKENDS {
        let printed = without_times(&run_example(workspace, "cholesky", options)?);
        expect_equal("cholesky", &printed, &without_times(&documented))?;
    }
    // Examples check what they compute, and fail where it is wrong.
    for (name, sizes) in OTHER_SIZES {
        for options in BACKENDS {
            run_example(workspace, name, &format!("{sizes} {options}"))?;
        }
    }
    run_example(workspace, "frame", "--frames 300")?;
    weather(workspace)
}

/// What was found in a store is what was calculated.
fn stored(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target("examples-store");
    let _ = fs::remove_dir_all(&folder);
    for name in ["pipeline", "sweep", "words"] {
        let documented = documented(workspace, name)?;
        for _ in 0..2 {
            let printed = run_example(workspace, name, &format!("--store {}", folder.display()))?;
            expect_equal(name, &printed, &documented)?;
        }
    }
    Ok(())
}

/// Its report is in the README of the examples.
fn weather(workspace: &Workspace) -> Result<Verdict> {
    let path = workspace.path("examples/README.md");
    let readme = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let documented = block_behind(readme.lines(), |line| line.ends_with("prints a report:"))
        .ok_or_else(|| format!("{} has no report of weather", path.display()))?;
    for options in BACKENDS {
        expect_equal("weather", &run_example(workspace, "weather", options)?, &documented)?;
    }
    Ok(Verdict::Passed)
}

fn run_example(workspace: &Workspace, name: &str, options: &str) -> Result<String> {
    let program = workspace.target("debug/examples").join(name);
    workspace.command(&program, name).args(options).read()
}

/// The block of text behind "prints" in an example's header.
fn documented(workspace: &Workspace, name: &str) -> Result<String> {
    let paths = [format!("examples/{name}.rs"), format!("examples/{name}/main.rs")];
    let [file, folder] = paths.map(|path| workspace.path(&path));
    let path = if file.is_file() { file } else { folder };
    let source = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    printed_block(&source)
        .ok_or_else(|| format!("the header of {} does not say what it prints", path.display()).into())
}

fn printed_block(source: &str) -> Option<String> {
    let header = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines = header.map(|line| line.strip_prefix(' ').unwrap_or(line));
    block_behind(lines, |line| line == "prints" || line.starts_with("prints, "))
}

/// The first block of text behind such a line.
fn block_behind<'a>(
    mut lines: impl Iterator<Item = &'a str>,
    is_before: impl Fn(&str) -> bool,
) -> Option<String> {
    lines.find(|line| is_before(line))?;
    lines.find(|&line| line == "```text")?;
    Some(lines.take_while(|&line| line != "```").flat_map(|line| [line, "\n"]).collect())
}

/// What `cholesky` prints without its times, and without the number of tiles, which no rank of MPI knows.
pub(super) fn without_times(output: &str) -> String {
    let kept = |line: &&str| !line.contains(" ms ") && !line.contains(" tiles were made");
    output.lines().filter(kept).collect::<Vec<_>>().join("\n")
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Blank lines at the end do not count.
pub(super) fn expect_equal(name: &str, actual: &str, expected: &str) -> Result<()> {
    let (actual, expected) = (actual.trim_end(), expected.trim_end());
    if actual == expected {
        return Ok(());
    }
    let lines = actual.lines().zip(expected.lines());
    let differing = lines.clone().position(|(actual, expected)| actual != expected);
    let number = differing.unwrap_or_else(|| lines.count());
    let line =
        |text: &str| text.lines().nth(number).map_or_else(|| "nothing".into(), |line| format!("`{line}`"));
    Err(format!("{name} prints {} as line {}, not {}", line(actual), number + 1, line(expected)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_block_is_found() {
        let source = "//! Title.\n//!\n//! ```text\n//! cargo run\n//! ```\n//!\n//! prints\n//!\n\
            //! ```text\n//! one\n//!   two\n//!\n//! three\n//! ```\n//!\n//! more\n\nfn main() {}\n";
        assert_eq!(printed_block(source).as_deref(), Some("one\n  two\n\nthree\n"));
        assert_eq!(printed_block("//! Title.\n\n//! prints\n//! ```text\n"), None);
    }

    #[test]
    fn the_first_difference_is_told() {
        expect_equal("x", "a\nb\n\n", "a\nb\n").unwrap();
        let told = |actual, expected| expect_equal("x", actual, expected).unwrap_err().to_string();
        assert_eq!(told("a\nb\n", "a\nc\n"), "x prints `b` as line 2, not `c`");
        assert_eq!(told("a\n", "a\nc\n"), "x prints nothing as line 2, not `c`");
    }

    #[test]
    fn times_are_left_out() {
        let printed = "a matrix\n  serial  1.00 ms  2.00 GFLOP/s\nagrees\n78 tiles were made\n";
        assert_eq!(without_times(printed), "a matrix\nagrees");
    }
}
