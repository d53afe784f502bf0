//! Costs that were given to ranks: all ranks use those of rank 0.
//!
//! The handshake tells whether all ranks were given the same costs. Rank 0 sends its own only if they were not.

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::iter;

use crate::executor::mpi::agreement::handshake::Agreed;
use crate::executor::mpi::collective::{exchange, tell};
use crate::executor::mpi::hash::Hash;
use crate::executor::mpi::placement::Receivers;
use crate::executor::mpi::protocol::connection::Connection;
use crate::plan::Figures;

/// A hash of costs; 0 if there are none.
pub(crate) fn hash(figures: Option<&Figures>) -> u64 {
    let Some(Figures { costs, elements, bytes }) = figures else { return 0 };
    let mut hash = Hash::new();
    [costs, elements, bytes].into_iter().flatten().for_each(|&figure| hash.add(figure));
    hash.finish().max(1)
}

/// The costs of rank 0 for a graph with this many tasks. `given` are those of this rank.
pub(crate) fn share(
    connection: &mut Connection,
    (rank, ranks): (u32, u32),
    agreed: &Agreed,
    given: Option<Arc<Figures>>,
    tasks: usize,
) -> Option<Arc<Figures>> {
    if agreed.same_costs {
        return given;
    }
    if agreed.costs == 0 {
        return None;
    }
    let own = if rank == 0 { given.as_deref().map_or_else(Vec::new, encode) } else { Vec::new() };
    let mut lens = vec![0; ranks as usize];
    lens[0] = 3 * 8 * tasks as u64;
    let mut sent = exchange(connection, rank, &lens, own, Receivers::All);
    // No message of the run may arrive before all ranks have the costs.
    tell(connection, &[0], true);
    match sent.swap_remove(0) {
        Some(bytes) => Some(Arc::new(decode(&bytes, tasks))),
        None => given,
    }
}

fn encode(figures: &Figures) -> Vec<u8> {
    let Figures { costs, elements, bytes } = figures;
    [costs, elements, bytes].into_iter().flatten().flat_map(|figure| figure.to_le_bytes()).collect()
}

fn decode(mut bytes: &[u8], tasks: usize) -> Figures {
    let mut numbers = iter::from_fn(|| {
        let (number, rest) = bytes.split_first_chunk()?;
        bytes = rest;
        Some(u64::from_le_bytes(*number))
    });
    let mut next = || numbers.by_ref().take(tasks).collect();
    Figures { costs: next(), elements: next(), bytes: next() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_decoded_as_they_were_encoded() {
        let figures = Figures { costs: vec![7, u64::MAX], elements: vec![1, 300], bytes: vec![0, 1 << 40] };
        assert_eq!(decode(&encode(&figures), 2), figures);
        let other = Figures { bytes: vec![0, 0], ..figures.clone() };
        assert_ne!(hash(Some(&figures)), hash(Some(&other)));
        assert_eq!(hash(None), 0);
    }
}
