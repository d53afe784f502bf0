#![deny(warnings)]

use dag_runtime::{Serial, dag as graphs, task as step};
use stages::deep::{load as read, mean};

mod stages {
    pub mod deep {
        #[dag_runtime::task]
        pub fn load(text: &str) -> Vec<u32> {
            text.split(' ').map(|word| word.parse().unwrap()).collect()
        }

        #[dag_runtime::task(depends = [load])]
        pub fn mean(load: &[u32]) -> u32 {
            load.iter().sum::<u32>() / load.len() as u32
        }
    }
}

#[step(depends = [read, stages::deep::mean])]
fn report(read: &Vec<u32>, mean: u32) -> String {
    format!("{} {mean}", read.len())
}

graphs! {
    graph Stats<'a>(text: &'a str) -> (report, mean) {
        read(text),
        mean,
        report,
    }
}

fn main() {
    assert_eq!(Stats { text: "1 3" }.run(&Serial).unwrap(), ("2 2".to_owned(), 2));
}
