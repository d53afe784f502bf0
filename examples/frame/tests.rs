//! Whole frames.

use dag_runtime::{Recorder, Table};

use super::*;
use crate::world::Vec2;

#[test]
fn all_ways_end_with_the_same_world() {
    for (entities, frames, threads) in [(0, 1, 1), (1, 3, 2), (300, 25, 1), (300, 61, 2), (64, 40, 4)] {
        let text = run(&Options { entities, frames, threads }).unwrap();
        assert!(text.ends_with("to the last bit"), "{text}");
    }
}

/// Short frames run on one thread. These are long enough to be shared.
#[test]
fn threads_that_share_a_frame_end_with_the_same_world() {
    const ENTITIES: usize = 20_000;
    let mut expected = World::new(ENTITIES);
    (0..10).for_each(|_| ways::plain(&mut expected));
    for threads in [1, 2, 4] {
        let recorder = Recorder::new();
        let executor = Rayon::with_threads(threads).unwrap().observe(&recorder);
        let mut world = World::new(ENTITIES);
        (0..10).for_each(|_| ways::graph(&mut world, &executor).unwrap());
        assert!(world.is_same(&expected), "{threads} threads");
        assert_eq!(recorder.recording().unwrap().tasks().len(), 12);
    }
}

/// The world is worth a comparison: everything in it moves.
#[test]
fn every_part_of_the_world_changes() {
    let before = World::new(2000);
    let mut world = before.clone();
    let mut respawned = 0;
    for _ in 0..600 {
        let health = world.health.clone();
        ways::plain(&mut world);
        respawned += health.iter().zip(&world.health).filter(|&(before, after)| after - before > 0.5).count();
    }
    let moved = world.pos.iter().zip(&before.pos).filter(|(now, before)| now != before).count();
    assert!(moved > 1900 && respawned > 10, "{moved} have moved, {respawned} are new");
    assert!(world.pos.iter().all(|&Vec2 { x, y }| x.abs() <= 1.0 && y.abs() <= 1.0));
    assert!(world.sprites.iter().zip(&before.sprites).all(|(now, before)| now != before));
    assert!(world.heat != before.heat && world.health != before.health && world.camera != before.camera);
}

#[test]
fn a_frame_has_two_branches() {
    const TABLE: &Table = Frame::TABLE;
    let names = |name: &str| -> Vec<String> {
        let task = TABLE.find(name).unwrap();
        task.dependencies().map(|before| before.name().to_string()).collect()
    };
    assert_eq!(names("push"), ["count", "pull"]);
    assert_eq!(names("walk"), ["accelerate", "warm"]);
    assert_eq!((TABLE.len(), TABLE.depth()), (12, 7));
    let plan = TABLE.plan(2);
    assert_eq!(plan.makespan() as u32, 7, "two workers have something to do nearly always");
}

#[test]
fn the_middle_value_is_found() {
    assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
}
