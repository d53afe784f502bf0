//! Tasks that run once for each element of an input, which every rank has.

use dag_runtime::mpi::Mpi;
use dag_runtime::{Serial, dag, task};

use super::each_way;

#[task]
fn square(number: &u64) -> u64 {
    number * number
}

#[task]
fn label(text: String, mark: u32) -> Result<String, String> {
    if text.len() as u32 == mark { Err(format!("`{text}` is too long")) } else { Ok(format!("{text}{mark}")) }
}

#[task]
fn sum(squares: &[u64], labels: &[String]) -> (u64, usize) {
    (squares.iter().sum(), labels.iter().map(String::len).sum())
}

dag! {
    graph Inputs<'a>(numbers: &'a [u64], texts: Vec<String>, mark: u32) -> (sum, labels) {
        squares = square(each numbers),
        labels = label(each texts, mark),
        sum(&squares, &labels),
    }
}

/// They give what they give elsewhere, and a failure is that of an element.
pub fn each_inputs(mpi: Mpi, _: &[&str]) {
    each_way(&mpi, |mpi| {
        for count in [0, 1, 10, 3000] {
            let numbers: Vec<u64> = (0..count).collect();
            let texts = || (0..count).map(|k| "x".repeat(k as usize % 9)).collect();
            let expected = Inputs { numbers: &numbers, texts: texts(), mark: 10 }.run(&Serial).unwrap();
            assert_eq!(Inputs { numbers: &numbers, texts: texts(), mark: 10 }.run(&mpi).unwrap(), expected);
        }
        let texts = (0..30).map(|k| "x".repeat(k)).collect();
        let error = Inputs { numbers: &[1], texts, mark: 17 }.run(&mpi.clone().keep_going()).unwrap_err();
        assert_eq!(error.task(), Some("labels[17]"));
    });
}
