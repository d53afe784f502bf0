//! How times are taken: all that is compared runs in turns, round after round.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rayon::ThreadPool;

/// How samples are taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sample {
    /// For 2 ms.
    Short,
    /// For 20 ms, while two threads run at the same time: see [`Cores`].
    Long,
}

impl Sample {
    fn length(self) -> Duration {
        Duration::from_millis(if self == Sample::Short { 2 } else { 20 })
    }
}

/// How long nothing runs between two samples. Some systems' threads look for work for a while.
const PAUSE: Duration = Duration::from_millis(2);
/// How often a sample is taken, at most, until two threads ran at the same time before and after it.
const RETAKES: u32 = 5;
/// How long to wait for that, at most.
const SETTLING: Duration = Duration::from_millis(100);
/// How many runs of one thing follow each other where each run is timed.
const BLOCK: usize = 20;
/// This many round trips take less than a turn of a core that two threads have to share.
const FEW_TRIPS: u32 = 2_000;

/// Runs something some times and says how long the runs took together.
pub(crate) type Run = Box<dyn FnMut(u32) -> Duration>;

/// Times what runs one after the other.
pub(crate) fn timed(mut run: impl FnMut(u32) + 'static) -> Run {
    Box::new(move |times| {
        let start = Instant::now();
        run(black_box(times));
        start.elapsed()
    })
}

/// Times what runs one after the other on a thread of the pool, without what entering the pool takes.
pub(crate) fn timed_inside(pool: &Arc<ThreadPool>, mut run: impl FnMut(u32) + Send + 'static) -> Run {
    let pool = Arc::clone(pool);
    Box::new(move |times| {
        pool.install(|| {
            let start = Instant::now();
            run(black_box(times));
            start.elapsed()
        })
    })
}

/// How many seconds it takes to make something.
pub(crate) fn build<T>(make: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let made = make();
    (made, start.elapsed().as_secs_f64())
}

/// Something that is measured.
pub(crate) struct Contender<Id> {
    pub(crate) id: Id,
    run: Run,
    times: u32,
    /// Seconds for one run, one for each round or each timed run.
    pub(crate) seconds: Vec<f64>,
    /// Seconds for making the graph, where that is done at run time and apart from runs.
    pub(crate) built: Option<f64>,
}

impl<Id> Contender<Id> {
    pub(crate) fn new(id: Id, run: Run) -> Self {
        Contender { id, run, times: 1, seconds: Vec::new(), built: None }
    }

    pub(crate) fn built(self, seconds: f64) -> Self {
        Contender { built: Some(seconds), ..self }
    }

    pub(crate) fn into_run(self) -> Run {
        self.run
    }

    pub(crate) fn run_once(&mut self) {
        (self.run)(1);
    }

    /// Finds out how many runs make a sample. Once may be long because something else ran meanwhile.
    fn calibrate(&mut self, sample: Sample) {
        (self.run)(1);
        while (0..3).any(|_| (self.run)(self.times) < sample.length()) && self.times < 1 << 24 {
            self.times *= 2;
        }
    }

    fn sample(&mut self) -> Duration {
        (self.run)(self.times.div_ceil(4));
        (self.run)(self.times)
    }

    /// Takes a sample while two threads run at the same time, if that can be had.
    fn sample_apart(&mut self, cores: &mut Cores) -> Duration {
        for _ in 1..RETAKES {
            cores.settle();
            let taken = self.sample();
            if cores.are_apart() {
                return taken;
            }
        }
        self.sample()
    }

    pub(crate) fn median(&self) -> f64 {
        median(&self.seconds)
    }

    /// How many times as long this takes as the other: the median over the rounds.
    pub(crate) fn ratio(&self, other: &Self) -> f64 {
        let ratios: Vec<f64> = self.seconds.iter().zip(&other.seconds).map(|(a, b)| a / b).collect();
        median(&ratios)
    }
}

/// Takes a sample of each in each round, beginning with another one each time.
pub(crate) fn run_rounds<Id>(contenders: &mut [Contender<Id>], rounds: usize, sample: Sample) {
    let mut cores = (sample == Sample::Long).then(Cores::new);
    contenders.iter_mut().for_each(|contender| contender.calibrate(sample));
    let count = contenders.len();
    for round in 0..rounds {
        for k in 0..count {
            thread::sleep(PAUSE);
            let contender = &mut contenders[(round + k) % count];
            let taken = match &mut cores {
                Some(cores) => contender.sample_apart(cores),
                None => contender.sample(),
            };
            contender.seconds.push(taken.as_secs_f64() / f64::from(contender.times));
        }
    }
}

