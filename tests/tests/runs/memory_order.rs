//! How many outputs are alive at once.

use std::hint::spin_loop;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dag_runtime::{Rayon, Serial, dag, task};
use dag_tests::in_time;

const LOADS: usize = 200;

/// How many there are, and the most that there were.
#[derive(Default)]
struct Alive(Mutex<(usize, usize)>);

struct Load(Arc<Alive>);

impl Load {
    fn new(alive: &Arc<Alive>) -> Self {
        let mut counts = alive.0.lock().unwrap();
        counts.0 += 1;
        counts.1 = counts.1.max(counts.0);
        drop(counts);
        Load(alive.clone())
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().0 -= 1;
    }
}

fn spend(micros: u64) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_micros(micros) {
        spin_loop();
    }
}

#[task]
fn load(alive: &Arc<Alive>, _i: usize) -> Load {
    spend(30);
    Load::new(alive)
}

#[task]
fn list() -> Vec<usize> {
    (0..LOADS).collect()
}

#[task]
fn load_listed(list: &[usize], alive: &Arc<Alive>, _i: usize) -> Load {
    spend(30);
    assert_eq!(list.len(), LOADS);
    Load::new(alive)
}

#[task]
fn read(_load: &Load) -> usize {
    spend(20);
    1
}

#[task]
fn sum(numbers: &[usize]) -> usize {
    numbers.iter().sum()
}

dag! {
    /// One reader each, listed after all loads.
    graph One(alive: Arc<Alive>) -> n {
        l[i in 0..LOADS] = load(&alive, i),
        a[i in 0..LOADS] = read(&l[i]),
        n = sum(&a),
    }

    /// Two readers each.
    graph Two(alive: Arc<Alive>) -> (n, m) {
        l[i in 0..LOADS] = load(&alive, i),
        a[i in 0..LOADS] = read(&l[i]),
        b[i in 0..LOADS] = read(&l[i]),
        n = sum(&a),
        m = sum(&b),
    }

    /// Two readers each, and loads that read something, as all the others do.
    graph Listed(alive: Arc<Alive>) -> (n, m) {
        list,
        l[i in 0..LOADS] = load_listed(&list, &alive, i),
        a[i in 0..LOADS] = read(&l[i]),
        b[i in 0..LOADS] = read(&l[i]),
        n = sum(&a),
        m = sum(&b),
    }

    /// Two readers each, and before them who brings them together.
    graph ReadersFirst(alive: Arc<Alive>) -> (n, m) {
        both[i in 0..LOADS] = sum(&[a[i], b[i]]),
        n = sum(&a),
        m = sum(&b),
        a[i in 0..LOADS] = read(&l[i]),
        b[i in 0..LOADS] = read(&l[i]),
        l[i in 0..LOADS] = load(&alive, i),
    }

    /// One reader each, which are listed first.
    graph ReaderFirst(alive: Arc<Alive>) -> n {
        n = sum(&a),
        a[i in 0..LOADS] = read(&l[i]),
        l[i in 0..LOADS] = load(&alive, i),
    }
}

/// The most loads that are alive at once in a run.
macro_rules! most {
    ($graph:ident, $executor:expr) => {{
        let alive = Arc::new(Alive::default());
        $graph { alive: alive.clone() }.run($executor).unwrap();
        let (now, most) = *alive.0.lock().unwrap();
        assert_eq!(now, 0);
        most
    }};
}

#[test]
fn on_threads_few_are_alive_however_they_are_listed() {
    in_time(|| {
        for threads in [2, 4] {
            let rayon = Rayon::with_threads(threads).unwrap();
            let keeps_going = rayon.clone().keep_going();
            for _ in 0..5 {
                for most in [
                    most!(One, &rayon),
                    most!(Two, &rayon),
                    most!(Listed, &rayon),
                    most!(ReadersFirst, &rayon),
                    most!(ReaderFirst, &rayon),
                    most!(Two, &keeps_going),
                ] {
                    assert!(most <= 2 * threads, "{most} loads are alive on {threads} threads");
                }
            }
        }
    });
}

#[test]
fn on_one_thread_few_are_alive_if_readers_are_listed_first() {
    in_time(|| {
        let one = Rayon::with_threads(1).unwrap();
        assert_eq!([most!(ReaderFirst, &Serial), most!(ReadersFirst, &Serial)], [1, 1]);
        assert_eq!([most!(ReaderFirst, &one), most!(ReadersFirst, &one)], [1, 1]);
        // The order is the one in which tasks are listed.
        assert_eq!([most!(One, &Serial), most!(One, &one)], [LOADS, LOADS]);
    });
}

#[test]
fn a_plan_says_how_many_are_alive() {
    // One worker goes in the order in which tasks are listed.
    assert_eq!(One::TABLE.plan(1).outputs_alive(), LOADS);
    assert_eq!(ReaderFirst::TABLE.plan(1).outputs_alive(), 1);
    for workers in [2, 4] {
        assert_eq!(One::TABLE.plan(workers).outputs_alive(), workers);
        assert!(Two::TABLE.plan(workers).outputs_alive() <= 2 * workers);
    }
    assert!(One::TABLE.plan(2).to_string().ends_with(", at most 2 outputs alive"));
}
