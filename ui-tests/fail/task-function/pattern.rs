use dag_runtime::{Serial, dag, task};

#[task]
fn bounds() -> (u32, u32) {
    (1, 2)
}

#[task(depends = [bounds])]
fn width(#[from(bounds)] (low, high): (u32, u32)) -> u32 {
    high - low
}

#[task]
fn area(_: u32, width: u32) -> u32 {
    width * width
}

dag! {
    graph Area -> area {
        bounds,
        width,
        area(0, width),
    }
}

fn main() {
    Area.run(&Serial).unwrap();
}
