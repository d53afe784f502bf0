//! What arguments may do with an input that tasks change in place.

use dag_runtime::{dag, task};

#[derive(Clone, Debug, PartialEq)]
struct World {
    positions: Vec<f64>,
    speeds: Vec<f64>,
    time: u32,
}

fn world() -> World {
    World { positions: vec![0.0, 1.0, 2.0], speeds: vec![1.0, 0.5, 0.25], time: 0 }
}

#[task]
fn gravity(speeds: &mut [f64]) {
    speeds.iter_mut().for_each(|speed| *speed -= 0.5);
}

#[task]
fn walk(positions: &mut [f64], speeds: &[f64]) {
    positions.iter_mut().zip(speeds).for_each(|(position, speed)| *position += speed);
}

#[task]
fn tick(time: &mut u32) {
    *time += 1;
}

#[task]
fn energy(speeds: &[f64]) -> f64 {
    speeds.iter().map(|speed| speed * speed).sum()
}

dag! {
    graph Frame<'a>(pos: &'a mut [f64], vel: &'a mut [f64]) -> energy {
        gravity(vel),
        walk(pos, &*vel) after [gravity],
        energy(&vel[..]) after [walk],
    }
}

dag! {
    /// Parts of one input, in one call and in several.
    graph Step<'w>(world: &'w mut World) -> (energy, ticks) {
        gravity(&mut world.speeds),
        walk(&mut world.positions, &world.speeds) after [gravity],
        tick(&mut world.time) after [walk],
        energy(&world.speeds) after [tick],
        ticks(world.time, world.positions.len()) after [tick],
    }
}

#[task]
fn ticks(time: u32, positions: usize) -> (u32, usize) {
    (time, positions)
}

fn stepped() -> World {
    let mut after = world();
    gravity(&mut after.speeds);
    walk(&mut after.positions, &after.speeds);
    after
}

#[test]
fn tasks_change_inputs_one_after_the_other() {
    on_each_executor!(|executor| {
        let mut world = world();
        let World { positions, speeds, .. } = &mut world;
        let sum = Frame { pos: positions, vel: speeds }.run(executor).unwrap();
        assert_eq!(world, stepped());
        assert_eq!(sum, energy(&world.speeds));
    });
}

#[test]
fn a_call_uses_parts_of_an_input_as_rust_allows() {
    on_each_executor!(|executor| {
        let mut world = world();
        let (sum, ticks) = Step { world: &mut world }.run(executor).unwrap();
        assert_eq!(world, World { time: 1, ..stepped() });
        assert_eq!((sum, ticks), (energy(&world.speeds), (1, 3)));
    });
}

#[task]
fn set(slots: &mut [u32], at: usize, value: u32) {
    slots[at] = value;
}

#[task]
fn set_some(slot: Option<&mut u32>, value: &dyn Fn() -> u32) {
    *slot.unwrap() = value();
}

struct Pair<'p> {
    left: &'p mut [u32],
    right: &'p [u32],
}

#[task]
fn add(pair: Pair<'_>) {
    let Pair { left, right } = pair;
    left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
}

#[task]
fn text(of: String, len: usize) -> (String, usize) {
    (of, len)
}

#[task]
fn given() -> u32 {
    7
}

#[task(depends = [given])]
fn set_given(given: &u32, slots: &mut [u32]) {
    slots[2] = *given;
}

/// Doubles what it is given, through a method that a macro calls.
macro_rules! double {
    ($($slot:tt)*) => { $($slot)*.iter_mut().for_each(|slot| *slot *= 2) };
}

dag! {
    graph Forms<'a>(slots: &'a mut [u32], left: &'a mut [u32], count: &'a mut u32) -> (text, counted) {
        given,
        set(slots, left.len(), *count),
        set_given(&mut *slots) after [set],
        some = set_some(slots.len().checked_sub(1).map(|last| &mut (&mut slots[..])[last]), &|| *count + left[0])
            after [set_given],
        add(Pair { left, right: &slots[..2] }) after [some],
        doubled = done({ double!((&mut slots[1..3])); slots[1] }) after [add],
        text(format!("{slots:?} {:?}", left), [&slots[..], left].concat().len()) after [doubled],
        bumped = bump(&mut *count) after [text],
        counted = done(if let [first, ..] = *left { first + *count } else { 0 }) after [bumped],
    }
}

#[task]
fn done(value: u32) -> u32 {
    value
}

#[task]
fn bump(count: &mut u32) {
    *count += 1;
}

#[test]
fn arguments_use_inputs_as_any_place() {
    on_each_executor!(|executor| {
        let (mut slots, mut left, mut count) = ([0; 4], [10, 20], 3);
        let run = Forms { slots: &mut slots, left: &mut left, count: &mut count };
        let (text, counted) = run.run(executor).unwrap();
        // `set`: slots[2] = 3; `set_given`: slots[2] = 7; `some`: slots[3] = 13; `add`: left += [0, 0]; doubled: slots[1..3].
        assert_eq!(text, ("[0, 0, 14, 13] [10, 20]".into(), 6));
        assert_eq!((counted, count), (14, 4));
        assert_eq!(slots, [0, 0, 14, 13]);
    });
}

#[task]
fn push<'s>(words: &mut Vec<&'s str>, word: &'s str) {
    words.push(word);
}

#[task]
fn keep<'s>(words: &'s mut Vec<&'s str>) -> usize {
    words.push("last");
    words.len()
}

trait Shape {
    fn grow(&mut self);
    fn size(&self) -> u32;
}

struct Square(u32);

impl Shape for Square {
    fn grow(&mut self) {
        self.0 += 1;
    }
    fn size(&self) -> u32 {
        self.0 * self.0
    }
}

#[task]
fn grow(shape: &mut dyn Shape) {
    shape.grow();
}

#[task]
fn size(shape: &dyn Shape) -> u32 {
    shape.size()
}

#[task]
fn fill(slots: &mut dyn Fill) {
    slots.fill();
}

trait Fill {
    fn fill(&mut self);
}

impl<T: Copy> Fill for (&mut [T], T) {
    fn fill(&mut self) {
        self.0.fill(self.1);
    }
}

dag! {
    graph Types<'a, 's, T: Copy + Send + Sync>(
        words: &'a mut Vec<&'s str>,
        word: &'s str,
        shape: &'a mut (dyn Shape + Send + Sync),
        slots: &'a mut [T],
        value: &'a T,
    ) -> size {
        first = push(words, word),
        second = push(words, "b") after [first],
        grow(shape),
        again = grow(&mut *shape) after [grow],
        size(&*shape) after [again],
        fill(&mut (&mut slots[1..], *value)),
        once_more = fill(&mut (slots, *value)) after [fill],
    }

    /// What one task takes by its name alone is moved there: for as long as it lives.
    graph Moved<'s>(words: &'s mut Vec<&'s str>) -> keep { keep(words) }
}

#[test]
fn inputs_are_of_any_type() {
    on_each_executor!(|executor| {
        let (mut words, mut shape, mut slots) = (vec!["z"], Square(1), [1, 2, 3]);
        let shape_input = &mut shape;
        let run = Types { words: &mut words, word: "a", shape: shape_input, slots: &mut slots, value: &5 };
        assert_eq!(run.run(executor).unwrap(), 9);
        assert_eq!((words, slots), (vec!["z", "a", "b"], [5; 3]));
        assert_eq!(Moved { words: &mut vec!["a"] }.run(executor).unwrap(), 2);
    });
}
