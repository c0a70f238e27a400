use core::ops::Range;

use super::terms::{ANY, CURRENT, Column, Current, Dims, NONE, Residual, SPIKES, Terms};
use crate::neurons::{Dynamics, Lanes};
use crate::par::{self, Shared};
use crate::simd::{QUADS, WIDTH, Wide, quads_of};
use crate::words;

/// See [`crate::neurons::Neurons::forward`].
pub(crate) struct Forward<'a> {
    pub dims: Dims,
    pub first: Current<'a>,
    pub residual: Residual<'a>,
    pub start: &'a [f32],
    /// Of the surrogate's support.
    pub half: f32,
    pub spikes: &'a mut [u32],
    /// The spikes of neurons that fire -1; empty for those that never do.
    pub negative: &'a mut [u32],
    pub active: &'a mut [u32],
}

impl Forward<'_> {
    #[inline(never)]
    pub fn run<D: Dynamics>(self, dynamics: &D) {
        let Self { dims, spikes, negative, active, .. } = self;
        assert_eq!(spikes.len(), dims.spike_words());
        assert_eq!(negative.len(), if D::SIGNED { spikes.len() } else { 0 });
        assert!(active.is_empty() || active.len() == spikes.len());
        let terms = Terms::new(dims, self.first, self.residual, self.start);
        let pass = Pass {
            dynamics,
            terms: &terms,
            half: Wide::splat(self.half),
            wants_active: !active.is_empty(),
            spikes: &Shared::new(spikes),
            negative: &Shared::new(negative),
            active: &Shared::new(active),
        };
        // Nothing is summed over pixels on the way up, so few of them can be cut into more tasks than on the way down.
        let most = (4096 / dims.channels).max(1);
        let per_task = (dims.step_pixels() / 4).clamp((most / 4).max(1), most);
        par::for_each(dims.step_pixels().div_ceil(per_task), |task, _| {
            let pixels = task * per_task..((task + 1) * per_task).min(dims.step_pixels());
            match terms.kind {
                _ if !D::COMMON || terms.are_rare() => unsafe { pass.words::<ANY>(pixels) },
                NONE => unsafe { pass.words::<NONE>(pixels) },
                SPIKES => unsafe { pass.words::<SPIKES>(pixels) },
                _ => unsafe { pass.words::<CURRENT>(pixels) },
            }
        });
    }
}

struct Pass<'a, D> {
    dynamics: &'a D,
    terms: &'a Terms<'a>,
    half: Wide,
    wants_active: bool,
    spikes: &'a Shared<'a, u32>,
    negative: &'a Shared<'a, u32>,
    active: &'a Shared<'a, u32>,
}

/// Vectors of a whole word of spikes.
const VECTORS: usize = 32 / WIDTH;

impl<D: Dynamics> Pass<'_, D> {
    /// Word after word of channels, whose constants are read once for all pixels.
    unsafe fn words<const KIND: u8>(&self, pixels: Range<usize>) {
        for word in 0..words(self.terms.dims.channels) {
            let channels = (self.terms.dims.channels - word * 32).min(32);
            if QUADS > 1 && channels == 32 {
                unsafe { self.word::<KIND, true>(word, channels, pixels.clone()) };
            } else {
                unsafe { self.word::<KIND, false>(word, channels, pixels.clone()) };
            }
        }
    }

    /// WHOLE: of 32 channels, whose states then stay in registers.
    #[inline(never)]
    unsafe fn word<const KIND: u8, const WHOLE: bool>(&self, word: usize, channels: usize, pixels: Range<usize>) {
        let channels = if WHOLE { 32 } else { channels };
        let (terms, dims) = (self.terms, self.terms.dims);
        let per_pixel = words(dims.channels);
        let vectors = channels.div_ceil(WIDTH).min(VECTORS);
        let quads = |v: usize| quads_of(channels - WIDTH * v.min(vectors - 1));
        let channel = |v: usize| word * 32 + WIDTH * v.min(vectors - 1);
        let columns: [Column<KIND>; VECTORS] = core::array::from_fn(|v| unsafe { terms.column(channel(v), quads(v)) });
        // What lies behind the channels in their last vector is nobody's.
        let theirs = if QUADS == 1 { u32::MAX } else { u32::MAX >> (32 - channels) };
        for pixel in pixels {
            let mut states: [D::State; VECTORS] = core::array::from_fn(|v| {
                let dynamics = self.dynamics.at_channel(channel(v), quads(v));
                let start = unsafe { columns[v].start(terms, pixel) };
                start.map_or(D::State::zero(), |membrane| dynamics.start(membrane))
            });
            for t in 0..dims.steps {
                let (mut spikes, mut negative, mut active) = (0, 0, 0);
                for (v, (state, column)) in states.iter_mut().zip(&columns[..vectors]).enumerate() {
                    let dynamics = self.dynamics.at_channel(channel(v), quads(v));
                    let (x, _) = unsafe { column.at_step(terms, t).current(terms, t, pixel) };
                    let u = dynamics.charge(t, *state, x);
                    let fired = dynamics.fire(u);
                    *state = dynamics.reset(*state, u, fired);
                    spikes |= fired.bits() << (WIDTH * v);
                    if D::SIGNED {
                        negative |= Wide::zero().gt(u).bits() << (WIDTH * v);
                    }
                    if D::COMMON || self.wants_active {
                        active |= self.half.gt(dynamics.over(u).abs()).bits() << (WIDTH * v);
                    }
                }
                let at = (t * dims.step_pixels() + pixel) * per_pixel + word;
                unsafe {
                    *self.spikes.pointer(at) = if D::SIGNED { spikes & !negative & theirs } else { spikes & theirs };
                    if D::SIGNED {
                        *self.negative.pointer(at) = spikes & negative & theirs;
                    }
                    if self.wants_active {
                        *self.active.pointer(at) = active & theirs;
                    }
                }
            }
        }
    }
}
