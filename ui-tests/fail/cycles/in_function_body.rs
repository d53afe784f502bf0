use dag_runtime::{Serial, dag};

fn main() {
    #[dag_runtime::task(depends = [pong])]
    fn ping() {}

    #[dag_runtime::task(depends = [ping])]
    fn pong() {}

    dag! {
        graph Game {
            ping,
            pong,
        }
    }

    Game.run(&Serial).unwrap();
}
