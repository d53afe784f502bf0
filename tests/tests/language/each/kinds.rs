//! Which outputs have elements, and the kinds of elements.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use dag_runtime::{Serial, dag, task};
use dag_tests::Everywhere;

#[task]
pub(super) fn array() -> [u8; 3] {
    [1, 2, 3]
}

#[task]
fn boxed() -> Box<[String]> {
    ["a", "bc"].map(String::from).into()
}

#[task]
fn shared() -> Arc<[u16]> {
    [4, 5, 6].into()
}

#[task]
fn shared_vec() -> Arc<Vec<f64>> {
    Arc::new(vec![0.5, 1.5])
}

#[task]
fn paths() -> Vec<PathBuf> {
    ["x/y", "z"].map(PathBuf::from).into()
}

#[task]
fn lists() -> Vec<Vec<f64>> {
    vec![vec![1.0, 2.0], vec![], vec![3.0]]
}

#[task(depends = [array], each = array)]
fn of_array(array: &u8) -> u8 {
    array + 1
}

#[task(depends = [array], each = array)]
fn of_array_by_value(array: u8) -> u8 {
    array + 1
}

#[task(depends = [boxed], each = boxed)]
fn of_boxed(boxed: &str) -> usize {
    boxed.len()
}

#[task(depends = [shared], each = shared)]
fn of_shared(shared: u16) -> u16 {
    shared
}

#[task(depends = [shared_vec], each = shared_vec)]
fn of_shared_vec(shared_vec: &f64) -> f64 {
    2.0 * shared_vec
}

#[task(depends = [paths], each = paths)]
fn of_paths(paths: &Path) -> Option<String> {
    Some(paths.file_name()?.to_str()?.to_owned())
}

#[task(depends = [lists], each = lists)]
fn of_lists(lists: &[f64]) -> f64 {
    lists.iter().sum()
}

#[task(depends = [array], each = array)]
fn of_objects(array: &dyn Display) -> String {
    array.to_string()
}

dag! {
    graph Sources -> (
        of_array, of_array_by_value, of_boxed, of_shared, of_shared_vec, of_paths, of_lists, of_objects
    ) {
        array, boxed, shared, shared_vec, paths, lists,
        of_array, of_array_by_value, of_boxed, of_shared, of_shared_vec, of_paths, of_lists, of_objects,
    }
}

#[test]
fn whatever_gives_a_slice_gives_elements() {
    let found = Everywhere::new().agree(|executor| Sources.run(executor).unwrap());
    let names = vec![Some("y".to_owned()), Some("z".to_owned())];
    let texts = ["1", "2", "3"].map(String::from).to_vec();
    let expected = (
        vec![2, 3, 4],
        vec![2, 3, 4],
        vec![1, 2],
        vec![4, 5, 6],
        vec![1.0, 3.0],
        names,
        vec![3.0, 0.0, 3.0],
        texts,
    );
    assert_eq!(found, expected);
}

trait Name: Send + Sync {
    fn name(&self) -> u8;
}

impl Name for u8 {
    fn name(&self) -> u8 {
        *self
    }
}

#[task]
fn values() -> [Box<u8>; 2] {
    [Box::new(1), Box::new(2)]
}

#[task]
fn statics() -> [&'static u8; 2] {
    [&3, &4]
}

#[task(depends = [values], each = values)]
fn of_moved_object(values: Box<dyn Name>) -> u8 {
    values.name()
}

#[task(depends = [statics], each = statics)]
fn of_copied_object(statics: &'static dyn Name) -> u8 {
    statics.name()
}

dag! { graph Objects -> (statics, of_moved_object, of_copied_object) { values, statics, of_moved_object, of_copied_object } }

#[test]
fn elements_become_trait_objects() {
    let found = Everywhere::new().agree(|executor| Objects.run(executor).unwrap());
    assert_eq!(found, ([&3, &4], vec![1, 2], vec![3, 4]));
}

#[task]
fn units() -> Vec<()> {
    vec![(); 100]
}

#[task(depends = [units], each = units)]
fn nothing(_x: &u8, #[from(units)] unit: ()) {
    unit
}

#[task(depends = [units], each = units)]
fn something(units: &()) -> Result<u8, String> {
    let () = units;
    Ok(1)
}

dag! {
    graph Units<'a>(x: &'a u8) -> (nothing, something) { units, nothing(x), something }
}

#[test]
fn elements_and_outputs_without_a_size() {
    let found = Everywhere::new().agree(|executor| Units { x: &0 }.run(executor).unwrap());
    assert_eq!(found, (vec![(); 100], vec![1; 100]));
}

#[task]
fn not_sync() -> Vec<Rc<u32>> {
    vec![Rc::new(1), Rc::new(2)]
}

#[task(depends = [not_sync], each = not_sync)]
fn counted(not_sync: Rc<u32>) -> Rc<u32> {
    not_sync
}

dag! { graph Local -> counted { not_sync, counted } }

#[test]
fn outputs_of_one_thread() {
    assert_eq!(Local.run(&Serial).unwrap(), [Rc::new(1), Rc::new(2)]);
    assert_eq!(Local.run(&Serial.keep_going()).unwrap(), [Rc::new(1), Rc::new(2)]);
}
