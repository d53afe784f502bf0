//! Jobs that fail, are stopped, or die.

use super::launch::{LIMIT, SOON, end, kill_rank};
use super::{start, succeeds};

#[test]
fn conditions_beside_failures_give_the_same_error_everywhere() {
    succeeds("when_fail", 1, &[]);
}

#[test]
fn elements_that_fail_anywhere_are_the_same_error_everywhere() {
    succeeds("each_fail", 1, &[]);
}

#[test]
fn the_first_of_many_failures_are_the_same_everywhere() {
    succeeds("many_failures", 3, &[]);
}

#[test]
fn outputs_that_are_there_after_a_failure_are_the_same_everywhere() {
    succeeds("partial", 1, &[]);
}

#[test]
fn an_output_that_one_rank_cannot_decode_is_there_nowhere() {
    succeeds("partial_undecodable", 1, &[]);
}

#[test]
fn to_ask_for_what_is_there_on_some_ranks_only_is_an_error() {
    succeeds("partial_not_everywhere", 2, &[]);
}

#[test]
fn what_cannot_be_decoded_is_an_error() {
    succeeds("undecodable", 1, &[]);
}

#[test]
fn what_cannot_be_dropped_at_the_end_is_an_error() {
    succeeds("shared_dropped", 1, &[]);
}

#[test]
fn what_ranks_keep_and_cannot_be_decoded_is_an_error() {
    succeeds("shared_undecodable", 1, &[]);
}

#[test]
fn a_failure_anywhere_is_the_same_error_everywhere() {
    succeeds("failures", 1, &[]);
}

#[test]
fn the_next_run_works_whatever_went_wrong() {
    succeeds("storm", 1, &["200"]);
}

#[test]
fn errors_that_panic_themselves_end_a_run_as_others_do() {
    succeeds("hostile_errors", 1, &[]);
}

#[test]
fn a_stop_anywhere_is_the_same_error_everywhere() {
    succeeds("stop", 1, &[]);
}

#[test]
fn a_rank_that_is_done_stops_the_others() {
    succeeds("stop_from_afar", 2, &[]);
}

#[test]
fn a_deadline_is_the_same_error_everywhere() {
    succeeds("deadline", 1, &[]);
}

#[test]
fn a_rank_that_reaches_its_deadline_stops_the_others() {
    succeeds("deadline_of_one", 2, &[]);
}

#[test]
fn a_panic_outside_of_tasks_ends_the_job() {
    for (ranks, rank) in [(1, "0"), (3, "0"), (3, "2")] {
        let (status, text) = end(start("panic_outside", ranks, &[rank]), SOON);
        assert!(!status.success(), "{text}");
        assert!(text.contains("a panic outside of tasks"), "{text}");
    }
}

#[test]
fn an_error_is_printed_once() {
    let (status, text) = end(start("returned", 3, &[]), LIMIT);
    assert!(status.success(), "{text}");
    assert_eq!(
        text.matches("task `fails` of graph `Fails` failed on rank 1: invalid digit").count(),
        1,
        "{text}"
    );
    // Ranks may write `Error: ` side by side.
    assert_eq!(text.matches("see the error of rank 0").count(), 2, "{text}");
}

#[test]
fn a_panic_in_on_names_the_task() {
    succeeds("on_panics", 1, &[]);
}

#[test]
fn a_rank_that_cannot_start_is_an_error_everywhere() {
    succeeds("no_threads", 2, &[]);
}

#[test]
fn a_killed_rank_ends_the_job() {
    for (ranks, victim) in [(2, 0), (3, 1), (4, 3), (8, 5)] {
        let mut job = start("endless", ranks, &[]);
        kill_rank(&mut job, victim);
        let (status, text) = end(job, SOON);
        assert!(!status.success(), "{text}");
    }
}
