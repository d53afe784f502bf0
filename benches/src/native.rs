//! The peers in C++.

use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::sync::atomic::AtomicBool;

use bench_graphs::families::compute;
use bench_graphs::shapes::Shape;
use bench_graphs::witness::{WATCHED, note};

/// What tasks do, numbered as in `native/peer.h`.
#[derive(Clone, Copy)]
#[repr(u32)]
pub(crate) enum Payload {
    Units,
    Values,
    Stencil,
    Calls,
}

/// What each task of a graph calls, with its number.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub(crate) function: extern "C" fn(*const c_void, u32),
    /// What the function is given, which has to live while the graph runs.
    pub(crate) context: *const c_void,
}

impl Call {
    const NONE: Call = Call { function: no_call, context: ptr::null() };
}

extern "C" fn no_call(_: *const c_void, _: u32) {}

/// As in `native/peer.h`.
#[repr(C)]
struct Description {
    tasks: u32,
    offsets: *const u32,
    dependencies: *const u32,
    payload: Payload,
    threads: u32,
    enter_each_run: u32,
    watched: *const AtomicBool,
    note: extern "C" fn(u32, u64),
    compute: extern "C" fn(u32) -> u64,
    call: extern "C" fn(*const c_void, u32),
    context: *const c_void,
}

extern "C" fn note_from_outside(task: u32, value: u64) {
    note(task, value);
}

/// The functions of one library.
pub(crate) struct Library {
    pub(crate) name: &'static str,
    /// Whether a graph is made once, and not in each run.
    pub(crate) keeps_graph: bool,
    // SAFETY: callers keep the rules in `native/peer.h`: the arrays that `new` takes live while it runs; all other
    // functions take what `new` returned, on one thread at a time and not after `delete`.
    new: unsafe extern "C" fn(*const Description) -> *mut c_void,
    delete: unsafe extern "C" fn(*mut c_void),
    run: unsafe extern "C" fn(*mut c_void, u32, u64),
    values: unsafe extern "C" fn(*mut c_void) -> *const u64,
}

/// Declares the functions of a library.
#[cfg(any(has_tbb, has_openmp))]
macro_rules! library {
    ($name:expr, $keeps_graph:expr, $new:ident, $delete:ident, $run:ident, $values:ident) => {{
        // SAFETY: the signatures are those of `native/peer.h`, which each library includes.
        unsafe extern "C" {
            fn $new(description: *const Description) -> *mut c_void;
            fn $delete(peer: *mut c_void);
            fn $run(peer: *mut c_void, times: u32, parameter: u64);
            fn $values(peer: *mut c_void) -> *const u64;
        }
        Library {
            name: $name,
            keeps_graph: $keeps_graph,
            new: $new,
            delete: $delete,
            run: $run,
            values: $values,
        }
    }};
}

/// The libraries that are there, and why others are not.
pub(crate) fn libraries() -> (Vec<&'static Library>, Vec<&'static str>) {
    let (mut libraries, mut missing) = (Vec::new(), Vec::new());
    for library in [TBB, OPENMP] {
        match library {
            Ok(library) => libraries.push(library),
            Err(why) => missing.push(why),
        }
    }
    (libraries, missing)
}

#[cfg(has_tbb)]
const TBB: Result<&Library, &str> =
    Ok(&library!("oneTBB flow graph", true, tbb_peer_new, tbb_peer_delete, tbb_peer_run, tbb_peer_values));
#[cfg(not(has_tbb))]
const TBB: Result<&Library, &str> = Err(concat!("oneTBB: ", env!("MISSING_TBB")));

#[cfg(has_openmp)]
const OPENMP: Result<&Library, &str> = Ok(&library!(
    "OpenMP task depend",
    false,
    openmp_peer_new,
    openmp_peer_delete,
    openmp_peer_run,
    openmp_peer_values
));
#[cfg(not(has_openmp))]
const OPENMP: Result<&Library, &str> = Err(concat!("OpenMP: ", env!("MISSING_OPENMP")));

/// A graph of one of the libraries.
pub(crate) struct Peer {
    library: &'static Library,
    graph: NonNull<c_void>,
    tasks: usize,
}

impl Peer {
    /// A graph on this many threads, which each run enters anew, or each call of `run`.
    pub(crate) fn new(
        library: &'static Library,
        shape: &Shape,
        payload: Payload,
        threads: u32,
        enter_each_run: bool,
    ) -> Self {
        Self::with(library, shape, (payload, Call::NONE), threads, enter_each_run)
    }

    /// A graph whose tasks call a function.
    pub(crate) fn calling(library: &'static Library, shape: &Shape, call: Call, threads: u32) -> Self {
        Self::with(library, shape, (Payload::Calls, call), threads, true)
    }

    fn with(
        library: &'static Library,
        shape: &Shape,
        (payload, call): (Payload, Call),
        threads: u32,
        enter_each_run: bool,
    ) -> Self {
        let mut offsets = vec![0];
        let mut all = Vec::new();
        for dependencies in &shape.dependencies {
            all.extend_from_slice(dependencies);
            offsets.push(all.len() as u32);
        }
        let description = Description {
            tasks: shape.tasks() as u32,
            offsets: offsets.as_ptr(),
            dependencies: all.as_ptr(),
            payload,
            threads,
            enter_each_run: enter_each_run.into(),
            watched: &raw const WATCHED,
            note: note_from_outside,
            compute,
            call: call.function,
            context: call.context,
        };
        // SAFETY: the lists are as the header says, and the library copies what it keeps of them. The flag and the
        // functions are static.
        let graph = unsafe { (library.new)(&raw const description) };
        let graph = NonNull::new(graph).expect("the library gives a graph");
        Peer { library, graph, tasks: shape.tasks() }
    }

    /// Runs the graph some times. The parameter is the seed, or how long the kernel computes.
    pub(crate) fn run(&mut self, times: u32, parameter: u64) {
        // SAFETY: the graph is one of this library, and nobody else uses it meanwhile.
        unsafe { (self.library.run)(self.graph.as_ptr(), times, parameter) }
    }

    /// What the tasks of the last run gave.
    pub(crate) fn values(&mut self) -> &[u64] {
        // SAFETY: the graph keeps a value for each task, and changes the values only in runs.
        unsafe { std::slice::from_raw_parts((self.library.values)(self.graph.as_ptr()), self.tasks) }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // SAFETY: the graph is one of this library, no run goes on, and it is not used again.
        unsafe { (self.library.delete)(self.graph.as_ptr()) }
    }
}
