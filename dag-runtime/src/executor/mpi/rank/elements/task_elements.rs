//! One task that runs once for each element of an output, as the threads of a rank share it.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::any::{Any, TypeId};
use core::cell::Cell;
use core::ops::Range;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::time::Instant;

use crate::error::{Outcome, catch};
use crate::executor::each::{clear, run_step};
use crate::executor::mpi::crew::{Bench, Reason, keep_first};
use crate::executor::mpi::rank::steal::elements::Loan;
use crate::slot::{EachCell, Elements, Part, Position};

/// Such a task, after it was opened.
pub(crate) struct Sheet {
    node: u32,
    cell: EachCell,
    width: usize,
    /// The number of the first element, in the task.
    first: usize,
    /// When it started: where somebody observes the run, and this is the task's own rank.
    start: Option<Duration>,
    /// Of how many elements the observer was told that they are done.
    told: AtomicUsize,
}

/// What has become of some elements.
pub(crate) struct Ran {
    /// Whether all were run, or failed.
    pub(crate) complete: bool,
    /// That of the first one that has failed.
    pub(crate) failure: Option<Reason>,
}

impl Sheet {
    /// Begins a task.
    pub(crate) fn open(bench: &Bench<'_>, threads: usize, node: u32) -> Result<Arc<Self>, Reason> {
        let start = bench.trace.as_ref().map(|trace| catch(|| Ok(trace.started(node))));
        let start = start.transpose().map_err(Reason::whole)?;
        Sheet::opened(bench, threads, node, 0, start, None)
    }

    /// Begins a part of a task of another rank.
    pub(crate) fn open_loan(
        bench: &Bench<'_>,
        threads: usize,
        node: u32,
        loan: &mut Loan,
    ) -> Result<Arc<Self>, Reason> {
        let first = if loan.by_value { loan.range.start } else { 0 };
        Sheet::opened(bench, threads, node, first, None, loan.elements.take())
    }

    fn opened(
        bench: &Bench<'_>,
        threads: usize,
        node: u32,
        first: usize,
        start: Option<Duration>,
        elements: Option<Box<dyn Any>>,
    ) -> Result<Arc<Self>, Reason> {
        let elements = elements.map(|elements| Cell::new(Some(elements)));
        let mut sheet = Sheet {
            node,
            cell: EachCell::on_threads(threads + 1),
            width: 0,
            first,
            start,
            told: AtomicUsize::new(0),
        };
        let opened = catch(|| {
            let part = match &elements {
                None => Part::Open(&sheet.cell),
                Some(elements) => Part::OpenOver(&sheet.cell, elements),
            };
            sheet.step(bench, part, &Position::new())?;
            #[allow(unsafe_code)]
            // SAFETY: this thread has opened it, and nobody else knows it yet.
            let width = unsafe { sheet.cell.width() }.unwrap_or(0);
            sheet.width = width;
            sheet.tell(bench, 0)
        });
        match opened {
            Ok(()) => Ok(Arc::new(sheet)),
            Err(failure) => {
                sheet.clear();
                Err(Reason::whole(failure))
            }
        }
    }

    /// How many elements there are.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Runs some elements.
    pub(crate) fn run(&self, bench: &Bench<'_>, elements: Range<usize>) -> Ran {
        let Some(trace) = &bench.trace else { return self.run_all(bench, elements) };
        let start = Instant::now();
        let mut ran = self.run_all(bench, elements);
        let told = catch(|| {
            trace.ran_elements(self.node, start.elapsed());
            Ok(())
        });
        if let Err(failure) = told {
            keep_first(&mut ran.failure, Reason::whole(failure));
        }
        ran
    }

