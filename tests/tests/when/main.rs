//! Tasks that may not be wanted.

mod conditions;
mod ledger;
mod parameters;
