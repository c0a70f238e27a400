//! The gradient of a convolution's input:
//!
//!   dx[iy, ix, i] = sum over ky, kx, o of  dy[(iy + pad - ky) / stride, (ix + pad - kx) / stride, o] * w[o, i, ky, kx]
//!
//! where only whole quotients count. No sparsity of spikes helps here, but a surrogate does: where the derivative of the
//! neuron below is zero, its gradient is multiplied by zero, so it need not be known. Each input channel therefore lists
//! the positions that are asked for and takes a tile of them at a time: each is a dot product over a few runs of `dy` that are
//! contiguous in memory, and the tile shares every load of the weights. Whether a position is listed or not does not
//! change the sum of another, so a listed position has the same bits whoever else is on the list.

use super::{Scratch, Shape, weight_index};
use crate::par::{self, Shared};
use crate::simd::F32x4;
use crate::words;

/// Input pixels of one task, over several images where these are small.
const TASK_PIXELS: usize = 64;
/// Input channels of one task.
const TASK_CHANNELS: usize = 32;
/// Output channels that one pass over a task's pixels sums: their gradients stay in the nearest cache.
const CHUNK: usize = 64;
/// Positions that share the weights' loads: six sums, six gradients and a weight are all that V8 keeps in registers.
const TILE: usize = 6;

fn rows_per_task(shape: &Shape) -> usize {
    (TASK_PIXELS / shape.w).max(1)
}

/// `u32`s of one channel's list: starts in `dy`, then input pixels.
fn list_len(shape: &Shape) -> usize {
    2 * (rows_per_task(shape) * shape.w).next_multiple_of(TILE)
}

/// What [`backward_input`] needs.
pub fn scratch(shape: &Shape) -> Scratch {
    let words_per_thread = TASK_CHANNELS * (list_len(shape) + 1);
    Scratch { words_per_thread, floats_per_thread: 0, floats: shape.weight_len() }
}

/// `dx` `[N, H, W, Cin]` (added to when `accumulate`) from the bordered `dy` `[N, Ho + 2 border, Wo + 2 border, Cout]`.
/// `asked` `[N, H, W, words(Cin)]`: the positions to compute, the others keep what they hold; None: all.
#[allow(clippy::too_many_arguments)] // Tensors in, scratch, tensor out.
pub fn backward_input(
    shape: &Shape,
    dy: &[f32],
    weights: &[f32],
    asked: Option<&[u32]>,
    lists: &mut [u32],
    transposed: &mut [f32],
    accumulate: bool,
    dx: &mut [f32],
) {
    shape.check();
    assert_eq!(dy.len(), shape.n * shape.gradient_image_len());
    assert_eq!(weights.len(), shape.weight_len());
    assert_eq!(dx.len(), shape.input_len());
    assert!(asked.is_none_or(|bits| bits.len() == shape.n * shape.h * shape.w * words(shape.cin)));
    let per_thread = scratch(shape).words_per_thread;
    assert!(lists.len() >= per_thread * par::threads());
    let transposed = &mut transposed[..shape.weight_len()];
    transpose(shape, weights, transposed);

    let (transposed, lists, dx) = (&*transposed, Shared::new(lists), Shared::new(dx));
    let rows = rows_per_task(shape);
    let parts = (shape.n * shape.h).div_ceil(rows);
    par::for_each(shape.cin.div_ceil(TASK_CHANNELS) * parts, |task, thread| {
        let (counts, lists) = unsafe { lists.part(thread * per_thread, per_thread) }.split_at_mut(TASK_CHANNELS);
        let part = task % parts;
        let rows = part * rows..((part + 1) * rows).min(shape.n * shape.h);
        let first = task / parts * TASK_CHANNELS;
        let channels = first..(first + TASK_CHANNELS).min(shape.cin);
        for class in Class::all(shape) {
            for ((channel, list), count) in
                channels.clone().zip(lists.chunks_exact_mut(list_len(shape))).zip(&mut *counts)
            {
                *count = class.list(shape, rows.clone(), channel, asked, list) as u32;
            }
            for chunk in (0..shape.cout).step_by(CHUNK) {
                for ((channel, list), &count) in channels.clone().zip(lists.chunks_exact(list_len(shape))).zip(&*counts)
                {
                    let add = accumulate || chunk > 0;
                    class.dots(shape, dy, transposed, channel, chunk, list, count as usize, add, &dx);
                }
            }
        }
    });
}

/// Input pixels with iy % stride == py and ix % stride == px: they meet the same taps. Those lie in `runs` rows of `dy`,
/// `width` neighbouring pixels in each.
struct Class {
    py: usize,
    px: usize,
    runs: usize,
    width: usize,
    /// Rows and columns of `dy` from (iy / stride, ix / stride) to the first pixel.
    top: usize,
    left: usize,
    /// Taps of the classes before this one.
    before: usize,
}

/// The kernel positions k whose (p + pad - k) is a multiple of the stride, largest first: in the order of `dy`.
fn taps(shape: &Shape, p: usize) -> impl Iterator<Item = usize> + Clone {
    let (kernel, stride, pad) = (shape.kernel, shape.stride, shape.pad);
    (0..kernel).rev().filter(move |k| (p + pad + stride * kernel - k).is_multiple_of(stride))
}

