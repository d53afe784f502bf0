//! Runs with a store.

use alloc::vec::Vec;

use super::Mpi;
use crate::error::{Error, Outcome};
use crate::executor::mpi::agreement::kept::agree;
use crate::executor::mpi::collective::tell;
use crate::executor::mpi::inside;
use crate::executor::mpi::rank::{KeptOutput, KeptTasks};
use crate::executor::mpi::world::Link;
use crate::graph::KeptGraph;
use crate::keep::{self, Counts, Findings, KeptMonitor, News, Place, RankJob};
use crate::observe::Monitor;
use crate::slot::Codec;
use crate::store::{Digest, Store};

impl<M: Monitor + Sync> Mpi<M> {
    /// Runs all tasks of a graph with `keep`, with a store.
    pub(in crate::executor) fn run_kept(
        &self,
        graph: &(dyn KeptGraph + Sync),
        codecs: &'static [Option<Codec>],
        store: &Store,
    ) -> Result<(), Error> {
        let (world, monitor) = (&*self.world, &self.options.monitor);
        if world.ranks == 1 {
            self.check_root()?;
            return keep::run(graph, store, monitor, |job, monitor| self.run_alone(job, monitor))
                .map_err(|error| error.on_rank(0));
        }
        let Ok(mut link) = world.link.try_borrow_mut() else {
            return Err(Error::setup(inside::NESTED.into(), None));
        };
        let Link { connection, starts } = &mut *link;
        let mut start = self.start(graph, codecs, connection, starts, true)?;
        let plan = &start.prepared.plan;
        let crowded = world.is_crowded(self.threads);
        let mut findings = Findings::new(graph, store);
        let placement = (plan, start.plan_key.receivers);
        let agreed = agree(connection, (world.rank, crowded), (graph, store), &mut findings, placement)?;
        let counts = Counts::new(store);
        let job = findings.into_job(agreed, &counts, |task| plan.homes[task as usize] == world.rank);
        // A task that is not called takes nothing.
        start.needs = start.needs.map(|needs| needs.of_some(|task| job.may_run(task)));
        let monitor = KeptMonitor::new(monitor, &counts);
        let result =
            self.run_agreed(&job.job, codecs, connection, &start, (&monitor, Some(&job)), |connection| {
                let told = tell(connection, &counts.end_of_rank(), crowded);
                let others = told.chunks_exact(Counts::NUMBERS).enumerate();
                let others = others.filter(|&(rank, _)| world.rank == 0 && rank != 0);
                others.for_each(|(_, numbers)| counts.add(numbers));
            });
        drop(job);
        keep::end(store, result)
    }
}

impl KeptTasks for RankJob<'_, dyn KeptGraph + Sync + '_> {
    fn may_run(&self, task: u32) -> bool {
        RankJob::may_run(self, task)
    }

    fn may_be_lent(&self, task: u32) -> bool {
        self.may_run_elsewhere(task)
    }

    fn output(&self, task: u32) -> KeptOutput {
        match self.place(task) {
            Place::Slot => KeptOutput::InSlot,
            Place::Store => KeptOutput::InStore,
            Place::Nowhere => KeptOutput::None,
        }
    }

    fn read(&self, task: u32) -> Outcome<(&'static Codec, Vec<u8>)> {
        RankJob::read(self, task)
    }

    fn decoding(&self, task: u32, from_store: bool, decode: &mut dyn FnMut()) {
        RankJob::decoding(self, task, from_store, decode);
    }

    fn news(&self, task: u32) -> Vec<u8> {
        encode(RankJob::news(self, task))
    }

    fn hear(&self, task: u32, news: &[u8]) {
        if let Some((&tainted, key)) = news.split_first() {
            RankJob::hear(self, task, (tainted != 0, key.try_into().ok().map(Digest)));
        }
    }
}

/// Whether the task is tainted, and its key, if there is one.
fn encode(news: Option<News>) -> Vec<u8> {
    let Some((tainted, key)) = news else { return Vec::new() };
    let mut bytes = Vec::from([u8::from(tainted)]);
    bytes.extend(key.into_iter().flat_map(|Digest(key)| key));
    bytes
}
