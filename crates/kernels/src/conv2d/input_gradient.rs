//! The gradient of a convolution's input:
//!
//!   dx[iy, ix, i] = sum over ky, kx, o of  dy[(iy + pad - ky) / stride, (ix + pad - kx) / stride, o] * w[o, i, ky, kx]
//!
//! where only whole quotients count. No sparsity of spikes helps here, but a surrogate does: where the derivative of the
//! neuron below is zero, its gradient is multiplied by zero, so it need not be known. Each input channel therefore lists
//! the positions that are asked for and takes a tile of them at a time: each is a dot product over a few runs of `dy` that are
//! contiguous in memory, and the tile shares every load of the weights. Whether a position is listed or not does not
//! change the sum of another, so a listed position has the same bits whoever else is on the list.

use super::bits::transpose_bits;
use super::gradient::{self, Block};
use super::{Scratch, Shape, weight_index};
use crate::par::{self, Shared};
use crate::simd::{Part, Sixteen, WIDTH};
use crate::words;

/// A task's input pixels are a rectangle that meets about this many columns and rows of `dy`, over several images where
/// these are small: a block of these then stays in the nearest cache for all channels.
const TASK_SIDE: usize = 8;
/// Input channels whose positions are listed at a time: those of one word.
const TASK_CHANNELS: usize = 32;
/// Tasks, at least, where there are as many words and rectangles: a task takes the words of a rectangle one after another, which
/// then meet the same of `dy` while it is near.
const TASKS: usize = 64;
/// Positions that share the weights' loads: as many as there are registers for their sums.
const TILE: usize = match WIDTH {
    16 => 8,
    8 => 6,
    _ => 3,
};
/// The same of a tile that is the rest of a list: it is shorter, more often than not.
const REST: usize = if WIDTH > 4 { TILE / 2 } else { TILE };

/// The positions of the set bits of a number below 16.
const SET_BITS: [[u32; 4]; 16] = {
    let mut table = [[0; 4]; 16];
    let mut number = 0;
    while number < 16 {
        let (mut count, mut bit) = (0, 0);
        while bit < 4 {
            if number >> bit & 1 == 1 {
                table[number][count] = bit as u32;
                count += 1;
            }
            bit += 1;
        }
        number += 1;
    }
    table
};

/// How input pixels are cut into tasks; rows are counted over all images.
struct Cut {
    columns: usize,
    rows: usize,
    /// Tasks beside each other and above each other.
    across: usize,
    down: usize,
}

impl Cut {
    fn of(s: &Shape) -> Self {
        let side = TASK_SIDE * s.stride;
        let across = s.w.div_ceil(side);
        let columns = s.w.div_ceil(across);
        let rows = side * side / columns;
        Self { columns, rows, across, down: (s.n * s.h).div_ceil(rows) }
    }

    /// Pixels of one task, in whole words.
    fn padded_pixels(&self) -> usize {
        (self.rows * self.columns).next_multiple_of(32)
    }
}

/// What a task works in.
struct Lists<'a> {
    /// The task's pixels, counted over all images.
    places: &'a mut [u32],
    /// Where the pixels of `dy` that a pixel meets start, but for its class's offset.
    sources: &'a mut [u32],
    /// `[pixels / 32][32 channels]`, a bit for each pixel that is asked for.
    asked: &'a mut [u32],
    /// `[32 channels][pixels + 4]`: the asked pixels of one class, from the task's first.
    pixels: &'a mut [u32],
    counts: &'a mut [u32],
}

impl<'a> Lists<'a> {
    fn words(shape: &Shape) -> usize {
        let pixels = Cut::of(shape).padded_pixels();
        3 * pixels + TASK_CHANNELS * (pixels + 4) + TASK_CHANNELS
    }

    fn new(shape: &Shape, words: &'a mut [u32]) -> Self {
        let pixels = Cut::of(shape).padded_pixels();
        let (places, words) = words.split_at_mut(pixels);
        let (sources, words) = words.split_at_mut(pixels);
        let (asked, words) = words.split_at_mut(pixels);
        let (counts, pixels) = words.split_at_mut(TASK_CHANNELS);
        Self { places, sources, asked, pixels, counts }
    }
}

/// What [`backward_input`] needs.
pub fn scratch(shape: &Shape) -> Scratch {
    Scratch { words_per_thread: Lists::words(shape), floats: shape.weight_len(), ..Scratch::default() }
}

