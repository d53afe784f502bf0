//! The conversion of integers of any type, as users write them in ranges and brackets.

/// Converts an integer without wrapping. No function can do this: it would have to be generic in a constant.
///
/// - `index`: an index as an `isize`. One that no `isize` can hold becomes `isize::MAX`, which is outside of each family.
/// - `bound`: the `isize` that is nearest to a bound of a slice.
/// - `limit`: the `i128` that is nearest to a bound of a family's range.
/// - `end`: the exclusive end of a range that includes its end, of a type that is named.
///
/// A `constant` is of a type that is known from itself. The type of what is `inferred` may depend on that of the result.
#[macro_export]
#[doc(hidden)]
macro_rules! __dag_integer {
    (index::$how:ident, $value:expr) => { $crate::__dag_integer!(@ $how isize MAX MAX, $value) };
    (bound::$how:ident, $value:expr) => { $crate::__dag_integer!(@ $how isize MIN MAX, $value) };
    (limit::constant, $value:expr) => { $crate::__dag_integer!(@ constant i128 MIN MAX, $value) };
    (limit::inferred, $value:expr) => { $value as $crate::__private::v0_1::i128 };
    (end::$type:ident, $last:expr) => {
        match $last {
            $crate::__private::v0_1::$type::MAX => $crate::__private::v0_1::$type::MAX,
            last => last + 1,
        }
    };
    // The pattern tells negative values from those of a `u128` that no `i128` can hold.
    (@ constant $type:ident $below:ident $above:ident, $value:expr) => {
        match $value {
            value @ 0.. => {
                if value as $crate::__private::v0_1::u128
                    > $crate::__private::v0_1::$type::MAX as $crate::__private::v0_1::u128
                {
                    $crate::__private::v0_1::$type::$above
                } else {
                    value as $crate::__private::v0_1::$type
                }
            }
            value => {
                if (value as $crate::__private::v0_1::i128)
                    < $crate::__private::v0_1::$type::MIN as $crate::__private::v0_1::i128
                {
                    $crate::__private::v0_1::$type::$below
                } else {
                    value as $crate::__private::v0_1::$type
                }
            }
        }
    };
    (@ inferred $type:ident $below:ident $above:ident, $value:expr) => {
        $crate::__dag_integer!(@ constant $type $below $above, $value as $crate::__private::v0_1::i128)
    };
}
