//! The commands `graph`, `plan` and `list`.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;
use std::io::{BufWriter, Write};

use crate::cli::exit::Failed;
use crate::cli::files::{OutputFile, read_costs};
use crate::cli::options::{Format, GraphOptions, ListOptions, PlanOptions};
use crate::record::Time;
use crate::table::Table;

pub(super) fn graph(table: &Table, options: &GraphOptions, out: &mut dyn Write) -> Result<(), Failed> {
    let text = match (options.format, options.unfold) {
        (Format::Dot, false) => table.dot().to_string(),
        (Format::Dot, true) => table.dot().unfolded().to_string(),
        (Format::Mermaid, false) => table.mermaid().to_string(),
        (Format::Mermaid, true) => table.mermaid().unfolded().to_string(),
        (Format::Svg, false) => table.svg().to_string(),
        (Format::Svg, true) => table.svg().unfolded().to_string(),
    };
    match &options.output {
        Some(path) => OutputFile::create(path)?.write(text),
        None => out.write_all(text.as_bytes()).map_err(Box::from),
    }
}

pub(super) fn plan(table: &Table, options: &PlanOptions, out: &mut dyn Write) -> Result<(), Failed> {
    let mut planner = table.planner().latency(options.latency);
    if let Some(path) = &options.costs {
        planner = planner.measured(&read_costs(table, path)?);
    }
    if let Some(bandwidth) = options.bandwidth {
        planner = planner.bandwidth(bandwidth);
    }
    for name in &options.without {
        planner = planner.without(name)?;
    }
    // Measured costs are in nanoseconds.
    let shown = |cost: u64| match options.costs {
        Some(_) => Time(Duration::from_nanos(cost)).to_string(),
        None => cost.to_string(),
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if options.workers.is_empty() { vec![cores] } else { options.workers.clone() };
    let plans: Vec<_> = workers.into_iter().map(|workers| planner.plan(workers)).collect();
    let mut out = BufWriter::new(out);
    if let [first, ..] = &plans[..] {
        let (work, path) = (shown(first.work()), shown(first.critical_path_length()));
        let unwanted = match first.not_wanted() {
            0 => String::new(),
            unwanted => format!("{unwanted} not wanted, "),
        };
        writeln!(out, "{} tasks, {unwanted}work {work}, critical path {path}", table.len())?;
    }
    writeln!(out, "workers    makespan  speed-up  utilisation")?;
    for plan in &plans {
        let (makespan, utilisation) = (shown(plan.makespan()), 100.0 * plan.utilisation());
        writeln!(
            out,
            "{:>7}  {makespan:>10}  {:>8.2}        {utilisation:>3.0} %",
            plan.workers(),
            plan.speedup()
        )?;
    }
    if options.gantt {
        for plan in &plans {
            write!(out, "\n{}", plan.gantt())?;
        }
    }
    out.flush().map_err(Box::from)
}

pub(super) fn list(table: &Table, options: &ListOptions, out: &mut dyn Write) -> Result<(), Failed> {
    let mut rows = vec![["task", "tasks", "cost", "level", "depends on"].map(String::from)];
    let mut families = table.families().filter(|family| !family.is_empty()).peekable();
    let mut tasks = table.tasks().peekable();
    while let Some(task) = tasks.next() {
        let before = |limit: usize| {
            let names: Vec<_> = task.dependencies().take(limit).map(|task| task.name().to_string()).collect();
            let more = task.dependencies().len().saturating_sub(limit);
            names.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() }
        };
        if let Some(family) = families.next_if(|family| !options.unfold && task.family() == Some(*family)) {
            let last = family.members().next_back().unwrap_or(task);
            let names = format!("{}..={}", task.name(), last.name());
            let levels = family.members().map(|member| member.level());
            let levels = match (levels.clone().min().unwrap_or(0), levels.max().unwrap_or(0)) {
                (low, high) if low == high => low.to_string(),
                (low, high) => format!("{low}..={high}"),
            };
            rows.push([names, family.len().to_string(), task.cost().to_string(), levels, String::new()]);
            while tasks.next_if(|member| member.family() == Some(family)).is_some() {}
            continue;
        }
        let level = task.level().to_string();
        rows.push([task.name().to_string(), "1".into(), task.cost().to_string(), level, before(4)]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let mut out = BufWriter::new(out);
    for [task, tasks, cost, level, before] in &rows {
        let [a, b, c, d] = widths;
        let row = format!("{task:a$}  {tasks:>b$}  {cost:>c$}  {level:>d$}  {before}");
        writeln!(out, "{}", row.trim_end())?;
    }
    out.flush().map_err(Box::from)
}
