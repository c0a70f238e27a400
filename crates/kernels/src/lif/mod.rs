//! Leaky integrate-and-fire over all T steps (Guo et al.; method reference, section 1.1). Per neuron, m_0 = 0:
//!
//!   charge  u_t = decay * m_{t-1} + k * x_t       k = 1, or 1 - decay with decayInput
//!   fire    s_t = [u_t > threshold]
//!   reset   m_t = u_t * (1 - s_t)  hard,   u_t - threshold * s_t  soft
//!
//! The membrane current x is never written: it is the sum of up to two terms that are read where they lie, each a
//! convolution's output under its normalisation's affine map, or the spikes of an identity residual. The backward pass
//! computes u again from them instead of keeping it.

mod backward;
mod forward;

pub use backward::{backward, partial_len, sum_rows};
pub use forward::forward;

use crate::simd::{F32x4, Mask};
use crate::surrogates::Surrogate;
use crate::words;

/// Most time steps: the backward pass keeps a neuron's whole membrane history at hand.
pub const MAX_STEPS: usize = 64;

#[derive(Clone, Copy, Debug)]
pub struct Neuron {
    pub decay: f32,
    pub threshold: f32,
    /// Hard reset to zero, else soft reset by subtraction.
    pub hard_reset: bool,
    /// No gradient through the reset.
    pub detach_reset: bool,
    /// The input counts (1 - decay) times.
    pub decay_input: bool,
    pub surrogate: Surrogate,
    /// The backward pass sums what [`crate::plif`] needs of the decay.
    pub learns_decay: bool,
}

impl Neuron {
    fn input_scale(&self) -> f32 {
        if self.decay_input { 1.0 - self.decay } else { 1.0 }
    }
}

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
    fn step_pixels(&self) -> usize {
        self.batch * self.pixels
    }

    fn step_len(&self) -> usize {
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

    fn check(&self) {
        assert!(self.channels.is_multiple_of(4) && (1..=MAX_STEPS).contains(&self.steps));
    }
}

/// A term of the membrane current: scale * y + shift, per channel.
#[derive(Clone, Copy)]
pub struct Current<'a> {
    /// `[T or 1, B, H, W, C]`
    pub y: &'a [f32],
    pub scale: &'a [f32],
    pub shift: &'a [f32],
    /// The batch's mean, around which the backward pass sums g * y.
    pub mean: &'a [f32],
}

#[derive(Clone, Copy)]
pub enum Residual<'a> {
    None,
    Spikes(&'a [u32]),
    Current(Current<'a>),
}

/// The second term's kind, known to the compiler inside the loops.
const NONE: u8 = 0;
const SPIKES: u8 = 1;
const CURRENT: u8 = 2;

/// What the loops share: where the terms of a neuron lie.
struct Terms<'a> {
    dims: Dims,
    first: Current<'a>,
    second: Option<Current<'a>>,
    spikes: &'a [u32],
    /// 0 for a term that is the same at every step.
    first_step: usize,
    second_step: usize,
    decay: F32x4,
    threshold: F32x4,
    scale: F32x4,
}

impl<'a> Terms<'a> {
    fn new(neuron: &Neuron, dims: Dims, first: Current<'a>, residual: Residual<'a>) -> Self {
        dims.check();
        let step = |current: &Current| {
            let len = current.y.len();
            assert!(len == dims.step_len() || len == dims.steps * dims.step_len(), "{len} values for {dims:?}");
            assert!([current.scale, current.shift, current.mean].iter().all(|v| v.len() == dims.channels));
            if len == dims.step_len() { 0 } else { dims.step_len() }
        };
        let (second, spikes) = match residual {
            Residual::None => (None, &[][..]),
            Residual::Spikes(spikes) => {
                assert_eq!(spikes.len(), dims.spike_words());
                (None, spikes)
            }
            Residual::Current(current) => (Some(current), &[][..]),
        };
        Self {
            dims,
            first_step: step(&first),
            second_step: second.as_ref().map_or(0, step),
            first,
            second,
            spikes,
            decay: F32x4::splat(neuron.decay),
            threshold: F32x4::splat(neuron.threshold),
            scale: F32x4::splat(neuron.input_scale()),
        }
    }

    /// # Safety
    /// `c + 4` at most channels.
    #[inline(always)]
    unsafe fn column<const KIND: u8>(&self, c: usize) -> Column<KIND> {
        let at = |current: &Current, step: usize| unsafe {
            let [scale, shift, mean] =
                [current.scale, current.shift, current.mean].map(|v| F32x4::load(v.as_ptr().add(c)));
            Affine { y: current.y.as_ptr().add(c), step, scale, shift, mean }
        };
        let first = at(&self.first, self.first_step);
        Column { c, second: self.second.as_ref().map_or(first, |second| at(second, self.second_step)), first }
    }

    /// The membrane after u, and which lanes fired.
    #[inline(always)]
    fn fire_and_reset(&self, hard: bool, u: F32x4) -> (F32x4, Mask) {
        let fired = u.gt(self.threshold);
        (if hard { fired.drop(u) } else { u - fired.keep(self.threshold) }, fired)
    }
}

/// A term of the membrane current in four channels.
#[derive(Clone, Copy)]
struct Affine {
    y: *const f32,
    step: usize,
    scale: F32x4,
    shift: F32x4,
    mean: F32x4,
}

/// Four channels, from `c` on, of the terms.
struct Column<const KIND: u8> {
    c: usize,
    first: Affine,
    /// The first again unless KIND is CURRENT.
    second: Affine,
}

impl<const KIND: u8> Column<KIND> {
    /// u at a pixel of a step, after the membrane was `m`, the terms' y, and their sum x.
    ///
    /// # Safety
    /// `pixel` below step_pixels, `t` below steps.
    #[inline(always)]
    unsafe fn charge(&self, terms: &Terms, t: usize, pixel: usize, m: F32x4) -> (F32x4, F32x4, F32x4, F32x4) {
        let channels = terms.dims.channels;
        let read = |term: &Affine| unsafe { F32x4::load(term.y.add(t * term.step + pixel * channels)) };
        let first = read(&self.first);
        let mut second = first;
        let mut x = self.first.scale * first + self.first.shift;
        if KIND == CURRENT {
            second = read(&self.second);
            x = x + (self.second.scale * second + self.second.shift);
        }
        if KIND == SPIKES {
            let word = (t * terms.dims.step_pixels() + pixel) * words(channels) + self.c / 32;
            let bits = unsafe { *terms.spikes.get_unchecked(word) } >> (self.c % 32);
            x = x + Mask::from_bits(bits).keep(F32x4::splat(1.0));
        }
        (terms.decay * m + terms.scale * x, first, second, x)
    }
}
