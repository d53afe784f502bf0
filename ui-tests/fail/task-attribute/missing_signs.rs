use dag_runtime::{Error, Serial, dag, task};

mod stages {
    use dag_runtime::task;

    #[task]
    pub fn load() -> Vec<f64> {
        vec![1.0]
    }
}

#[task(depends [stages::load])]
fn first(load: &[f64]) -> f64 {
    load[0]
}

#[task([stages::load])]
fn second(load: &[f64]) -> f64 {
    load[1]
}

#[task(depends = [stages:load])]
fn third(load: &[f64]) -> f64 {
    load[2]
}

#[task(depends = [stages::load], each stages::load)]
fn fourth(load: &f64) -> f64 {
    *load
}

#[task(depends = [stages::load], each =)]
fn fifth(load: &f64, scale: f64) -> f64 {
    *load * scale
}

#[task(depends = [, stages::load])]
fn sixth(load: &[f64]) -> usize {
    load.len()
}

#[task(depends depends = [stages::load])]
fn seventh(load: &[f64]) -> usize {
    load.len()
}

dag! {
    graph Stats -> (first, fourth, fifth) {
        stages::load,
        first,
        second,
        third,
        fourth,
        fifth(1.0),
        sixth,
        seventh,
    }
}

fn main() -> Result<(), Error> {
    let (first, fourth, fifth) = Stats.run(&Serial)?;
    println!("{first} {} {}", fourth.len(), fifth.len());
    Ok(())
}
