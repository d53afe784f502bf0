//! Graphs as pictures.
//!
//! [`Picture`] is what is to be seen; [`Dot`], [`Mermaid`] and `Svg` write it.

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

/// What a picture is to show.
#[derive(Clone, Debug)]
struct Subject {
    table: &'static Table,
    folded: bool,
    /// The state of each task, or nothing where no run is to be seen.
    states: Vec<Option<TaskState>>,
}

impl Subject {
    fn new(table: &'static Table) -> Self {
        Subject { table, folded: true, states: Vec::new() }
    }
}

/// What all kinds of pictures can be asked for.
macro_rules! options {
    ($picture:ident) => {
        impl $picture {
            pub(super) fn new(table: &'static Table) -> Self {
                $picture { subject: $crate::render::Subject::new(table) }
            }

            /// Shows each member of a family as a task of its own.
            pub fn unfolded(mut self) -> Self {
                self.subject.folded = false;
                self
            }

            /// Colours tasks by what has become of them in a run. A family that is folded has the colour of the
            /// worst that happened to its members.
            pub fn states(mut self, state: impl Fn($crate::TaskRef) -> Option<$crate::TaskState>) -> Self {
                self.subject.states = self.subject.table.tasks().map(state).collect();
                self
            }
        }
    };
}
use options;

impl Table {
    /// The graph as a picture in the language of Graphviz.
    pub fn dot(&'static self) -> Dot {
        Dot::new(self)
    }

    /// The graph as a picture in the language of Mermaid, which shows in Markdown on many sites.
    pub fn mermaid(&'static self) -> Mermaid {
        Mermaid::new(self)
    }

    /// The graph as a picture that browsers show, made without any other program.
    #[cfg(feature = "svg")]
    #[cfg_attr(docsrs, doc(cfg(feature = "svg")))]
    pub fn svg(&'static self) -> Svg {
        Svg::new(self)
    }
}

/// The state of a task among those of all, where a run is to be seen.
fn state_of(states: &[Option<TaskState>], task: TaskRef) -> Option<TaskState> {
    states.get(task.index()).copied().flatten()
}
