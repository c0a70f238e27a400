//! Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), in the form of PyTorch's `torch.optim`.
//!
//!   first  = beta1 * first  + (1 - beta1) * g          g = grad + weight_decay * param for Adam,
//!   second = beta2 * second + (1 - beta2) * g^2        g = grad, and param *= 1 - lr * weight_decay first, for AdamW
//!   param -= lr * (first / (1 - beta1^k)) / (sqrt(second / (1 - beta2^k)) + eps)          k = 1 in the first step

#[derive(Clone, Copy, Debug)]
pub struct Params {
    pub lr: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub eps: f64,
    pub weight_decay: f64,
    /// AdamW: the decay acts on the parameter itself instead of on the gradient.
    pub decoupled: bool,
}

/// Running moments of the gradient, zero before the first step.
#[derive(Clone, Debug)]
pub struct Moments {
    pub first: Vec<f64>,
    pub second: Vec<f64>,
}

impl Moments {
    pub fn zero(len: usize) -> Self {
        Moments { first: vec![0.0; len], second: vec![0.0; len] }
    }
}

/// One update of `param` in place; `k` counts steps from 1.
pub fn step(p: Params, k: i32, param: &mut [f64], grad: &[f64], moments: &mut Moments) {
    assert!(k >= 1, "adam: steps count from 1, got {k}");
    assert_eq!(grad.len(), param.len(), "adam: grad");
    assert_eq!((moments.first.len(), moments.second.len()), (param.len(), param.len()), "adam: moments");
    let correction1 = 1.0 - p.beta1.powi(k);
    let correction2 = 1.0 - p.beta2.powi(k);
    for i in 0..param.len() {
        let mut g = grad[i];
        if p.decoupled {
            param[i] *= 1.0 - p.lr * p.weight_decay;
        } else {
            g += p.weight_decay * param[i];
        }
        moments.first[i] = p.beta1 * moments.first[i] + (1.0 - p.beta1) * g;
        moments.second[i] = p.beta2 * moments.second[i] + (1.0 - p.beta2) * g * g;
        let scale = (moments.second[i] / correction2).sqrt() + p.eps;
        param[i] -= p.lr * (moments.first[i] / correction1) / scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADAM: Params = Params { lr: 0.1, beta1: 0.5, beta2: 0.75, eps: 0.0, weight_decay: 0.0, decoupled: false };

    fn run(p: Params, grads: &[f64]) -> f64 {
        let (mut param, mut moments) = ([2.0], Moments::zero(1));
        for (k, grad) in (1..).zip(grads) {
            step(p, k, &mut param, &[*grad], &mut moments);
        }
        param[0]
    }

    #[test]
    fn the_first_step_is_lr_whatever_the_gradient() {
        for grad in [1e-3, 1.0, 1e3] {
            assert!((run(ADAM, &[grad]) - 1.9).abs() < 1e-15);
        }
    }

    /// Gradients 1 and 3: first = 0.5, 1.75 (over 0.75); second = 0.25, 2.4375 (over 0.4375).
    #[test]
    fn two_steps_by_hand() {
        let second = 1.9 - 0.1 * (1.75 / 0.75) / (2.4375_f64 / 0.4375).sqrt();
        assert!((run(ADAM, &[1.0, 3.0]) - second).abs() < 1e-15);
    }

    #[test]
    fn decay_enters_the_gradient_or_the_parameter() {
        let decay = Params { weight_decay: 0.5, eps: 1.0, ..ADAM };
        // g = 1 + 0.5 * 2 = 2: step 0.1 * 2 / (2 + 1)
        assert!((run(decay, &[1.0]) - (2.0 - 0.2 / 3.0)).abs() < 1e-15);
        // param = 2 * 0.95, g = 1: step 0.1 * 1 / (1 + 1)
        assert!((run(Params { decoupled: true, ..decay }, &[1.0]) - (1.9 - 0.05)).abs() < 1e-15);
    }
}
