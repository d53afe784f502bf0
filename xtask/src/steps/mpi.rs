//! Jobs of several processes. The package with their programs is no member of the workspace: it needs an
//! MPI library to build.

use super::examples::{expect_equal, without_times};
use super::{Verdict, packages};
use crate::Result;
use crate::shell::{Cmd, Workspace};

/// An MPI library.
struct Library {
    name: &'static str,
    /// Its compiler and its launcher, by the names that Debian gives them where there are several libraries,
    /// and by the usual ones.
    programs: [(&'static str, &'static str); 2],
    /// What the first line of its launcher's version says.
    version: &'static str,
    /// Debian's packages, with those that every MPI needs.
    packages: &'static str,
}

const OPEN_MPI: Library = Library {
    name: "Open MPI",
    programs: [("mpicc.openmpi", "mpiexec.openmpi"), ("mpicc", "mpiexec")],
    version: "(OpenRTE)",
    packages: "gcc libc6-dev libclang-dev libopenmpi-dev openmpi-bin",
};

const MPICH: Library = Library {
    name: "MPICH",
    programs: [("mpicc.mpich", "mpiexec.mpich"), ("mpicc", "mpiexec")],
    version: "HYDRA",
    packages: "gcc libc6-dev libclang-dev libmpich-dev mpich",
};

/// All jobs, some at a time: most of their time they start, end or wait.
const JOBS: &str = "test --manifest-path tests/mpi/Cargo.toml --test jobs -- --test-threads 4";

/// A program and its launcher have to belong together.
struct Programs {
    compiler: &'static str,
    launcher: &'static str,
}

pub(super) fn open_mpi(workspace: &Workspace) -> Result<Verdict> {
    let Some(programs) = find(workspace, &OPEN_MPI)? else { return Ok(missing(&OPEN_MPI)) };
    // For a test on two hosts, which says so where it cannot have them.
    if !workspace.command("ip", "ip").arg("-Version").succeeds() {
        packages::install(workspace, "iproute2")?;
    }
    let cargo = |arguments| with(workspace.cargo(arguments), &programs, workspace, "mpi");
    cargo("clippy --package dag-runtime --all-targets --features mpi -- -D warnings").run()?;
    cargo("clippy --package dag-runtime --all-targets --features mpi,store -- -D warnings").run()?;
    cargo("test --package dag-runtime --lib --features mpi,store -- --skip store::tests").run()?;
    cargo("test --package dag-runtime --lib --features mpi,store -- store::tests::identity").run()?;
    cargo("test --package dag-runtime --doc --features mpi,cli -- mpi is_elsewhere").run()?;
    let lints = "fmt --check --manifest-path tests/mpi/Cargo.toml";
    workspace.cargo(lints).run()?;
    cargo("clippy --manifest-path tests/mpi/Cargo.toml --all-targets -- -D warnings").run()?;
    cargo("test --manifest-path tests/mpi/Cargo.toml --test diagnostics --test hosts").run()?;
    cargo(JOBS).run()?;
    // Once more with sends that wait for their receives, as the standard allows.
    cargo(JOBS).env("DAG_SYNCHRONOUS", "1").env("DAG_RANKS", "4").run()?;
    cargo("clippy --package dag-examples --all-targets --features mpi -- -D warnings").run()?;
    cargo("build --package dag-examples --features mpi --examples").run()?;
    examples(workspace, &programs)?;
    Ok(Verdict::Passed)
}

/// The compiler of an MPI library that packages can be built with, if there is one.
pub(super) fn compiler(workspace: &Workspace) -> Result<Option<&'static str>> {
    Ok(find(workspace, &OPEN_MPI)?.map(|programs| programs.compiler))
}

/// Examples print on two ranks what they print on the calling thread, but for times.
fn examples(workspace: &Workspace, programs: &Programs) -> Result<()> {
    for (name, sizes, stable) in [
        ("heat", "", str::to_owned as fn(&str) -> String),
        ("heat", "--steps 30 --cells 7", str::to_owned),
        ("sweep", "", str::to_owned),
        ("cholesky", "", without_times),
        ("cholesky", "--tiles 5 --rows 9", without_times),
        ("weather", "", str::to_owned),
    ] {
        let program = workspace.target("mpi").join("debug/examples").join(name);
        let serial = workspace.command(&program, name).args("--backend serial").args(sizes).read()?;
        if serial.is_empty() {
            return Err(format!("{name} prints nothing").into());
        }
        let job = workspace.command(programs.launcher, programs.launcher).args("-n 2").arg(&program);
        let job = OF_A_JOB.iter().fold(job, |job, (key, value)| job.env(key, value));
        let job = job.args("--backend mpi").args(sizes).read()?;
        expect_equal(&format!("{name} on MPI"), &stable(&job), &stable(&serial))?;
    }
    Ok(())
}

/// What Open MPI wants to be told as root, and where there are more ranks than cores.
const OF_A_JOB: [(&str, &str); 5] = [
    ("OMPI_ALLOW_RUN_AS_ROOT", "1"),
    ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
    ("OMPI_MCA_rmaps_base_oversubscribe", "1"),
    ("OMPI_MCA_hwloc_base_binding_policy", "none"),
    ("OMPI_MCA_mpi_yield_when_idle", "1"),
];

pub(super) fn mpich(workspace: &Workspace) -> Result<Verdict> {
    let Some(programs) = find(workspace, &MPICH)? else { return Ok(missing(&MPICH)) };
    with(workspace.cargo(JOBS), &programs, workspace, "mpich").env("DAG_RANKS", "3").run()?;
    Ok(Verdict::Passed)
}

/// A command that builds with a library and starts jobs with its launcher, in a folder of its own.
fn with(command: Cmd, programs: &Programs, workspace: &Workspace, target: &str) -> Cmd {
    command
        .env("MPICC", programs.compiler)
        .env("DAG_MPIEXEC", programs.launcher)
        .env("CARGO_TARGET_DIR", workspace.target(target))
}

/// The programs of a library, installed where that is possible.
fn find(workspace: &Workspace, library: &Library) -> Result<Option<Programs>> {
    if let Some(programs) = programs(workspace, library) {
        return Ok(Some(programs));
    }
    packages::install(workspace, library.packages)?;
    Ok(programs(workspace, library))
}

fn programs(workspace: &Workspace, library: &Library) -> Option<Programs> {
    let programs = library.programs.iter().find(|(compiler, launcher)| {
        workspace.command(compiler, compiler).arg("--version").succeeds()
            && workspace.command(launcher, launcher).arg("--version").quiet().is_some_and(|version| {
                version.lines().next().is_some_and(|line| line.contains(library.version))
            })
    });
    programs.map(|&(compiler, launcher)| Programs { compiler, launcher })
}

fn missing(library: &Library) -> Verdict {
    Verdict::Skipped(format!(
        "{} is missing: on Debian and Ubuntu `apt-get install {}`",
        library.name, library.packages
    ))
}
