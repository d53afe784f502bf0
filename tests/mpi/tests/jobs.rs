//! Jobs of different sizes, each with a time limit and the size that it expects.
//!
//! `DAG_RANKS` is the number of ranks, instead of all of [`SIZES`]. Several jobs run at a time: most of their time is that of the start.

mod failures;
mod kept;
mod launch;

use std::env;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use launch::{LIMIT, all_synchronous, end, launcher, program, spawn};

/// One rank alone, a pair, an odd number, and more than there are cores on small machines.
const SIZES: [usize; 4] = [1, 2, 3, 8];

fn sizes() -> Vec<usize> {
    match env::var("DAG_RANKS") {
        Ok(ranks) => vec![ranks.parse().expect("`DAG_RANKS` is a number")],
        Err(_) => SIZES.to_vec(),
    }
}

fn start(case: &str, ranks: usize, arguments: &[&str]) -> Child {
    start_with(all_synchronous(), case, ranks, arguments)
}

fn start_with(synchronous: bool, case: &str, ranks: usize, arguments: &[&str]) -> Child {
    start_with_stdin(Stdio::null(), synchronous, case, ranks, arguments)
}

fn start_with_stdin(stdin: Stdio, synchronous: bool, case: &str, ranks: usize, arguments: &[&str]) -> Child {
    let mut command = Command::new(launcher());
    let program = program(synchronous, case, ranks, arguments);
    spawn(command.arg("-n").arg(ranks.to_string()).args(program), stdin)
}

/// Runs a job of each size from `least` on that succeeds.
fn succeeds(case: &str, least: usize, arguments: &[&str]) {
    succeeds_with(all_synchronous(), case, least, arguments);
}

fn succeeds_with(synchronous: bool, case: &str, least: usize, arguments: &[&str]) {
    for ranks in sizes().into_iter().filter(|&ranks| ranks >= least) {
        let (status, text) = end(start_with(synchronous, case, ranks, arguments), LIMIT);
        assert!(status.success(), "`{case}` on {ranks} ranks: {status}\n{text}");
    }
}

#[test]
fn nobody_leaves_a_run_while_messages_to_it_are_under_way() {
    for synchronous in [true, false] {
        succeeds_with(synchronous, "late", 2, &["50"]);
    }
}

#[test]
fn random_graphs_give_what_serial_gives() {
    succeeds("random", 1, &[]);
}

#[test]
fn what_is_caught_or_called_again_is_so_on_all_ranks() {
    succeeds("attempts", 1, &[]);
}

#[test]
fn families_give_what_serial_gives() {
    succeeds("families", 1, &[]);
}

#[test]
fn tasks_that_may_not_be_wanted_give_what_serial_gives() {
    succeeds("when", 1, &[]);
    succeeds("when_lent", 1, &[]);
}

#[test]
fn outputs_are_taken_after_others_have_read_them() {
    for ranks in [1, 2, 3] {
        let (status, text) = end(start("taken", ranks, &[]), LIMIT);
        assert!(status.success(), "{ranks} ranks: {status}\n{text}");
    }
}

#[test]
fn each_rank_keeps_the_limits_of_a_graph() {
    succeeds("limits", 1, &[]);
}

#[test]
fn graphs_with_sizes_give_what_serial_gives() {
    succeeds("sizes", 1, &[]);
}

#[test]
fn ranks_without_work_run_members_whose_number_is_a_size() {
    succeeds("sizes_lent", 1, &[]);
}

#[test]
fn sizes_that_differ_are_an_error() {
    succeeds("sizes_differ", 2, &[]);
}

#[test]
fn a_graph_that_is_wrong_for_its_sizes_is_an_error_everywhere() {
    succeeds("sizes_wrong", 1, &[]);
}

#[test]
fn sizes_that_are_not_used_any_more_leave_nothing() {
    for ranks in [1, 2] {
        let (status, text) = end(start("sizes_many", ranks, &["400"]), LIMIT);
        assert!(status.success(), "on {ranks} ranks: {status}\n{text}");
    }
}

#[test]
fn tasks_for_each_element_run() {
    succeeds("each", 1, &[]);
}

