//! One task that runs once for each element of an output, as the threads of a rank share it.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::any::{Any, TypeId};
use core::cell::Cell;
use core::ops::Range;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::time::Instant;

use super::execution::{Execution, TaskFailure};
use crate::error::{Outcome, catch};
use crate::executor::each::{clear, run_step};
use crate::executor::mpi::report::FirstFailures;
use crate::slot::{EachCell, Elements, ObservedCall, Part, Position};

/// Such a task, after it was opened.
pub(super) struct TaskElements {
    task: u32,
    cell: EachCell,
    width: usize,
    /// The number of the first element, in the task.
    first: usize,
    /// When it started: where the run is observed, and this is the task's own rank.
    start: Option<Duration>,
    /// Of how many elements the observer was told that they are done.
    told: AtomicUsize,
}

/// What has become of some elements.
pub(super) struct Ran {
    /// Which ones, in the task.
    pub(super) elements: Range<usize>,
    /// Whether all were run, or failed.
    pub(super) complete: bool,
    /// Those that have failed.
    pub(super) failures: FirstFailures,
}

impl TaskElements {
    /// Begins a task of this rank.
    pub(super) fn open(
        execution: &Execution<'_>,
        threads: usize,
        task: u32,
    ) -> Result<Arc<Self>, TaskFailure> {
        let start = execution.trace.as_ref().map(|trace| catch(|| Ok(trace.started(task))));
        let start = start.transpose().map_err(TaskFailure::whole)?;
        TaskElements::opened(execution, threads, task, 0, start, None)
    }

    /// Begins a part of a task of another rank: `first` is the number of its first element, and `elements` are themselves where
    /// the task takes them by value.
    pub(super) fn open_part(
        execution: &Execution<'_>,
        threads: usize,
        task: u32,
        first: usize,
        elements: Option<Box<dyn Any>>,
    ) -> Result<Arc<Self>, TaskFailure> {
        TaskElements::opened(execution, threads, task, first, None, elements)
    }

    fn opened(
        execution: &Execution<'_>,
        threads: usize,
        task: u32,
        first: usize,
        start: Option<Duration>,
        elements: Option<Box<dyn Any>>,
    ) -> Result<Arc<Self>, TaskFailure> {
        let elements = elements.map(|elements| Cell::new(Some(elements)));
        let cell = EachCell::on_threads(threads + 1);
        let mut state = TaskElements {
            task,
            cell: if elements.is_some() { cell.of_lent() } else { cell },
            width: 0,
            first,
            start,
            told: AtomicUsize::new(0),
        };
        let opened = catch(|| {
            let part = match &elements {
                None => Part::Open(&state.cell),
                Some(elements) => Part::OpenOver(&state.cell, elements),
            };
            state.step(execution, part, &Position::new())?;
            #[allow(unsafe_code)]
            // SAFETY: this thread has opened the task, and no other thread has its state yet.
            let width = unsafe { state.cell.width() }.unwrap_or(0);
            state.width = width;
            state.tell(execution, 0)
        });
        match opened {
            Ok(()) => Ok(Arc::new(state)),
            Err(failure) => {
                state.clear();
                Err(TaskFailure::whole(failure))
            }
        }
    }

    /// How many elements there are.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Runs some elements.
    pub(super) fn run(&self, execution: &Execution<'_>, elements: Range<usize>) -> Ran {
        let Some(trace) = &execution.trace else { return self.run_all(execution, elements) };
        let start = Instant::now();
        let mut ran = self.run_all(execution, elements);
        let told = catch(|| {
            trace.ran_elements(self.task, start.elapsed());
            Ok(())
        });
        if let Err(failure) = told {
            ran.failures.push(TaskFailure::whole(failure).of(self.task));
        }
        ran
    }

