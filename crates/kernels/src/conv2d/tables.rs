//! Convolution of spikes that fire often, without a branch on any of them.
//!
//! Four spikes are a number from 0 to 15, and what they add is one of sixteen rows that can be summed beforehand: from
//! the weights of four input channels for the forward pass, from the gradients of four neighbouring pixels for the
//! weights' gradient. One addition then stands for four spikes, fired or not: cheaper than lists where more than about a
//! sixth of the neurons fire, as they do in a network's wide early layers. Which way a layer goes depends on its shape
//! alone ([`suits_forward`], [`suits_backward`]), so the order of its additions never changes.

use super::{BLOCK, Shape};
use crate::par::{self, Shared};
use crate::simd::F32x4;
use crate::words;

/// Spikes that one look-up stands for, and the rows of a table.
const GROUP: usize = 4;
const ROWS: usize = 1 << GROUP;
/// Largest weights for which the forward tables, four times their size, pay.
const MAX_WEIGHTS: usize = 200_000;
const TASK_PIXELS: usize = 128;
/// Look-ups between two visits to the weights' gradient in memory.
const BAND_GROUPS: usize = 8;
/// Tasks that the weights' gradient is cut into, at least.
const TASKS: usize = 32;

pub fn suits_forward(s: &Shape) -> bool {
    s.kernel > 1 && s.cin.is_multiple_of(GROUP) && s.weight_len() <= MAX_WEIGHTS
}

pub fn suits_backward(s: &Shape) -> bool {
    s.stride == 1 && s.kernel > 1 && s.w <= 32 && s.weight_len() <= MAX_WEIGHTS
}

/// Floats of the forward tables `[Cout / 32][Cin / 4][taps][16][32]`.
pub fn forward_len(s: &Shape) -> usize {
    if suits_forward(s) { s.weight_len() / GROUP * ROWS } else { 0 }
}

/// Every sum of a subset of four rows of `4 V` floats, `step` floats apart; row i is in when bit i of the index is set.
#[inline(always)]
unsafe fn fill_table<const V: usize>(rows: [*const f32; GROUP], table: *mut f32) {
    let len = 4 * V;
    for v in 0..V {
        unsafe {
            F32x4::splat(0.0).store(table.add(4 * v));
            for subset in 1..ROWS {
                let highest = subset.ilog2() as usize;
                let rest = F32x4::load(table.add((subset ^ (1 << highest)) * len + 4 * v));
                (rest + F32x4::load(rows[highest].add(4 * v))).store(table.add(subset * len + 4 * v));
            }
        }
    }
}

/// `y` `[N, Ho, Wo, Cout]` from spikes; `tables` has [`forward_len`] floats.
pub fn forward(s: &Shape, spikes: &[u32], weights: &[f32], tables: &mut [f32], y: &mut [f32]) {
    let groups = s.cin / GROUP;
    let tables = &mut tables[..forward_len(s)];
    let shared = Shared::new(tables);
    let blocks = s.cout.div_ceil(BLOCK);
    par::for_each(blocks * groups, |task, _| {
        let (block, group) = (task / groups, task % groups);
        let first = block * BLOCK;
        let width = BLOCK.min(s.cout - first);
        let row = |i: usize, tap: usize| {
            weights[first * s.cin * s.taps() + ((group * GROUP + i) * s.taps() + tap) * width..].as_ptr()
        };
        for tap in 0..s.taps() {
            let at = first * groups * s.taps() * ROWS + (group * s.taps() + tap) * ROWS * width;
            let table = unsafe { shared.part(at, ROWS * width) }.as_mut_ptr();
            let rows = [row(0, tap), row(1, tap), row(2, tap), row(3, tap)];
            by_width!(width, V, unsafe { fill_table::<V>(rows, table) });
        }
    });

    let rows = (TASK_PIXELS / s.wo()).clamp(1, s.ho());
    let bands = s.ho().div_ceil(rows);
    let (tables, y) = (&*tables, Shared::new(y));
    par::for_each(blocks * s.n * bands, |task, _| {
        let (block, image, band) = (task / (s.n * bands), task / bands % s.n, task % bands);
        let first = block * BLOCK;
        let width = BLOCK.min(s.cout - first);
        let image_words = s.h * s.w * words(s.cin);
        let input = &spikes[image * image_words..][..image_words];
        let tables = &tables[first * groups * s.taps() * ROWS..][..width * groups * s.taps() * ROWS];
        // Other tasks write other channels of these pixels, hence a pointer and no slice.
        let out = y.pointer(image * s.ho() * s.wo() * s.cout + first);
        let band = band * rows..((band + 1) * rows).min(s.ho());
        by_width!(width, V, unsafe { look_up::<V>(s, band, input, tables, out) });
    });
}

