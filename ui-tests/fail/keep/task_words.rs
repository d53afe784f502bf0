use dag_runtime::task;

const SCALE: u64 = 3;

fn plain(x: u64) -> u64 {
    x
}

struct Client;

#[task]
fn helper(x: u64) -> u64 {
    x
}

#[task(version = "3")]
fn text(x: u64) -> u64 {
    x
}

#[task(version = 3, uses = [SCALE])]
fn both(x: u64) -> u64 {
    x
}

#[task(volatile = true)]
fn value(x: u64) -> u64 {
    x
}

#[task(volatile, version = 1)]
fn always(x: u64) -> u64 {
    x
}

#[task(uses = SCALE)]
fn no_list(x: u64) -> u64 {
    x * SCALE
}

#[task(uses = [SCALE, SCALE, helper(3), 7])]
fn entries(x: u64) -> u64 {
    x * SCALE
}

#[task(uses = [plain])]
fn no_task(x: u64) -> u64 {
    plain(x)
}

#[task(volatile)]
fn connect() -> Client {
    Client
}

#[task(depends = [helper])]
fn output(#[key(skip)] helper: u64, #[key(ignore)] x: u64) -> u64 {
    helper + x
}

fn main() {}