/// `dx` `[N, H, W, Cin]` (added to when `accumulate`) from `dy`, which lies as [`super::gradient`] says.
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
    assert_eq!(dy.len(), shape.gradient().len());
    assert_eq!(weights.len(), shape.weight_len());
    assert_eq!(dx.len(), shape.input_len());
    assert!(asked.is_none_or(|bits| bits.len() == shape.n * shape.h * shape.w * words(shape.cin)));
    let per_thread = Lists::words(shape);
    assert!(lists.len() >= per_thread * par::threads());
    let transposed = &mut transposed[..shape.weight_len()];
    transpose(shape, weights, transposed);

    let (transposed, lists, dx) = (&*transposed, Shared::new(lists), Shared::new(dx));
    let cut = &Cut::of(shape);
    let (parts, all) = (cut.across * cut.down, words(shape.cin));
    let per_task = (parts * all / TASKS).clamp(1, all);
    let runs = all.div_ceil(per_task);
    par::for_each(runs * parts, |task, thread| {
        let lists = unsafe { lists.part(thread * per_thread, per_thread) };
        let (run, part) = (task / parts, task % parts);
        let (column, row) = (part % cut.across * cut.columns, part / cut.across * cut.rows);
        let columns = column..(column + cut.columns).min(shape.w);
        let rows = row..(row + cut.rows).min(shape.n * shape.h);
        let (word, lists) = (run * per_task, Lists::new(shape, lists));
        let mut task = Task { s: shape, columns, rows, word, lists, dy, transposed, dx: &dx };
        task.find_pixels();
        while task.word < all.min((run + 1) * per_task) {
            task.run(asked, accumulate);
            task.word += 1;
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
            // Of a class without taps nothing is read.
            let (top, left) = first(py).zip(first(px)).unwrap_or((0, 0));
            Class { py, px, runs, width, top, left, before }
        })
    }

    /// Which of some pixels belong to the class, as bits.
    fn pattern(&self, s: &Shape, places: &[u32]) -> u32 {
        if s.stride == 1 {
            return u32::MAX;
        }
        places.iter().enumerate().fold(0, |bits, (i, &place)| {
            let (iy, ix) = (place as usize / s.w % s.h, place as usize % s.w);
            bits | u32::from(iy % s.stride == self.py && ix % s.stride == self.px) << i
        })
    }
}

/// A rectangle of input pixels, and the word of input channels that it is at.
struct Task<'a> {
    s: &'a Shape,
    columns: core::ops::Range<usize>,
    rows: core::ops::Range<usize>,
    word: usize,
    lists: Lists<'a>,
    dy: &'a [f32],
    transposed: &'a [f32],
    dx: &'a Shared<'a, f32>,
}

impl Task<'_> {
    fn pixels(&self) -> usize {
        self.rows.len() * self.columns.len()
    }

    /// Sums for the channels of a word.
    fn run(&mut self, asked: Option<&[u32]>, accumulate: bool) {
        self.find_asked(asked);
        for class in Class::all(self.s) {
            if accumulate && class.runs * class.width == 0 {
                continue; // Nothing to add.
            }
            self.list(&class);
            for block in self.s.gradient().blocks() {
                self.dots(&class, &block, accumulate || block.first_channel > 0);
            }
        }
    }

    fn find_pixels(&mut self) {
        let (s, layout, width) = (self.s, self.s.gradient(), self.columns.len());
        let Lists { places, sources, .. } = &mut self.lists;
        let lines = places.chunks_exact_mut(width).zip(sources.chunks_exact_mut(width));
        for (row, (places, sources)) in self.rows.clone().zip(lines) {
            let start = row / s.h * layout.image_pixels() + row % s.h / s.stride * layout.line_pixels();
            for (ix, (place, source)) in self.columns.clone().zip(places.iter_mut().zip(sources)) {
                *place = (row * s.w + ix) as u32;
                *source = (start + ix / s.stride) as u32;
            }
        }
    }

    fn find_asked(&mut self, asked: Option<&[u32]>) {
        let (per_pixel, pixels) = (words(self.s.cin), self.pixels());
        let Lists { places, asked: matrices, .. } = &mut self.lists;
        for (group, matrix) in matrices.chunks_exact_mut(32).enumerate() {
            let matrix: &mut [u32; 32] = matrix.try_into().expect("32 words");
            for (i, bits) in matrix.iter_mut().enumerate() {
                let pixel = group * 32 + i;
                let asked = || asked.map_or(u32::MAX, |asked| asked[places[pixel] as usize * per_pixel + self.word]);
                *bits = if pixel < pixels { asked() } else { 0 };
            }
            transpose_bits(matrix);
        }
    }

    /// Lists the asked pixels of a class for each channel.
    fn list(&mut self, class: &Class) {
        let Lists { places, asked, pixels, counts, .. } = &mut self.lists;
        let len = pixels.len() / TASK_CHANNELS;
        counts.fill(0);
        for (group, matrix) in asked.chunks_exact(32).enumerate() {
            let pattern = class.pattern(self.s, &places[group * 32..][..32]);
            for ((bits, list), count) in matrix.iter().zip(pixels.chunks_exact_mut(len)).zip(counts.iter_mut()) {
                let bits = bits & pattern;
                let mut end = *count as usize;
                for i in (0..32).step_by(4) {
                    let chosen = (bits >> i & 15) as usize;
                    // Four entries are written; the end of the list moves past those of set bits.
                    let to: &mut [u32; 4] = (&mut list[end..end + 4]).try_into().expect("four entries");
                    *to = SET_BITS[chosen].map(|bit| (group * 32 + i) as u32 + bit);
                    end += chosen.count_ones() as usize;
                }
                *count = end as u32;
            }
        }
    }

    /// Sums over a block of output channels, at the listed pixels of each input channel.
    fn dots(&self, class: &Class, block: &Block, add: bool) {
        let (s, layout) = (self.s, self.s.gradient());
        let first = block.start + (class.top * layout.line_pixels() + class.left) * block.channels;
        let Some(start) = self.dy.get(first..) else { return }; // A class without pixels.
        let len = class.width * block.channels;
        let Lists { pixels, counts, .. } = &self.lists;
        let lists = pixels.chunks_exact(pixels.len() / TASK_CHANNELS).zip(counts.iter());
        for (channel, (list, &count)) in (self.word * 32..s.cin).zip(lists) {
            // [Cin][block][class][runs][width][channels of the block]
            let at = (channel * s.cout + block.first_channel) * s.taps() + class.before * block.channels;
            let weights = &self.transposed[at..][..class.runs * len];
            for tile in list[..count as usize].chunks(TILE) {
                match tile.len() > REST {
                    true => self.tile::<TILE>(class, block, start.as_ptr(), weights, channel, tile, add),
                    false => self.tile::<REST>(class, block, start.as_ptr(), weights, channel, tile, add),
                }
            }
        }
    }

    /// The sums at as many positions of a channel as N, or fewer: a position that is missing is worked out again.
    #[allow(clippy::too_many_arguments)] // What the loops around it know.
    #[inline(always)]
    fn tile<const N: usize>(
        &self,
        class: &Class,
        block: &Block,
        start: *const f32,
        weights: &[f32],
        channel: usize,
        tile: &[u32],
        add: bool,
    ) {
        let Lists { places, sources, .. } = &self.lists;
        let (last, len) = (tile.len() - 1, class.width * block.channels);
        let pixel: [usize; N] = core::array::from_fn(|i| tile[i.min(last)] as usize);
        let sources = pixel.map(|pixel| sources[pixel] * block.channels as u32);
        let line = self.s.gradient().line_pixels() * block.channels;
        let dots = if len.is_multiple_of(16) { dots::<N, true> } else { dots::<N, false> };
        let sums = unsafe { dots(&sources, start, line, weights, len) };
        for (sum, pixel) in sums.into_iter().zip(pixel).take(tile.len()) {
            let to = self.dx.pointer(places[pixel] as usize * self.s.cin + channel);
            unsafe { *to = if add { *to + sum } else { sum } };
        }
    }
}

