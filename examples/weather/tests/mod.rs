//! The functions on the whole data set, and the whole program.

mod program;
mod values;
