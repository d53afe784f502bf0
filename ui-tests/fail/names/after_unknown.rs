use dag_runtime::{Serial, dag, task};

#[task]
fn migrate() {}

#[task]
fn serve() {}

dag! {
    graph Start(port: u16) {
        migrate,
        serve after [migrat, listen, port],
    }
}

fn main() {
    Start { port: 80 }.run(&Serial).unwrap();
}