/// Output rows `band` of one image and one block: a group of input channels after the other, whose tables stay near.
unsafe fn look_up<const V: usize>(
    s: &Shape,
    band: core::ops::Range<usize>,
    input: &[u32],
    tables: &[f32],
    out: *mut f32,
) {
    let per_pixel = words(s.cin);
    let table_len = s.taps() * ROWS * 4 * V;
    for (group, tables) in tables.chunks_exact(table_len).enumerate() {
        let (word, shift) = (group / 8, group % 8 * GROUP);
        for oy in band.clone() {
            for ox in 0..s.wo() {
                let to = unsafe { out.add((oy * s.wo() + ox) * s.cout) };
                let mut sums = [F32x4::splat(0.0); V];
                if group > 0 {
                    sums = core::array::from_fn(|v| unsafe { F32x4::load(to.add(4 * v)) });
                }
                let left = (ox * s.stride).saturating_sub(s.pad);
                let right = (ox * s.stride + s.kernel).saturating_sub(s.pad).min(s.w);
                let skipped = (left + s.pad).saturating_sub(ox * s.stride);
                for ky in 0..s.kernel {
                    let iy = (oy * s.stride + ky).wrapping_sub(s.pad);
                    if iy >= s.h {
                        continue;
                    }
                    let mut table = unsafe { tables.as_ptr().add((ky * s.kernel + skipped) * ROWS * 4 * V) };
                    for ix in left..right {
                        let fired = unsafe { *input.get_unchecked((iy * s.w + ix) * per_pixel + word) };
                        let row = unsafe { table.add((fired >> shift) as usize % ROWS * (4 * V)) };
                        for (v, sum) in sums.iter_mut().enumerate() {
                            *sum = *sum + unsafe { F32x4::load(row.add(4 * v)) };
                        }
                        table = table.wrapping_add(ROWS * 4 * V);
                    }
                }
                for (v, sum) in sums.iter().enumerate() {
                    unsafe { sum.store(to.add(4 * v)) };
                }
            }
        }
    }
}

/// How the weights' gradient is cut up: blocks of output channels, words of input channels, runs of images.
struct Cut {
    blocks: usize,
    words: usize,
    /// Runs of images, each with sums of its own that meet in order at the end.
    runs: usize,
    images: usize,
    /// Output rows whose tables are made at once.
    rows: usize,
}

impl Cut {
    fn of(s: &Shape) -> Self {
        let (blocks, words) = (s.cout.div_ceil(BLOCK), words(s.cin));
        let images = s.n.div_ceil(TASKS.div_ceil(blocks * words).min(s.n));
        let rows = (BAND_GROUPS / s.wo().div_ceil(GROUP)).clamp(1, s.ho());
        Self { blocks, words, runs: s.n.div_ceil(images), images, rows }
    }
}

/// Floats of the partial sums.
pub fn partial_len(s: &Shape) -> usize {
    if suits_backward(s) { Cut::of(s).runs * s.weight_len() } else { 0 }
}

