use core::fmt;

use super::*;
use alloc::string::ToString;
use alloc::vec;
use core::error::Error as _;
use core::time::Duration;

/// Failures of these tasks.
fn causes<'name>(failures: impl IntoIterator<Item = (&'name str, Failure)>) -> Causes {
    Causes::new(failures.into_iter().collect(), |(task, failure), names| {
        names.push_str(task);
        (failure, None)
    })
}

fn failed(cause: Failure) -> Error {
    Error::tasks("Stats", causes([("parse", cause)]), vec!["mean".into()])
}

#[test]
fn is_one_word_and_crosses_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

#[test]
fn says_which_task_and_why() {
    let error = failed(Failure::error("no such file".into()));
    assert_eq!(error.to_string(), "task `parse` of graph `Stats` failed: no such file");
    assert_eq!(error.task(), Some("parse"));
    assert_eq!(error.graph(), Some("Stats"));
    assert_eq!(error.skipped(), ["mean"]);
    assert_eq!(Error::setup("no pool".to_string(), None).graph(), None);
    assert_eq!(error.rank(), None);
    assert!(!error.is_panic());
    assert_eq!(error.source().unwrap().to_string(), "no such file");
    assert_eq!(error.into_panic().unwrap_err().task(), Some("parse"));
}

fn stopped(graph: &'static str, reason: Reason, running: &[&str], skipped: Vec<String>) -> Error {
    let running = running.iter().map(|name| RunningTask::new(name.to_string(), None)).collect();
    Error::stopped(graph, Stopping { reason, running }, skipped)
}

#[test]
fn says_why_it_was_stopped_and_what_was_running() {
    let text = |reason, running: &[&str]| stopped("Fit", reason, running, vec!["draw".into()]).to_string();
    let stop = || Reason::Stop(None);
    assert_eq!(text(stop(), &[]), "graph `Fit` was stopped: 1 of its tasks did not run");
    assert_eq!(text(stop(), &["a"]), "graph `Fit` was stopped: 1 of its tasks did not run; `a` was running");
    assert!(text(stop(), &["a", "b"]).ends_with("; `a` and `b` were running"));
    assert!(text(stop(), &["a", "b", "c"]).ends_with("; `a`, `b` and `c` were running"));
    assert!(text(stop(), &["a", "b", "c", "d", "e"]).ends_with("; `a`, `b`, `c` and 2 more were running"));
    assert_eq!(
        text(Reason::Stop(Some("disk\n full".into())), &[]),
        "graph `Fit` was stopped (disk full): 1 of its tasks did not run"
    );
    let error = stopped("Fit", Reason::Stop(Some("disk full".into())), &[], vec![]);
    assert_eq!(error.stop_reason(), Some(StopReason::Stop(Some("disk full"))));
    let on_rank = RunningTask::new("solve".into(), Some(2));
    assert_eq!(
        (on_rank.to_string().as_str(), on_rank.name(), on_rank.rank()),
        ("`solve` on rank 2", "solve", Some(2))
    );
}

#[test]
fn iterates_over_what_was_skipped() {
    let skipped = ["a", "b", "c"].map(ToString::to_string);
    let error = stopped("Stats", Reason::Stop(None), &[], skipped.to_vec());
    assert_eq!(error.skipped(), ["a", "b", "c"]);
    assert_eq!(error.skipped(), skipped[..]);
    assert_eq!(error.skipped(), &skipped[..]);
    assert_eq!(error.skipped(), skipped.to_vec());
    assert_ne!(error.skipped(), ["a", "b"]);
    assert_ne!(error.skipped(), ["a", "b", "d"]);
    assert!(error.skipped().rev().eq(["c", "b", "a"]));
    let mut rest = error.skipped();
    assert_eq!((rest.next(), rest.len(), rest.next_back()), (Some("a"), 2, Some("c")));
    assert_eq!(rest, ["b"]);
    assert_ne!(rest, error.skipped());
    assert_eq!(std::format!("{rest:?}"), r#"["b"]"#);
}

#[test]
fn main_prints_the_message() {
    let error = failed(Failure::error("no such file".into()));
    assert_eq!(std::format!("{error:?}"), error.to_string());
    assert!(std::format!("{error:#?}").contains("skipped: ["));
    let both = ["a", "b"].map(|task| (task, Failure::error("wrong".into())));
    let error = Error::tasks("Stats", causes(both), Vec::new());
    assert_eq!(
        std::format!("{error:?}"),
        "task `a` of graph `Stats` failed: wrong\ntask `b` of graph `Stats` failed: wrong"
    );
}

#[cfg(feature = "mpi")]
#[test]
fn one_rank_prints_the_message() {
    let on = |rank| failed(Failure::error("no such file".into())).told_by(0, rank);
    assert_eq!(std::format!("{:?}", on(0)), on(0).to_string());
    assert_eq!(std::format!("{:?}", on(1)), "see the error of rank 0");
    let run = || -> Result<(), Error> { Err(on(1)) };
    let panic = std::panic::catch_unwind(|| run().unwrap()).unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().ends_with("no such file"));
}

