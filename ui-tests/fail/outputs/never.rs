use dag_runtime::{Serial, dag, task};

#[task]
fn serve() -> ! {
    panic!("out of requests")
}

dag! {
    graph Server {
        serve,
    }
}

fn main() {
    Server.run(&Serial).unwrap();
}
