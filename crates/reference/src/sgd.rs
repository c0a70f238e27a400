//! Stochastic gradient descent with momentum, in the form and order of PyTorch's `torch.optim.SGD` (dampening 0).
//!
//!   g = grad + weight_decay * param
//!   velocity = momentum * velocity + g
//!   param -= lr * velocity                      or, Nesterov:  param -= lr * (g + momentum * velocity)
//!
//! The velocity is not scaled by lr, so a change of lr acts at once on all of it.

#[derive(Clone, Copy, Debug)]
pub struct Params {
    pub lr: f64,
    pub momentum: f64,
    pub nesterov: bool,
    pub weight_decay: f64,
}

/// One update of `param` in place. `velocity` is as long as `param` and zero before the first step.
pub fn step(p: Params, param: &mut [f64], grad: &[f64], velocity: &mut [f64]) {
    assert_eq!(grad.len(), param.len(), "sgd: grad");
    assert_eq!(velocity.len(), param.len(), "sgd: velocity");
    for i in 0..param.len() {
        let g = grad[i] + p.weight_decay * param[i];
        velocity[i] = p.momentum * velocity[i] + g;
        let direction = if p.nesterov { g + p.momentum * velocity[i] } else { velocity[i] };
        param[i] -= p.lr * direction;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two steps with the gradient 1, worked out by hand from the update in PyTorch's documentation.
    #[test]
    fn two_steps_by_hand() {
        let run = |p: Params| {
            let (mut param, mut velocity) = ([2.0], [0.0]);
            for _ in 0..2 {
                step(p, &mut param, &[1.0], &mut velocity);
            }
            param[0]
        };
        let plain = Params { lr: 0.5, momentum: 0.0, nesterov: false, weight_decay: 0.0 };
        assert_eq!(run(plain), 1.0);
        // velocity 1, then 1.5
        assert_eq!(run(Params { momentum: 0.5, ..plain }), 0.75);
        // directions 1 + 0.5 * 1, then 1 + 0.5 * 1.5
        assert_eq!(run(Params { momentum: 0.5, nesterov: true, ..plain }), 0.375);
        // gradients 1 + 0.5 * 2 = 2, param 1; then 1 + 0.5 * 1 = 1.5
        assert_eq!(run(Params { weight_decay: 0.5, ..plain }), 0.25);
    }
}
