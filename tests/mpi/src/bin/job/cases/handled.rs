//! Tasks that are not wanted, and failures that are caught: rank 0 records those of all ranks.

use std::sync::Mutex;

use dag_runtime::mpi::Mpi;
use dag_runtime::{Observer, Recorder, RunSummary, TaskState, dag, task};

#[task]
fn numbers() -> Vec<u32> {
    (0..7).collect()
}

#[task(depends = [numbers], each = numbers, catch)]
fn half(numbers: u32) -> Result<u32, String> {
    if numbers.is_multiple_of(2) { Ok(numbers / 2) } else { Err(format!("{numbers} is odd")) }
}

#[task(depends = [half])]
fn picture(half: &[Result<u32, String>]) -> usize {
    half.len()
}

#[task]
fn shown(picture: Option<usize>) -> String {
    picture.map_or("no picture".into(), |len| format!("a picture of {len}"))
}

dag! {
    graph Halves(plot: bool) -> text {
        numbers on 1,
        half on 1,
        drawn = picture when plot on 1,
        text = shown(drawn),
    }
}

/// How many tasks were not wanted and how many failures were caught, by the summary of a run.
#[derive(Default)]
struct Totals(Mutex<(usize, usize, usize)>);

impl Observer for Totals {
    fn run_ended(&self, run: &RunSummary<'_>) {
        *self.0.lock().unwrap() = (run.finished, run.not_wanted, run.caught);
    }
}

pub fn handled(mpi: Mpi, _: &[&str]) {
    for plot in [false, true] {
        let (recorder, totals) = (Recorder::new(), Totals::default());
        let text = Halves { plot }.run(&mpi.clone().observe(&recorder).observe(&totals)).unwrap();
        assert_eq!(text, if plot { "a picture of 7" } else { "no picture" });
        if mpi.rank() > 0 {
            continue;
        }
        let unwanted = usize::from(!plot);
        assert_eq!(totals.0.into_inner().unwrap(), (4 - unwanted, unwanted, 3));
        let recording = recorder.recording().expect("a run was recorded");
        let of = |name| Halves::TABLE.find(name).expect("a task of the graph");
        let expected = if plot { TaskState::Finished } else { TaskState::NotWanted };
        assert_eq!(recording.state(of("drawn")), Some(expected));
        assert_eq!(recording.of(of("drawn")).expect("it has started").rank, 1);
        assert_eq!(recording.state(of("half")), Some(TaskState::Finished));
        let caught = recording.caught(of("half")).expect("three numbers are odd");
        assert_eq!((caught.count, caught.element, caught.text), (3, Some(1), "1 is odd"));
        let report = recording.report();
        assert_eq!((report.finished, report.not_wanted, report.caught), (4 - unwanted, unwanted, 3));
        // It is not planned as free.
        assert_eq!(recording.costs().get("drawn").is_some(), plot);
    }
}
