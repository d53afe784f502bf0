//! What ran where.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dag_runtime::{Backend, Failure, Observer, RunEvent, RunSummary, TaskEvent, TaskRef};

/// How wide a run is drawn, in characters.
const WIDTH: usize = 32;

/// An observer that remembers a run: which worker ran which task, from when to when. Displayed, it
/// is a table, with the run's time and the speed-up. On MPI worker 1 of rank 2 is called `2.1`, and the
/// table of rank 0 is that of all.
#[derive(Debug, Default)]
pub struct Timeline {
    run: Mutex<Run>,
}

#[derive(Debug, Default)]
struct Run {
    event: Option<RunEvent>,
    rows: Vec<Row>,
    wall: Duration,
}

#[derive(Debug)]
struct Row {
    task: TaskRef,
    rank: usize,
    worker: usize,
    start: Duration,
    time: Duration,
    /// How many elements there are, of a task that runs once for each.
    elements: Option<usize>,
    fate: Fate,
}

impl Row {
    fn label(&self) -> String {
        let name = self.task.name();
        self.elements.map_or_else(|| name.to_string(), |count| format!("{name} x {count}"))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Started,
    Finished,
    Failed,
    Skipped,
}

impl Timeline {
    /// The names of the tasks that ran, in the order in which they started.
    #[must_use]
    pub fn order(&self) -> Vec<String> {
        let run = self.run();
        let started = run.rows.iter().filter(|row| row.fate != Fate::Skipped);
        started.map(|row| row.task.name().to_string()).collect()
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, event: &TaskEvent, fate: Fate) {
        let TaskEvent { task, rank, worker, at: start, .. } = *event;
        self.run().rows.push(Row { task, rank, worker, start, time: Duration::ZERO, elements: None, fate });
    }

    fn end(&self, event: &TaskEvent, fate: Fate) {
        let mut run = self.run();
        if let Some(row) = run.rows.iter_mut().find(|row| row.task == event.task) {
            row.time = event.at.saturating_sub(row.start);
            row.fate = fate;
        }
    }
}

impl Observer for Timeline {
    fn run_started(&self, event: &RunEvent) {
        *self.run() = Run { event: Some(*event), ..Run::default() };
    }

    fn started(&self, event: &TaskEvent) {
        self.add(event, Fate::Started);
    }

    fn elements(&self, event: &TaskEvent, _: usize, of: usize) {
        if let Some(row) = self.run().rows.iter_mut().find(|row| row.task == event.task) {
            row.elements = Some(of);
        }
    }

    fn finished(&self, event: &TaskEvent, _: Duration) {
        self.end(event, Fate::Finished);
    }

    fn failed(&self, event: &TaskEvent, _: &Failure) {
        self.end(event, Fate::Failed);
    }

    fn skipped(&self, event: &TaskEvent) {
        // One that runs for each element may have begun.
        if self.run().rows.iter().any(|row| row.task == event.task) {
            self.end(event, Fate::Skipped);
        } else {
            self.add(event, Fate::Skipped);
        }
    }

