//! What ran where.

use std::fmt;
use std::time::Duration;

use dag_runtime::{Backend, Recorder, TaskRun, TaskState};

/// How wide a run is drawn, in characters.
const WIDTH: usize = 32;

/// Of a run that was recorded, which worker ran which task, from when to when: a table, with the run's time and the
/// speed-up. On MPI worker 1 of rank 2 is called `2.1`, and the table of rank 0 is that of all.
#[derive(Debug)]
pub struct Timeline<'a>(pub &'a Recorder);

/// The names of the tasks that ran, in the order in which they started.
#[must_use]
pub fn order(recorder: &Recorder) -> Vec<String> {
    let tasks = recorder.recording().map(|recording| recording.tasks()).unwrap_or_default();
    tasks.iter().map(|run| run.task.name().to_string()).collect()
}

impl fmt::Display for Timeline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(recording) = self.0.recording() else {
            return writeln!(f, "Nothing ran");
        };
        let (rows, wall) = (recording.tasks(), recording.elapsed());
        let (backend, workers) = (recording.backend(), recording.workers());
        let unrun: Vec<String> = recording
            .table()
            .tasks()
            .filter(|&task| recording.state(task).is_some() && recording.of(task).is_none())
            .map(|task| task.name().to_string())
            .collect();
        let s = if workers == 1 { "" } else { "s" };
        writeln!(f, "What ran where ({backend}, {workers} worker{s})")?;
        let labels = rows.iter().map(label).chain(unrun.iter().cloned());
        let name_width = labels.map(|label| label.len()).max().unwrap_or(0).max(4);
        writeln!(f, "  {:name_width$}  worker  start ms   time ms", "task")?;
        for row in &rows {
            let worker = match backend {
                Backend::Mpi => format!("{}.{}", row.rank, row.worker),
                _ => row.worker.to_string(),
            };
            let (start, time, bar) = (ms(row.start), ms(row.time()), bar(row, wall));
            write!(f, "  {:name_width$}  {worker:>6}  {start:8.2}  {time:8.2}  |{bar}|", label(row))?;
            match row.state {
                TaskState::Finished => writeln!(f)?,
                state => writeln!(f, " {state}")?,
            }
        }
        for name in unrun {
            writeln!(f, "  {name:name_width$}       -         -         -  skipped")?;
        }
        if rows.iter().any(|row| row.elements.is_some()) {
            // Elements run beside each other, and their task's time is no work.
            return writeln!(f, "  {:.1} ms", ms(wall));
        }
        let work: Duration = rows.iter().map(TaskRun::time).sum();
        let speed_up = work.as_secs_f64() / wall.as_secs_f64();
        writeln!(f, "  {:.1} ms of work in {:.1} ms: speed-up {speed_up:.2}", ms(work), ms(wall))
    }
}

fn label(row: &TaskRun) -> String {
    let name = row.task.name();
    row.elements.map_or_else(|| name.to_string(), |count| format!("{name} x {count}"))
}

fn ms(time: Duration) -> f64 {
    1e3 * time.as_secs_f64()
}

/// When a task ran, drawn over the run's whole time.
fn bar(row: &TaskRun, wall: Duration) -> String {
    let at = |time: Duration| (time.as_secs_f64() / wall.as_secs_f64() * WIDTH as f64) as usize;
    let start = at(row.start).min(WIDTH - 1);
    let end = at(row.end).clamp(start + 1, WIDTH);
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
        let recorder = Recorder::new();
        assert_eq!(Timeline(&recorder).to_string(), "Nothing ran\n");
        for _ in 0..2 {
            Small { number: "7" }.run(&Serial.observe(&recorder)).unwrap();
            assert_eq!(order(&recorder), ["load", "double", "free"]);
        }
    }

    #[test]
    fn shows_what_failed_and_what_was_skipped() {
        let recorder = Recorder::new();
        Small { number: "x" }.run(&Serial.keep_going().observe(&recorder)).unwrap_err();
        assert_eq!(order(&recorder), ["load", "free"]);
        let text = Timeline(&recorder).to_string();
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
        let recorder = Recorder::new();
        assert_eq!(Squares { count: 3 }.run(&Serial.observe(&recorder)).unwrap(), [0, 1, 4]);
        let text = Timeline(&recorder).to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[2].starts_with("  list             0  "), "{text}");
        assert!(lines[3].starts_with("  square x 3       0  "), "{text}");
        assert!(lines[4].ends_with(" ms"), "{text}");
    }

    #[test]
    fn bars_lie_within_the_run() {
        let recorder = Recorder::new();
        Small { number: "7" }.run(&Serial.observe(&recorder)).unwrap();
        let mut row = recorder.recording().unwrap().tasks()[0];
        let mut of = |start, end| {
            [row.start, row.end] = [start, end].map(Duration::from_millis);
            bar(&row, Duration::from_millis(64))
        };
        assert_eq!(of(0, 64), "=".repeat(WIDTH));
        assert_eq!(of(32, 48), " ".repeat(16) + &"=".repeat(8) + &" ".repeat(8));
        assert_eq!(of(64, 64), " ".repeat(31) + "=", "even the shortest is to be seen");
    }
}
