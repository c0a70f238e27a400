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
/// Pixels that one list of the weights' gradient covers, at least: small images share a list.
const LIST_PIXELS: usize = 512;

fn images_per_list(shape: &Shape) -> usize {
    LIST_PIXELS.div_ceil(shape.h * shape.w).min(shape.n)
}

fn rows_per_task(shape: &Shape) -> usize {
    (TASK_PIXELS / shape.wo()).clamp(1, shape.ho())
}

fn input_rows(shape: &Shape) -> usize {
    ((rows_per_task(shape) - 1) * shape.stride + shape.kernel).min(shape.h)
}

/// `u32`s that each thread needs for the list of a task's spikes.
pub fn forward_len(shape: &Shape) -> usize {
    input_rows(shape) * shape.w * (shape.cin + 1) + 1
}

/// `u32`s that each thread needs for the list of a channel's pixels.
pub fn backward_len(shape: &Shape) -> usize {
    images_per_list(shape) * shape.h * shape.w + shape.stride * shape.stride
}

/// See [`super::forward`].
pub fn forward(shape: &Shape, spikes: &[u32], weights: &[f32], scratch: &mut [u32], y: &mut [f32]) {
    let per_thread = forward_len(shape);
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
        by_width!(width, V, band.gather::<V>(shape, input, weights, scratch, &y));
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

/// See [`super::backward_weights`].
pub fn backward_weights(shape: &Shape, spikes: &[u32], dy: &[f32], scratch: &mut [u32], dw: &mut [f32]) {
    let per_thread = backward_len(shape);
    let (scratch, dw) = (Shared::new(scratch), Shared::new(dw));
    par::for_each(shape.cin.div_ceil(TASK_CHANNELS), |task, thread| {
        let scratch = unsafe { scratch.part(thread * per_thread, per_thread) };
        let channels = task * TASK_CHANNELS..((task + 1) * TASK_CHANNELS).min(shape.cin);
        for (images, gradient) in spikes
            .chunks(images_per_list(shape) * shape.h * shape.w * words(shape.cin))
            .zip(dy.chunks(images_per_list(shape) * shape.gradient_image_len()))
        {
            for channel in channels.clone() {
                let fired = list_pixels(shape, images, channel, scratch);
                for (first, width) in blocks(shape.cout) {
                    let len = shape.taps() * width;
                    let dw = unsafe { dw.part(first * shape.cin * shape.taps() + channel * len, len) };
                    match width / 4 {
                        1 => scatter::<1, 3>(shape, fired, gradient, first, dw),
                        2 => scatter::<2, 3>(shape, fired, gradient, first, dw),
                        3 => scatter::<3, 3>(shape, fired, gradient, first, dw),
                        4 => scatter::<4, 3>(shape, fired, gradient, first, dw),
                        5 => scatter::<5, 2>(shape, fired, gradient, first, dw),
                        6 => scatter::<6, 2>(shape, fired, gradient, first, dw),
                        7 => scatter::<7, 1>(shape, fired, gradient, first, dw),
                        _ => scatter::<8, 1>(shape, fired, gradient, first, dw),
                    }
                }
            }
        }
    });
}

/// The pixels at which `channel` fired in some images, as positions (y / stride, x / stride) in their bordered
/// gradients, grouped by (y % stride, x % stride): a tap of a strided convolution meets the pixels of one group only.
/// The first stride^2 values of what is returned are the ends of the groups.
fn list_pixels<'a>(s: &Shape, images: &[u32], channel: usize, scratch: &'a mut [u32]) -> &'a [u32] {
    let (word, bit) = (channel / 32, channel % 32);
    let per_pixel = words(s.cin);
    let groups = s.stride * s.stride;
    let line = s.wo() + 2 * s.border();
    let (ends, list) = scratch.split_at_mut(groups);
    let mut count = 0usize;
    for (group, end) in ends.iter_mut().enumerate() {
        for (image, input) in images.chunks_exact(s.h * s.w * per_pixel).enumerate() {
            let start = image * s.gradient_image_len() / s.cout;
            for y in (group / s.stride..s.h).step_by(s.stride) {
                let row = &input[y * s.w * per_pixel..][..s.w * per_pixel];
                let columns = (group % s.stride..s.w).step_by(s.stride);
                for (position, x) in (start + y / s.stride * line..).zip(columns) {
                    // Branch-free: a spike moves the end of the list past what was written.
                    list[count] = position as u32;
                    count += (row[x * per_pixel + word] >> bit & 1) as usize;
                }
            }
        }
        *end = count as u32;
    }
    &scratch[..groups + count]
}

