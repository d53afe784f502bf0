//! The content of a picture: boxes and arrows.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Write as _;

use crate::ordered::sort_by_key;
use crate::render::{Subject, state_of};
use crate::state::TaskState;
use crate::table::{Dim, Line, Shape, TaskRef};

/// A graph as boxes and arrows.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) boxes: Vec<Box>,
    /// Grouped by the box at the end, in the order of dependencies.
    pub(super) arrows: Vec<Arrow>,
}

/// A task, or a family that is folded.
#[derive(Debug)]
pub(super) struct Box {
    pub(super) title: String,
    /// A second line; may be empty.
    pub(super) detail: String,
    pub(super) description: &'static str,
    pub(super) family: bool,
    pub(super) output: bool,
    pub(super) critical: bool,
    /// The worst state of its tasks, if the picture shows a run.
    pub(super) state: Option<TaskState>,
    /// The position of the first of its tasks in an order that has each task after its dependencies.
    pub(super) position: usize,
}

/// The fill colour of families.
pub(super) const FAMILY: &str = "#eaf0f7";

/// One box, or a task in it, depends on another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrow {
    /// The box that is depended on.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether it is part of the critical path.
    pub(super) critical: bool,
}

impl Picture {
    /// The picture of a graph.
    pub(super) fn new(subject: &Subject<'_>) -> Self {
        let Subject { table, folded, ref states } = *subject;
        let lines = table.lines();
        let with_costs = lines.iter().any(|line| line.cost != 1);
        let (mut boxes, mut box_of) = (Vec::new(), Vec::with_capacity(table.len()));
        for line in lines {
            let tasks = line.first as usize..line.first as usize + line.len();
            if folded || line.shape.is_none() {
                box_of.extend(tasks.map(|_| boxes.len()));
                boxes.push(Box::line(line, with_costs));
            } else {
                for task in tasks {
                    box_of.push(boxes.len());
                    boxes.push(Box::member(line, TaskRef::new(table, task as u32), with_costs));
                }
            }
        }
        for task in table.tasks() {
            let state = &mut boxes[box_of[task.index()]].state;
            *state = state_of(states, task).max(*state);
        }
        for (position, task) in table.order().enumerate() {
            let first = &mut boxes[box_of[task.index()]].position;
            *first = position.min(*first);
        }
        let path: Vec<usize> = table.critical_path().map(|task| task.index()).collect();
        for &task in &path {
            boxes[box_of[task]].critical = true;
        }
        let mut steps: Vec<_> = path.windows(2).map(|step| (box_of[step[1]], box_of[step[0]])).collect();
        sort_by_key(&mut steps, |&(from, to)| (from as u64, to as u64));

        let mut arrows = Vec::new();
        // For each box, the last box to which an arrow leads from it.
        let mut reached = vec![usize::MAX; boxes.len()];
        for task in 0..table.len() {
            let to = box_of[task];
            for &dependency in table.view().dependencies_of(task as u32) {
                let from = box_of[dependency as usize];
                if reached[from] != to {
                    reached[from] = to;
                    let critical = steps.binary_search(&(to, from)).is_ok();
                    arrows.push(Arrow { from, to, critical });
                }
            }
        }
        Picture { boxes, arrows }
    }
}

impl Box {
    /// The fill colour, if there is one.
    pub(super) fn fill(&self) -> Option<&'static str> {
        self.state.map(TaskState::colour).or(self.family.then_some(FAMILY))
    }

    /// Whether none of its tasks that the run has reached was wanted or needed.
    pub(super) fn is_unwanted(&self) -> bool {
        self.state.is_some_and(TaskState::is_left_out)
    }

    fn line(line: &Line<'_>, with_costs: bool) -> Self {
        let (title, count) = match line.shape {
            Some(shape) => (format!("{}{}", line.name, ranges(shape)), size(shape)),
            None => (line.name.to_string(), String::new()),
        };
        Box::new(line, title, count, with_costs)
    }

    fn member(line: &Line<'_>, task: TaskRef<'_>, with_costs: bool) -> Self {
        Box { family: false, ..Box::new(line, task.name().to_string(), String::new(), with_costs) }
    }

    fn new(line: &Line<'_>, title: String, mut detail: String, with_costs: bool) -> Self {
        let mut say = |text: &str| {
            detail.push_str(if detail.is_empty() { "" } else { ", " });
            detail.push_str(text);
        };
        if line.each {
            say("for each element");
        }
        if with_costs {
            say(&format!("cost {}", line.cost));
        }
        Box {
            title,
            detail,
            description: line.description,
            family: line.shape.is_some(),
            output: line.output,
            critical: false,
            state: None,
            position: usize::MAX,
        }
    }
}

/// The ranges of a family's indices, over all of its members: `[0..100, 0..64]`.
fn ranges(shape: &Shape<'_>) -> String {
    let mut text = String::new();
    for (k, dim) in shape.dims.iter().enumerate() {
        let (lo, hi) = range(dim);
        let _ = write!(text, "{}{lo}..{hi}", if k == 0 { "[" } else { ", " });
    }
    text + "]"
}

/// The smallest range that contains all ranges of an index.
fn range(dim: &Dim<'_>) -> (isize, isize) {
    match *dim {
        Dim::Fixed { lo, len } => (lo, lo + len as isize),
        Dim::Varying(spans) => {
            let spans = spans.iter().filter(|span| span.len > 0);
            let lo = spans.clone().map(|span| span.lo).min();
            let hi = spans.map(|span| span.lo + span.len as isize).max();
            lo.zip(hi).unwrap_or((0, 0))
        }
    }
}

/// How many members a family has: `100 x 64`, or `36 tasks` where ranges depend on earlier indices.
fn size(shape: &Shape<'_>) -> String {
    let mut text = String::new();
    for dim in shape.dims {
        let Dim::Fixed { len, .. } = dim else { return tasks(shape.len()) };
        let _ = write!(text, "{}{len}", if text.is_empty() { "" } else { " x " });
    }
    if shape.dims.len() == 1 { tasks(shape.len()) } else { text }
}

fn tasks(count: usize) -> String {
    format!("{count} task{}", if count == 1 { "" } else { "s" })
}
