//! Costs that were measured: they say where tasks run and in which order, on all ranks by those of rank 0.

use dag_runtime::{Costs, Mpi, Recorder, Schedule, TaskRef, dag, task};

#[task]
fn cell(i: usize) -> usize {
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

/// On rank 0, the ranks of the four cells, and the cells in the order in which they started.
fn seen(mpi: &Mpi) -> Option<([usize; 4], Vec<usize>)> {
    let recorder = Recorder::new();
    assert_eq!(Cells.run(&mpi.clone().observe(&recorder)).unwrap(), 6);
    let recording = recorder.recording().filter(|_| mpi.rank() == 0)?;
    let cells: [TaskRef; 4] =
        std::array::from_fn(|i| Cells::TABLE.find(&format!("cell[{i}]")).expect("a cell of the graph"));
    let ranks = cells.map(|cell| recording.of(cell).expect("it has run").rank);
    let index = |task: TaskRef| cells.iter().position(|&cell| cell == task);
    let order = recording.tasks().into_iter().filter_map(|run| index(run.task)).collect();
    Some((ranks, order))
}

pub fn costs(mpi: Mpi, _: &[&str]) {
    let (costs, other) = (measured([30, 1, 3, 2]), measured([1, 30, 1, 1]));
    let (me, ranks) = (mpi.rank(), mpi.ranks());
    // The costs are static where they count, and dynamic schedules give the same results.
    Cells.run(&mpi.clone().schedule(Schedule::Dynamic).costs(&costs)).unwrap();
    // What those of rank 0 say holds, also where the others have others, or none.
    let first = if me == 0 { &costs } else { &other };
    let alone = if me == 0 { mpi.clone().costs(&costs) } else { mpi.clone() };
    for (all_by_costs, mpi) in
        [(true, mpi.clone().costs(&costs)), (false, mpi.clone().costs(first)), (false, alone)]
    {
        for _ in 0..2 {
            if let Some((on, order)) = seen(&mpi) {
                if ranks > 1 {
                    assert!(on[1..].iter().all(|&rank| rank != on[0]), "{on:?} {all_by_costs}");
                }
                if ranks == 2 {
                    assert!(on[1] == on[2] && on[2] == on[3], "{on:?} {all_by_costs}");
                    let on_one: Vec<usize> = order.into_iter().filter(|&cell| cell > 0).collect();
                    assert_eq!(on_one, [2, 3, 1]);
                }
            }
        }
    }
    // Rank 0 has none, so nobody goes by any.
    let others = if me == 0 { mpi } else { mpi.costs(&costs) };
    if let Some((on, _)) = seen(&others.schedule(Schedule::Static))
        && ranks == 2
    {
        assert!(on[0] == on[1] && on[2] == on[3], "{on:?}");
    }
}
