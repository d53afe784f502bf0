//! Where a type asks for something.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::any::type_name;
use core::fmt;

use serde::de::Error;

use super::node::{Node, Run};

/// Gives a type what it asks for.
pub(super) struct Tracer<'a> {
    pub(super) node: &'a mut Node,
    pub(super) run: &'a mut Run,
}

/// Why a value was refused, which nobody reads.
#[derive(Debug)]
pub(super) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl core::error::Error for Refused {}

impl Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Refused
    }
}

impl Tracer<'_> {
    /// Something without parts, which is given one of some values.
    pub(super) fn leaf<T>(
        self,
        what: &str,
        count: usize,
        give: impl FnOnce(usize) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let Tracer { node, run } = self;
        let value = match run.enter(node, || (what.to_owned(), 0)) {
            true => give(run.candidate(node, count)),
            false => Err(Refused),
        };
        run.leave(node, value.is_ok());
        value
    }

    /// Something with parts.
    pub(super) fn with_parts<T>(
        self,
        what: impl FnOnce() -> (String, usize),
        give: impl FnOnce(&mut Node, &mut Run) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let Tracer { node, run } = self;
        let value = if run.enter(node, what) { give(node, run) } else { Err(Refused) };
        run.leave(node, value.is_ok());
        value
    }

    /// Something with parts and a name, of type `T`. It is noted once for all places where it is asked for.
    pub(super) fn named<T>(
        self,
        what: impl FnOnce() -> (String, usize),
        give: impl FnOnce(&mut Node, &mut Run) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let (Tracer { node, run }, name) = (self, type_name::<T>());
        let ends = run.ends(name);
        let mut of_type = if ends { Node::default() } else { run.types.remove(name).unwrap_or_default() };
        run.begin(name, ends);
        let value = if run.enter(&mut of_type, what) { give(&mut of_type, run) } else { Err(Refused) };
        run.leave(&mut of_type, value.is_ok());
        run.end(ends);
        "a type with a name".clone_into(&mut node.what);
        node.named = Some(name);
        // What is inside of itself is complete if the rest is.
        node.is_complete = ends || of_type.is_complete;
        if !ends {
            run.types.insert(name, of_type);
        }
        value
    }
}
