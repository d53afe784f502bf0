//! What is left of inputs when tasks fail, and runs inside tasks that change them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dag_runtime::{Rayon, Serial, Stop, dag, task};

/// How a task ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Well,
    Fails,
    Panics,
}

#[task]
fn write(log: &mut Vec<u32>, value: u32, end: End) -> Result<u32, String> {
    log.push(value);
    match end {
        End::Well => Ok(value),
        End::Fails => Err("no".into()),
        End::Panics => panic!("never"),
    }
}

#[task]
fn len(log: &[u32]) -> usize {
    log.len()
}

#[task]
fn stop(stop: &Stop, log: &mut Vec<u32>) {
    log.push(9);
    stop.stop();
}

dag! {
    graph Writes<'a>(left: &'a mut Vec<u32>, right: &'a mut Vec<u32>, end: End) -> (first, second, third, lens, other) {
        first = write(left, 1, End::Well),
        second = write(left, 2, end) after [first],
        third = write(left, 3, End::Well) after [second],
        lens = len(&left[..]) after [third],
        other = write(&mut *right, 4, End::Well),
        more = write(&mut *right, 5, End::Well) after [other],
    }

    graph Stopped<'a>(log: &'a mut Vec<u32>, by: &'a Stop) -> after {
        stop(by, log),
        after = write(log, 1, End::Well) after [stop],
    }

    /// A task lends what it has to a graph of its own.
    graph Outer<'a>(world: &'a mut (Vec<u32>, Vec<u32>), inner: Inner) -> lens {
        run_inside(&mut *world, inner),
        again = run_inside(world, inner) after [run_inside],
        lens = len(&world.0) after [again],
    }
}

type Inner = fn(&mut (Vec<u32>, Vec<u32>)) -> u32;

#[task]
fn run_inside(world: &mut (Vec<u32>, Vec<u32>), inner: Inner) -> u32 {
    inner(world)
}

#[test]
fn inputs_are_as_the_tasks_left_them() {
    on_each_executor!(|executor| {
        for end in [End::Well, End::Fails, End::Panics] {
            let (mut left, mut right) = (Vec::new(), Vec::new());
            let mut writes = Writes { left: &mut left, right: &mut right, end };
            let outputs = writes.run_partial(executor).outputs;
            let is_well = end == End::Well;
            assert_eq!(outputs.0, Some(1));
            assert_eq!(
                (outputs.1, outputs.2, outputs.3),
                match is_well {
                    true => (Some(2), Some(3), Some(3)),
                    false => (None, None, None),
                }
            );
            assert_eq!(left, if is_well { vec![1, 2, 3] } else { vec![1, 2] });
            assert!([4, 5].starts_with(&right), "{right:?}");
            // They are free for the next run.
            writes = Writes { left: &mut left, right: &mut right, end: End::Well };
            writes.run(executor).unwrap();
            assert_eq!((left.len(), right.last()), (if is_well { 6 } else { 5 }, Some(&5)));
        }
        let (stop, mut log) = (Stop::new(), Vec::new());
        let after = Stopped { log: &mut log, by: &stop }.run(&Rayon::new().stop_when(&stop));
        assert!(after.is_err());
        assert_eq!(log, [9]);
    });
}

#[test]
fn what_others_do_goes_on_after_a_failure() {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let writes = Writes { left: &mut left, right: &mut right, end: End::Panics };
    let error = writes.run(&Rayon::with_threads(2).unwrap().keep_going()).unwrap_err();
    assert_eq!(error.task(), Some("second"));
    assert_eq!((left, right), (vec![1, 2], vec![4, 5]));
}

#[test]
fn a_run_inside_a_task_borrows_from_it() {
    fn inner<E>(executor: &E, (left, right): &mut (Vec<u32>, Vec<u32>)) -> u32
    where
        E: for<'a> dag_runtime::Executor<Writes<'a>>,
    {
        Writes { left, right, end: End::Well }.run(executor).unwrap().2
    }
    on_each_executor!(|executor| {
        for inner in [(|world| inner(&Serial, world)) as Inner, |world| inner(&Rayon::new(), world)] {
            let mut world = (Vec::new(), Vec::new());
            assert_eq!(Outer { world: &mut world, inner }.run(executor).unwrap(), 6);
            assert_eq!(world.1, [4, 5, 4, 5]);
        }
        // A panic that leaves the graph inside is one of the task.
        let mut world = (vec![7], Vec::new());
        let panics: Inner = |world| {
            world.0.clear();
            panic!("inside");
        };
        let run = catch_unwind(AssertUnwindSafe(|| Outer { world: &mut world, inner: panics }.run(executor)));
        assert_eq!(run.unwrap().unwrap_err().task(), Some("run_inside"));
        assert_eq!(world.0.len(), 0);
    });
}
