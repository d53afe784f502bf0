//! Values in keys.

mod collections;
mod refused;
mod single;

use super::KeyWriter;

/// A value that can be part of the key of a kept output: two equal values write the same, and two different ones do not.
///
/// It is implemented for numbers, `bool`, `char`, strings, tuples, arrays, slices, `Vec`s, sorted maps and sets, `Option`,
/// `Result`, `Duration`, ranges, and references and smart pointers to such values. Derive it for types of your own.
///
/// | values | count by |
/// |---|---|
/// | `usize` and `isize` | what they are as `u64` and `i64` |
/// | floats | their bits: `0.0` and `-0.0` differ, and so do NaNs of different bits |
/// | `Vec<T>`, `[T; N]`, `VecDeque<T>` | what they are as `[T]` |
/// | `String` | what it is as `str` |
/// | `&T`, `Box<T>`, `Rc<T>`, `Arc<T>`, `Cow<T>` | the `T` |
///
/// What is not in a value does not count. So paths are no `Key`s, since a path does not say what is in the file:
/// take a `File`. Nor are hash maps, which have no order: take a `BTreeMap`. Cells, pointers and functions are none either.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `Key`, so it cannot be in the key of a kept output",
    label = "counts for the key by its value",
    note = "`#[derive(dag_runtime::Key)]` makes a type of your own one",
    note = "`#[key(skip)]` before a parameter or a field leaves out what cannot change the output, such as a client or a connection pool"
)]
pub trait Key {
    /// Writes the value.
    fn key(&self, key: &mut KeyWriter);

    /// What stands before the elements of a slice, which is the same for all of them.
    #[doc(hidden)]
    const OF_ALL: u8 = 0;

    /// Writes the elements of a slice.
    #[doc(hidden)]
    fn all(items: &[Self], key: &mut KeyWriter)
    where
        Self: Sized,
    {
        items.iter().for_each(|item| item.key(key));
    }
}

/// Begins a value of a type that derives `Key`, with the names of its type, its variant and its fields.
pub fn begin_key(key: &mut KeyWriter, names: &str) {
    key.raw(&[40]);
    key.bytes(names.as_bytes());
}
