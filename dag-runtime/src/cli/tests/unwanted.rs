//! Plans without some tasks.

use super::*;

#[test]
fn plan_leaves_out_what_is_not_wanted() {
    let without = ["plan", "--workers", "1", "--gantt", "--without", "moment[2]", "--without", "mean"];
    let (code, out, _) = program(&without);
    assert_eq!(code, 0);
    assert!(
        out.starts_with(
            "5 tasks, 2 not wanted, work 4, critical path 3\n\
             workers    makespan  speed-up  utilisation\n      \
             1           4      1.00        100 %\n\n"
        ),
        "{out}"
    );
    assert!(out.ends_with("\nnot wanted: moment[2], mean\n"), "{out}");
    let (_, out, _) = program(&["plan", "--workers", "1", "--without", "moment"]);
    assert!(out.starts_with("5 tasks, 3 not wanted, work 5, "), "{out}");
}

#[test]
fn a_task_that_is_not_there_cannot_be_left_out() {
    let (code, out, err) = program(&["plan", "--without", "media"]);
    assert_eq!((code, &*out), (2, ""));
    assert_eq!(err, "error: graph `Stats` has no task `media`\n");
}
