//! A map as one pixel, for a fully connected layer: `[N, H, W, C]` becomes `[N, 1, 1, H W C]`, pixel after pixel. Values
//! and gradients lie so already. Spikes do where C fills whole words; elsewhere the words of the pixels are moved together.

use crate::par::{self, Shared};
use crate::words;

/// Words that one task writes, at least, unless there are fewer.
const TASK_WORDS: usize = 2_048;

#[derive(Clone, Copy, Debug)]
pub struct Dims {
    /// Images: T * B.
    pub n: usize,
    pub pixels: usize,
    pub channels: usize,
}

impl Dims {
    /// Words of one image's map, and of the same as one pixel.
    fn image(&self) -> (usize, usize) {
        (self.pixels * words(self.channels), words(self.pixels * self.channels))
    }
}

/// `flat` `[N, words(pixels * C)]`, in which channel c of pixel p is bit `p * C + c`, from spikes `[N, pixels, words(C)]`.
pub fn forward(d: &Dims, spikes: &[u32], flat: &mut [u32]) {
    let (map, row) = d.image();
    assert!(row > 0, "no spikes to flatten");
    assert_eq!((spikes.len(), flat.len()), (d.n * map, d.n * row));
    let images = TASK_WORDS.div_ceil(row);
    let flat = Shared::new(flat);
    par::for_each(d.n.div_ceil(images), |task, _| {
        for image in task * images..((task + 1) * images).min(d.n) {
            let row = unsafe { flat.part(image * row, row) };
            gather(d.channels, &spikes[image * map..][..map], row);
        }
    });
}

/// Bits beyond the channels are zero in every word.
fn gather(channels: usize, pixels: &[u32], row: &mut [u32]) {
    row.fill(0);
    for (pixel, bits) in pixels.chunks_exact(words(channels)).enumerate() {
        for (word, &fired) in bits.iter().enumerate() {
            let at = pixel * channels + 32 * word;
            let wide = u64::from(fired) << (at % 32);
            row[at / 32] |= wide as u32;
            if wide >> 32 != 0 {
                row[at / 32 + 1] |= (wide >> 32) as u32;
            }
        }
    }
}
