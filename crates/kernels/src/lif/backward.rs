//! Back through time. With gS_t = dL/ds_t and gM_T = 0, for t = T..1:
//!
//!   hard reset  a_t = gS_t - gM_t * u_t       gU_t = a_t * phi'(u_t) + gM_t * (1 - s_t)
//!   soft reset  a_t = gS_t - threshold * gM_t gU_t = a_t * phi'(u_t) + gM_t
//!   (detached: a_t = gS_t)                    dL/dx_t = k * gU_t,  gM_{t-1} = decay * gU_t

use super::{CURRENT, Current, Dims, MAX_STEPS, NONE, Neuron, Residual, SPIKES, Terms};
use crate::par::{self, Shared};
use crate::simd::F32x4;
use crate::surrogate::Derivative;

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
    let pass = Pass {
        neuron: *neuron,
        derivative: neuron.surrogate.derivative(),
        dense,
        inject,
        terms: &terms,
        g: &Shared::new(g),
    };
    let per_task = dims.task_pixels();
    let tasks = dims.step_pixels().div_ceil(per_task);
    let partial = &mut partial[..partial_len(&dims)];
    let shared = Shared::new(partial);
    par::for_each(tasks, |task, _| {
        let sums = unsafe { shared.part(task * 3 * dims.channels, 3 * dims.channels) };
        sums.fill(0.0);
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
    derivative: Derivative,
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
        let (terms, dims) = (self.terms, self.terms.dims);
        let zero = F32x4::splat(0.0);
        let mut u = [zero; MAX_STEPS];
        for pixel in pixels {
            let from_heads = pixel / dims.pixels * dims.channels;
            for c in (0..dims.channels).step_by(4) {
                let mut m = zero;
                for (t, u) in u[..dims.steps].iter_mut().enumerate() {
                    *u = unsafe { terms.charge::<KIND>(t, pixel, c, m) };
                    m = terms.fire_and_reset(HARD, *u).0;
                }
                let injected = match self.inject {
                    [] => zero,
                    inject => unsafe { F32x4::load(inject.as_ptr().add(from_heads + c)) },
                };
                let mut gm = zero;
                for (t, &u) in u[..dims.steps].iter().enumerate().rev() {
                    let at = t * dims.step_len() + pixel * dims.channels + c;
                    let g = self.g.pointer(at);
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
                    let gu = self.derivative.active(v).keep(a * self.derivative.at(v)) + carried;
                    gm = terms.decay * gu;
                    let dx = terms.scale * gu;
                    unsafe {
                        dx.store(g);
                        self.add_sums::<KIND>(t, pixel, c, dx, sums);
                    }
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn add_sums<const KIND: u8>(&self, t: usize, pixel: usize, c: usize, dx: F32x4, sums: &mut [f32]) {
        let channels = self.terms.dims.channels;
        let mut add = |row: usize, value: F32x4| unsafe {
            let to = sums.as_mut_ptr().add(row * channels + c);
            (F32x4::load(to) + value).store(to);
        };
        let centred = |current: &Current, step: usize| unsafe {
            F32x4::load(current.y.as_ptr().add(t * step + pixel * channels + c))
                - F32x4::load(current.mean.as_ptr().add(c))
        };
        add(0, dx);
        add(1, dx * centred(&self.terms.first, self.terms.first_step));
        if KIND == CURRENT {
            let second = unsafe { self.terms.second.as_ref().unwrap_unchecked() };
            add(2, dx * centred(second, self.terms.second_step));
        }
    }
}
