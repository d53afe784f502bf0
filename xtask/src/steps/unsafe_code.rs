//! Where `unsafe` may stand. That each use has a comment with the rule it relies on, clippy looks after.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::shell::Workspace;

/// The folders and files of `dag-runtime/src` that may contain `unsafe`: all rules of slots are in `slot/`; an executor's
/// right to a slot, the calls of MPI and of the C library, what tables need in constants, and
/// what a table needs that owns its columns are in the others; a table names the type of a function. ARCHITECTURE.md says so.
const ALLOWED: [&str; 20] = [
    "slot/",
    "executor/each.rs",
    "executor/mpi/protocol/transport.rs",
    "executor/mpi/rank/execution.rs",
    "executor/mpi/rank/outputs.rs",
    "executor/mpi/rank/send.rs",
    "executor/mpi/rank/task_elements.rs",
    "executor/mpi/rank/tests/",
    "executor/mpi/wire/",
    "executor/outcome.rs",
    "executor/rayon/each_task.rs",
    "executor/rayon/nesting/distances.rs",
    "executor/rayon/nesting/entry.rs",
    "executor/rayon/pool_worker.rs",
    "executor/serial.rs",
    "executor/serial/observed.rs",
    "table/mutable.rs",
    "table/owned.rs",
    "table/line.rs",
    "table/slices.rs",
];

/// Fails where `unsafe` is anywhere else, and where a file that may contain it does not.
pub(super) fn check(workspace: &Workspace) -> Result<()> {
    let root = workspace.path("dag-runtime/src");
    let (mut stray, mut used) = (Vec::new(), [false; ALLOWED.len()]);
    each_file(&root, &mut |path| {
        let text = fs::read_to_string(path)?;
        if text.lines().any(is_unsafe) {
            let name = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
            match ALLOWED.iter().position(|allowed| name.starts_with(allowed)) {
                Some(position) => used[position] = true,
                None => stray.push(name),
            }
        }
        Ok(())
    })?;
    if !stray.is_empty() {
        return Err(format!(
            "`unsafe` stands outside of the files that may contain it: {}",
            stray.join(", ")
        )
        .into());
    }
    if let Some(unused) = used.iter().position(|used| !used) {
        return Err(
            format!("`{}` contains no `unsafe` any more: take it off the list", ALLOWED[unused]).into()
        );
    }
    let macros = fs::read_to_string(workspace.path("dag-macros/src/lib.rs"))?;
    if !macros.contains("#![forbid(unsafe_code)]") {
        return Err("`dag-macros` does not forbid `unsafe`".into());
    }
    Ok(())
}

/// Whether a line of code has the keyword.
fn is_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe")
}

fn each_file(folder: &Path, body: &mut dyn FnMut(&Path) -> Result<()>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            each_file(&path, body)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            body(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keyword_is_seen_in_code_alone() {
        assert!(is_unsafe("    let x = unsafe { *p };") && is_unsafe("unsafe impl Sync for X {}"));
        assert!(!is_unsafe("// an unsafe block") && !is_unsafe("#[allow(unsafe_code)]"));
    }

    #[test]
    fn it_stands_where_it_may() {
        check(&Workspace::new()).unwrap();
    }
}
