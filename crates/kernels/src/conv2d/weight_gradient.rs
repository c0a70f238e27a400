//! The gradient of the weights that meet spikes:
//!
//!   dw[o, i, ky, kx] = sum over n, oy, ox of  dy[n, oy, ox, o] * x[n, oy * stride + ky - pad, ox * stride + kx - pad, i]
//!
//! With x a bit, it is a sum of rows of `dy`, four neighbouring pixels of a line at a time (see [`super::tables`]). A task
//! holds some output and input channels and a run of images. Band after band of output lines, it makes the tables of the
//! band's pixels, and adds to the sums of each input channel and tap a row of each table.

use super::bits::halves;
use super::gradient::{self, Block, Layout};
use super::lists::{Lists, SLACK, line_words, list_offsets, offsets_len};
use super::row::Row;
use super::tables::{GROUP, ROWS, add_row, fill_table, scale_tables};
use super::tile::MAX_TAPS;
use super::{BLOCK, Plane, Scratch, Shape, weight_index};
use crate::par::{self, Shared};
use crate::simd::{WIDTH, Wide};
use crate::words;

/// Output channels whose sums lie in registers at a time, twice.
const SLICE: usize = if WIDTH == 4 { 16 } else { 32 };
/// Floats of a table.
const TABLE: usize = ROWS * SLICE;
/// Tables of a band: as many as lie in the nearest cache.
const BAND: usize = 16;
/// Tables are added in fours.
const UNROLL: usize = SLACK;
/// Tasks, at least, where the work can be cut without making tables too often.
const TASKS: usize = 32;
/// Look-ups in a table, at least, that repay making it.
const TABLE_USES: usize = 512;

/// How the work is cut: a task has the output channels of a block of `dy`.
struct Cut {
    /// Groups of four pixels in an output line.
    groups: usize,
    /// Whole images of a band, or rows of one image.
    images: usize,
    rows: usize,
    /// Words of input channels of one task.
    words: usize,
    /// Images of one task, a whole number of bands; every run of them has sums of its own, which meet in order at the end.
    run: usize,
    runs: usize,
    /// Runs that no smaller number of images exceeds.
    most: usize,
}

impl Cut {
    fn of(s: &Shape) -> Self {
        let groups = s.wo().div_ceil(GROUP);
        let images = (BAND / (s.ho() * groups)).clamp(1, s.n);
        let rows = (BAND / groups).clamp(1, s.ho());
        let blocks = s.cout.div_ceil(gradient::WIDE);
        let all = words(s.cin);
        let parts = TASKS.div_ceil(blocks).min(32 * all * s.taps() / TABLE_USES).max(1);
        let words = all.div_ceil(parts);
        let most = TASKS.div_ceil(blocks * all.div_ceil(words)).min(s.n.div_ceil(images));
        let run = s.n.div_ceil(most).next_multiple_of(images);
        Self { groups, images, rows, words, run, runs: s.n.div_ceil(run), most }
    }

    /// Tables of one image in a band of `rows` rows, filled up to a whole number of [`UNROLL`].
    fn tables(&self, rows: usize) -> usize {
        (rows * self.groups).next_multiple_of(UNROLL)
    }
}

/// What [`backward_weights`] needs, for this number of images and every smaller one.
pub fn scratch(s: &Shape) -> Scratch {
    let cut = Cut::of(s);
    Scratch {
        words_per_thread: 32 * line_words(s),
        words: offsets_len(s).div_ceil(2),
        floats_per_thread: cut.images * cut.tables(cut.rows) * TABLE,
        floats: if cut.most > 1 { cut.most * s.weight_len() } else { 0 },
    }
}

