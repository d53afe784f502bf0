//! Names that clash: the code that the macros write means the same in every context.

mod names;
mod no_prelude;
mod written_by_macros;
