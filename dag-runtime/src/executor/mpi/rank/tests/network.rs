//! A network in one process, for tests: it delivers in an order that a seed decides, but that of one rank to another.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::executor::mpi::protocol::message::{Kind, PROLOGUE, records};
use crate::executor::mpi::protocol::transport::{
    Arrival, Completed, Gathering, MOST_EAGER, Message, Stream, Transport,
};

/// Numbers that follow from a seed: SplitMix64, by Steele, Lea and Flood.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}

/// What is on its way from one rank to another. Nothing is complete for its sender before the receiver has it: so MPI may do it.
#[derive(Default)]
struct Link {
    messages: VecDeque<Vec<u8>>,
    /// Of each stream what was sent, and what the receiver has asked for.
    sent: [VecDeque<Sent>; 2],
    wanted: [VecDeque<Box<Arrival>>; 2],
}

enum Sent {
    Bytes(Rc<Vec<u8>>),
    /// The output of a task, where it lies.
    Output(u32, *const [u8]),
}

impl Sent {
    fn copy_to(&self, arrival: &mut Arrival) {
        let (first, len) = match self {
            Sent::Bytes(bytes) => (bytes.as_ptr(), bytes.len()),
            Sent::Output(_, memory) => (memory.cast::<u8>(), memory.len()),
        };
        let to = arrival.memory.start(len);
        #[allow(unsafe_code)]
        // SAFETY: the sender keeps an output in place until it is told that it was sent. The receiver has made room for
        // as many bytes as were announced.
        unsafe {
            core::ptr::copy_nonoverlapping(first, to, len);
        }
    }
}

std::thread_local! {
    /// The ranks and outputs that the rank sends from where they lie: it was not told yet that they were sent.
    static IN_PLACE: RefCell<Vec<(usize, u32)>> = const { RefCell::new(Vec::new()) };
}

/// Whether a rank sends an output from where it lies.
pub(super) fn is_sending(rank: u32, output: u32) -> bool {
    IN_PLACE.with_borrow(|all| all.contains(&(rank as usize, output)))
}

/// What is told of a rank's transfers when it looks next.
#[derive(Default)]
struct Mailbox {
    completed: Vec<Completed>,
    /// How many messages and transfers of the rank are under way.
    under_way: usize,
    /// How many collectives the rank has come to.
    collectives: usize,
    /// Whom the rank has told to stop, and whether it was told so.
    has_stopped: Vec<u32>,
    is_stopped: bool,
}

/// Whether a message tells a rank to stop.
fn tells_to_stop(message: &[u8]) -> bool {
    let run = message.first_chunk::<PROLOGUE>().map(|run| u64::from_ne_bytes(*run));
    run.is_some_and(|run| records(message, run as u32).any(|(record, _)| record.kind == Kind::Stop))
}

struct State {
    random: Random,
    links: Vec<Vec<Link>>,
    ranks: Vec<Mailbox>,
    /// What ranks have told in each collective.
    told: Vec<Vec<Option<Vec<u64>>>>,
}

/// The network between some ranks.
#[derive(Clone)]
pub(super) struct Network(Rc<RefCell<State>>);

impl Network {
    pub(super) fn new(ranks: usize, seed: u64) -> Self {
        let links = (0..ranks).map(|_| (0..ranks).map(|_| Link::default()).collect()).collect();
        let mailboxes = (0..ranks).map(|_| Mailbox::default()).collect();
        IN_PLACE.with_borrow_mut(Vec::clear);
        let state = State { random: Random(seed), links, ranks: mailboxes, told: Vec::new() };
        Network(Rc::new(RefCell::new(state)))
    }

    /// The transport of a rank.
    pub(super) fn endpoint(&self, rank: u32) -> Endpoint {
        Endpoint { rank: rank as usize, network: self.clone() }
    }

    /// Whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.0.borrow().ranks.iter().all(|rank| rank.under_way == 0)
    }

    /// The ranks that a rank has told to stop.
    pub(super) fn stopped_by(&self, rank: usize) -> Vec<u32> {
        self.0.borrow().ranks[rank].has_stopped.clone()
    }

    /// Whether a message is under way to a rank that tells it to stop.
    pub(super) fn will_stop(&self, rank: usize) -> bool {
        let state = self.0.borrow();
        state.links.iter().any(|links| links[rank].messages.iter().any(|message| tells_to_stop(message)))
    }

    /// Whether a rank was told to stop.
    pub(super) fn is_stopped(&self, rank: usize) -> bool {
        self.0.borrow().ranks[rank].is_stopped
    }
}

/// One rank's end of a network.
pub(super) struct Endpoint {
    rank: usize,
    network: Network,
}

impl Endpoint {
    fn send(&self, to: u32, stream: Stream, sent: Sent) {
        let mut state = self.network.0.borrow_mut();
        state.ranks[self.rank].under_way += 1;
        state.links[self.rank][to as usize].sent[stream as usize].push_back(sent);
    }
}

