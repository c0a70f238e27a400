//! Membranes before the first time step, where they do not start at zero.

use crate::par::{self, Shared};
use crate::philox::{self, Purpose};

/// Where the random numbers of a layer in a step come from.
pub struct Place<'a> {
    pub seed: u32,
    pub layer: u32,
    pub step: u32,
    /// `[B]`: each sample's number in its data set.
    pub samples: &'a [u32],
}

/// Uniform numbers from 0 to `top`, `[B, H, W, C]`, each a function of its place alone; zero from `true_channels` on.
///
/// Number i of an image is the upper 24 bits of the word i % 4 of Philox's block (i / 4, step, sample, layer).
pub fn uniform(place: &Place, true_channels: usize, channels: usize, top: f32, out: &mut [f32]) {
    let batch = place.samples.len();
    assert!(batch > 0 && out.len().is_multiple_of(batch * channels) && true_channels <= channels);
    let pixels = out.len() / (batch * channels);
    let per_task = (4096 / channels).max(1);
    let tasks = pixels.div_ceil(per_task);
    let out = Shared::new(out);
    par::for_each(batch * tasks, |n, _| {
        let (b, task) = (n / tasks, n % tasks);
        let first = task * per_task;
        let count = per_task.min(pixels - first);
        let out = unsafe { out.part((b * pixels + first) * channels, count * channels) };
        let mut at = first * true_channels;
        let mut words = block(place, b, at);
        for pixel in out.chunks_exact_mut(channels) {
            let (ours, padding) = pixel.split_at_mut(true_channels);
            padding.fill(0.0);
            for number in ours {
                if at.is_multiple_of(4) {
                    words = block(place, b, at);
                }
                *number = (words[at % 4] >> 8) as f32 / 16_777_216.0 * top;
                at += 1;
            }
        }
    });
}

/// The block of the number `at` of an image.
fn block(place: &Place, b: usize, at: usize) -> [u32; 4] {
    let key = [place.seed, Purpose::Membrane as u32];
    philox::block(key, [(at / 4) as u32, place.step, place.samples[b], place.layer])
}
