//! What a run with a store does: decided before its first task, as far as keys are known then.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU8, Ordering};

use super::keys::Keys;
use crate::error::{Outcome, catch};
use crate::graph::KeptGraph;
use crate::key::{TaskKey, collect_and_check};
use crate::slot::{Codec, KeptLine};
use crate::store::{Content, Digest, Found, Hold, Store};
use crate::table::{Place, View};

/// Outputs that were found are decoded before the first task, until they have this many bytes together. The others are decoded
/// in place of their tasks.
// In the tests of this crate it is little, so that they have both.
pub(super) const AT_START: u64 = if cfg!(test) { 32 } else { 256 << 20 };

/// Plain outputs from this size on, in bytes, are written from their own memory, and read to it.
pub(super) const LARGE: usize = if cfg!(test) { 100 << 10 } else { 1 << 20 };

/// Whether outputs that were found are decoded before the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decode {
    /// Until there are many bytes of them.
    AtStart,
    /// There is no run.
    Never,
}

/// What is done with a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Fate {
    /// It is called.
    Runs,
    /// Its key is known when its dependencies are done. Then it is looked up.
    Asks,
    /// Its output was found, and is in its slot.
    Stored,
    /// Its output was found, and is read when it is its turn.
    Reads,
    /// Its output was found, and nothing needs it.
    Found,
    /// Nothing needs its output.
    NotNeeded,
}

const FATES: [Fate; 6] = [Fate::Runs, Fate::Asks, Fate::Stored, Fate::Reads, Fate::Found, Fate::NotNeeded];

/// What is done with each task of a run.
#[derive(Debug)]
pub(crate) struct Fates(Box<[AtomicU8]>);

// Relaxed: what is decided before the run is seen by all that run tasks, and what is decided later is of a task that runs, whose
// steps come one after the other.
impl Fates {
    fn new(tasks: usize) -> Self {
        Fates((0..tasks).map(|_| AtomicU8::new(Fate::Runs as u8)).collect())
    }

    #[inline]
    pub(crate) fn of(&self, task: u32) -> Fate {
        FATES[self.0[task as usize].load(Ordering::Relaxed) as usize]
    }

    pub(crate) fn set(&self, task: u32, fate: Fate) {
        self.0[task as usize].store(fate as u8, Ordering::Relaxed);
    }
}

/// Why a task is needed.
#[derive(Clone, Copy, Default)]
struct Need {
    /// A task that runs reads its output, or it is an output of the graph.
    is_read: bool,
    /// A task that runs comes after it.
    is_waited_for: bool,
    has_readers: bool,
}

/// A plan, while it is made.
pub(crate) struct Planner<'plan, 'run, J: ?Sized> {
    pub(crate) graph: &'plan J,
    pub(crate) store: &'plan Store,
    pub(crate) keys: &'plan Keys<'run>,
}

/// What was planned.
pub(crate) struct Plan {
    pub(crate) fates: Fates,
    /// For each hit: the task, and what the store knows of it.
    pub(crate) hits: Vec<(u32, Found)>,
    /// Keeps what is read later from `gc`s.
    pub(super) _hold: Hold,
}

impl<J: KeptGraph + ?Sized> Planner<'_, '_, J> {
    /// Finds the keys that are known before the run.
    pub(crate) fn find_keys(&self) {
        let mut key = TaskKey::new(self.graph.table(), self.keys);
        let view = self.view();
        for &task in view.serial_order() {
            if !self.is_volatile(task) {
                self.keys.find(self.graph, task, &mut key);
            }
        }
    }

    /// What the store has of each task that is kept.
    pub(crate) fn find(&self) -> Vec<Option<Found>> {
        let find = |task| {
            let is_kept = self.codec(task).is_some() && !self.is_volatile(task);
            self.store.find(self.keys.get(task).filter(|_| is_kept)?)
        };
        (0..self.view().len() as u32).map(find).collect()
    }

    /// Keeps from `gc`s what is in the store of these tasks, if that is more than is decoded before the run. What has gone until
    /// now is no longer found.
    pub(super) fn hold(&self, found: &mut [Option<Found>]) -> Hold {
        let bytes: u64 = found.iter().flatten().map(|found| found.bytes).sum();
        if bytes <= AT_START {
            return self.store.hold(&[]);
        }
        let key = |task: usize| self.keys.get(task as u32).copied().filter(|_| found[task].is_some());
        let keys: Vec<Digest> = (0..found.len()).filter_map(key).collect();
        let hold = self.store.hold(&keys);
        let missing: BTreeSet<Digest> = hold.missing.iter().copied().collect();
        for (task, found) in (0..).zip(found).filter(|_| !missing.is_empty()) {
            if self.keys.get(task).is_some_and(|key| missing.contains(key)) {
                *found = None;
            }
        }
        hold
    }

    /// Decides what is done with each task, of which `found` tells what the store has. The outputs that the run needs of these are
    /// put into their slots.
    pub(crate) fn plan(&self, mut found: Vec<Option<Found>>, decode: Decode) -> Plan {
        let hold = match decode {
            Decode::AtStart => self.hold(&mut found),
            Decode::Never => self.store.hold(&[]),
        };
        let mut bytes = 0;
        let (fates, hits) = self.decide(&found, |task, found| {
            if decode == Decode::AtStart && bytes + found.bytes <= AT_START {
                self.decode(task)?;
                bytes += found.bytes;
                return Some(Fate::Stored);
            }
            self.can_be_read(task).then_some(Fate::Reads)
        });
        Plan { fates, hits, _hold: hold }
    }

