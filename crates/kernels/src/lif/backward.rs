//! Back through time. With gS_t = dL/ds_t and gM_T = 0, for t = T..1:
//!
//!   hard reset  a_t = gS_t - gM_t * u_t       gU_t = a_t * phi'(u_t) + gM_t * (1 - s_t)
//!   soft reset  a_t = gS_t - threshold * gM_t gU_t = a_t * phi'(u_t) + gM_t
//!   (detached: a_t = gS_t)                    dL/dx_t = k * gU_t,  gM_{t-1} = decay * gU_t

use core::ops::Range;

use super::{CURRENT, Current, Dims, MAX_STEPS, NONE, Neuron, Residual, SPIKES, Terms};
use crate::par::{self, Shared};
use crate::simd::F32x4;
use crate::surrogates::{Curve, Slope};

/// Sums per channel that [`backward`] leaves.
pub fn sum_rows(neuron: &Neuron) -> usize {
    if neuron.learns_decay { 4 } else { 3 }
}

/// Floats of scratch for [`backward`]: the sums of each channel and task.
pub fn partial_len(neuron: &Neuron, dims: &Dims) -> usize {
    dims.step_pixels().div_ceil(dims.task_pixels()) * sum_rows(neuron) * dims.channels
}

/// Replaces `g` = dL/ds `[T, B, H, W, C]` by dL/dx, and sums for the normalisations below.
///
/// - `dense`: whether `g` holds a gradient already (at least where the surrogate is active); when not, only `inject`
///   comes from above.
/// - `inject` `[B, C]` or empty: what the heads add to dL/ds, the same at every step and pixel.
/// - `sums` `[3 or 4, C]`: over all (t, b, h, w), dL/dx, dL/dx * (y1 - mean1) and dL/dx * (y2 - mean2), and where the
///   decay is learned dL/du * du/ddecay.
#[allow(clippy::too_many_arguments)] // Terms in, gradients out: one pass over memory instead of three.
pub fn backward(
    neuron: &Neuron,
    dims: Dims,
    first: Current,
    residual: Residual,
    dense: bool,
    inject: &[f32],
    partial: &mut [f32],
    g: &mut [f32],
    sums: &mut [f32],
) {
    let task_sums = sum_rows(neuron) * dims.channels;
    assert_eq!((g.len(), sums.len()), (dims.steps * dims.step_len(), task_sums));
    assert!(inject.is_empty() || inject.len() == dims.batch * dims.channels);
    let terms = Terms::new(neuron, dims, first, residual);
    let g = &Shared::new(g);
    // Constants of the surrogate are read from memory: V8 would work them out again for each neuron.
    let half = F32x4::splat(neuron.surrogate.half);
    let flat = |height| Pass { slopes: Flat(F32x4::splat(height)), half, neuron, dense, inject, terms: &terms, g };
    let curved = |curve| Pass { slopes: curve, half, neuron, dense, inject, terms: &terms, g };
    let pass: &(dyn Walk + Sync) = match neuron.surrogate.slope {
        // One way is enough for a neuron that is not the usual one.
        Slope::Flat(height) if neuron.learns_decay => &curved(Curve::flat(height)),
        Slope::Flat(height) => &flat(height),
        Slope::Curve(curve) => &curved(curve),
    };
    let per_task = dims.task_pixels();
    let tasks = dims.step_pixels().div_ceil(per_task);
    let partial = &mut partial[..partial_len(neuron, &dims)];
    let shared = Shared::new(partial);
    par::for_each(tasks, |task, _| {
        let sums = unsafe { shared.part(task * task_sums, task_sums) };
        let pixels = task * per_task..((task + 1) * per_task).min(dims.step_pixels());
        unsafe { pass.walk(&residual, pixels, sums) };
    });
    for (i, sum) in sums.iter_mut().enumerate() {
        *sum = partial.chunks_exact(task_sums).map(|part| part[i] as f64).sum::<f64>() as f32;
    }
}

