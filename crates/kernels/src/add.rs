//! Where two gradients meet: a value that is read twice receives the sum.

use crate::par::{self, Shared};
use crate::update::TASK_FLOATS;

/// `into` += `x`.
pub fn accumulate(x: &[f32], into: &mut [f32]) {
    assert_eq!(x.len(), into.len());
    let shared = Shared::new(into);
    par::for_each(x.len().div_ceil(TASK_FLOATS), |task, _| {
        let from = task * TASK_FLOATS;
        let x = &x[from..(from + TASK_FLOATS).min(x.len())];
        let into = unsafe { shared.part(from, x.len()) };
        into.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
    });
}

/// `into` = the sum over steps of `x` `[steps, N]`; `adds`: that is added to what is there.
pub fn sum_steps(x: &[f32], adds: bool, into: &mut [f32]) {
    assert!(!into.is_empty() && x.len().is_multiple_of(into.len()) && x.len() >= into.len());
    let len = into.len();
    let shared = Shared::new(into);
    par::for_each(len.div_ceil(TASK_FLOATS), |task, _| {
        let from = task * TASK_FLOATS;
        let into = unsafe { shared.part(from, TASK_FLOATS.min(len - from)) };
        for (t, step) in x.chunks_exact(len).enumerate() {
            let x = &step[from..][..into.len()];
            if t == 0 && !adds {
                into.copy_from_slice(x);
            } else {
                into.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
            }
        }
    });
}

/// `into` `[N, pixels, C]` += `x` `[N, C]`, the same at every pixel; where it is not `filled` it becomes that.
pub fn add_to_pixels(pixels: usize, channels: usize, x: &[f32], filled: bool, into: &mut [f32]) {
    assert!(pixels > 0 && channels > 0, "no pixels to add to");
    assert_eq!(into.len(), x.len() * pixels);
    let shared = Shared::new(into);
    par::for_each(x.len() / channels, |n, _| {
        let x = &x[n * channels..][..channels];
        let image = unsafe { shared.part(n * pixels * channels, pixels * channels) };
        for pixel in image.chunks_exact_mut(channels) {
            if filled {
                pixel.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
            } else {
                pixel.copy_from_slice(x);
            }
        }
    });
}
