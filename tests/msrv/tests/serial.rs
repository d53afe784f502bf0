//! Results, errors and tables, on the calling thread.

use dag_runtime::{Auto, Serial};
use dag_tests_msrv::{CELLS, Heat, Lists, Picture, STEPS, Stats, append, heat};

const GOOD: Stats<'static> = Stats { text: "2 4 9", title: "numbers" };

#[test]
fn outputs_are_returned() {
    let (report, mean) = GOOD.run(&Serial).unwrap();
    assert_eq!((report.as_str(), mean), ("numbers: 5.0 within 4.0", 5.0));
    assert_eq!(GOOD.run(&Auto::new().unwrap()).unwrap().1, 5.0);
}

#[test]
fn an_error_names_the_element() {
    let error = Stats { text: "2 x 9", title: "numbers" }.run(&Serial.keep_going()).unwrap_err();
    assert_eq!(error.to_string(), "task `numbers[1]` of graph `Stats` failed: invalid float literal");
    assert_eq!(error.task(), Some("numbers[1]"));
    assert_eq!(error.skipped(), ["report", "spread", "mean"]);
}

#[test]
fn families_are_run_member_by_member() {
    assert_eq!(Heat { scale: 3.0 }.run(&Serial).unwrap(), heat(3.0));
    assert_eq!(Heat::TABLE.len(), STEPS * CELLS + 1);
}

#[test]
fn sizes_are_given_when_a_graph_runs() {
    for rows in 1..6 {
        let first = (0..rows).fold(vec![0], |list, _| append(list, 3));
        assert_eq!(Lists { rows, columns: 3 }.run(&Serial).unwrap(), append(first, rows));
        assert_eq!(Lists::table(rows, 3).unwrap().len(), rows * (rows + 1) / 2 + 1);
    }
    let error = Lists { rows: 0, columns: 3 }.run(&Serial).unwrap_err();
    let expected =
        "graph `Lists` with rows = 0, columns = 3: `last` asks for `list[-1, 0]`, and `i` is in 0..0";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn what_is_not_wanted_is_not_there() {
    let run = |text, wanted| Picture { text, wanted }.run(&Serial).unwrap();
    assert_eq!(run("2 4", false), (None, None, None));
    assert_eq!(run("2", true), (Some("**\n".into()), None, Some(2)));
    assert_eq!(run("2 1", true), (Some("**\n*\n".into()), Some("*****\n".into()), Some(2)));
}

#[test]
fn tables_are_computed() {
    let table = Stats::TABLE;
    assert_eq!((table.len(), table.depth()), (5, 5));
    let names: Vec<String> = table.tasks().map(|task| task.name().to_string()).collect();
    assert_eq!(names, ["report", "spread", "mean", "numbers", "words"]);
    assert!(table.dot().to_string().starts_with("digraph"));
}
