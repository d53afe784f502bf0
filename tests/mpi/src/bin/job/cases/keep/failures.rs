//! A run that has failed or was stopped keeps what has finished anywhere.

use std::thread;
use std::time::Duration;

use dag_runtime::mpi::Mpi;
use dag_runtime::{Serial, Stop, Store, dag, task};

use super::{Folders, Summary, run};
use crate::cases::each_way;
use crate::cases::failures::agree;

/// What happens at which task.
#[derive(Clone, Debug)]
struct At {
    task: usize,
    stop: Option<Stop>,
}

#[task]
fn step(this: usize, before: Option<&u64>, #[key(skip)] at: &At) -> Result<u64, String> {
    thread::sleep(Duration::from_millis(1));
    match &at.stop {
        _ if at.task != this => {}
        Some(stop) => stop.stop(),
        None => return Err(format!("{this} fails")),
    }
    Ok(before.map_or(7, |before| before.wrapping_mul(31).wrapping_add(this as u64)))
}

#[task]
fn end(links: &[u64]) -> u64 {
    links.iter().fold(0, |sum, &next| sum ^ next)
}

const LINKS: usize = 48;

dag! {
    /// Four chains, each of which changes ranks.
    graph Chains(at: At) -> end {
        link[i in 0..4, k in 0..12] =
            step(12 * i + k, if k > 0 { Some(&link[i, k - 1]) } else { None }, &at) on (i + k) % ranks keep,
        end(&link),
    }
}

pub fn failures(mpi: &Mpi, folders: &Folders<'_>) {
    let nowhere = || At { task: usize::MAX, stop: None };
    let expected = Chains { at: nowhere() }.run(&Serial).unwrap();
    each_way(mpi, |mpi| {
        for keep_going in [false, true] {
            let mpi = if keep_going { mpi.clone().keep_going() } else { mpi.clone() };
            let store = Store::open(folders.next()).unwrap();
            let at = At { task: 18, stop: None };
            let (result, before) = run!(&mpi, &store, Chains { at });
            let error = result.unwrap_err();
            assert!(error.to_string().contains("18 fails"), "{error}");
            agree(&mpi, &error.to_string());
            let (result, after) = run!(&mpi, &store, Chains { at: nowhere() });
            assert_eq!(result.unwrap(), expected);
            if let (Some((before, _)), Some((after, _))) = (before, after) {
                assert_eq!((before.failed, before.finished + before.skipped), (1, LINKS), "{before:?}");
                assert_eq!(
                    (after.hits + after.not_needed, after.finished),
                    (before.finished, LINKS + 1 - before.finished)
                );
                assert!(!keep_going || before.finished == LINKS - 6, "{before:?}");
            }
        }
        // A stop on the last rank.
        let store = Store::open(folders.next()).unwrap();
        let (stop, summary) = (Stop::new(), Summary::default());
        let at = At { task: 30, stop: Some(stop.clone()) };
        let on = mpi.clone().store(&store).observe(&summary).stop_when(&stop);
        let error = Chains { at }.run(&on).unwrap_err();
        assert!(error.is_stopped(), "{error}");
        let before = summary.take().0;
        let (result, after) = run!(&mpi, &store, Chains { at: nowhere() });
        assert_eq!(result.unwrap(), expected);
        if let Some((after, _)) = after {
            assert_eq!(after.finished, LINKS + 1 - before.finished, "{before:?} {after:?}");
        }
    });
}
