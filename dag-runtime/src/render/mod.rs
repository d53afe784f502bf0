//! Graphs as pictures.
//!
//! [`Picture`] is the content; [`Dot`], [`Mermaid`] and `Svg` write it.

mod dot;
#[cfg(feature = "svg")]
mod layout;
mod mermaid;
mod picture;
#[cfg(feature = "svg")]
mod svg;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use crate::state::TaskState;
use crate::table::{Table, TaskRef};

pub use dot::Dot;
pub use mermaid::Mermaid;
#[cfg(feature = "svg")]
pub use svg::Svg;

use picture::Picture;

/// What a picture shows.
#[derive(Clone, Debug)]
struct Subject<'table> {
    table: &'table Table,
    folded: bool,
    /// The state of each task; empty if the picture shows no run.
    states: Vec<Option<TaskState>>,
}

impl<'table> Subject<'table> {
    fn new(table: &'table Table) -> Self {
        Subject { table, folded: true, states: Vec::new() }
    }
}

/// The options of all kinds of pictures.
macro_rules! options {
    ($picture:ident) => {
        impl<'table> $picture<'table> {
            pub(super) fn new(table: &'table Table) -> Self {
                $picture { subject: $crate::render::Subject::new(table) }
            }

            /// Shows each member of a family as a task of its own.
            pub fn unfolded(mut self) -> Self {
                self.subject.folded = false;
                self
            }

            /// Colours tasks by their states in a run; those that were not wanted are grey and dashed. A folded family
            /// has the colour of the worst state of its members.
            pub fn states(
                mut self,
                state: impl Fn($crate::TaskRef<'table>) -> Option<$crate::TaskState>,
            ) -> Self {
                self.subject.states = self.subject.table.tasks().map(state).collect();
                self
            }
        }
    };
}
use options;

impl Table {
    /// The graph as a picture in the language of Graphviz.
    pub fn dot(&self) -> Dot<'_> {
        Dot::new(self)
    }

    /// The graph as a picture in the language of Mermaid, which many sites show in Markdown.
    pub fn mermaid(&self) -> Mermaid<'_> {
        Mermaid::new(self)
    }

    /// The graph as an SVG picture, made without any other program.
    #[cfg(feature = "svg")]
    #[cfg_attr(docsrs, doc(cfg(feature = "svg")))]
    pub fn svg(&self) -> Svg<'_> {
        Svg::new(self)
    }
}

/// The state of a task, if the picture shows a run.
fn state_of(states: &[Option<TaskState>], task: TaskRef<'_>) -> Option<TaskState> {
    states.get(task.index()).copied().flatten()
}
