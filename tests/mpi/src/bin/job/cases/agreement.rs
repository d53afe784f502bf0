//! Ranks that agree, or do not.

use dag_runtime::{Mpi, dag, task};
use mpi::traits::Communicator;

#[task]
fn one() -> u32 {
    1
}

#[task]
fn two() -> u32 {
    2
}

dag! {
    graph First -> sum { one, two, sum = add(one, two) }
    graph Second -> sum { one, two, three = one, sum = add(one, three) }
}

#[task]
fn add(a: u32, b: u32) -> u32 {
    a + b
}

/// One rank runs another graph: all are told so, and go on.
pub fn other_graph(mpi: Mpi, _: &[&str]) {
    for other in 0..mpi.ranks() {
        let error = if mpi.rank() == other { Second.run(&mpi) } else { First.run(&mpi) }.unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("the ranks do not run the same graph"), "{text}");
        assert!(text.contains("`First`") && text.contains("`Second`"), "{text}");
        assert_eq!(error.task(), None);
        assert_eq!(First.run(&mpi).unwrap(), 3);
    }
}

/// One rank has other options.
pub fn other_options(mpi: Mpi, _: &[&str]) {
    let last = mpi.ranks() - 1;
    let odd = if mpi.rank() == last { mpi.clone().keep_going() } else { mpi.clone() };
    let error = First.run(&odd).unwrap_err();
    let expected = format!("with the same options: rank {last} has others than rank 0");
    assert!(error.to_string().ends_with(&expected), "{error}");
    assert_eq!(First.run(&mpi).unwrap(), 3);
}

/// One rank runs a graph once more than the others do.
pub fn one_run_more(mpi: Mpi, arguments: &[&str]) {
    let rank: usize = arguments[0].parse().unwrap();
    assert_eq!(First.run(&mpi).unwrap(), 3);
    if mpi.rank() == rank {
        let error = First.run(&mpi).unwrap_err();
        assert!(error.to_string().contains("runs no more graphs"), "{error}");
        let error = Second.run(&mpi).unwrap_err();
        assert!(error.to_string().contains("runs no more graphs"), "{error}");
    }
}

/// MPI ends before the last communicator is dropped. It should not, but there is nothing left to wait for.
pub fn after_the_end(mpi: Mpi, _: &[&str]) {
    let other = Mpi::on(&mpi::topology::SimpleCommunicator::world()).unwrap();
    assert_eq!(First.run(&other).unwrap(), 3);
    drop(mpi);
    drop(other);
}

/// A communicator of the program's own, with half of the ranks.
pub fn communicator(all: Mpi, _: &[&str]) {
    let world = mpi::topology::SimpleCommunicator::world();
    let color = mpi::topology::Color::with_value(world.rank() % 2);
    let half = world.split_by_color(color).unwrap();
    let mpi = Mpi::on(&half).unwrap();
    assert_eq!(mpi.ranks(), half.size() as usize);
    if all.rank() % 2 == 0 {
        assert_eq!(First.run(&mpi).unwrap(), 3);
    } else {
        assert_eq!(Second.run(&mpi).unwrap(), 2);
    }
    assert_eq!(First.run(&all).unwrap(), 3);
    drop(mpi);
    assert_eq!(First.run(&all).unwrap(), 3);
    // The same `Mpi` again.
    assert_eq!(Mpi::init().unwrap().rank(), all.rank());
}

/// Two versions of one program, whose graphs have the same names.
macro_rules! version {
    ($version:ident $number:ty, $($field:ident)*) => {
        mod $version {
            use dag_runtime::{dag, task};

            #[derive(serde::Serialize, serde::Deserialize)]
            pub struct Record {
                $($field: u32,)*
            }

            #[task]
            pub fn numbers() -> Vec<$number> {
                vec![1.5; 4]
            }

            #[task]
            pub fn sum(numbers: &[$number]) -> u64 {
                numbers.iter().sum::<$number>() as u64
            }

            #[task]
            pub fn record() -> Record {
                Record { $($field: 1,)* }
            }

            #[task]
            pub fn width(record: &Record) -> u32 {
                record.width
            }

            dag! {
                pub graph Numbers -> sum { numbers on 0, sum(&numbers) on 1 }
                pub graph Records -> width { record on 0, width(&record) on 1 }
            }
        }
    };
}

version! { first f64, width height }
version! { second f32, height width }

/// One rank runs another version of the program, in which outputs have other types.
pub fn other_types(mpi: Mpi, _: &[&str]) {
    let is_last = mpi.rank() + 1 == mpi.ranks();
    let errors = [
        if is_last { second::Numbers.run(&mpi).err() } else { first::Numbers.run(&mpi).err() },
        if is_last { second::Records.run(&mpi).err() } else { first::Records.run(&mpi).err() },
    ];
    for error in errors {
        let text = error.unwrap().to_string();
        assert!(text.starts_with("the ranks run different programs"), "{text}");
        assert!(text.contains("types of their outputs"), "{text}");
    }
    assert_eq!(first::Numbers.run(&mpi).unwrap(), 6);
    assert_eq!(second::Records.run(&mpi).unwrap(), 1);
}
