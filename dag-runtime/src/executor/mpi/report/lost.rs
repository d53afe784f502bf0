//! Which outputs of the graph no rank returns after a run that has failed, although their tasks have finished.

use alloc::vec::Vec;

use crate::executor::mpi::collective::{exchange, tell};
use crate::executor::mpi::placement::Receivers;
use crate::executor::mpi::protocol::connection::Connection;

/// The outputs that some rank could not send, receive or drop; `lost` are those of this rank. All ranks have to call this.
///
/// All other outputs are there either on all ranks that get outputs or on none: such a rank hears of each of them.
pub(crate) fn lost_anywhere(
    connection: &mut Connection,
    rank: u32,
    lost: Vec<u32>,
    crowded: bool,
) -> Vec<u32> {
    let report: Vec<u8> = lost.iter().flat_map(|task| task.to_le_bytes()).collect();
    let lens = tell(connection, &[report.len() as u64], crowded);
    let mut all = lost;
    if lens.iter().any(|&len| len > 0) {
        let reports = exchange(connection, rank, &lens, report, Receivers::All);
        for bytes in reports.iter().flatten() {
            all.extend(bytes.chunks_exact(4).filter_map(|task| task.try_into().ok()).map(u32::from_le_bytes));
        }
    }
    all
}
