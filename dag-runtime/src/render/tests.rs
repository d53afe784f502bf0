//! Pictures of graphs, word for word.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use crate::state::TaskState;
use crate::table::{Dim, Line, RawEdge, Shape, Span, Table, TaskRef};

static FIXED: Shape<'static> = Shape::new(&[Dim::range(0, 2), Dim::range(-1, 1)]);
static VARYING: Shape<'static> = Shape::new(&[
    Dim::range(0, 3),
    Dim::Varying(&[
        Span { lo: 0, len: 0, first: 0 },
        Span { lo: 0, len: 1, first: 0 },
        Span { lo: 0, len: 2, first: 1 },
    ]),
]);
static EMPTY: Shape<'static> = Shape::new(&[Dim::range(0, 0), Dim::range(0, 5)]);
static ROW: Shape<'static> = Shape::new(&[Dim::range(0, 1)]);

fn edge(node: u32, to: u32) -> RawEdge {
    RawEdge { node, to, ..RawEdge::EMPTY }
}

/// A family of four members, one after the other, behind a task and before another one.
fn heat() -> &'static Table {
    let node = |name, cost| Line { name, cost, ..Line::EMPTY };
    let nodes = vec![
        Line { description: "Reads \"a\\b\" &\n<c> `d` #1.", ..node("load", 3) },
        Line { description: "One cell.", shape: Some(&FIXED), ..node("cell", 1) },
        Line { output: true, each: true, ..node("sum", 2) },
        node("log", 1),
    ];
    let edges =
        vec![edge(1, 0), edge(2, 1), edge(3, 1), edge(4, 2), edge(5, 3), edge(5, 4), edge(6, 0), edge(6, 0)];
    Table::leak("Heat", nodes, edges)
}

#[test]
fn a_family_is_one_box_in_dot() {
    assert_eq!(
        heat().dot().to_string(),
        r##"digraph "Heat" {
    label="Heat"
    labelloc=t
    fontname="sans-serif"
    node [shape=box, fontname="sans-serif", tooltip=" "]
    n0 [label="load\ncost 3", tooltip="Reads \"a\\b\" &amp;\n<c> `d` #1.", color="#c0392b", penwidth=2]
    n1 [label="cell[0..2, -1..1]\n2 x 2, cost 1", tooltip="One cell.", style=filled, fillcolor="#eaf0f7", color="#c0392b", penwidth=2]
    n2 [label="sum\nfor each element, cost 2", peripheries=2, color="#c0392b", penwidth=2]
    n3 [label="log\ncost 1"]
    n0 -> n1 [color="#c0392b", penwidth=2]
    n1 -> n1 [color="#c0392b", penwidth=2]
    n1 -> n2 [color="#c0392b", penwidth=2]
    n0 -> n3
}
"##
    );
}

#[test]
fn members_are_boxes_in_unfolded_dot() {
    let text = heat().dot().unfolded().to_string();
    let (_, boxes) = text.split_once("tooltip=\" \"]\n").unwrap();
    assert_eq!(
        boxes,
        r##"    n0 [label="load\ncost 3", tooltip="Reads \"a\\b\" &amp;\n<c> `d` #1.", color="#c0392b", penwidth=2]
    n1 [label="cell[0, -1]\ncost 1", tooltip="One cell.", color="#c0392b", penwidth=2]
    n2 [label="cell[0, 0]\ncost 1", tooltip="One cell.", color="#c0392b", penwidth=2]
    n3 [label="cell[1, -1]\ncost 1", tooltip="One cell."]
    n4 [label="cell[1, 0]\ncost 1", tooltip="One cell.", color="#c0392b", penwidth=2]
    n5 [label="sum\nfor each element, cost 2", peripheries=2, color="#c0392b", penwidth=2]
    n6 [label="log\ncost 1"]
    n0 -> n1 [color="#c0392b", penwidth=2]
    n1 -> n2 [color="#c0392b", penwidth=2]
    n1 -> n3
    n2 -> n4 [color="#c0392b", penwidth=2]
    n3 -> n5
    n4 -> n5 [color="#c0392b", penwidth=2]
    n0 -> n6
}
"##
    );
}

