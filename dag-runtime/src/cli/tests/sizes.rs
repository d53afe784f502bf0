//! Command lines of graphs with sizes.

use super::*;
use crate::table::Sizes;

#[task]
fn square(before: Option<&usize>, i: usize) -> usize {
    before.copied().unwrap_or(0) + i * i
}

#[task]
fn last(sum: &usize, width: usize) -> usize {
    sum * width
}

dag! {
    /// Sums of squares.
    graph Squares[row_count, threads] -> last {
        sum[i in 0..row_count] = square(if i > 0 { Some(&sum[i - 1]) } else { None }, i),
        last(&sum[row_count - 1], threads),
    }
}

/// What the program says on stdout and stderr, and its exit code.
fn program(sizes: Sizes<2>, arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let run = |[row_count, threads]: [usize; 2], (): (), executor: &CliExecutor| {
        Ok(Squares { row_count, threads }.run(executor)?)
    };
    let arguments = ["squares"].iter().chain(arguments).map(OsString::from);
    let code = start_sized(sizes, run, arguments, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn sizes_are_options_of_all_commands() {
    let given = ["--row-count", "4", "--size", "threads=2"];
    let with = |command: &str| program(Squares::SIZES, &[&[command][..], &given].concat());
    assert_eq!(with("run"), (0, "28\n".into(), String::new()));
    assert_eq!(program(Squares::SIZES, &given), (0, "28\n".into(), String::new()));
    let (code, out, _) = with("list");
    assert!(code == 0 && out.contains("sum[0]..=sum[3]"), "{out}");
    let (code, out, _) = program(Squares::SIZES, &["plan", "--workers", "1", "--row-count=4", "--threads=2"]);
    assert!(code == 0 && out.contains("5 tasks, work 5, critical path 5"), "{out}");
    let (code, out, _) = program(Squares::SIZES, &["graph", "--row-count=4", "--threads=2"]);
    assert!(code == 0 && out.contains("[0..4]"), "{out}");
}

#[test]
fn sizes_may_have_defaults() {
    let sizes = Squares::SIZES.with_defaults([3, 10]);
    assert_eq!(program(sizes, &[]), (0, "50\n".into(), String::new()));
    assert_eq!(program(sizes, &["--row-count", "2"]), (0, "10\n".into(), String::new()));
    assert_eq!(program(sizes, &["run", "--size", "threads=1"]), (0, "5\n".into(), String::new()));
}

#[test]
fn a_size_that_is_missing_or_wrong_is_named() {
    assert_eq!(program(Squares::SIZES, &["--size", "threads=2"]).0, 2);
    let (code, _, err) = program(Squares::SIZES, &["--row-count", "2"]);
    assert_eq!((code, &*err), (2, "error: the size `threads` is missing: add `--size threads=N`\n"));
    let twice = ["--row-count", "2", "--size", "threads=2", "--size", "row_count=3"];
    let (code, _, err) = program(Squares::SIZES, &twice);
    assert_eq!((code, &*err), (2, "error: the size `row_count` is given twice\n"));
    let (code, _, err) = program(Squares::SIZES.with_defaults([1, 1]), &["--size", "threads"]);
    assert_eq!(code, 2);
    let expected = "`--size threads`: expected a name of `row_count`, `threads` and a number, as in `--size row_count=100`";
    assert!(err.contains(expected), "{err}");
}

#[test]
fn a_graph_that_is_wrong_for_its_sizes_fails() {
    let expected = "error: graph `Squares` with row_count = 0, threads = 1: `last` asks for `sum[-1]`, and `i` is in 0..0";
    for command in ["run", "plan", "list", "graph"] {
        let (code, out, err) = program(Squares::SIZES.with_defaults([0, 1]), &[command]);
        assert_eq!((code, &*out), (1, ""), "{command}");
        assert!(err.contains(expected), "{err}");
    }
}