#[test]
fn keeps_what_was_panicked_with() {
    let text: &'static str = "no";
    for (payload, message) in [
        (Box::new(text) as Box<dyn Any + Send>, "no"),
        (Box::new("no, twice".to_string()), "no, twice"),
        (Box::new(7_u32), "a panic whose payload is not text"),
    ] {
        let error = failed(Failure::panic(payload));
        assert_eq!(error.to_string(), std::format!("task `parse` of graph `Stats` panicked: {message}"));
        assert!(error.is_panic());
        assert!(error.source().is_none());
    }
    let payload = failed(Failure::panic(Box::new(7_u32))).into_panic().unwrap();
    assert_eq!(payload.downcast_ref(), Some(&7_u32));
}

#[test]
fn is_one_line() {
    let error = failed(Failure::error("assertion failed\n  left: 1\r\n right: 2\n".into()));
    assert_eq!(error.to_string(), "task `parse` of graph `Stats` failed: assertion failed left: 1 right: 2");
    assert_eq!(Error::setup("\n two\nlines".into(), None).to_string(), "two lines");
}

#[test]
fn all_failures_are_kept_in_order() {
    let both =
        [("parse[2]", Failure::error("two\nlines".into())), ("draw", Failure::panic(Box::new("no\nink")))];
    let error = Error::tasks("Stats", causes(both), vec![]);
    assert_eq!(error.task(), Some("parse[2]"));
    assert_eq!(error.to_string(), "task `parse[2]` of graph `Stats` failed: two lines");
    let failures = error.failures();
    assert_eq!(failures.len(), 2);
    let told: Vec<_> = failures.map(|(task, error)| (task, error.to_string())).collect();
    assert_eq!(told, [("parse[2]", "two\nlines".into()), ("draw", "panicked: no ink".into())]);
    // Other failures than those of tasks are not included.
    assert_eq!(Error::setup("no pool".into(), Some("no threads".into())).failures().len(), 0);
    assert_eq!(stopped("Stats", Reason::Stop(None), &[], vec![]).failures().len(), 0);
    let panicked = Error::run("Stats", ErrorKind::End, Failure::panic(Box::new("no")), vec![]);
    assert_eq!((panicked.failures().len(), panicked.task()), (0, None));
    assert!(panicked.is_panic());
}

#[test]
fn a_failure_is_small() {
    assert_eq!(size_of::<Failure>(), 2 * size_of::<usize>());
    assert!(size_of::<cause::Cause>() <= 32, "{}", size_of::<cause::Cause>());
}

#[test]
fn very_many_failures_are_a_short_text() {
    let names: Vec<_> = (0..100_000).map(|k| std::format!("parse[{k}]")).collect();
    let all = |more| {
        let failures = names.iter().map(|name| (&**name, Failure::error("wrong".into())));
        Error::tasks("Stats", causes(failures).and_more(more), vec![])
    };
    let error = all(0);
    assert_eq!((error.failures().len(), error.more_failures()), (100_000, 0));
    assert!(error.failures().map(|(task, _)| task).eq(&names));
    let text = std::format!("{error:?}");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 11);
    assert_eq!(lines[9], "task `parse[9]` of graph `Stats` failed: wrong");
    assert_eq!(lines[10], "and 99990 more failures");
    // Those that are not here count.
    assert_eq!(all(7).more_failures(), 7);
    assert!(std::format!("{:?}", all(7)).ends_with("\nand 99997 more failures"));
    let fields = std::format!("{:#?}", all(7));
    assert!(fields.contains("task: \"parse[9]\"") && !fields.contains("parse[10]"), "{fields}");
    assert!(fields.contains("more_failures: 99997"), "{fields}");
}

