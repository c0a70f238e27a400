use crate::{read, write};
use kestirme_kernels::flatten::{self as kernel, Dims};
use kestirme_kernels::words;

/// Spikes of maps of so many pixels as those of maps of one pixel: `flat` `[n, words(pixels * channels)]`.
pub fn flatten(n: usize, pixels: usize, channels: usize, spikes: *const u32, flat: *mut u32) {
    let spikes = read(spikes, n * pixels * words(channels));
    kernel::forward(&Dims { n, pixels, channels }, spikes, write(flat, n * words(pixels * channels)));
}
