//! Back through time. With gS_t = dL/ds_t and gM_T = 0, for t = T..1:
//!
//!   hard reset  a_t = gS_t - gM_t * u_t       gU_t = a_t * phi'(u_t) + gM_t * (1 - s_t)
//!   soft reset  a_t = gS_t - threshold * gM_t gU_t = a_t * phi'(u_t) + gM_t
//!   (detached: a_t = gS_t)                    dL/dx_t = k * gU_t,  gM_{t-1} = decay * gU_t

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
    let pass = Pass { neuron: *neuron, dense, inject, terms: &terms, g: &Shared::new(g) };
    let per_task = dims.task_pixels();
    let tasks = dims.step_pixels().div_ceil(per_task);
    let partial = &mut partial[..partial_len(&dims)];
    let shared = Shared::new(partial);
    par::for_each(tasks, |task, _| {
        let sums = unsafe { shared.part(task * 3 * dims.channels, 3 * dims.channels) };
        let pixels = task * per_task..((task + 1) * per_task).min(dims.step_pixels());
        match residual {
            Residual::None => unsafe { pass.run::<NONE>(pixels, sums) },
            Residual::Spikes(_) => unsafe { pass.run::<SPIKES>(pixels, sums) },
            Residual::Current(_) => unsafe { pass.run::<CURRENT>(pixels, sums) },
        }
    });
    for (i, sum) in sums.iter_mut().enumerate() {
        *sum = partial.chunks_exact(3 * dims.channels).map(|part| part[i] as f64).sum::<f64>() as f32;
    }
}

struct Pass<'a> {
    neuron: Neuron,
    dense: bool,
    inject: &'a [f32],
    terms: &'a Terms<'a>,
    g: &'a Shared<'a, f32>,
}

impl Pass<'_> {
    unsafe fn run<const KIND: u8>(&self, pixels: core::ops::Range<usize>, sums: &mut [f32]) {
        match (self.neuron.hard_reset, self.neuron.detach_reset) {
            (true, false) => unsafe { self.walk::<KIND, true, false>(pixels, sums) },
            (true, true) => unsafe { self.walk::<KIND, true, true>(pixels, sums) },
            (false, false) => unsafe { self.walk::<KIND, false, false>(pixels, sums) },
            (false, true) => unsafe { self.walk::<KIND, false, true>(pixels, sums) },
        }
    }

    unsafe fn walk<const KIND: u8, const HARD: bool, const DETACH: bool>(
        &self,
        pixels: core::ops::Range<usize>,
        sums: &mut [f32],
    ) {
        match self.neuron.surrogate {
            Surrogate::Rectangle { width } => unsafe {
                self.columns::<KIND, HARD, DETACH>(Rectangle::new(width), pixels, sums);
            },
            Surrogate::Tanh { sharpness } => unsafe {
                self.columns::<KIND, HARD, DETACH>(Tanh::new(sharpness), pixels, sums);
            },
        }
    }

    /// Four channels after the other, whose constants and sums stay in registers over all pixels.
    unsafe fn columns<const KIND: u8, const HARD: bool, const DETACH: bool>(
        &self,
        surrogate: impl Derivative,
        pixels: core::ops::Range<usize>,
        sums: &mut [f32],
    ) {
        let (terms, dims) = (self.terms, self.terms.dims);
        let zero = F32x4::splat(0.0);
        let mut history = [(zero, zero, zero); MAX_STEPS];
        let history = &mut history[..dims.steps];
        for c in (0..dims.channels).step_by(4) {
            let column = unsafe { terms.column::<KIND>(c) };
            let mut totals = [zero; 3];
            for pixel in pixels.clone() {
                let mut m = zero;
                for (t, (u, first, second)) in history.iter_mut().enumerate() {
                    (*u, *first, *second) = unsafe { column.charge(terms, t, pixel, m) };
                    m = terms.fire_and_reset(HARD, *u).0;
                }
                let injected = match self.inject {
                    [] => zero,
                    inject => unsafe { F32x4::load(inject.as_ptr().add(pixel / dims.pixels * dims.channels + c)) },
                };
                let mut gm = zero;
                let at = pixel * dims.channels + c;
                for (t, &(u, first, second)) in history.iter().enumerate().rev() {
                    let g = self.g.pointer(t * dims.step_len() + at);
                    let from_above = if self.dense { unsafe { F32x4::load(g) } } else { zero };
                    let gs = from_above + injected;
                    let a = match (DETACH, HARD) {
                        (true, _) => gs,
                        (false, true) => gs - gm * u,
                        (false, false) => gs - terms.threshold * gm,
                    };
                    let carried = if HARD { u.gt(terms.threshold).drop(gm) } else { gm };
                    // A select, no product: what lies outside the surrogate's window was never computed.
                    let v = u - terms.threshold;
                    let gu = surrogate.active(v).keep(a * surrogate.at(v)) + carried;
                    gm = terms.decay * gu;
                    let dx = terms.scale * gu;
                    unsafe { dx.store(g) };
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