/// A time step of four neurons.
#[derive(Clone, Copy)]
struct Moment {
    u: F32x4,
    /// The terms' y.
    first: F32x4,
    second: F32x4,
    /// dL/ds from the layers above.
    g: F32x4,
    /// du/ddecay, where the decay is learned.
    by_decay: F32x4,
}

/// How the loops get the surrogate's derivative.
trait Slopes: Sync {
    /// Whether `fill` is called at all, with the v of many neurons at once; otherwise `at` needs nothing.
    const IN_STRIPS: bool;

    /// Replaces each v by the derivative there.
    fn fill(&self, v: &mut [F32x4]);

    /// The derivative, where `filled` is what `fill` left.
    fn at(&self, filled: F32x4) -> F32x4;
}

/// The derivative is this number.
struct Flat(F32x4);

impl Slopes for Flat {
    const IN_STRIPS: bool = false;

    fn fill(&self, _: &mut [F32x4]) {}

    #[inline(always)]
    fn at(&self, _: F32x4) -> F32x4 {
        self.0
    }
}

impl Slopes for Curve {
    const IN_STRIPS: bool = true;

    #[inline(always)]
    fn fill(&self, v: &mut [F32x4]) {
        Curve::fill(self, v);
    }

    #[inline(always)]
    fn at(&self, filled: F32x4) -> F32x4 {
        filled
    }
}

struct Pass<'a, S> {
    slopes: S,
    /// Of the surrogate's support.
    half: F32x4,
    neuron: &'a Neuron,
    dense: bool,
    inject: &'a [f32],
    terms: &'a Terms<'a>,
    g: &'a Shared<'a, f32>,
}

/// A pass over some pixels; writes their sums `[3 or 4, C]`.
trait Walk {
    unsafe fn walk(&self, residual: &Residual, pixels: Range<usize>, sums: &mut [f32]);
}

impl<S: Slopes> Walk for Pass<'_, S> {
    unsafe fn walk(&self, residual: &Residual, pixels: Range<usize>, sums: &mut [f32]) {
        match residual {
            Residual::None => unsafe { self.with_kind::<NONE>(pixels, sums) },
            Residual::Spikes(_) => unsafe { self.with_kind::<SPIKES>(pixels, sums) },
            Residual::Current(_) => unsafe { self.with_kind::<CURRENT>(pixels, sums) },
        }
    }
}

