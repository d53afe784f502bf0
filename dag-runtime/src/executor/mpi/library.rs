//! The crate `mpi` (rsmpi), which needs an MPI library.
//!
//! The documentation is built without one, with `dag_docs`. As rustdoc looks at no bodies of functions, the names in
//! imports, signatures and fields are enough for it.

#[cfg(not(dag_docs))]
pub(crate) use ::mpi::{
    Threading, environment, ffi, initialize_with_threading, is_finalized, topology, traits,
};

#[cfg(dag_docs)]
pub(crate) use names::{Threading, environment, ffi, topology, traits};

#[cfg(dag_docs)]
#[allow(non_camel_case_types, reason = "names of MPI")]
mod names {
    pub enum Threading {}

    pub mod environment {
        pub enum Universe {}
    }

    pub mod ffi {
        pub enum MPI_Comm {}
        pub enum MPI_Request {}
        pub enum MPI_Status {}
    }

    pub mod topology {
        pub enum SimpleCommunicator {}
    }

    pub mod traits {
        pub trait AsRaw {}
        pub trait Communicator {}
    }
}
