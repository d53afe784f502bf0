//! One text of a graph twice: over constants, and with sizes of the same names.

use dag_runtime::{Table, TaskRef};

/// Writes the same graph with sizes and, for each case, over constants. Each case is a test that compares both: the tables
/// for its sizes, and the outputs on every executor.
macro_rules! twins {
    (
        $sizes:tt $($case:ident $values:tt),+; $(items $items:tt)?
        $(#[$attribute:ident])? graph $name:ident $generics:tt $parameters:tt -> $outputs:tt $nodes:tt with $inputs:tt
    ) => {
        twins! { @sized $(#[$attribute])? $sizes ($($items)?) $name $generics $parameters $outputs $nodes }
        twins! { @each [$($case $values)+] ( $sizes ($($items)?) $name $generics $parameters $outputs $nodes $inputs) }
    };
    (@each [$($case:ident $values:tt)+] $rest:tt) => {
        $(twins! { @constant $case $values $rest })+
    };
    (
        @sized $(#[$attribute:ident])? [$($size:ident),+] ($({ $($items:item)* })?)
        $name:ident ($($generics:tt)*) ($($parameters:tt)*) $outputs:tt { $($nodes:tt)* }
    ) => {
        mod sized {
            use super::*;

            $($($items)*)?

            dag! {
                $(#[$attribute])?
                pub(super) graph $name $($generics)* [$($size),+] ($($parameters)*) -> $outputs { $($nodes)* }
            }
        }
    };
    (
        @constant $case:ident ($($constant:ident = $value:expr),+) ([$($size:ident),+] ($({ $($items:item)* })?)
        $name:ident ($($generics:tt)*) ($($parameters:tt)*) $outputs:tt { $($nodes:tt)* } { $($inputs:tt)* })
    ) => {
        mod $case {
            use super::*;

            $(const $constant: usize = $value;)+

            $($($items)*)?

            dag! { pub(super) graph $name $($generics)* ($($parameters)*) -> $outputs { $($nodes)* } }

            #[test]
            fn is_as_over_constants() {
                let of_constants =
                    dag_runtime::Graph::shared_table(&$name { $($inputs)* }).unwrap();
                let table = dag_runtime::Graph::shared_table(&sized::$name { $($size,)+ $($inputs)* }).unwrap();
                $crate::twins::assert_alike(&of_constants, &table);
                let expected =
                    dag_tests::Everywhere::new().agree(|executor| $name { $($inputs)* }.run(executor).unwrap());
                let outputs = dag_tests::Everywhere::new()
                    .agree(|executor| sized::$name { $($size,)+ $($inputs)* }.run(executor).unwrap());
                assert_eq!(outputs, expected);
            }
        }
    };
}

pub(crate) fn names<'table>(tasks: impl Iterator<Item = TaskRef<'table>>) -> Vec<String> {
    tasks.map(|task| task.name().to_string()).collect()
}

/// Both tables say the same.
#[track_caller]
pub(crate) fn assert_alike(constant: &Table, sized: &Table) {
    assert_eq!((sized.graph(), sized.description()), (constant.graph(), constant.description()));
    assert_eq!(names(sized.tasks()), names(constant.tasks()));
    assert_eq!(names(sized.order()), names(constant.order()));
    assert_eq!(names(sized.critical_path()), names(constant.critical_path()));
    let totals = |table: &Table| (table.len(), table.depth(), table.work(), table.critical_path_length());
    assert_eq!(totals(sized), totals(constant));
    for (sized, constant) in sized.tasks().zip(constant.tasks()) {
        let facts = |task: TaskRef<'_>| {
            (
                (task.index(), task.description().to_owned(), task.is_each(), task.is_output()),
                (task.cost(), task.level(), task.bottom_level()),
                (names(task.dependencies()), names(task.dependents())),
            )
        };
        assert_eq!(facts(sized), facts(constant), "`{}`", sized.name());
    }
    let pictures = |table: &Table| {
        [table.dot().to_string(), table.mermaid().to_string(), table.dot().unfolded().to_string()]
    };
    assert_eq!(pictures(sized), pictures(constant));
}
