#![deny(warnings)]

use dag_runtime::{Serial, dag, task};

pub mod shapes {
    use super::*;

    #[task]
    pub fn side() -> u32 {
        3
    }

    dag! {
        /// A square.
        #[derive(Clone, Copy, Debug)]
        pub graph Square -> area {
            /// Side by side.
            area = product(side, side),
            side,
        }

        pub(crate) graph Empty {}

        pub(super) graph Nothing() -> () { side }

        graph Cube<'a>(name: &'a str) -> (volume, label) {
            side,
            face = product(side, side),
            volume = product(face, side),
            label = named(name),
        }
    }

    #[task]
    pub fn product(a: u32, b: u32) -> u32 {
        a * b
    }

    #[task]
    fn named(name: &str) -> String {
        name.to_uppercase()
    }

    pub fn cube() -> (u32, String) {
        Cube { name: "cube" }.run(&Serial).unwrap()
    }
}

fn main() {
    let square = shapes::Square;
    assert_eq!((square.run(&Serial).unwrap(), square.run(&Serial).unwrap()), (9, 9));
    shapes::Empty.run(&Serial).unwrap();
    shapes::Empty {}.run(&Serial).unwrap();
    shapes::Nothing {}.run(&Serial).unwrap();
    assert_eq!(shapes::cube(), (27, "CUBE".to_owned()));
    let area = shapes::Square::TABLE.tasks().next().unwrap();
    assert_eq!((area.name().to_string().as_str(), area.description()), ("area", "Side by side."));
}
