//! The steps of `cargo xtask test`, in the order in which they run: the quick ones first.

mod debian;
mod docs;
mod examples;
mod fuzz;
mod layers;
mod lint;
mod memory;
mod mpi;
mod msrv;
mod no_std;
mod packages;
mod release;
mod sanitize;
mod test;
mod unsafe_code;

pub(crate) use fuzz::{fuzz, mistakes};

use crate::Result;
use crate::shell::Workspace;

/// Something that has to pass.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn(&Workspace) -> Result<Verdict>,
}

/// What a step without an error says.
pub(crate) enum Verdict {
    Passed,
    /// It could not run here, for this reason.
    Skipped(String),
}

/// The steps.
pub(crate) const STEPS: &[Step] = &[
    Step { name: "fmt", about: "the format of all sources", run: lint::fmt },
    Step { name: "layers", about: "which module uses which, without circles", run: layers::run },
    Step {
        name: "clippy",
        about: "lints, with each set of features, and where `unsafe` stands",
        run: lint::clippy,
    },
    Step {
        name: "test",
        about: "tests of the workspace, of diagnostics and of documentation",
        run: test::workspace,
    },
    Step { name: "fuzz", about: "the macros on mutations of all programs, for 20 s", run: fuzz::run },
    Step { name: "features", about: "tests of dag-runtime with each set of features", run: test::features },
    Step {
        name: "docs",
        about: "the documentation, without warnings, also as docs.rs builds it",
        run: docs::run,
    },
    Step { name: "no-std", about: "a program without std, built and run", run: no_std::run },
    Step { name: "msrv", about: "graphs with the oldest and the newest Rust", run: msrv::run },
    Step { name: "loom", about: "models of what threads share, in all interleavings", run: test::loom },
    Step {
        name: "transfers",
        about: "transfers of cache lines, with up to 128 virtual threads",
        run: test::transfers,
    },
    Step { name: "memory", about: "slots, executors and tables under valgrind", run: memory::run },
    Step { name: "asan", about: "slots and executors under AddressSanitizer", run: sanitize::address },
    Step { name: "tsan", about: "the same under ThreadSanitizer", run: sanitize::thread },
    Step { name: "mpi", about: "jobs of several processes, with Open MPI", run: mpi::open_mpi },
    Step { name: "mpich", about: "the same with MPICH", run: mpi::mpich },
    Step { name: "examples", about: "what the examples print", run: examples::run },
    Step { name: "package", about: "the packages, built from what is in them", run: release::package },
    Step { name: "policy", about: "licences and advisories of dependencies", run: release::policy },
];

/// The sets of features of dag-runtime that are tested beside the default one. All features are
/// additive, so each one alone is enough; `cli` brings all that need no other program.
const FEATURE_SETS: [&str; 6] = ["", "std", "rayon", "store", "rayon,cli,tracing", "rayon,cli,store,tracing"];