/// Adds, for each tap, the gradient rows at the fired pixels to `dw` `[taps][4 V]`; K taps of a group at a time, so that
/// about twelve sums are in registers and the additions need not wait for each other.
fn scatter<const V: usize, const K: usize>(s: &Shape, fired: &[u32], gradient: &[f32], first: usize, dw: &mut [f32]) {
    let groups = s.stride * s.stride;
    let (ends, list) = fired.split_at(groups);
    let line = (s.wo() + 2 * s.border()) as isize;
    let (stride, pad, border) = (s.stride as isize, s.pad as isize, s.border() as isize);
    let mut start = 0;
    for (group, &end) in ends.iter().enumerate() {
        let fired = &list[start..end as usize];
        start = end as usize;
        let (py, px) = ((group / s.stride) as isize, (group % s.stride) as isize);
        // oy = (y + pad - ky) / stride is whole only for the ky that agree with y % stride.
        let taps = (0..s.taps()).filter_map(|tap| {
            let (dy, dx) = (py + pad - (tap / s.kernel) as isize, px + pad - (tap % s.kernel) as isize);
            let whole = dy % stride == 0 && dx % stride == 0;
            whole.then(|| (tap, (dy / stride + border) * line + dx / stride + border))
        });
        let mut some = [(0, 0); K];
        let mut count = 0;
        for tap in taps {
            some[count] = tap;
            count += 1;
            if count == K {
                add_rows::<V, K>(fired, gradient, s.cout, first, &some, dw);
                count = 0;
            }
        }
        for tap in &some[..count] {
            add_rows::<V, 1>(fired, gradient, s.cout, first, &[*tap], dw);
        }
    }
}

/// For each (tap, shift): `dw[tap]` += the sum of the gradient rows at the fired positions + shift.
fn add_rows<const V: usize, const K: usize>(
    fired: &[u32],
    gradient: &[f32],
    cout: usize,
    first: usize,
    taps: &[(usize, isize); K],
    dw: &mut [f32],
) {
    let at = |tap: usize, v: usize| tap * 4 * V + 4 * v;
    assert!(taps.iter().all(|&(tap, _)| at(tap, V) <= dw.len()));
    let mut sums: [[F32x4; V]; K] =
        taps.map(|(tap, _)| core::array::from_fn(|v| unsafe { F32x4::load(dw.as_ptr().add(at(tap, v))) }));
    let bases = taps.map(|(_, shift)| gradient.as_ptr().wrapping_offset(shift * cout as isize + first as isize));
    for &position in fired {
        let offset = position as usize * cout;
        for ((sums, base), &(_, shift)) in sums.iter_mut().zip(bases).zip(taps) {
            debug_assert!((position as isize + shift) as usize * cout + first + 4 * V <= gradient.len());
            for (v, sum) in sums.iter_mut().enumerate() {
                *sum = *sum + unsafe { F32x4::load(base.wrapping_add(offset + 4 * v)) };
            }
        }
    }
    for (sums, (tap, _)) in sums.iter().zip(taps) {
        for (v, sum) in sums.iter().enumerate() {
            unsafe { sum.store(dw.as_mut_ptr().add(at(*tap, v))) };
        }
    }
}
