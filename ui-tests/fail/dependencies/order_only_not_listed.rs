use dag_runtime::{Serial, dag, task};

#[task]
fn migrate() {}

#[task(depends = [migrate])]
fn serve() {}

dag! {
    graph Start {
        serve,
    }
}

fn main() {
    Start.run(&Serial).unwrap();
    migrate();
}
