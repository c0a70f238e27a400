//! Numbers about tensors: sums of squares, zeros, histograms, spike counts. All counts are exact; the sums of squares
//! meet in task order.

use crate::par::{self, Shared};

/// Powers of two that the histogram tells apart, per sign.
pub const BINS: usize = 48;
/// The first bin: |x| < 2^(MIN_EXPONENT + 1).
pub const MIN_EXPONENT: i32 = -40;
/// Floats of a result: sum of squares, zeros, then the bins of positive and of negative values.
pub const RESULT_LEN: usize = 2 + 2 * BINS;
const TASK_FLOATS: usize = 65_536;

/// f64s of scratch for [`describe`].
pub fn scratch_len(len: usize) -> usize {
    len.div_ceil(TASK_FLOATS).max(1) * RESULT_LEN
}

/// Describes `x` plus, when given, `inject` `[B, C]` (the same at every step and pixel of x `[T, B, pixels, C]`).
/// `dense` false: x counts as zero.
pub fn describe(x: &[f32], dense: bool, inject: Option<Inject>, scratch: &mut [f64], result: &mut [f64]) {
    let scratch = &mut scratch[..scratch_len(x.len())];
    assert_eq!(result.len(), RESULT_LEN);
    let shared = Shared::new(scratch);
    par::for_each(x.len().div_ceil(TASK_FLOATS), |task, _| {
        let part = unsafe { shared.part(task * RESULT_LEN, RESULT_LEN) };
        part.fill(0.0);
        let from = task * TASK_FLOATS;
        for (i, &value) in x[from..(from + TASK_FLOATS).min(x.len())].iter().enumerate() {
            let value = if dense { value } else { 0.0 };
            let value = value + inject.as_ref().map_or(0.0, |inject| inject.at(from + i));
            part[0] += value as f64 * value as f64;
            if value == 0.0 {
                part[1] += 1.0;
            } else {
                part[2 + bin(value)] += 1.0;
            }
        }
    });
    result.fill(0.0);
    if x.is_empty() {
        return;
    }
    for part in scratch.chunks_exact(RESULT_LEN) {
        result.iter_mut().zip(part).for_each(|(sum, value)| *sum += value);
    }
}

/// A gradient per image and channel.
pub struct Inject<'a> {
    pub values: &'a [f32],
    pub batch: usize,
    pub pixels: usize,
    pub channels: usize,
}

impl Inject<'_> {
    fn at(&self, index: usize) -> f32 {
        let image = index / (self.pixels * self.channels) % self.batch;
        self.values[image * self.channels + index % self.channels]
    }
}

/// By the exponent bits: exact. NaN and infinity fall into the last bin.
fn bin(value: f32) -> usize {
    let exponent = (value.to_bits() >> 23 & 0xff) as i32 - 127;
    let bin = (exponent - MIN_EXPONENT).clamp(0, BINS as i32 - 1) as usize;
    if value.is_sign_negative() { BINS + bin } else { bin }
}

/// f64s of scratch for [`sum_of_squares`].
pub fn sum_scratch_len(len: usize) -> usize {
    len.div_ceil(TASK_FLOATS)
}

/// Sum of squares of `x`.
pub fn sum_of_squares(x: &[f32], scratch: &mut [f64]) -> f64 {
    let parts = sum_scratch_len(x.len());
    let shared = Shared::new(&mut scratch[..parts]);
    par::for_each(parts, |task, _| {
        let part = &x[task * TASK_FLOATS..((task + 1) * TASK_FLOATS).min(x.len())];
        unsafe { *shared.pointer(task) = part.iter().fold(0.0, |sum, &x| sum + x as f64 * x as f64) };
    });
    scratch[..parts].iter().fold(0.0, |sum, part| sum + part)
}

/// Spikes in `words`.
pub fn count_spikes(words: &[u32]) -> u64 {
    words.iter().map(|word| word.count_ones() as u64).sum()
}