/// Floats that each thread needs for its tables.
pub fn backward_len(s: &Shape) -> usize {
    if suits_backward(s) { Cut::of(s).rows * s.wo().div_ceil(GROUP) * ROWS * BLOCK } else { 0 }
}

/// `u32`s that each thread needs for the spikes of 32 channels, a word for each channel and row.
pub fn mask_len(s: &Shape) -> usize {
    if suits_backward(s) { 32 * s.h } else { 0 }
}

/// Adds the weights' gradient to `dw`; see [`super::backward_weights`].
pub fn backward_weights(
    s: &Shape,
    spikes: &[u32],
    dy: &[f32],
    masks: &mut [u32],
    tables: &mut [f32],
    partial: &mut [f32],
    dw: &mut [f32],
) {
    let cut = Cut::of(s);
    let (table_len, mask_len) = (backward_len(s), mask_len(s));
    let partial = &mut partial[..partial_len(s)];
    let (masks, tables, shared) = (Shared::new(masks), Shared::new(tables), Shared::new(partial));
    par::for_each(cut.blocks * cut.words * cut.runs, |task, thread| {
        let (block, word, run) = (task / (cut.words * cut.runs), task / cut.runs % cut.words, task % cut.runs);
        let first = block * BLOCK;
        let width = BLOCK.min(s.cout - first);
        let masks = unsafe { masks.part(thread * mask_len, mask_len) };
        let table = unsafe { tables.part(thread * table_len, table_len) };
        let channels = 32.min(s.cin - word * 32);
        let at = run * s.weight_len() + (first * s.cin + word * 32 * width) * s.taps();
        let dw = unsafe { shared.part(at, channels * s.taps() * width) };
        dw.fill(0.0);
        for image in run * cut.images..((run + 1) * cut.images).min(s.n) {
            let image_words = s.h * s.w * words(s.cin);
            row_masks(s, &spikes[image * image_words..][..image_words], word, masks);
            let gradient = &dy[image * s.gradient_image_len()..][..s.gradient_image_len()];
            for from in (0..s.ho()).step_by(cut.rows) {
                let rows = from..(from + cut.rows).min(s.ho());
                by_width!(width, V, unsafe { add_band::<V>(s, rows, gradient, first, masks, table, dw) });
            }
        }
    });
    let dw = Shared::new(dw);
    let partial = &*partial;
    let len = s.weight_len();
    par::for_each(s.cin, |i, _| {
        let share = len / s.cin;
        let dw = unsafe { dw.part(i * share, share) };
        for run in partial.chunks_exact(len) {
            dw.iter_mut().zip(&run[i * share..][..share]).for_each(|(sum, x)| *sum += x);
        }
    });
}

/// For 32 channels: `masks[channel * H + y]`, bit x of which says that the channel fired at (y, x).
fn row_masks(s: &Shape, input: &[u32], word: usize, masks: &mut [u32]) {
    let per_pixel = words(s.cin);
    for y in 0..s.h {
        let mut matrix = [0u32; 32];
        for (x, row) in matrix[..s.w].iter_mut().enumerate() {
            *row = input[(y * s.w + x) * per_pixel + word];
        }
        transpose(&mut matrix);
        for (channel, row) in matrix.iter().enumerate() {
            masks[channel * s.h + y] = *row;
        }
    }
}

/// Transposes 32 x 32 bits: blocks of 16, 8, 4, 2, 1 change places (Warren, Hacker's Delight, section 7-3).
fn transpose(m: &mut [u32; 32]) {
    let (mut size, mut mask) = (16, 0x0000_ffffu32);
    while size != 0 {
        for i in (0..32).filter(|i| i & size == 0) {
            let swap = (m[i] >> size ^ m[i + size]) & mask;
            m[i] ^= swap << size;
            m[i + size] ^= swap;
        }
        size >>= 1;
        mask ^= mask << size;
    }
}

