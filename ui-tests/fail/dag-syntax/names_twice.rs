use dag_runtime::{Serial, dag, task};

#[task]
fn list(count: usize) -> Vec<f64> {
    vec![1.0; count]
}

#[task]
fn sum(list: &[f64]) -> f64 {
    list.iter().sum()
}

dag! {
    graph First -> (sum, list) {
        list list(1),
        sum(&list),
    }
    graph Second -> (sum list) {
        list(1),
        sum sum = sum(&list),
    }
    graph Third -> (sum, list) {
        list(1),
        , sum(&list)
    }
    graph Fourth -> (total, list) {
        list(1),
        total sum = sum(&list),
    }
}

fn main() {
    let (sum, list) = First.run(&Serial).unwrap();
    println!("{} {}", sum.sqrt(), list.len());
    let (sum, list) = Second.run(&Serial).unwrap();
    println!("{} {}", sum.sqrt(), list.len());
    let (sum, list) = Third.run(&Serial).unwrap();
    println!("{} {}", sum.sqrt(), list.len());
    let (sum, list) = Fourth.run(&Serial).unwrap();
    println!("{} {}", sum.sqrt(), list.len());
}
