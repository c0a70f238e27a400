//! 2-D convolution (cross-correlation, as the field has it) of `[N, H, W, Cin]` to `[N, Ho, Wo, Cout]`, square kernels.
//!
//!   y[n, oy, ox, o] = sum over ky, kx, i of  x[n, oy*stride + ky - pad, ox*stride + kx - pad, i] * w[o, i, ky, kx]
//!
//! Weights are stored as the spike kernels read them: `[Cout / 32][Cin][taps][32]`, the last block narrower when Cout is
//! not a multiple of 32 ([`Shape::weight_len`], [`pack_weights`], [`unpack_weights`]). Output gradients lie as
//! [`gradient`] says.

/// Runs `$call` with the constant `$vectors`, as many as hold `$width` floats: the inner loops keep them in registers.
macro_rules! by_width {
    ($width:expr, $vectors:ident, $call:expr) => {
        by_width!(@ $width, $vectors, $call, 1 2 3 4 5 6 7 8)
    };
    (@ $width:expr, $vectors:ident, $call:expr, $($n:literal)*) => {
        match $width.div_ceil(crate::simd::WIDTH) {
            $($n => {
                // More than a block never occur, so they are not compiled.
                const $vectors: usize = if $n * crate::simd::WIDTH <= crate::conv2d::BLOCK { $n } else { 1 };
                $call
            })*
            vectors => unreachable!("a block of {vectors} vectors"),
        }
    };
}

mod bits;
mod dense;
mod forward;
pub mod gradient;
mod input_gradient;
mod lists;
mod row;
mod tables;
mod tile;
mod weight_gradient;

pub use dense::{
    add_border, backward_weights as backward_weights_dense, bordered_len, forward as forward_dense, tiled_len,
};
pub use forward::scratch as forward_scratch;
pub use input_gradient::{backward_input, scratch as backward_input_scratch};
pub use weight_gradient::scratch as backward_weights_scratch;

use gradient::Layout;

use crate::{LANES, par, words};
use tile::MAX_TAPS;

/// Output channels that one pass holds in registers, and the width of a weight block.
pub const BLOCK: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Images: T * B.
    pub n: usize,
    pub h: usize,
    pub w: usize,
    /// Any number when the input is an image; a multiple of four otherwise.
    pub cin: usize,
    /// A multiple of four.
    pub cout: usize,
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

    pub fn taps(&self) -> usize {
        self.kernel * self.kernel
    }

    pub fn weight_len(&self) -> usize {
        self.cout * self.cin * self.taps()
    }

    /// Zero pixels around an output gradient on each side.
    pub fn border(&self) -> usize {
        self.kernel - 1 - self.pad
    }

    /// How the output gradient lies.
    pub fn gradient(&self) -> Layout {
        Layout { n: self.n, h: self.ho(), w: self.wo(), channels: self.cout, border: self.border() }
    }

    pub fn input_len(&self) -> usize {
        self.n * self.h * self.w * self.cin
    }

    pub fn output_len(&self) -> usize {
        self.n * self.ho() * self.wo() * self.cout
    }

    /// Sizes that no kernel could work with are a panic.
    pub fn check(&self) {
        let sizes = [self.n, self.h, self.w, self.cin, self.cout, self.kernel, self.stride];
        assert!(sizes.iter().all(|size| *size > 0), "a convolution with a size of 0: {self:?}");
        assert!(
            self.kernel.saturating_mul(self.kernel) <= MAX_TAPS,
            "kernel {} has more than {MAX_TAPS} taps",
            self.kernel
        );
        assert!(self.cout.is_multiple_of(LANES), "cout {} is no multiple of {LANES}", self.cout);
        assert!(self.pad < self.kernel, "pad {} of kernel {}", self.pad, self.kernel);
        assert!(
            self.h + 2 * self.pad >= self.kernel && self.w + 2 * self.pad >= self.kernel,
            "kernel beyond the image"
        );
        assert!(self.wo() <= 1024, "lines of {} pixels; at most 1024", self.wo());
    }
}

/// Memory that a kernel works in; its content means nothing before and after.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scratch {
    pub words_per_thread: usize,
    pub words: usize,
    pub floats_per_thread: usize,
    pub floats: usize,
}

impl Scratch {
    pub fn words(&self) -> usize {
        self.words_per_thread * par::threads() + self.words
    }

    pub fn floats(&self) -> usize {
        self.floats_per_thread * par::threads() + self.floats
    }
}

/// One of the bit planes whose sum a convolution reads.
#[derive(Clone, Copy)]
pub struct Plane<'a> {
    /// `[N, H, W, words(Cin)]`
    pub spikes: &'a [u32],
    /// What a bit counts.
    pub weight: f32,
    /// Whether the planes before it are in the result already.
    pub accumulate: bool,
}

impl<'a> Plane<'a> {
    /// The only one.
    fn of(spikes: &'a [u32]) -> Self {
        Self { spikes, weight: 1.0, accumulate: false }
    }
}

/// `y` `[N, Ho, Wo, Cout]` from spikes `[N, H, W, words(Cin)]`, by additions only.
pub fn forward(s: &Shape, spikes: &[u32], weights: &[f32], list: &mut [u32], floats: &mut [f32], y: &mut [f32]) {
    forward_plane(s, Plane::of(spikes), weights, list, floats, y);
}

