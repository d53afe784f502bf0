//! Ranks whose runs would not be the same.

use dag_runtime::mpi::Mpi;
use dag_runtime::{Error, Serial, Store, dag, task};

use super::{Folders, meet};
use crate::cases::failures::agree;

#[task]
fn parse(text: &str) -> Vec<u32> {
    text.split(' ').filter_map(|word| word.parse().ok()).collect()
}

#[task(depends = [parse])]
fn fit(parse: &[u32], degree: u32) -> u32 {
    parse.iter().sum::<u32>() * degree
}

dag! {
    graph Fit<'a>(text: &'a str, degree: u32) -> fit { parse(text) keep, fit(degree) keep }
}

pub fn differ(mpi: &Mpi, folders: &Folders<'_>) {
    let is_last = mpi.rank() + 1 == mpi.ranks();
    let last = mpi.ranks() - 1;
    if last == 0 {
        return;
    }
    let fails = |result: Result<u32, Error>, expected: &str| {
        let text = result.unwrap_err().to_string();
        assert!(text.contains(expected), "{text}");
        agree(mpi, &text);
    };
    let store = Store::open(folders.next()).unwrap();
    let on = mpi.clone().store(&store);
    let fit = |text, degree| Fit { text, degree }.run(&on);
    fails(
        fit("1 2", if is_last { 4 } else { 3 }),
        &format!(
            "argument `degree` of task `fit` is not the same on rank {last} as on rank 0: inputs and code"
        ),
    );
    // The first one in the order of the run.
    fails(
        fit(if is_last { "1 2" } else { "1 3" }, if is_last { 4 } else { 3 }),
        &format!("argument `text` of task `parse` is not the same on rank {last} as on rank 0"),
    );
    let version = if is_last { store.clone().version("2") } else { store.clone() };
    fails(
        Fit { text: "1", degree: 1 }.run(&mpi.clone().store(&version)),
        &format!("task `parse` is not the same on rank {last} as on rank 0"),
    );

    // Ranks that see different folders.
    let (shared, own) = (folders.next(), folders.next());
    let folder = if is_last { own.join("of the last rank") } else { shared };
    let other = Store::open(&folder).unwrap();
    let expected = format!(
        "rank {last} sees another folder in `{}` than rank 0",
        own.join("of the last rank").display()
    );
    for _ in 0..2 {
        fails(Fit { text: "1 2", degree: 3 }.run(&mpi.clone().store(&other)), &expected);
    }

    // A store on some ranks only.
    let fit = || Fit { text: "1 2", degree: 3 };
    let result = if is_last { fit().run(mpi) } else { fit().run(&on) };
    fails(result, &format!("rank 0 runs it with a store, and rank {last} without one"));
    let result = if is_last { fit().run(&on) } else { fit().run(mpi) };
    fails(result, &format!("rank {last} runs it with a store, and rank 0 without one"));

    // The next run is as good as any.
    meet(mpi);
    assert_eq!(fit().run(&on).unwrap(), fit().run(&Serial).unwrap());
}
