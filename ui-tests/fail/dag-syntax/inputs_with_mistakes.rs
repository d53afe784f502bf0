use dag_runtime::{Error, Serial, dag, task};

#[task]
fn scaled(k: f64, m: u32) -> f64 {
    k * f64::from(m)
}

dag! {
    graph MissingColon(k f64, m: u32) -> scaled {
        scaled(k, m),
    }
    graph MissingComma(k: f64 m: u32) -> scaled {
        scaled(k, m),
    }
    graph TwoColons(k: : f64, m: u32) -> scaled {
        scaled(k, m),
    }
    graph TwoCommas(k: f64,, m: u32) -> scaled {
        scaled(k, m),
    }
    graph NoName(k: f64, : u32) -> scaled {
        scaled(k, m),
    }
    graph SwappedColon(k & : f64, m: u32) -> scaled {
        scaled(k, m),
    }
    graph Swapped(k: f64, u32 m) -> scaled {
        scaled(k, m),
    }
}

fn main() -> Result<(), Error> {
    let a = MissingColon { k: 1.0, m: 1 }.run(&Serial)?;
    let b = MissingComma { k: 1.0, m: 1 }.run(&Serial)?;
    let c = TwoColons { k: 1.0, m: 1 }.run(&Serial)?;
    let d = TwoCommas { k: 1.0, m: 1 }.run(&Serial)?;
    let e = NoName { k: 1.0, m: 1 }.run(&Serial)?;
    let f = Swapped { k: 1.0, m: 1 }.run(&Serial)?;
    println!("{} {}", a.sqrt() + b + c + d, e.max(f));
    Ok(())
}
