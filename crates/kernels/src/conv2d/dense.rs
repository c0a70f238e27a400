//! Convolution of an input that is not spikes: the image, or pooled spikes. The input carries a zero border of `pad`
//! pixels ([`add_border`]).

use super::row::Row;
use super::tile::{Line, MAX_TAPS, TILE, Tap};
use super::{BLOCK, Shape, weight_index};
use crate::par::{self, Shared};
use crate::simd::{WIDTH, Wide};

const TASK_PIXELS: usize = 128;

fn bordered(s: &Shape) -> (usize, usize) {
    (s.h + 2 * s.pad, s.w + 2 * s.pad)
}

/// Floats of the bordered input `[N, H + 2 pad, W + 2 pad, Cin]`.
pub fn bordered_len(shape: &Shape) -> usize {
    let (h, w) = bordered(shape);
    shape.n * h * w * shape.cin
}

/// Copies `x` `[N, H, W, Cin]` into the middle of `out`, zero around it.
pub fn add_border(shape: &Shape, x: &[f32], out: &mut [f32]) {
    assert_eq!((x.len(), out.len()), (shape.input_len(), bordered_len(shape)));
    let (h, w) = bordered(shape);
    let image = h * w * shape.cin;
    let out = Shared::new(out);
    par::for_each(shape.n, |n, _| {
        let out = unsafe { out.part(n * image, image) };
        out.fill(0.0);
        for y in 0..shape.h {
            let row = shape.w * shape.cin;
            let to = ((y + shape.pad) * w + shape.pad) * shape.cin;
            out[to..to + row].copy_from_slice(&x[(n * shape.h + y) * row..][..row]);
        }
    });
}

/// Floats of scratch for the weights in tile order `[Cout / TILE][taps][Cin][TILE]`.
pub fn tiled_len(shape: &Shape) -> usize {
    shape.cout.div_ceil(TILE) * TILE * shape.taps() * shape.cin
}

/// `y` `[N, Ho, Wo, Cout]` from the bordered `x`; `tiled` has [`tiled_len`] floats.
pub fn forward(shape: &Shape, x: &[f32], weights: &[f32], tiled: &mut [f32], y: &mut [f32]) {
    shape.check();
    assert_eq!(x.len(), bordered_len(shape));
    assert_eq!(weights.len(), shape.weight_len());
    assert_eq!(y.len(), shape.output_len());
    let tiled = &mut tiled[..tiled_len(shape)];
    tile_weights(shape, weights, tiled);

    let (bh, bw) = bordered(shape);
    let (ho, wo) = (shape.ho(), shape.wo());
    let mut taps = [Tap::default(); MAX_TAPS];
    for (tap, to) in taps[..shape.taps()].iter_mut().enumerate() {
        let source = (tap / shape.kernel * bw + tap % shape.kernel) * shape.cin;
        *to = Tap { source, weights: tap * shape.cin * TILE };
    }
    let taps = &taps[..shape.taps()];
    let block_len = TILE * shape.taps() * shape.cin;
    let rows = (TASK_PIXELS / wo).clamp(1, ho);
    let bands = ho.div_ceil(rows);
    let (y, tiled) = (Shared::new(y), &*tiled);
    par::for_each(shape.n * bands, |task, _| {
        let (image, band) = (task / bands, task % bands);
        for block in 0..shape.cout.div_ceil(TILE) {
            for oy in band * rows..((band + 1) * rows).min(ho) {
                let row = unsafe { y.part((image * ho + oy) * wo * shape.cout, wo * shape.cout) };
                let from = &x[(image * bh + oy * shape.stride) * bw * shape.cin..];
                let width = TILE.min(shape.cout - block * TILE);
                let to = unsafe { row.as_mut_ptr().add(block * TILE) };
                let line = Line { to, step: shape.cout, width };
                let weights = tiled[block * block_len..].as_ptr();
                unsafe { line.fill(wo, from.as_ptr(), shape.stride * shape.cin, taps, shape.cin, weights) };
            }
        }
    });
}

fn tile_weights(s: &Shape, weights: &[f32], tiled: &mut [f32]) {
    for (block, out) in tiled.chunks_exact_mut(TILE * s.taps() * s.cin).enumerate() {
        for tap in 0..s.taps() {
            for i in 0..s.cin {
                for lane in 0..TILE {
                    let o = block * TILE + lane;
                    let value =
                        if o < s.cout { weights[weight_index(s.cin, s.cout, s.taps(), o, i, tap)] } else { 0.0 };
                    out[(tap * s.cin + i) * TILE + lane] = value;
                }
            }
        }
    }
}

/// Adds the weights' gradient to `dw`; `x` is the bordered input, `dy` as [`super::gradient`] has it.
pub fn backward_weights(shape: &Shape, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    shape.check();
    assert_eq!(x.len(), bordered_len(shape));
    assert_eq!(dy.len(), shape.gradient().len());
    assert_eq!(dw.len(), shape.weight_len());
    if shape.kernel == 1 && shape.stride == 1 && shape.h == 1 {
        backward_weights_of_lines(shape, x, dy, dw);
        return;
    }
    let dw = Shared::new(dw);
    let terms = shape.cin * shape.taps();
    par::for_each(shape.cout.div_ceil(BLOCK) * terms, |task, _| {
        let first = task / terms * BLOCK;
        let (i, tap) = (task % terms / shape.taps(), task % shape.taps());
        let width = BLOCK.min(shape.cout - first);
        let at = weight_index(shape.cin, shape.cout, shape.taps(), first, i, tap);
        let dw = unsafe { dw.part(at, width) };
        by_width!(width, V, {
            let row = Row::<V>::of(width);
            let mut total = unsafe { tap_gradient(row, shape, x, dy, i, tap, first) };
            unsafe {
                total.iter_mut().zip(row.load(dw.as_ptr())).for_each(|(total, before)| *total = before + *total);
                row.store(&total, dw.as_mut_ptr());
            }
        });
    });
}

