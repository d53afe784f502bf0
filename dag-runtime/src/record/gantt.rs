//! Charts of runs, as SVG.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use crate::backend::Backend;
use crate::ordered::insert;
use crate::record::interval::Interval;
use crate::record::report::Time;
use crate::record::{Attempt, Caught, Recording, Wait};
use crate::state::{CRITICAL, TaskState};
use crate::table::locate;
use crate::xml::Escaped;

/// A chart of a run as an SVG picture, one row for each worker (on MPI, for each worker that ran a task), as text by
/// [`Display`](fmt::Display): returned by [`Recording::gantt`].
///
/// All tasks of a line of the graph have one colour; failed tasks are red. The [critical
/// path](Recording::critical_path) of the run has a red border. Tooltips show names and times. A task with `each` is
/// drawn wherever its elements ran. A task that is not wanted is grey and dashed, one with failures that were
/// [caught](Recording::caught) has a red mark at its end, and [attempts](Recording::attempts) that failed are red strips
/// at the bottom of their tasks. Below the workers, each limit for which tasks have [waited](Recording::waits) has a row that shows
/// when: the darker, the more of them.
#[derive(Clone, Copy, Debug)]
#[must_use = "a chart is drawn when it is displayed"]
pub struct GanttSvg<'a> {
    recording: &'a Recording,
    width: u32,
}

const WIDTH: u32 = 1200;
const MARGIN: f64 = 10.0;
const TOP: f64 = 34.0;
const ROW: f64 = 24.0;
/// The width of marks.
const MARK: f64 = 3.0;
/// The colour of failures that did not end their tasks.
const FAILED: &str = "#e74c3c";
/// The average width of a letter.
const LETTER: f64 = 6.6;
/// Light colours that differ from each other and from those of failed and unfinished tasks.
const COLOURS: [&str; 10] = [
    "#a9cce3", "#abebc6", "#f9e79f", "#d7bde2", "#f5cba7", "#a2d9ce", "#d5d8dc", "#c5cae9", "#e6ee9c",
    "#bcaaa4",
];

impl Recording {
    /// A chart of the run as an SVG picture.
    pub fn gantt(&self) -> GanttSvg<'_> {
        GanttSvg { recording: self, width: WIDTH }
    }
}

impl GanttSvg<'_> {
    /// Sets the width of the picture in pixels: 1200 by default, at least 200.
    pub fn width(mut self, pixels: u32) -> Self {
        self.width = pixels.max(200);
        self
    }
}

impl fmt::Display for GanttSvg<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let recording = self.recording;
        let tasks = recording.tasks();
        let intervals = recording.intervals(&tasks);
        let mut rows = Vec::new();
        intervals.iter().for_each(|run| insert(&mut rows, (run.rank, run.worker)));
        let ranks = recording.backend == Backend::Mpi;
        if !ranks {
            (0..recording.workers).for_each(|worker| insert(&mut rows, (0, worker)));
        }
        let name = |(rank, worker): (usize, usize)| {
            if ranks { format!("rank {rank}.{worker}") } else { format!("worker {worker}") }
        };
        let waits = recording.waits();
        let mut limits = Vec::new();
        waits.iter().for_each(|wait| insert(&mut limits, wait.limit));
        let names =
            rows.iter().map(|&row| name(row)).chain(limits.iter().map(|limit| format!("for {limit}")));
        let names: Vec<_> = names.collect();
        let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let scale = Scale {
            left: MARGIN + LETTER * longest as f64 + 8.0,
            right: f64::from(self.width) - MARGIN,
            elapsed: recording.elapsed(),
        };
        let (width, bottom) = (self.width, TOP + ROW * names.len() as f64);
        let height = bottom + 26.0;
        writeln!(
            f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width} {height:.0}\" font-family=\"sans-serif\" font-size=\"12\">"
        )?;
        writeln!(f, "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>")?;
        let s = if recording.workers == 1 { "" } else { "s" };
        let title = format!(
            "{} on {}, {} worker{s}: {}",
            recording.table.graph(),
            recording.backend,
            recording.workers,
            Time(scale.elapsed)
        );
        writeln!(f, "<text x=\"{MARGIN}\" y=\"20\" font-size=\"14\">{}</text>", Escaped(title))?;
        for (k, name) in names.into_iter().enumerate() {
            let y = TOP + ROW * k as f64 + 16.0;
            writeln!(f, "<text x=\"{MARGIN}\" y=\"{y:.1}\">{}</text>", Escaped(name))?;
        }
        scale.draw(f, bottom)?;
        let mut critical = vec![false; recording.entries.len()];
        recording.critical_path().iter().for_each(|run| critical[run.task.index()] = true);
        // The red borders are drawn last, so that neighbours do not cover them.
        for on_path in [false, true] {
            for run in intervals.iter().filter(|run| critical[run.task] == on_path) {
                let row = rows.partition_point(|&row| row < (run.rank, run.worker));
                self.draw(f, &scale, run, TOP + ROW * row as f64, on_path)?;
            }
        }
        for attempt in recording.attempts() {
            let row = rows.partition_point(|&row| row < (attempt.rank, attempt.worker));
            draw_attempt(f, &scale, &attempt, TOP + ROW * row as f64)?;
        }
        for wait in &waits {
            let row = rows.len() + limits.partition_point(|&limit| limit < wait.limit);
            draw_wait(f, &scale, wait, TOP + ROW * row as f64)?;
        }
        writeln!(f, "</svg>")
    }
}

