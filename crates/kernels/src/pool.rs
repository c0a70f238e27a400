//! Average and maximum pooling of spikes or of values. Averages count the padding (PyTorch's count_include_pad);
//! a maximum passes its gradient to the first of the largest in scan order.

use crate::par::{self, Shared};
use crate::words;

/// Values or words that one task of a forward pass writes, at most, unless a line has more.
const TASK_VALUES: usize = 2_048;

#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Images: T * B.
    pub n: usize,
    pub h: usize,
    pub w: usize,
    pub channels: usize,
    pub kernel: usize,
    pub stride: usize,
    pub pad: usize,
}

impl Shape {
    pub fn ho(&self) -> usize {
        (self.h + 2 * self.pad - self.kernel) / self.stride + 1
    }

    pub fn wo(&self) -> usize {
        (self.w + 2 * self.pad - self.kernel) / self.stride + 1
    }

    /// Sizes that no kernel could work with are a panic.
    pub fn check(&self) {
        let sizes = [self.n, self.h, self.w, self.channels, self.kernel, self.stride];
        assert!(sizes.iter().all(|size| *size > 0), "pooling with a size of 0: {self:?}");
        assert!(self.pad < self.kernel, "pad {} of kernel {}", self.pad, self.kernel);
        let least = self.kernel.saturating_sub(2 * self.pad);
        assert!(self.h >= least && self.w >= least, "a window beyond the image");
    }

    fn image(&self) -> usize {
        self.h * self.w * self.channels
    }

    fn out_image(&self) -> usize {
        self.ho() * self.wo() * self.channels
    }

    /// Input pixels under output pixel (oy, ox), in scan order.
    fn window(&self, oy: usize, ox: usize) -> impl Iterator<Item = usize> + Clone {
        let range = |o: usize, size: usize| {
            let from = o * self.stride;
            from.saturating_sub(self.pad)..(from + self.kernel).saturating_sub(self.pad).min(size)
        };
        let (columns, width) = (range(ox, self.w), self.w);
        range(oy, self.h).flat_map(move |y| columns.clone().map(move |x| y * width + x))
    }

    /// Index of output pixel, its window.
    fn windows(&self) -> impl Iterator<Item = (usize, impl Iterator<Item = usize> + Clone)> {
        let wo = self.wo();
        (0..self.ho() * wo).map(move |pixel| (pixel, self.window(pixel / wo, pixel % wo)))
    }
}

/// What is pooled.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    /// `[N, H, W, words(C)]`
    Spikes(&'a [u32]),
    /// `[N, H, W, C]`
    Values(&'a [f32]),
}

impl Input<'_> {
    fn check(&self, s: &Shape) {
        let (have, want) = match self {
            Self::Spikes(x) => (x.len(), s.n * s.h * s.w * words(s.channels)),
            Self::Values(x) => (x.len(), s.n * s.image()),
        };
        assert_eq!(have, want);
    }

    #[inline(always)]
    fn at(&self, s: &Shape, n: usize, pixel: usize, c: usize) -> f32 {
        match self {
            Self::Spikes(x) => {
                let word = (n * s.h * s.w + pixel) * words(s.channels) + c / 32;
                if x[word] >> (c % 32) & 1 == 1 { 1.0 } else { 0.0 }
            }
            Self::Values(x) => x[n * s.image() + pixel * s.channels + c],
        }
    }
}

/// `y` `[N, Ho, Wo, C]`, the mean over each window.
pub fn average_forward(s: &Shape, x: Input, y: &mut [f32]) {
    average(s, x, 1.0, y, |_, mean| mean);
}

/// A plane's part of the means of a sum of planes, whose bits count as much as `weight`: added to what there is when
/// `accumulate`.
pub fn average_forward_plane(s: &Shape, x: &[u32], weight: f32, accumulate: bool, y: &mut [f32]) {
    average(s, Input::Spikes(x), weight, y, |before, mean| if accumulate { before + mean } else { mean });
}

#[inline(always)]
fn average(s: &Shape, x: Input, weight: f32, y: &mut [f32], join: impl Fn(f32, f32) -> f32 + Sync) {
    x.check(s);
    assert_eq!(y.len(), s.n * s.out_image());
    let scale = weight / (s.kernel * s.kernel) as f32;
    for_each_pixel(s, s.channels, y, |n, oy, ox, y| {
        let window = s.window(oy, ox);
        for (c, y) in y.iter_mut().enumerate() {
            *y = join(*y, window.clone().fold(0.0, |sum, i| sum + x.at(s, n, i, c)) * scale);
        }
    });
}

/// Of an image of so many lines of output: lines of a task, and tasks.
fn cut(lines: usize, values: usize) -> (usize, usize) {
    let rows = (TASK_VALUES / values).clamp(1, lines);
    (rows, lines.div_ceil(rows))
}

