//! Tasks that may not be wanted.

mod conditions;
mod drops;
mod each;
mod ledger;
mod parameters;
