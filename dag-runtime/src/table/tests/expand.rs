//! Members, their edges, and what their lines prove of them, on random graphs.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::plan::{Choice, Plan, plans};
use crate::table::ancestors;
use crate::table::forms::Forms;
use crate::table::line_moves::{self, Space};
use crate::table::order::{self, TopologicalOrder};
use crate::table::problems::{self, Kind, Problems};
use crate::table::proof::{self, Proof};
use crate::table::{Expand, Expanded, Line, RawEdge, Table, Text};

impl PartialEq for RawEdge {
    fn eq(&self, other: &Self) -> bool {
        let all = |edge: &Self| (edge.node, edge.to, edge.how, edge.indirect, edge.part, edge.site);
        all(self) == all(other)
    }
}

fn prove(plan: &Plan, nodes: &[Line<'_>]) -> Proof {
    let (rows, forms) = plan.rows();
    let mut scratch = vec![0; proof::SCRATCH * nodes.len()];
    let (ranges, mut known) = (vec![None; nodes.len()], vec![0; rows.len()]);
    let mut forms = Forms { forms: &forms, ranges: &ranges, known: &mut known };
    let mut proof = Proof::search(nodes, &rows, &mut forms, true, &mut scratch, &mut vec![false; rows.len()]);
    let mut uses = vec![0; nodes.len()];
    if line_moves::are_shared(nodes, &rows, &mut uses) {
        let space = Space {
            edges: &mut vec![RawEdge::EMPTY; rows.len()],
            words: &mut vec![0; order::TASK_WORDS * nodes.len()],
            edge_words: &mut vec![0; order::EDGE_WORDS * rows.len()],
            scratch: &mut vec![0; ancestors::SCRATCH * nodes.len()],
            reached: &mut vec![false; nodes.len()],
        };
        proof.moves &= proof.cyclic || line_moves::decide(nodes, &rows, &uses, space);
    }
    proof
}

/// The line, site and kind of a problem.
type Found = (u32, u32, char);

fn found(problems: &Problems<'_>) -> Vec<Found> {
    let one = |k| {
        let problem = problems.problem(k);
        let kind = match problem.kind {
            Kind::Cycle(_) => 'c',
            Kind::Move { .. } | Kind::Repeat { .. } => 'm',
            Kind::NotUpstream { .. } => 'u',
            Kind::OutOfRange(_) => 's',
            Kind::Unproven(_) => 'p',
            Kind::Option { .. } => 'w',
            Kind::Unordered(_) | Kind::ChangedByElements { .. } => 'i',
        };
        (problem.node, problem.site, kind)
    };
    (0..problems.len()).map(one).collect()
}

/// The problems of a graph with these edges, between tasks or between lines.
fn problems(nodes: &[Line<'static>], edges: &[RawEdge], members: bool) -> Vec<Found> {
    let nodes: &'static [Line<'static>] = nodes.to_vec().leak();
    let mut problems = Problems::none(nodes, edges.to_vec().leak(), members);
    let tasks = if members { nodes.iter().map(Line::len).sum() } else { nodes.len() };
    let mut words = vec![0; order::TASK_WORDS * tasks];
    let mut edge_words = vec![0; order::EDGE_WORDS * edges.len()];
    let mut scratch = vec![0; problems::SCRATCH * tasks];
    let mut masks = vec![0; problems::MASKS * tasks];
    if tasks > 0 {
        let mut edges = edges.to_vec();
        let (order, totals) =
            TopologicalOrder::new(problems.sure(&mut edges), tasks, &mut words, &mut edge_words);
        problems.search(&order, &totals, &mut scratch, &mut vec![0; edges.len()], &mut masks);
    }
    found(&problems)
}

/// Whether a row is part of a cycle of lines that have members and are used as a whole.
fn is_on_cycle(nodes: &[Line<'_>], rows: &[RawEdge], &(line, site, _): &Found) -> bool {
    let sure = |row: &&RawEdge| {
        !row.part && !row.indirect && nodes[row.node as usize].len() * nodes[row.to as usize].len() > 0
    };
    let row = rows.iter().filter(sure).find(|row| (row.node, row.site) == (line, site)).unwrap();
    let mut reached = vec![row.to];
    for _ in nodes {
        let next = rows.iter().filter(sure).filter(|row| reached.contains(&row.node));
        reached = reached.iter().copied().chain(next.map(|row| row.to)).collect();
    }
    reached.contains(&line)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn edges_agree_with_naive_ones(plan in plans()) {
        let (nodes, rows) = (plan.nodes(), plan.rows().0);
        let (expected, expected_out_of_range) = plan.edges();

        let mut count = Expand::new(&nodes, &rows, true, &mut [], None);
        plan.expand(&mut count);
        let mut edges = vec![RawEdge::EMPTY; count.edge_count()];
        let mut empty = Expanded::<0, 0>::EMPTY;
        let mut record = Expand::new(&nodes, &rows, false, &mut edges, Some(&mut empty.found));
        plan.expand(&mut record);
        let len = record.edge_count();
        prop_assert_eq!(&edges[..len], &expected);
        let out_of_range: Vec<_> = empty.found.out_of_range().iter().map(|found| (found.task, found.site)).collect();
        prop_assert_eq!(&out_of_range, &expected_out_of_range);
        prop_assert!(len <= edges.len() && (len == edges.len() || !out_of_range.is_empty()));

        // Uses out of range are found without room for edges, too.
        let mut expanded = Expanded::<0, 0>::EMPTY;
        plan.expand(&mut Expand::new(&nodes, &rows, false, &mut [], Some(&mut expanded.found)));
        let out_of_range: Vec<_> = expanded.found.out_of_range().iter().map(|found| (found.task, found.site)).collect();
        prop_assert_eq!(&out_of_range, &expected_out_of_range);
    }

    #[test]
    fn what_is_proven_holds(plan in plans()) {
        let nodes = plan.nodes();
        let (edges, _) = plan.edges();
        let rows = plan.rows().0;
        let (proof, all) = (prove(&plan, &nodes), problems(&nodes, &edges, true));
        prop_assert!(!proof.acyclic || all.iter().all(|problem| problem.2 != 'c'));
        prop_assert!(!proof.cyclic || all.iter().any(|problem| problem.2 == 'c'));
        if proof.cyclic {
            let by_line = problems(&nodes, &rows, false);
            let cycles: Vec<_> = by_line.iter().filter(|problem| problem.2 == 'c').collect();
            prop_assert!(!cycles.is_empty());
            prop_assert!(cycles.into_iter().all(|cycle| is_on_cycle(&nodes, &rows, cycle)));
        } else if !proof.needs_edges() {
            // What is left are moves between lines.
            prop_assert_eq!(all, problems(&nodes, &rows, false));
        }
        if proof.moves && proof.acyclic {
            let moves = |edges: &[RawEdge], members| {
                problems(&nodes, edges, members).into_iter().filter(|found| found.2 == 'm').collect::<Vec<_>>()
            };
            prop_assert_eq!(moves(&edges, true), moves(&rows, false));
        }
    }

    #[test]
    fn lines_tell_all_where_they_are_tasks(plan in plans()) {
        let mut plan = plan;
        for line in &mut plan.lines {
            line.ranges.clear();
            line.uses.iter_mut().for_each(|part| part.choice = Choice::Whole);
        }
        let nodes = plan.nodes();
        let proof = prove(&plan, &nodes);
        let cyclic = problems(&nodes, &plan.edges().0, true).iter().any(|problem| problem.2 == 'c');
        prop_assert_eq!((proof.cyclic, proof.acyclic), (cyclic, !cyclic));
        prop_assert!(proof.moves);
    }

    #[test]
    fn tasks_have_their_names(plan in plans()) {
        let names = plan.names();
        let table = Table::leak("Graph", plan.nodes(), vec![]);
        prop_assert_eq!(table.len(), names.len());
        for (task, name) in table.tasks().zip(&names) {
            prop_assert_eq!(task.name(), &**name);
            prop_assert_eq!(table.find(name), Some(task));
            prop_assert_eq!(format!("{}|{:>20}|{:?}", task.name(), task.name(), task.name()),
                format!("{name}|{name:>20}|{name:?}"));
            let mut text = Text::new();
            text.push_task(table.lines(), task.index() as u32);
            prop_assert_eq!(text.as_str(), format!("`{name}`"));
        }
        let mut members = 0;
        for task in table.families().flat_map(|family| family.members()) {
            prop_assert_eq!(task.family().unwrap().member(&task.member().unwrap()), Some(task));
            members += 1;
        }
        prop_assert_eq!(members, table.tasks().filter(|task| task.family().is_some()).count());
    }
}
