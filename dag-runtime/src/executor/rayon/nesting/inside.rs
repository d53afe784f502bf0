//! That a task runs on a thread.

/// Runs a task of a run, or a part of one. Debug builds check that this thread is inside of no other task
/// of that run.
#[inline]
pub(in crate::executor) fn inside_task<T>(run: u64, body: impl FnOnce() -> T) -> T {
    #[cfg(debug_assertions)]
    let _inside = checks::Inside::new(run);
    #[cfg(not(debug_assertions))]
    let _ = run;
    body()
}

#[cfg(debug_assertions)]
mod checks {
    use alloc::vec::Vec;
    use core::cell::RefCell;
    use std::thread_local;

    thread_local! {
        /// The runs inside of whose tasks this thread is.
        static RUNS: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) struct Inside;

    impl Inside {
        pub(super) fn new(run: u64) -> Self {
            // Not checked in destructors of thread-locals.
            _ = RUNS.try_with(|runs| {
                let mut runs = runs.borrow_mut();
                assert!(!runs.contains(&run), "a task starts inside of another task of its run");
                runs.push(run);
            });
            Inside
        }
    }

    impl Drop for Inside {
        fn drop(&mut self) {
            _ = RUNS.try_with(|runs| runs.borrow_mut().pop());
        }
    }
}
