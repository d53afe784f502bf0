//! A job behind a reference, which is known by number only.

use alloc::vec::Vec;
#[cfg(feature = "mpi")]
use core::cell::Cell;

use super::{Found, Job, SerialHooks, StaticJob};
use crate::error::{Error, Outcome};
use crate::slot::{Cx, Finished, Slots};
use crate::table::{Limits, SharedTable, Table};

impl<J: Job + ?Sized> Job for &J {
    #[inline]
    fn shared_table(&self) -> &SharedTable {
        (**self).shared_table()
    }

    #[inline]
    fn table(&self) -> &Table {
        (**self).table()
    }

    #[inline]
    fn call(&self, node: u32, cx: &Cx<'_>) -> Outcome<()> {
        (**self).call(node, cx)
    }

    #[inline]
    fn slots(&self) -> Slots<'_> {
        (**self).slots()
    }

    fn needs_nothing(&self, node: u32) -> bool {
        (**self).needs_nothing(node)
    }

    fn finished(&self) -> Option<&Finished> {
        (**self).finished()
    }

    fn units(&self, limits: &'static Limits, found: Option<&mut Found<'_>>) -> Result<Vec<u64>, Error> {
        (**self).units(limits, found)
    }

    #[cfg(feature = "mpi")]
    fn pins(&self, ranks: usize, at: &Cell<u32>) -> Vec<u32> {
        (**self).pins(ranks, at)
    }

    #[cfg(feature = "mpi")]
    fn pins_are_fixed(&self) -> bool {
        (**self).pins_are_fixed()
    }
}

impl<J: Job + ?Sized> StaticJob for &J {
    const IS_TRIVIAL: bool = false;
    const RETRIES: bool = true;
    const IN_ORDER: Option<bool> = Some(false);

    fn in_order<S: SerialHooks>(&self, _: &Cx<'_>, _: &S) -> bool {
        unreachable!("a job that is known by number only is not run in order")
    }
}
