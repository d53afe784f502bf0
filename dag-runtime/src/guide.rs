#![doc = include_str!("../docs/guide/mod.md")]

/// Makes a chapter of a file.
macro_rules! chapters {
    ($($(#[$when:meta])? $name:ident: $file:literal,)*) => {$(
        $(#[$when])?
        #[doc = include_str!($file)]
        pub mod $name {}
    )*};
}

chapters! {
    first: "../docs/guide/first.md",
    language: "../docs/guide/language.md",
    backends: "../docs/guide/backends.md",
    failures: "../docs/guide/failures.md",
    state: "../docs/guide/state.md",
    // Its program is compiled where there are stores.
    #[cfg(any(not(doctest), feature = "store"))]
    keep: "../docs/guide/keep.md",
    large: "../docs/guide/large.md",
    // Its program is compiled where there is MPI.
    #[cfg(any(not(doctest), feature = "mpi"))]
    mpi: "../docs/mpi.md",
    proofs: "../docs/guide/proofs.md",
    seeing: "../docs/guide/seeing.md",
    works: "../docs/guide/works.md",
    coming: "../docs/guide/coming.md",
    limits: "../docs/guide/limits.md",
}
