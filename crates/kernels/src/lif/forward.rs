use super::{CURRENT, Column, Current, Dims, NONE, Neuron, Residual, SPIKES, Terms};
use crate::par::{self, Shared};
use crate::simd::F32x4;
use crate::words;

/// Spikes `[T, B, H, W, words(C)]` from the sum of the terms; `active`, of the same shape or empty, receives the neurons
/// whose surrogate derivative is not zero.
pub fn forward(
    neuron: &Neuron,
    dims: Dims,
    first: Current,
    residual: Residual,
    spikes: &mut [u32],
    active: &mut [u32],
) {
    assert_eq!(spikes.len(), dims.spike_words());
    assert!(active.is_empty() || active.len() == spikes.len());
    let terms = Terms::new(neuron, dims, first, residual);
    let per_task = dims.task_pixels();
    let pass = Pass {
        terms: &terms,
        hard: neuron.hard_reset,
        half: F32x4::splat(neuron.surrogate.half),
        wants_active: !active.is_empty(),
        spikes: &Shared::new(spikes),
        active: &Shared::new(active),
    };
    par::for_each(dims.step_pixels().div_ceil(per_task), |task, _| {
        let pixels = task * per_task..((task + 1) * per_task).min(dims.step_pixels());
        match residual {
            Residual::None => unsafe { pass.words::<NONE>(pixels) },
            Residual::Spikes(_) => unsafe { pass.words::<SPIKES>(pixels) },
            Residual::Current(_) => unsafe { pass.words::<CURRENT>(pixels) },
        }
    });
}

struct Pass<'a> {
    terms: &'a Terms<'a>,
    hard: bool,
    /// Of the surrogate's support.
    half: F32x4,
    wants_active: bool,
    spikes: &'a Shared<'a, u32>,
    active: &'a Shared<'a, u32>,
}

impl Pass<'_> {
    /// Word after word of channels, whose constants are read once for all pixels.
    unsafe fn words<const KIND: u8>(&self, pixels: core::ops::Range<usize>) {
        let (terms, dims) = (self.terms, self.terms.dims);
        let per_pixel = words(dims.channels);
        for word in 0..per_pixel {
            let vectors = ((dims.channels - word * 32) / 4).min(8);
            let columns: [Column<KIND>; 8] =
                core::array::from_fn(|v| unsafe { terms.column(word * 32 + 4 * v.min(vectors - 1)) });
            for pixel in pixels.clone() {
                let mut membrane = [F32x4::splat(0.0); 8];
                for t in 0..dims.steps {
                    let (mut spikes, mut active) = (0, 0);
                    for (v, (m, column)) in membrane.iter_mut().zip(&columns[..vectors]).enumerate() {
                        let (u, ..) = unsafe { column.charge(terms, t, pixel, *m) };
                        let (after, fired) = terms.fire_and_reset(self.hard, u);
                        *m = after;
                        spikes |= fired.bits() << (4 * v);
                        active |= self.half.gt((u - terms.threshold).abs()).bits() << (4 * v);
                    }
                    let at = (t * dims.step_pixels() + pixel) * per_pixel + word;
                    unsafe {
                        *self.spikes.pointer(at) = spikes;
                        if self.wants_active {
                            *self.active.pointer(at) = active;
                        }
                    }
                }
            }
        }
    }
}
