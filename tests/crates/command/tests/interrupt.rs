//! What the command line does at Ctrl-C and SIGTERM: with real signals to a real process.

#![cfg(unix)]

mod program;

use std::env::temp_dir;
use std::fs;
use std::io::BufRead as _;
use std::thread::sleep;
use std::time::Duration;

use program::Program;

const LINES: &str = env!("CARGO_BIN_EXE_dag-tests-command");

#[test]
fn what_runs_is_let_finish_and_nothing_starts() {
    for (threads, backend) in [
        (1, &["--backend", "serial"][..]),
        (1, &["--backend", "serial", "--keep-going"]),
        (2, &["--backend", "rayon", "--threads", "2"]),
        (2, &["--backend", "rayon", "--threads", "2", "--keep-going"]),
    ] {
        let path = temp_dir().join(format!("dag-tests-command-{}.json", std::process::id()));
        let report = path.display().to_string();
        let mut program = Program::start(LINES, &[backend, &["--report", "--report-json", &report]].concat());
        program.tasks_start(threads);
        program.signal("INT");
        program.says_so();
        program.tasks_end(threads);
        let (code, out, err) = program.end();
        assert_eq!((code, &*out), (Some(130), ""), "{err}");
        let running: Vec<String> = (0..threads).map(|k| format!("lines[{k}]")).collect();
        let skipped: Vec<String> = (threads..5).map(|k| format!("lines[{k}]")).collect();
        let (first, rest) = err.split_at(err.find("Lines on").unwrap());
        assert_eq!(
            first,
            format!(
                "interrupted (Ctrl-C): {threads} of 6 tasks have finished\nrunning: {}\nskipped: {}, join\n",
                running.join(", "),
                skipped.join(", ")
            )
        );
        assert!(rest.contains(&format!(": {threads} finished, 0 failed, {} skipped", 6 - threads)), "{rest}");
        let report = fs::read_to_string(&path).unwrap();
        fs::remove_file(path).unwrap();
        assert!(report.contains(&format!("\"finished\": {threads}")), "{report}");
    }
}

#[test]
fn a_request_to_end_is_like_an_interrupt() {
    for signals in [["TERM", "INT"], ["INT", "TERM"], ["TERM", "TERM"]] {
        let mut program = Program::start(LINES, &["--backend", "serial"]);
        program.tasks_start(1);
        program.signal(signals[0]);
        program.says_so();
        program.tasks_end(1);
        let (code, out, err) = program.end();
        assert_eq!((code, &*out), (Some(130), ""), "{err}");
        let name = if signals[0] == "INT" { "Ctrl-C" } else { "SIGTERM" };
        let text = format!("interrupted ({name}): 1 of 6 tasks have finished\nrunning: lines[0]\n");
        assert!(err.starts_with(&text), "{err}");

        let mut program = Program::start(LINES, &["--backend", "serial"]);
        program.tasks_start(1);
        program.signal(signals[0]);
        program.says_so();
        program.signal(signals[1]);
        let code = program.child.wait().unwrap().code();
        assert_eq!((code, program.end().2.as_str()), (Some(130), ""));
    }
}

#[test]
fn a_second_one_ends_the_program_at_once() {
    for backend in ["serial", "rayon"] {
        let mut program = Program::start(LINES, &["--backend", backend]);
        program.tasks_start(1);
        program.signal("INT");
        program.says_so();
        program.signal("INT");
        // The tasks wait for lines still.
        let code = program.child.wait().unwrap().code();
        assert_eq!((code, program.end().2.as_str()), (Some(130), ""));
    }
}

#[test]
fn a_deadline_stops_the_run() {
    let mut deadline = Duration::from_millis(100);
    loop {
        let time = format!("{}ms", deadline.as_millis());
        let mut program = Program::start(LINES, &["--backend", "serial", "--deadline", &time]);
        let mut line = String::new();
        if program.stdout.read_line(&mut line).unwrap() == 0 {
            // No task has started in time.
            deadline *= 2;
            continue;
        }
        sleep(deadline);
        program.tasks_end(1);
        let (code, out, err) = program.end();
        assert_eq!((code, &*out), (Some(130), ""), "{err}");
        let (first, rest) = err.split_once(": ").unwrap();
        assert!(first.starts_with("stopped at the deadline of "), "{err}");
        assert_eq!(
            rest,
            "1 of 6 tasks have finished\nrunning: lines[0]\nskipped: lines[1], lines[2], lines[3], lines[4], join\n"
        );
        break;
    }
}

#[test]
fn a_failure_is_told_as_well() {
    let mut program = Program::start(LINES, &["--backend", "serial"]);
    program.tasks_start(1);
    program.signal("INT");
    program.says_so();
    // No line: the task fails.
    let (code, out, err) = program.end();
    assert_eq!((code, &*out), (Some(130), ""));
    assert_eq!(
        err,
        "interrupted\nerror: task `lines[0]` of graph `Lines` failed: there is no line\nskipped: lines[1], lines[2], \
         lines[3], lines[4], join\n"
    );
}

#[test]
fn a_run_that_comes_to_its_end_all_the_same_is_a_success() {
    let mut program = Program::start(LINES, &["--backend", "serial"]);
    program.tasks_end(5);
    program.tasks_start(5);
    let (code, out, err) = program.end();
    assert_eq!((code, &*out, &*err), (Some(0), "text\ntext\ntext\ntext\ntext\n", ""));
}
