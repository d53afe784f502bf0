//! A frame in several ways, all of which do the same to the world.

use dag_runtime::{Error, Executor};
use rayon::join;

use super::systems::{
    Frame, accelerate, count, decide, draw, follow, hurt, pull, push, respawn, thrust, walk, warm,
};
use super::world::World;

/// The time of a frame, in seconds.
const DT: f32 = 1.0 / 60.0;

/// The graph, which borrows each part of the world for a frame.
///
/// # Errors
///
/// Fails if a system panics.
#[inline]
pub fn graph(world: &mut World, executor: &impl for<'a> Executor<Frame<'a>>) -> Result<(), Error> {
    let World { pos, vel, force, aim, heat, health, grid, sprites, camera } = world;
    Frame { pos, vel, force, aim, heat, health, grid, sprites, camera, dt: DT }.run(executor)
}

/// Plain calls, in an order that keeps the ones that have to wait for others behind these.
#[inline]
pub fn plain(world: &mut World) {
    let World { pos, vel, force, aim, heat, health, grid, sprites, camera } = world;
    count(grid, pos);
    decide(aim, pos, health);
    pull(force, pos);
    push(force, pos, grid);
    thrust(force, aim, vel);
    accelerate(vel, force, DT);
    warm(heat, pos, grid, DT);
    hurt(health, heat, DT);
    walk(pos, vel, DT);
    respawn(pos, vel, health);
    draw(sprites, pos, health);
    follow(camera, pos, DT);
}

/// One frame by hand on rayon.
pub type ByHand = fn(&mut World);

/// Hand-written versions with `rayon::join`. Which is the best depends on how long the systems take.
pub const BY_HAND: [(&str, ByHand); 3] =
    [("in pairs", in_pairs), ("in branches", in_branches), ("forces apart", forces_apart)];

/// Waits after each pair of systems.
fn in_pairs(world: &mut World) {
    let World { pos, vel, force, aim, heat, health, grid, sprites, camera } = world;
    join(|| count(grid, pos), || pull(force, pos));
    join(|| decide(aim, pos, health), || push(force, pos, grid));
    join(|| warm(heat, pos, grid, DT), || thrust(force, aim, vel));
    join(|| hurt(health, heat, DT), || accelerate(vel, force, DT));
    walk(pos, vel, DT);
    respawn(pos, vel, health);
    join(|| draw(sprites, pos, health), || follow(camera, pos, DT));
}

/// Waits as seldom as can be.
fn in_branches(world: &mut World) {
    let World { pos, vel, force, aim, heat, health, grid, sprites, camera } = world;
    join(
        || {
            count(grid, pos);
            pull(force, pos);
            push(force, pos, grid);
        },
        || decide(aim, pos, health),
    );
    join(
        || {
            warm(heat, pos, grid, DT);
            hurt(health, heat, DT);
        },
        || {
            thrust(force, aim, vel);
            accelerate(vel, force, DT);
        },
    );
    walk(pos, vel, DT);
    respawn(pos, vel, health);
    join(|| draw(sprites, pos, health), || follow(camera, pos, DT));
}

/// Waits for the grid, then keeps forces apart from all else.
fn forces_apart(world: &mut World) {
    let World { pos, vel, force, aim, heat, health, grid, sprites, camera } = world;
    join(
        || count(grid, pos),
        || {
            decide(aim, pos, health);
            pull(force, pos);
        },
    );
    join(
        || {
            warm(heat, pos, grid, DT);
            hurt(health, heat, DT);
        },
        || {
            push(force, pos, grid);
            thrust(force, aim, vel);
            accelerate(vel, force, DT);
        },
    );
    walk(pos, vel, DT);
    respawn(pos, vel, health);
    join(|| draw(sprites, pos, health), || follow(camera, pos, DT));
}
