//! TEBN (Duan et al. 2022): a batch normalisation over all steps together, times a number p[t] that is learned for each
//! step:
//!
//!   y[t] = p[t] * z[t],   z = weight * xhat + bias
//!
//! Parameters: weight [C], bias [C], p [T].

use super::{Dims, Gradients, Norm, Params, bn::Bn};
use crate::batch_norm::Statistics;

pub struct Tebn;

impl Norm for Tebn {
    fn name(&self) -> &'static str {
        "tebn"
    }

    fn fresh(&self, d: Dims) -> Vec<f64> {
        [Bn.fresh(d), vec![1.0; d.steps]].concat()
    }

    fn forward(&self, p: Params, d: Dims, x: &[f64], parameters: &[f64], by: &[Statistics]) -> Vec<f64> {
        let (affine, factors) = parameters.split_at(2 * d.channels);
        each_step(d, factors, &Bn.forward(p, d, x, affine, by))
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
        let (affine, factors) = parameters.split_at(2 * d.channels);
        let z = Bn.forward(p, d, x, affine, batch);
        let step = d.rows * d.channels;
        let dfactors = (0..d.steps).map(|t| (t * step..(t + 1) * step).map(|i| dy[i] * z[i]).sum());
        let g = Bn.backward(p, d, x, affine, batch, &each_step(d, factors, dy));
        Gradients { dparameters: g.dparameters.into_iter().chain(dfactors).collect(), ..g }
    }
}

/// Step t times its factor.
fn each_step(d: Dims, factors: &[f64], values: &[f64]) -> Vec<f64> {
    let step = d.rows * d.channels;
    values.iter().enumerate().map(|(i, x)| factors[i / step] * x).collect()
}
