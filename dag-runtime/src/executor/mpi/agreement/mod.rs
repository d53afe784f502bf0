//! What ranks tell each other before a run: what they have come for, with which costs, and who has not come.

pub(crate) mod costs;
mod difference;
pub(crate) mod handshake;
#[cfg(feature = "store")]
pub(crate) mod kept;
mod refusal;
mod roll_call;

pub(crate) use self::refusal::Refusal;
pub(crate) use self::roll_call::Starts;