#[test]
fn tasks_for_each_element_of_an_input_run() {
    succeeds("each_inputs", 1, &[]);
}

#[test]
fn the_threads_of_a_rank_run_elements_side_by_side() {
    succeeds("each_side_by_side", 1, &[]);
}

#[test]
fn ranks_without_work_run_elements_of_others() {
    succeeds("each_spread", 1, &[]);
}

#[test]
fn elements_of_elements_and_elements_by_value() {
    succeeds("each_nested", 1, &[]);
}

#[test]
fn rank_0_records_what_was_not_wanted_or_caught_elsewhere() {
    succeeds("handled", 2, &[]);
}

#[test]
fn tasks_run_on_the_rank_that_on_gives() {
    succeeds("pinned", 1, &[]);
}

#[test]
fn inputs_are_changed_on_one_rank() {
    succeeds("in_place", 1, &[]);
}

#[test]
fn no_task_starts_inside_another_one() {
    succeeds("holds", 1, &[]);
}

#[test]
fn an_empty_graph_and_then_another() {
    succeeds("empty_then_full", 1, &[]);
}

#[test]
fn many_runs_in_a_row() {
    succeeds("many", 1, &["600"]);
}

#[test]
fn results_on_one_rank() {
    succeeds("root", 1, &[]);
}

#[test]
fn outputs_of_all_kinds_cross() {
    succeeds("outputs", 1, &[]);
}

#[test]
fn large_outputs_cross() {
    ["large", "recycled"].into_iter().for_each(|case| succeeds(case, 1, &[]));
}

#[test]
fn outputs_cross_in_pieces() {
    succeeds("pieces", 1, &[]);
}

#[test]
fn what_holds_references_stays_on_its_rank() {
    succeeds("borrowed", 1, &[]);
}

#[test]
fn graphs_that_differ_are_an_error() {
    succeeds("other_graph", 2, &[]);
}

#[test]
fn options_that_differ_are_an_error() {
    succeeds("other_options", 2, &[]);
}

#[test]
fn a_run_that_others_do_not_take_part_in_is_an_error() {
    succeeds("one_run_more", 2, &["1"]);
    succeeds("one_run_more", 2, &["0"]);
}

#[test]
fn rank_0_observes_all() {
    succeeds("observers", 1, &[]);
}

#[test]
fn measured_costs_decide_where_tasks_run() {
    succeeds("costs", 1, &[]);
}

#[test]
fn the_elements_of_tasks_on_any_rank_are_counted() {
    succeeds("costs_of_elements", 1, &[]);
}

#[test]
fn a_communicator_of_the_program() {
    succeeds("communicator", 2, &[]);
}

#[test]
fn a_communicator_that_outlives_mpi() {
    succeeds("after_the_end", 1, &[]);
}

#[test]
fn ranks_that_wait_report_which_are_missing() {
    for (ranks, late) in [(2, "0"), (3, "1"), (4, "3")] {
        let (status, text) = end(start("late_start", ranks, &[late]), LIMIT);
        assert!(status.success(), "{text}");
        let said = format!("for graph `Plain` to start: rank {late} has not come to its `run`");
        assert_eq!(text.matches(&said).count(), 1, "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}

#[test]
fn stdin_is_read_where_it_is() {
    for ranks in sizes() {
        let mut job = start_with_stdin(Stdio::piped(), all_synchronous(), "stdin", ranks, &[]);
        job.stdin.take().unwrap().write_all(b"a b\nc\n").unwrap();
        let (status, text) = end(job, LIMIT);
        assert!(status.success(), "on {ranks} ranks: {text}");
    }
}

#[test]
fn few_tasks_that_depend_on_nothing_run_on_rank_0() {
    succeeds("sources", 1, &[]);
}

#[test]
fn attributes_of_serde_are_the_same_or_an_error() {
    succeeds("serde_attributes", 1, &[]);
}

#[test]
fn types_that_differ_are_an_error() {
    succeeds("other_types", 2, &[]);
}

#[test]
fn a_task_that_runs_a_graph_is_told_that_it_cannot() {
    succeeds("nested", 2, &[]);
}
