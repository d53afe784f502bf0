//! Runs that fail, and jobs that end before their time.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use dag_runtime::{Mpi, Serial, dag, task};

use super::each_way;

/// Which task fails, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Plan {
    fails: u32,
    panics: bool,
}

#[derive(Debug)]
struct Injected(u32);

impl fmt::Display for Injected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was told to fail", self.0)
    }
}

impl std::error::Error for Injected {}

#[task]
fn work(plan: &Plan, this: u32, inputs: &[&Vec<u32>]) -> Result<Vec<u32>, Injected> {
    if plan.fails == this {
        if plan.panics {
            // A panic that prints nothing.
            std::panic::resume_unwind(Box::new(format!("{this} was told to panic")));
        }
        return Err(Injected(this));
    }
    Ok(inputs.iter().flat_map(|input| input.iter().copied()).chain([this]).collect())
}

dag! {
    graph Net(plan: Plan) -> (w11, w7) {
        w0 = work(&plan, 0, &[]),
        w1 = work(&plan, 1, &[]),
        w2 = work(&plan, 2, &[]) after [w0],
        w3 = work(&plan, 3, &[&w0, &w1]),
        w4 = work(&plan, 4, &[&w1]),
        w5 = work(&plan, 5, &[&w2, &w3]),
        w6 = work(&plan, 6, &[&w3, &w4]) after [w2],
        w7 = work(&plan, 7, &[&w4]),
        w8 = work(&plan, 8, &[&w5]),
        w9 = work(&plan, 9, &[&w6, &w0]),
        w10 = work(&plan, 10, &[]) after [w7, w8],
        w11 = work(&plan, 11, &[&w8, &w9, &w10, &w1]),
    }
}

/// A task of each rank fails, in each way; all ranks give the same error, and the next run is as good as
/// any.
pub fn everywhere(mpi: Mpi, _: &[&str]) {
    let none = Plan { fails: u32::MAX, panics: false };
    let expected = Net { plan: none }.run(&Serial).unwrap();
    each_way(&mpi, |mpi| {
        for fails in 0..12 {
            for panics in [false, true] {
                let plan = Plan { fails, panics };
                for keep_going in [true, false] {
                    let mpi = if keep_going { mpi.clone().keep_going() } else { mpi.clone() };
                    let error = Net { plan }.run(&mpi).unwrap_err();
                    let serial = Net { plan }.run(&Serial.keep_going()).unwrap_err();
                    assert_eq!(error.task(), serial.task());
                    assert_eq!(error.is_panic(), panics);
                    let rank = error.rank().unwrap();
                    let (verb, cause) = if panics { ("panicked", "panic") } else { ("failed", "fail") };
                    assert_eq!(
                        error.to_string(),
                        format!(
                            "task `w{fails}` of graph `Net` {verb} on rank {rank}: {fails} was told to {cause}"
                        )
                    );
                    if keep_going {
                        assert_eq!(error.skipped(), serial.skipped());
                    } else {
                        assert!(serial.skipped().all(|task| error.skipped().any(|skipped| skipped == task)));
                    }
                    if !panics {
                        let source = error.source().unwrap();
                        assert_eq!(source.to_string(), format!("{fails} was told to fail"));
                        assert_eq!(source.is::<Injected>(), rank == mpi.rank());
                    }
                    agree(&mpi, &format!("{error} {:?}", error.skipped()));
                    assert_eq!(Net { plan: none }.run(&mpi).unwrap(), expected);
                }
            }
        }
    });
}

/// An error that panics when it is shown, or dropped.
#[derive(Debug)]
struct Hostile {
    shown: bool,
}

impl fmt::Display for Hostile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.shown { f.write_str("shown") } else { std::panic::resume_unwind(Box::new("not shown")) }
    }
}

impl std::error::Error for Hostile {}

impl Drop for Hostile {
    fn drop(&mut self) {
        if self.shown {
            std::panic::resume_unwind(Box::new("not dropped"));
        }
    }
}

#[task]
fn hostile(shown: bool) -> Result<u32, Hostile> {
    Err(Hostile { shown })
}

dag! {
    graph Enemies -> (a, b, c) {
        a = hostile(false) on 1, b = hostile(true) on 1, c = hostile(true) on 0,
    }
}

/// Errors that panic themselves end a run as others do.
pub fn hostile_errors(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        let error = Enemies.run(&mpi.clone().keep_going()).unwrap_err();
        assert_eq!((error.task(), error.skipped().len()), (Some("a"), 0));
        if error.rank() != Some(mpi.rank()) {
            assert!(error.to_string().ends_with("an error whose `Display` panicked"), "{error}");
        }
        assert_eq!(Ask.run(&mpi).unwrap(), 42);
    });
}

/// Checks that all ranks say the same.
pub fn agree(mpi: &Mpi, text: &str) {
    #[task]
    fn first(text: &str) -> String {
        text.to_owned()
    }
    dag! { graph Agree<'a>(text: &'a str) -> first { first(text) } }
    assert_eq!(Agree { text }.run(mpi).unwrap(), text);
}

#[task]
fn answer() -> u32 {
    42
}

#[task]
fn forever(answer: u32) -> u32 {
    loop {
        std::thread::sleep(Duration::from_millis(u64::from(answer)));
    }
}

dag! {
    graph Ask -> answer { answer }
    graph Endless -> (a, b, c, d, e, f, g, h) {
        answer, a = forever(answer), b = forever(answer), c = forever(answer), d = forever(answer),
        e = forever(answer), f = forever(answer), g = forever(answer), h = forever(answer),
    }
}

/// A rank panics outside of any task, while others wait for it.
pub fn panic_outside(mpi: Mpi, arguments: &[&str]) {
    let rank: usize = arguments[0].parse().unwrap();
    assert_eq!(Ask.run(&mpi).unwrap(), 42);
    assert_ne!(mpi.rank(), rank, "a panic outside of tasks");
    assert_eq!(Ask.run(&mpi).unwrap(), 42);
}

/// Runs until the job is ended. Says when it has begun, and the processes of its ranks.
pub fn endless(mpi: Mpi, _: &[&str]) {
    #[task]
    fn id() -> u32 {
        std::process::id()
    }
    dag! { graph Id -> id { id } }
    let _ = Id.run(&mpi);
    println!("rank {} is process {}", mpi.rank(), std::process::id());
    let _ = Endless.run(&mpi);
}
