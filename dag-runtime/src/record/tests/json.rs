use serde_json::Value;

use super::*;
use crate::costs::Costs;

fn events(recording: &Recording) -> Vec<Value> {
    let trace: Value = serde_json::from_str(&recording.trace().to_string()).unwrap();
    trace["traceEvents"].as_array().unwrap().clone()
}

fn of<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["ph"] == kind).collect()
}

#[test]
fn a_trace_is_what_the_format_asks_for() {
    let recording = recorded(Backend::Rayon);
    let events = events(&recording);
    let tasks = of(&events, "X");
    assert_eq!(tasks.len(), 7);
    for (event, run) in tasks.iter().zip(recording.tasks()) {
        assert_eq!(event["name"], *run.task.name().to_string());
        assert_eq!((event["pid"].as_u64(), event["tid"].as_u64()), (Some(0), Some(run.worker as u64)));
        let time = [event["ts"].as_f64().unwrap(), event["dur"].as_f64().unwrap()];
        assert_eq!(time, [1e6 * run.start.as_secs_f64(), 1e6 * run.time().as_secs_f64()]);
    }
    assert_eq!(tasks[0]["args"]["description"], "Reads \"<all>\".");
    assert_eq!(tasks[0]["args"]["critical"], true);
    assert_eq!(tasks[5]["args"]["failure"], "the disk is \"full\"");
    assert_eq!(tasks[5]["args"]["state"], "failed");
    let names: Vec<_> = of(&events, "M").iter().map(|event| event["args"]["name"].clone()).collect();
    assert_eq!(names, ["Heat", "worker 0", "worker 1"]);
}

/// Each arrow begins inside a task, ends at the start of one that depends on it, and there is one an edge.
#[test]
fn arrows_of_a_trace_follow_dependencies() {
    let recording = recorded(Backend::Rayon);
    let events = events(&recording);
    let (starts, ends) = (of(&events, "s"), of(&events, "f"));
    assert_eq!((starts.len(), ends.len()), (9, 9));
    let tasks = of(&events, "X");
    let at = |arrow: &Value| {
        let time = arrow["ts"].as_f64().unwrap();
        let inside = |task: &&&Value| {
            let (start, dur) = (task["ts"].as_f64().unwrap(), task["dur"].as_f64().unwrap());
            task["tid"] == arrow["tid"] && (start..start + dur).contains(&time)
        };
        tasks.iter().find(inside).unwrap()["args"]["task"].as_u64().unwrap() as usize
    };
    let mut edges = Vec::new();
    for (start, end) in starts.iter().zip(&ends) {
        assert_eq!((&start["id"], &end["bp"]), (&end["id"], &Value::from("e")));
        edges.push((at(start), at(end)));
    }
    edges.sort_unstable();
    let expected = [(0, 1), (0, 2), (0, 3), (0, 4), (0, 6), (1, 5), (2, 5), (3, 5), (4, 5)];
    assert_eq!(edges, expected);
}

#[test]
fn ranks_are_processes() {
    let events = events(&recorded(Backend::Mpi));
    let names: Vec<_> = of(&events, "M").iter().map(|event| event["args"]["name"].clone()).collect();
    assert_eq!(names, ["Heat, rank 0", "Heat, rank 1", "worker 0", "worker 0"]);
    let [message] = of(&events, "i")[..] else { panic!("there is one message") };
    assert_eq!((&message["name"], &message["args"]["bytes"]), (&"load to rank 1".into(), &800.into()));
}

#[test]
fn a_report_is_json() {
    let report: Value = serde_json::from_str(&recorded(Backend::Rayon).report().to_json()).unwrap();
    assert_eq!((&report["graph"], &report["backend"]), (&"Heat".into(), &"rayon".into()));
    assert_eq!(report["elapsed"], 0.05);
    assert_eq!((&report["lines"][0]["name"], &report["lines"][0]["saved"]), (&"cell".into(), &0.025.into()));
    assert_eq!(
        (&report["tasks"][1]["name"], &report["tasks"][1]["start"]),
        (&"cell[0]".into(), &0.01.into())
    );
    assert_eq!(report["tasks"][5]["state"], "failed");
}

#[test]
fn costs_come_back_as_they_were_saved() {
    let costs = recorded(Backend::Rayon).costs();
    let text = serde_json::to_string(&costs).unwrap();
    assert!(text.starts_with(r#"{"graph":"Heat","nanoseconds":{"cell[0]":10000000,"#), "{text}");
    assert_eq!(serde_json::from_str::<Costs>(&text).unwrap(), costs);
    let path = std::env::temp_dir().join(format!("dag-runtime-costs-{}.json", std::process::id()));
    std::fs::write(&path, "[]").unwrap();
    assert_eq!(Costs::load(&path).unwrap_err().kind(), std::io::ErrorKind::InvalidData);
    costs.save(&path).unwrap();
    assert_eq!(Costs::load(&path).unwrap(), costs);
    std::fs::remove_file(path).unwrap();
}
