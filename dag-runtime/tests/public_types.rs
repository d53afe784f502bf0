//! All public types can be named, printed for debugging, and used by several threads.

use core::fmt::Debug;
use core::time::Duration;

use dag_runtime::{
    Backend, Dot, Error, Executor, Failure, Failures, Family, Gantt, Graph, Member, Mermaid, Monitor, Name,
    Observed, Observer, Plan, PlannedTask, Planner, RunEvent, RunId, RunSummary, RunningTask, Serial,
    SharedTable, Skipped, Stop, StopReason, Table, TaskEvent, TaskRef, TaskState, Tasks, UnknownBackend,
    UnknownTask, Unobserved, dag, task,
};

fn is<T: Debug + Send + Sync>() {}

#[test]
fn all_types() {
    // With `mpi` it may hold an `Mpi`, which belongs to its thread.
    #[cfg(not(feature = "mpi"))]
    is::<dag_runtime::Auto>();
    #[cfg(not(feature = "mpi"))]
    is::<dag_runtime::Auto<Observed>>();
    is::<Backend>();
    is::<Dot<'_>>();
    is::<Error>();
    is::<Failure>();
    is::<Failures<'_>>();
    is::<Family<'_>>();
    is::<Gantt<'_>>();
    is::<Member>();
    is::<Mermaid<'_>>();
    is::<Name<'_>>();
    is::<Observed>();
    is::<Plan<'_>>();
    is::<PlannedTask<'_>>();
    is::<Planner<'_>>();
    is::<RunEvent<'_>>();
    is::<RunId>();
    is::<RunSummary<'_>>();
    is::<RunningTask>();
    is::<Serial>();
    is::<SharedTable>();
    is::<Skipped<'_>>();
    is::<Stop>();
    is::<StopReason<'_>>();
    #[cfg(feature = "std")]
    is::<dag_runtime::Watchdog>();
    is::<Table>();
    is::<TaskEvent<'_>>();
    is::<TaskRef<'_>>();
    is::<TaskState>();
    is::<Tasks<'_>>();
    is::<UnknownBackend>();
    is::<UnknownTask>();
    is::<Unobserved>();
}

#[cfg(feature = "std")]
#[test]
fn types_with_std() {
    use dag_runtime::{
        Costs, CostsIter, GanttSvg, LineReport, Message, Recorder, Recording, Report, TaskRun, WorkerReport,
    };
    is::<Costs>();
    is::<CostsIter<'_>>();
    is::<GanttSvg<'_>>();
    is::<LineReport>();
    is::<Message<'_>>();
    is::<Recorder>();
    is::<Recording>();
    is::<Report>();
    is::<TaskRun<'_>>();
    is::<WorkerReport>();
}

#[cfg(feature = "rayon")]
#[test]
fn types_with_rayon() {
    is::<dag_runtime::Rayon>();
    is::<dag_runtime::RayonBuilder>();
}

/// An `Mpi` belongs to the thread that has started MPI.
#[cfg(feature = "mpi")]
#[test]
fn types_with_mpi() {
    fn is_printed<T: Debug>() {}
    is_printed::<dag_runtime::Mpi>();
    is::<dag_runtime::mpi::Results>();
    is::<dag_runtime::mpi::Schedule>();
}

#[cfg(feature = "json")]
#[test]
fn types_with_json() {
    is::<dag_runtime::ChromeTrace<'_>>();
}

#[cfg(feature = "svg")]
#[test]
fn types_with_svg() {
    is::<dag_runtime::Svg<'_>>();
}

#[cfg(feature = "progress")]
#[test]
fn types_with_progress() {
    is::<dag_runtime::Progress>();
}

#[cfg(feature = "tracing")]
#[test]
fn types_with_tracing() {
    is::<dag_runtime::Tracing>();
}

#[cfg(feature = "cli")]
#[test]
fn types_with_cli() {
    #[cfg(not(feature = "mpi"))]
    is::<dag_runtime::cli::CliExecutor>();
}

#[task]
fn answer() -> u32 {
    42
}

dag! {
    graph Ask -> answer { answer }
}

#[test]
fn traits_are_objects_where_they_can_be() {
    let observer: &dyn Observer = &();
    assert!(!observer.is_enabled());
    let monitor: &dyn Monitor = &Unobserved::default();
    assert!(!monitor.may_stop() && monitor.stop_reason(&|| Duration::ZERO).is_none());
    let executor: &dyn Executor<Ask> = &Serial.observe(observer);
    assert_eq!(Graph::run(Ask, executor).unwrap(), 42);
}
