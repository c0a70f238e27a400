//! For the weights' gradient: which row of a table each group of four spikes chooses, as an offset in bytes, for all
//! channels and images. Every block of output channels reads the same offsets.

use super::Shape;
use super::bits::transpose_bits;
use super::tables::GROUP;
use crate::par::{self, Shared};
use crate::words;

/// Offsets that may be read past the last list: the kernel adds tables in fours.
pub const SLACK: usize = 4;

/// The offsets `[N][Cin][kernel][stride][lines][groups]` of rows in tables. A kernel column kx and the phase of an
/// input row fix a list; in it, the output row oy at the kernel row ky finds its line `start(ky, kx)` from the channel's first, oy lines on.
pub struct Lists {
    stride: usize,
    pad: usize,
    kernel: usize,
    /// Lines above the image, in one phase.
    lead: usize,
    lines: usize,
    pub groups: usize,
}

impl Lists {
    pub fn of(s: &Shape) -> Self {
        let lead = s.pad.div_ceil(s.stride);
        let below = if s.kernel > s.pad { (s.kernel - 1 - s.pad) / s.stride } else { 0 };
        let lines = s.ho() + lead + below;
        Self { stride: s.stride, pad: s.pad, kernel: s.kernel, lead, lines, groups: s.wo().div_ceil(GROUP) }
    }

    /// Phase, and steps of whole strides, of a kernel position before the pad: k - pad = steps * stride + phase.
    fn phase(&self, k: usize) -> (usize, isize) {
        let from = k as isize - self.pad as isize;
        (from.rem_euclid(self.stride as isize) as usize, from.div_euclid(self.stride as isize))
    }

    /// Where the line of output row 0 lies in a channel's lists.
    pub fn start(&self, ky: usize, kx: usize) -> usize {
        let (phase, steps) = self.phase(ky);
        let line = (self.lead as isize + steps) as usize;
        ((kx * self.stride + phase) * self.lines + line) * self.groups
    }

    pub fn per_channel(&self) -> usize {
        self.kernel * self.stride * self.lines * self.groups
    }
}

/// Words of a line of one channel's bits, with a word of zeros before and two after.
pub fn line_words(s: &Shape) -> usize {
    s.w.div_ceil(s.stride).div_ceil(32) + 3
}

pub fn offsets_len(s: &Shape) -> usize {
    s.n * s.cin * Lists::of(s).per_channel() + SLACK
}

/// Lists the offsets of `spikes` `[N, H, W, words(Cin)]` in tables of rows of `row_bytes`. `bits`: 32 times
/// [`line_words`] for each thread; `offsets`: [`offsets_len`].
pub fn list_offsets(s: &Shape, spikes: &[u32], row_bytes: u64, bits: &mut [u32], offsets: &mut [u16]) {
    let lists = Lists::of(s);
    let (per_pixel, line_words, per_channel) = (words(s.cin), line_words(s), lists.per_channel());
    let last = s.n * s.cin * per_channel;
    offsets[last..].fill(0);
    let (bits, offsets) = (Shared::new(bits), Shared::new(offsets));
    par::for_each(s.n * per_pixel, |task, thread| {
        let (image, word) = (task / per_pixel, task % per_pixel);
        let channels = 32.min(s.cin - word * 32);
        let bits = unsafe { bits.part(thread * 32 * line_words, 32 * line_words) };
        let first = (image * s.cin + word * 32) * per_channel;
        let offsets = unsafe { offsets.part(first, channels * per_channel) };
        // What lies beyond the image stays zero.
        offsets.fill(0);
        bits.fill(0);
        for iy in 0..s.h {
            let (phase, line) = (iy % s.stride, lists.lead + iy / s.stride);
            if line >= lists.lines {
                continue;
            }
            let row = &spikes[(image * s.h + iy) * s.w * per_pixel..][..s.w * per_pixel];
            for column_phase in 0..s.stride {
                gather_line(row, per_pixel, word, column_phase, s.stride, line_words, bits);
                for kx in (0..s.kernel).filter(|&kx| lists.phase(kx).0 == column_phase) {
                    let shift = (32 + lists.phase(kx).1) as usize;
                    let at = ((kx * s.stride + phase) * lists.lines + line) * lists.groups;
                    for (bits, offsets) in bits.chunks_exact(line_words).zip(offsets.chunks_exact_mut(per_channel)) {
                        spread(bits, shift, row_bytes, &mut offsets[at..at + lists.groups]);
                    }
                }
            }
        }
    });
}

/// One line of a word's 32 channels, every `stride`-th pixel from `phase` on, to `bits[channel * line_words + 1 + x / 32]`;
/// the first word and the last two stay as they are.
fn gather_line(
    row: &[u32],
    per_pixel: usize,
    word: usize,
    phase: usize,
    stride: usize,
    line_words: usize,
    bits: &mut [u32],
) {
    for (part, at) in (0..line_words - 3).zip(1..) {
        let mut matrix = [0u32; 32];
        let pixels = row.chunks_exact(per_pixel).skip(part * 32 * stride + phase).step_by(stride);
        matrix.iter_mut().zip(pixels).for_each(|(to, pixel)| *to = pixel[word]);
        transpose_bits(&mut matrix);
        for (line, fired) in bits.chunks_exact_mut(line_words).zip(matrix) {
            line[at] = fired;
        }
    }
}

/// Rows' offsets, in bytes, of groups of four bits, from bit `shift` on.
#[inline(always)]
fn spread(bits: &[u32], shift: usize, row_bytes: u64, offsets: &mut [u16]) {
    let four = |i: usize| {
        let at = shift + 16 * i;
        let wide = bits[at / 32] as u64 | (bits[at / 32 + 1] as u64) << 32;
        let x = wide >> (at % 32) & 0xffff;
        ((x & 0xf) | (x & 0xf0) << 12 | (x & 0xf00) << 24 | (x & 0xf000) << 36) * row_bytes
    };
    let (fours, rest) = offsets.as_chunks_mut::<4>();
    let last = fours.len();
    for (i, offsets) in fours.iter_mut().enumerate() {
        let values = four(i);
        *offsets = [0, 16, 32, 48].map(|lane| (values >> lane) as u16);
    }
    if !rest.is_empty() {
        let values = four(last);
        rest.iter_mut().enumerate().for_each(|(i, offset)| *offset = (values >> (16 * i)) as u16);
    }
}