    /// Decides what is done with each task, of which `found` tells what the store has. `take` says what is done with one whose
    /// output was found and is read, unless that cannot be.
    pub(super) fn decide(
        &self,
        found: &[Option<Found>],
        mut take: impl FnMut(u32, &Found) -> Option<Fate>,
    ) -> (Fates, Vec<(u32, Found)>) {
        let view = self.view();
        let fates = Fates::new(view.len());
        let mut needs = vec![Need::default(); view.len()];
        for &task in view.serial_order() {
            view.reads_of(task).iter().for_each(|&read| needs[read as usize].has_readers = true);
        }
        let mut hits = Vec::new();
        let again = self.again(found);
        for &task in view.serial_order().iter().rev() {
            let Need { is_read, is_waited_for, has_readers } = needs[task as usize];
            let is_read = is_read || again.is_none() && view.place(task).line.output;
            let always = self.keys.is_keyless(task) || self.is_volatile(task);
            let is_asked_for = match &again {
                None => always || !has_readers,
                Some(again) => again.contains(&task),
            };
            if !is_read && !is_waited_for && !is_asked_for {
                fates.set(task, Fate::NotNeeded);
                continue;
            }
            let is_again = again.is_some() && is_asked_for;
            let hit = found[task as usize].filter(|_| !is_again).and_then(|found| {
                let fate = if is_read { take(task, &found)? } else { Fate::Found };
                Some((fate, found))
            });
            if let Some((fate, found)) = hit {
                fates.set(task, fate);
                hits.push((task, found));
                continue;
            }
            if self.codec(task).is_some() && self.keys.get(task).is_none() && !always {
                fates.set(task, Fate::Asks);
            }
            view.reads_of(task).iter().for_each(|&read| needs[read as usize].is_read = true);
            view.dependencies_of(task).iter().for_each(|&other| needs[other as usize].is_waited_for = true);
        }
        (fates, hits)
    }

    /// Whether the output of a task can be read later. Reads all of it.
    pub(super) fn can_be_read(&self, task: u32) -> bool {
        self.keys.get(task).is_some_and(|key| self.store.check(key))
    }

    /// The tasks that run although their outputs were found, and nothing else than what they need, if outputs are made again to
    /// be compared.
    fn again(&self, found: &[Option<Found>]) -> Option<BTreeSet<u32>> {
        #[cfg(feature = "cli")]
        if let Some(rerun) = self.store.rerun() {
            let tasks = (0..).zip(found).filter(|(_, found)| found.is_some());
            let keys = tasks.filter_map(|(task, _)| Some((task, *self.keys.get(task)?)));
            let chosen = rerun.choose(keys.clone().map(|(_, key)| key).collect());
            return Some(keys.filter(|(_, key)| chosen.contains(key)).map(|(task, _)| task).collect());
        }
        let _ = found;
        None
    }

    /// Puts the output of a task into its slot, before the run. `None` if that cannot be.
    pub(super) fn decode(&self, task: u32) -> Option<()> {
        let (key, codec) = (self.keys.get(task)?, self.codec(task)?);
        let place = self.view().place(task);
        if let Some(len) = self.store.find(key).and_then(|found| filled_size(codec, &found)) {
            let fill = |memory: &mut [u8]| self.store.read_to(key, memory);
            if self.graph.slots().fill_before_run(codec, place, len, fill) {
                return Some(());
            }
        }
        let content = self.store.content(key)?;
        let decode = || self.graph.slots().decode_before_run(codec, place, bytes(&content, place)?);
        let (decoded, files) = collect_and_check(|| catch(decode));
        self.keys.files.in_output(task, files);
        match decoded {
            Ok(()) => Some(()),
            Err(failure) => {
                self.store.warn(format_args!(
                    "the output of task `{}` cannot be decoded: {failure}",
                    place.line.name
                ));
                None
            }
        }
    }

    fn view(&self) -> &View {
        self.graph.view()
    }

    fn line(&self, task: u32) -> Option<&'static KeptLine> {
        self.graph.kept_lines().get(self.view().line(task) as usize)
    }

    fn is_volatile(&self, task: u32) -> bool {
        self.line(task).is_some_and(KeptLine::is_volatile)
    }

    fn codec(&self, task: u32) -> Option<&'static Codec> {
        self.line(task)?.codec.as_ref()
    }
}

/// The size of an output in bytes, if it is read straight to where it belongs.
pub(super) fn filled_size(codec: &Codec, found: &Found) -> Option<usize> {
    let len = usize::try_from(found.bytes).ok()?;
    (codec.is_plain() && len >= LARGE).then_some(len)
}

/// The encoded output of a task: `None`, for one that was not wanted.
///
/// # Errors
///
/// Fails if a task without `when` is said not to have been wanted.
pub(crate) fn bytes<'c>(content: &'c Content, place: Place<'_>) -> Outcome<&'c [u8]> {
    match content {
        Content::NotWanted if place.line.optional => Ok(&[0]),
        Content::NotWanted => Err("it is kept as that of a task that was not wanted".into()),
        Content::Output(bytes) => Ok(bytes),
    }
}
