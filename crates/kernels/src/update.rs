//! What an optimiser's step notices while the numbers are at hand: how large the gradient is, and whether everything it
//! wrote is finite. Nobody else would see a weight that is not: NaN is above no threshold, so spikes do not show it.

use crate::par::{self, Shared};
use crate::simd::Squares;
use core::ops::Range;
use core::sync::atomic::{AtomicBool, Ordering};

/// Floats that one task updates.
pub(crate) const TASK_FLOATS: usize = 16_384;
/// Floats that are read twice while they lie in the nearest cache.
const BLOCK_FLOATS: usize = 2_048;
const INFINITE: u32 = f32::INFINITY.to_bits();

/// f64s of scratch for a step over `len` floats.
pub fn scratch_len(len: usize) -> usize {
    len.div_ceil(TASK_FLOATS).max(1)
}

/// The largest number, by the bits without the sign, that a task wrote: those of infinity and NaN are above all others.
#[derive(Default)]
pub(crate) struct Largest(u32);

impl Largest {
    #[inline(always)]
    pub fn see(&mut self, x: f32) {
        self.0 = self.0.max(x.abs().to_bits());
    }
}

/// Runs `task` on ranges that make up the gradient; it updates what belongs to a range. Leaves the gradient's sum of
/// squares in `scratch[0]`, whose parts meet in task order, and returns whether all that the tasks saw is finite.
pub(crate) fn for_each(
    gradient: &[f32],
    scratch: &mut [f64],
    task: impl Fn(Range<usize>, &mut Largest) + Sync,
) -> bool {
    let scratch = &mut scratch[..scratch_len(gradient.len())];
    scratch[0] = 0.0;
    let finite = AtomicBool::new(true);
    let squares = Shared::new(scratch);
    par::for_each(gradient.len().div_ceil(TASK_FLOATS), |number, _| {
        let end = ((number + 1) * TASK_FLOATS).min(gradient.len());
        let (mut sum, mut largest) = (0.0, Largest::default());
        for from in (number * TASK_FLOATS..end).step_by(BLOCK_FLOATS) {
            let block = from..(from + BLOCK_FLOATS).min(end);
            sum += sum_of_squares(&gradient[block.clone()]);
            task(block, &mut largest);
        }
        unsafe { *squares.pointer(number) = sum };
        if largest.0 >= INFINITE {
            finite.store(false, Ordering::Relaxed);
        }
    });
    scratch[0] = scratch.iter().sum();
    finite.into_inner()
}

fn sum_of_squares(x: &[f32]) -> f64 {
    let (eights, rest) = x.as_chunks::<8>();
    let mut squares = Squares::zero();
    eights.iter().for_each(|eight| squares.add(eight));
    rest.iter().fold(squares.total(), |sum, &x| sum + x as f64 * x as f64)
}
