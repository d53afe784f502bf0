//! Elements are kept one by one, by whatever rank has run them.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use dag_runtime::mpi::Mpi;
use dag_runtime::{Serial, Store, dag, task};

use super::Folders;
use crate::cases::each_way;
use crate::cases::failures::agree;

/// How many elements have run on this rank since that was asked last.
static CALLS: AtomicU32 = AtomicU32::new(0);

#[task]
fn words() -> Vec<String> {
    (0..200).map(|k| format!("{k}")).collect()
}

fn call(word: &str, fails: u32) -> Result<String, String> {
    CALLS.fetch_add(1, SeqCst);
    thread::sleep(Duration::from_micros(100));
    let is_failing = word.parse() == Ok(fails);
    if is_failing { Err(format!("{word} fails")) } else { Ok(format!("<{word}>")) }
}

#[task(depends = [words], each = words)]
fn marked(words: &str, #[key(skip)] fails: u32) -> Result<String, String> {
    call(words, fails)
}

#[task(depends = [words], each = words)]
fn eaten(words: String, #[key(skip)] fails: u32) -> Result<String, String> {
    call(&words, fails)
}

#[task]
fn calls() -> u32 {
    CALLS.swap(0, SeqCst)
}

dag! {
    graph Marked(fails: u32) -> marked { words on 0, marked(fails) on 0 keep }

    graph Eaten(fails: u32) -> eaten { words on 0, eaten(fails) on 0 keep }

    graph Calls[n] -> calls { calls[rank in 0..n] = calls() on rank }
}

pub fn elements(mpi: &Mpi, folders: &Folders<'_>) {
    let expected = Marked { fails: 1000 }.run(&Serial).unwrap();
    CALLS.store(0, SeqCst);
    let calls = |mpi: &Mpi| Calls { n: mpi.ranks() }.run(mpi).unwrap().into_iter().sum::<u32>();
    each_way(mpi, |mpi| {
        let store = Store::open(folders.next()).unwrap();
        // They are elements of tasks with other paths.
        for by_value in [false, true] {
            let on = mpi.clone().store(&store).keep_going();
            let run = |fails| match by_value {
                false => Marked { fails }.run(&on),
                true => Eaten { fails }.run(&on),
            };
            let error = run(150).unwrap_err().to_string();
            assert!(error.contains("150 fails"), "{error}");
            agree(&mpi, &error);
            assert_eq!(calls(&mpi), 200);
            assert_eq!(run(1000).unwrap(), expected);
            // Those that were lent by value are kept with the whole list only.
            let calls_again = calls(&mpi);
            assert!(calls_again == 1 || by_value && calls_again > 1, "{calls_again}");
            assert_eq!(run(1000).unwrap(), expected);
            assert_eq!(calls(&mpi), 0);
        }
        assert_eq!(store.warnings(), [""; 0]);
    });
}
