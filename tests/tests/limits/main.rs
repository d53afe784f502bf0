//! Tasks that use limits.

mod language;
mod meter;
mod refused;
mod runs;