/// See [`super::backward_weights_plane`].
pub fn backward_weights(s: &Shape, plane: Plane, dy: &[f32], list: &mut [u32], floats: &mut [f32], dw: &mut [f32]) {
    let cut = Cut::of(s);
    let scratch = scratch(s);
    let (bits, offsets) = list.split_at_mut(scratch.words_per_thread * par::threads());
    let offsets = halves(&mut offsets[..scratch.words]);
    list_offsets(s, plane.spikes, 4 * SLICE as u64, bits, offsets);

    let (tables, partial) = floats.split_at_mut(scratch.floats_per_thread * par::threads());
    let partial = &mut partial[..if cut.runs > 1 { cut.runs * s.weight_len() } else { 0 }];
    let parts = words(s.cin).div_ceil(cut.words);
    {
        let (offsets, tables) = (&*offsets, Shared::new(tables));
        let sums = Shared::new(if cut.runs > 1 { &mut *partial } else { &mut *dw });
        par::for_each(s.cout.div_ceil(gradient::WIDE) * parts * cut.runs, |task, thread| {
            let (block, part, run) = (task / (parts * cut.runs), task / cut.runs % parts, task % cut.runs);
            let channels = part * cut.words * 32..((part + 1) * cut.words * 32).min(s.cin);
            let (layout, lists) = (s.gradient(), Lists::of(s));
            let block = layout.block(block * gradient::WIDE);
            let task = Task { s, cut: &cut, lists, layout, block, channels, weight: plane.weight };
            let tables = unsafe { tables.part(thread * scratch.floats_per_thread, scratch.floats_per_thread) };
            let sums_at = if cut.runs > 1 { run * s.weight_len() } else { 0 };
            if cut.runs > 1 {
                task.clear(sums_at, &sums);
            }
            task.run(run * cut.run..((run + 1) * cut.run).min(s.n), offsets, dy, tables, sums_at, &sums);
        });
    }
    let len = s.weight_len();
    let (dw, partial) = (Shared::new(dw), &*partial);
    par::for_each(if cut.runs > 1 { s.cin } else { 0 }, |i, _| {
        let share = len / s.cin;
        let dw = unsafe { dw.part(i * share, share) };
        for run in partial.chunks_exact(len) {
            dw.iter_mut().zip(&run[i * share..][..share]).for_each(|(sum, x)| *sum += x);
        }
    });
}

struct Task<'a> {
    s: &'a Shape,
    cut: &'a Cut,
    lists: Lists,
    layout: Layout,
    /// Output channels.
    block: Block,
    /// Input channels.
    channels: core::ops::Range<usize>,
    /// Of the plane.
    weight: f32,
}

impl Task<'_> {
    fn clear(&self, sums_at: usize, sums: &Shared<f32>) {
        let s = self.s;
        for o in (0..self.block.channels).step_by(BLOCK) {
            let first = self.block.first_channel + o;
            let width = BLOCK.min(s.cout - first);
            let at = sums_at + weight_index(s.cin, s.cout, s.taps(), first, self.channels.start, 0);
            unsafe { sums.part(at, self.channels.len() * s.taps() * width) }.fill(0.0);
        }
    }

    fn run(
        &self,
        images: core::ops::Range<usize>,
        offsets: &[u16],
        dy: &[f32],
        tables: &mut [f32],
        sums_at: usize,
        sums: &Shared<f32>,
    ) {
        let (s, cut) = (self.s, self.cut);
        let mut starts = [0; MAX_TAPS];
        let mut fours = [Four::default(); MAX_FOURS];
        for first in images.clone().step_by(cut.images) {
            let images = first..(first + cut.images).min(images.end);
            let offsets = &offsets[(first * s.cin + self.channels.start) * self.lists.per_channel()..];
            for from in (0..s.ho()).step_by(cut.rows) {
                let rows = from..(from + cut.rows).min(s.ho());
                for (tap, start) in starts[..s.taps()].iter_mut().enumerate() {
                    *start = self.lists.start(tap / s.kernel, tap % s.kernel) + from * self.lists.groups;
                }
                let starts = &starts[..s.taps()];
                let per_image = cut.tables(rows.len()) / UNROLL;
                let fours = list_fours(images.len(), per_image, s.cin * self.lists.per_channel(), &mut fours);
                for slice in (0..self.block.channels).step_by(SLICE) {
                    let at = self.block.first_channel + slice;
                    let first = sums_at + weight_index(s.cin, s.cout, s.taps(), at, self.channels.start, 0);
                    let band = Band {
                        per_channel: self.lists.per_channel(),
                        channels: self.channels.len(),
                        step: BLOCK.min(s.cout - at / BLOCK * BLOCK),
                    };
                    assert!(offsets.len() >= band.reach(starts, fours));
                    let width = SLICE.min(self.block.channels - slice);
                    by_width!(@ width, V, {
                        let row = Row::<V>::of(width);
                        for (image, tables) in images.clone().zip(tables.chunks_exact_mut(per_image * UNROLL * TABLE)) {
                            unsafe { self.fill_tables(row, image, rows.clone(), slice, dy, tables) };
                        }
                        unsafe { band.add(row, offsets, starts, fours, tables.as_ptr(), sums.pointer(first)) };
                    }, 1 2 3 4);
                }
            }
        }
    }

    /// Tables of one image's output rows, and of a slice of the block's channels.
    unsafe fn fill_tables<const V: usize>(
        &self,
        row: Row<V>,
        image: usize,
        rows: core::ops::Range<usize>,
        slice: usize,
        dy: &[f32],
        tables: &mut [f32],
    ) {
        let silent = [0.0f32; SLICE];
        let block = &self.block;
        let mut each = tables.chunks_exact_mut(TABLE);
        for oy in rows {
            let line = &dy[block.start + self.layout.pixel(image, oy, 0) * block.channels + slice..];
            for (group, table) in (0..self.cut.groups).zip(&mut each) {
                let gradient = |i: usize| {
                    let ox = group * GROUP + i;
                    let gradient = if ox < self.s.wo() { &line[ox * block.channels..] } else { &silent[..] };
                    gradient[..SLICE.min(block.channels - slice)].as_ptr()
                };
                let gradients = [gradient(0), gradient(1), gradient(2), gradient(3)];
                unsafe { fill_table(row, gradients, SLICE, table.as_mut_ptr()) };
            }
        }
        each.for_each(|table| table.fill(0.0));
        if self.weight != 1.0 {
            scale_tables(self.weight, tables);
        }
    }
}

