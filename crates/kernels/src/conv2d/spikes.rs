//! Convolution of spikes: additions only, in proportion to how many fired.
//!
//! Forward: each fired input pixel of a task's rows is listed once as (channel * taps + column). For one output pixel
//! and one kernel row, the spikes under the kernel are then one run of that list, and entry + constant is the index of
//! the weight row to add, so that the inner loop knows nothing of columns, borders or strides.
//! Weight gradient: for each input channel the fired pixels are listed; the gradient of a tap is the sum of the output
//! gradient's rows at those pixels, shifted by the tap.

use super::{BLOCK, Shape, blocks};
use crate::par::{self, Shared};
use crate::simd::F32x4;
use crate::words;

/// Output pixels that one forward task computes, at least a row: enough to repay its list, few enough to share out.
const TASK_PIXELS: usize = 128;
/// Input channels of one weight-gradient task.
const TASK_CHANNELS: usize = 4;

fn rows_per_task(shape: &Shape) -> usize {
    (TASK_PIXELS / shape.wo()).clamp(1, shape.ho())
}

fn input_rows(shape: &Shape) -> usize {
    ((rows_per_task(shape) - 1) * shape.stride + shape.kernel).min(shape.h)
}

/// `u32`s of scratch that each thread needs for `forward` and `backward_weights`.
pub fn scratch_len(shape: &Shape) -> usize {
    let forward = input_rows(shape) * shape.w * (shape.cin + 1) + 1;
    let backward = shape.h * shape.w + shape.stride * shape.stride;
    forward.max(backward)
}

/// `y` `[N, Ho, Wo, Cout]` from spikes `[N, H, W, words(Cin)]`; `scratch` has [`scratch_len`] for each thread.
pub fn forward(shape: &Shape, spikes: &[u32], weights: &[f32], scratch: &mut [u32], y: &mut [f32]) {
    shape.check();
    assert_eq!(spikes.len(), shape.n * shape.h * shape.w * words(shape.cin));
    assert_eq!(weights.len(), shape.weight_len());
    assert_eq!(y.len(), shape.output_len());
    let per_thread = scratch_len(shape);
    assert!(scratch.len() >= per_thread * par::threads());

    let rows = rows_per_task(shape);
    let bands = shape.ho().div_ceil(rows);
    let image_words = shape.h * shape.w * words(shape.cin);
    let (scratch, y) = (Shared::new(scratch), Shared::new(y));
    let tasks = shape.cout.div_ceil(BLOCK) * shape.n * bands;
    // Blocks of output channels come slowest: a thread stays with the same weights over many images.
    par::for_each(tasks, |task, thread| {
        let (block, image, band) = (task / (shape.n * bands), task / bands % shape.n, task % bands);
        let first = block * BLOCK;
        let width = BLOCK.min(shape.cout - first);
        let scratch = unsafe { scratch.part(thread * per_thread, per_thread) };
        let input = &spikes[image * image_words..][..image_words];
        let weights = &weights[first * shape.cin * shape.taps()..][..width * shape.cin * shape.taps()];
        let from = band * rows;
        let band = Band { image, first, from, to: (from + rows).min(shape.ho()) };
        match width / 4 {
            1 => band.gather::<1>(shape, input, weights, scratch, &y),
            2 => band.gather::<2>(shape, input, weights, scratch, &y),
            3 => band.gather::<3>(shape, input, weights, scratch, &y),
            4 => band.gather::<4>(shape, input, weights, scratch, &y),
            5 => band.gather::<5>(shape, input, weights, scratch, &y),
            6 => band.gather::<6>(shape, input, weights, scratch, &y),
            7 => band.gather::<7>(shape, input, weights, scratch, &y),
            _ => band.gather::<8>(shape, input, weights, scratch, &y),
        }
    });
}

/// Output rows `[from, to)` of an image, for the output channels that start at `first`.
struct Band {
    image: usize,
    first: usize,
    from: usize,
    to: usize,
}

