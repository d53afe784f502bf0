//! What the compiler has proven of a graph with sizes, for its users.

/// What of a graph with sizes holds for all sizes, as the compiler has proven: `Heat::PROVEN`. The rest is checked when
/// sizes are new, before any task starts, and is an [`Error`](crate::Error) where it does not hold.
///
/// That no task depends on itself is not among it: where that is not proven, the graph does not compile unless it is
/// `#[checked_at_run]`.
///
/// ```
/// use dag_runtime::{dag, task};
///
/// #[task]
/// fn next(before: Option<&u64>) -> u64 { before.map_or(1, |x| 2 * x) }
///
/// #[task]
/// fn last(x: &u64) -> u64 { *x }
///
/// dag! {
///     graph Powers[n] -> last {
///         x[i in 0..n] = next(if i > 0 { Some(&x[i - 1]) } else { None }),
///         last(&x[n - 1]),
///     }
/// }
///
/// // There is no `x[n - 1]` if `n` is 0.
/// assert!(!Powers::PROVEN.inside);
/// assert!(Powers::PROVEN.moved_once);
/// let error = Powers { n: 0 }.run(&dag_runtime::Serial).unwrap_err();
/// assert_eq!(error.to_string(), "graph `Powers` with n = 0: `last` asks for `x[-1]`, and `i` is in 0..0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proven {
    /// Whether all members that are used exist.
    pub inside: bool,
    /// Whether no output that is moved is used a second time, unless before.
    pub moved_once: bool,
    /// Whether all uses of inputs that tasks change in place are ordered.
    pub ordered: bool,
    /// Whether there are no more tasks than can be counted, 2^31 - 1.
    pub countable: bool,
}
