//! The files that a command reads and writes.

use alloc::format;
use core::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::exit::Failed;
use crate::costs::Costs;
use crate::table::Table;

/// Reads costs from a file, which must be of this graph.
pub(super) fn read_costs(table: &Table, path: &Path) -> Result<Costs, Failed> {
    let name = path.display();
    let costs = Costs::load(path).map_err(|error| format!("cannot read {name}: {error}"))?;
    if costs.graph() != table.graph() {
        return Err(format!("{name} has costs of graph `{}`, not `{}`", costs.graph(), table.graph()).into());
    }
    Ok(costs)
}

/// A file to write. Errors contain its name.
pub(super) struct OutputFile<'a> {
    path: &'a Path,
    file: File,
}

impl<'a> OutputFile<'a> {
    /// Creates or empties the file.
    pub(super) fn create(path: &'a Path) -> Result<Self, Failed> {
        OutputFile::with(File::options().truncate(true), path)
    }

    /// Opens the file, and keeps its content until the first write.
    pub(super) fn open(path: &'a Path) -> Result<Self, Failed> {
        OutputFile::with(File::options().truncate(false), path)
    }

    fn with(options: &mut OpenOptions, path: &'a Path) -> Result<Self, Failed> {
        let file = options.write(true).create(true).open(path);
        Ok(OutputFile { path, file: file.map_err(|error| can_not_write(path, &error))? })
    }

    /// Replaces the content.
    pub(super) fn write(self, text: impl fmt::Display) -> Result<(), Failed> {
        let write = || {
            if self.file.metadata()?.is_file() {
                self.file.set_len(0)?;
            }
            let mut file = io::BufWriter::new(&self.file);
            write!(file, "{text}")?;
            file.flush()
        };
        write().map_err(|error| can_not_write(self.path, &error))
    }
}

fn can_not_write(path: &Path, error: &io::Error) -> Failed {
    format!("cannot write {}: {error}", path.display()).into()
}
