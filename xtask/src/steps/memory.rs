//! The tests of slots, executors and tables that are made at run time under valgrind, which sees what tests do not: reads of freed
//! or unwritten memory, values dropped twice, values never dropped.

use super::{Verdict, packages, test};
use crate::Result;
use crate::shell::Workspace;

/// The threads of a pool may still be there at the end, with what they hold: only memory that
/// nothing points to counts as a leak.
const RUNNER: &str = "target.'cfg(all())'.runner = ['valgrind', '--quiet', '--error-exitcode=1', \
    '--leak-check=full', '--show-leak-kinds=definite', '--errors-for-leak-kinds=definite']";

pub(super) fn run(workspace: &Workspace) -> Result<Verdict> {
    install(workspace)?;
    test::some_pass(workspace.cargo("test --package dag-tests --test memory --config").arg(RUNNER))?;
    let sizes = workspace.cargo("test --package dag-tests --test sizes --config").arg(RUNNER);
    test::some_pass(sizes.args("-- drops:: partial::a_failure random:: runs::inside"))?;
    let when = workspace.cargo("test --package dag-tests --test when --config").arg(RUNNER);
    test::some_pass(when.args("-- conditions:: drops:: each:: parameters:: --skip many_elements"))?;
    test::some_pass(workspace.cargo("test --package dag-tests --test state --config").arg(RUNNER))?;
    let tables = workspace.cargo("test --package dag-runtime --lib made_at_run_time --config");
    test::some_pass(tables.arg(RUNNER))?;
    // Without debug assertions, slots keep no flags where nothing is dropped, and may begin with any bytes.
    // The build takes longer than the tests, so it optimises little.
    let release = workspace.cargo("test --release --config profile.release.opt-level=1 --package dag-tests");
    test::some_pass(release.args("--test memory --test runs --config").arg(RUNNER))
}

/// Valgrind, installed where that is possible.
fn install(workspace: &Workspace) -> Result<()> {
    let is_there = || workspace.command("valgrind", "valgrind").arg("--version").succeeds();
    if is_there() || (packages::install(workspace, "valgrind")? && is_there()) {
        return Ok(());
    }
    Err("valgrind is missing: install the package `valgrind` (on Debian and Ubuntu by `apt-get install valgrind`)".into())
}
