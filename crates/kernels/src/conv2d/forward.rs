//! Convolution of spikes: `y` is a sum of weights, four input channels at a time (see [`super::tables`]).
//!
//! A task holds some output channels and some output pixels. Group after group of input channels, it makes their tables,
//! one for each tap, and adds a row of each to every pixel's sums; the tables stay in the nearest cache meanwhile.

use super::row::Row;
use super::tables::{GROUP, ROWS, add_row, fill_rows, fill_table, scale_tables, with_parts};
use super::{BLOCK, Plane, Scratch, Shape};
use crate::par::{self, Shared};
use crate::simd::Wide;
use crate::words;

/// Output pixels of one task: enough to repay the tables. Where there would be few tasks, as with one image, it has fewer,
/// but never so few that filling the tables takes most of its time.
const TASK_PIXELS: usize = 1024;
const LEAST_PIXELS: usize = 256;
/// So many output pixels do not read every row of a table.
const FEW_PIXELS: usize = 64;
const TASKS: usize = 4;
/// Look-ups between two visits to the sums in memory, at least, where there are as many.
const PASS: usize = 8;

/// Which output pixels a task has: whole images, or rows of one image.
struct Cut {
    images: usize,
    rows: usize,
    /// Groups of input channels that one pass over the pixels adds.
    groups: usize,
}

impl Cut {
    fn of(s: &Shape) -> Self {
        let pixels = s.ho() * s.wo();
        let all = s.n * pixels * s.cout.div_ceil(BLOCK);
        let wanted = (all / TASKS).clamp(LEAST_PIXELS, TASK_PIXELS);
        let images = (wanted / pixels).clamp(1, s.n);
        let rows = (wanted / s.wo()).clamp(1, s.ho());
        let groups = PASS.div_ceil(s.taps()).min(s.cin.div_ceil(GROUP));
        Self { images, rows, groups }
    }

    /// Offsets `[groups][images][rows][W + 2 pad]`.
    fn offsets(&self, s: &Shape) -> usize {
        self.groups * self.images * input_rows(s, self.rows) * (s.w + 2 * s.pad)
    }
}

/// Input rows, beyond the image too, that some output rows meet.
fn input_rows(s: &Shape, rows: usize) -> usize {
    (rows - 1) * s.stride + s.kernel
}

/// What [`forward`] needs.
pub fn scratch(s: &Shape) -> Scratch {
    let cut = Cut::of(s);
    let floats_per_thread = cut.groups * s.taps() * ROWS * BLOCK;
    Scratch { words_per_thread: cut.offsets(s), floats_per_thread, ..Scratch::default() }
}

/// See [`super::forward_plane`].
pub fn forward(s: &Shape, plane: Plane, weights: &[f32], offsets: &mut [u32], tables: &mut [f32], y: &mut [f32]) {
    let cut = Cut::of(s);
    let Scratch { words_per_thread, floats_per_thread, .. } = scratch(s);
    let (chunks, bands) = (s.n.div_ceil(cut.images), s.ho().div_ceil(cut.rows));
    let (offsets, tables, y) = (Shared::new(offsets), Shared::new(tables), Shared::new(y));
    let tasks = s.cout.div_ceil(BLOCK) * chunks * bands;
    par::for_each(tasks, |task, thread| {
        let (block, chunk, band) = (task / (chunks * bands), task / bands % chunks, task % bands);
        let task = Task {
            s,
            plane,
            first: block * BLOCK,
            images: chunk * cut.images..((chunk + 1) * cut.images).min(s.n),
            rows: band * cut.rows..((band + 1) * cut.rows).min(s.ho()),
        };
        let offsets = unsafe { offsets.part(thread * words_per_thread, words_per_thread) };
        let tables = unsafe { tables.part(thread * floats_per_thread, floats_per_thread) };
        let width = BLOCK.min(s.cout - task.first);
        let weights = &weights[task.first * s.cin * s.taps()..][..width * s.cin * s.taps()];
        let groups = s.cin.div_ceil(GROUP);
        for first in (0..groups).step_by(cut.groups) {
            let groups = first..(first + cut.groups).min(groups);
            by_width!(width, V, {
                let row = Row::<V>::of(width);
                task.list_offsets(groups.clone(), 4 * Row::<V>::FLOATS as u32, offsets);
                unsafe { task.fill_tables(row, width, groups.clone(), weights, tables) };
                if plane.weight != 1.0 {
                    scale_tables(plane.weight, tables);
                }
                match s.kernel {
                    1 => unsafe { task.add::<V, 1>(row, groups, offsets, tables, &y) },
                    3 => unsafe { task.add::<V, 3>(row, groups, offsets, tables, &y) },
                    _ => unsafe { task.add::<V, 0>(row, groups, offsets, tables, &y) },
                }
            });
        }
    });
}

