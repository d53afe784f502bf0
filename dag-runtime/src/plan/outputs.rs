//! Counts outputs that are alive at once.

use alloc::vec::Vec;

use crate::plan::simulated::SimulatedRun;
use crate::table::View;

/// The largest number of outputs alive at once, among those that are dropped at some time. Tasks that are not wanted have
/// none.
pub(super) fn most_alive(view: &View, simulated: &SimulatedRun, unwanted: &[bool]) -> usize {
    let has_drop = |task: u32| view.place(task).line.release.is_some() && !unwanted[task as usize];
    // When the last reader of each output ends. Outputs of the graph stay alive.
    let mut ends = simulated.finishes.clone();
    for reader in 0..view.len() as u32 {
        for &output in view.reads_of(reader) {
            let end = &mut ends[output as usize];
            *end = (*end).max(simulated.finishes[reader as usize]);
        }
    }
    let (mut begins, mut dies) = (Vec::new(), Vec::new());
    for task in (0..view.len() as u32).filter(|&task| has_drop(task)) {
        let is_kept = view.place(task).line.output;
        if is_kept || view.reader_count(task) > 0 {
            begins.push(simulated.finishes[task as usize]);
            dies.push(if is_kept { u64::MAX } else { ends[task as usize] });
        }
    }
    begins.sort_unstable();
    dies.sort_unstable();
    let (mut died, mut most) = (0, 0);
    for (began, at) in (1..).zip(begins) {
        // The output of a task exists before the outputs that it reads are dropped.
        while dies[died] < at {
            died += 1;
        }
        most = most.max(began - died);
    }
    most
}
