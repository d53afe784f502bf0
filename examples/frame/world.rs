//! The world: entities that are drawn to its middle, pushed apart, steered, warmed and hurt.

use std::ops::{Add, AddAssign, Mul, Sub};

/// A place, a velocity or a force.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vec2 {
    /// To the right.
    pub x: f32,
    /// Up.
    pub y: f32,
}

impl Vec2 {
    /// The square of its length.
    #[must_use]
    pub fn squared(self) -> f32 {
        self.x * self.x + self.y * self.y
    }
}

impl Add for Vec2 {
    type Output = Vec2;

    fn add(self, other: Vec2) -> Vec2 {
        Vec2 { x: self.x + other.x, y: self.y + other.y }
    }
}

impl AddAssign for Vec2 {
    fn add_assign(&mut self, other: Vec2) {
        *self = *self + other;
    }
}

impl Sub for Vec2 {
    type Output = Vec2;

    fn sub(self, other: Vec2) -> Vec2 {
        Vec2 { x: self.x - other.x, y: self.y - other.y }
    }
}

impl Mul<f32> for Vec2 {
    type Output = Vec2;

    fn mul(self, factor: f32) -> Vec2 {
        Vec2 { x: self.x * factor, y: self.y * factor }
    }
}

/// The cells of the grid in a row, and in a column.
const SIDE: usize = 16;

/// How many entities are in each cell of a square. Its margin of one cell is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    counts: [u32; (SIDE + 2) * (SIDE + 2)],
}

impl Grid {
    /// Forgets all entities.
    pub fn clear(&mut self) {
        self.counts.fill(0);
    }

    /// Counts one more entity.
    pub fn add(&mut self, pos: Vec2) {
        self.counts[Self::cell(pos)] += 1;
    }

    /// How many entities are in the cell of this place.
    #[must_use]
    pub fn count(&self, pos: Vec2) -> f32 {
        self.counts[Self::cell(pos)] as f32
    }

    /// Where the entities become more, by the cells beside that of this place.
    #[must_use]
    pub fn slope(&self, pos: Vec2) -> Vec2 {
        let cell = Self::cell(pos);
        let between = |low: usize, high: usize| self.counts[high] as f32 - self.counts[low] as f32;
        Vec2 { x: between(cell - 1, cell + 1), y: between(cell - SIDE - 2, cell + SIDE + 2) }
    }

    /// The number of the cell that has this place.
    fn cell(pos: Vec2) -> usize {
        // A cast leaves no number out: it saturates.
        let index = |at: f32| 1 + (((at + 1.0) * (SIDE as f32 / 2.0)) as usize).min(SIDE - 1);
        index(pos.y) * (SIDE + 2) + index(pos.x)
    }
}

/// An entity as it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sprite {
    /// From the left.
    pub column: i16,
    /// From the top.
    pub row: i16,
    /// From black, 0, to white.
    pub light: u8,
}

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Camera {
    /// The middle of the picture.
    pub at: Vec2,
    /// How far from it the entities are.
    pub spread: f32,
}

/// All that a frame changes, each part in a place of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// Where each entity is: from -1 to 1.
    pub pos: Vec<Vec2>,
    /// How fast it moves.
    pub vel: Vec<Vec2>,
    /// What changes that.
    pub force: Vec<Vec2>,
    /// Where it wants to go.
    pub aim: Vec<Vec2>,
    /// How hot it is, from 0 on.
    pub heat: Vec<f32>,
    /// From 1 down to 0.
    pub health: Vec<f32>,
    /// How many are where.
    pub grid: Grid,
    /// The picture.
    pub sprites: Vec<Sprite>,
    /// What the picture shows.
    pub camera: Camera,
}

impl World {
    /// A world of this many entities at rest, spread evenly.
    #[must_use]
    pub fn new(entities: usize) -> Self {
        // The sequence R2 of Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences" (2018).
        let place = |number: usize, step: f64| (2.0 * (step * number as f64).fract() - 1.0) as f32;
        let pos = |number| Vec2 { x: place(number, 0.754_877_666), y: place(number, 0.569_840_291) };
        World {
            pos: (0..entities).map(pos).collect(),
            vel: vec![Vec2::default(); entities],
            force: vec![Vec2::default(); entities],
            aim: vec![Vec2::default(); entities],
            heat: vec![0.0; entities],
            health: vec![1.0; entities],
            grid: Grid { counts: [0; (SIDE + 2) * (SIDE + 2)] },
            sprites: vec![Sprite::default(); entities],
            camera: Camera::default(),
        }
    }

    /// Whether both have the same bits: a world is compared with `==` where a zero may have another sign.
    #[must_use]
    pub fn is_same(&self, other: &World) -> bool {
        let bits = |world: &World| -> Vec<u32> {
            let vectors = [&world.pos, &world.vel, &world.force, &world.aim];
            let vectors = vectors.into_iter().flatten().chain([&world.camera.at]);
            let numbers = vectors.flat_map(|vector| [vector.x, vector.y]);
            let rest = world.heat.iter().chain(&world.health).chain([&world.camera.spread]).copied();
            numbers.chain(rest).map(f32::to_bits).collect()
        };
        bits(self) == bits(other) && self.grid == other.grid && self.sprites == other.sprites
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32, y: f32) -> Vec2 {
        Vec2 { x, y }
    }

    #[test]
    fn places_beyond_the_edge_are_in_a_cell_at_the_edge() {
        let mut grid = World::new(0).grid;
        for pos in [at(-1.0, -1.0), at(-7.0, -1.5), at(f32::NEG_INFINITY, f32::NAN)] {
            grid.add(pos);
        }
        grid.add(at(9.0, f32::INFINITY));
        assert_eq!((grid.count(at(-1.0, -1.0)), grid.count(at(1.0, 1.0))), (3.0, 1.0));
        grid.clear();
        assert_eq!(grid, World::new(0).grid);
    }

    #[test]
    fn the_slope_goes_to_where_there_are_more() {
        let mut grid = World::new(0).grid;
        let cell = 2.0 / SIDE as f32;
        (0..3).for_each(|_| grid.add(at(cell, 0.0)));
        grid.add(at(0.0, -cell));
        assert_eq!(grid.slope(at(0.0, 0.0)), at(3.0, -1.0));
        assert_eq!(grid.slope(at(-1.0, 1.0)), at(0.0, 0.0));
    }

    #[test]
    fn a_new_world_is_even() {
        let world = World::new(1000);
        let left = world.pos.iter().filter(|pos| pos.x < 0.0).count();
        let low = world.pos.iter().filter(|pos| pos.y < 0.0).count();
        assert!((480..=520).contains(&left) && (480..=520).contains(&low), "{left}, {low}");
    }

    #[test]
    fn a_bit_makes_another_world() {
        let world = World::new(3);
        assert!(world.is_same(&world.clone()));
        let mut other = world.clone();
        other.heat[2] = -0.0;
        assert!(world == other && !world.is_same(&other));
        for change in [
            (|world| world.vel[1].y = 1.0) as fn(&mut World),
            |world| world.grid.add(Vec2::default()),
            |world| world.sprites[0].light = 1,
            |world| world.camera.spread = 1.0,
        ] {
            let mut other = world.clone();
            change(&mut other);
            assert!(!world.is_same(&other));
        }
    }
}
