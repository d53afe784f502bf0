//! Pictures in the language of Graphviz.

use core::fmt::{self, Write as _};

use crate::render::{Picture, Subject, options};
use crate::state::{CRITICAL, UNWANTED};
use crate::table::Table;

/// A graph in the language of Graphviz, as text by [`Display`](fmt::Display): returned by [`Table::dot`].
///
/// A task is a box with its name, and with its cost unless all costs are 1. Its description is the tooltip. The outputs
/// of the graph have a double border, and the critical path is red. A family is one filled box with the ranges of its
/// indices; an arrow at it stands for all arrows of its members.
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
/// assert_eq!(Stats::TABLE.dot().to_string(), r##"digraph "Stats" {
///     label="Stats"
///     labelloc=t
///     fontname="sans-serif"
///     node [shape=box, fontname="sans-serif", tooltip=" "]
///     n0 [label="load\ncost 1", tooltip="Reads the numbers.", color="#c0392b", penwidth=2]
///     n1 [label="mean\ncost 10", peripheries=2, color="#c0392b", penwidth=2]
///     n0 -> n1 [color="#c0392b", penwidth=2]
/// }
/// "##);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a picture is drawn when it is displayed"]
pub struct Dot<'table> {
    subject: Subject<'table>,
}

options!(Dot);

impl fmt::Display for Dot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.subject.table;
        let graph = Escaped(table.graph());
        writeln!(f, "digraph \"{graph}\" {{")?;
        writeln!(f, "    label=\"{graph}\"")?;
        if !table.description().is_empty() {
            writeln!(f, "    tooltip=\"{}\"", Escaped(table.description()))?;
        }
        writeln!(f, "    labelloc=t")?;
        writeln!(f, "    fontname=\"sans-serif\"")?;
        // The default tooltip is the label.
        writeln!(f, "    node [shape=box, fontname=\"sans-serif\", tooltip=\" \"]")?;
        let picture = Picture::new(&self.subject);
        for (i, task) in picture.boxes.iter().enumerate() {
            write!(f, "    n{i} [label=\"{}", Escaped(&task.title))?;
            if !task.detail.is_empty() {
                write!(f, "\\n{}", Escaped(&task.detail))?;
            }
            f.write_char('"')?;
            if !task.description.is_empty() {
                write!(f, ", tooltip=\"{}\"", Escaped(task.description))?;
            }
            if let Some(colour) = task.fill() {
                let style = if task.is_unwanted() { "\"filled,dashed\"" } else { "filled" };
                write!(f, ", style={style}, fillcolor=\"{colour}\"")?;
            }
            if task.output {
                f.write_str(", peripheries=2")?;
            }
            if task.critical {
                write!(f, ", color=\"{CRITICAL}\", penwidth=2")?;
            } else if task.is_unwanted() {
                write!(f, ", color=\"{UNWANTED}\"")?;
            }
            if task.is_unwanted() {
                write!(f, ", fontcolor=\"{UNWANTED}\"")?;
            }
            f.write_str("]\n")?;
        }
        for arrow in &picture.arrows {
            write!(f, "    n{} -> n{}", arrow.from, arrow.to)?;
            if arrow.critical {
                write!(f, " [color=\"{CRITICAL}\", penwidth=2]")?;
            }
            f.write_char('\n')?;
        }
        f.write_str("}\n")
    }
}

/// Text inside quotes.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                // Otherwise `&lt;` would be shown as `<`.
                '&' => f.write_str("&amp;")?,
                _ => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}
