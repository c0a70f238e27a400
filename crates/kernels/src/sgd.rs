//! Stochastic gradient descent with momentum, as PyTorch has it:
//!
//!   g += decay * w;  v = momentum * v + g;  w -= lr * (nesterov ? g + momentum * v : v)

use crate::par::{self, Shared};

/// Floats that one task updates.
pub(crate) const TASK_FLOATS: usize = 16_384;

#[derive(Clone, Copy)]
pub struct Params {
    pub lr: f32,
    pub momentum: f32,
    pub nesterov: bool,
    pub weight_decay: f32,
    /// Multiplies the gradient first: below 1 when its norm was clipped.
    pub gradient_scale: f32,
}

/// One step; `velocity` starts as zeros.
pub fn step(p: &Params, gradient: &[f32], weights: &mut [f32], velocity: &mut [f32]) {
    assert_eq!((gradient.len(), velocity.len()), (weights.len(), weights.len()));
    let (weights, velocity) = (Shared::new(weights), Shared::new(velocity));
    par::for_each(gradient.len().div_ceil(TASK_FLOATS), |task, _| {
        let from = task * TASK_FLOATS;
        let gradient = &gradient[from..(from + TASK_FLOATS).min(gradient.len())];
        let weights = unsafe { weights.part(from, gradient.len()) };
        let velocity = unsafe { velocity.part(from, gradient.len()) };
        for ((w, v), g) in weights.iter_mut().zip(velocity).zip(gradient) {
            let g = *g * p.gradient_scale + p.weight_decay * *w;
            *v = p.momentum * *v + g;
            *w -= p.lr * if p.nesterov { g + p.momentum * *v } else { *v };
        }
    });
}
