//! Graphs as pictures, in the languages of programs that draw.
//!
//! [`Picture`] is what is to be seen; [`dot`](Dot) and [`mermaid`](Mermaid) write it.

mod dot;
mod mermaid;
mod picture;
#[cfg(test)]
mod tests;

use crate::table::Table;

pub use dot::Dot;
pub use mermaid::Mermaid;

use picture::Picture;

impl Table {
    /// The graph as a picture in the language of Graphviz.
    pub fn dot(&'static self) -> Dot {
        Dot::new(self)
    }

    /// The graph as a picture in the language of Mermaid, which shows in Markdown on many sites.
    pub fn mermaid(&'static self) -> Mermaid {
        Mermaid::new(self)
    }
}
