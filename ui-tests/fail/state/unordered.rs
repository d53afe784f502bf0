//! Tasks that use one input, and nothing says in which order.

use dag_runtime::{dag, task};

#[task]
fn gravity(vel: &mut [f64]) {
    vel[0] = 1.0;
}

#[task]
fn drag(vel: &mut [f64], by: f64) {
    vel[0] *= by;
}

#[task]
fn walk(pos: &mut [f64], vel: &[f64]) {
    pos[0] += vel[0];
}

#[task]
fn energy(vel: &[f64]) -> f64 {
    vel[0]
}

#[task]
fn list() -> Vec<f64> {
    vec![1.0]
}

#[task]
fn take(list: Vec<f64>) -> f64 {
    list[0]
}

#[task]
fn step(vel: &mut [f64], t: usize) -> f64 {
    vel[t]
}

dag! {
    graph Frame<'a>(pos: &'a mut [f64], vel: &'a mut [f64], by: f64) -> energy {
        gravity(&mut vel[1..]),
        drag(vel, by),
        walk(pos, vel) after [gravity, drag],
        energy(&*vel) after [gravity],
    }

    graph Members<'a>(vel: &'a mut [f64]) -> (step, energy) {
        step[t in 0..4] = step(vel, t),
        energy(&*vel) after [step],
    }

    graph Turns<'a>(vel: &'a mut [f64], by: f64) -> step {
        step[t in 0..3] = step(vel, t) after [drag[t - 1] if t > 0],
        drag[t in 0..3] = drag(vel, by) after [drag[t - 1] if t > 0],
    }

    // Mistakes of both kinds are reported.
    graph Both<'a>(vel: &'a mut [f64], by: f64) -> take {
        gravity(vel),
        drag(vel, by),
        list,
        energy(&list),
        take(list),
    }

    // What would order them is misspelt.
    graph Misspelt<'a>(vel: &'a mut [f64], by: f64) {
        gravity(vel),
        drag(vel, by) after [gravty],
    }

    graph Conditions<'a>(vel: &'a mut [f64]) -> energy {
        energy[t in 0..3] = energy(if t < 2 { &*vel } else { vel }) after [energy[1] if t == 2],
    }
}

fn main() {}
