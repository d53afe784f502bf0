//! Nothing is kept that depends on an input that tasks change in place, and no path.

use dag_runtime::{dag, task};

#[task]
fn step(state: &mut [u32]) -> u32 {
    state[0] += 1;
    state[0]
}

#[task]
fn look(state: &[u32]) -> u32 {
    state[0]
}

#[task(depends = [step])]
fn report(step: u32) -> u32 {
    2 * step
}

#[task(depends = [report])]
fn last(report: u32) -> u32 {
    *&report
}

#[task]
fn grown(list: &mut Vec<u32>) -> usize {
    list.len()
}

#[task]
fn plot(degree: u32) -> std::path::PathBuf {
    degree.to_string().into()
}

dag! {
    graph Itself<'a>(state: &'a mut [u32]) -> look {
        step(state) keep,
        look(&state) after [step],
    }
    graph Upstream<'a>(state: &'a mut [u32]) -> (look, last) {
        step(state),
        look(&state) after [step],
        report,
        last keep,
    }
    graph Later<'a>(state: &'a mut [u32]) -> (look, first) {
        first = look(&state) keep,
        step(state) after [first],
        look(&state) after [step] keep,
    }
    graph Plot(degree: u32) -> plot {
        plot(degree) keep,
    }
    graph Taken<'a>(list: &'a mut Vec<u32>) -> grown {
        grown(list) keep,
    }
}

fn main() {}
