//! Files in runs with a store.

use std::path::{Path, PathBuf};
use std::{fs, io};

use dag_runtime::{File, dag, task};

use crate::calls::Calls;
use crate::on::{Folder, everywhere};

/// Two files, and what is made of them.
mod content {
    use super::*;

    #[task]
    fn lines(file: &File, #[key(skip)] calls: &Calls) -> io::Result<u64> {
        calls.add("lines");
        Ok(fs::read_to_string(file)?.lines().count() as u64)
    }

    #[task(depends = [lines])]
    fn double(lines: u64, #[key(skip)] calls: &Calls) -> u64 {
        calls.add("double");
        lines * 2
    }

    dag! {
        graph Lines<'a>(file: File, calls: &'a Calls) -> double {
            lines(&file, calls),
            double(calls) keep,
        }
    }

    #[test]
    fn a_file_counts_by_its_content() {
        everywhere(|on, folder| {
            let (files, calls) = (Folder::new(), Calls::default());
            let path = files.path().join("a");
            let run = |path: &Path| {
                let file = File::open(path).unwrap();
                on.run(&folder.store(), Lines { file, calls: &calls }).unwrap()
            };
            fs::write(&path, "a\nb\n").unwrap();
            assert_eq!(run(&path), 4);
            assert_eq!(calls.take(), "double lines");
            assert_eq!(run(&path), 4);
            assert_eq!(calls.take(), "");
            fs::write(&path, "a\n\n\n").unwrap();
            assert_eq!(run(&path), 6);
            assert_eq!(calls.take(), "double lines");
            let moved = files.path().join("moved");
            fs::rename(&path, &moved).unwrap();
            assert_eq!(run(&moved), 6);
            fs::write(&path, "a\nb\n").unwrap();
            assert_eq!(run(&path), 4);
            assert_eq!(calls.take(), "");
        });
    }

    #[test]
    fn a_file_that_is_gone_fails_its_task() {
        everywhere(|on, folder| {
            let (files, calls) = (Folder::new(), Calls::default());
            let path = files.path().join("a");
            fs::write(&path, "a\nb\n").unwrap();
            let file = File::open(&path).unwrap();
            let run = || on.run(&folder.store(), Lines { file: file.clone(), calls: &calls });
            assert_eq!(run().unwrap(), 4);
            fs::remove_file(&path).unwrap();
            assert_eq!(run().unwrap_err().task(), Some("lines"));
        });
    }
}

/// A file that changes while a task reads it.
mod changes {
    use super::*;

    #[task]
    fn read(file: &File, #[key(skip)] calls: &Calls) -> io::Result<String> {
        calls.add("read");
        let text = fs::read_to_string(file)?;
        if text == "first" {
            fs::write(file, "other")?;
        }
        Ok(text)
    }

    #[task(depends = [read])]
    fn shout(read: &str, #[key(skip)] calls: &Calls) -> String {
        calls.add("shout");
        format!("{read}!")
    }

    dag! {
        graph Shout<'a>(file: File, calls: &'a Calls) -> shout {
            read(&file, calls) keep,
            shout(calls) keep,
        }
    }

    #[test]
    fn nothing_is_kept_of_a_file_that_changes_meanwhile() {
        everywhere(|on, folder| {
            let (files, calls) = (Folder::new(), Calls::default());
            let path = files.path().join("a");
            let run = || {
                let file = File::open(&path).unwrap();
                on.run(&folder.store(), Shout { file, calls: &calls }).unwrap()
            };
            for _ in 0..2 {
                fs::write(&path, "first").unwrap();
                assert_eq!(run(), "first!");
                assert_eq!(calls.take(), "read shout");
            }
            assert_eq!(run(), "other!");
            assert_eq!(calls.take(), "read shout");
            assert_eq!(run(), "other!");
            assert_eq!(calls.take(), "");
        });
    }
}

/// Files that tasks write.
mod outputs {
    use super::*;

    #[task]
    fn write(text: &str, #[key(skip)] folder: &Path, #[key(skip)] calls: &Calls) -> io::Result<Vec<File>> {
        calls.add("write");
        let path = folder.join("out");
        fs::write(&path, text)?;
        Ok(vec![File::open(path).map_err(io::Error::other)?])
    }

    #[task(depends = [write])]
    fn size(write: &[File], #[key(skip)] calls: &Calls) -> io::Result<u64> {
        calls.add("size");
        Ok(fs::metadata(&write[0])?.len())
    }

