//! Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), as PyTorch has them:
//!
//!   m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;  w -= lr / (1 - b1^k) * m / (sqrt(v / (1 - b2^k)) + eps)
//!
//! Weight decay joins the gradient (Adam) or shrinks the weights by lr * decay (AdamW).

use crate::par::Shared;
use crate::update;

#[derive(Clone, Copy)]
pub struct Params {
    pub lr: f32,
    pub beta1: f32,
    pub beta2: f32,
    pub eps: f32,
    pub weight_decay: f32,
    /// AdamW.
    pub decoupled: bool,
    pub gradient_scale: f32,
    /// k, from 1.
    pub step: u32,
}

/// One step; both moments start as zeros. Leaves the sum of squares of `gradient` in `scratch[0]`
/// ([`update::scratch_len`]) and returns whether all new weights and second moments are finite: an infinite one of these
/// would hold its weight still for ever.
pub fn step(
    p: &Params,
    gradient: &[f32],
    weights: &mut [f32],
    first: &mut [f32],
    second: &mut [f32],
    scratch: &mut [f64],
) -> bool {
    assert_eq!(gradient.len(), weights.len());
    assert_eq!((first.len(), second.len()), (weights.len(), weights.len()));
    let correction = |beta: f32| 1.0 - libm::pow(beta as f64, p.step as f64);
    let rate = (p.lr as f64 / correction(p.beta1)) as f32;
    let root = (1.0 / correction(p.beta2).sqrt()) as f32;
    let (coupled, shrink) = if p.decoupled { (0.0, 1.0 - p.lr * p.weight_decay) } else { (p.weight_decay, 1.0) };
    let (weights, first, second) = (Shared::new(weights), Shared::new(first), Shared::new(second));
    update::for_each(gradient, scratch, |range, largest| {
        let gradient = &gradient[range.clone()];
        let weights = unsafe { weights.part(range.start, range.len()) };
        let first = unsafe { first.part(range.start, range.len()) };
        let second = unsafe { second.part(range.start, range.len()) };
        for (((w, m), v), g) in weights.iter_mut().zip(first).zip(second).zip(gradient) {
            let g = *g * p.gradient_scale + coupled * *w;
            *m = p.beta1 * *m + (1.0 - p.beta1) * g;
            *v = p.beta2 * *v + (1.0 - p.beta2) * (g * g);
            *w = *w * shrink - rate * *m / (v.sqrt() * root + p.eps);
            largest.see(*w);
            largest.see(*v);
        }
    })
}