impl<S: Slopes> Pass<'_, S> {
    unsafe fn with_kind<const KIND: u8>(&self, pixels: Range<usize>, sums: &mut [f32]) {
        match (self.neuron.hard_reset, self.neuron.detach_reset, self.terms.dims.steps) {
            // The usual neuron at usual numbers of steps, whose membranes then stay in registers.
            (true, false, 2) if !S::IN_STRIPS => unsafe { self.columns::<KIND, true, false, false, 2>(pixels, sums) },
            (true, false, 4) if !S::IN_STRIPS => unsafe { self.columns::<KIND, true, false, false, 4>(pixels, sums) },
            _ if S::IN_STRIPS && self.neuron.learns_decay => unsafe { self.learning::<KIND>(pixels, sums) },
            (true, false, _) => unsafe { self.columns::<KIND, true, false, false, 0>(pixels, sums) },
            (true, true, _) => unsafe { self.columns::<KIND, true, true, false, 0>(pixels, sums) },
            (false, false, _) => unsafe { self.columns::<KIND, false, false, false, 0>(pixels, sums) },
            (false, true, _) => unsafe { self.columns::<KIND, false, true, false, 0>(pixels, sums) },
        }
    }

    unsafe fn learning<const KIND: u8>(&self, pixels: Range<usize>, sums: &mut [f32]) {
        match (self.neuron.hard_reset, self.neuron.detach_reset) {
            (true, false) => unsafe { self.columns::<KIND, true, false, true, 0>(pixels, sums) },
            (true, true) => unsafe { self.columns::<KIND, true, true, true, 0>(pixels, sums) },
            (false, false) => unsafe { self.columns::<KIND, false, false, true, 0>(pixels, sums) },
            (false, true) => unsafe { self.columns::<KIND, false, true, true, 0>(pixels, sums) },
        }
    }

    /// Four channels after the other, whose constants and sums stay in registers over all pixels. STEPS: 0 for any number.
    #[inline(never)]
    unsafe fn columns<const KIND: u8, const HARD: bool, const DETACH: bool, const LEARN: bool, const STEPS: usize>(
        &self,
        pixels: Range<usize>,
        sums: &mut [f32],
    ) {
        let (terms, dims) = (self.terms, self.terms.dims);
        let zero = F32x4::splat(0.0);
        let mut history = [Moment { u: zero, first: zero, second: zero, g: zero, by_decay: zero }; MAX_STEPS];
        let mut slopes = [zero; MAX_STEPS];
        let steps = if STEPS == 0 { dims.steps } else { STEPS };
        // As many pixels as the history holds, where the derivative is worked out for many neurons at once.
        let strip = if S::IN_STRIPS { MAX_STEPS / steps } else { 1 };
        let g = self.g.pointer(0);
        for c in (0..dims.channels).step_by(4) {
            let column = unsafe { terms.column::<KIND>(c) };
            let mut totals = [zero; 4];
            for start in pixels.clone().step_by(strip) {
                let count = if S::IN_STRIPS { strip.min(pixels.end - start) } else { 1 };
                for i in 0..count {
                    let pixel = start + i;
                    let mut m = zero;
                    for (t, moment) in history[i * steps..][..steps].iter_mut().enumerate() {
                        let (u, first, second, x) = unsafe { column.charge(terms, t, pixel, m) };
                        (moment.u, moment.first, moment.second) = (u, first, second);
                        if LEARN {
                            moment.by_decay = if self.neuron.decay_input { m - x } else { m };
                        }
                        m = terms.fire_and_reset(HARD, moment.u).0;
                        if self.dense {
                            // Read before any of it is written: steps lie whole pages apart, and a processor that compares
                            // the ends of addresses lets a read wait for the write of another step.
                            moment.g = unsafe { F32x4::load(g.add(t * dims.step_len() + pixel * dims.channels + c)) };
                        }
                        if S::IN_STRIPS {
                            slopes[i * steps + t] = moment.u - terms.threshold;
                        }
                    }
                }
                if S::IN_STRIPS {
                    self.slopes.fill(&mut slopes[..count * steps]);
                }
                for i in 0..count {
                    let pixel = start + i;
                    let injected = match self.inject {
                        [] => zero,
                        inject => unsafe { F32x4::load(inject.as_ptr().add(pixel / dims.pixels * dims.channels + c)) },
                    };
                    let mut gm = zero;
                    let at = pixel * dims.channels + c;
                    let history = &history[i * steps..][..steps];
                    for (t, &Moment { u, first, second, g: from_above, by_decay }) in history.iter().enumerate().rev() {
                        let gs = from_above + injected;
                        let a = match (DETACH, HARD) {
                            (true, _) => gs,
                            (false, true) => gs - gm * u,
                            (false, false) => gs - terms.threshold * gm,
                        };
                        let carried = if HARD { u.gt(terms.threshold).drop(gm) } else { gm };
                        let slope = self.slopes.at(if S::IN_STRIPS { slopes[i * steps + t] } else { zero });
                        // A select, no product: what lies outside the surrogate's window was never computed.
                        let active = self.half.gt((u - terms.threshold).abs());
                        let gu = active.keep(a * slope) + carried;
                        gm = terms.decay * gu;
                        let dx = terms.scale * gu;
                        unsafe { dx.store(g.add(t * dims.step_len() + at)) };
                        totals[0] = totals[0] + dx;
                        totals[1] = totals[1] + dx * (first - column.first.mean);
                        if KIND == CURRENT {
                            totals[2] = totals[2] + dx * (second - column.second.mean);
                        }
                        if LEARN {
                            totals[3] = totals[3] + gu * by_decay;
                        }
                    }
                }
            }
            for (row, total) in totals.iter().enumerate().take(if LEARN { 4 } else { 3 }) {
                unsafe { total.store(sums[row * dims.channels + c..][..4].as_mut_ptr()) };
            }
        }
    }
}
