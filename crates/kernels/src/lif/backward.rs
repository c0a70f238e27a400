//! Back through time. With gS_t = dL/ds_t and gM_T = 0, for t = T..1:
//!
//!   hard reset  a_t = gS_t - gM_t * u_t       gU_t = a_t * phi'(u_t) + gM_t * (1 - s_t)
//!   soft reset  a_t = gS_t - threshold * gM_t gU_t = a_t * phi'(u_t) + gM_t
//!   (detached: a_t = gS_t)                    dL/dx_t = k * gU_t,  gM_{t-1} = decay * gU_t

use core::ops::Range;

use super::{CURRENT, Current, Dims, MAX_STEPS, NONE, Neuron, Residual, SPIKES, Terms};
use crate::par::{self, Shared};
use crate::simd::F32x4;
use crate::surrogate::{Derivative, Rectangle, Surrogate, Tanh};

/// Floats of scratch for [`backward`]: three sums per channel and task.
pub fn partial_len(dims: &Dims) -> usize {
    dims.step_pixels().div_ceil(dims.task_pixels()) * 3 * dims.channels
}

/// Replaces `g` = dL/ds `[T, B, H, W, C]` by dL/dx, and sums for the normalisations below.
///
/// - `dense`: whether `g` holds a gradient already (at least where the surrogate is active); when not, only `inject`
///   comes from above.
/// - `inject` `[B, C]` or empty: what the heads add to dL/ds, the same at every step and pixel.
/// - `sums` `[3, C]`: over all (t, b, h, w), dL/dx, dL/dx * (y1 - mean1) and dL/dx * (y2 - mean2).
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
    assert_eq!((g.len(), sums.len()), (dims.steps * dims.step_len(), 3 * dims.channels));
    assert!(inject.is_empty() || inject.len() == dims.batch * dims.channels);
    let terms = Terms::new(neuron, dims, first, residual);
    let g = &Shared::new(g);
    // Constants of the surrogate are read from memory: V8 would work them out again for each neuron.
    let rectangle = |width| Pass { surrogate: Rectangle::new(width), neuron, dense, inject, terms: &terms, g };
    let tanh = |sharpness| Pass { surrogate: Tanh::new(sharpness), neuron, dense, inject, terms: &terms, g };
    let pass: &(dyn Walk + Sync) = match neuron.surrogate {
        Surrogate::Rectangle { width } => &rectangle(width),
        Surrogate::Tanh { sharpness } => &tanh(sharpness),
    };
    let per_task = dims.task_pixels();
    let tasks = dims.step_pixels().div_ceil(per_task);
    let partial = &mut partial[..partial_len(&dims)];
    let shared = Shared::new(partial);
    par::for_each(tasks, |task, _| {
        let sums = unsafe { shared.part(task * 3 * dims.channels, 3 * dims.channels) };
        let pixels = task * per_task..((task + 1) * per_task).min(dims.step_pixels());
        unsafe { pass.walk(&residual, pixels, sums) };
    });
    for (i, sum) in sums.iter_mut().enumerate() {
        *sum = partial.chunks_exact(3 * dims.channels).map(|part| part[i] as f64).sum::<f64>() as f32;
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
}

struct Pass<'a, S> {
    surrogate: S,
    neuron: &'a Neuron,
    dense: bool,
    inject: &'a [f32],
    terms: &'a Terms<'a>,
    g: &'a Shared<'a, f32>,
}

/// A pass over some pixels; writes their sums `[3, C]`.
trait Walk {
    unsafe fn walk(&self, residual: &Residual, pixels: Range<usize>, sums: &mut [f32]);
}

impl<S: Derivative> Walk for Pass<'_, S> {
    unsafe fn walk(&self, residual: &Residual, pixels: Range<usize>, sums: &mut [f32]) {
        match residual {
            Residual::None => unsafe { self.with_kind::<NONE>(pixels, sums) },
            Residual::Spikes(_) => unsafe { self.with_kind::<SPIKES>(pixels, sums) },
            Residual::Current(_) => unsafe { self.with_kind::<CURRENT>(pixels, sums) },
        }
    }
}