    fn run_ended(&self, summary: &RunSummary) {
        let mut run = self.run();
        run.wall = summary.elapsed;
        // What happened on other ranks is told when all has ended.
        run.rows.sort_by_key(|row| row.start);
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Run { event, rows, wall } = &*self.run();
        let Some(event) = event else {
            return writeln!(f, "Nothing ran");
        };
        let s = if event.workers == 1 { "" } else { "s" };
        writeln!(f, "What ran where ({}, {} worker{s})", event.backend, event.workers)?;
        let name_width = rows.iter().map(|row| row.label().len()).max().unwrap_or(0).max(4);
        writeln!(f, "  {:name_width$}  worker  start ms   time ms", "task")?;
        for row in rows {
            write!(f, "  {:name_width$}  ", row.label())?;
            if row.fate == Fate::Skipped {
                writeln!(f, "     -         -         -  skipped")?;
                continue;
            }
            let bar = bar(row, *wall);
            let worker = match event.backend {
                Backend::Mpi => format!("{}.{}", row.rank, row.worker),
                _ => row.worker.to_string(),
            };
            write!(f, "{worker:>6}  {:8.2}  {:8.2}  |{bar}|", ms(row.start), ms(row.time))?;
            writeln!(f, "{}", if row.fate == Fate::Failed { " failed" } else { "" })?;
        }
        if rows.iter().any(|row| row.elements.is_some()) {
            // Elements run beside each other, and their task's time is no work.
            return writeln!(f, "  {:.1} ms", ms(*wall));
        }
        let work: Duration = rows.iter().map(|row| row.time).sum();
        let speed_up = work.as_secs_f64() / wall.as_secs_f64();
        writeln!(f, "  {:.1} ms of work in {:.1} ms: speed-up {speed_up:.2}", ms(work), ms(*wall))
    }
}

fn ms(time: Duration) -> f64 {
    1e3 * time.as_secs_f64()
}

/// When a task ran, drawn over the run's whole time.
fn bar(row: &Row, wall: Duration) -> String {
    let at = |time: Duration| (time.as_secs_f64() / wall.as_secs_f64() * WIDTH as f64) as usize;
    let start = at(row.start).min(WIDTH - 1);
    let end = at(row.start + row.time).clamp(start + 1, WIDTH);
    " ".repeat(start) + &"=".repeat(end - start) + &" ".repeat(WIDTH - end)
}

#[cfg(test)]
mod tests {
    use dag_runtime::{Serial, dag, task};

    use super::*;

    #[task]
    fn load(number: &str) -> Result<u32, std::num::ParseIntError> {
        number.parse()
    }

    #[task(depends = [load])]
    fn double(load: u32) -> u32 {
        2 * load
    }

    #[task]
    fn free() {}

    dag! {
        graph Small<'a>(number: &'a str) -> double {
            double,
            load(number),
            free,
        }
    }

    #[test]
    fn remembers_the_order_of_a_run() {
        let timeline = Timeline::default();
        assert_eq!(timeline.to_string(), "Nothing ran\n");
        for _ in 0..2 {
            Small { number: "7" }.run(&Serial.observe(&timeline)).unwrap();
            assert_eq!(timeline.order(), ["load", "double", "free"]);
        }
    }

    #[test]
    fn shows_what_failed_and_what_was_skipped() {
        let timeline = Timeline::default();
        Small { number: "x" }.run(&Serial.keep_going().observe(&timeline)).unwrap_err();
        assert_eq!(timeline.order(), ["load", "free"]);
        let text = timeline.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "What ran where (serial, 1 worker)");
        assert!(lines[2].starts_with("  load         0  ") && lines[2].ends_with("| failed"), "{text}");
        assert!(lines[3].starts_with("  free         0  ") && lines[3].ends_with('|'), "{text}");
        assert_eq!(lines[4], "  double       -         -         -  skipped");
        assert!(lines[5].contains(" ms of work in ") && lines[5].contains(": speed-up "), "{text}");
    }

    #[task]
    fn list(count: u32) -> Vec<u32> {
        (0..count).collect()
    }

    #[task(depends = [list], each = list)]
    fn square(list: u32) -> u32 {
        list * list
    }

    dag! {
        graph Squares(count: u32) -> square {
            list(count),
            square,
        }
    }

    #[test]
    fn shows_how_many_elements_there_are() {
        let timeline = Timeline::default();
        assert_eq!(Squares { count: 3 }.run(&Serial.observe(&timeline)).unwrap(), [0, 1, 4]);
        let text = timeline.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[2].starts_with("  list             0  "), "{text}");
        assert!(lines[3].starts_with("  square x 3       0  "), "{text}");
        assert!(lines[4].ends_with(" ms"), "{text}");
    }

    #[test]
    fn bars_lie_within_the_run() {
        let task = Small::TABLE.task(0).unwrap();
        let of = |start, time| {
            let [start, time] = [start, time].map(Duration::from_millis);
            bar(
                &Row { task, rank: 0, worker: 0, start, time, elements: None, fate: Fate::Finished },
                Duration::from_millis(64),
            )
        };
        assert_eq!(of(0, 64), "=".repeat(WIDTH));
        assert_eq!(of(32, 16), " ".repeat(16) + &"=".repeat(8) + &" ".repeat(8));
        assert_eq!(of(64, 0), " ".repeat(31) + "=", "even the shortest is to be seen");
    }
}
