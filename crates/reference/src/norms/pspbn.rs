//! PSP-BN (Ikegawa et al. 2022): divided by the root of the second raw moment; no mean is taken off, so that what is zero
//! stays zero but for the bias:
//!
//!   y = weight * xhat + bias,   xhat = x / sqrt(<x^2> + eps)      < > over all steps together
//!
//! Parameters weight [C], bias [C]. The moment stands where [`Statistics`] have the variance, beside a mean of zero; it has
//! no unbiased form, and the running one follows the batch's as it is.

use super::{Dims, Gradients, Norm, Params, bn::Bn};
use crate::batch_norm::Statistics;

pub struct Pspbn;

impl Norm for Pspbn {
    fn name(&self) -> &'static str {
        "pspbn"
    }

    fn fresh(&self, d: Dims) -> Vec<f64> {
        Bn.fresh(d)
    }

    fn statistics(&self, d: Dims, x: &[f64]) -> Vec<Statistics> {
        let mut moment = vec![0.0; d.channels];
        for (i, x) in x.iter().enumerate() {
            moment[i % d.channels] += x * x / (d.steps * d.rows) as f64;
        }
        vec![Statistics { mean: vec![0.0; d.channels], var: moment }]
    }

    fn follow(&self, p: Params, _: Dims, running: &mut [Statistics], batch: &[Statistics]) {
        for (running, batch) in running[0].var.iter_mut().zip(&batch[0].var) {
            *running += p.momentum * (batch - *running);
        }
    }

    fn kept(&self, running: &[Statistics]) -> Vec<f64> {
        running[0].var.clone()
    }

    fn forward(&self, p: Params, d: Dims, x: &[f64], parameters: &[f64], by: &[Statistics]) -> Vec<f64> {
        Bn.forward(p, d, x, parameters, by)
    }

    /// dx = weight / sqrt(<x^2> + eps) * (dy - xhat * <dy * xhat>): no mean of dy is taken off either.
    fn backward(
        &self,
        p: Params,
        d: Dims,
        x: &[f64],
        parameters: &[f64],
        batch: &[Statistics],
        dy: &[f64],
    ) -> Gradients {
        let root: Vec<f64> = batch[0].var.iter().map(|moment| (moment + p.eps).sqrt()).collect();
        let mut dparameters = vec![0.0; 2 * d.channels];
        for (i, dy) in dy.iter().enumerate() {
            let c = i % d.channels;
            dparameters[c] += dy * x[i] / root[c];
            dparameters[d.channels + c] += dy;
        }
        let dx = |i: usize| {
            let c = i % d.channels;
            let mean = dparameters[c] / (d.steps * d.rows) as f64;
            parameters[c] / root[c] * (dy[i] - x[i] / root[c] * mean)
        };
        Gradients { dx: (0..dy.len()).map(dx).collect(), dparameters }
    }
}