#[test]
fn a_family_is_one_box_in_mermaid() {
    assert_eq!(
        heat().mermaid().to_string(),
        r#"---
title: Heat
---
flowchart TB
    n0["load<br>cost 3"]
    n1["cell[0..2, -1..1]<br>2 x 2, cost 1"]
    n2[["sum<br>for each element, cost 2"]]
    n3["log<br>cost 1"]
    n0 ==> n1
    n1 ==> n1
    n1 ==> n2
    n0 --> n3
    click n0 callback "Reads #quot;a#92;b#quot; #amp; #lt;c#gt; #96;d#96; #35;1."
    click n1 callback "One cell."
    classDef family fill:#eaf0f7
    class n1 family
    classDef critical stroke:#c0392b,stroke-width:2px
    class n0,n1,n2 critical
"#
    );
}

#[test]
fn members_are_boxes_in_unfolded_mermaid() {
    let text = heat().mermaid().unfolded().to_string();
    assert_eq!(text.lines().filter(|line| line.contains("[\"cell[")).count(), 4);
    assert!(text.contains("    n2[\"cell[0, 0]<br>cost 1\"]\n") && text.contains("    n2 ==> n4\n"));
    assert!(!text.contains("family"));
}

/// Families of other shapes, and costs that say nothing.
#[test]
fn sizes_of_families() {
    let shapes = [&VARYING, &ROW, &EMPTY];
    let node = |shape| Line { name: "f", cost: 1, shape: Some(shape), ..Line::EMPTY };
    let text = Table::leak("Shapes", shapes.map(node).into(), vec![]).dot().to_string();
    for label in ["f[0..3, 0..2]\\n3 tasks", "f[0..1]\\n1 task", "f[0..0, 0..5]\\n0 x 5"] {
        assert!(text.contains(&format!("label=\"{label}\"")), "{text}");
    }
}

#[test]
fn arrows_to_one_box_are_drawn_once_each() {
    let node = |name, shape| Line { name, cost: 1, shape, ..Line::EMPTY };
    let nodes = vec![node("a", None), node("b", None), node("f", Some(&FIXED))];
    let edges = (2..6).flat_map(|member| [edge(member, 0), edge(member, 1)]).collect();
    let text = Table::leak("Once", nodes, edges).mermaid().to_string();
    let arrows: Vec<_> = text.lines().filter(|line| line.contains("> n")).collect();
    assert_eq!(arrows, ["    n0 ==> n2", "    n1 --> n2"]);
}

/// One task of each state, and a family with several.
fn state(task: TaskRef<'_>) -> Option<TaskState> {
    use TaskState::{Failed, Finished, Skipped};
    [Finished, Finished, Failed, Skipped, Finished, Skipped].get(task.index()).copied()
}

#[test]
fn a_run_colours_tasks_in_dot() {
    let text = heat().dot().states(state).unfolded().to_string();
    let colour = |label: &str| {
        let line = text.lines().find(|line| line.contains(&format!("label=\"{label}\\n"))).unwrap();
        line.split_once("fillcolor=\"").map(|(_, rest)| &rest[..7])
    };
    assert_eq!(colour("load"), Some("#d4efdf"));
    assert_eq!(colour("cell[0, 0]"), Some("#f1948a"));
    assert_eq!((colour("sum"), colour("log")), (Some("#e5e7e9"), None));
    let folded = heat().dot().states(state).to_string();
    assert!(folded.contains("tooltip=\"One cell.\", style=filled, fillcolor=\"#f1948a\""), "{folded}");
}

#[test]
fn a_run_colours_tasks_in_mermaid() {
    let text = heat().mermaid().states(state).to_string();
    let (_, classes) = text.split_once("    classDef").unwrap();
    assert_eq!(
        classes,
        " finished fill:#d4efdf
    class n0 finished
    classDef skipped fill:#e5e7e9
    class n2 skipped
    classDef failed fill:#f1948a
    class n1 failed
    classDef critical stroke:#c0392b,stroke-width:2px
    class n0,n1,n2 critical
"
    );
}

/// `cell[1, -1]`, `sum` and `log` are not wanted.
fn unwanted(task: TaskRef<'_>) -> Option<TaskState> {
    Some(if [3, 5, 6].contains(&task.index()) { TaskState::NotWanted } else { TaskState::Finished })
}

