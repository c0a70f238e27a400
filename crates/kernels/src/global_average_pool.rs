//! The mean of spikes over time and space: each channel's firing rate in each image.
//!
//!   rate[b, c] = (spikes of channel c in image b) / (T H W)
//!
//! A linear layer on it gives the mean over time of per-step logits (method reference, section 1.2).

use crate::par::{self, Shared};
use crate::words;

#[derive(Clone, Copy)]
pub struct Dims {
    pub steps: usize,
    pub batch: usize,
    pub pixels: usize,
    pub channels: usize,
}

impl Dims {
    fn scale(&self) -> f32 {
        1.0 / (self.steps * self.pixels) as f32
    }
}

/// `rates` `[B, C]` from spikes `[T, B, H, W, words(C)]`.
pub fn forward(d: &Dims, spikes: &[u32], rates: &mut [f32]) {
    check(d, spikes, rates);
    let rates = Shared::new(rates);
    par::for_each(d.batch, |b, _| {
        let rates = unsafe { rates.part(b * d.channels, d.channels) };
        rates.fill(0.0);
        count(d, spikes, b, |pixel| pixel, rates);
        rates.iter_mut().for_each(|rate| *rate *= d.scale());
    });
}

/// A plane's part of the rates of a sum of planes, whose bits count as much as `weight`: added to what there is when
/// `accumulate`.
pub fn forward_plane(d: &Dims, spikes: &[u32], weight: f32, accumulate: bool, rates: &mut [f32]) {
    check(d, spikes, rates);
    let rates = Shared::new(rates);
    par::for_each(d.batch, |b, _| {
        let rates = unsafe { rates.part(b * d.channels, d.channels) };
        for (word, rates) in rates.chunks_mut(32).enumerate() {
            let mut counts = [0.0; 32];
            count(d, spikes, b, |pixel| &pixel[word..=word], &mut counts);
            for (rate, count) in rates.iter_mut().zip(counts) {
                let part = count * d.scale() * weight;
                *rate = if accumulate { *rate + part } else { part };
            }
        }
    });
}

fn check(d: &Dims, spikes: &[u32], rates: &[f32]) {
    assert_eq!(spikes.len(), d.steps * d.batch * d.pixels * words(d.channels));
    assert!(!spikes.is_empty(), "no spikes to average");
    assert_eq!(rates.len(), d.batch * d.channels);
}

/// Adds the spikes of an image in some words of its pixels.
#[inline(always)]
fn count(d: &Dims, spikes: &[u32], b: usize, some: impl Fn(&[u32]) -> &[u32], counts: &mut [f32]) {
    let image = d.pixels * words(d.channels);
    for t in 0..d.steps {
        let spikes = &spikes[(t * d.batch + b) * image..][..image];
        for pixel in spikes.chunks_exact(words(d.channels)) {
            for (word, &fired) in some(pixel).iter().enumerate() {
                let mut left = fired;
                while left != 0 {
                    // Whole numbers below 2^24: exact in f32.
                    counts[word * 32 + left.trailing_zeros() as usize] += 1.0;
                    left &= left - 1;
                }
            }
        }
    }
}

/// Turns dL/drates `[B, C]` into what every spike of channel c in image b receives, the same at each (t, h, w).
pub fn backward(d: &Dims, gradient: &mut [f32]) {
    assert_eq!(gradient.len(), d.batch * d.channels);
    gradient.iter_mut().for_each(|g| *g *= d.scale());
}
