//! Ways to normalise a convolution's output over all T steps, channel by channel: a file for each.
//!
//! All learn by the batch's own statistics and evaluate by running ones, as [`crate::batch_norm`] does; they differ in
//! what they take statistics of, in what they learn, and in what the steps share.

mod bn;
mod bntt;
mod pspbn;
mod tdbn;
mod tebn;

use crate::batch_norm::{self, Statistics};

/// x and y are [steps, rows, channels]; rows = B * H * W.
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub steps: usize,
    pub rows: usize,
    pub channels: usize,
}

#[derive(Clone, Copy, Debug)]
pub struct Params {
    pub eps: f64,
    /// Share of the new batch in the running estimates.
    pub momentum: f64,
    /// The deviation that a normalised value has, for the kinds that look at it: alpha * threshold in tdBN.
    pub deviation: f64,
}

impl Default for Params {
    fn default() -> Self {
        Params { eps: 1e-5, momentum: 0.1, deviation: 1.0 }
    }
}

/// Gradients of the loss with respect to x and to the learned parameters.
#[derive(Clone, Debug)]
pub struct Gradients {
    pub dx: Vec<f64>,
    pub dparameters: Vec<f64>,
}

pub trait Norm: Sync {
    fn name(&self) -> &'static str;

    /// The learned parameters, one after the other, of a fresh layer.
    fn fresh(&self, d: Dims) -> Vec<f64>;

    /// Of a batch: one for all steps together, or one for each step.
    fn statistics(&self, d: Dims, x: &[f64]) -> Vec<Statistics> {
        vec![Statistics::of(d.together(), x)]
    }

    /// Moves running estimates towards those of a batch.
    fn follow(&self, p: Params, d: Dims, running: &mut [Statistics], batch: &[Statistics]) {
        let rows = d.steps * d.rows / batch.len();
        for (running, batch) in running.iter_mut().zip(batch) {
            running.follow(batch_norm::Dims { rows, channels: d.channels, repeats: 1 }, p.momentum, batch);
        }
    }

    /// What a checkpoint keeps of running statistics: all means, then all variances.
    fn kept(&self, running: &[Statistics]) -> Vec<f64> {
        let means = running.iter().flat_map(|one| &one.mean);
        means.chain(running.iter().flat_map(|one| &one.var)).copied().collect()
    }

    /// y from the given statistics: a batch's in training, the running ones in evaluation.
    fn forward(&self, p: Params, d: Dims, x: &[f64], parameters: &[f64], by: &[Statistics]) -> Vec<f64>;

    /// Through the batch's statistics, too, which depend on x.
    fn backward(
        &self,
        p: Params,
        d: Dims,
        x: &[f64],
        parameters: &[f64],
        batch: &[Statistics],
        dy: &[f64],
    ) -> Gradients;
}

/// All there are, for tests that must not miss a new one.
pub const KINDS: [&dyn Norm; 5] = [&bn::Bn, &tdbn::TdBn, &tebn::Tebn, &bntt::Bntt, &pspbn::Pspbn];

/// # Panics
/// If there is no such name.
pub fn named(name: &str) -> &'static dyn Norm {
    KINDS.into_iter().find(|kind| kind.name() == name).unwrap_or_else(|| panic!("there is no norm {name}"))
}

impl Dims {
    /// The rows of all steps as those of one batch.
    fn together(self) -> batch_norm::Dims {
        batch_norm::Dims { rows: self.steps * self.rows, channels: self.channels, repeats: 1 }
    }
}

impl Params {
    fn of_batch_norm(self) -> batch_norm::Params {
        batch_norm::Params { eps: self.eps, momentum: self.momentum }
    }
}

/// weight and bias of each channel: 1 and 0.
fn ones_and_zeros(channels: usize) -> Vec<f64> {
    (0..2 * channels).map(|i| if i < channels { 1.0 } else { 0.0 }).collect()
}
