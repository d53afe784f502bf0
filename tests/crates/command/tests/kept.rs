//! Runs that end early beside a store: with real signals to a real process.

#![cfg(unix)]

mod program;

use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;
use std::{env, fs, process};

use program::Program;

const KEPT: &str = env!("CARGO_BIN_EXE_dag-tests-kept");

/// A store of a test, which is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("kept-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
    }

    fn start(&self, arguments: &[&str]) -> Program {
        Program::start(KEPT, &[arguments, &["--store", self.0.to_str().unwrap()]].concat())
    }

    /// Runs to the end. So many tasks run.
    fn finish(&self, tasks: usize) {
        let mut program = self.start(&["--backend", "serial"]);
        program.tasks_end(tasks);
        program.tasks_start(tasks);
        let (code, out, err) = program.end();
        assert_eq!((code, &*out), (Some(0), "text\ntext\ntext\ntext\ntext\n"), "{err}");
        let hits = 5 - tasks;
        let (hit, miss) =
            (if hits == 1 { "hit" } else { "hits" }, if tasks == 1 { "miss" } else { "misses" });
        assert!(err.starts_with(&format!("store: {hits} {hit}, {tasks} {miss}, 0 not needed; ")), "{err}");
    }

    fn has(&self, count: usize) -> bool {
        let output = Command::new(KEPT).args(["store", "list", "--store"]).arg(&self.0).output().unwrap();
        String::from_utf8(output.stdout).unwrap().ends_with(&format!("{count} outputs, {} B\n", 6 * count))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_was_done_before_an_interrupt_is_kept() {
    for (threads, backend) in
        [(1, &["--backend", "serial"][..]), (2, &["--backend", "rayon", "--threads", "2"])]
    {
        for signal in ["INT", "TERM"] {
            let folder = Folder::new();
            let mut program = folder.start(backend);
            program.tasks_start(threads);
            program.signal(signal);
            program.says_so();
            program.tasks_end(threads);
            let (code, out, err) = program.end();
            assert_eq!((code, &*out), (Some(130), ""), "{err}");
            let misses = if threads == 1 { "1 miss" } else { "2 misses" };
            assert!(err.contains(&format!("\nstore: 0 hits, {misses}, 0 not needed; ")), "{err}");
            folder.finish(5 - threads);
        }
    }
}

#[test]
fn what_was_done_before_the_program_was_killed_is_kept() {
    let folder = Folder::new();
    let mut program = folder.start(&["--backend", "rayon", "--threads", "2"]);
    program.tasks_start(2);
    program.tasks_end(2);
    program.tasks_start(2);
    while !folder.has(2) {
        sleep(Duration::from_millis(10));
    }
    program.signal("KILL");
    assert_eq!(program.end().0, None);
    folder.finish(3);
    folder.finish(0);
}

#[test]
fn what_was_done_before_a_deadline_is_kept() {
    let mut deadline = Duration::from_millis(100);
    loop {
        let folder = Folder::new();
        let mut program =
            folder.start(&["--backend", "serial", "--deadline", &format!("{}ms", deadline.as_millis())]);
        let mut line = String::new();
        if program.stdout.read_line(&mut line).unwrap() == 0 {
            // No task has started in time.
            deadline *= 2;
            continue;
        }
        sleep(deadline);
        program.tasks_end(1);
        let (code, _, err) = program.end();
        assert!(code == Some(130) && err.contains("\nstore: 0 hits, 1 miss, "), "{err}");
        folder.finish(4);
        break;
    }
}

#[test]
fn what_does_not_depend_on_a_failure_is_kept() {
    let folder = Folder::new();
    let mut program = folder.start(&["--backend", "serial", "--keep-going"]);
    program.lines("text\nnothing\ntext\ntext\ntext\n");
    program.tasks_start(5);
    let (code, out, err) = program.end();
    assert_eq!((code, &*out), (Some(1), ""));
    assert!(err.starts_with("error: task `lines[1]` of graph `Lines` failed: there is no text\n"), "{err}");
    assert!(err.contains("\nstore: 0 hits, 5 misses, 0 not needed; 0 B read, 24 B written, "), "{err}");
    folder.finish(1);
}

#[test]
fn a_check_that_is_interrupted_tells_how_far_it_came() {
    let folder = Folder::new();
    folder.finish(5);
    let mut program = folder.start(&["store", "verify", "--rerun", "100%", "--backend", "serial"]);
    program.tasks_start(1);
    program.signal("INT");
    program.says_so();
    program.tasks_end(1);
    let (code, out, err) = program.end();
    assert_eq!((code, &*out), (Some(130), "1 of 5 outputs made again\n"));
    assert!(err.starts_with("error: graph `Lines` was stopped"), "{err}");
}

#[test]
fn the_environment_names_a_store() {
    let folder = Folder::new();
    let list = |store: &str, arguments: &[&str]| -> Output {
        Command::new(KEPT).args(["store", "list"]).args(arguments).env("DAG_STORE", store).output().unwrap()
    };
    let path = folder.0.to_str().unwrap();
    let output = list(path, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("error: there is no store in `{path}`\n"));
    folder.finish(5);
    assert!(list(path, &[]).status.success());
    // An option counts more.
    assert!(list("/none", &["--store", path]).status.success());
    assert_eq!(list("", &[]).status.code(), Some(2));
}
