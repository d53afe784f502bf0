//! Compiles the peers in C++, where their libraries are installed.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=native");
    println!("cargo::rustc-check-cfg=cfg(has_tbb, has_openmp)");
    peer("TBB", "tbb", None, "tbb", "Debian: libtbb-dev");
    peer("OPENMP", "openmp", Some("-fopenmp"), "gomp", "Debian: g++");
}

/// Compiles one of them, or has the program say why it is missing.
fn peer(feature: &str, name: &str, flag: Option<&str>, library: &str, package: &str) {
    let missing = if env::var_os(format!("CARGO_FEATURE_{feature}")).is_none() {
        format!("the feature `{name}` is not enabled")
    } else {
        let mut build = cc::Build::new();
        build.cpp(true).std("c++17").opt_level(3).warnings(true);
        build.flags(flag).file(format!("native/{name}.cpp")).cargo_warnings(false);
        match build.try_compile(&format!("{name}_peer")) {
            Ok(()) => {
                println!("cargo::rustc-link-lib={library}");
                println!("cargo::rustc-cfg=has_{name}");
                return;
            }
            Err(_) => format!("its C++ does not compile here ({package})"),
        }
    };
    println!("cargo::rustc-env=MISSING_{feature}={missing}");
}
