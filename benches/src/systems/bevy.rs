//! The schedule of bevy_ecs. Systems pass results through the world's shared state only, and not
//! along edges, so it takes part where tasks pass none.

use bench_graphs::bodies::unit;
use bench_graphs::shapes::Shape;
use bevy_ecs::prelude::{IntoScheduleConfigs, Schedule, SystemSet, World};
use bevy_ecs::schedule::{MultiThreadedExecutor, SingleThreadedExecutor};
use bevy_tasks::{ComputeTaskPool, TaskPoolBuilder};

use super::{Contenders, Place};
use crate::measure::{Contender, build, timed};

/// The name in tables.
pub(crate) const NAME: &str = "bevy_ecs schedule";

/// Starts the pool that all schedules share.
pub(crate) fn start(threads: usize) {
    ComputeTaskPool::get_or_init(|| TaskPoolBuilder::new().num_threads(threads).build());
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, SystemSet)]
struct Task(u32);

fn make(shape: &Shape) -> Schedule {
    let mut schedule = Schedule::default();
    for (task, dependencies) in (0..).zip(&shape.dependencies) {
        let mut system = (move || unit(task)).in_set(Task(task));
        for &dependency in dependencies {
            system = system.after(Task(dependency));
        }
        schedule.add_systems(system);
    }
    schedule
}

/// The shape on one thread and on two. The calling thread only waits.
pub(crate) fn add(shape: &Shape, into: &mut Contenders) {
    for threads in [1, 2] {
        let ((mut world, mut schedule), built) = build(|| {
            let (mut world, mut schedule) = (World::new(), make(shape));
            if threads == 1 {
                schedule.set_executor(SingleThreadedExecutor::new());
            } else {
                schedule.set_executor(MultiThreadedExecutor::new());
            }
            schedule.initialize(&mut world).expect("the systems fit together");
            (world, schedule)
        });
        let run = timed(move |times| (0..times).for_each(|_| schedule.run(&mut world)));
        into.push(Contender::new((NAME, Place::Inside(threads)), run).built(built));
    }
}