/// Times this many runs of each, one by one, without the first. All run in turns, in blocks of some runs after a pause,
/// beginning with another one each time.
pub(crate) fn run_singly<Id>(contenders: &mut [Contender<Id>], runs: usize) {
    let count = contenders.len();
    for (round, first) in (0..runs).step_by(BLOCK).enumerate() {
        for k in 0..count {
            thread::sleep(PAUSE);
            let contender = &mut contenders[(round + k) % count];
            for run in first..runs.min(first + BLOCK) {
                let taken = (contender.run)(1);
                if run > 0 {
                    contender.seconds.push(taken.as_secs_f64());
                }
            }
        }
    }
}

/// Whether the machine runs two threads at the same time. A virtual one may give two of its cores to one real one in
/// turns of milliseconds, above all after a pause: then two threads are as fast as one, and one that waits for the
/// other waits for its turn.
struct Cores {
    /// How many seconds a word takes from one to the other, at best.
    best: f64,
}

impl Cores {
    fn new() -> Self {
        let start = Instant::now();
        let mut best = f64::INFINITY;
        while start.elapsed() < SETTLING {
            best = best.min(ping_pong_of(FEW_TRIPS));
        }
        Cores { best }
    }

    fn are_apart(&mut self) -> bool {
        let now = ping_pong_of(FEW_TRIPS);
        self.best = self.best.min(now);
        now < 3.0 * self.best
    }

    /// Keeps two threads busy until they run at the same time, or that takes too long.
    fn settle(&mut self) {
        let start = Instant::now();
        let mut apart = 0;
        while apart < 3 && start.elapsed() < SETTLING {
            apart = if self.are_apart() { apart + 1 } else { 0 };
        }
    }
}

/// The value in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The value below which this part of all lies.
pub(crate) fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = part * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

/// How many seconds a word takes from one of two threads to the other: where the threads are placed
/// changes this, and with it all that two threads do.
pub(crate) fn ping_pong() -> f64 {
    ping_pong_of(20_000)
}

fn ping_pong_of(trips: u32) -> f64 {
    let word = Arc::new(AtomicU32::new(0));
    let turn = move |word: &AtomicU32, own: u32| {
        for trip in 0..trips {
            while word.load(Ordering::Acquire) != 2 * trip + own {
                std::hint::spin_loop();
            }
            word.store(2 * trip + own + 1, Ordering::Release);
        }
    };
    let other = {
        let word = Arc::clone(&word);
        thread::spawn(move || turn(&word, 1))
    };
    let start = Instant::now();
    turn(&word, 0);
    other.join().expect("it does not panic");
    start.elapsed().as_secs_f64() / f64::from(2 * trips)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_between_neighbours() {
        let values = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(median(&values), 2.5);
        assert_eq!(quantile(&values, 0.0), 1.0);
        assert_eq!(quantile(&values, 1.0), 4.0);
        assert_eq!(median(&[7.0]), 7.0);
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        let contender =
            |seconds: &[f64]| Contender { seconds: seconds.to_vec(), ..Contender::new((), timed(|_| ())) };
        let (ours, other) = (contender(&[1.0, 10.0, 2.0]), contender(&[3.0, 30.0, 6.0]));
        assert_eq!(other.ratio(&ours), 3.0);
    }

    #[test]
    fn single_runs_count_from_the_second_on() {
        let contender = |first: u64, later: u64| {
            let mut runs = 0;
            let run = move |times| {
                assert_eq!(times, 1);
                runs += 1;
                Duration::from_secs(if runs == 1 { first } else { later })
            };
            Contender::new((), Box::new(run))
        };
        let mut contenders = [contender(9, 1), contender(8, 2)];
        run_singly(&mut contenders, 2 * BLOCK + 5);
        assert_eq!(contenders[0].seconds, [1.0; 2 * BLOCK + 4]);
        assert_eq!(contenders[1].seconds, [2.0; 2 * BLOCK + 4]);
    }
}
