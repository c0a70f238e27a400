//! BNTT (Kim & Panda 2021): each step has a batch normalisation of its own, without a bias: parameters weight [T, C].

use super::{Dims, Gradients, Norm, Params};
use crate::batch_norm::{self, Statistics};

pub struct Bntt;

impl Norm for Bntt {
    fn name(&self) -> &'static str {
        "bntt"
    }

    fn fresh(&self, d: Dims) -> Vec<f64> {
        vec![1.0; d.steps * d.channels]
    }

    fn statistics(&self, d: Dims, x: &[f64]) -> Vec<Statistics> {
        x.chunks_exact(d.rows * d.channels).map(|x| Statistics::of(of_a_step(d), x)).collect()
    }

    fn forward(&self, p: Params, d: Dims, x: &[f64], parameters: &[f64], by: &[Statistics]) -> Vec<f64> {
        let steps = x.chunks_exact(d.rows * d.channels).zip(parameters.chunks_exact(d.channels)).zip(by);
        let bias = vec![0.0; d.channels];
        let step = |((x, weight), by): ((&[f64], &[f64]), &Statistics)| {
            batch_norm::forward_eval(p.of_batch_norm(), of_a_step(d), x, weight, &bias, by)
        };
        steps.flat_map(step).collect()
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
        let mut all = Gradients { dx: Vec::new(), dparameters: Vec::new() };
        for (t, batch) in batch.iter().enumerate() {
            let of = |values: &[f64]| values[t * d.rows * d.channels..][..d.rows * d.channels].to_vec();
            let weight = &parameters[t * d.channels..][..d.channels];
            let g = batch_norm::backward_train(p.of_batch_norm(), of_a_step(d), &of(x), weight, batch, &of(dy));
            all.dx.extend(g.dx);
            all.dparameters.extend(g.dweight);
        }
        all
    }
}

fn of_a_step(d: Dims) -> batch_norm::Dims {
    batch_norm::Dims { rows: d.rows, channels: d.channels, repeats: 1 }
}