    fn run_all(&self, execution: &Execution<'_>, elements: Range<usize>) -> Ran {
        let events = execution.trace.as_ref().map(|trace| trace.call_events(self.task, self.first));
        let calls = events.as_ref().map(|events| ObservedCall::new(events));
        let position = Position::observed(calls.as_ref());
        let in_task = self.first + elements.start..self.first + elements.end;
        let mut ran = Ran { elements: in_task, complete: true, failures: FirstFailures::default() };
        let mut first = elements.start;
        while first < elements.end {
            let part = Part::Elements(&self.cell, Elements::new(first..elements.end, Some(&execution.stop)));
            match catch(|| self.step(execution, part, &position)) {
                Ok(()) => {
                    ran.complete = position.element().is_none();
                    break;
                }
                Err(failure) => {
                    let element = position.element();
                    let failure = TaskFailure { element: element.map(|k| self.first + k), failure };
                    ran.failures.push(failure.of(self.task));
                    if !execution.keep_going {
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
            if let Err(failure) = catch(|| self.tell(execution, elements.len())) {
                ran.failures.push(TaskFailure::whole(failure).of(self.task));
            }
        }
        ran
    }

    /// Tells the observer that elements are done.
    pub(super) fn tell(&self, execution: &Execution<'_>, count: usize) -> Outcome<()> {
        if let (Some(trace), Some(_)) = (&execution.trace, self.start) {
            let done = self.told.fetch_add(count, Ordering::Relaxed) + count;
            trace.elements(self.task, done, self.width);
        }
        Ok(())
    }

    /// Ends the task, all elements of which have run: its output is there.
    pub(super) fn close(&self, execution: &Execution<'_>) -> Result<(), TaskFailure> {
        let closed = catch(|| {
            let position = Position::new();
            self.step(execution, Part::Close(&self.cell), &position)?;
            if let (Some(trace), Some(start)) = (&execution.trace, self.start) {
                trace.ended(self.task, start, position.take_end());
            }
            Ok(())
        });
        closed.map_err(|failure| {
            self.clear();
            execution.failed(self.task, TaskFailure::whole(failure))
        })
    }

    /// The type of a vector of its elements, where it owns these.
    pub(super) fn owned_elements(&self) -> Option<TypeId> {
        #[allow(unsafe_code)]
        // SAFETY: the task is open.
        unsafe {
            self.cell.owned_elements()
        }
    }

    /// Gives elements away that it owns, and that were not handed out.
    pub(super) fn lend(&self, elements: Range<usize>) -> Box<dyn Any> {
        #[allow(unsafe_code)]
        // SAFETY: the run lends each element once, and hands out no element that is lent.
        unsafe {
            self.cell.lend(elements)
        }
    }

    /// Takes them back: they were not run.
    pub(super) fn regain(&self, elements: Range<usize>, lent: Box<dyn Any>) {
        #[allow(unsafe_code)]
        // SAFETY: as in `lend`.
        unsafe {
            self.cell.regain(elements, lent);
        }
    }

    /// Gives away the outputs of elements that another rank has lent.
    pub(super) fn outputs(&self, elements: Range<usize>) -> Box<dyn Any> {
        #[allow(unsafe_code)]
        // SAFETY: the run calls this after all of these elements have run here and their threads have returned them. It
        // does not close a task that another rank has lent.
        unsafe {
            self.cell.outputs(elements)
        }
    }

    /// Stores the outputs of elements that were lent, if they are as many.
    pub(super) fn store(&self, elements: Range<usize>, outputs: Box<dyn Any>) -> bool {
        #[allow(unsafe_code)]
        // SAFETY: as in `lend`. The codec of this task has decoded the outputs, and all ranks have agreed that they run
        // the same program.
        unsafe {
            self.cell.store(elements, outputs)
        }
    }

    /// Drops what there is of a task that will not be closed, and of which nothing runs any more.
    pub(super) fn clear(&self) {
        #[allow(unsafe_code)]
        // SAFETY: the run counts the elements that are handed out. The thread that collects them calls this after all
        // are back.
        unsafe {
            clear(&self.cell);
        }
    }

    fn step(&self, execution: &Execution<'_>, part: Part<'_>, position: &Position<'_>) -> Outcome<()> {
        #[allow(unsafe_code)]
        // SAFETY: as for a whole task: everything that it waits for has finished or has arrived here, and is kept until
        // it is done. It is opened before any other thread has the state. The run hands out each element once, and
        // closes the task after all are back.
        unsafe {
            run_step(execution.job, self.task, part, position)
        }
    }
}
