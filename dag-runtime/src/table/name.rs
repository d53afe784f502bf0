//! Names of tasks.

use alloc::string::String;
use core::fmt::{self, Write as _};

use crate::table::Place;

/// The name of a task, composed when it is displayed: `load`, or `cell[3, 7]` for a member of a family.
///
/// ```
/// use dag_runtime::{dag, task};
///
/// #[task]
/// fn load() -> f64 { 1.5 }
///
/// dag! { graph Stats { load } }
///
/// let name = Stats::TABLE.task(0).unwrap().name();
/// assert_eq!(name, "load");
/// assert_eq!(format!("{name:>6}"), "  load");
/// ```
#[derive(Clone, Copy)]
pub struct Name<'table> {
    place: Place<'table>,
}

impl<'table> Name<'table> {
    pub(super) const fn new(place: Place<'table>) -> Self {
        Name { place }
    }

    fn write(self, to: &mut dyn fmt::Write) -> fmt::Result {
        let Place { line, position } = self.place;
        to.write_str(line.name)?;
        let Some(shape) = line.shape else { return Ok(()) };
        for (k, index) in shape.member(position).iter().enumerate() {
            write!(to, "{}{index}", if k == 0 { "[" } else { ", " })?;
        }
        to.write_str("]")
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.line.shape.is_none() {
            f.pad(self.place.line.name)
        } else if f.width().is_none() && f.precision().is_none() {
            self.write(f)
        } else {
            let mut text = String::new();
            self.write(&mut text)?;
            f.pad(&text)
        }
    }
}

impl fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        self.write(f)?;
        f.write_char('"')
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        let indices = |name: &Self| name.place.line.shape.map(|shape| shape.member(name.place.position));
        self.place.line.name == other.place.line.name && indices(self) == indices(other)
    }
}

impl Eq for Name<'_> {}

impl PartialEq<str> for Name<'_> {
    fn eq(&self, other: &str) -> bool {
        /// The rest of the text after what was written.
        struct Rest<'a>(&'a str);
        impl fmt::Write for Rest<'_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
                Ok(())
            }
        }
        let mut rest = Rest(other);
        self.write(&mut rest).is_ok() && rest.0.is_empty()
    }
}

impl PartialEq<&str> for Name<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}
