//! The twelve systems, and the graph that says who waits for whom.

use dag_runtime::{dag, task};

use super::world::{Camera, Grid, Sprite, Vec2};

/// Counts how many are where.
#[task]
pub fn count(grid: &mut Grid, pos: &[Vec2]) {
    grid.clear();
    pos.iter().for_each(|&pos| grid.add(pos));
}

/// Where each one wants to go: around the middle, or away from it if it is not well.
#[task]
pub fn decide(aim: &mut [Vec2], pos: &[Vec2], health: &[f32]) {
    for ((aim, &Vec2 { x, y }), &health) in aim.iter_mut().zip(pos).zip(health) {
        let length = (x * x + y * y).sqrt() + 0.01;
        let direction = if health < 0.5 { Vec2 { x, y } } else { Vec2 { x: -y, y: x } };
        *aim = direction * (1.0 / length);
    }
}

/// Pulls everything to the middle. This is the first force of a frame.
#[task]
pub fn pull(force: &mut [Vec2], pos: &[Vec2]) {
    for (force, &pos) in force.iter_mut().zip(pos) {
        *force = pos * (-1.0 / (0.1 + pos.squared()).sqrt());
    }
}

/// Pushes from where there are many to where there are few.
#[task]
pub fn push(force: &mut [Vec2], pos: &[Vec2], grid: &Grid) {
    let share = 200.0 / (1 + pos.len()) as f32;
    for (force, &pos) in force.iter_mut().zip(pos) {
        *force += grid.slope(pos) * -share;
    }
}

/// Each one's own engine.
#[task]
pub fn thrust(force: &mut [Vec2], aim: &[Vec2], vel: &[Vec2]) {
    for ((force, &aim), &vel) in force.iter_mut().zip(aim).zip(vel) {
        *force += (aim - vel * (0.2 + vel.squared())) * 0.5;
    }
}

/// Velocities, from forces.
#[task]
pub fn accelerate(vel: &mut [Vec2], force: &[Vec2], dt: f32) {
    for (vel, &force) in vel.iter_mut().zip(force) {
        *vel += force * dt;
    }
}

/// Places, from velocities. The edge of the world throws back.
#[task]
pub fn walk(pos: &mut [Vec2], vel: &mut [Vec2], dt: f32) {
    for (pos, vel) in pos.iter_mut().zip(vel) {
        *pos += *vel * dt;
        for (at, speed) in [(&mut pos.x, &mut vel.x), (&mut pos.y, &mut vel.y)] {
            if at.abs() > 1.0 {
                *speed = -*speed;
                *at = at.clamp(-1.0, 1.0);
            }
        }
    }
}

/// A crowd is warm.
#[task]
pub fn warm(heat: &mut [f32], pos: &[Vec2], grid: &Grid, dt: f32) {
    let share = 150.0 / (1 + pos.len()) as f32;
    for (heat, &pos) in heat.iter_mut().zip(pos) {
        *heat += (grid.count(pos) * share - *heat) * dt;
    }
}

/// Heat hurts, and the cool ones get well again.
#[task]
pub fn hurt(health: &mut [f32], heat: &[f32], dt: f32) {
    for (health, &heat) in health.iter_mut().zip(heat) {
        *health = (*health + (0.5 - heat) * dt).min(1.0);
    }
}

/// Puts those without health back to the edge, well and at rest.
#[task]
pub fn respawn(pos: &mut [Vec2], vel: &mut [Vec2], health: &mut [f32]) {
    for ((pos, vel), health) in pos.iter_mut().zip(vel).zip(health) {
        if *health <= 0.0 {
            let length = pos.squared().sqrt() + 0.01;
            *pos = *pos * (1.0 / length);
            *vel = Vec2::default();
            *health = 1.0;
        }
    }
}

/// Makes the picture.
#[task]
pub fn draw(sprites: &mut [Sprite], pos: &[Vec2], health: &[f32]) {
    for ((sprite, pos), health) in sprites.iter_mut().zip(pos).zip(health) {
        *sprite = Sprite {
            column: (960.0 + 500.0 * pos.x) as i16,
            row: (540.0 - 500.0 * pos.y) as i16,
            light: (255.0 * health) as u8,
        };
    }
}

/// Moves the camera slowly to the middle of all entities.
#[task]
pub fn follow(camera: &mut Camera, pos: &[Vec2], dt: f32) {
    let share = 1.0 / pos.len().max(1) as f32;
    let sum = pos.iter().fold(Vec2::default(), |sum, &pos| sum + pos);
    camera.at += (sum * share - camera.at) * dt;
    let squares: f32 = pos.iter().map(|&pos| (pos - camera.at).squared()).sum();
    camera.spread = (squares * share).sqrt();
}

dag! {
    /// One frame. The lines say in which order systems use a part of the world if one of them changes it.
    pub graph Frame<'a>(
        pos: &'a mut [Vec2],
        vel: &'a mut [Vec2],
        force: &'a mut [Vec2],
        aim: &'a mut [Vec2],
        heat: &'a mut [f32],
        health: &'a mut [f32],
        grid: &'a mut Grid,
        sprites: &'a mut [Sprite],
        camera: &'a mut Camera,
        dt: f32,
    ) {
        count(grid, &*pos),
        decide(aim, &*pos, &*health),
        pull(force, &*pos),
        push(force, &*pos, &*grid) after [count, pull],
        thrust(force, &*aim, &*vel) after [decide, push],
        accelerate(vel, &*force, dt) after [thrust],
        warm(heat, &*pos, &*grid, dt) after [count],
        hurt(health, &*heat, dt) after [decide, warm],
        walk(pos, vel, dt) after [accelerate, warm],
        respawn(pos, vel, health) after [hurt, walk],
        draw(sprites, &*pos, &*health) after [respawn],
        follow(camera, &*pos, dt) after [respawn],
    }
}
