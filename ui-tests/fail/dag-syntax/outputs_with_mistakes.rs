use dag_runtime::{Error, Serial, dag, task};

#[task]
fn list() -> Vec<f64> {
    vec![1.0]
}

#[task]
fn text() -> String {
    String::new()
}

dag! {
    graph MissingComma -> (list text) {
        list,
        text,
    }
    graph TwoCommas -> (list,, text) {
        list,
        text,
    }
    graph TwoArrows -> > (list, text) {
        list,
        text,
    }
    graph Nothing -> {
        list,
        text,
    }
    graph Misspelt -> (list, test) {
        list,
        text,
    }
}

fn main() -> Result<(), Error> {
    let (list, text) = MissingComma.run(&Serial)?;
    println!("{} {}", list.len(), text.len());
    let (list, text) = TwoCommas.run(&Serial)?;
    println!("{} {}", list.len(), text.len());
    let (list, text) = TwoArrows.run(&Serial)?;
    println!("{} {}", list.len(), text.len());
    let (list, text) = Nothing.run(&Serial)?;
    println!("{} {}", list.len(), text.len());
    let (list, text) = Misspelt.run(&Serial)?;
    println!("{} {}", list.len(), text.len());
    Ok(())
}
