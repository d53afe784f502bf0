//! Pictures in the language of Mermaid.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use crate::render::picture::{Box, FAMILY};
use crate::render::{Picture, Subject, options};
use crate::state::{CRITICAL, TaskState, UNWANTED};
use crate::table::Table;

/// A graph in the language of Mermaid, as text by [`Display`](fmt::Display): returned by [`Table::mermaid`].
///
/// The content is the same as in [`Dot`](crate::Dot): costs, descriptions as tooltips, outputs with a double border,
/// the critical path in red with thick arrows, and folded families.
///
/// ```
/// use dag_runtime::{dag, task};
///
/// /// Reads the numbers.
/// #[task]
/// fn load() -> Vec<f64> { vec![1.0, 2.0, 6.0] }
///
/// #[task(depends = [load], cost = 10)]
/// fn mean(load: &[f64]) -> f64 { load.iter().sum::<f64>() / load.len() as f64 }
///
/// dag! { graph Stats -> mean { load, mean } }
///
/// assert_eq!(Stats::TABLE.mermaid().to_string(), r#"---
/// title: Stats
/// ---
/// flowchart TB
///     n0["load<br>cost 1"]
///     n1[["mean<br>cost 10"]]
///     n0 ==> n1
///     click n0 callback "Reads the numbers."
///     classDef critical stroke:#c0392b,stroke-width:2px
///     class n0,n1 critical
/// "#);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a picture is drawn when it is displayed"]
pub struct Mermaid<'table> {
    subject: Subject<'table>,
}

options!(Mermaid);

impl fmt::Display for Mermaid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "---\ntitle: {}\n---\nflowchart TB", self.subject.table.graph())?;
        let Picture { boxes, arrows } = Picture::new(&self.subject);
        for (i, task) in boxes.iter().enumerate() {
            let (open, close) = if task.output { ("[[", "]]") } else { ("[", "]") };
            write!(f, "    n{i}{open}\"{}", Escaped(&task.title))?;
            if !task.detail.is_empty() {
                write!(f, "<br>{}", Escaped(&task.detail))?;
            }
            writeln!(f, "\"{close}")?;
        }
        for arrow in &arrows {
            let line = if arrow.critical { "==>" } else { "-->" };
            writeln!(f, "    n{} {line} n{}", arrow.from, arrow.to)?;
        }
        for (i, task) in boxes.iter().enumerate().filter(|(_, task)| !task.description.is_empty()) {
            // Mermaid has tooltips only for clicks. A click on a function that does not exist has no effect.
            writeln!(f, "    click n{i} callback \"{}\"", Escaped(task.description))?;
        }
        let states =
            [TaskState::Hit, TaskState::Finished, TaskState::Skipped, TaskState::Running, TaskState::Failed];
        for state in states {
            let style = format!("fill:{}", state.colour());
            class(f, &state.to_string(), &style, &boxes, |task| task.state == Some(state))?;
        }
        let fill = TaskState::NotWanted.colour();
        let unwanted = format!("fill:{fill},color:{UNWANTED},stroke:{UNWANTED},stroke-dasharray:5 3");
        // A class has no space in its name.
        class(f, "notWanted", &unwanted, &boxes, |task| task.state == Some(TaskState::NotWanted))?;
        class(f, "notNeeded", &unwanted, &boxes, |task| task.state == Some(TaskState::NotNeeded))?;
        let family = format!("fill:{FAMILY}");
        class(f, "family", &family, &boxes, |task| task.family && task.state.is_none())?;
        let critical = format!("stroke:{CRITICAL},stroke-width:2px");
        class(f, "critical", &critical, &boxes, |task| task.critical)
    }
}

/// Gives a style to some of the boxes.
fn class(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    style: &str,
    boxes: &[Box],
    has: impl Fn(&Box) -> bool,
) -> fmt::Result {
    let members: Vec<usize> = (0..boxes.len()).filter(|&i| has(&boxes[i])).collect();
    if members.is_empty() {
        return Ok(());
    }
    write!(f, "    classDef {name} {style}\n    class ")?;
    for (k, i) in members.iter().enumerate() {
        write!(f, "{}n{i}", if k == 0 { "" } else { "," })?;
    }
    writeln!(f, " {name}")
}

/// Text inside quotes. Entities begin with `#`.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '"' => f.write_str("#quot;")?,
                '#' => f.write_str("#35;")?,
                '&' => f.write_str("#amp;")?,
                '<' => f.write_str("#lt;")?,
                '>' => f.write_str("#gt;")?,
                '`' => f.write_str("#96;")?,
                '\\' => f.write_str("#92;")?,
                '\n' => f.write_char(' ')?,
                _ => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}
