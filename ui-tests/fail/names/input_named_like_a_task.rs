//! Nothing follows from an input that has the name of a task.

use dag_runtime::{Serial, dag, task};

#[task]
fn forces(forces: Vec<f32>) -> Vec<f32> {
    forces
}

#[task(depends = [forces])]
fn velocity(vel: Vec<f32>, forces: &[f32]) -> Vec<f32> {
    vel.iter().zip(forces).map(|(v, f)| v + f).collect()
}

#[task]
fn camera(old: f32) -> f32 {
    old
}

dag! {
    graph Frame(forces: Vec<f32>, vel: Vec<f32>, camera: f32) -> (forces, velocity, camera) {
        forces(forces),
        velocity(vel),
        camera(camera),
        other = camera(camera) after [forces],
    }
}

fn main() {
    let (forces, velocity, camera) =
        Frame { forces: vec![1.0], vel: vec![1.0], camera: 1.0 }.run(&Serial).unwrap();
    let _: (f32, usize) = (camera, forces.len() + velocity.len());
}