    fn run_all(&self, bench: &Bench<'_>, elements: Range<usize>) -> Ran {
        let position = Position::new();
        let mut ran = Ran { complete: true, failure: None };
        let mut first = elements.start;
        while first < elements.end {
            let part = Part::Elements(&self.cell, Elements::new(first..elements.end, Some(&bench.stop)));
            match catch(|| self.step(bench, part, &position)) {
                Ok(()) => {
                    ran.complete = position.element().is_none();
                    break;
                }
                Err(failure) => {
                    let element = position.element();
                    keep_first(
                        &mut ran.failure,
                        Reason { element: element.map(|k| self.first + k), failure },
                    );
                    if !bench.keep_going {
                        ran.complete = false;
                        return ran;
                    }
                    // Where no element was at fault, none of these can run.
                    first = element.map_or(elements.end, |element| element + 1);
                    position.reset();
                }
            }
        }
        if ran.complete {
            if let Err(failure) = catch(|| self.tell(bench, elements.len())) {
                keep_first(&mut ran.failure, Reason::whole(failure));
            }
        }
        ran
    }

    /// Tells the observer that elements are done.
    pub(crate) fn tell(&self, bench: &Bench<'_>, count: usize) -> Outcome<()> {
        if let (Some(trace), Some(_)) = (&bench.trace, self.start) {
            let done = self.told.fetch_add(count, Ordering::Relaxed) + count;
            trace.elements(self.node, done, self.width);
        }
        Ok(())
    }

    /// Ends the task, all elements of which have run: its output is there.
    pub(crate) fn close(&self, bench: &Bench<'_>) -> Result<(), Reason> {
        let closed = catch(|| {
            self.step(bench, Part::Close(&self.cell), &Position::new())?;
            if let (Some(trace), Some(start)) = (&bench.trace, self.start) {
                trace.finished(self.node, start);
            }
            Ok(())
        });
        closed.map_err(|failure| {
            self.clear();
            bench.fails(self.node, None, failure)
        })
    }

    /// The type of a vector of its elements, where it owns these.
    pub(crate) fn owned_elements(&self) -> Option<TypeId> {
        #[allow(unsafe_code)]
        // SAFETY: it is open.
        unsafe {
            self.cell.owned_elements()
        }
    }

    /// Gives elements away that it owns, and that were not handed out.
    pub(crate) fn lend(&self, elements: Range<usize>) -> Box<dyn Any> {
        #[allow(unsafe_code)]
        // SAFETY: the run lends each element once, and hands none out that is lent.
        unsafe {
            self.cell.lend(elements)
        }
    }

    /// Takes them back: they were not run.
    pub(crate) fn regain(&self, elements: Range<usize>, lent: Box<dyn Any>) {
        #[allow(unsafe_code)]
        // SAFETY: as in `lend`.
        unsafe {
            self.cell.regain(elements, lent);
        }
    }

    /// Gives away the outputs of elements that another rank has lent.
    pub(crate) fn outputs(&self, elements: Range<usize>) -> Box<dyn Any> {
        #[allow(unsafe_code)]
        // SAFETY: the run asks for them when all of these elements have run here and are back, and closes
        // no task that another rank has lent.
        unsafe {
            self.cell.outputs(elements)
        }
    }

    /// Stores the outputs of elements that were lent, if they are as many.
    pub(crate) fn store(&self, elements: Range<usize>, outputs: Box<dyn Any>) -> bool {
        #[allow(unsafe_code)]
        // SAFETY: as in `lend`. They are what the codec of this task has decoded, on a rank that has
        // agreed on the same program.
        unsafe {
            self.cell.store(elements, outputs)
        }
    }

    /// Drops what there is of a task that will not be closed, and of which nothing runs any more.
    pub(crate) fn clear(&self) {
        #[allow(unsafe_code)]
        // SAFETY: the run counts the elements that are handed out, and has this called when all are
        // back, by the thread that has seen them come.
        unsafe {
            clear(&self.cell);
        }
    }

    fn step(&self, bench: &Bench<'_>, part: Part<'_>, position: &Position) -> Outcome<()> {
        #[allow(unsafe_code)]
        // SAFETY: as for a whole task: all that it waits for has finished or arrived here, and is kept
        // until it is done. It is opened before anybody else knows the sheet; the run hands out each
        // element once, and closes it when all are back.
        unsafe {
            run_step(bench.job, self.node, part, position)
        }
    }
}