/// Four tables.
#[derive(Clone, Copy, Default)]
struct Four {
    /// From a list's start to the offsets in them.
    list: usize,
    /// In bytes, from the band's first.
    tables: usize,
}

/// Most fours of a band: output lines of 1,024 pixels.
const MAX_FOURS: usize = 64;

fn list_fours(images: usize, per_image: usize, list_step: usize, fours: &mut [Four; MAX_FOURS]) -> &[Four] {
    for (i, four) in fours[..images * per_image].iter_mut().enumerate() {
        let list = i / per_image * list_step + i % per_image * UNROLL;
        *four = Four { list, tables: 4 * i * UNROLL * TABLE };
    }
    &fours[..images * per_image]
}

/// The steps of what meets the tables of a band.
struct Band {
    /// From a channel's lists to those of the next.
    per_channel: usize,
    channels: usize,
    /// From the sums of a tap to those of the next.
    step: usize,
}

impl Band {
    /// The end of what is read of the offsets.
    fn reach(&self, starts: &[usize], fours: &[Four]) -> usize {
        let start = starts.iter().max().copied().unwrap_or(0);
        let four = fours.last().map_or(0, |four| four.list + UNROLL);
        (self.channels - 1) * self.per_channel + start + four
    }

    /// Adds to `dw` `[channels][taps][step]`, of each a row; `starts`: where a channel's list of a tap starts.
    ///
    /// Even and odd tables have sums of their own, or an addition would have to wait for the one before.
    // A function of its own: V8 finds registers for a small one.
    #[inline(never)]
    unsafe fn add<const V: usize>(
        &self,
        row: Row<V>,
        offsets: &[u16],
        starts: &[usize],
        fours: &[Four],
        tables: *const f32,
        mut dw: *mut f32,
    ) {
        for channel in 0..self.channels {
            for start in starts {
                let list = offsets.as_ptr().wrapping_add(channel * self.per_channel + start);
                let mut even = unsafe { row.load(dw) };
                let mut odd = [Wide::zero(); V];
                'sums: for four in fours {
                    let from = list.wrapping_add(four.list);
                    let tables = unsafe { tables.byte_add(four.tables) };
                    for i in 0..UNROLL {
                        let sums = if i % 2 == 0 { &mut even } else { &mut odd };
                        if !unsafe { add_row::<V>(sums, tables, i * TABLE, *from.add(i) as u32) } {
                            break 'sums;
                        }
                    }
                }
                even.iter_mut().zip(odd).for_each(|(even, odd)| *even = *even + odd);
                unsafe { row.store(&even, dw) };
                dw = dw.wrapping_add(self.step);
            }
        }
    }
}
