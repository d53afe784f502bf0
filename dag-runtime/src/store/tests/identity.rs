//! Folders are told apart.

use std::fs;
use std::thread;

use super::folder;
use crate::store::Store;

#[test]
fn a_folder_has_one_id_whoever_makes_it() {
    let [folder, other] = [(); 2].map(|()| folder());
    let ids = thread::scope(|scope| {
        let make = || Store::open(folder.path()).unwrap().make_identity().unwrap();
        [(); 8].map(|()| scope.spawn(make)).map(|thread| thread.join().unwrap())
    });
    assert!(ids.iter().all(|&id| id == ids[0]), "{ids:?}");
    let [store, other] = [&folder, &other].map(|folder| Store::open(folder.path()).unwrap());
    assert!(store.has_identity(ids[0]));
    assert!(!other.has_identity(ids[0]), "it has none");
    let other_id = other.make_identity().unwrap();
    assert!(other_id != ids[0] && !other.has_identity(ids[0]) && other.has_identity(other_id));
    // Nothing else is left in the folder.
    let is_part = |name: &str| name.ends_with(".part");
    let names =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| !is_part(&name)));
}

#[test]
fn an_id_that_is_damaged_is_a_warning() {
    let folder = folder();
    let store = Store::open(folder.path()).unwrap();
    fs::write(folder.path().join("dag-store-id"), "none").unwrap();
    assert_eq!(store.make_identity(), None);
    assert!(store.warnings()[0].contains("its id cannot be read or written"), "{:?}", store.warnings());
}
