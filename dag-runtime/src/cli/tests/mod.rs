//! Tests of command lines as users type them.

mod files;
mod handled;
#[cfg(feature = "store")]
mod keep;
#[cfg(feature = "store")]
mod rerun;
mod sizes;
mod unwanted;

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use alloc::{format, vec};
use std::path::PathBuf;
use std::{env, fs, process};

use super::parse::with_command;
use super::*;
use crate::error::{Reason, Stopping};
use crate::{dag, task};

/// The numbers of a text.
#[task(cost = 2)]
fn numbers(text: &str) -> Result<Vec<f64>, core::num::ParseFloatError> {
    text.split(',').map(str::parse).collect()
}

#[task(depends = [numbers], cost = 3)]
fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

#[task]
fn power(numbers: &[f64], n: usize) -> f64 {
    numbers.iter().map(|x| x.powi(n as i32)).sum()
}

dag! {
    /// Facts of some numbers.
    graph Stats<'a>(text: &'a str) -> (mean, moment) {
        numbers(text),
        moment[n in 1..4] = power(&numbers, n),
        mean,
    }
}

#[derive(clap::Args)]
struct Inputs {
    /// Numbers, with commas between them
    text: String,
    /// How many digits are shown
    #[arg(long, default_value_t = 1)]
    digits: usize,
}

