use std::collections::HashMap;
use std::path::{Path, PathBuf};

use dag_runtime::{dag, task};

pub struct Client;

#[task]
fn read(path: &Path) -> u64 {
    path.as_os_str().len() as u64
}

#[task]
fn count(words: &HashMap<String, u32>, client: &Client) -> u64 {
    let _ = client;
    words.len() as u64
}

#[task]
fn fetch(#[key(skip)] client: &Client, url: &str) -> u64 {
    let _ = client;
    url.len() as u64
}

dag! {
    pub graph Wrong(path: PathBuf, words: HashMap<String, u32>, client: Client) -> (count, fetch) {
        read(&path),
        count(&words, &client) after [read] keep,
        fetch(&client, "a") keep,
    }
}

fn main() {}
