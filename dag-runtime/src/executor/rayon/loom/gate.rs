//! The gate of a run.

use ::loom::sync::Arc;
use ::loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use ::loom::thread;

use super::model::check;
use crate::executor::rayon::gate::Gate;

#[test]
fn a_late_helper_does_not_touch_the_run() {
    check(|| {
        let shared = Arc::new((Gate::new(), AtomicU32::new(0)));
        // Written before a run, and after it.
        let helper = {
            let shared = shared.clone();
            thread::spawn(move || {
                let (gate, run) = &*shared;
                if gate.enter() {
                    let before = run.load(Relaxed);
                    assert!(before == 1 || before == 3, "no run is open");
                    assert_eq!(run.load(Relaxed), before);
                    _ = gate.leave();
                }
            })
        };
        let (gate, run) = &*shared;
        for number in [1, 3] {
            run.store(number, Relaxed);
            gate.open();
            while !gate.vacant().is_some_and(|vacant| gate.close(vacant)) {
                thread::yield_now();
            }
            run.store(number + 1, Relaxed);
        }
        helper.join().unwrap();
    });
}

#[test]
fn the_last_helper_wakes_the_owner() {
    check(|| {
        let gate = Arc::new(Gate::new());
        gate.open();
        let owner = thread::current();
        let helper = {
            let gate = gate.clone();
            thread::spawn(move || {
                if gate.enter() && gate.leave() {
                    owner.unpark();
                }
            })
        };
        while !gate.vacant().is_some_and(|vacant| gate.close(vacant)) {
            gate.announce_wait();
            if gate.vacant().is_none() {
                thread::park();
            }
            _ = gate.claim_wake();
        }
        helper.join().unwrap();
    });
}

#[test]
fn no_call_is_lost() {
    check(|| {
        let shared = Arc::new((Gate::new(), AtomicU32::new(0)));
        // A helper lingers after it has found no task, while another thread publishes one and calls.
        let helper = {
            let shared = shared.clone();
            thread::spawn(move || {
                let (gate, task) = &*shared;
                gate.linger() && task.load(Relaxed) == 1
            })
        };
        let (gate, task) = &*shared;
        task.store(1, Relaxed);
        let sent = gate.call();
        let stayed = helper.join().unwrap();
        assert!(sent || stayed, "nobody comes");
    });
}
