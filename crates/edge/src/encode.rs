use crate::{read, write};
use kestirme_kernels::encode::{self as kernel, RateStream};
use kestirme_kernels::words;

/// `norm`: means of the channels, then standard deviations.
pub fn encode_direct(channels: usize, pixels: usize, images: *const u8, norm: *const f32, out: *mut f32) {
    let (mean, std) = read(norm, 2 * channels).split_at(channels);
    let len = pixels * channels;
    kernel::direct(channels, read(images, len), mean, std, write(out, len));
}

/// `pixels`: of one image; `images`: `frames` for each, T or 1, `[frames, B, pixels, C]`.
pub fn encode_rate(
    steps: usize,
    frames: usize,
    batch: usize,
    pixels: usize,
    channels: usize,
    seed: u32,
    epoch: u32,
    samples: *const u32,
    images: *const u8,
    spikes: *mut u32,
) {
    let stream = RateStream { seed, epoch, samples: read(samples, batch) };
    let images = read(images, frames * batch * pixels * channels);
    kernel::rate(steps, frames, channels, &stream, images, write(spikes, steps * batch * pixels * words(channels)));
}
