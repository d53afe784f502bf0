//! The output of each member is dropped once, whatever happens.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dag_runtime::{Rayon, Serial, SharedTable, Stop, dag, task};
use dag_tests::{Everywhere, pool};

/// How often the output of each member was made and dropped, by the number of its task.
struct Book {
    table: SharedTable,
    made: Vec<AtomicUsize>,
    dropped: Vec<AtomicUsize>,
    end: End,
}

/// What the task of this name does.
enum End {
    Success,
    Failure(String),
    Panic(String),
    Stop(String, Stop),
}

type Books = Arc<Book>;

impl Book {
    fn new(table: &SharedTable, end: End) -> Books {
        let zeros = || table.tasks().map(|_| AtomicUsize::new(0)).collect();
        Arc::new(Book { table: table.clone(), made: zeros(), dropped: zeros(), end })
    }

    fn output(self: &Arc<Self>, name: &str) -> Result<Output, String> {
        match &self.end {
            End::Panic(task) if task == name => std::panic::resume_unwind(Box::new("told to")),
            End::Failure(task) if task == name => return Err("told to".to_owned()),
            End::Stop(task, stop) if task == name => stop.stop(),
            _ => {}
        }
        let task = self.table.find(name).unwrap().index();
        self.made[task].fetch_add(1, Ordering::Relaxed);
        Ok(Output { task, text: name.into(), book: Arc::clone(self) })
    }

    /// All outputs that were made were dropped once; returns how many there were.
    #[track_caller]
    fn all_dropped_once(&self) -> usize {
        let counts = self.made.iter().zip(&self.dropped);
        let counts: Vec<_> = counts
            .map(|(made, dropped)| [made, dropped].map(|count| count.load(Ordering::Relaxed)))
            .collect();
        assert!(counts.iter().all(|count| [[0, 0], [1, 1]].contains(count)), "{counts:?}");
        counts.iter().filter(|count| count[0] == 1).count()
    }
}

/// An output that owns memory, with an alignment of its own.
#[repr(align(64))]
struct Output {
    task: usize,
    text: Box<str>,
    book: Books,
}

impl Output {
    /// Checks that it is there, and where it should be.
    fn check(&self) {
        assert_eq!(self.book.table.task(self.task).unwrap().name(), *self.text);
        assert_eq!(self.book.dropped[self.task].load(Ordering::Relaxed), 0, "{}", self.text);
        assert_eq!(std::ptr::from_ref(self).addr() % 64, 0);
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.book.dropped[self.task].fetch_add(1, Ordering::Relaxed);
    }
}

#[task]
fn read(name: &str, books: &Books, inputs: &[Option<&Output>], slice: &[Output]) -> Result<Output, String> {
    inputs.iter().copied().flatten().chain(slice).for_each(Output::check);
    books.output(name)
}

#[task]
fn take(name: &str, books: &Books, taken: Vec<Output>) -> Result<Output, String> {
    taken.iter().for_each(Output::check);
    books.output(name)
}

dag! {
    graph Mixed[t, x](books: Books) -> (ends, last) {
        last = read("last", &books, &[Some(&cell[0, 0])], &cell[t - 1, 1..3]),
        cell[i in 0..t, j in 0..x] = read(
            &format!("cell[{i}, {j}]"), &books,
            &[
                if j > 0 { Some(&cell[i, j - 1]) } else { None },
                if i > 0 && j > 0 { Some(&cell[i - 1, j - 1]) } else { None },
            ],
            if i > 0 { &cell[i - 1, j..=j + 2] } else { &[] },
        ),
        unread[i in 0..x] = read(&format!("unread[{i}]"), &books, &[], &[]),
        whole[i in 0..2] = read(&format!("whole[{i}]"), &books, &[], &unread),
        // Some are moved, some are read, some neither.
        start[j in 0..x] = take(&format!("start[{j}]"), &books, vec![]),
        chain[i in 0..t, j in 0..x] = take(
            &format!("chain[{i}, {j}]"), &books,
            if i > 0 { vec![chain[i - 1, j]] } else if j > 0 { vec![start[j]] } else { vec![] },
        ),
        ends[j in 0..x] = take(&format!("ends[{j}]"), &books, vec![chain[t - 1, j], if j == 0 { start[j] } else { single[j] }]),
        single[j in 1..x] = take(&format!("single[{j}]"), &books, vec![]),
    }
}

/// The error of a run with this end, after which no output is left.
#[track_caller]
fn run(t: usize, x: usize, keep_going: bool, end: impl Fn() -> End + Sync) -> Vec<bool> {
    let table = Mixed::table(t, x).unwrap();
    Everywhere::new().keep_going(keep_going).each(|executor| {
        let books = Book::new(&table, end());
        let result = Mixed { t, x, books: Arc::clone(&books) }.run(executor);
        let (is_ok, missing) = match &result {
            Ok((ends, last)) => {
                ends.iter().chain([last]).for_each(Output::check);
                (true, 0)
            }
            Err(error) => (false, error.skipped().len() + 1),
        };
        drop(result);
        assert_eq!(books.all_dropped_once(), table.len() - missing);
        is_ok
    })
}

#[test]
fn of_a_run_that_succeeds() {
    for (t, x) in [(1, 1), (2, 5), (5, 3)] {
        assert!(run(t, x, false, || End::Success).into_iter().all(|is_ok| is_ok));
    }
}

