//! Normalisations of a convolution's output, as affine maps that other kernels apply:
//!
//!   x = scale * y + shift,   backwards dy = a * g + b * y + c
//!
//! so the normalised tensor is never written. What passes over tensors is shared, in [`crate::batch_norm`]; a norm is the
//! arithmetic between a channel's statistics, its map, the sums that the neurons leave, and the coefficients: a file for
//! each, with work in proportion to T * C.

mod bn;
mod bntt;
mod layer;
mod merged;
mod pspbn;
mod table;
mod tdbn;
mod tebn;

pub use layer::Layer;
pub use table::{Sums, Table, at_each_step, row, table_len};

use crate::batch_norm;

/// All there are; a norm's place is its number at the edge.
pub const KINDS: [&dyn Norm; 5] = [&bn::Bn, &tdbn::TdBn, &tebn::Tebn, &bntt::Bntt, &pspbn::Pspbn];

/// The steps that share something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    AllSteps,
    EachStep,
}

pub trait Norm: Sync {
    fn name(&self) -> &'static str;

    /// The steps that share a mean and a variance.
    fn statistics(&self) -> Spread {
        Spread::AllSteps
    }

    /// The steps that share a map.
    fn map(&self) -> Spread {
        self.statistics()
    }

    /// Floats of the learned parameters.
    fn parameter_len(&self, layer: &Layer) -> usize {
        2 * layer.channels
    }

    /// Floats of the running statistics.
    fn running_len(&self, layer: &Layer) -> usize {
        2 * layer.groups() * layer.channels
    }

    /// Makes of a batch's mean and variance what is normalised by.
    fn moments(&self, _mean: &mut [f32], _var: &mut [f32]) {}

    /// Moves the running statistics towards those of a batch, which are of `count` values. `group`: the step, where each
    /// has its own.
    fn follow(&self, layer: &Layer, group: usize, count: usize, mean: &[f32], var: &[f32], running: &mut [f32]) {
        let c = layer.channels;
        let (run_mean, run_var) = running.split_at_mut(layer.groups() * c);
        let (run_mean, run_var) = (&mut run_mean[group * c..][..c], &mut run_var[group * c..][..c]);
        batch_norm::update_running(layer.momentum, count, mean, var, run_mean, run_var);
    }

    /// What is normalised by, from the running statistics.
    fn recall(&self, layer: &Layer, group: usize, running: &[f32], mean: &mut [f32], var: &mut [f32]) {
        let c = layer.channels;
        let (run_mean, run_var) = running.split_at(layer.groups() * c);
        mean.copy_from_slice(&run_mean[group * c..][..c]);
        var.copy_from_slice(&run_var[group * c..][..c]);
    }

    /// The table's scale and shift, from its mean and variance.
    fn forward(&self, layer: &Layer, parameters: &[f32], table: &mut Table);

    /// The table's a, b and c, and what the parameters' gradients are added to, from the sums.
    fn backward(&self, layer: &Layer, parameters: &[f32], sums: &Sums, gradients: &mut [f32], table: &mut Table);
}

/// # Panics
/// If there is no such name.
pub fn named(name: &str) -> &'static dyn Norm {
    KINDS.into_iter().find(|kind| kind.name() == name).unwrap_or_else(|| panic!("there is no norm {name}"))
}

/// scale and shift of a channel, whose normalised values are multiplied by `gamma`.
#[inline(always)]
fn affine(eps: f32, [mean, var]: [f32; 2], [gamma, beta]: [f32; 2]) -> [f32; 2] {
    let scale = gamma / (var + eps).sqrt();
    [scale, beta - mean * scale]
}

/// The way back through the mean and variance of `count` values of a channel:
/// dL/dy = scale * (g - mean(g) - xhat * mean(g * xhat)).
struct Through {
    mean: f64,
    /// 1 / sqrt(var + eps)
    inverse: f64,
    count: f64,
}

impl Through {
    #[inline(always)]
    fn new(eps: f32, [mean, var]: [f32; 2], count: usize) -> Self {
        Self { mean: mean as f64, inverse: 1.0 / (var as f64 + eps as f64).sqrt(), count: count as f64 }
    }

    /// a, b and c, from the sums of g and of g * (y - mean).
    #[inline(always)]
    fn coefficients(&self, gamma: f64, sum: f64, centred: f64) -> [f64; 3] {
        let scale = gamma * self.inverse;
        let slope = -scale * self.inverse * self.inverse * centred / self.count;
        [scale, slope, -scale * sum / self.count - slope * self.mean]
    }
}
