//! Batch normalisation over all steps together (Ioffe & Szegedy 2015; over T as in Guo et al.): parameters weight [C],
//! bias [C].

use super::{Dims, Gradients, Norm, Params, ones_and_zeros};
use crate::batch_norm::{self, Statistics};

pub struct Bn;

impl Norm for Bn {
    fn name(&self) -> &'static str {
        "bn"
    }

    fn fresh(&self, d: Dims) -> Vec<f64> {
        ones_and_zeros(d.channels)
    }

    fn forward(&self, p: Params, d: Dims, x: &[f64], parameters: &[f64], by: &[Statistics]) -> Vec<f64> {
        let (weight, bias) = parameters.split_at(d.channels);
        batch_norm::forward_eval(p.of_batch_norm(), d.together(), x, weight, bias, &by[0])
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
        let weight = &parameters[..d.channels];
        let g = batch_norm::backward_train(p.of_batch_norm(), d.together(), x, weight, &batch[0], dy);
        Gradients { dx: g.dx, dparameters: [g.dweight, g.dbias].concat() }
    }
}