    dag! {
        graph Write<'a>(text: &'a str, folder: PathBuf, calls: &'a Calls) -> (write, size) {
            write(text, &folder, calls) keep,
            size(calls) keep,
        }
    }

    #[test]
    fn a_file_that_was_written_is_there_or_is_written_again() {
        everywhere(|on, folder| {
            let (files, calls) = (Folder::new(), Calls::default());
            let path = files.path().join("out");
            let run = |text| {
                let folder_of_files = files.path().to_owned();
                let graph = Write { text, folder: folder_of_files, calls: &calls };
                let (written, size) = on.run(&folder.store(), graph).unwrap();
                assert_eq!((written[0].path(), size), (&*path, text.len() as u64));
            };
            run("four");
            assert_eq!(calls.take(), "size write");
            run("four");
            assert_eq!(calls.take(), "");
            fs::write(&path, "five").unwrap();
            run("four");
            assert_eq!(calls.take(), "write");
            assert_eq!(fs::read_to_string(&path).unwrap(), "four");
            fs::remove_file(&path).unwrap();
            run("four");
            assert_eq!(calls.take(), "write");
            run("three");
            assert_eq!(calls.take(), "size write");
        });
    }
}

/// What a folder lists.
mod listing {
    use super::*;

    #[task(volatile)]
    fn list(folder: &Path) -> io::Result<Vec<File>> {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        paths.sort();
        paths.iter().map(|path| File::open(path).map_err(io::Error::other)).collect()
    }

    #[task(depends = [list], each = list)]
    fn size(list: &File, #[key(skip)] calls: &Calls) -> io::Result<u64> {
        calls.add("size");
        Ok(fs::metadata(list)?.len())
    }

    dag! {
        graph Sizes<'a>(folder: &'a Path, calls: &'a Calls) -> size {
            list(folder),
            size(calls) keep,
        }
    }

    #[test]
    fn a_listing_counts_by_the_files_in_it() {
        everywhere(|on, folder| {
            let (files, calls) = (Folder::new(), Calls::default());
            let run = || on.run(&folder.store(), Sizes { folder: files.path(), calls: &calls }).unwrap();
            fs::write(files.path().join("a"), "1").unwrap();
            fs::write(files.path().join("b"), "22").unwrap();
            assert_eq!(run(), [1, 2]);
            assert_eq!(calls.take(), "size size");
            assert_eq!(run(), [1, 2]);
            assert_eq!(calls.take(), "");
            fs::write(files.path().join("c"), "333").unwrap();
            assert_eq!(run(), [1, 2, 3]);
            assert_ne!(calls.take(), "");
            assert_eq!(run(), [1, 2, 3]);
            assert_eq!(calls.take(), "");
        });
    }
}

/// Files that are read one by one.
mod one_by_one {
    use super::*;

    #[task]
    fn names(folder: &File) -> io::Result<Vec<String>> {
        Ok(fs::read_to_string(folder)?.lines().map(str::to_owned).collect())
    }

    #[task(depends = [names], each = names)]
    fn join(names: &str, other: &File) -> io::Result<String> {
        Ok(format!("{names} {}", fs::read_to_string(other)?))
    }

    #[task]
    fn size(file: &File, #[key(skip)] calls: &Calls) -> io::Result<u64> {
        let text = fs::read_to_string(file)?;
        calls.add(text.as_str());
        if text == "changes" {
            fs::write(file, "other")?;
        }
        Ok(text.len() as u64)
    }

    dag! {
        graph Sizes<'a>(files: &'a [File], list: &'a File, calls: &'a Calls) -> (size, join) {
            size(each files, calls) keep,
            names(list),
            join(list) keep,
        }
    }

    #[test]
    fn each_element_counts_by_its_file() {
        everywhere(|on, folder| {
            let (files, calls) = (Folder::new(), Calls::default());
            let paths: Vec<PathBuf> = (0..40).map(|k| files.path().join(k.to_string())).collect();
            let write = |texts: &[&str]| {
                texts.iter().zip(&paths).for_each(|(text, path)| fs::write(path, text).unwrap())
            };
            let run = |count: usize| {
                let opened: Vec<File> = paths[..count].iter().map(|path| File::open(path).unwrap()).collect();
                let list = &opened[0];
                on.run(&folder.store(), Sizes { files: &opened, list, calls: &calls }).unwrap().0
            };
            write(&["a", "bb", "ccc"]);
            assert_eq!(run(3), [1, 2, 3]);
            assert_eq!(calls.take(), "a bb ccc");
            write(&["a", "dddd", "ccc"]);
            assert_eq!(run(3), [1, 4, 3]);
            assert_eq!(calls.take(), "dddd");
            for _ in 0..2 {
                write(&["a", "changes", "ccc", "eeeee"]);
                assert_eq!(run(4), [1, 7, 3, 5]);
                assert!(calls.take().contains("changes"));
            }
            assert_eq!(run(4), [1, 5, 3, 5]);
            assert_eq!(calls.take(), "other");
        });
    }
}
