//! The gradient of a convolution's input: dense, since every weight carries some of the output's gradient back.
//!
//!   dx[iy, ix, i] = sum over ky, kx, o of  dy[(iy + pad - ky) / stride, (ix + pad - kx) / stride, o] * w[o, i, ky, kx]
//!
//! where only whole quotients count. Pixels of the same (iy % stride, ix % stride) share their taps and lie side by
//! side in dy, so each such class runs through the dense tile as if the stride were 1.

use super::tile::{MAX_TAPS, Row, TILE, Tap};
use super::{Shape, weight_index};
use crate::par::{self, Shared};

const TASK_PIXELS: usize = 128;
/// Weights that one task keeps using: about half of a small second-level cache.
const TASK_WEIGHT_FLOATS: usize = 65_536;

/// Floats of scratch for the transposed weights `[Cin / 8][taps][Cout][8]`.
pub fn transposed_len(shape: &Shape) -> usize {
    shape.cin.div_ceil(TILE) * TILE * shape.taps() * shape.cout
}

/// `dx` `[N, H, W, Cin]` (added to when `accumulate`) from the bordered `dy` `[N, Ho + 2 border, Wo + 2 border, Cout]`.
pub fn backward_input(shape: &Shape, dy: &[f32], weights: &[f32], transposed: &mut [f32], accumulate: bool, dx: &mut [f32]) {
    shape.check();
    assert!(shape.cin.is_multiple_of(4));
    assert_eq!(dy.len(), shape.n * shape.gradient_image_len());
    assert_eq!(weights.len(), shape.weight_len());
    assert_eq!(dx.len(), shape.input_len());
    let transposed = &mut transposed[..transposed_len(shape)];
    transpose(shape, weights, transposed);

    let block_len = TILE * shape.taps() * shape.cout;
    let blocks = shape.cin.div_ceil(TILE);
    let group = (TASK_WEIGHT_FLOATS / block_len).clamp(1, blocks);
    let rows = (TASK_PIXELS / shape.w).clamp(1, shape.h);
    let bands = shape.h.div_ceil(rows);
    let dx = Shared::new(dx);
    let transposed = &*transposed;
    par::for_each(blocks.div_ceil(group) * shape.n * bands, |task, _| {
        let (part, image, band) = (task / (shape.n * bands), task / bands % shape.n, task % bands);
        let gradient = &dy[image * shape.gradient_image_len()..][..shape.gradient_image_len()];
        let class_count = shape.stride * shape.stride;
        for class in (0..class_count).map(|c| Class::new(shape, c / shape.stride, c % shape.stride)) {
            for block in part * group..((part + 1) * group).min(blocks) {
                let weights = &transposed[block * block_len..][..block_len];
                for iy in (band * rows..((band + 1) * rows).min(shape.h)).filter(|iy| iy % shape.stride == class.py) {
                    // Other tasks write other channels of this row, hence a pointer and no slice.
                    let row = dx.pointer((image * shape.h + iy) * shape.w * shape.cin + block * TILE);
                    unsafe { class.backward_row(shape, iy, gradient, weights, block * TILE, accumulate, row) };
                }
            }
        }
    });
}

/// Input pixels with iy % stride == py and ix % stride == px, and the taps that reach them.
struct Class {
    py: usize,
    px: usize,
    taps: [Tap; MAX_TAPS],
    count: usize,
}

impl Class {
    fn new(s: &Shape, py: usize, px: usize) -> Self {
        let line = (s.wo() + 2 * s.border()) * s.cout;
        let mut class = Self { py, px, taps: [Tap::default(); MAX_TAPS], count: 0 };
        for tap in 0..s.taps() {
            let (ky, kx) = (tap / s.kernel, tap % s.kernel);
            // border = kernel - 1 - pad keeps both from going below zero.
            let (y, x) = (py + s.pad + s.border() * s.stride - ky, px + s.pad + s.border() * s.stride - kx);
            if y.is_multiple_of(s.stride) && x.is_multiple_of(s.stride) {
                let source = y / s.stride * line + x / s.stride * s.cout;
                class.taps[class.count] = Tap { source, weights: tap * s.cout * TILE };
                class.count += 1;
            }
        }
        class
    }

    #[allow(clippy::too_many_arguments)] // One row of one block: all of it varies in the loop above.
    unsafe fn backward_row(
        &self,
        s: &Shape,
        iy: usize,
        dy: &[f32],
        weights: &[f32],
        first: usize,
        accumulate: bool,
        row: *mut f32,
    ) {
        let line = (s.wo() + 2 * s.border()) * s.cout;
        let pixels = s.w.saturating_sub(self.px).div_ceil(s.stride);
        let to = unsafe { row.add(self.px * s.cin) };
        let to = Row { to, step: s.stride * s.cin, width: TILE.min(s.cin - first), accumulate };
        let from = dy[iy / s.stride * line..].as_ptr();
        unsafe { to.fill(pixels, from, s.cout, &self.taps[..self.count], s.cout, weights.as_ptr()) };
    }
}

fn transpose(s: &Shape, weights: &[f32], transposed: &mut [f32]) {
    let block_len = TILE * s.taps() * s.cout;
    let out = Shared::new(transposed);
    par::for_each(s.cin.div_ceil(TILE), |block, _| {
        let out = unsafe { out.part(block * block_len, block_len) };
        for tap in 0..s.taps() {
            for o in 0..s.cout {
                let to = &mut out[(tap * s.cout + o) * TILE..][..TILE];
                for (lane, to) in to.iter_mut().enumerate() {
                    let i = block * TILE + lane;
                    *to = if i < s.cin { weights[weight_index(s.cin, s.cout, s.taps(), o, i, tap)] } else { 0.0 };
                }
            }
        }
    });
}
