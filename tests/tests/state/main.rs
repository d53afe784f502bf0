//! Inputs that tasks change in place.

/// Runs a block with each executor: what it borrows for a run lives no longer than the block.
macro_rules! on_each_executor {
    (|$executor:ident| $body:block) => {{
        {
            let $executor = &dag_runtime::Serial;
            $body
        }
        for threads in [1, 2, 4] {
            let pool = dag_tests::pool(threads);
            let $executor = &dag_runtime::Rayon::on_pool(std::sync::Arc::clone(pool));
            $body
            let $executor = &dag_runtime::Rayon::new();
            pool.install(|| $body);
        }
        for name in ["serial", "rayon"] {
            let $executor = &dag_runtime::Auto::named(name, None).unwrap();
            $body
        }
    }};
}

mod failures;
mod language;
mod members;
mod random;
