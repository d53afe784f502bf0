//! Inputs that tasks change in place: on one rank, which has what they leave.

use std::thread;
use std::time::Duration;

use dag_runtime::mpi::Mpi;
use dag_runtime::{Serial, dag, task};

use super::each_way;

#[task]
fn add(state: &mut [u64], by: u64) -> u64 {
    state.iter_mut().for_each(|state| *state += by);
    state[0]
}

#[task]
fn numbers(count: usize) -> Vec<usize> {
    (0..count).collect()
}

/// So long that a rank without work would be lent some.
#[task]
fn look_up(number: &usize, state: &[u64]) -> u64 {
    thread::sleep(Duration::from_micros(200));
    state[number % state.len()]
}

#[task]
fn sum(looked_up: &[u64], state: &[u64]) -> u64 {
    looked_up.iter().chain(state).sum()
}

#[task]
fn square(x: usize) -> usize {
    thread::sleep(Duration::from_micros(100));
    x * x
}

dag! {
    graph InPlace<'a>[n](left: &'a mut [u64], right: &'a mut [u64], count: usize) -> (steps, sum, alone, squares) {
        steps[t in 0..n] = add(left, t as u64) after [steps[t - 1] if t > 0],
        numbers(count),
        look_up = look_up(each &numbers, &*left) after [steps],
        sum(&look_up, &left[1..]),
        last = add(&mut left[..], 100) after [sum],
        alone = add(&mut right[1..], 7),
        squares[x in 0..12] = square(x),
    }

    graph Pinned<'a>(state: &'a mut [u64], first: usize, second: usize) -> (again, sum) {
        add(&mut *state, 1) on first,
        again = add(state, 2) after [add] on second,
        sum(&[], &*state) after [again],
    }

    graph Gather[n](value: u64) -> values {
        values[rank in 0..n] = given(value) on rank,
    }
}

#[task]
fn given(value: u64) -> u64 {
    value
}

/// The outputs are those of `Serial`, and so is the value of one rank; that of all others is as it was.
pub fn in_place(mpi: Mpi, _: &[&str]) {
    let ranks = mpi.ranks();
    let changed = |is_changed: bool| -> u64 {
        let values = Gather { n: ranks, value: is_changed.into() }.run(&mpi).unwrap();
        values.iter().sum()
    };
    each_way(&mpi, |mpi| {
        for (n, count) in [(1, 3), (5, 60)] {
            let (mut left, mut right) = ([1; 4], [2; 4]);
            let plain = InPlace { n, left: &mut left, right: &mut right, count }.run(&Serial).unwrap();
            let (mut own_left, mut own_right) = ([1; 4], [2; 4]);
            let run = InPlace { n, left: &mut own_left, right: &mut own_right, count };
            assert_eq!(run.run(&mpi).unwrap(), plain);
            for (own, before, after) in [(own_left, [1; 4], left), (own_right, [2; 4], right)] {
                assert!(own == before || own == after, "{own:?} on rank {}", mpi.rank());
                assert_eq!(changed(own == after), 1);
            }
        }
        let mut state = [5; 2];
        let last = ranks - 1;
        let run = Pinned { state: &mut state, first: last, second: last };
        assert_eq!(run.run(&mpi).unwrap(), (8, 16));
        assert_eq!(state, if mpi.rank() == last { [8; 2] } else { [5; 2] });
        let result = Pinned { state: &mut state, first: last, second: 0 }.run(&mpi);
        if ranks > 1 {
            let error = result.unwrap_err();
            assert_eq!(error.task(), Some("again"));
            let expected = format!("its `on` says rank 0, and that of `add` rank {last}");
            assert!(error.to_string().contains(&expected), "{error}");
        }
    });
}
