//! Random graphs with sizes in the place of some numbers return the numbers and have the edges that were computed without
//! them.

use std::collections::BTreeSet;

use dag_tests::Everywhere;

use crate::twins::names;

macro_rules! graphs {
    ($($graph:ident)*) => {
        $(
            #[test]
            fn $graph() {
                use dag_tests_families::$graph::sized::{Graph, SIZES, run};
                use dag_tests_families::$graph::{self as constant, DEPENDENCIES, NUMBERS};

                assert_eq!(Everywhere::new().agree(|executor| run(executor).unwrap()), NUMBERS);
                let table = Graph::table(SIZES[0], SIZES[1]).unwrap();
                crate::twins::assert_alike(constant::Graph::TABLE, &table);
                for (name, dependencies) in DEPENDENCIES {
                    let task = table.find(name).unwrap_or_else(|| panic!("there is no `{name}`"));
                    let found: BTreeSet<String> = names(task.dependencies()).into_iter().collect();
                    assert_eq!(found, dependencies.iter().map(ToString::to_string).collect(), "`{name}`");
                }
            }
        )*
    };
}

dag_tests_families::for_each_graph!(graphs);