/// Sum over all pixels of input channel i at a tap times the gradient of a row of output channels: rows first, then images.
unsafe fn tap_gradient<const V: usize>(
    row: Row<V>,
    s: &Shape,
    x: &[f32],
    dy: &[f32],
    i: usize,
    tap: usize,
    first: usize,
) -> [Wide; V] {
    let ((bh, bw), layout) = (bordered(s), s.gradient());
    let block = layout.block(first);
    let mut total = [Wide::zero(); V];
    for image in 0..s.n {
        let mut sums = [Wide::zero(); V];
        for oy in 0..s.ho() {
            let from = &x[((image * bh + oy * s.stride + tap / s.kernel) * bw + tap % s.kernel) * s.cin + i..];
            let line = layout.pixel(image, oy, 0) * block.channels + first - block.first_channel;
            let line = dy[block.start + line..].as_ptr();
            for ox in 0..s.wo() {
                let value = Wide::splat(from[ox * s.stride * s.cin]);
                let gradient = unsafe { row.load(line.wrapping_add(ox * block.channels)) };
                sums.iter_mut().zip(gradient).for_each(|(sum, gradient)| *sum = *sum + value * gradient);
            }
        }
        total.iter_mut().zip(sums).for_each(|(total, sum)| *total = *total + sum);
    }
    total
}

/// Input channels that share the loads of `dy`, and those of a task.
const SIDE: usize = 4;
const TASK_CHANNELS: usize = 32;

/// As [`backward_weights`], of images that are lines and a kernel of one pixel, as a fully connected layer has them: the
/// same sums in the same order, of several input channels at a time.
fn backward_weights_of_lines(s: &Shape, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    let dw = Shared::new(dw);
    let parts = s.cin.div_ceil(TASK_CHANNELS);
    par::for_each(s.cout.div_ceil(TILE) * parts, |task, _| {
        let (first, from) = (task / parts * TILE, task % parts * TASK_CHANNELS);
        let width = TILE.min(s.cout - first);
        for i in (from..(from + TASK_CHANNELS).min(s.cin)).step_by(SIDE) {
            if width <= WIDTH {
                unsafe { add_lines(Row::<1>::of(width), s, x, dy, [i, first], &dw) };
            } else {
                unsafe { add_lines(Row::<2>::of(width), s, x, dy, [i, first], &dw) };
            }
        }
    });
}

/// Adds the gradients of [`SIDE`] input channels from i on and a row of output channels from `first` on.
///
/// # Safety
/// No other task may hold these weights.
unsafe fn add_lines<const V: usize>(
    row: Row<V>,
    s: &Shape,
    x: &[f32],
    dy: &[f32],
    [i, first]: [usize; 2],
    dw: &Shared<f32>,
) {
    let last = SIDE.min(s.cin - i) - 1;
    let (layout, block) = (s.gradient(), s.gradient().block(first));
    let mut totals = [[Wide::zero(); V]; SIDE];
    for image in 0..s.n {
        let line = layout.pixel(image, 0, 0) * block.channels + first - block.first_channel;
        let lines = [&x[image * s.w * s.cin + i..], &dy[block.start + line..]];
        let sums = unsafe { line_gradients(row, lines, s.w, [s.cin, block.channels], last) };
        totals.iter_mut().flatten().zip(sums.iter().flatten()).for_each(|(total, sum)| *total = *total + *sum);
    }
    for (k, total) in totals[..=last].iter_mut().enumerate() {
        let to = dw.pointer(weight_index(s.cin, s.cout, 1, first, i + k, 0));
        unsafe {
            total.iter_mut().zip(row.load(to)).for_each(|(total, before)| *total = before + *total);
            row.store(total, to);
        }
    }
}

/// Sums over the pixels of a line: of [`SIDE`] inputs, those behind `last` its copies, times a row of gradients.
///
/// # Safety
/// The rows must be readable, `steps` floats from pixel to pixel.
// A function of its own: V8 finds registers for a small one.
#[cfg_attr(target_family = "wasm", inline(never))]
unsafe fn line_gradients<const V: usize>(
    row: Row<V>,
    [x, dy]: [&[f32]; 2],
    pixels: usize,
    steps: [usize; 2],
    last: usize,
) -> [[Wide; V]; SIDE] {
    let mut sums = [[Wide::zero(); V]; SIDE];
    for pixel in 0..pixels {
        let x = x.as_ptr().wrapping_add(pixel * steps[0]);
        let gradient = unsafe { row.load(dy.as_ptr().wrapping_add(pixel * steps[1])) };
        for (k, sums) in sums.iter_mut().enumerate() {
            let value = Wide::splat(unsafe { *x.wrapping_add(k.min(last)) });
            sums.iter_mut().zip(gradient).for_each(|(sum, gradient)| *sum = *sum + value * gradient);
        }
    }
    sums
}