/// The dot product of the weights, runs of `len`, with as many floats from each source on, whose runs are `line` apart.
/// WHOLE: `len` is a multiple of sixteen.
///
/// # Safety
/// The floats must be readable.
// A function of its own: V8 finds registers for a small one.
#[cfg_attr(target_family = "wasm", inline(never))]
unsafe fn dots<const N: usize, const WHOLE: bool>(
    sources: &[u32; N],
    start: *const f32,
    line: usize,
    weights: &[f32],
    len: usize,
) -> [f32; N] {
    let mut sums = [Sixteen::zero(); N];
    for part in 0..Sixteen::PARTS {
        let mut parts = [Part::zero(); N];
        let mut line_start = start;
        for weights in weights.chunks_exact(len.max(1)) {
            let weights = weights.as_ptr();
            let mut at = part * Part::FLOATS;
            while at + Part::FLOATS <= len {
                let w = unsafe { Part::load(weights.add(at)) };
                for (sum, &source) in parts.iter_mut().zip(sources) {
                    sum.add_products(unsafe { Part::load(line_start.wrapping_add(source as usize + at)) }, w);
                }
                at += 16;
            }
            if !WHOLE && at < len {
                let quads = (len - at) / 4;
                let w = unsafe { Part::load_quads(weights.add(at), quads) };
                for (sum, &source) in parts.iter_mut().zip(sources) {
                    sum.add_products(
                        unsafe { Part::load_quads(line_start.wrapping_add(source as usize + at), quads) },
                        w,
                    );
                }
            }
            line_start = line_start.wrapping_add(line);
        }
        sums.iter_mut().zip(parts).for_each(|(sum, sums)| sum.put(part, sums));
    }
    sums.map(Sixteen::total)
}

/// Weights as `[Cin][block][class][runs][width][channels of the block]`: a dot product reads them from end to end.
fn transpose(s: &Shape, weights: &[f32], transposed: &mut [f32]) {
    let len = s.taps() * s.cout;
    let out = Shared::new(transposed);
    par::for_each(s.cin, |i, _| {
        let mut out = unsafe { out.part(i * len, len) }.iter_mut();
        for block in (0..s.cout).step_by(gradient::WIDE) {
            for class in 0..s.stride * s.stride {
                for ky in taps(s, class / s.stride) {
                    for kx in taps(s, class % s.stride) {
                        for (o, out) in (block..(block + gradient::WIDE).min(s.cout)).zip(&mut out) {
                            *out = weights[weight_index(s.cin, s.cout, s.taps(), o, i, ky * s.kernel + kx)];
                        }
                    }
                }
            }
        }
    });
}