#[test]
fn one_more_failure_is_one() {
    let failures = ["a"; 11].map(|task| (task, Failure::error("wrong".into())));
    let error = Error::tasks("Stats", causes(failures), vec![]);
    assert!(std::format!("{error:?}").ends_with("\nand 1 more failure"));
}

/// An error with itself as its source.
#[derive(Debug)]
struct Ring;

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("round")
    }
}

impl core::error::Error for Ring {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(self)
    }
}

#[test]
fn a_chain_of_errors_without_end_is_shown() {
    let error = failed(Failure::error(Box::new(Ring)));
    assert_eq!(std::format!("{error:?}"), "task `parse` of graph `Stats` failed: round");
    assert!(!error.is_stopped());
}

/// An error with another one behind it, whose drop panics.
#[derive(Debug)]
struct Explosive(Option<Error>);

impl Drop for Explosive {
    fn drop(&mut self) {
        std::panic::resume_unwind(Box::new("the error explodes"));
    }
}

impl fmt::Display for Explosive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it may explode")
    }
}

impl core::error::Error for Explosive {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.0.as_ref().map(|error| error as _)
    }
}

#[test]
fn the_drop_of_an_error_does_not_panic() {
    let explosive = || ("parse", Failure::error(Box::new(Explosive(None))));
    let payload = || ("draw", Failure::panic(Box::new(Explosive(None))));
    drop(Error::tasks("Stats", causes([explosive(), payload(), explosive(), payload()]), vec![]));
    assert!(failed(Failure::error(Box::new(Explosive(None)))).into_panic().is_err());
    // All but the payload, which is the caller's.
    let first = Error::tasks("Stats", causes([payload(), explosive(), explosive()]), vec![]);
    core::mem::forget(first.into_panic().unwrap());
}

#[test]
fn a_run_in_a_task_that_was_stopped_is_no_failure() {
    let deadline = Duration::from_secs(10);
    let stopped = || stopped("Inner", Reason::Deadline(deadline), &["solve"], vec![]);
    let outer = |failures: Vec<Failure>| {
        Error::tasks("Outer", causes(failures.into_iter().map(|failure| ("run", failure))), vec![])
    };
    let direct = || Failure::error(Box::new(stopped()));
    let behind = || Failure::error(Box::new(Explosive(Some(stopped()))));
    let other = || Failure::error("no such file".into());
    let deeper = outer(vec![Failure::error(Box::new(outer(vec![direct(), behind()])))]);
    assert!(outer(vec![direct()]).is_stopped() && outer(vec![behind(), direct()]).is_stopped());
    assert!(deeper.is_stopped());
    assert_eq!(deeper.task(), Some("run"));
    assert_eq!(
        deeper.to_string(),
        "task `run` of graph `Outer` failed: task `run` of graph `Outer` failed: \
         graph `Inner` was stopped at its deadline of 10 s: 0 of its tasks did not run; `solve` was running"
    );
    assert_eq!(deeper.stop_reason(), Some(StopReason::Deadline(deadline)));
    assert_eq!(deeper.running(), ["solve"]);
    let mixed = outer(vec![direct(), other()]);
    assert_eq!((mixed.stop_reason(), mixed.running().len()), (None, 0));
    assert!(!outer(vec![direct(), other()]).is_stopped() && !outer(vec![other(), direct()]).is_stopped());
    assert!(!outer(vec![Failure::panic(Box::new("no"))]).is_stopped());
    // A run that failed.
    let failed = outer(vec![other()]);
    assert!(!outer(vec![Failure::error(Box::new(failed))]).is_stopped());
}