impl GanttSvg<'_> {
    fn draw(
        &self,
        f: &mut fmt::Formatter<'_>,
        scale: &Scale,
        run: &Interval,
        y: f64,
        critical: bool,
    ) -> fmt::Result {
        let (x, end) = (scale.at(run.start), scale.at(run.end));
        let Some(task) = self.recording.table.task(run.task) else { return Ok(()) };
        let line = locate(self.recording.table.lines(), run.task as u32) as usize;
        let state = self.recording.state(task).unwrap_or(TaskState::Running);
        // Even the shortest task must be visible.
        let width = (end - x).max(if state.is_left_out() { 3.0 } else { 0.5 });
        let fill = match state {
            TaskState::Finished => COLOURS[line % COLOURS.len()],
            state => state.colour(),
        };
        let name = task.name().to_string();
        let (start, end, time) = (Time(run.start), Time(run.end), Time(run.time()));
        write!(f, "<g><title>{}: {time}, from {start} to {end}", Escaped(&name))?;
        if state != TaskState::Finished {
            write!(f, ", {state}")?;
        }
        if let Some(text) = self.recording.failure(task) {
            write!(f, ": {}", Escaped(text))?;
        }
        let caught = self.recording.caught(task);
        if let Some(Caught { count, text, .. }) = caught {
            let first = if count == 1 { "" } else { "first " };
            write!(f, ", {count} caught: {first}{}", Escaped(text))?;
        }
        let (stroke, border) = if critical { (CRITICAL, 1.5) } else { ("#7f8c8d", 0.5) };
        let (y, height) = (y + 2.0, ROW - 4.0);
        write!(
            f,
            "</title><rect x=\"{x:.2}\" y=\"{y:.1}\" width=\"{width:.2}\" height=\"{height:.1}\" fill=\"{fill}\" \
             stroke=\"{stroke}\" stroke-width=\"{border}\"{}/>",
            state.dashes()
        )?;
        if caught.is_some() {
            let (x, wide) = (x + (width - MARK).max(0.0), width.min(MARK));
            write!(
                f,
                "<rect x=\"{x:.2}\" y=\"{y:.1}\" width=\"{wide:.2}\" height=\"{height:.1}\" fill=\"{FAILED}\"/>"
            )?;
        }
        if LETTER * name.chars().count() as f64 + 6.0 < width {
            let (x, y) = (x + width / 2.0, y + height / 2.0 + 4.0);
            write!(f, "<text x=\"{x:.2}\" y=\"{y:.1}\" text-anchor=\"middle\">{}</text>", Escaped(&name))?;
        }
        writeln!(f, "</g>")
    }
}

/// Draws a call that failed and that another one followed, over its task.
fn draw_attempt(f: &mut fmt::Formatter<'_>, scale: &Scale, attempt: &Attempt<'_>, y: f64) -> fmt::Result {
    let (x, end) = (scale.at(attempt.start), scale.at(attempt.end));
    let (x, width) = if end - x < MARK { (end - MARK, MARK) } else { (x, end - x) };
    let name = attempt.task.name().to_string();
    write!(f, "<g><title>{}", Escaped(name))?;
    if let Some(element) = attempt.element {
        write!(f, ", element {element}")?;
    }
    write!(f, ", attempt {}: {}, ", attempt.attempt, Time(attempt.time()))?;
    write!(f, "from {} to {}: {}", Time(attempt.start), Time(attempt.end), Escaped(attempt.text))?;
    writeln!(
        f,
        "</title><rect x=\"{x:.2}\" y=\"{:.1}\" width=\"{width:.2}\" height=\"5.0\" fill=\"{FAILED}\" \
         stroke=\"white\" stroke-width=\"0.5\"/></g>",
        y + ROW - 7.0
    )
}

/// Draws the time for which a task has waited, so that other ones show through.
fn draw_wait(f: &mut fmt::Formatter<'_>, scale: &Scale, wait: &Wait<'_>, y: f64) -> fmt::Result {
    let (x, end) = (scale.at(wait.since), scale.at(wait.until));
    let (name, time, limit) = (wait.task.name().to_string(), Time(wait.time()), wait.limit);
    write!(f, "<g><title>{}: waiting for `{}` for {time}, ", Escaped(name), Escaped(limit))?;
    writeln!(
        f,
        "from {} to {}</title><rect x=\"{x:.2}\" y=\"{:.1}\" width=\"{:.2}\" height=\"{:.1}\" fill=\"#7f8c8d\" \
         fill-opacity=\"0.2\"/></g>",
        Time(wait.since),
        Time(wait.until),
        y + 6.0,
        (end - x).max(0.5),
        ROW - 12.0
    )
}

/// Maps times to x coordinates.
struct Scale {
    left: f64,
    right: f64,
    elapsed: Duration,
}

impl Scale {
    fn at(&self, time: Duration) -> f64 {
        let whole = self.elapsed.as_secs_f64();
        let part = if whole > 0.0 { time.as_secs_f64() / whole } else { 0.0 };
        self.left + (self.right - self.left) * part.clamp(0.0, 1.0)
    }

    /// Draws lines at round times.
    fn draw(&self, f: &mut fmt::Formatter<'_>, bottom: f64) -> fmt::Result {
        let step = round(self.elapsed.as_nanos() / 8);
        let mut at = 0;
        while at <= self.elapsed.as_nanos() {
            let time = Duration::from_nanos(at as u64);
            let (x, y) = (self.at(time), bottom + 16.0);
            let anchor = if x + 20.0 > self.right { "end" } else { "middle" };
            writeln!(
                f,
                "<path d=\"M{x:.1} {TOP}V{bottom:.1}\" stroke=\"#d5d8dc\"/>\
                 <text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"#566573\">{}</text>",
                Time(time)
            )?;
            at += step;
        }
        Ok(())
    }
}

/// The next of 1, 2, 5, 10, 20, ...
fn round(at_least: u128) -> u128 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            if factor * power >= at_least {
                return factor * power;
            }
        }
        power *= 10;
    }
}
