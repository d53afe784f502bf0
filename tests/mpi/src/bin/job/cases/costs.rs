//! Costs that were measured: they say where tasks run and in which order, on all ranks by those of rank 0.

use std::sync::Mutex;

use dag_runtime::mpi::{Mpi, Schedule};
use dag_runtime::{Costs, Recorder, TaskRef, dag, task};

/// The cells that ran on this rank, as they started.
static STARTED: Mutex<Vec<usize>> = Mutex::new(Vec::new());

#[task]
fn cell(i: usize) -> usize {
    STARTED.lock().unwrap().push(i);
    i
}

#[task]
fn sum(cells: &[usize]) -> usize {
    cells.iter().sum()
}

dag! {
    graph Cells -> sum { cell[i in 0..4] = cell(i), sum(&cell) }
}

/// In milliseconds.
fn measured(cells: [u64; 4]) -> Costs {
    let cell = |(i, cost)| (format!("cell[{i}]"), cost * 1_000_000);
    Costs::new("Cells", cells.into_iter().enumerate().map(cell).chain([("sum".to_owned(), 1_000_000)]))
}

/// On rank 0, the ranks of the four cells.
fn ranks_of(mpi: &Mpi) -> Option<[usize; 4]> {
    let recorder = Recorder::new();
    assert_eq!(Cells.run(&mpi.clone().observe(&recorder)).unwrap(), 6);
    let recording = recorder.recording().filter(|_| mpi.rank() == 0)?;
    let cells: [TaskRef; 4] =
        std::array::from_fn(|i| Cells::TABLE.find(&format!("cell[{i}]")).expect("a cell of the graph"));
    Some(cells.map(|cell| recording.of(cell).expect("it has run").rank))
}

#[task]
fn numbers() -> Vec<u32> {
    (0..7).collect()
}

#[task]
fn square(x: &u32) -> u32 {
    x * x
}

dag! { graph Squares { numbers on 1, square(each &numbers) on 1 } }

/// Rank 0 knows how many elements a task of another rank has.
pub fn elements(mpi: Mpi, _: &[&str]) {
    let recorder = Recorder::new();
    Squares.run(&mpi.clone().observe(&recorder)).unwrap();
    if mpi.rank() == 0 {
        let costs = recorder.recording().expect("a run was recorded").costs();
        assert_eq!(costs.elements().collect::<Vec<_>>(), [("square", 7)]);
    }
}

pub fn costs(mpi: Mpi, _: &[&str]) {
    let (costs, other) = (measured([30, 1, 3, 2]), measured([1, 30, 1, 1]));
    let (me, ranks) = (mpi.rank(), mpi.ranks());
    // In a dynamic schedule the result is the same.
    Cells.run(&mpi.clone().schedule(Schedule::Dynamic).costs(&costs)).unwrap();
    // What those of rank 0 say holds, also where the others have others, or none.
    let first = if me == 0 { &costs } else { &other };
    let alone = if me == 0 { mpi.clone().costs(&costs) } else { mpi.clone() };
    for (all_by_costs, mpi) in
        [(true, mpi.clone().costs(&costs)), (false, mpi.clone().costs(first)), (false, alone)]
    {
        for _ in 0..2 {
            STARTED.lock().unwrap().clear();
            let on = ranks_of(&mpi);
            if let Some(on) = on
                && ranks > 1
            {
                assert!(on[1..].iter().all(|&rank| rank != on[0]), "{on:?} {all_by_costs}");
            }
            let started = STARTED.lock().unwrap();
            match ranks {
                1 => assert_eq!(started.len(), 4),
                2 => assert!([&[0][..], &[2, 3, 1]].contains(&&started[..]), "{started:?} {all_by_costs}"),
                _ => {}
            }
        }
    }
    // Rank 0 has none, so nobody goes by any.
    let others = if me == 0 { mpi } else { mpi.costs(&costs) };
    if let Some(on) = ranks_of(&others.schedule(Schedule::Static))
        && ranks == 2
    {
        assert!(on[0] == on[1] && on[2] == on[3], "{on:?}");
    }
}
