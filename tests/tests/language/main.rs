//! The language: programs that use it, with the same results on every executor.

mod arguments;
mod attributes;
mod each;
mod expressions;
mod fallible;
mod generics;
mod instances;
mod listing;
mod moves;
mod order;
mod paths;
mod shapes;
mod table;
mod values;
