//! Failures that do not end a run.

mod catch;
mod log;
mod retry;
mod retry_drops;
mod retry_elements;
