//! What jobs do.

mod agreement;
mod attempts;
mod borrowed;
mod costs;
mod deadline;
mod each;
mod each_inputs;
mod failures;
mod families;
mod handled;
mod holds;
mod in_place;
mod keep;
mod late;
mod limits;
mod many_failures;
mod observers;
mod outputs;
mod partial;
mod pinned;
mod recycled;
mod results;
mod serde_attributes;
mod shared;
mod sizes;
mod sources;
mod start;
mod stop;
mod storm;
mod taken;
mod when;

use dag_runtime::mpi::{Mpi, Schedule};

/// A case, given its arguments.
type Case = fn(Mpi, &[&str]);

/// The case of a name.
pub fn find(name: &str) -> Option<Case> {
    Some(match name {
        "random" => results::random,
        "many" => results::many,
        "empty_then_full" => results::empty_then_full,
        "root" => results::root,
        "outputs" => outputs::all_kinds,
        "large" => outputs::large,
        "pieces" => outputs::pieces,
        "borrowed" => borrowed::borrowed,
        "undecodable" => outputs::undecodable,
        "shared_dropped" => shared::dropped,
        "shared_undecodable" => shared::undecodable,
        "failures" => failures::everywhere,
        "many_failures" => many_failures::many,
        "hostile_errors" => failures::hostile_errors,
        "panic_outside" => failures::panic_outside,
        "endless" => failures::endless,
        "attempts" => attempts::attempts,
        "other_graph" => agreement::other_graph,
        "other_options" => agreement::other_options,
        "one_run_more" => agreement::one_run_more,
        "costs" => costs::costs,
        "costs_of_elements" => costs::elements,
        "observers" => observers::observers,
        "families" => families::families,
        "handled" => handled::handled,
        "holds" => holds::holds,
        "in_place" => in_place::in_place,
        "keep" => keep::keep,
        "keep_killed" => keep::killed,
        "each" => each::each,
        "each_inputs" => each_inputs::each_inputs,
        "each_side_by_side" => each::side_by_side,
        "each_spread" => each::spread,
        "each_fail" => each::fail,
        "each_nested" => each::nested,
        "storm" => storm::storm,
        "stop" => stop::everywhere,
        "stop_from_afar" => stop::from_afar,
        "deadline" => deadline::everywhere,
        "deadline_of_one" => deadline::of_one,
        "partial" => partial::everywhere,
        "partial_undecodable" => partial::undecodable,
        "partial_not_everywhere" => partial::not_everywhere,
        "pinned" => pinned::pinned,
        "late" => late::late,
        "limits" => limits::limits,
        "late_start" => start::late,
        "nested" => start::nested,
        "on_panics" => start::on_panics,
        "no_threads" => start::no_threads,
        "recycled" => recycled::recycled,
        "returned" => start::returned,
        "other_types" => agreement::other_types,
        "serde_attributes" => serde_attributes::attributes,
        "stdin" => sources::stdin,
        "sources" => sources::sources,
        "sizes" => sizes::sizes,
        "sizes_lent" => sizes::lent,
        "sizes_differ" => sizes::differ,
        "sizes_wrong" => sizes::wrong,
        "sizes_many" => sizes::many,
        "taken" => taken::taken,
        "when" => when::wanted,
        "when_fail" => when::fail_beside,
        "when_lent" => when::lent,
        "after_the_end" => agreement::after_the_end,
        "communicator" => agreement::communicator,
        _ => return None,
    })
}

/// Calls `run` with every way in which tasks come to ranks and threads.
fn each_way(mpi: &Mpi, run: impl Fn(Mpi)) {
    for schedule in [Schedule::Static, Schedule::Dynamic] {
        for threads in [1, 2] {
            run(mpi.clone().schedule(schedule).threads(threads));
        }
    }
}