impl Class {
    fn all(shape: &Shape) -> impl Iterator<Item = Class> {
        let (stride, mut taps_before) = (shape.stride, 0);
        (0..stride * stride).map(move |class| {
            let (py, px) = (class / stride, class % stride);
            let (runs, width) = (taps(shape, py).count(), taps(shape, px).count());
            let before = taps_before;
            taps_before += runs * width;
            // border = kernel - 1 - pad keeps the first tap's row and column from falling below zero.
            let first =
                |p: usize| taps(shape, p).next().map(|k| (p + shape.pad + shape.border() * stride - k) / stride);
            let (top, left) = (first(py).unwrap_or(0), first(px).unwrap_or(0));
            Class { py, px, runs, width, top, left, before }
        })
    }

    /// Lists the asked positions of some rows, counted over all images: where in `dy` they start, and which input pixel
    /// they are. The list is filled up to a whole tile with its last position.
    fn list(
        &self,
        s: &Shape,
        rows: core::ops::Range<usize>,
        channel: usize,
        asked: Option<&[u32]>,
        list: &mut [u32],
    ) -> usize {
        let half = list.len() / 2;
        let (sources, targets) = list.split_at_mut(half);
        let line = (s.wo() + 2 * s.border()) * s.cout;
        let (word, bit, per_pixel) = (channel / 32, channel % 32, words(s.cin));
        let mut count = 0;
        for row in rows.filter(|row| row % s.h % s.stride == self.py) {
            let (image, iy) = (row / s.h, row % s.h);
            let start = image * s.gradient_image_len() + (iy / s.stride + self.top) * line + self.left * s.cout;
            let columns = (self.px..s.w).step_by(s.stride);
            for (source, ix) in (start..).step_by(s.cout).zip(columns) {
                let pixel = row * s.w + ix;
                // Branch-free: a position that is asked for moves the end of the list past what was written.
                sources[count] = source as u32;
                targets[count] = pixel as u32;
                count += asked.map_or(1, |bits| (bits[pixel * per_pixel + word] >> bit & 1) as usize);
            }
        }
        if count > 0 {
            let last = sources[count - 1];
            sources[count..count.next_multiple_of(TILE)].fill(last);
        }
        count
    }

    /// Sums over the output channels from `chunk` on, at a channel's listed positions.
    #[allow(clippy::too_many_arguments)] // One pass of the loops above: all of it varies there.
    fn dots(
        &self,
        s: &Shape,
        dy: &[f32],
        transposed: &[f32],
        channel: usize,
        chunk: usize,
        list: &[u32],
        count: usize,
        add: bool,
        dx: &Shared<f32>,
    ) {
        let wide = CHUNK.min(s.cout - chunk);
        // [Cin][chunk][class][runs][wide]
        let start = channel * s.taps() * s.cout + chunk * s.taps() + self.before * wide;
        let weights = &transposed[start..][..self.runs * self.width * wide];
        let (sources, targets) = list.split_at(list.len() / 2);
        for at in (0..count).step_by(TILE) {
            let sources: &[u32; TILE] = sources[at..at + TILE].try_into().expect("a whole tile");
            let sums = self.tile(s, &dy[chunk..], sources, weights, wide);
            for (sum, &target) in sums.iter().zip(&targets[at..count.min(at + TILE)]) {
                let to = dx.pointer(target as usize * s.cin + channel);
                unsafe { *to = if add { *to + sum } else { *sum } };
            }
        }
    }

    /// The sums at a tile of positions.
    #[inline(always)]
    fn tile(&self, s: &Shape, dy: &[f32], sources: &[u32; TILE], weights: &[f32], wide: usize) -> [f32; TILE] {
        let line = (s.wo() + 2 * s.border()) * s.cout;
        // Whole pixels lie side by side, so a run is one stretch; chunks of them do not.
        let (stretches, len) = if wide == s.cout { (1, self.width * wide) } else { (self.width, wide) };
        let mut sums = [F32x4::splat(0.0); TILE];
        let mut weight = weights.as_ptr();
        let mut from = sources.map(|source| dy.as_ptr().wrapping_add(source as usize));
        for _ in 0..self.runs {
            for _ in 0..stretches {
                for _ in 0..len / 4 {
                    unsafe {
                        let w = F32x4::load(weight);
                        for (sum, x) in sums.iter_mut().zip(&mut from) {
                            *sum = *sum + F32x4::load(*x) * w;
                            *x = x.wrapping_add(4);
                        }
                        weight = weight.add(4);
                    }
                }
                from = from.map(|x| x.wrapping_add(if stretches == 1 { line - len } else { s.cout - len }));
            }
            if stretches > 1 {
                from = from.map(|x| x.wrapping_add(line).wrapping_sub(stretches * s.cout));
            }
        }
        sums.map(|sum| {
            let [a, b, c, d] = sum.to_array();
            (a + b) + (c + d)
        })
    }
}

/// Weights as `[Cin][chunk][class][runs][chunk's channels]`: a dot product reads them from end to end.
fn transpose(s: &Shape, weights: &[f32], transposed: &mut [f32]) {
    let len = s.taps() * s.cout;
    let out = Shared::new(transposed);
    par::for_each(s.cin, |i, _| {
        let mut out = unsafe { out.part(i * len, len) }.iter_mut();
        for chunk in (0..s.cout).step_by(CHUNK) {
            for class in 0..s.stride * s.stride {
                for ky in taps(s, class / s.stride) {
                    for kx in taps(s, class % s.stride) {
                        for (o, out) in (chunk..(chunk + CHUNK).min(s.cout)).zip(&mut out) {
                            *out = weights[weight_index(s.cin, s.cout, s.taps(), o, i, ky * s.kernel + kx)];
                        }
                    }
                }
            }
        }
    });
}
