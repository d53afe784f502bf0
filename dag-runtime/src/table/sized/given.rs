//! The sizes that a table was made for.

use alloc::boxed::Box;
#[cfg(feature = "mpi")]
use alloc::vec::Vec;
use core::fmt;

/// The sizes that a table was made for, with their names: `steps = 3, cells = 8`.
#[derive(Clone, Debug)]
pub(crate) struct GivenSizes {
    names: &'static [&'static str],
    sizes: Box<[usize]>,
}

impl GivenSizes {
    pub(super) fn new(names: &'static [&'static str], sizes: &[usize]) -> Self {
        GivenSizes { names, sizes: sizes.into() }
    }

    /// The sizes as indices are.
    #[cfg(feature = "mpi")]
    pub(in crate::table) fn values(&self) -> Vec<isize> {
        self.sizes.iter().map(|&size| size as isize).collect()
    }
}

impl fmt::Display for GivenSizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, (name, size)) in self.names.iter().zip(&self.sizes).enumerate() {
            write!(f, "{}{name} = {size}", if k == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
