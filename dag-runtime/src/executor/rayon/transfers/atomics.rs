//! Atomics that tell the machine of each access.

use core::panic::Location;
use core::sync::atomic::{self, Ordering};

use super::machine::access;

/// An atomic of the same size and layout as that of `core`.
macro_rules! counted {
    ($name:ident, $value:ty, $($operation:ident)*) => {
        #[derive(Debug)]
        pub(in super::super) struct $name(atomic::$name);

        #[allow(dead_code, reason = "all operations for all sizes")]
        impl $name {
            pub(in super::super) const fn new(value: $value) -> Self {
                Self(atomic::$name::new(value))
            }

            #[track_caller]
            pub(in super::super) fn load(&self, ordering: Ordering) -> $value {
                self.access(false);
                self.0.load(ordering)
            }

            #[track_caller]
            pub(in super::super) fn store(&self, value: $value, ordering: Ordering) {
                self.access(true);
                self.0.store(value, ordering);
            }

            #[track_caller]
            pub(in super::super) fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.access(true);
                self.0.compare_exchange(current, new, success, failure)
            }

            $(
                #[track_caller]
                pub(in super::super) fn $operation(&self, value: $value, ordering: Ordering) -> $value {
                    self.access(true);
                    self.0.$operation(value, ordering)
                }
            )*

            #[track_caller]
            fn access(&self, writes: bool) {
                access(core::ptr::from_ref(self).addr(), writes, Location::caller());
            }
        }
    };
}

counted!(AtomicBool, bool, swap fetch_or fetch_and);
counted!(AtomicU32, u32, swap fetch_or fetch_and fetch_add fetch_sub);
counted!(AtomicU64, u64, swap fetch_or fetch_and fetch_add fetch_sub);
counted!(AtomicUsize, usize, swap fetch_or fetch_and fetch_add fetch_sub);
