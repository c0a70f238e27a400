//! The terms of the membrane current, read where they lie.

use core::ops::Range;

use crate::norms::at_each_step;
use crate::simd::{Mask, Wide};
use crate::words;

/// Most time steps: the backward pass keeps a neuron's whole membrane history at hand.
pub const MAX_STEPS: usize = 64;

/// `steps` x `batch` images of `pixels` pixels with `channels` channels.
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub steps: usize,
    pub batch: usize,
    pub pixels: usize,
    pub channels: usize,
}

impl Dims {
    /// Pixels of one time step.
    pub(crate) fn step_pixels(&self) -> usize {
        self.batch * self.pixels
    }

    pub(super) fn step_len(&self) -> usize {
        self.step_pixels() * self.channels
    }

    /// `u32`s of the spikes.
    pub fn spike_words(&self) -> usize {
        self.steps * self.step_pixels() * words(self.channels)
    }

    /// Pixels of one time step that a task takes through all steps.
    fn task_pixels(&self) -> usize {
        (4096 / self.channels).max(1)
    }

    pub(crate) fn tasks(&self) -> usize {
        self.step_pixels().div_ceil(self.task_pixels())
    }

    pub(super) fn pixels_of(&self, task: usize) -> Range<usize> {
        task * self.task_pixels()..((task + 1) * self.task_pixels()).min(self.step_pixels())
    }

    fn check(&self) {
        assert!(self.channels.is_multiple_of(4) && (1..=MAX_STEPS).contains(&self.steps));
    }
}

/// A term of the membrane current: scale * y + shift, per channel.
///
/// Its rows are `[C]` and hold at all steps, or there is one for each step, as [`at_each_step`] has them.
#[derive(Clone, Copy)]
pub struct Current<'a> {
    /// `[T or 1, B, H, W, C]`
    pub y: &'a [f32],
    pub scale: &'a [f32],
    pub shift: &'a [f32],
    /// The batch's mean, around which the backward pass sums g * y.
    pub mean: &'a [f32],
}

/// Bits `[T, B, H, W, words(C)]` that add `weight` to the current.
#[derive(Clone, Copy)]
pub struct Plane<'a> {
    pub bits: &'a [u32],
    pub weight: f32,
}

#[derive(Clone, Copy)]
pub enum Residual<'a> {
    None,
    Spikes(&'a [u32]),
    /// Spikes that are not all alike, or several at a place.
    Planes(&'a [Plane<'a>]),
    Current(Current<'a>),
}

/// The second term's kind, known to the compiler inside the loops.
pub(super) const NONE: u8 = 0;
pub(super) const SPIKES: u8 = 1;
pub(super) const CURRENT: u8 = 2;
/// Asked at every neuron; the maps of the terms may be other ones at each step, and the membranes start anywhere.
pub(super) const ANY: u8 = 3;
/// For [`ANY`] alone.
pub(super) const PLANES: u8 = 4;

/// Where the terms of every neuron lie.
pub(super) struct Terms<'a> {
    pub dims: Dims,
    pub kind: u8,
    first: Current<'a>,
    second: Option<Current<'a>>,
    spikes: &'a [u32],
    planes: &'a [Plane<'a>],
    /// The membranes before the first step `[B, H, W, C]`; empty: zero.
    start: &'a [f32],
    /// 0 for a term that is the same at every step.
    first_step: usize,
    second_step: usize,
    /// Of the rows of each term's map.
    map_steps: [usize; 2],
}

impl<'a> Terms<'a> {
    pub fn new(dims: Dims, first: Current<'a>, residual: Residual<'a>, start: &'a [f32]) -> Self {
        dims.check();
        assert!(start.is_empty() || start.len() == dims.step_len());
        let step = |current: &Current| {
            let len = current.y.len();
            assert!(len == dims.step_len() || len == dims.steps * dims.step_len(), "{len} values for {dims:?}");
            if len == dims.step_len() { 0 } else { dims.step_len() }
        };
        let map_step = |current: &Current| {
            assert!([current.shift, current.mean].iter().all(|row| row.len() == current.scale.len()));
            at_each_step(current.scale, dims.channels, dims.steps)
        };
        let (kind, second, spikes) = match residual {
            Residual::None => (NONE, None, &[][..]),
            Residual::Spikes(spikes) => {
                assert_eq!(spikes.len(), dims.spike_words());
                (SPIKES, None, spikes)
            }
            Residual::Planes(planes) => {
                assert!(planes.iter().all(|plane| plane.bits.len() == dims.spike_words()));
                (PLANES, None, &[][..])
            }
            Residual::Current(current) => (CURRENT, Some(current), &[][..]),
        };
        let (first_step, second_step) = (step(&first), second.as_ref().map_or(0, step));
        let map_steps = [map_step(&first), second.as_ref().map_or(0, map_step)];
        let planes = if let Residual::Planes(planes) = residual { planes } else { &[] };
        Self { dims, kind, first, second, spikes, planes, start, first_step, second_step, map_steps }
    }