struct Task<'a> {
    s: &'a Shape,
    plane: Plane<'a>,
    /// Output channels from here on.
    first: usize,
    images: core::ops::Range<usize>,
    rows: core::ops::Range<usize>,
}

impl Task<'_> {
    /// For each group and input pixel that the task meets, the offset in bytes of the group's row in its first table; beyond the
    /// image that of the first row.
    fn list_offsets(&self, groups: core::ops::Range<usize>, row_bytes: u32, offsets: &mut [u32]) {
        let s = self.s;
        let (per_pixel, lines) = (words(s.cin), input_rows(s, self.rows.len()));
        let (line_len, planes) = (s.w + 2 * s.pad, self.images.len() * lines * (s.w + 2 * s.pad));
        for ((i, group), plane) in groups.enumerate().zip(offsets.chunks_exact_mut(planes)) {
            let table = (i * s.taps() * ROWS) as u32 * row_bytes;
            let (word, shift) = (group / 8, group % 8 * GROUP);
            // One long fill: filling each border would cost more than the rest.
            plane.fill(table);
            for (i, offsets) in plane.chunks_exact_mut(line_len).enumerate() {
                let image = self.images.start + i / lines;
                let iy = (self.rows.start * s.stride + i % lines).wrapping_sub(s.pad);
                if iy >= s.h {
                    continue;
                }
                let pixels = &self.plane.spikes[(image * s.h + iy) * s.w * per_pixel..][..s.w * per_pixel];
                for (offset, bits) in offsets[s.pad..].iter_mut().zip(pixels.chunks_exact(per_pixel)) {
                    *offset = table + (bits[word] >> shift & 15) * row_bytes;
                }
            }
        }
    }

    /// Tables `[groups][taps][16][Row::FLOATS]` of weights `[Cin][taps][width]`.
    unsafe fn fill_tables<const V: usize>(
        &self,
        row: Row<V>,
        width: usize,
        groups: core::ops::Range<usize>,
        weights: &[f32],
        tables: &mut [f32],
    ) {
        let s = self.s;
        let silent = [0.0; BLOCK];
        let few = self.images.len() * self.rows.len() * s.wo() <= FEW_PIXELS;
        let mut tables = tables.chunks_exact_mut(ROWS * Row::<V>::FLOATS);
        for group in groups {
            let read = if few { with_parts(self.rows_read(group)) } else { u32::MAX };
            for (tap, table) in (0..s.taps()).zip(&mut tables) {
                let weights = |i: usize| {
                    let channel = group * GROUP + i;
                    let weights = weights.get((channel * s.taps() + tap) * width..).filter(|_| channel < s.cin);
                    weights.unwrap_or(&silent)[..width].as_ptr()
                };
                let weights = [weights(0), weights(1), weights(2), weights(3)];
                let (step, table) = (Row::<V>::FLOATS, table.as_mut_ptr());
                match few {
                    true => unsafe { fill_rows(row, weights, read, step, table) },
                    false => unsafe { fill_table(row, weights, step, table) },
                }
            }
        }
    }

    /// The input lines that the task meets inside the image.
    fn lines(&self) -> impl Iterator<Item = (usize, usize)> {
        let s = self.s;
        let from = (self.rows.start * s.stride).saturating_sub(s.pad);
        let to = (self.rows.start * s.stride + input_rows(s, self.rows.len())).saturating_sub(s.pad).min(s.h);
        self.images.clone().flat_map(move |image| (from..to).map(move |iy| (image, iy)))
    }

    /// Which rows of a group's tables the task reads, as bits.
    fn rows_read(&self, group: usize) -> u32 {
        let (s, per_pixel) = (self.s, words(self.s.cin));
        let (word, shift) = (group / 8, group % 8 * GROUP);
        // Beyond the image nothing fires.
        self.lines().fold(1, |read, (image, iy)| {
            let pixels = &self.plane.spikes[(image * s.h + iy) * s.w * per_pixel..][..s.w * per_pixel];
            pixels.chunks_exact(per_pixel).fold(read, |read, bits| read | 1 << (bits[word] >> shift & 15))
        })
    }

    /// Adds the groups' rows to every pixel's sums, which start with group 0. K: the kernel's size, or 0 for any other.
    ///
    /// # Safety
    /// No other task may hold these channels of these pixels of `y`.
    unsafe fn add<const V: usize, const K: usize>(
        &self,
        row: Row<V>,
        groups: core::ops::Range<usize>,
        offsets: &[u32],
        tables: &[f32],
        y: &Shared<f32>,
    ) {
        let s = self.s;
        let kernel = if K == 0 { s.kernel } else { K };
        let (line, lines) = (s.w + 2 * s.pad, input_rows(s, self.rows.len()));
        let plane = self.images.len() * lines * line;
        assert!(
            offsets.len() >= groups.len() * plane && tables.len() >= groups.len() * s.taps() * ROWS * Row::<V>::FLOATS
        );
        let line_of_sums = Line {
            row,
            pixels: s.wo(),
            step: s.stride,
            width: line,
            plane,
            kernel,
            groups: groups.len(),
            fresh: groups.start == 0 && !self.plane.accumulate,
            cout: s.cout,
        };
        for (i, image) in self.images.clone().enumerate() {
            for (j, oy) in self.rows.clone().enumerate() {
                let out = y.pointer((image * s.ho() + oy) * s.wo() * s.cout + self.first);
                let from = offsets[(i * lines + j * s.stride) * line..].as_ptr();
                unsafe { line_of_sums.add::<K>(from, tables.as_ptr(), out) };
            }
        }
    }
}

