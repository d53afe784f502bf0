//! What observers are told. During a run, the observer of a rank hears of the events on that rank. Afterwards, that of
//! rank 0 also hears of the events on all others.
//!
//! A rank measures times from its own start of the run. Rank 0 adds to the times of another rank how much later that
//! rank has started, by the clocks of their machines.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use ::rayon::current_thread_index;

use crate::error::Failure;
use crate::executor::mpi::collective::{exchange, tell};
use crate::executor::mpi::placement::Receivers;
use crate::executor::mpi::protocol::connection::Connection;
use crate::observe::{Clock, Monitor, Past, Tally, Watch};
use crate::slot::CallObserver;
use crate::state::TaskState;
use crate::table::SharedTable;
use crate::unwind::ignore;

/// If starts differ by more than this, in nanoseconds, the clocks of the machines are not comparable.
const MOST_APART: i64 = 2_000_000_000;

/// The observer of a rank, and its notes for rank 0.
pub(crate) struct Trace<'run> {
    monitor: Option<&'run (dyn Monitor + Sync)>,
    table: &'run SharedTable,
    rank: u32,
    clock: Clock,
    /// When the run started, in nanoseconds on the clock of the machine.
    since: u64,
    notes: Option<Mutex<Notes>>,
    tally: Tally,
}

/// The events of a rank: those without text, and failures that did not end their tasks.
type Notes = (Vec<Note<EventData>>, Vec<Note<HandledFailure>>);

/// An event: its task, its worker, its time in nanoseconds, and its data.
type Note<D> = (u32, u32, u64, D);

/// The kind of an event, and a value.
type EventData = (u8, u64);

/// A failure that did not end its task: the element, which attempt it was if another one followed, else 0, and the text.
type HandledFailure = (Option<usize>, u32, String);

/// The most bytes of the text of such a failure that are sent to rank 0.
const MOST_TEXT: usize = 1_000;

const STARTED: u8 = 0;
/// The value is how long the task took.
const FINISHED: u8 = 1;
/// The low 16 bits of the value are the receiving rank, the others are the number of bytes.
const SENT: u8 = 2;
/// Elements have run. The value is how long they took.
const ELEMENTS: u8 = 3;
/// The value is the number of elements.
const WIDTH: u8 = 4;
/// The task was not wanted.
const NOT_WANTED: u8 = 5;
/// The output of the task was found in a store.
const HIT: u8 = 7;
/// The task was not needed.
const NOT_NEEDED: u8 = 8;
/// The task waits. The value is the number of the limit.
const WAITING: u8 = 6;

