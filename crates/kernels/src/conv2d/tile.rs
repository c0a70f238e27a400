//! The dense inner kernel: P neighbouring pixels times two vectors of output channels, held in registers.

use super::row::Row;
use crate::simd::{WIDTH, Wide};

/// Output channels of one tile.
pub const TILE: usize = 2 * WIDTH;

/// One kernel position: where its pixel lies from a pixel's base, and where its weights `[channels][TILE]` start.
#[derive(Clone, Copy, Default)]
pub struct Tap {
    pub source: usize,
    pub weights: usize,
}

/// Most taps of a kernel: 15 x 15.
pub const MAX_TAPS: usize = 225;

/// Sums over taps, then channels, of source * weight; pixel p's base is `source + p * step`.
///
/// # Safety
/// Every tap's `channels` floats at each pixel, and its weights, must be readable.
#[inline(always)]
pub unsafe fn sums<const P: usize>(
    source: *const f32,
    step: usize,
    taps: &[Tap],
    channels: usize,
    weights: *const f32,
) -> [[Wide; 2]; P] {
    let mut sums = [[Wide::zero(); 2]; P];
    for tap in taps {
        let (mut from, mut weight) = unsafe { (source.add(tap.source), weights.add(tap.weights)) };
        for _ in 0..channels {
            unsafe {
                let (w0, w1) = (Wide::load(weight), Wide::load(weight.add(WIDTH)));
                for (p, sum) in sums.iter_mut().enumerate() {
                    let x = Wide::splat(*from.add(p * step));
                    sum[0] = sum[0] + x * w0;
                    sum[1] = sum[1] + x * w1;
                }
                from = from.add(1);
                weight = weight.add(TILE);
            }
        }
    }
    sums
}

/// Where a line of results goes: pixel p's channels at `to + p * step`, `width` of them, at most [`TILE`].
#[derive(Clone, Copy)]
pub struct Line {
    pub to: *mut f32,
    pub step: usize,
    pub width: usize,
}

impl Line {
    #[inline(always)]
    unsafe fn put<const P: usize>(&self, pixel: usize, sums: [[Wide; 2]; P]) {
        for (p, sum) in sums.iter().enumerate() {
            let to = unsafe { self.to.add((pixel + p) * self.step) };
            if self.width <= WIDTH {
                unsafe { Row::<1>::of(self.width).store(&[sum[0]], to) };
            } else {
                unsafe { Row::<2>::of(self.width).store(sum, to) };
            }
        }
    }

    /// Computes `count` pixels in a row.
    ///
    /// # Safety
    /// As for [`sums`], for `count` pixels, and the row must be writable.
    pub unsafe fn fill(
        &self,
        count: usize,
        from: *const f32,
        step: usize,
        taps: &[Tap],
        channels: usize,
        w: *const f32,
    ) {
        let mut pixel = 0;
        unsafe {
            while count - pixel >= 4 {
                self.put(pixel, sums::<4>(from.add(pixel * step), step, taps, channels, w));
                pixel += 4;
            }
            match count - pixel {
                3 => self.put(pixel, sums::<3>(from.add(pixel * step), step, taps, channels, w)),
                2 => self.put(pixel, sums::<2>(from.add(pixel * step), step, taps, channels, w)),
                1 => self.put(pixel, sums::<1>(from.add(pixel * step), step, taps, channels, w)),
                _ => {}
            }
        }
    }
}
