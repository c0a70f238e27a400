use crate::{read, write};
use kestirme_kernels::start::{self as kernel, Place};

/// Membranes before the first time step: uniform numbers from 0 to `top`, `[B, pixels, channels]`, each a function of seed,
/// layer, step, sample and place; zero from `true_channels` on. `pixels`: of one image.
pub fn random_membranes(
    seed: u32,
    layer: u32,
    step: u32,
    samples: *const u32,
    batch: usize,
    pixels: usize,
    true_channels: usize,
    channels: usize,
    top: f32,
    out: *mut f32,
) {
    let place = Place { seed, layer, step, samples: read(samples, batch) };
    kernel::uniform(&place, true_channels, channels, top, write(out, batch * pixels * channels));
}
