//! Borrow, copy, move: who owns an output, and for how long it lives.
//!
//! What you learn: a parameter `Block` takes an output over, and changes it in place; `&Block`
//! borrows it; an `f64` is copied to all who want it. An output is dropped after its last reader, so
//! a long chain of large outputs needs the memory of two.
//!
//! ```text
//! cargo run --example moves
//! ```
//!
//! prints
//!
//! ```text
//! one block, moved through its tasks
//!   mean 12.5, above it 512 of 1024
//!   allocated 8 KiB, at most 8 KiB at once, 0 KiB left
//! sixteen blocks, each made from the one before
//!   sum 15872
//!   allocated 128 KiB, at most 16 KiB at once, 0 KiB left
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dag_runtime::{Error, Rayon, Serial, dag, task};

/// The numbers in a block.
const LENGTH: usize = 1024;

/// Counts bytes.
#[derive(Debug, Default)]
struct Meter {
    live: AtomicUsize,
    peak: AtomicUsize,
    total: AtomicUsize,
}

impl Meter {
    fn bytes(counter: &AtomicUsize) -> usize {
        counter.load(Ordering::SeqCst)
    }

    /// What was counted, in KiB.
    fn reading(&self) -> String {
        let [total, peak, live] =
            [&self.total, &self.peak, &self.live].map(|count| Meter::bytes(count) / 1024);
        format!("allocated {total} KiB, at most {peak} KiB at once, {live} KiB left")
    }
}

/// Numbers in memory that a meter counts. It is not `Clone`: no copy is made behind our back.
#[derive(Debug)]
struct Block {
    numbers: Vec<f64>,
    meter: Arc<Meter>,
}

impl Block {
    fn new(numbers: Vec<f64>, meter: &Arc<Meter>) -> Self {
        let block = Block { numbers, meter: Arc::clone(meter) };
        meter.total.fetch_add(block.bytes(), Ordering::SeqCst);
        let live = meter.live.fetch_add(block.bytes(), Ordering::SeqCst) + block.bytes();
        meter.peak.fetch_max(live, Ordering::SeqCst);
        block
    }

    fn bytes(&self) -> usize {
        size_of_val(self.numbers.as_slice())
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.meter.live.fetch_sub(self.bytes(), Ordering::SeqCst);
    }
}

/// The numbers 0, 1, 2, … below `LENGTH`, over `LENGTH - 1`.
#[task]
fn ramp(meter: &Arc<Meter>) -> Block {
    Block::new((0..LENGTH).map(|i| i as f64 / (LENGTH - 1) as f64).collect(), meter)
}

/// Takes the block over and changes it in place.
#[task(depends = [ramp])]
fn scaled(mut ramp: Block, factor: f64) -> Block {
    ramp.numbers.iter_mut().for_each(|x| *x *= factor);
    ramp
}

/// Takes over what is taken over already.
#[task(depends = [scaled])]
fn shifted(mut scaled: Block, offset: f64) -> Block {
    scaled.numbers.iter_mut().for_each(|x| *x += offset);
    scaled
}

/// Borrows.
#[task]
fn sum(block: &Block) -> f64 {
    block.numbers.iter().sum()
}

/// Copies a number.
#[task]
fn mean(sum: f64) -> f64 {
    sum / LENGTH as f64
}

/// Borrows, and copies a number.
#[task]
fn above(block: &Block, limit: f64) -> usize {
    block.numbers.iter().filter(|&&x| x > limit).count()
}

/// Makes a new block from one that it borrows.
#[task]
fn raised(block: &Block) -> Block {
    Block::new(block.numbers.iter().map(|x| x + 1.0).collect(), &block.meter)
}

dag! {
    /// One block, which `scaled` and `shifted` take over and three tasks borrow at the end.
    graph Moved<'a>(meter: &'a Arc<Meter>) -> (average, higher) {
        ramp(meter),
        scaled(15.0),
        shifted(5.0),
        total = sum(&shifted),
        average = mean(total),
        higher = above(&shifted, average),
    }

    /// Sixteen blocks, of which two are alive at a time.
    graph Relay<'a>(meter: &'a Arc<Meter>) -> total {
        ramp(meter),
        b1 = raised(&ramp),
        b2 = raised(&b1),
        b3 = raised(&b2),
        b4 = raised(&b3),
        b5 = raised(&b4),
        b6 = raised(&b5),
        b7 = raised(&b6),
        b8 = raised(&b7),
        b9 = raised(&b8),
        b10 = raised(&b9),
        b11 = raised(&b10),
        b12 = raised(&b11),
        b13 = raised(&b12),
        b14 = raised(&b13),
        b15 = raised(&b14),
        total = sum(&b15),
    }
}

fn main() -> Result<(), Error> {
    let meter = Arc::default();
    let (average, higher) = Moved { meter: &meter }.run(&Serial)?;
    println!("one block, moved through its tasks");
    println!("  mean {average:.1}, above it {higher} of {LENGTH}");
    println!("  {}", meter.reading());

    let meter = Arc::default();
    let total = Relay { meter: &meter }.run(&Rayon::new())?;
    println!("sixteen blocks, each made from the one before");
    println!("  sum {total:.0}");
    println!("  {}", meter.reading());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOVED: &str = "allocated 8 KiB, at most 8 KiB at once, 0 KiB left";
    const RELAYED: &str = "allocated 128 KiB, at most 16 KiB at once, 0 KiB left";

    #[test]
    fn a_moved_block_stays_one() {
        let (serial, rayon) = <(Arc<Meter>, Arc<Meter>)>::default();
        let expected = Moved { meter: &serial }.run(&Serial).unwrap();
        assert_eq!(Moved { meter: &rayon }.run(&Rayon::new()).unwrap(), expected);
        assert_eq!((serial.reading().as_str(), rayon.reading().as_str()), (MOVED, MOVED));
        assert!((expected.0 - 12.5).abs() < 1e-9);
        assert_eq!(expected.1, LENGTH / 2);
    }

    #[test]
    fn a_block_goes_when_the_next_one_is_there() {
        let (serial, rayon) = <(Arc<Meter>, Arc<Meter>)>::default();
        let expected = Relay { meter: &serial }.run(&Serial).unwrap();
        assert_eq!(Relay { meter: &rayon }.run(&Rayon::new()).unwrap(), expected);
        assert_eq!((serial.reading().as_str(), rayon.reading().as_str()), (RELAYED, RELAYED));
    }
}
