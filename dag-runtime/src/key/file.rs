//! Files, which count by what is in them.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::format;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::content::{content_of, of_no_file};
use super::seen::{SeenFile, note};
use super::value::Key;
use super::writer::KeyWriter;
use crate::error::Error;
use crate::store::Digest;

/// A file, as an input or an output of tasks whose outputs are kept.
///
/// As a [`Key`] it counts by its content. Its path does not count: a file that was moved or copied is the same one.
///
/// ```no_run
/// use std::{fs, io};
///
/// use dag_runtime::{File, Serial, Store, dag, task};
///
/// #[task]
/// fn count(file: &File) -> io::Result<usize> { Ok(fs::read(file)?.len()) }
///
/// dag! { graph Count(file: File) -> count { count(&file) keep } }
///
/// # fn main() -> Result<(), dag_runtime::Error> {
/// let store = Store::open("cache")?;
/// let count = Count { file: File::open("data.csv")? }.run(&Serial.store(&store))?;
/// # let _ = count;
/// # Ok(())
/// # }
/// ```
///
/// A task may read or write the file by its [`path`](File::path) in any way. As an output, a `File` says that the task has
/// written the file; a kept output with a `File` in it is used only as long as the file still has the content that it had.
///
/// The content is hashed when the `File` is opened and again for each run. Within one process, a file is not read again as long as
/// its size, its time stamps and its inode are the same, and it was at least two seconds old when it was read: a younger one
/// may change without another time stamp. After a task has run, its files are compared again with what its key says. If one has
/// changed meanwhile, neither the output of the task nor what depends on it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    path: PathBuf,
    /// The hash of the content, when it was opened.
    content: Digest,
}

impl File {
    /// The file at this path, which is read once to know its content.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, or if it is a folder: what a folder lists can be the output of a task with
    /// `#[task(volatile)]`.
    pub fn open(path: impl AsRef<Path>) -> Result<File, Error> {
        let path = path.as_ref();
        let wrong = |reason: &str| Error::setup(format!("`{}` is no file: {reason}", path.display()), None);
        let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, error))?;
        if metadata.is_dir() {
            return Err(wrong(
                "it is a folder, and has no content of its own. List it in a task with `#[task(volatile)]`, which counts by its output, \
                 such as a `Vec<File>`",
            ));
        }
        if !metadata.is_file() {
            return Err(wrong("reading it again may give something else"));
        }
        let content = content_of(path).map_err(|error| unreadable(path, error))?;
        Ok(File { path: path.to_owned(), content })
    }

    fn seen(&self) -> SeenFile {
        SeenFile { path: self.path.clone(), content: Some(self.content) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::setup(format!("the file `{}` cannot be read", path.display()), Some(Box::new(error)))
}

impl AsRef<Path> for File {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl Key for File {
    fn key(&self, key: &mut KeyWriter) {
        key.raw(&[41]);
        let content = content_of(&self.path).ok();
        match content {
            Some(content) => key.raw(&content.0),
            // Nothing was kept for it: the task itself says what is wrong with it.
            None => key.raw(&of_no_file().0),
        }
        key.saw(SeenFile { path: self.path.clone(), content });
    }
}

/// As it is kept.
#[derive(Serialize, Deserialize)]
#[serde(rename = "File")]
struct Written<P> {
    path: P,
    content: Digest,
}

impl Serialize for File {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let _ = note(self.seen());
        Written { path: self.path(), content: self.content }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { path, content } = Written::<PathBuf>::deserialize(deserializer)?;
        let file = File { path, content };
        note(file.seen()).map_err(serde::de::Error::custom)?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests;
