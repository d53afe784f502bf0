//! Tasks that may not be wanted.

mod conditions;
mod parameters;
