//! The command `store gc`.

use std::io::Write;

use super::list::count;
use super::options::GcOptions;
use super::print_warnings;
use crate::cli::byte_size::ByteSize;
use crate::cli::exit::Failed;
use crate::store::Gc;

pub(super) fn gc(options: &GcOptions, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failed> {
    let store = options.folder.existing()?;
    let gc = options.older.map_or_else(Gc::new, |age| Gc::new().older_than(age));
    let gc = match options.larger {
        Some(bytes) => gc.larger_than(bytes),
        None => gc,
    };
    let collected = store.gc(&gc);
    print_warnings(err, &store);
    let collected = collected?;
    let (removed, left) = (count(collected.entries, "output"), count(collected.left, "output"));
    write!(out, "{removed} removed, {} freed, {left} left", ByteSize(collected.bytes))?;
    match collected.in_use {
        0 => writeln!(out)?,
        in_use => writeln!(out, ", of which {in_use} should go and are in use")?,
    }
    if options.older.is_none() && options.larger.is_none() {
        writeln!(err, "outputs are removed with a limit: --older 30d, --larger 10G, or both")?;
    }
    Ok(())
}
