//! What one core can do at most with the vectors of this build: the roof over the kernels.

use crate::vector::{LANES, Vector, add, load, mul, opaque, splat};
use std::time::{Duration, Instant};

/// As many sums as hide the time that an addition takes, and as fit in sixteen registers beside what they add.
const SUMS: usize = 12;
const REPEATS: usize = 4096;
/// For each cache and memory: well inside what processors have, and far beyond any.
const SIZES: [(&str, usize); 4] = [("L1", 16 << 10), ("L2", 256 << 10), ("L3", 4 << 20), ("memory", 256 << 20)];

/// Writes a line for each rate, in 10^9 a second: its name, the size of the data in bytes, the best rate of a while.
pub fn measure(budget: Duration) {
    let floats = (SUMS * REPEATS * LANES) as f64;
    println!("sums\t0\t{}", best(budget, floats, || sums(splat(1.0))));
    println!("products\t0\t{}", best(budget, floats, || products(splat(1.0), splat(0.5))));
    for (name, bytes) in SIZES {
        let data = vec![Line([1.0; 16]); bytes / 64];
        let rounds = (1_usize << 20).div_ceil(bytes);
        println!(
            "{name}\t{bytes}\t{}",
            best(budget, (rounds * bytes) as f64, || (0..rounds).for_each(|_| read(&data)))
        );
    }
}

fn best(budget: Duration, amount: f64, mut run: impl FnMut()) -> f64 {
    let begin = Instant::now();
    let mut shortest = f64::INFINITY;
    run();
    while begin.elapsed() < budget || shortest.is_infinite() {
        let start = Instant::now();
        run();
        shortest = shortest.min(start.elapsed().as_secs_f64());
    }
    amount / shortest / 1e9
}

/// Additions alone: what a look-up in a table of sums is made of.
#[inline(never)]
fn sums(term: Vector) {
    let mut sums = [splat(0.0); SUMS];
    for _ in 0..REPEATS {
        for sum in &mut sums {
            *sum = add(*sum, term);
        }
    }
    let _ = sums.map(opaque);
}

/// A multiplication and an addition each, never fused.
#[inline(never)]
fn products(left: Vector, right: Vector) {
    let mut sums = [splat(0.0); SUMS];
    let mut right = right;
    for _ in 0..REPEATS {
        for sum in &mut sums {
            // Otherwise the same product would be made only once.
            right = opaque(right);
            *sum = add(*sum, mul(left, right));
        }
    }
    let _ = sums.map(opaque);
}

/// A line of a cache: a vector that lay in two would take two loads.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([f32; 16]);

#[inline(never)]
fn read(data: &[Line]) {
    for lines in data.chunks_exact(4) {
        for line in lines {
            for at in (0..16).step_by(LANES) {
                // SAFETY: a line has sixteen floats, a whole number of vectors.
                let _ = opaque(unsafe { load(line.0.as_ptr().add(at)) });
            }
        }
    }
}
