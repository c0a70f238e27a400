use super::{CURRENT, Current, Dims, NONE, Neuron, Residual, SPIKES, Terms};
use crate::par::{self, Shared};
use crate::simd::F32x4;
use crate::words;

/// Spikes `[T, B, H, W, words(C)]` from the sum of the terms.
pub fn forward(neuron: &Neuron, dims: Dims, first: Current, residual: Residual, spikes: &mut [u32]) {
    assert_eq!(spikes.len(), dims.spike_words());
    let terms = Terms::new(neuron, dims, first, residual);
    let (hard, per_task) = (neuron.hard_reset, dims.task_pixels());
    let spikes = Shared::new(spikes);
    par::for_each(dims.step_pixels().div_ceil(per_task), |task, _| {
        let pixels = task * per_task..((task + 1) * per_task).min(dims.step_pixels());
        match residual {
            Residual::None => unsafe { run::<NONE>(&terms, hard, pixels, &spikes) },
            Residual::Spikes(_) => unsafe { run::<SPIKES>(&terms, hard, pixels, &spikes) },
            Residual::Current(_) => unsafe { run::<CURRENT>(&terms, hard, pixels, &spikes) },
        }
    });
}

unsafe fn run<const KIND: u8>(terms: &Terms, hard: bool, pixels: core::ops::Range<usize>, spikes: &Shared<u32>) {
    let dims = terms.dims;
    let per_pixel = words(dims.channels);
    for pixel in pixels {
        for word in 0..per_pixel {
            let vectors = ((dims.channels - word * 32) / 4).min(8);
            let mut membrane = [F32x4::splat(0.0); 8];
            for t in 0..dims.steps {
                let mut bits = 0;
                for (v, m) in membrane[..vectors].iter_mut().enumerate() {
                    let u = unsafe { terms.charge::<KIND>(t, pixel, word * 32 + 4 * v, *m) };
                    let (after, fired) = terms.fire_and_reset(hard, u);
                    *m = after;
                    bits |= fired.bits() << (4 * v);
                }
                let at = (t * dims.step_pixels() + pixel) * per_pixel + word;
                unsafe { *spikes.pointer(at) = bits };
            }
        }
    }
}
