//! What a rank sends and receives in a run.

use alloc::format;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;

use crate::error::{Failure, Outcome, catch};
use crate::executor::mpi::placement::Destination;
use crate::executor::mpi::protocol::connection::{Head, Kind, MOST_IN_RECORD, records};
use crate::executor::mpi::protocol::transport::{Arrival, Cargo, Mark, Memory};
use crate::executor::mpi::rank::Run;
use crate::executor::mpi::wire::DATA;
use crate::executor::mpi::wire::Message;

/// An output to be sent.
pub(crate) enum Payload {
    /// In a record.
    Bytes(Vec<u8>),
    /// Apart.
    Large(Rc<Vec<u8>>),
    /// As it lies in its slot: copied into a record, or apart from there.
    Plain(*const [u8]),
}

impl Run<'_> {
    /// Tells other ranks that a task has finished, and its output to those that need it.
    #[inline]
    pub(crate) fn tell(&mut self, node: u32) -> Result<(), Failure> {
        match self.plan.destinations.of(node) {
            [] => Ok(()),
            destinations => self.tell_to(destinations, node),
        }
    }

    fn tell_to(&mut self, destinations: &[Destination], node: u32) -> Result<(), Failure> {
        let payload = match destinations.iter().any(|to| to.needs_output) {
            true => Some(self.payload(node)?),
            false => None,
        };
        for &Destination { rank, needs_output } in destinations {
            match &payload {
                Some(payload) if needs_output => self.send(rank, Kind::Output, node, 0, payload),
                _ => self.post.write(rank, Head::of(Kind::Finished, node), &[]),
            }
        }
        if let Some(Payload::Bytes(bytes)) = payload {
            self.bytes = bytes;
        }
        Ok(())
    }

    /// The output of a task, to be sent.
    pub(crate) fn payload(&mut self, node: u32) -> Result<Payload, Failure> {
        let place = self.view.place(node);
        let slots = self.setting.job.slots();
        let Some(codec) = self.codec(node) else {
            return Err(Failure::error("its output cannot cross ranks".into()));
        };
        #[allow(unsafe_code)]
        // SAFETY: the output is there, `codec` is that of its line, and it is released only after all
        // that reads or sends it, which `holds` counts.
        let plain = unsafe { slots.plain_bytes(codec, place) };
        if let Some(bytes) = plain {
            return Ok(Payload::Plain(bytes));
        }
        let mut bytes = core::mem::take(&mut self.bytes);
        bytes.clear();
        #[allow(unsafe_code)]
        // SAFETY: as above.
        catch(|| unsafe { slots.encode(codec, place, &mut bytes) })
            .map_err(|failure| failure.context("its output cannot be encoded"))?;
        Ok(if bytes.len() > MOST_IN_RECORD { Payload::Large(bytes.into()) } else { Payload::Bytes(bytes) })
    }

    /// Sends an output, which is still there where it is sent as it lies.
    pub(crate) fn send(&mut self, to: u32, kind: Kind, node: u32, task: u32, payload: &Payload) {
        let bytes: *const [u8] = match payload {
            Payload::Bytes(bytes) => bytes.as_slice(),
            Payload::Large(bytes) => bytes.as_slice(),
            &Payload::Plain(bytes) => bytes,
        };
        let len = bytes.len() as u64;
        if let Some(trace) = self.crew.trace() {
            trace.sent(node, to, len);
        }
        if bytes.len() <= MOST_IN_RECORD {
            #[allow(unsafe_code)]
            // SAFETY: they are in `payload`, or those of an output that is there and does not change.
            let bytes = unsafe { &*bytes };
            return self.post.write(to, Head { kind, apart: false, node, task, len }, bytes);
        }
        self.post.write(to, Head { kind, apart: true, node, task, len }, &[]);
        match payload {
            Payload::Large(bytes) => self.post.wire.send_bytes(to, DATA, bytes.clone()),
            Payload::Plain(_) => {
                self.holds[node as usize] += 1;
                #[allow(unsafe_code)]
                // SAFETY: what is held is not released, and `poll` lets go of it when it was sent. The
                // slots outlive the run, which does not end before all is sent.
                unsafe {
                    self.post.wire.send_in_place(to, node, bytes);
                }
            }
            Payload::Bytes(_) => unreachable!("they fit into a record"),
        }
    }

    /// Looks what has arrived, and what was sent.
    pub(crate) fn poll(&mut self) -> bool {
        (self.unpolled, self.ended) = (0, None);
        let mut active = self.post.wire.progress(&mut self.cargo) && self.unload();
        // To find that there is no further message takes about as long as to run a brief task.
        while let Some(message) = self.post.receive() {
            active = true;
            self.read(&message);
            self.post.wire.recycle(message);
            if !self.ready.is_empty() {
                break;
            }
        }
        active
    }

    /// Takes over what has arrived apart, and lets go of what was sent. Says whether there was anything.
    fn unload(&mut self) -> bool {
        let mut cargo = core::mem::take(&mut self.cargo);
        let active = !cargo.is_empty();
        for cargo in cargo.drain(..) {
            match cargo {
                Cargo::Output(node) => self.let_go(node),
                Cargo::Arrival(arrival) => self.land(*arrival),
                Cargo::Bytes(_) | Cargo::Message(_) => {}
            }
        }
        self.cargo = cargo;
        active
    }

    fn read(&mut self, message: &Message) {
        let source = message.source;
        for (head, payload) in records(message.bytes(), self.epoch) {
            let Head { kind, apart, node, task, len } = head;
            if apart {
                let mark = Mark { source, node, task, kind };
                self.expect(mark, len as usize);
                continue;
            }
            match kind {
                Kind::Finished => self.arrive(node),
                Kind::Output => {
                    let outcome = self.store(node, payload);
                    self.arrives(source, node, outcome);
                }
                Kind::Missing => self.miss(node),
                Kind::Stop => self.stop(),
                Kind::Hungry | Kind::Sated => self.hungers(source, kind == Kind::Hungry),
                Kind::Grant => self.take_in(node, len as u32),
                Kind::Input => {
                    let outcome = self.store(node, payload);
                    self.input(source, node, task, outcome);
                }
                Kind::Return => {
                    let outcome = self.store(node, payload);
                    self.returned(source, node, outcome);
                }
                Kind::ReturnMissing => self.returned_missing(node, len == 1),
                Kind::Lend => self.borrow(node, task, payload),
                Kind::Elements => self.elements(source, node, task, payload),
                Kind::Outputs => self.repaid(source, node, payload),
                Kind::Default => self.defaulted(source, node, len == 1),
                Kind::Over => self.over(node),
            }
        }
    }

    /// Bytes will follow apart.
    fn expect(&mut self, mark: Mark, len: usize) {
        let is_part = matches!(mark.kind, Kind::Elements | Kind::Outputs);
        let codec = if is_part { None } else { self.codec(mark.node) };
        let landing = match codec.and_then(|codec| codec.landing(len)) {
            Some(Ok(landing)) => Memory::Landing(landing),
            // Wrong lengths are found when it is decoded.
            Some(Err(_)) | None => Memory::Bytes(vec![0; len]),
        };
        self.post.wire.receive_bytes(DATA, len, Arrival { mark, memory: landing });
    }

    /// They have.
    fn land(&mut self, Arrival { mark: Mark { source, node, task, kind }, memory }: Arrival) {
        let outcome = match memory {
            Memory::Bytes(bytes) if kind == Kind::Elements => {
                return self.elements(source, node, task, &bytes);
            }
            Memory::Bytes(bytes) if kind == Kind::Outputs => return self.repaid(source, node, &bytes),
            Memory::Bytes(bytes) => self.store(node, &bytes),
            Memory::Landing(landing) => {
                if !self.present[node as usize] {
                    #[allow(unsafe_code)]
                    // SAFETY: all bytes have arrived; the codec of the line made the landing; the
                    // output is not here and its task does not run here.
                    unsafe {
                        self.setting.job.slots().land(landing, self.view.place(node));
                    }
                }
                Ok(())
            }
        };
        match kind {
            Kind::Input => self.input(source, node, task, outcome),
            Kind::Return => self.returned(source, node, outcome),
            _ => self.arrives(source, node, outcome),
        }
    }

    /// Stores an output that has come from another rank. One that is here already came by two ways.
    fn store(&mut self, node: u32, bytes: &[u8]) -> Result<(), Failure> {
        if self.present[node as usize] {
            return Ok(());
        }
        let decode = || -> Outcome<()> {
            let codec = self.codec(node).ok_or("it cannot cross ranks")?;
            #[allow(unsafe_code)]
            // SAFETY: `codec` is that of the output's line; the output is not here, and its task does
            // not run here.
            unsafe {
                self.setting.job.slots().decode(codec, self.view.place(node), bytes)
            }
        };
        catch(decode)
    }

    /// An output has come from another rank.
    fn arrives(&mut self, source: u32, node: u32, outcome: Result<(), Failure>) {
        if let Err(failure) = self.decoded(source, node, outcome) {
            self.fails(node, failure);
            return self.miss(node);
        }
        self.arrive(node);
        self.release_unread(node);
    }

    pub(crate) fn decoded(
        &mut self,
        source: u32,
        node: u32,
        outcome: Result<(), Failure>,
    ) -> Result<(), Failure> {
        match outcome {
            Ok(()) => {
                self.present[node as usize] = true;
                Ok(())
            }
            Err(failure) => {
                Err(failure.context(&format!("its output, sent by rank {source}, cannot be decoded")))
            }
        }
    }

    /// A task of another rank has finished.
    fn arrive(&mut self, node: u32) {
        self.arrivals -= 1;
        match self.tell(node) {
            Ok(()) => self.unlock(node),
            Err(failure) => {
                self.fails(node, failure);
                self.arrivals += 1;
                self.miss(node);
            }
        }
    }

    /// A task of another rank has not finished and will not.
    fn miss(&mut self, node: u32) {
        self.arrivals -= 1;
        if !self.setting.keep_going {
            self.stop();
        }
        self.block(node);
    }
}
