//! What the tests share: every executor, outputs whose drops are counted, a graph that fails where
//! it is told to, and a limit on how long a test takes.

mod everywhere;
mod ledger;
pub mod network;
mod watchdog;

pub use everywhere::{Everywhere, pool};
pub use ledger::{Count, Ledger, Token};
pub use watchdog::in_time;