/// What the program says on stdout and stderr, and its exit code.
fn program(arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let run = |inputs: Inputs, executor: &CliExecutor| {
        let (mean, moments) = Stats { text: &inputs.text }.run(executor)?;
        let digits = inputs.digits;
        Ok(format!("{mean:.digits$} {moments:?}"))
    };
    let arguments = ["stats"].iter().chain(arguments).map(OsString::from);
    let code = start(Stats::TABLE, run, arguments, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// A file of this name that no other test writes.
fn file(name: &str) -> (PathBuf, String) {
    let path = env::temp_dir().join(format!("dag-runtime-{}-{name}", process::id()));
    let text = path.display().to_string();
    (path, text)
}

fn read(path: PathBuf) -> String {
    let text = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    text
}

#[test]
fn run_gives_the_outputs() {
    for how in [&["--backend", "serial"][..], &["--backend", "rayon", "--threads", "2"], &[]] {
        let arguments = [&["run", "1,2,6", "--digits", "2"], how].concat();
        assert_eq!(program(&arguments), (0, "3.00 [9.0, 41.0, 225.0]\n".into(), String::new()));
    }
}

#[test]
fn run_need_not_be_said() {
    let run = |arguments: &[&str]| with_command(["stats"].iter().chain(arguments).map(OsString::from));
    for (said, meant) in [
        (&[][..], &["run"][..]),
        (&["--threads", "2"], &["run", "--threads", "2"]),
        (&["-h"], &["-h"]),
        (&["--help"], &["--help"]),
        (&["plan"], &["plan"]),
        (&["run", "--help"], &["run", "--help"]),
    ] {
        assert_eq!(run(said)[1..], *meant);
    }
    assert!(with_command([]).is_empty());
    assert_eq!(program(&["--digits", "2", "1,2,6", "--backend", "serial"]).1, "3.00 [9.0, 41.0, 225.0]\n");
}

#[test]
fn a_failure_is_told() {
    let (code, out, err) = program(&["run", "1,two", "--backend", "serial"]);
    assert_eq!((code, &*out), (1, ""));
    assert_eq!(
        err,
        "error: task `numbers` of graph `Stats` failed: invalid float literal\n\
         skipped: moment[1], moment[2], moment[3], mean\n"
    );
}

#[test]
fn a_wrong_command_line_is_told() {
    for arguments in [
        &["run"][..],
        &["run", "1", "--threads", "0"],
        &["run", "1", "--backend", "parallel"],
        &["walk"],
        &[],
        &["plan", "--workers", "2,0"],
        &["plan", "--bandwidth", "0"],
        &["plan", "--bandwidth", "fast"],
    ] {
        assert_eq!(program(arguments).0, 2, "{arguments:?}");
    }
    for arguments in [&["--help"][..], &["run", "--help"]] {
        assert_eq!(program(arguments).0, 0, "{arguments:?}");
    }
}

#[test]
#[cfg(not(feature = "mpi"))]
fn a_backend_that_is_not_compiled_in_is_told() {
    let (code, out, err) = program(&["run", "1", "--backend", "mpi"]);
    assert_eq!((code, &*out), (2, ""));
    assert!(err.starts_with("error: `mpi` needs the feature `mpi`"), "{err}");
}

#[test]
#[cfg(not(feature = "store"))]
fn a_store_needs_its_feature() {
    for (arguments, what) in [(&["run", "1", "--store", "x"][..], "--store"), (&["why", "mean"], "why")] {
        let (code, out, err) = program(arguments);
        assert_eq!((code, &*out), (2, ""));
        let needs = "needs the feature `store` of dag-runtime, and a line with `keep` in graph `Stats`";
        assert_eq!(err, format!("error: `{what}` {needs}\n"));
    }
}

#[test]
fn plan_is_a_table() {
    let (code, out, _) = program(&["plan", "--workers", "1,2", "--gantt"]);
    assert_eq!(code, 0);
    assert!(
        out.starts_with(
            "5 tasks, work 8, critical path 5\n\
             workers    makespan  speed-up  utilisation\n      \
             1           8      1.00        100 %\n      \
             2           5      1.60         80 %\n\n"
        ),
        "{out}"
    );
    assert!(out.contains("\n0 |numbers---"), "{out}");
    // Each of the others is no better elsewhere: 2 + 3 + 1 and then one more.
    let (_, out, _) = program(&["plan", "--workers", "2", "--latency", "9"]);
    assert_eq!(out.lines().nth(2), Some("      2           8      1.00         50 %"));
}

#[test]
fn list_has_a_row_a_line_or_a_task() {
    let (_, out, _) = program(&["list"]);
    assert_eq!(
        out,
        "\
task                   tasks  cost  level  depends on
numbers                    1     2      0
moment[1]..=moment[3]      3     1      1
mean                       1     3      1  numbers
"
    );
    let (_, out, _) = program(&["list", "--unfold"]);
    assert_eq!(out.lines().nth(3), Some("moment[2]      1     1      1  numbers"));
}

#[test]
fn graph_draws() {
    for (format, begins) in
        [("dot", "digraph \"Stats\" {"), ("mermaid", "---\ntitle: Stats"), ("svg", "<svg ")]
    {
        let (code, folded, _) = program(&["graph", "--format", format]);
        assert!(code == 0 && folded.starts_with(begins) && folded.contains("moment[1..4]"), "{folded}");
        let path = file(&format!("graph.{format}"));
        let (code, out, _) = program(&["graph", "--format", format, "--unfold", "-o", &path.1]);
        assert_eq!((code, &*out), (0, ""));
        assert!(read(path.0).contains("moment[3]"));
    }
}

#[test]
fn a_deadline_stops_the_run() {
    for backend in ["serial", "rayon"] {
        let (code, out, err) = program(&["run", "1,2,6", "--backend", backend, "--deadline", "0s"]);
        assert_eq!((code, &*out), (130, ""), "{err}");
        assert_eq!(
            err,
            "stopped at the deadline of 0 s: 0 of 5 tasks have finished\n\
             skipped: numbers, moment[1], moment[2], moment[3], mean\n"
        );
        let outcome = program(&["run", "1,2,6", "--backend", backend, "--deadline", "5000h"]);
        assert_eq!(outcome, (0, "3.0 [9.0, 41.0, 225.0]\n".into(), String::new()));
    }
    assert_eq!(program(&["run", "1,2,6", "--deadline", "10"]).0, 2);
}

#[test]
fn a_run_of_another_graph_may_be_stopped() {
    let skipped = (0..9).map(|k| format!("t{k}")).collect();
    let mut err = vec![];
    let stopping = Stopping { reason: Reason::Stop(None), running: vec![] };
    run::fail(&mut err, &Error::stopped("Other", stopping, skipped), Stats::TABLE, true);
    assert_eq!(
        String::from_utf8(err).unwrap(),
        "interrupted\nerror: graph `Other` was stopped: 9 of its tasks did not run\n\
         skipped: t0, t1, t2, t3, t4 and 4 more\n"
    );
}

#[test]
fn causes_are_told_where_the_message_has_them_not() {
    #[derive(Debug)]
    struct Outer(&'static str, io::Error);
    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    impl StdError for Outer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.1)
        }
    }
    let said = |text| {
        let mut err = vec![];
        print_error(&mut err, &Outer(text, io::Error::other("disk full")));
        String::from_utf8(err).unwrap()
    };
    assert_eq!(said("no report\nin sight"), "error: no report\n  in sight: disk full\n");
    assert_eq!(said("no report"), "error: no report: disk full\n");
    assert_eq!(said("no report: disk full"), "error: no report: disk full\n");
}

