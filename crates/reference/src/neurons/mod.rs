//! Spiking neurons over all T steps: a file for each kind, and a line in [`KINDS`].

pub mod integrate_and_fire;
pub mod lif;
pub mod mpbn;
pub mod plif;
pub mod ternary;
pub mod trainable_ternary;

use crate::surrogates::Surrogate;

/// x, u, s are [time_steps, neurons]; neurons = B * H * W * C.
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub time_steps: usize,
    pub neurons: usize,
}

/// What a forward pass leaves behind.
#[derive(Clone, Debug)]
pub struct Activity {
    /// u: after charging, before the reset. The way back needs it.
    pub membrane: Vec<f64>,
    /// What the layer sends on: of some kinds not only 0 and 1.
    pub spikes: Vec<f64>,
}

/// A layer's neurons of any kind.
#[derive(Clone, Debug)]
pub struct Neurons {
    /// Options, in the order of the kind's file.
    pub numbers: Vec<f64>,
    /// A row for each learned number: one number for the layer, or one for each channel.
    pub learned: Vec<Vec<f64>>,
    pub surrogate: Surrogate,
    /// See [`lif::Params::smooth`].
    pub smooth: bool,
}

/// dL/dx, and dL/dlearned row by row.
#[derive(Clone, Debug)]
pub struct Gradient {
    pub x: Vec<f64>,
    pub learned: Vec<Vec<f64>>,
}

/// How many numbers there are of something learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    Layer,
    Channel,
}

pub struct Kind {
    pub name: &'static str,
    pub learned: &'static [Per],
    /// Numbers, and a value for each learned row, that tests shall try. None of them detaches anything: finite differences
    /// see that.
    pub examples: &'static [(&'static [f64], &'static [f64])],
    pub forward: fn(&Neurons, Dims, x: &[f64]) -> Activity,
    pub backward: fn(&Neurons, Dims, x: &[f64], dspikes: &[f64]) -> Gradient,
}

/// All there are, for tests that must not miss a new one. In the order of the kernels.
pub const KINDS: [&Kind; 6] =
    [&lif::KIND, &integrate_and_fire::KIND, &plif::KIND, &mpbn::KIND, &ternary::KIND, &trainable_ternary::KIND];
