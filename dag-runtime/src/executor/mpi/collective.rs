//! What all ranks tell all, while no run goes on: numbers, and reports of any length.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;

use crate::executor::mpi::idle::Idle;
use crate::executor::mpi::placement::Receivers;
use crate::executor::mpi::protocol::connection::Connection;
use crate::executor::mpi::protocol::transport::{Arrival, Completed, Memory, Stream};

/// What all ranks tell. Those that have sent something to this one and wait for its receipt are not kept from coming.
pub(crate) fn tell(connection: &mut Connection, numbers: &[u64], crowded: bool) -> Vec<u64> {
    let mut gathering = connection.transport.gather(numbers);
    let mut idle = Idle::new(crowded, crowded);
    loop {
        if let Some(all) = gathering.test() {
            return all;
        }
        connection.receive_late();
        idle.wait(false);
    }
}

/// Has all ranks come where nothing is under way between them.
pub(crate) fn settle(connection: &mut Connection) {
    connection.settle();
    tell(connection, &[0], true);
}

/// What all ranks that have something to tell, of these lengths, tell the receivers: there, for each rank.
pub(crate) fn exchange(
    connection: &mut Connection,
    rank: u32,
    lens: &[u64],
    report: Vec<u8>,
    receivers: Receivers,
) -> Vec<Option<Vec<u8>>> {
    let mut reports: Vec<Option<Vec<u8>>> = lens.iter().map(|_| None).collect();
    let mut missing = 0;
    for (source, &len) in (0..).zip(lens) {
        if source != rank && len > 0 && receivers.contain(rank) {
            let memory = Memory::Bytes(vec![0; len as usize]);
            let arrival = Box::new(Arrival { source, record: None, memory });
            connection.transport.receive_bytes(Stream::Reports, len as usize, arrival);
            missing += 1;
        }
    }
    if !report.is_empty() {
        let report = Rc::new(report);
        for to in (0..lens.len() as u32).filter(|&to| to != rank && receivers.contain(to)) {
            connection.transport.send_bytes(to, Stream::Reports, Rc::clone(&report));
        }
    }
    let mut idle = Idle::new(true, true);
    let mut completed = Vec::new();
    while missing > 0 || !connection.transport.is_idle() {
        connection.receive_late();
        if !connection.transport.progress(&mut completed) {
            idle.wait(false);
        }
        for completed in completed.drain(..) {
            let Completed::Received(arrival) = completed else { continue };
            if let Memory::Bytes(bytes) = arrival.memory {
                reports[arrival.source as usize] = Some(bytes);
                missing -= 1;
            }
        }
    }
    reports
}
