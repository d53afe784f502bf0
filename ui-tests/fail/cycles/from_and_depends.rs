use dag_runtime::{Serial, dag, task};

#[task(depends = [render])]
fn layout(#[from(render)] picture: &str) -> usize {
    picture.len()
}

#[task(depends = [layout])]
fn render(#[from(layout)] size: usize) -> String {
    "x".repeat(size)
}

dag! {
    graph Draw -> render {
        layout,
        render,
    }
}

fn main() {
    Draw.run(&Serial).unwrap();
}
