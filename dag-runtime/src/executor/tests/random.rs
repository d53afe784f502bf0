//! Random graphs with random failures, on every executor.

use proptest::collection::{btree_set, vec as vec_of};
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// A graph, and what its tasks do.
#[derive(Clone, Debug)]
struct Case {
    costs: Vec<u64>,
    edges: Vec<Edge>,
    outputs: Vec<u32>,
    errors: BTreeSet<u32>,
    panics: BTreeSet<u32>,
    panic_on_drop: BTreeSet<u32>,
}

fn any_case() -> impl Strategy<Value = Case> {
    (1_u32..60).prop_flat_map(|len| {
        let how = prop_oneof![Just(Use::Order), Just(Use::Borrow)];
        let edges = vec_of((any::<Index>(), any::<Index>(), how), 0..3 * len as usize);
        let order = Just((0..len).collect::<Vec<_>>()).prop_shuffle();
        let edges = (order, edges).prop_map(move |(order, edges)| {
            let mut acyclic = Vec::new();
            for (a, b, how) in edges {
                let (a, b) = (a.index(order.len()), b.index(order.len()));
                if a != b {
                    acyclic.push((order[a.max(b)], order[a.min(b)], how));
                }
            }
            acyclic
        });
        let some = || btree_set(0..len, 0..3);
        let costs = vec_of(0_u64..5, len as usize);
        (costs, edges, some(), some(), some(), some()).prop_map(
            |(costs, edges, outputs, errors, panics, panic_on_drop)| Case {
                costs,
                edges,
                // What panics when it is dropped cannot be handed out.
                outputs: outputs.difference(&panic_on_drop).copied().collect(),
                errors,
                panics,
                panic_on_drop,
            },
        )
    })
}

impl Case {
    fn table(&self) -> &'static Table {
        table(&self.costs, &self.edges, &self.outputs)
    }

    fn plan(&self) -> Plan {
        Plan {
            errors: self.errors.clone(),
            panics: self.panics.clone(),
            panic_on_drop: self.panic_on_drop.clone(),
            ..Plan::default()
        }
    }

    /// The tasks that fail, and those that cannot run, where all that can run does.
    fn failed_and_blocked(&self, table: &'static Table) -> (BTreeSet<u32>, BTreeSet<u32>) {
        let (mut failed, mut blocked) = (BTreeSet::new(), BTreeSet::new());
        for &node in table.view().serial_order() {
            if table.view().dependencies_of(node).iter().any(|k| failed.contains(k) || blocked.contains(k)) {
                blocked.insert(node);
            } else if self.errors.contains(&node) || self.panics.contains(&node) {
                failed.insert(node);
            }
        }
        (failed, blocked)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn graphs_run_whole(case in any_case()) {
        let table = case.table();
        for (runner, is_partial) in Runner::all_and_partial() {
            trial_of(table.into(), Plan::default(), is_partial, |job| runner.run(job, false)).result.unwrap();
        }
    }

    #[test]
    fn all_that_can_run_does_where_it_is_to_keep_going(case in any_case()) {
        let table = case.table();
        let (mut failed, blocked) = case.failed_and_blocked(table);
        // An output is dropped where its task has finished.
        let dropped = case.panic_on_drop.iter().filter(|node| !failed.contains(node) && !blocked.contains(node));
        let dropped: Vec<_> = dropped.copied().collect();
        failed.extend(dropped);
        for (runner, is_partial) in Runner::all_and_partial() {
            let report = trial_of(table.into(), case.plan(), is_partial, |job| runner.run(job, true));
            match (report.result, failed.first()) {
                (Ok(()), None) => {}
                (Err(error), Some(first)) => {
                    let blocked: Vec<_> = blocked.iter().map(|node| format!("t{node}")).collect();
                    prop_assert_eq!(error.skipped(), blocked);
                    prop_assert_eq!(error.task(), Some(&*format!("t{first}")));
                }
                (result, first) => prop_assert!(false, "{result:?}, and {first:?} fails"),
            }
        }
    }

    #[test]
    fn a_failure_ends_a_run(case in any_case()) {
        let table = case.table();
        let (failed, _) = case.failed_and_blocked(table);
        for (runner, is_partial) in Runner::all_and_partial() {
            let report = trial_of(table.into(), case.plan(), is_partial, |job| runner.run(job, false));
            let fails = !failed.is_empty() || !case.panic_on_drop.is_empty();
            prop_assert_eq!(report.result.is_err(), fails);
            if let Err(error) = report.result {
                let node: u32 = error.task().unwrap()[1..].parse().unwrap();
                prop_assert!(failed.contains(&node) || case.panic_on_drop.contains(&node));
            }
        }
    }
}