#[test]
fn of_a_run_in_which_a_member_fails() {
    let (t, x) = (2, 3);
    for task in Mixed::table(t, x).unwrap().tasks() {
        let name = task.name().to_string();
        for keep_going in [false, true] {
            assert!(!run(t, x, keep_going, || End::Failure(name.clone())).contains(&true));
            assert!(!run(t, x, keep_going, || End::Panic(name.clone())).contains(&true));
        }
    }
}

#[test]
fn of_a_run_that_is_stopped() {
    let table = Mixed::table(3, 3).unwrap();
    for task in table.tasks() {
        let run = |threads: Option<usize>| {
            let stop = Stop::new();
            let books = Book::new(&table, End::Stop(task.name().to_string(), stop.clone()));
            let graph = Mixed { t: 3, x: 3, books: Arc::clone(&books) };
            let result = match threads {
                None => graph.run(&Serial.stop_when(&stop)),
                Some(threads) => graph.run(&Rayon::on_pool(Arc::clone(pool(threads))).stop_when(&stop)),
            };
            let missing = result.as_ref().map_or_else(|error| error.skipped().len(), |_| 0);
            drop(result);
            assert_eq!(books.all_dropped_once(), table.len() - missing);
        };
        [None, Some(1), Some(2), Some(4)].into_iter().for_each(run);
    }
}

static UNITS: AtomicUsize = AtomicUsize::new(0);

/// An output without size, which is counted, and aligned more than its flag.
#[repr(align(32))]
struct Unit;

impl Drop for Unit {
    fn drop(&mut self) {
        UNITS.fetch_add(1, Ordering::Relaxed);
    }
}

#[task]
fn unit(units: &[Unit], _moved: Option<Unit>) -> Unit {
    assert_eq!(units.as_ptr().addr() % 32, 0);
    Unit
}

#[task]
fn nothing(_all: &[()]) {}

#[task]
fn count(units: &[Unit], nothings: &[()]) -> (usize, usize) {
    (units.len(), nothings.len())
}

dag! {
    graph Sizeless[t, x] -> (count, outputs, none) {
        units[i in 0..t, j in 0..x] = unit(if i > 0 { &units[i - 1, j..] } else { &[] }, None),
        outputs[k in 0..2] = unit(&[], if k == 1 { Some(moved) } else { None }),
        moved = unit(&[], None),
        none[k in 0..x] = nothing(&[]),
        nothings[i in 0..t, j in 0..2] = nothing(if i > 0 { &nothings[i - 1, ..] } else { &[] }),
        count(&units[t - 1, 1..], &nothings),
    }
}

#[test]
fn of_types_without_size() {
    for (t, x) in [(1, 0), (3, 4)] {
        Everywhere::new().each(|executor| {
            let before = UNITS.load(Ordering::Relaxed);
            let (count, outputs, none) = Sizeless { t, x }.run(executor).unwrap();
            assert_eq!((count, outputs.len(), none.len()), ((x.saturating_sub(1), 2 * t), 2, x));
            assert_eq!(UNITS.load(Ordering::Relaxed) - before, t * x + 1);
            drop(outputs);
            assert_eq!(UNITS.load(Ordering::Relaxed) - before, t * x + 3);
        });
    }
}

/// Neither `Send` nor `Sync`.
struct Local {
    _counter: Rc<Cell<usize>>,
}

#[task]
fn local(counter: &Rc<Cell<usize>>, before: &[Local], moved: Option<Local>) -> Local {
    counter.set(counter.get() + before.len() + usize::from(moved.is_some()));
    Local { _counter: Rc::clone(counter) }
}

dag! {
    graph Threadless[n](counter: Rc<Cell<usize>>) -> locals {
        locals[t in 0..3, x in 0..n] =
            local(&counter, if t > 0 { &locals[t - 1, x..] } else { &[] }, if t == 0 { Some(given[x]) } else { None }),
        given[x in 0..n] = local(&counter, &[], None),
    }
}

#[test]
fn of_types_that_stay_on_a_thread() {
    let counter = Rc::default();
    let locals = Threadless { n: 4, counter: Rc::clone(&counter) }.run(&Serial).unwrap();
    assert_eq!((locals.len(), counter.get()), (12, 4 + 2 * 10));
    assert_eq!(Rc::strong_count(&counter), 13);
    drop(locals);
    assert_eq!(Rc::strong_count(&counter), 1);
}

#[repr(align(4096))]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Page(u64);

#[task]
fn byte(i: usize) -> u8 {
    i as u8
}

#[task]
fn page(bytes: &[u8], before: &[Page]) -> Page {
    assert!(before.iter().all(|page| std::ptr::from_ref(page).addr().is_multiple_of(4096)));
    Page(
        bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>()
            + before.iter().map(|page| page.0).sum::<u64>(),
    )
}

dag! {
    graph Pages[n] -> (pages, bytes) {
        bytes[i in 0..n] = byte(i),
        pages[i in 0..n] = page(&bytes[..=i], if i > 0 { &pages[i - 1..i] } else { &[] }),
        more[i in 0..n] = byte(i) after [pages[i]],
    }
}

#[test]
fn of_types_with_a_large_alignment() {
    let (pages, bytes) = Everywhere::new().agree(|executor| Pages { n: 5 }.run(executor).unwrap());
    assert_eq!(pages, [0, 1, 4, 10, 20].map(Page));
    assert_eq!(bytes, [0, 1, 2, 3, 4]);
}
