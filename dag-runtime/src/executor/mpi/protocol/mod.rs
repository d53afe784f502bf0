//! What ranks tell each other in a run, over any network: this knows no MPI.
//!
//! A [`Transport`](transport::Transport) is all that it asks of one: messages that come in order, transfers of any length, and
//! numbers that all ranks tell all.

pub(crate) mod arena;
pub(crate) mod connection;
pub(crate) mod message;
pub(crate) mod outbox;
pub(crate) mod transport;