impl Transport for Endpoint {
    fn receive(&mut self) -> Option<Message> {
        let state = &mut *self.network.0.borrow_mut();
        let ranks = state.links.len();
        // It may take any time until a message is there.
        if state.random.below(3) == 0 {
            return None;
        }
        let first = state.random.below(ranks);
        let source = (first..first + ranks)
            .map(|rank| rank % ranks)
            .find(|&source| !state.links[source][self.rank].messages.is_empty())?;
        let buffer = state.links[source][self.rank].messages.pop_front()?;
        state.ranks[source].under_way -= 1;
        state.ranks[self.rank].is_stopped |= tells_to_stop(&buffer);
        Some(Message { source: source as u32, len: buffer.len(), buffer, place: 0 })
    }

    fn recycle(&mut self, _: Message) {}

    fn buffer(&mut self) -> Vec<u8> {
        Vec::new()
    }

    fn send_message(&mut self, to: u32, message: Vec<u8>) {
        assert!(message.len() <= MOST_EAGER, "a message of {} bytes", message.len());
        let mut state = self.network.0.borrow_mut();
        let rank = &mut state.ranks[self.rank];
        rank.under_way += 1;
        if tells_to_stop(&message) {
            rank.has_stopped.push(to);
        }
        state.links[self.rank][to as usize].messages.push_back(message);
    }

    fn send_bytes(&mut self, to: u32, stream: Stream, bytes: Rc<Vec<u8>>) {
        self.send(to, stream, Sent::Bytes(bytes));
    }

    #[allow(unsafe_code)]
    unsafe fn send_in_place(&mut self, to: u32, output: u32, memory: *const [u8]) {
        IN_PLACE.with_borrow_mut(|all| all.push((self.rank, output)));
        self.send(to, Stream::Outputs, Sent::Output(output, memory));
    }

    fn receive_bytes(&mut self, stream: Stream, _: usize, arrival: Box<Arrival>) {
        let mut state = self.network.0.borrow_mut();
        state.ranks[self.rank].under_way += 1;
        state.links[arrival.source as usize][self.rank].wanted[stream as usize].push_back(arrival);
    }

    fn progress(&mut self, completed: &mut Vec<Completed>) -> bool {
        let state = &mut *self.network.0.borrow_mut();
        for source in 0..state.links.len() {
            let link = &mut state.links[source][self.rank];
            for (sent, wanted) in link.sent.iter_mut().zip(&mut link.wanted) {
                if sent.is_empty() || wanted.is_empty() || state.random.below(2) == 0 {
                    continue;
                }
                if let (Some(sent), Some(mut arrival)) = (sent.pop_front(), wanted.pop_front()) {
                    sent.copy_to(&mut arrival);
                    state.ranks[source].under_way -= 1;
                    state.ranks[self.rank].under_way -= 1;
                    if let Sent::Output(output, _) = sent {
                        state.ranks[source].completed.push(Completed::Sent(output));
                    }
                    state.ranks[self.rank].completed.push(Completed::Received(arrival));
                }
            }
        }
        let before = completed.len();
        for one in core::mem::take(&mut state.ranks[self.rank].completed) {
            // A sender may hear of its receiver's answer before it hears that what it has sent is there.
            let is_told = !matches!(one, Completed::Sent(_)) || state.random.below(4) == 0;
            if is_told { &mut *completed } else { &mut state.ranks[self.rank].completed }.push(one);
        }
        for told in &completed[before..] {
            let Completed::Sent(output) = told else { continue };
            IN_PLACE.with_borrow_mut(|all| {
                let place = all.iter().position(|sending| *sending == (self.rank, *output));
                place.map(|place| all.swap_remove(place)).expect("what was sent was being sent")
            });
        }
        completed.len() > before
    }

    fn is_idle(&mut self) -> bool {
        let rank = &self.network.0.borrow().ranks[self.rank];
        rank.under_way == 0 && rank.completed.is_empty()
    }

    fn bytes_under_way(&self) -> usize {
        0
    }

    fn gather(&mut self, numbers: &[u64]) -> Box<dyn Gathering> {
        let state = &mut *self.network.0.borrow_mut();
        let round = state.ranks[self.rank].collectives;
        state.ranks[self.rank].collectives += 1;
        if state.told.len() == round {
            state.told.push(vec![None; state.links.len()]);
        }
        state.told[round][self.rank] = Some(numbers.to_vec());
        Box::new(Told { network: self.network.clone(), round })
    }

    fn limit_pieces(&mut self, _: usize) {}

    fn leave(&mut self) {}

    fn abort(&self) -> ! {
        panic!("rank {} ends the job", self.rank)
    }
}

struct Told {
    network: Network,
    round: usize,
}

impl Gathering for Told {
    fn test(&mut self) -> Option<Vec<u64>> {
        let told: Option<Vec<Vec<u64>>> = self.network.0.borrow().told[self.round].iter().cloned().collect();
        told.map(|told| told.concat())
    }
}