impl<S: Derivative> Pass<'_, S> {
    unsafe fn with_kind<const KIND: u8>(&self, pixels: Range<usize>, sums: &mut [f32]) {
        match (self.neuron.hard_reset, self.neuron.detach_reset, self.terms.dims.steps) {
            // The usual neuron at usual numbers of steps, whose membranes then stay in registers.
            (true, false, 2) => unsafe { self.columns::<KIND, true, false, 2>(pixels, sums) },
            (true, false, 4) => unsafe { self.columns::<KIND, true, false, 4>(pixels, sums) },
            (true, false, _) => unsafe { self.columns::<KIND, true, false, 0>(pixels, sums) },
            (true, true, _) => unsafe { self.columns::<KIND, true, true, 0>(pixels, sums) },
            (false, false, _) => unsafe { self.columns::<KIND, false, false, 0>(pixels, sums) },
            (false, true, _) => unsafe { self.columns::<KIND, false, true, 0>(pixels, sums) },
        }
    }

    /// Four channels after the other, whose constants and sums stay in registers over all pixels. STEPS: 0 for any number.
    #[inline(never)]
    unsafe fn columns<const KIND: u8, const HARD: bool, const DETACH: bool, const STEPS: usize>(
        &self,
        pixels: Range<usize>,
        sums: &mut [f32],
    ) {
        let (terms, dims) = (self.terms, self.terms.dims);
        let zero = F32x4::splat(0.0);
        let mut history = [Moment { u: zero, first: zero, second: zero, g: zero }; MAX_STEPS];
        let history = &mut history[..if STEPS == 0 { dims.steps } else { STEPS }];
        let g = self.g.pointer(0);
        for c in (0..dims.channels).step_by(4) {
            let column = unsafe { terms.column::<KIND>(c) };
            let mut totals = [zero; 3];
            for pixel in pixels.clone() {
                let mut m = zero;
                for (t, moment) in history.iter_mut().enumerate() {
                    (moment.u, moment.first, moment.second) = unsafe { column.charge(terms, t, pixel, m) };
                    m = terms.fire_and_reset(HARD, moment.u).0;
                    if self.dense {
                        // Read before any of it is written: steps lie whole pages apart, and a processor that compares
                        // the ends of addresses lets a read wait for the write of another step.
                        moment.g = unsafe { F32x4::load(g.add(t * dims.step_len() + pixel * dims.channels + c)) };
                    }
                }
                let injected = match self.inject {
                    [] => zero,
                    inject => unsafe { F32x4::load(inject.as_ptr().add(pixel / dims.pixels * dims.channels + c)) },
                };
                let mut gm = zero;
                let at = pixel * dims.channels + c;
                for (t, &Moment { u, first, second, g: from_above }) in history.iter().enumerate().rev() {
                    let gs = from_above + injected;
                    let a = match (DETACH, HARD) {
                        (true, _) => gs,
                        (false, true) => gs - gm * u,
                        (false, false) => gs - terms.threshold * gm,
                    };
                    let carried = if HARD { u.gt(terms.threshold).drop(gm) } else { gm };
                    // A select, no product: what lies outside the surrogate's window was never computed.
                    let v = u - terms.threshold;
                    let gu = self.surrogate.active(v).keep(a * self.surrogate.at(v)) + carried;
                    gm = terms.decay * gu;
                    let dx = terms.scale * gu;
                    unsafe { dx.store(g.add(t * dims.step_len() + at)) };
                    totals[0] = totals[0] + dx;
                    totals[1] = totals[1] + dx * (first - column.first.mean);
                    if KIND == CURRENT {
                        totals[2] = totals[2] + dx * (second - column.second.mean);
                    }
                }
            }
            for (row, total) in totals.iter().enumerate() {
                unsafe { total.store(sums[row * dims.channels + c..][..4].as_mut_ptr()) };
            }
        }
    }
}
