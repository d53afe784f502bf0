//! Families: many tasks from one line, with the same results on every executor as a plain program.

mod algorithms;
mod drops;
mod each;
mod each_inputs;
mod failures;
mod halves;
mod limits;
mod members;
mod on;
mod random;
mod ranges;
mod reads;
mod table;
mod task_bench;
mod wiring;
