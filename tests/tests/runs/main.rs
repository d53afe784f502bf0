//! Whole runs: outputs, failures, observers and threads.

mod auto;
mod bombs;
mod busy_pools;
mod deadline;
mod drops;
mod each;
mod failures;
mod inputs;
mod memory_order;
mod nesting;
mod observers;
mod overlap;
mod partial;
mod serial_runs;
mod stack;
mod stop;
mod stress;
mod sweeps;
mod taken;
mod watchdog;
