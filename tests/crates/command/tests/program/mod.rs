//! A run of a program whose tasks wait for lines from stdin.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};

/// A run of the program.
pub struct Program {
    pub child: Child,
    stdin: ChildStdin,
    pub stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

impl Program {
    pub fn start(program: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Program { child, stdin, stdout, stderr }
    }

    /// Waits until this many more tasks have started.
    pub fn tasks_start(&mut self, count: usize) {
        for _ in 0..count {
            let mut line = String::new();
            self.stdout.read_line(&mut line).unwrap();
            assert!(line.ends_with("has started\n"), "{line}");
        }
    }

    /// Has this many tasks end.
    pub fn tasks_end(&mut self, count: usize) {
        self.lines(&"text\n".repeat(count));
    }

    /// Hands these lines to tasks.
    pub fn lines(&mut self, lines: &str) {
        self.stdin.write_all(lines.as_bytes()).unwrap();
    }

    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
    }

    /// Waits until it has said that it was interrupted.
    pub fn says_so(&mut self) {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        assert_eq!(line, "interrupted: running tasks are allowed to finish; press again to stop at once\n");
    }

    /// The exit code, and the rest of stdout and of stderr.
    pub fn end(mut self) -> (Option<i32>, String, String) {
        drop(self.stdin);
        let (mut out, mut err) = (String::new(), String::new());
        self.stdout.read_to_string(&mut out).unwrap();
        self.stderr.read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), out, err)
    }
}
