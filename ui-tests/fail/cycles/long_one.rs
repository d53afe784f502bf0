use dag_runtime::{Serial, dag, task};

#[task]
fn step(before: u32) -> u32 {
    before + 1
}

dag! {
    graph Ring -> s01 {
        s01 = step(s16),
        s02 = step(s01),
        s03 = step(s02),
        s04 = step(s03),
        s05 = step(s04),
        s06 = step(s05),
        s07 = step(s06),
        s08 = step(s07),
        s09 = step(s08),
        s10 = step(s09),
        s11 = step(s10),
        s12 = step(s11),
        s13 = step(s12),
        s14 = step(s13),
        s15 = step(s14),
        s16 = step(s15),
    }
}

fn main() {
    Ring.run(&Serial).unwrap();
}
