//! A module in which the names of the prelude are something else.
#![deny(warnings)]
#![allow(dead_code)]

mod inner {
    use dag_runtime::{Rayon, dag, task};

    pub struct Ok;
    pub struct Some;
    pub struct None;
    pub struct Option;
    pub struct Sized;
    pub struct Send;
    pub struct Default;
    pub mod core {}
    pub mod std {}
    pub mod alloc {}

    #[task]
    fn load(number: u32) -> u64 {
        number as u64
    }

    #[task(depends = [load])]
    fn double(load: &u64) -> u64 {
        load * 2
    }

    dag! {
        graph Numbers(number: u32) -> (double, total) {
            load(number),
            double,
            total = load(double as u32 + number),
        }
    }

    pub fn run() -> (u64, u64) {
        Numbers { number: 2 }.run(&Rayon::new()).unwrap()
    }
}

fn main() {
    assert_eq!(inner::run(), (4, 6));
}