/// One line of output pixels.
struct Line<const V: usize> {
    row: Row<V>,
    pixels: usize,
    /// From a pixel's first offset to the next pixel's.
    step: usize,
    /// From a line of offsets to the next, and from a group of channels to the next.
    width: usize,
    plane: usize,
    kernel: usize,
    groups: usize,
    /// Whether the sums start here.
    fresh: bool,
    cout: usize,
}

impl<const V: usize> Line<V> {
    // A function of its own: V8 finds registers for a small one.
    #[inline(never)]
    unsafe fn add<const K: usize>(&self, from: *const u32, tables: *const f32, out: *mut f32) {
        for ox in 0..self.pixels {
            let to = unsafe { out.add(ox * self.cout) };
            let mut sums = [Wide::zero(); V];
            if !self.fresh {
                sums = unsafe { self.row.load(to) };
            }
            let mut from = from.wrapping_add(ox * self.step);
            for _ in 0..self.groups {
                unsafe { self.add_taps::<K>(&mut sums, from, tables) };
                from = from.wrapping_add(self.plane);
            }
            unsafe { self.row.store(&sums, to) };
        }
    }

    /// One row of each tap's table, where a group's offsets start at `from`.
    #[inline(always)]
    unsafe fn add_taps<const K: usize>(&self, sums: &mut [Wide; V], from: *const u32, tables: *const f32) {
        let kernel = if K == 0 { self.kernel } else { K };
        let line = |ky: usize| from.wrapping_add(ky * self.width);
        let at = |ky: usize, kx: usize| (ky * kernel + kx) * ROWS * Row::<V>::FLOATS;
        macro_rules! add {
            ($($ky:literal $kx:literal),*) => {
                unsafe { $(add_row::<V>(sums, tables, at($ky, $kx), *line($ky).add($kx)))&&* }
            };
        }
        match K {
            1 => add!(0 0),
            // Written out: LLVM leaves a loop of this length, and `at` has to be a constant.
            3 => add!(0 0, 0 1, 0 2, 1 0, 1 1, 1 2, 2 0, 2 1, 2 2),
            _ => (0..kernel * kernel).all(|tap| unsafe {
                let (ky, kx) = (tap / kernel, tap % kernel);
                add_row::<V>(sums, tables.wrapping_add(at(ky, kx)), 0, *line(ky).add(kx))
            }),
        };
    }
}