/// A plane's part of `y`.
pub fn forward_plane(s: &Shape, plane: Plane, weights: &[f32], list: &mut [u32], floats: &mut [f32], y: &mut [f32]) {
    s.check();
    let scratch = forward_scratch(s);
    assert!(list.len() >= scratch.words() && floats.len() >= scratch.floats());
    assert_eq!(plane.spikes.len(), s.n * s.h * s.w * words(s.cin));
    assert_eq!((weights.len(), y.len()), (s.weight_len(), s.output_len()));
    forward::forward(s, plane, weights, list, floats, y);
}

/// Adds the weights' gradient to `dw` (packed as the weights are), by additions only; `dy` as [`gradient`] has it.
pub fn backward_weights(s: &Shape, spikes: &[u32], dy: &[f32], list: &mut [u32], floats: &mut [f32], dw: &mut [f32]) {
    backward_weights_plane(s, Plane::of(spikes), dy, list, floats, dw);
}

/// A plane's part of it; whether others came before makes no difference.
pub fn backward_weights_plane(
    s: &Shape,
    plane: Plane,
    dy: &[f32],
    list: &mut [u32],
    floats: &mut [f32],
    dw: &mut [f32],
) {
    s.check();
    let scratch = backward_weights_scratch(s);
    assert!(list.len() >= scratch.words() && floats.len() >= scratch.floats());
    assert_eq!(plane.spikes.len(), s.n * s.h * s.w * words(s.cin));
    assert_eq!((dy.len(), dw.len()), (s.gradient().len(), s.weight_len()));
    weight_gradient::backward_weights(s, plane, dy, list, floats, dw);
}

/// Where the weight of (output channel, input channel, tap) lies.
pub fn weight_index(cin: usize, cout: usize, taps: usize, o: usize, i: usize, tap: usize) -> usize {
    let first = o / BLOCK * BLOCK;
    let width = BLOCK.min(cout - first);
    first * cin * taps + (i * taps + tap) * width + (o - first)
}

/// As [`weight_index`], of a convolution of one pixel that was a map of `pixels` before ([`crate::flatten`]).
pub fn flat_weight_index(cin: usize, cout: usize, pixels: usize, o: usize, i: usize, pixel: usize) -> usize {
    weight_index(cin * pixels, cout, 1, o, pixel * cin + i, 0)
}

/// The true channels of weights, `[out, in]`, and the padded ones.
type Channels = [usize; 2];

/// Calls `each(place in PyTorch's order, place in blocks)`. `parts`: taps or pixels, the last of PyTorch's dimensions.
fn for_each_weight(
    [outputs, inputs]: Channels,
    [cout, cin]: Channels,
    parts: usize,
    index: impl Fn(usize, usize, usize, usize, usize, usize) -> usize,
    mut each: impl FnMut(usize, usize),
) {
    for at in 0..outputs * inputs * parts {
        let (o, i, part) = (at / (inputs * parts), at / parts % inputs, at % parts);
        each(at, index(cin, cout, parts, o, i, part));
    }
}

/// PyTorch's OIHW, with the true channel counts, to blocks of padded channels; padding becomes 0.
pub fn pack_weights(
    oihw: &[f32],
    o_true: usize,
    i_true: usize,
    cin: usize,
    cout: usize,
    taps: usize,
    packed: &mut [f32],
) {
    assert_eq!((oihw.len(), packed.len()), (o_true * i_true * taps, cout * cin * taps));
    packed.fill(0.0);
    for_each_weight([o_true, i_true], [cout, cin], taps, weight_index, |plain, at| packed[at] = oihw[plain]);
}

/// The way back from [`pack_weights`].
pub fn unpack_weights(
    packed: &[f32],
    o_true: usize,
    i_true: usize,
    cin: usize,
    cout: usize,
    taps: usize,
    oihw: &mut [f32],
) {
    assert_eq!((oihw.len(), packed.len()), (o_true * i_true * taps, cout * cin * taps));
    for_each_weight([o_true, i_true], [cout, cin], taps, weight_index, |plain, at| oihw[plain] = packed[at]);
}

/// As [`pack_weights`], of a fully connected layer that reads a map of `pixels` and `cin` channels: PyTorch's rows
/// `[out, channels * pixels]` to the blocks of a convolution of one pixel with `pixels * cin` channels.
pub fn pack_flat_weights(
    rows: &[f32],
    o_true: usize,
    i_true: usize,
    cin: usize,
    cout: usize,
    pixels: usize,
    packed: &mut [f32],
) {
    assert_eq!((rows.len(), packed.len()), (o_true * i_true * pixels, cout * cin * pixels));
    packed.fill(0.0);
    for_each_weight([o_true, i_true], [cout, cin], pixels, flat_weight_index, |plain, at| packed[at] = rows[plain]);
}

/// The way back from [`pack_flat_weights`].
pub fn unpack_flat_weights(
    packed: &[f32],
    o_true: usize,
    i_true: usize,
    cin: usize,
    cout: usize,
    pixels: usize,
    rows: &mut [f32],
) {
    assert_eq!((rows.len(), packed.len()), (o_true * i_true * pixels, cout * cin * pixels));
    for_each_weight([o_true, i_true], [cout, cin], pixels, flat_weight_index, |plain, at| rows[plain] = packed[at]);
}
