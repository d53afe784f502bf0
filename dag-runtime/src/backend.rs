//! The kinds of executors.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use core::error::Error;
use core::fmt;
use core::str::FromStr;

/// The kind of executor that runs the tasks.
///
/// It is printed and parsed by its name:
///
/// ```
/// use dag_runtime::Backend;
///
/// assert_eq!("rayon".parse(), Ok(Backend::Rayon));
/// assert_eq!(Backend::Rayon.to_string(), "rayon");
///
/// let error = "omp".parse::<Backend>().unwrap_err();
/// assert!(error.to_string().starts_with("`omp` is not known: the backends are `serial`"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// The calling thread: [`Serial`](struct@crate::Serial). Called `serial`.
    Serial,
    /// A rayon pool: `Rayon`, with the feature `rayon`. Called `rayon`.
    Rayon,
    /// The ranks of an MPI job: `Mpi`, with the feature `mpi`. Called `mpi`.
    Mpi,
}

impl Backend {
    /// All backends, compiled in or not.
    pub(crate) const ALL: [Backend; 3] = [Backend::Serial, Backend::Rayon, Backend::Mpi];

    /// The names of all backends, with the features that they need, for messages.
    pub(crate) const NAMES: &'static str = if cfg!(feature = "mpi") {
        "`serial`, `rayon` and `mpi`"
    } else if cfg!(feature = "rayon") {
        "`serial`, `rayon` and, with the feature `mpi` of dag-runtime, `mpi`"
    } else {
        "`serial` and, with the features of these names of dag-runtime, `rayon` and `mpi`"
    };

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Backend::Serial => "serial",
            Backend::Rayon => "rayon",
            Backend::Mpi => "mpi",
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Parses the name of a backend, whether it is compiled in or not.
impl FromStr for Backend {
    type Err = UnknownBackend;

    fn from_str(name: &str) -> Result<Self, UnknownBackend> {
        let found = Backend::ALL.into_iter().find(|backend| backend.name() == name);
        found.ok_or_else(|| UnknownBackend { name: name.to_owned() })
    }
}

/// A text that is not the name of a [`Backend`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownBackend {
    name: String,
}

impl UnknownBackend {
    /// The text.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for UnknownBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not known: the backends are {}", self.name, Backend::NAMES)
    }
}

impl Error for UnknownBackend {}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;

    #[test]
    fn names_are_parsed_as_they_are_printed() {
        for backend in Backend::ALL {
            assert_eq!(backend.to_string().parse(), Ok(backend));
        }
        for name in ["", "Serial", " mpi", "omp"] {
            let error = name.parse::<Backend>().unwrap_err();
            assert_eq!(error.name(), name);
            for backend in Backend::ALL {
                assert!(error.to_string().contains(backend.name()), "{error}");
            }
        }
    }
}