#[test]
fn tasks_that_are_not_wanted_are_dashed_in_dot() {
    let text = heat().dot().states(unwanted).unfolded().to_string();
    let of = |label: &str| {
        let line = text.lines().find(|line| line.contains(&format!("label=\"{label}\\n"))).unwrap();
        line.split_once(", style=").unwrap().1.to_string()
    };
    assert_eq!(of("log"), r##""filled,dashed", fillcolor="#f2f3f4", color="#616a6b", fontcolor="#616a6b"]"##);
    // On the critical path, the border stays red.
    let sum = r##""filled,dashed", fillcolor="#f2f3f4", peripheries=2, color="#c0392b", penwidth=2, fontcolor="#616a6b"]"##;
    assert_eq!(of("sum"), sum);
    // Most members of the family have finished.
    let folded = heat().dot().states(unwanted).to_string();
    assert!(folded.contains("tooltip=\"One cell.\", style=filled, fillcolor=\"#d4efdf\""), "{folded}");
}

#[test]
fn tasks_that_are_not_wanted_are_dashed_in_mermaid() {
    let text = heat().mermaid().states(unwanted).to_string();
    let (_, classes) = text.split_once("    classDef").unwrap();
    assert_eq!(
        classes,
        " finished fill:#d4efdf
    class n0,n1 finished
    classDef notWanted fill:#f2f3f4,color:#616a6b,stroke:#616a6b,stroke-dasharray:5 3
    class n2,n3 notWanted
    classDef critical stroke:#c0392b,stroke-width:2px
    class n0,n1,n2 critical
"
    );
}

#[cfg(feature = "svg")]
mod svg {
    use super::*;

    fn golden(name: &str, expected: &str, found: &str) {
        if std::env::var_os("DAG_BLESS").is_some() {
            let path = format!("{}/src/render/golden/{name}", env!("CARGO_MANIFEST_DIR"));
            std::fs::write(path, found).unwrap();
        } else {
            assert_eq!(found, expected, "{name}: DAG_BLESS=1 writes it anew");
        }
    }

    #[test]
    fn a_family_is_one_box_in_svg() {
        golden("folded.svg", include_str!("golden/folded.svg"), &heat().svg().to_string());
    }

    #[test]
    fn members_are_boxes_in_unfolded_svg() {
        let text = heat().svg().unfolded().states(state).to_string();
        golden("unfolded.svg", include_str!("golden/unfolded.svg"), &text);
    }

    #[test]
    fn tasks_that_are_not_wanted_are_dashed_in_svg() {
        let text = heat().svg().states(unwanted).unfolded().to_string();
        golden("unwanted.svg", include_str!("golden/unwanted.svg"), &text);
        // `sum` is an output, with a double border.
        assert_eq!(text.matches("stroke-dasharray").count(), 4);
        assert_eq!(text.matches("stroke=\"#616a6b\"").count(), 2);
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(32))]

        /// Lines of one or four tasks, with edges that make cycles between families.
        #[test]
        fn any_graph_can_be_drawn(
            lines in proptest::collection::vec(proptest::bool::ANY, 1..12),
            picks in proptest::collection::vec((0..40_u32, 0..40_u32), 0..60),
        ) {
            let shape = |family| if family { Some(&FIXED) } else { None };
            let nodes: Vec<_> = lines.iter().map(|&family| Line { name: "t", shape: shape(family), ..Line::EMPTY }).collect();
            // The members of all families come by turns, so that boxes depend on each other both ways.
            let turn = |task: u32| (task % 4, task / 4);
            let later = |(a, b)| if turn(a) > turn(b) { edge(a, b) } else { edge(b, a) };
            let len: u32 = nodes.iter().map(|node| node.len() as u32).sum();
            let mut edges: Vec<_> =
                picks.iter().map(|(a, b)| (a % len, b % len)).filter(|(a, b)| a != b).map(later).collect();
            edges.sort_by_key(|edge| edge.node);
            let table = Table::leak("Any", nodes, edges);
            let (folded, unfolded) = (table.svg().to_string(), table.svg().unfolded().to_string());
            proptest::prop_assert_eq!(folded.matches("<g>").count(), lines.len());
            proptest::prop_assert_eq!(unfolded.matches("<g>").count(), len as usize);
        }
    }

    #[test]
    fn a_graph_without_tasks_is_no_harm() {
        let text = Table::leak("Empty", vec![], vec![]).svg().to_string();
        assert!(text.ends_with("</svg>\n"));
    }
}