    /// Whether a term's map is another one at each step.
    #[inline(always)]
    pub fn each_step(&self) -> bool {
        self.map_steps != [0; 2]
    }

    /// Whether only the loops for [`ANY`] know what to do.
    #[inline(always)]
    pub fn are_rare(&self) -> bool {
        self.each_step() || self.kind == PLANES || !self.start.is_empty()
    }

    /// Steps of the sums that the backward pass leaves.
    pub fn sum_steps(&self) -> usize {
        if self.each_step() { self.dims.steps } else { 1 }
    }

    /// # Safety
    /// `c + 4 * quads` at most channels.
    #[inline(always)]
    pub unsafe fn column<const KIND: u8>(&self, c: usize, quads: usize) -> Column<KIND> {
        let at = |current: &Current, step: usize| unsafe {
            let [scale, shift, mean] =
                [current.scale, current.shift, current.mean].map(|v| Wide::load_quads(v.as_ptr().add(c), quads));
            Affine { y: current.y.as_ptr().add(c), step, scale, shift, mean }
        };
        let first = at(&self.first, self.first_step);
        let kind = self.kind;
        Column {
            c,
            quads,
            kind,
            second: self.second.as_ref().map_or(first, |second| at(second, self.second_step)),
            first,
        }
    }
}

/// A term of the membrane current in a vector's channels.
#[derive(Clone, Copy)]
pub(super) struct Affine {
    y: *const f32,
    step: usize,
    scale: Wide,
    shift: Wide,
    pub mean: Wide,
}

/// The channels of a vector, from `c` on, of the terms.
#[derive(Clone, Copy)]
pub(super) struct Column<const KIND: u8> {
    c: usize,
    quads: usize,
    kind: u8,
    pub first: Affine,
    /// The first again unless there is a second.
    pub second: Affine,
}

impl Affine {
    /// Takes the map that begins at `at` of the rows.
    ///
    /// # Safety
    /// `at + 4 * quads` within them.
    #[inline(always)]
    unsafe fn at_step(&mut self, current: &Current, at: usize, quads: usize) {
        let [scale, shift, mean] = [current.scale, current.shift, current.mean]
            .map(|row| unsafe { Wide::load_quads(row.as_ptr().add(at), quads) });
        (self.scale, self.shift, self.mean) = (scale, shift, mean);
    }
}

impl<const KIND: u8> Column<KIND> {
    #[inline(always)]
    pub fn is(&self, kind: u8) -> bool {
        if KIND == ANY { self.kind == kind } else { KIND == kind }
    }

    /// The column at step `t`.
    ///
    /// # Safety
    /// `t` below steps.
    #[inline(always)]
    pub unsafe fn at_step(mut self, terms: &Terms, t: usize) -> Self {
        if KIND == ANY && terms.each_step() {
            unsafe { self.first.at_step(&terms.first, t * terms.map_steps[0] + self.c, self.quads) };
            if let Some(second) = &terms.second {
                unsafe { self.second.at_step(second, t * terms.map_steps[1] + self.c, self.quads) };
            }
        }
        self
    }

    /// The membrane before the first step at a pixel; None: the state is zero.
    ///
    /// # Safety
    /// `pixel` below step_pixels.
    #[inline(always)]
    pub unsafe fn start(&self, terms: &Terms, pixel: usize) -> Option<Wide> {
        if KIND != ANY || terms.start.is_empty() {
            return None;
        }
        let at = pixel * terms.dims.channels + self.c;
        Some(unsafe { Wide::load_quads(terms.start.as_ptr().add(at), self.quads) })
    }

    /// The membrane current at a pixel of a step, and the y of each term.
    ///
    /// # Safety
    /// `pixel` below step_pixels, `t` below steps.
    #[inline(always)]
    pub unsafe fn current(&self, terms: &Terms, t: usize, pixel: usize) -> (Wide, [Wide; 2]) {
        let channels = terms.dims.channels;
        let at = |term: &Affine| unsafe { term.y.add(t * term.step + pixel * channels) };
        let read = |term: &Affine| unsafe { Wide::load_quads(at(term), self.quads) };
        let first = read(&self.first);
        let mut second = first;
        let mut x = self.first.scale * first + self.first.shift;
        if self.is(CURRENT) {
            second = read(&self.second);
            x = x + (self.second.scale * second + self.second.shift);
        }
        if self.is(SPIKES) {
            let word = (t * terms.dims.step_pixels() + pixel) * words(channels) + self.c / 32;
            let bits = unsafe { *terms.spikes.get_unchecked(word) } >> (self.c % 32);
            x = x + Mask::from_bits(bits).keep(Wide::splat(1.0));
        }
        if KIND == ANY && self.is(PLANES) {
            let word = (t * terms.dims.step_pixels() + pixel) * words(channels) + self.c / 32;
            for plane in terms.planes {
                let bits = unsafe { *plane.bits.get_unchecked(word) } >> (self.c % 32);
                x = x + Mask::from_bits(bits).keep(Wide::splat(plane.weight));
            }
        }
        (x, [first, second])
    }
}