/// Output rows `rows` of one image: their tables, then for each channel and tap the rows that its spikes choose.
unsafe fn add_band<const V: usize>(
    s: &Shape,
    rows: core::ops::Range<usize>,
    gradient: &[f32],
    first: usize,
    masks: &[u32],
    table: &mut [f32],
    dw: &mut [f32],
) {
    let (line, groups) = ((s.wo() + 2 * s.border()) * s.cout, s.wo().div_ceil(GROUP));
    let silent = [0.0f32; BLOCK];
    for (n, oy) in rows.clone().enumerate() {
        let row = &gradient[(oy + s.border()) * line + s.border() * s.cout + first..];
        for group in 0..groups {
            let pixel = |i: usize| {
                let x = group * GROUP + i;
                if x < s.wo() { row[x * s.cout..].as_ptr() } else { silent.as_ptr() }
            };
            let table = &mut table[(n * groups + group) * ROWS * 4 * V..][..ROWS * 4 * V];
            unsafe { fill_table::<V>([pixel(0), pixel(1), pixel(2), pixel(3)], table.as_mut_ptr()) };
        }
    }
    for (masks, dw) in masks.chunks_exact(s.h).zip(dw.chunks_exact_mut(s.taps() * 4 * V)) {
        for ky in 0..s.kernel {
            let dw = &mut dw[ky * s.kernel * 4 * V..][..s.kernel * 4 * V];
            let band = Lookups { s, rows: rows.clone(), masks, ky, groups, table };
            let mut kx = 0;
            while kx < s.kernel {
                let dw = &mut dw[kx * 4 * V..];
                // Narrow blocks take three taps at once: more sums in flight than one addition takes time.
                if V <= 4 && kx + 3 <= s.kernel {
                    unsafe { band.add::<V, 3>(kx, dw) };
                    kx += 3;
                } else {
                    unsafe { band.add::<V, 1>(kx, dw) };
                    kx += 1;
                }
            }
        }
    }
}

struct Lookups<'a> {
    s: &'a Shape,
    rows: core::ops::Range<usize>,
    masks: &'a [u32],
    ky: usize,
    groups: usize,
    table: &'a [f32],
}

impl Lookups<'_> {
    /// Taps kx .. kx + K of one channel: `dw` `[K][4 V]`.
    unsafe fn add<const V: usize, const K: usize>(&self, kx: usize, dw: &mut [f32]) {
        let s = self.s;
        assert!(dw.len() >= K * 4 * V);
        let at = |k: usize, v: usize| k * 4 * V + 4 * v;
        let mut sums: [[F32x4; V]; K] =
            core::array::from_fn(|k| core::array::from_fn(|v| unsafe { F32x4::load(dw.as_ptr().add(at(k, v))) }));
        for (n, oy) in self.rows.clone().enumerate() {
            let iy = (oy + self.ky).wrapping_sub(s.pad);
            if iy >= s.h || self.masks[iy] == 0 {
                continue;
            }
            // Bit x + 32 of a wide word, so that shifting by the tap runs into zeros on both sides.
            let fired = ((self.masks[iy] as u64) << 32) >> (32 + kx - s.pad);
            let mut table = unsafe { self.table.as_ptr().add(n * self.groups * ROWS * 4 * V) };
            for group in 0..self.groups {
                for (k, sums) in sums.iter_mut().enumerate() {
                    let index = (fired >> (GROUP * group + k)) as usize % ROWS;
                    let row = unsafe { table.add(index * 4 * V) };
                    for (v, sum) in sums.iter_mut().enumerate() {
                        *sum = *sum + unsafe { F32x4::load(row.add(4 * v)) };
                    }
                }
                table = table.wrapping_add(ROWS * 4 * V);
            }
        }
        for (k, sums) in sums.iter().enumerate() {
            for (v, sum) in sums.iter().enumerate() {
                unsafe { sum.store(dw.as_mut_ptr().add(at(k, v))) };
            }
        }
    }
}
