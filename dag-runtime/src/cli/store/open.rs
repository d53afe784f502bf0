//! Which store a command is about.

use alloc::format;
use std::env;
use std::path::PathBuf;

use super::options::{Folder, StoreOptions};
use crate::cli::exit::{Failed, Usage};
use crate::error::Error;
use crate::store::Store;

/// The environment variable that names a store.
const VARIABLE: &str = "DAG_STORE";

/// The folder in the options, or in the environment.
fn folder(given: Option<&PathBuf>) -> Option<PathBuf> {
    let variable = || env::var_os(VARIABLE).filter(|value| !value.is_empty());
    given.cloned().or_else(|| Some(variable()?.into()))
}

fn needed(given: Option<&PathBuf>) -> Result<PathBuf, Failed> {
    folder(given).ok_or_else(|| Usage(format!("which store? Add `--store DIR`, or set {VARIABLE}")).into())
}

impl StoreOptions {
    /// Opens the store of a run, if it has one.
    pub(in crate::cli) fn open(&self) -> Result<Option<Store>, Failed> {
        let Some(folder) = folder(self.store.as_ref()) else {
            let option = match self {
                StoreOptions { store_version: Some(_), .. } => "--store-version",
                StoreOptions { strict_store: true, .. } => "--strict-store",
                _ => return Ok(None),
            };
            return Err(
                Usage(format!("`{option}` is for a store: add `--store DIR`, or set {VARIABLE}")).into()
            );
        };
        Ok(Some(self.configure(Store::open(folder)?)))
    }

    /// Opens the store to look at it: what is not there is not made.
    pub(super) fn look(&self) -> Result<Store, Failed> {
        Ok(self.configure(Store::look(needed(self.store.as_ref())?)?))
    }

    /// Opens the store, which has to be there.
    pub(super) fn existing(&self) -> Result<Store, Failed> {
        Ok(self.configure(existing(needed(self.store.as_ref())?)?))
    }

    fn configure(&self, store: Store) -> Store {
        let store = match &self.store_version {
            Some(version) => store.version(version),
            None => store,
        };
        if self.strict_store { store.strict() } else { store }
    }
}

impl Folder {
    /// Opens the store, which has to be there.
    pub(super) fn existing(&self) -> Result<Store, Failed> {
        Ok(existing(needed(self.store.as_ref())?)?)
    }
}

fn existing(folder: PathBuf) -> Result<Store, Error> {
    let store = Store::look(&folder)?;
    if store.is_there() {
        return Ok(store);
    }
    Err(Error::setup(format!("there is no store in `{}`", folder.display()), None))
}
