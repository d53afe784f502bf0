//! Names that clash: what the macros write means what it should wherever it stands.

mod names;
mod no_prelude;
mod written_by_macros;
