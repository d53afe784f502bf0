//! Runs steps and sums up what came of them.

use std::fmt;
use std::time::{Duration, Instant};

use crate::shell::Workspace;
use crate::steps::{Step, Verdict};

/// What came of one step.
struct Report {
    name: &'static str,
    outcome: Outcome,
    elapsed: Duration,
}

enum Outcome {
    Passed,
    /// With the reason.
    Skipped(String),
    /// With the cause.
    Failed(String),
    /// An earlier step has failed.
    NotRun,
}

/// What came of all steps. Its text is a table, and `N passed, M failed` as the last line.
pub(crate) struct Summary {
    reports: Vec<Report>,
}

/// Runs the steps in turn. A step that fails stops the later ones only with `fail_fast`.
pub(crate) fn run(workspace: &Workspace, steps: &[&Step], fail_fast: bool) -> Summary {
    let mut summary = Summary { reports: Vec::new() };
    for step in steps {
        let report = if fail_fast && !summary.is_success() {
            Report { name: step.name, outcome: Outcome::NotRun, elapsed: Duration::ZERO }
        } else {
            run_one(workspace, step)
        };
        summary.reports.push(report);
    }
    summary
}

fn run_one(workspace: &Workspace, step: &Step) -> Report {
    println!("\n==== {}: {}", step.name, step.about);
    let start = Instant::now();
    let outcome = match (step.run)(workspace) {
        Ok(Verdict::Passed) => Outcome::Passed,
        Ok(Verdict::Skipped(reason)) => Outcome::Skipped(reason),
        Err(error) => Outcome::Failed(error.to_string()),
    };
    let report = Report { name: step.name, outcome, elapsed: start.elapsed() };
    println!("---- {report}");
    report
}

impl Summary {
    /// Whether no step has failed.
    pub(crate) fn is_success(&self) -> bool {
        self.count(|outcome| matches!(outcome, Outcome::Failed(_))) == 0
    }

    fn count(&self, is: impl Fn(&Outcome) -> bool) -> usize {
        self.reports.iter().filter(|report| is(&report.outcome)).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verdict, detail) = match &self.outcome {
            Outcome::Passed => ("passed", ""),
            Outcome::Skipped(reason) => ("skipped", reason.as_str()),
            Outcome::Failed(cause) => ("failed", cause.as_str()),
            Outcome::NotRun => ("not run", ""),
        };
        write!(f, "{:<10} {verdict:<8} {:>6.1} s", self.name, self.elapsed.as_secs_f64())?;
        if detail.is_empty() { Ok(()) } else { write!(f, "   {detail}") }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for report in &self.reports {
            writeln!(f, "{report}")?;
        }
        let passed = self.count(|outcome| matches!(outcome, Outcome::Passed));
        let failed = self.count(|outcome| matches!(outcome, Outcome::Failed(_)));
        write!(f, "\n{passed} passed, {failed} failed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &'static str, run: fn(&Workspace) -> crate::Result<Verdict>) -> Step {
        Step { name, about: "", run }
    }

    #[test]
    fn steps_are_counted_and_go_on_after_a_failure() {
        let passes = step("passes", |_| Ok(Verdict::Passed));
        let skips = step("skips", |_| Ok(Verdict::Skipped("no tool".into())));
        let fails = step("fails", |_| Err("broken".into()));
        let summary = run(&Workspace::new(), &[&passes, &fails, &skips, &passes], false);
        let text = summary.to_string();
        assert!(!summary.is_success());
        assert_eq!(text.lines().last(), Some("2 passed, 1 failed"));
        assert!(text.contains("   broken\n") && text.contains("   no tool\n"), "{text}");
    }

    #[test]
    fn fail_fast_stops() {
        let passes = step("passes", |_| Ok(Verdict::Passed));
        let fails = step("fails", |_| Err("broken".into()));
        let summary = run(&Workspace::new(), &[&fails, &passes], true);
        assert!(summary.to_string().contains("not run"));
        assert_eq!(summary.to_string().lines().last(), Some("0 passed, 1 failed"));
    }
}
