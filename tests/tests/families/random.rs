//! Random families return the numbers and have the edges that were computed without them.

use std::collections::BTreeSet;

use dag_tests::Everywhere;

macro_rules! graphs {
    ($($graph:ident)*) => {
        $(
            #[test]
            fn $graph() {
                use dag_tests_families::$graph::{DEPENDENCIES, Graph, NUMBERS, run};

                assert_eq!(Everywhere::new().agree(|executor| run(executor).unwrap()), NUMBERS);
                assert_eq!(Graph::TABLE.len(), DEPENDENCIES.len());
                for (name, dependencies) in DEPENDENCIES {
                    let task = Graph::TABLE.find(name).unwrap_or_else(|| panic!("there is no `{name}`"));
                    let found: Vec<String> = task.dependencies().map(|task| task.name().to_string()).collect();
                    let distinct: BTreeSet<&str> = found.iter().map(String::as_str).collect();
                    assert_eq!(distinct.len(), found.len(), "dependencies of `{name}`");
                    assert_eq!(distinct, dependencies.iter().copied().collect(), "dependencies of `{name}`");
                }
            }
        )*
    };
}

dag_tests_families::for_each_graph!(graphs);
