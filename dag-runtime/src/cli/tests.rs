//! Command lines, as their users type them.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use alloc::{format, vec};
use std::path::PathBuf;
use std::{env, fs, process};

use serde_json::Value;

use super::*;
use crate::{Costs, dag, task};

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
fn a_run_is_told_in_files() {
    let [trace, gantt, picture, report, costs] =
        ["run.json", "gantt.svg", "picture.svg", "report.json", "costs.json"].map(file);
    let (code, _, err) = program(&[
        "run",
        "1,2,6",
        "--report",
        "--trace",
        &trace.1,
        "--gantt",
        &gantt.1,
        "--picture",
        &picture.1,
        "--report-json",
        &report.1,
        "--save-costs",
        &costs.1,
        "--progress",
    ]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains(" 5 finished, 0 failed, 0 skipped\n") && err.contains("\nmoment         3 "),
        "{err}"
    );
    let parse = |path| serde_json::from_str::<Value>(&read(path)).unwrap();
    assert!(parse(trace.0)["traceEvents"].as_array().unwrap().len() > 5);
    assert_eq!(parse(report.0)["finished"], 5);
    assert!(read(gantt.0).contains("<title>moment[2]: "));
    assert!(read(picture.0).contains("#d4efdf"));

    let (code, out, _) = program(&["plan", "--costs", &costs.1, "--workers", "2"]);
    assert!(code == 0 && out.starts_with("5 tasks, work ") && out.contains("µs"), "{out}");
    assert_eq!(parse(costs.0)["nanoseconds"].as_object().unwrap().len(), 5);
}

#[test]
fn costs_go_from_run_to_run() {
    let costs = file("costs-again.json");
    let both = ["run", "1,2,6", "--costs", &costs.1, "--save-costs", &costs.1];
    let (code, _, err) = program(&["run", "1,2,6", "--costs", &costs.1]);
    assert!(code == 1 && err.starts_with("error: can not read "), "{err}");
    assert_eq!(program(&both).0, 0);
    let first = Costs::load(&costs.1).unwrap();
    assert_eq!(first.iter().count(), 5);
    // A run that ends early leaves what is known of the tasks that it did not come to.
    let mut other = first.clone();
    other.update(Costs::new("Stats", [("print", 7_u64 << 40), ("numbers", 7 << 40)]));
    other.save(&costs.1).unwrap();
    assert_eq!(program(&["run", "1,2,6", "--backend", "rayon", "--costs", &costs.1]).0, 0);
    assert_eq!(program(&["run", "x", "--costs", &costs.1, "--save-costs", &costs.1]).0, 1);
    assert_eq!(Costs::load(&costs.1).unwrap(), other);
    assert_eq!(program(&both).0, 0);
    assert!(Costs::load(&costs.1).unwrap().get("numbers").unwrap() < 7 << 40);

    // With sizes, as those of a run on ranks, ways between workers take time.
    let figures = "{\"graph\":\"Stats\",\"nanoseconds\":{\"numbers\":1000,\"moment\":5000,\"mean\":1000},\"bytes\":{\"numbers\":8000}}";
    fs::write(&costs.0, figures).unwrap();
    let makespan = |options: &[&str]| {
        let (code, out, _) = program(&[&["plan", "--workers", "2", "--costs", &costs.1], options].concat());
        assert_eq!(code, 0);
        out.lines().nth(2).unwrap().split_whitespace().nth(1).unwrap().to_string()
    };
    assert_eq!(makespan(&[]), "11.00");
    assert_eq!(makespan(&["--latency", "6000"]), "12.00");
    assert_eq!(makespan(&["--latency", "6000", "--bandwidth", "4"]), "14.00");

    Costs::new("Heat", [("cell", 1)]).save(&costs.1).unwrap();
    let (code, _, err) = program(&both);
    assert!(code == 1 && err.contains(" has costs of graph `Heat`, not `Stats`"), "{err}");
    fs::remove_file(costs.0).unwrap();
}

#[test]
fn a_failed_run_is_told_in_files() {
    let picture = file("failed.svg");
    let (code, ..) = program(&["run", "x", "--picture", &picture.1]);
    assert_eq!(code, 1);
    let text = read(picture.0);
    assert!(text.contains("#f1948a") && text.contains("#e5e7e9"), "{text}");
}

#[test]
fn a_file_that_can_not_be_written_is_told_before_the_run() {
    let (code, out, err) = program(&["run", "1", "--gantt", "/no/such/folder/run.svg"]);
    assert_eq!((code, &*out), (1, ""));
    assert!(err.starts_with("error: can not write /no/such/folder/run.svg: "), "{err}");
    let (code, _, err) = program(&["plan", "--costs", "/no/such/file"]);
    assert_eq!(code, 1);
    assert!(err.starts_with("error: can not read /no/such/file: "), "{err}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_is_full_is_told_and_the_others_are_written() {
    let costs = file("beside-full.json");
    let (code, out, err) = program(&["run", "1,2,6", "--trace", "/dev/full", "--save-costs", &costs.1]);
    assert_eq!((code, &*out), (1, "3.0 [9.0, 41.0, 225.0]\n"));
    assert!(err.starts_with("error: can not write /dev/full: ") && err.lines().count() == 1, "{err}");
    assert_eq!(Costs::load(&costs.1).unwrap().iter().count(), 5);
    fs::remove_file(costs.0).unwrap();
    let (code, _, err) = program(&["graph", "--output", "/dev/full"]);
    assert!(code == 1 && err.starts_with("error: can not write /dev/full: "), "{err}");
}

#[test]
fn nobody_reads_stderr() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let trace = file("unread.json");
    let run = |inputs: Inputs, executor: &CliExecutor| Ok(Stats { text: &inputs.text }.run(executor)?.0);
    let arguments = ["stats", "run", "1,2,6", "--report", "--trace", &trace.1].map(OsString::from);
    let mut out = vec![];
    assert_eq!(start(Stats::TABLE, run, arguments, &mut out, &mut Closed), 0);
    assert!(out == b"3\n" && read(trace.0).contains("traceEvents"));
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
moment[1]..=moment[3]      3     1  1..=1
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
        complain(&mut err, &Outer(text, io::Error::other("disk full")));
        String::from_utf8(err).unwrap()
    };
    assert_eq!(said("no report"), "error: no report: disk full\n");
    assert_eq!(said("no report: disk full"), "error: no report: disk full\n");
}
