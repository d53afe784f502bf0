//! Files that runs write and read.

use serde_json::Value;

use super::*;
use crate::Costs;

/// The options of a run that writes all that can be written: a trace, a chart, a picture, a report and costs.
fn writing([trace, gantt, picture, report, costs]: [&str; 5]) -> [&str; 11] {
    [
        "--report",
        "--trace",
        trace,
        "--gantt",
        gantt,
        "--picture",
        picture,
        "--report-json",
        report,
        "--save-costs",
        costs,
    ]
}

#[test]
fn a_run_is_told_in_files() {
    let [trace, gantt, picture, report, costs] =
        ["run.json", "gantt.svg", "picture.svg", "report.json", "costs.json"].map(file);
    let files = [&trace, &gantt, &picture, &report, &costs].map(|file| &*file.1);
    let (code, _, err) = program(&[&["run", "1,2,6", "--progress"], &writing(files)[..]].concat());
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
    // In seconds, of whatever size: without measured costs it is a number.
    let work = out.split(", ").nth(1).unwrap_or_default();
    assert!(code == 0 && out.starts_with("5 tasks, work ") && work.ends_with('s'), "{out}");
    assert_eq!(parse(costs.0)["nanoseconds"].as_object().unwrap().len(), 5);
}

#[test]
fn costs_go_from_run_to_run() {
    let costs = file("costs-again.json");
    let both = ["run", "1,2,6", "--costs", &costs.1, "--save-costs", &costs.1];
    let (code, _, err) = program(&["run", "1,2,6", "--costs", &costs.1]);
    assert!(code == 1 && err.starts_with("error: cannot read "), "{err}");
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

    // With sizes, such as those of a run on several ranks, transfers between workers take time.
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
fn a_file_that_cannot_be_written_is_reported_before_the_run() {
    let (code, out, err) = program(&["run", "1", "--gantt", "/no/such/folder/run.svg"]);
    assert_eq!((code, &*out), (1, ""));
    assert!(err.starts_with("error: cannot write /no/such/folder/run.svg: "), "{err}");
    let (code, _, err) = program(&["plan", "--costs", "/no/such/file"]);
    assert_eq!(code, 1);
    assert!(err.starts_with("error: cannot read /no/such/file: "), "{err}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_file_is_reported_and_the_others_are_written() {
    let costs = file("beside-full.json");
    let (code, out, err) = program(&["run", "1,2,6", "--trace", "/dev/full", "--save-costs", &costs.1]);
    assert_eq!((code, &*out), (1, "3.0 [9.0, 41.0, 225.0]\n"));
    assert!(err.starts_with("error: cannot write /dev/full: ") && err.lines().count() == 1, "{err}");
    assert_eq!(Costs::load(&costs.1).unwrap().iter().count(), 5);
    fs::remove_file(costs.0).unwrap();
    let (code, _, err) = program(&["graph", "--output", "/dev/full"]);
    assert!(code == 1 && err.starts_with("error: cannot write /dev/full: "), "{err}");
}

/// A stream that takes nothing.
struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn nobody_reads_stderr() {
    let trace = file("unread.json");
    let run = |inputs: Inputs, executor: &CliExecutor| Ok(Stats { text: &inputs.text }.run(executor)?.0);
    let arguments = ["stats", "run", "1,2,6", "--report", "--trace", &trace.1].map(OsString::from);
    let (mut out, mut err) = (vec![], Broken(io::ErrorKind::BrokenPipe));
    assert_eq!(start(Stats::TABLE, run, arguments, &mut out, &mut err), 0);
    assert!(out == b"3\n" && read(trace.0).contains("traceEvents"));
}

#[test]
fn stdout_is_full() {
    for arguments in [&["run", "1,2,6"][..], &["list"], &["graph"], &["plan"]] {
        let run = |inputs: Inputs, executor: &CliExecutor| Ok(Stats { text: &inputs.text }.run(executor)?.0);
        let (mut out, mut err) = (Broken(io::ErrorKind::StorageFull), vec![]);
        let all = ["stats"].iter().chain(arguments).map(OsString::from);
        assert_eq!(start(Stats::TABLE, run, all, &mut out, &mut err), 1, "{arguments:?}");
        let err = String::from_utf8(err).unwrap();
        assert!(err.starts_with("error: cannot write to stdout: "), "{arguments:?}: {err}");
    }
}

dag! { graph Empty {} }

#[test]
fn a_graph_without_tasks_is_no_trouble() {
    let [trace, gantt, picture, report, costs] =
        ["none.json", "none-gantt.svg", "none.svg", "none-report.json", "none-costs.json"].map(file);
    let files = [&trace, &gantt, &picture, &report, &costs].map(|file| &*file.1);
    let run: &[&str] = &[&["run"], &writing(files)[..]].concat();
    for arguments in [
        run,
        &["run", "--backend", "rayon", "--threads", "2", "--costs", &costs.1],
        &["graph", "--format", "svg"],
        &["graph", "--unfold"],
        &["plan", "--workers", "1,3", "--gantt", "--costs", &costs.1],
        &["list"],
    ] {
        let (mut out, mut err) = (vec![], vec![]);
        let run = |(): (), executor: &CliExecutor| Empty.run(executor).map(|()| "").map_err(Failed::from);
        let all = ["empty"].iter().chain(arguments).map(OsString::from);
        let code = start(Empty::TABLE, run, all, &mut out, &mut err);
        assert_eq!(code, 0, "{arguments:?}: {}", String::from_utf8_lossy(&err));
    }
    assert!(read(gantt.0).ends_with("</svg>\n") && read(picture.0).ends_with("</svg>\n"));
    for file in [trace, report, costs] {
        serde_json::from_str::<Value>(&read(file.0)).unwrap();
    }
}
