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