impl Band {
    /// V vectors of output channels.
    fn gather<const V: usize>(&self, s: &Shape, input: &[u32], weights: &[f32], scratch: &mut [u32], y: &Shared<f32>) {
        let top = (self.from * s.stride).saturating_sub(s.pad);
        let bottom = ((self.to - 1) * s.stride + s.kernel).saturating_sub(s.pad).min(s.h);
        let (starts, entries) = scratch.split_at_mut(input_rows(s) * s.w + 1);
        list_spikes(s, &input[top * s.w * words(s.cin)..bottom * s.w * words(s.cin)], starts, entries);

        for oy in self.from..self.to {
            // Other tasks write other channels of this row, hence a pointer and no slice.
            let row = y.pointer((self.image * s.ho() + oy) * s.wo() * s.cout + self.first);
            for ox in 0..s.wo() {
                let left = (ox * s.stride).saturating_sub(s.pad);
                let right = (ox * s.stride + s.kernel).saturating_sub(s.pad).min(s.w);
                let mut sums = [F32x4::splat(0.0); V];
                for ky in 0..s.kernel {
                    let iy = (oy * s.stride + ky).wrapping_sub(s.pad);
                    if iy >= s.h || left >= right {
                        continue;
                    }
                    let line = (iy - top) * s.w;
                    let run = &entries[starts[line + left] as usize..starts[line + right] as usize];
                    // entry = channel * taps + column, and the tap of a column is ky * kernel + column - (ox * stride - pad).
                    let shift = (ky * s.kernel + s.pad) as isize - (ox * s.stride) as isize;
                    for &entry in run {
                        let index = (entry as isize + shift) as usize * (4 * V);
                        debug_assert!(index + 4 * V <= weights.len());
                        for (v, sum) in sums.iter_mut().enumerate() {
                            *sum = *sum + unsafe { F32x4::load(weights.as_ptr().add(index + 4 * v)) };
                        }
                    }
                }
                for (v, sum) in sums.iter().enumerate() {
                    unsafe { sum.store(row.add(ox * s.cout + 4 * v)) };
                }
            }
        }
    }
}

/// Lists the spikes of some whole rows: `entries` as channel * taps + column, pixel p's from `starts[p]` to `starts[p+1]`.
fn list_spikes(s: &Shape, rows: &[u32], starts: &mut [u32], entries: &mut [u32]) {
    let per_pixel = words(s.cin);
    let taps = s.taps() as u32;
    let mut count = 0usize;
    for (pixel, bits) in rows.chunks_exact(per_pixel).enumerate() {
        starts[pixel] = count as u32;
        let column = (pixel % s.w) as u32;
        for (word, &fired) in bits.iter().enumerate() {
            let mut left = fired;
            while left != 0 {
                let channel = word as u32 * 32 + left.trailing_zeros();
                entries[count] = channel * taps + column;
                count += 1;
                left &= left - 1;
            }
        }
    }
    starts[rows.len() / per_pixel] = count as u32;
}

/// Adds the weights' gradient to `dw` (packed as the weights are). `dy` is the bordered output gradient
/// `[N, Ho + 2 border, Wo + 2 border, Cout]`, its border zero; `scratch` has [`scratch_len`] for each thread.
pub fn backward_weights(shape: &Shape, spikes: &[u32], dy: &[f32], scratch: &mut [u32], dw: &mut [f32]) {
    shape.check();
    assert_eq!(spikes.len(), shape.n * shape.h * shape.w * words(shape.cin));
    assert_eq!(dy.len(), shape.n * shape.gradient_image_len());
    assert_eq!(dw.len(), shape.weight_len());
    let per_thread = scratch_len(shape);
    assert!(scratch.len() >= per_thread * par::threads());

    let (scratch, dw) = (Shared::new(scratch), Shared::new(dw));
    par::for_each(shape.cin.div_ceil(TASK_CHANNELS), |task, thread| {
        let scratch = unsafe { scratch.part(thread * per_thread, per_thread) };
        let channels = task * TASK_CHANNELS..((task + 1) * TASK_CHANNELS).min(shape.cin);
        for image in 0..shape.n {
            let image_words = shape.h * shape.w * words(shape.cin);
            let input = &spikes[image * image_words..][..image_words];
            let gradient = &dy[image * shape.gradient_image_len()..][..shape.gradient_image_len()];
            for channel in channels.clone() {
                let fired = list_pixels(shape, input, channel, scratch);
                for (first, width) in blocks(shape.cout) {
                    let len = shape.taps() * width;
                    let dw = unsafe { dw.part(first * shape.cin * shape.taps() + channel * len, len) };
                    match width / 4 {
                        1 => scatter::<1>(shape, fired, gradient, first, dw),
                        2 => scatter::<2>(shape, fired, gradient, first, dw),
                        3 => scatter::<3>(shape, fired, gradient, first, dw),
                        4 => scatter::<4>(shape, fired, gradient, first, dw),
                        5 => scatter::<5>(shape, fired, gradient, first, dw),
                        6 => scatter::<6>(shape, fired, gradient, first, dw),
                        7 => scatter::<7>(shape, fired, gradient, first, dw),
                        _ => scatter::<8>(shape, fired, gradient, first, dw),
                    }
                }
            }
        }
    });
}

