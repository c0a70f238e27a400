//! tdBN (Zheng et al. 2021): a batch normalisation whose normalised values have the deviation alpha * threshold, so that
//! a neuron's current is of the size of its threshold:
//!
//!   y = weight * (alpha * threshold * xhat) + bias        statistics over all steps together
//!
//! alpha is 1, and 1 / sqrt(n) for each of n currents that are summed. Where SpikingJelly starts its weight at
//! alpha * threshold, ours starts at 1 beside a fixed factor, as the paper has it.

use super::{Dims, Gradients, Norm, Params, bn::Bn};
use crate::batch_norm::Statistics;

pub struct TdBn;

impl Norm for TdBn {
    fn name(&self) -> &'static str {
        "tdbn"
    }

    fn fresh(&self, d: Dims) -> Vec<f64> {
        Bn.fresh(d)
    }

    fn forward(&self, p: Params, d: Dims, x: &[f64], parameters: &[f64], by: &[Statistics]) -> Vec<f64> {
        Bn.forward(p, d, x, &scaled(p, d, parameters), by)
    }

    fn backward(
        &self,
        p: Params,
        d: Dims,
        x: &[f64],
        parameters: &[f64],
        batch: &[Statistics],
        dy: &[f64],
    ) -> Gradients {
        let g = Bn.backward(p, d, x, &scaled(p, d, parameters), batch, dy);
        Gradients { dparameters: scaled(p, d, &g.dparameters), ..g }
    }
}

/// Weights times the factor, biases as they are.
fn scaled(p: Params, d: Dims, parameters: &[f64]) -> Vec<f64> {
    let factor = |i| if i < d.channels { p.deviation } else { 1.0 };
    parameters.iter().enumerate().map(|(i, x)| factor(i) * x).collect()
}