impl<'run> Trace<'run> {
    /// `monitor` is told what happens here, if there is one.
    pub(crate) fn new(
        monitor: Option<&'run (dyn Monitor + Sync)>,
        table: &'run SharedTable,
        rank: u32,
    ) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
        let notes = (rank != 0).then(Mutex::default);
        Trace { monitor, table, rank, clock: Clock::start(), since, notes, tally: Tally::default() }
    }

    pub(crate) fn watch(&self) -> Option<Watch<'_>> {
        let watch = |monitor: &'run (dyn Monitor + Sync)| {
            Watch::new(monitor, self.table, &self.tally, self.clock).on_rank(self.rank as usize)
        };
        self.monitor.map(watch)
    }

    fn note(&self, node: u32, at: Duration, data: EventData) {
        if let Some(notes) = &self.notes {
            let note = (node, worker() as u32, at.as_nanos() as u64, data);
            notes.lock().unwrap_or_else(PoisonError::into_inner).0.push(note);
        }
    }

    fn note_failure(&self, node: u32, element: Option<usize>, attempt: u32, failure: &Failure) {
        let Some(notes) = &self.notes else { return };
        let mut text = failure.to_string();
        if let Some(end) = (0..=MOST_TEXT).rfind(|&end| text.is_char_boundary(end)) {
            text.truncate(end);
        }
        let at = self.clock.now().as_nanos() as u64;
        let note = (node, worker() as u32, at, (element, attempt, text));
        notes.lock().unwrap_or_else(PoisonError::into_inner).1.push(note);
    }

    /// A task waits for units of the limit with this number.
    pub(crate) fn waiting(&self, node: u32, limit: u32) {
        if let Some(watch) = self.watch() {
            ignore(|| watch.waiting(node, worker(), limit));
        }
        self.note(node, self.clock.now(), (WAITING, limit.into()));
    }

    /// A task starts. Returns when.
    pub(crate) fn started(&self, node: u32) -> Duration {
        let at = match self.watch() {
            Some(watch) => watch.started(node, worker()),
            None => self.clock.now(),
        };
        self.note(node, at, (STARTED, 0));
        at
    }

    /// A task has ended in this state, without a failure.
    pub(crate) fn ended(&self, node: u32, start: Duration, state: TaskState) {
        if let Some(watch) = self.watch() {
            watch.ended(node, worker(), start, state);
        }
        let at = self.clock.now();
        let kind = match state {
            TaskState::NotWanted => NOT_WANTED,
            TaskState::Hit => HIT,
            TaskState::NotNeeded => NOT_NEEDED,
            _ => FINISHED,
        };
        self.note(node, at, (kind, (at - start).as_nanos() as u64));
    }

    /// This many elements are done of a task of this rank that runs once for each element.
    pub(crate) fn elements(&self, node: u32, done: usize, of: usize) {
        if done == 0 {
            self.note(node, self.clock.now(), (WIDTH, of as u64));
        }
        if let Some(watch) = self.watch() {
            watch.elements(node, worker(), done, of);
        }
    }

    /// A thread of this rank has run elements of a task, of this rank or another one.
    pub(crate) fn ran_elements(&self, node: u32, elapsed: Duration) {
        if let Some(watch) = self.watch() {
            watch.ran_elements(node, worker(), elapsed);
        }
        self.note(node, self.clock.now(), (ELEMENTS, elapsed.as_nanos() as u64));
    }

    /// What hears of the calls of a task, in which elements are counted from `first` on.
    pub(crate) fn call_events(&self, node: u32, first: usize) -> TracedCall<'_> {
        TracedCall { trace: self, node, first }
    }

    /// A task has failed.
    pub(crate) fn failed(&self, node: u32, element: Option<usize>, failure: &Failure) {
        if let Some(watch) = self.watch() {
            ignore(|| watch.failed(node, worker(), element, failure));
        }
    }

    /// An output is sent to another rank.
    pub(crate) fn sent(&self, node: u32, to: u32, bytes: u64) {
        if let Some(watch) = self.watch() {
            ignore(|| watch.sent(node, to as usize, bytes));
        }
        self.note(node, self.clock.now(), (SENT, bytes << 16 | u64::from(to & 0xffff)));
    }

    /// Sends the notes of all ranks to rank 0, which tells its observer.
    pub(crate) fn gather(&self, connection: &mut Connection, crowded: bool) {
        let notes = self.notes.as_ref().map(|notes| {
            let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
            postcard::to_allocvec(&*notes).unwrap_or_default()
        });
        let notes = notes.unwrap_or_default();
        let told = tell(connection, &[notes.len() as u64, self.since], crowded);
        let lens: Vec<u64> = told.iter().step_by(2).copied().collect();
        let all = exchange(connection, self.rank, &lens, notes, Receivers::One(0));
        let Some(watch) = self.watch() else { return };
        let mut happened: Vec<(i64, usize, Note<Event>)> = Vec::new();
        for (rank, bytes) in all.into_iter().enumerate() {
            let (plain, failures): Notes =
                postcard::from_bytes(&bytes.unwrap_or_default()).unwrap_or_default();
            let later = told[2 * rank + 1].wrapping_sub(self.since) as i64;
            let later = if later.abs() > MOST_APART { 0 } else { later };
            let plain = plain.into_iter().map(|note| with(note, Event::Plain));
            let failures = failures.into_iter().map(|note| with(note, Event::Failure));
            let notes = plain.chain(failures);
            happened.extend(notes.map(|note| (note.2 as i64 + later, rank, note)));
        }
        happened.sort_by_key(|&(at, rank, _)| (at, rank));
        for (at, rank, (node, worker, _, event)) in happened {
            let at = Duration::from_nanos(at.max(0) as u64);
            let past = Past { node, worker: worker as usize, rank, at };
            let (what, value) = match event {
                Event::Plain(data) => data,
                Event::Failure((element, attempt, text)) => {
                    let failure = Failure::error(text.into());
                    ignore(|| match attempt {
                        0 => watch.past_caught(past, element, &failure),
                        _ => watch.past_retried(past, element, attempt, &failure),
                    });
                    continue;
                }
            };
            ignore(|| match what {
                STARTED => watch.past_started(past),
                FINISHED => watch.past_finished(past, Duration::from_nanos(value)),
                ELEMENTS => watch.past_ran_elements(past, Duration::from_nanos(value)),
                NOT_WANTED => watch.past_ended_as(past, TaskState::NotWanted),
                HIT => watch.past_ended_as(past, TaskState::Hit),
                NOT_NEEDED => watch.past_ended_as(past, TaskState::NotNeeded),
                WAITING => watch.past_waiting(past, value as u32),
                WIDTH => watch.past_elements(past, value as usize),
                _ => watch.past_sent(past, (value & 0xffff) as usize, value >> 16),
            });
        }
    }
}

/// An event of another rank.
enum Event {
    Plain(EventData),
    Failure(HandledFailure),
}

fn with<D>((node, worker, at, data): Note<D>, event: fn(D) -> Event) -> Note<Event> {
    (node, worker, at, event(data))
}

/// Reports the events of the calls of a task.
pub(crate) struct TracedCall<'trace> {
    trace: &'trace Trace<'trace>,
    node: u32,
    /// The number of the first element, in the task.
    first: usize,
}

impl CallObserver for TracedCall<'_> {
    fn may_go_on(&self) -> bool {
        self.trace.watch().is_none_or(|watch| watch.go_on().is_ok())
    }

    fn retried(&self, element: Option<usize>, attempt: u32, failure: &Failure) {
        let element = element.map(|element| self.first + element);
        if let Some(watch) = self.trace.watch() {
            watch.retried(self.node, worker(), element, attempt, failure);
        }
        self.trace.note_failure(self.node, element, attempt, failure);
    }

    fn caught(&self, element: Option<usize>, failure: &Failure) {
        let element = element.map(|element| self.first + element);
        if let Some(watch) = self.trace.watch() {
            watch.caught(self.node, worker(), element, failure);
        }
        self.trace.note_failure(self.node, element, 0, failure);
    }
}

/// The number of this thread in its pool.
pub(crate) fn worker() -> usize {
    current_thread_index().unwrap_or(0)
}