/// The pixels at which `channel` fired, as positions (y / stride, x / stride) in the bordered gradient, grouped by
/// (y % stride, x % stride): a tap of a strided convolution meets the pixels of one group only.
/// The first stride^2 values of what is returned are the ends of the groups.
fn list_pixels<'a>(s: &Shape, input: &[u32], channel: usize, scratch: &'a mut [u32]) -> &'a [u32] {
    let (word, bit) = (channel / 32, channel % 32);
    let per_pixel = words(s.cin);
    let groups = s.stride * s.stride;
    let line = s.wo() + 2 * s.border();
    let (ends, list) = scratch.split_at_mut(groups);
    let mut count = 0usize;
    for (group, end) in ends.iter_mut().enumerate() {
        for y in (group / s.stride..s.h).step_by(s.stride) {
            let row = &input[y * s.w * per_pixel..][..s.w * per_pixel];
            let columns = (group % s.stride..s.w).step_by(s.stride);
            for (position, x) in (y / s.stride * line..).zip(columns) {
                // Branch-free: a spike moves the end of the list past what was written.
                list[count] = position as u32;
                count += (row[x * per_pixel + word] >> bit & 1) as usize;
            }
        }
        *end = count as u32;
    }
    &scratch[..groups + count]
}

/// Adds, for each tap, the gradient rows at the fired pixels to `dw` `[taps][4 V]`.
fn scatter<const V: usize>(s: &Shape, fired: &[u32], gradient: &[f32], first: usize, dw: &mut [f32]) {
    let groups = s.stride * s.stride;
    let (ends, list) = fired.split_at(groups);
    let line = (s.wo() + 2 * s.border()) as isize;
    let (stride, pad, border) = (s.stride as isize, s.pad as isize, s.border() as isize);
    for tap in 0..s.taps() {
        let (ky, kx) = ((tap / s.kernel) as isize, (tap % s.kernel) as isize);
        // oy = (y + pad - ky) / stride is whole only for y % stride == (ky - pad) mod stride.
        let (py, px) = ((ky - pad).rem_euclid(stride), (kx - pad).rem_euclid(stride));
        let group = (py * stride + px) as usize;
        let from = if group == 0 { 0 } else { ends[group - 1] as usize };
        let shift = ((py + pad - ky) / stride + border) * line + (px + pad - kx) / stride + border;
        let dw = &mut dw[tap * 4 * V..][..4 * V];
        let mut sums: [F32x4; V] = core::array::from_fn(|v| unsafe { F32x4::load(dw.as_ptr().add(4 * v)) });
        for &position in &list[from..ends[group] as usize] {
            let index = (position as isize + shift) as usize * s.cout + first;
            debug_assert!(index + 4 * V <= gradient.len());
            for (v, sum) in sums.iter_mut().enumerate() {
                *sum = *sum + unsafe { F32x4::load(gradient.as_ptr().add(index + 4 * v)) };
            }
        }
        for (v, sum) in sums.iter().enumerate() {
            unsafe { sum.store(dw.as_mut_ptr().add(4 * v)) };
        }
    }
}
