//! References from a table to statics that change while the program runs.

use core::fmt;
use core::ptr;

/// A reference to a static with interior mutability.
///
/// Tables of graphs are constants. Rust 1.85 rejects a constant that reaches such a static through references, so this
/// is a raw pointer, which it does not follow.
pub(super) struct Mutable<T: 'static>(*const T);

impl<T: Sync> Mutable<T> {
    pub(super) const fn new(target: &'static T) -> Self {
        Mutable(ptr::from_ref(target))
    }

    #[inline]
    pub(super) const fn get(self) -> &'static T {
        // SAFETY: `new` made the pointer from a `'static` reference.
        unsafe { &*self.0 }
    }
}

// SAFETY: it is used as a `&'static T`, which is `Send` and `Sync` if `T` is `Sync`.
unsafe impl<T: Sync> Send for Mutable<T> {}
// SAFETY: likewise.
unsafe impl<T: Sync> Sync for Mutable<T> {}

impl<T> Clone for Mutable<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Mutable<T> {}

impl<T: Sync + fmt::Debug> fmt::Debug for Mutable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    static COUNT: AtomicU32 = AtomicU32::new(3);
    static TABLE: Mutable<AtomicU32> = Mutable::new(&COUNT);
    const IN_A_CONSTANT: &Mutable<AtomicU32> = &TABLE;

    #[test]
    fn it_is_the_static() {
        assert_eq!(IN_A_CONSTANT.get().fetch_add(1, Ordering::Relaxed), 3);
        assert_eq!((COUNT.load(Ordering::Relaxed), alloc::format!("{IN_A_CONSTANT:?}")), (4, "4".into()));
    }
}
