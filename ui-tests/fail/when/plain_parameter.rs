//! Attributes that take the output of a task with `when` as it is.

use dag_runtime::{Serial, dag, task};

#[task]
fn draw(n: u32) -> String {
    n.to_string()
}

#[task]
fn count(n: u32) -> u32 {
    n
}

#[task(depends = [draw])]
fn look(draw: &str) -> usize {
    draw.len()
}

#[task(depends = [draw])]
fn take(#[from(draw)] text: String) -> usize {
    text.len()
}

#[task(depends = [look, count])]
fn upstream(look: usize, count: u32, #[from(draw)] text: &String) -> usize {
    look + count as usize + text.len()
}

dag! {
    graph Report(plot: bool) -> upstream {
        draw(1) when plot,
        count(1) when plot,
        look,
        upstream,
    }
    graph Taken(plot: bool) -> take {
        draw(1) when plot,
        take,
    }
}

fn main() {
    Report { plot: true }.run(&Serial).unwrap();
    Taken { plot: true }.run(&Serial).unwrap();
}
