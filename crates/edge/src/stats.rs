use crate::{read, write};
use kestirme_kernels::stats::{self as kernel, Inject};

/// f64s of a description: sum of squares, zeros, bins of positive values, bins of negative values.
pub fn description_len() -> usize {
    kernel::RESULT_LEN
}

pub fn min_exponent() -> i32 {
    kernel::MIN_EXPONENT
}

/// f64s of scratch for `describe`.
pub fn describe_scratch_len(len: usize) -> usize {
    kernel::scratch_len(len)
}

pub fn describe(x: *const f32, len: usize, scratch: *mut f64, result: *mut f64) {
    let scratch = write(scratch, kernel::scratch_len(len));
    kernel::describe(read(x, len), true, None, scratch, write(result, kernel::RESULT_LEN));
}

/// The gradient at a tap: x `[T, B, pixels, C]` (zero unless `dense`) plus `inject` `[B, C]`.
pub fn describe_tap(
    x: *const f32,
    steps: usize,
    batch: usize,
    pixels: usize,
    channels: usize,
    dense: bool,
    inject: *const f32,
    scratch: *mut f64,
    result: *mut f64,
) {
    let len = steps * batch * pixels * channels;
    let inject =
        (!inject.is_null()).then(|| Inject { values: read(inject, batch * channels), batch, pixels, channels });
    let scratch = write(scratch, kernel::scratch_len(len));
    kernel::describe(read(x, len), dense, inject, scratch, write(result, kernel::RESULT_LEN));
}

pub fn sum_of_squares(x: *const f32, len: usize, scratch: *mut f64) -> f64 {
    kernel::sum_of_squares(read(x, len), write(scratch, kernel::sum_scratch_len(len)))
}

pub fn count_spikes(words: *const u32, len: usize) -> f64 {
    kernel::count_spikes(read(words, len)) as f64
}