/// Calls `fill(image, row, column, values)` for every output pixel, which has `per_pixel` values in `y`; a task has some
/// rows of one image.
fn for_each_pixel<T: Send>(
    s: &Shape,
    per_pixel: usize,
    y: &mut [T],
    fill: impl Fn(usize, usize, usize, &mut [T]) + Sync,
) {
    let (ho, line) = (s.ho(), s.wo() * per_pixel);
    let (rows, bands) = cut(ho, line);
    let y = Shared::new(y);
    par::for_each(s.n * bands, |task, _| {
        let (n, band) = (task / bands, task % bands);
        for oy in band * rows..((band + 1) * rows).min(ho) {
            let pixels = unsafe { y.part((n * ho + oy) * line, line) };
            for (ox, values) in pixels.chunks_exact_mut(per_pixel).enumerate() {
                fill(n, oy, ox, values);
            }
        }
    });
}

/// `dx` `[N, H, W, C]`, added to when `accumulate`.
pub fn average_backward(s: &Shape, dy: &[f32], accumulate: bool, dx: &mut [f32]) {
    let scale = 1.0 / (s.kernel * s.kernel) as f32;
    spread(s, dy, accumulate, dx, |_, window, gradient, dx, c| {
        window.for_each(|i| dx[i * s.channels + c] += gradient * scale);
    });
}

/// The largest of each window; spikes give spikes (`y` `[N, Ho, Wo, words(C)]`): one fired in the window.
pub fn max_forward_spikes(s: &Shape, x: &[u32], y: &mut [u32]) {
    Input::Spikes(x).check(s);
    let per_pixel = words(s.channels);
    assert_eq!(y.len(), s.n * s.ho() * s.wo() * per_pixel);
    let image = s.h * s.w * per_pixel;
    for_each_pixel(s, per_pixel, y, |n, oy, ox, y| {
        let (x, window) = (&x[n * image..][..image], s.window(oy, ox));
        for (word, y) in y.iter_mut().enumerate() {
            *y = window.clone().fold(0, |any, i| any | x[i * per_pixel + word]);
        }
    });
}

/// The largest of each window, `y` `[N, Ho, Wo, C]`.
pub fn max_forward(s: &Shape, x: &[f32], y: &mut [f32]) {
    let input = Input::Values(x);
    input.check(s);
    assert_eq!(y.len(), s.n * s.out_image());
    for_each_pixel(s, s.channels, y, |n, oy, ox, y| {
        let window = s.window(oy, ox);
        for (c, y) in y.iter_mut().enumerate() {
            *y = input.at(s, n, largest(s, input, n, window.clone(), c), c);
        }
    });
}

/// `dx` `[N, H, W, C]`, added to when `accumulate`.
pub fn max_backward(s: &Shape, x: Input, dy: &[f32], accumulate: bool, dx: &mut [f32]) {
    x.check(s);
    spread(s, dy, accumulate, dx, |n, window, gradient, dx, c| {
        dx[largest(s, x, n, window, c) * s.channels + c] += gradient;
    });
}

/// The first pixel of the window with the largest value. A NaN wins, as in PyTorch, so that it is not hidden.
fn largest(s: &Shape, x: Input, n: usize, mut window: impl Iterator<Item = usize>, c: usize) -> usize {
    let mut best = window.next().expect("pad is below the kernel, so a window holds a pixel");
    for i in window {
        let value = x.at(s, n, i, c);
        if value > x.at(s, n, best, c) || value.is_nan() {
            best = i;
        }
    }
    best
}

/// Calls `give(n, window, dy, dx of the image, channel)` for every output value.
fn spread<F>(s: &Shape, dy: &[f32], accumulate: bool, dx: &mut [f32], give: F)
where
    F: Fn(usize, &mut dyn Iterator<Item = usize>, f32, &mut [f32], usize) + Sync,
{
    assert_eq!((dy.len(), dx.len()), (s.n * s.out_image(), s.n * s.image()));
    let dx = Shared::new(dx);
    par::for_each(s.n, |n, _| {
        let dx = unsafe { dx.part(n * s.image(), s.image()) };
        if !accumulate {
            dx.fill(0.0);
        }
        for (pixel, window) in s.windows() {
            for c in 0..s.channels {
                let gradient = dy[n * s.out_image() + pixel * s.channels + c];
                give(n, &mut window.clone(), gradient, dx, c);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows and tasks of an image whose lines have so many values.
    #[test]
    fn one_large_image_is_work_for_several_threads_and_a_small_one_for_one() {
        assert_eq!(cut(56, 56 * 64), (1, 56));
        assert_eq!(cut(16, 16 * 16), (8, 2));
        assert_eq!(cut(4, 4 * 64), (4, 1));
    }
}
