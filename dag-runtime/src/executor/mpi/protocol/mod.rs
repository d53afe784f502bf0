//! What ranks tell each other in a run, and by what.

pub(crate) mod connection;
pub(crate) mod transport;
