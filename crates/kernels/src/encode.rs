//! From image bytes to what the first layer reads.

use crate::par::{self, Shared};
use crate::philox::{Purpose, Stream};
use crate::words;

/// Direct coding: (byte / 255 - mean) / std per channel, `[B, H, W, C]`; the same at every time step, so stored once.
pub fn direct(channels: usize, images: &[u8], mean: &[f32], std: &[f32], out: &mut [f32]) {
    assert_eq!(images.len(), out.len());
    assert_eq!((mean.len(), std.len()), (channels, channels));
    let per_task = 4096 * channels;
    let shared = Shared::new(out);
    par::for_each(images.len().div_ceil(per_task), |task, _| {
        let bytes = &images[task * per_task..((task + 1) * per_task).min(images.len())];
        let out = unsafe { shared.part(task * per_task, bytes.len()) };
        for (bytes, out) in bytes.chunks_exact(channels).zip(out.chunks_exact_mut(channels)) {
            for c in 0..channels {
                out[c] = (bytes[c] as f32 / 255.0 - mean[c]) / std[c];
            }
        }
    });
}

/// Where the random numbers of a batch come from.
pub struct RateStream<'a> {
    pub seed: u32,
    pub epoch: u32,
    /// `[B]`: each sample's number in its data set.
    pub samples: &'a [u32],
}

/// Rate coding: spikes `[T, B, H, W, words(C)]`, each with the probability byte / 255. `images` `[frames, B, H, W, C]`:
/// T frames, or 1, an image for all steps.
pub fn rate(steps: usize, frames: usize, channels: usize, stream: &RateStream, images: &[u8], spikes: &mut [u32]) {
    let batch = stream.samples.len();
    assert!(frames == steps || frames == 1, "{frames} frames for {steps} steps");
    let (image, per_pixel) = (images.len() / (frames * batch), words(channels));
    let image_words = image / channels * per_pixel;
    assert_eq!(images.len(), frames * batch * image);
    assert!(!images.is_empty(), "no pixels to encode");
    assert_eq!(spikes.len(), steps * batch * image_words);
    let spikes = Shared::new(spikes);
    par::for_each(steps * batch, |n, _| {
        let (t, b) = (n / batch, n % batch);
        let out = unsafe { spikes.part(n * image_words, image_words) };
        let mut random = Stream::new(stream.seed, Purpose::Rate, [stream.epoch, stream.samples[b], t as u32]);
        let at = if frames == 1 { b } else { n };
        for (pixel, out) in images[at * image..][..image].chunks_exact(channels).zip(out.chunks_exact_mut(per_pixel)) {
            out.fill(0);
            for (c, &byte) in pixel.iter().enumerate() {
                // Uniform over 0..255: a byte of 255 always fires, 0 never.
                let drawn = ((random.word() as u64 * 255) >> 32) as u8;
                out[c / 32] |= ((drawn < byte) as u32) << (c % 32);
            }
        }
    });
}
