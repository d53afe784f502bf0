//! Tasks that are given a rank by `on`.

use dag_runtime::mpi::{Mpi, Schedule};
use dag_runtime::{dag, task};

use super::each_way;

const WIDTH: usize = 10;

#[task]
fn rank(mpi: u64) -> u64 {
    let _ = mpi;
    RANK.with(std::cell::Cell::get)
}

thread_local! {
    static RANK: std::cell::Cell<u64> = const { std::cell::Cell::new(u64::MAX) };
}

dag! {
    graph Pinned(shift: usize) -> (all, last) {
        all[x in 0..WIDTH] = rank(0) on x + shift,
        last = rank(1) on ranks - 1,
    }
}

/// Tasks run where `on` says.
pub fn pinned(mpi: Mpi, _: &[&str]) {
    RANK.set(mpi.rank() as u64);
    let ranks = mpi.ranks() as u64;
    for shift in [0, 1, 3] {
        let (all, last) = Pinned { shift }.run(&mpi.clone().schedule(Schedule::Static)).unwrap();
        assert_eq!(last, ranks - 1);
        assert_eq!(all, (0..WIDTH as u64).map(|x| (x + shift as u64) % ranks).collect::<Vec<_>>());
    }
    each_way(&mpi, |mpi| {
        // On threads of a pool nobody has said which rank it is: it is enough that the run ends.
        Pinned { shift: 2 }.run(&mpi).unwrap();
    });
    // Ranks that do not place tasks alike are told so.
    if ranks > 1 {
        let error = Pinned { shift: mpi.rank() }.run(&mpi).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("`on` gives other ranks to tasks of graph `Pinned` on rank 1 than on rank 0"),
            "{error}"
        );
    }
}
