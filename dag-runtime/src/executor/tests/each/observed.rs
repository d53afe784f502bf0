//! What observers are told of elements.

use alloc::string::ToString;

use super::*;
use crate::observe::TaskEvent;

#[test]
#[cfg(feature = "rayon")]
fn it_is_told_who_ran_elements_for_how_long() {
    use core::time::Duration;

    #[derive(Default)]
    struct Times(Mutex<Vec<(usize, usize, Duration)>>);
    impl Observer for Times {
        fn ran_elements(&self, event: &TaskEvent<'_>, elapsed: Duration) {
            self.0.lock().unwrap().push((event.task.index(), event.worker, elapsed));
        }
    }
    let barrier = std::sync::Barrier::new(2);
    let body = move |_| {
        barrier.wait();
    };
    let (width, times) = (2, Times::default());
    let plan = Elements { width, body: Some(Arc::new(body)), ..Elements::default() };
    each_trial(plan, &Runner::rayon(2), &times, false).0.unwrap();
    let times = times.0.into_inner().unwrap();
    let workers: BTreeSet<usize> = times.iter().map(|&(_, worker, _)| worker).collect();
    assert_eq!(workers, BTreeSet::from([0, 1]));
    assert!(times.iter().all(|&(task, _, time)| task % 3 == 1 && time > Duration::ZERO), "{times:?}");

    let times = Times::default();
    let plan = Elements { width: 30, errors: BTreeSet::from([0]), ..Elements::default() };
    each_trial(plan, &Runner::rayon(2), &times, false).0.unwrap_err();
    assert!(!times.0.into_inner().unwrap().is_empty(), "elements that have failed took time as well");
}

#[test]
fn an_observer_is_told_how_far_a_task_is() {
    #[derive(Default)]
    struct Told(Mutex<Vec<(usize, usize, usize)>>, Mutex<Vec<(String, Option<usize>)>>);
    impl Observer for Told {
        fn elements(&self, event: &TaskEvent<'_>, done: usize, of: usize) {
            self.0.lock().unwrap().push((event.task.index(), done, of));
        }
        fn failed(&self, event: &TaskEvent<'_>, _: &crate::error::Failure) {
            self.1.lock().unwrap().push((event.task.name().to_string(), event.element));
        }
    }
    for runner in Runner::all() {
        let told = Told::default();
        each_trial(Elements { width: 300, ..Elements::default() }, &runner, &told, false).0.unwrap();
        let told = told.0.into_inner().unwrap();
        for task in (1..3 * GROUPS).step_by(3) {
            let of_task: Vec<_> = told.iter().filter(|(index, ..)| *index == task).collect();
            assert_eq!(of_task[0], &(task, 0, 300));
            assert!(of_task.contains(&&(task, 300, 300)));
            assert!(of_task.iter().all(|(_, done, of)| done <= of && *of == 300));
        }
        let told = Told::default();
        let errors = BTreeSet::from([20, 100, 299]);
        let plan = Elements { width: 300, errors, ..Elements::default() };
        each_trial(plan, &runner, &told, true).0.unwrap_err();
        let mut failed = told.1.into_inner().unwrap();
        failed.sort();
        let expected = ["t1", "t10", "t4", "t7"].map(|name| (name.to_string(), Some(20)));
        assert_eq!(failed, expected, "each task fails once, by its first element");
    }
}

#[test]
fn a_panic_of_an_observer_is_one_of_the_task() {
    struct Panics(usize);
    impl Observer for Panics {
        fn elements(&self, _: &TaskEvent<'_>, done: usize, of: usize) {
            if done * 10 >= self.0 * of {
                raise("observer".into());
            }
        }
    }
    for runner in Runner::all() {
        for (part, keep_going) in [(0, false), (0, true), (5, false), (5, true), (10, false), (10, true)] {
            let plan = Elements { width: 100, ..Elements::default() };
            let table = *TABLE;
            let book = Book::new(plan);
            let result = with_zeroed::<[Group; GROUPS], _>(|slots| {
                let trial = EachTrial { table: table.into(), slots, book: book.clone() };
                runner.observed(&trial, &Panics(part), keep_going)
            });
            let error = result.unwrap_err();
            assert!(error.to_string().ends_with("of graph `Groups` panicked: observer"), "{error}");
            assert!(!error.task().unwrap().contains('['));
            assert_eq!(book.alive.load(SeqCst), 0);
        }
    }
}
