//! Stochastic gradient descent with momentum, as PyTorch has it:
//!
//!   g += decay * w;  v = momentum * v + g;  w -= lr * (nesterov ? g + momentum * v : v)

use crate::par::Shared;
use crate::update;

#[derive(Clone, Copy)]
pub struct Params {
    pub lr: f32,
    pub momentum: f32,
    pub nesterov: bool,
    pub weight_decay: f32,
    /// Multiplies the gradient first: below 1 when its norm was clipped.
    pub gradient_scale: f32,
}

/// One step; `velocity` starts as zeros. Leaves the sum of squares of `gradient` in `scratch[0]`
/// ([`update::scratch_len`]) and returns whether all new weights are finite; a velocity that is not makes its weight so.
pub fn step(p: &Params, gradient: &[f32], weights: &mut [f32], velocity: &mut [f32], scratch: &mut [f64]) -> bool {
    assert_eq!((gradient.len(), velocity.len()), (weights.len(), weights.len()));
    let (weights, velocity) = (Shared::new(weights), Shared::new(velocity));
    update::for_each(gradient, scratch, |range, largest| {
        let gradient = &gradient[range.clone()];
        let weights = unsafe { weights.part(range.start, range.len()) };
        let velocity = unsafe { velocity.part(range.start, range.len()) };
        for ((w, v), g) in weights.iter_mut().zip(velocity).zip(gradient) {
            let g = *g * p.gradient_scale + p.weight_decay * *w;
            *v = p.momentum * *v + g;
            *w -= p.lr * if p.nesterov { g + p.momentum * *v } else { *v };
            largest.see(*w);
        }
    })
}