/// The errors that the command line prints for these failures of a graph.
fn failing<T: fmt::Display>(
    table: &'static Table,
    arguments: &[&str],
    run: impl FnOnce(&CliExecutor) -> Result<T, Failed>,
) -> String {
    let mut err = Vec::new();
    let arguments = ["program", "run", "--backend", "serial"].iter().chain(arguments).map(OsString::from);
    let code = start(table, |(): (), executor: &CliExecutor| run(executor), arguments, &mut vec![], &mut err);
    assert_eq!(code, 1);
    String::from_utf8(err).unwrap()
}

#[task]
fn torn() -> Result<u8, String> {
    Err("line 3\n  |\n3 | x = \n".into())
}

#[task]
fn count() -> Vec<u32> {
    (0..30).collect()
}

#[task(depends = [count], each = count)]
fn even(count: u32) -> Result<u32, String> {
    if count & 1 == 0 { Ok(count) } else { Err(format!("{count} is odd")) }
}

#[task(depends = [torn, even])]
fn all() -> u8 {
    0
}

dag! { graph Torn -> all { torn, count, even, all } }

#[test]
fn a_failure_of_several_lines_is_told_once() {
    let told = failing(Torn::TABLE, &[], |executor| Ok(Torn.run(executor)?));
    assert_eq!(
        told,
        "error: task `torn` of graph `Torn` failed: line 3\n    |\n  3 | x =\nskipped: count, even, all\n"
    );
}

#[test]
fn all_failures_are_told_up_to_ten() {
    let told = failing(Torn::TABLE, &["--keep-going"], |executor| Ok(Torn.run(executor)?));
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(lines.len(), 14);
    assert_eq!(lines[..3], ["error: task `torn` of graph `Torn` failed: line 3", "    |", "  3 | x ="]);
    assert_eq!(lines[3], "error: task `even[1]` of graph `Torn` failed: 1 is odd");
    assert_eq!(lines[11], "error: task `even[17]` of graph `Torn` failed: 17 is odd");
    assert_eq!(lines[12..], ["and 6 more failures", "skipped: all"]);
    // A wrapper around the error does not hide them.
    let with_context = |error: Error| -> Failed {
        #[derive(Debug)]
        struct Context(Error);
        impl fmt::Display for Context {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("nothing to report")
            }
        }
        impl StdError for Context {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                Some(&self.0)
            }
        }
        Context(error).into()
    };
    let told = failing(Torn::TABLE, &["--keep-going"], |executor| Torn.run(executor).map_err(with_context));
    let context = told.lines().collect::<Vec<_>>();
    assert_eq!(context[0], format!("error: nothing to report: {}", &lines[0]["error: ".len()..]));
    assert_eq!(context[1..], lines[1..]);
}
