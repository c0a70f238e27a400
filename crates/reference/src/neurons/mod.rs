//! Spiking neurons over all T steps: a file for each kind, and a line in [`KINDS`].

pub mod diet;
pub mod glif;
pub mod integrate_and_fire;
pub mod lif;
pub mod mpbn;
pub mod mpr;
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
    /// A row for each learned number, as long as [`Per`] says.
    pub learned: Vec<Vec<f64>>,
    /// The membranes before the first step, of each neuron; empty: zero.
    pub start: Vec<f64>,
    pub surrogate: Surrogate,
    /// Fires the surrogate's integral, see [`lif::Params::smooth`].
    pub smooth: bool,
}

/// dL/dx, and dL/dlearned row by row.
#[derive(Clone, Debug)]
pub struct Gradient {
    pub x: Vec<f64>,
    pub learned: Vec<Vec<f64>>,
}

impl Neurons {
    /// Whether the neuron's number of flags is set: hard reset, detached reset and the like.
    pub fn flag(&self, number: usize) -> bool {
        self.numbers[number] != 0.0
    }

    pub fn start_of(&self, neuron: usize) -> f64 {
        start_of(&self.start, neuron)
    }

    /// The spike at a distance from the threshold.
    pub fn spike(&self, v: f64) -> f64 {
        if self.smooth { self.surrogate.integral(v) } else { f64::from(v > 0.0) }
    }
}

/// The membrane before the first step.
pub fn start_of(start: &[f64], neuron: usize) -> f64 {
    if start.is_empty() { 0.0 } else { start[neuron] }
}

/// How many numbers there are of something learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    Layer,
    Channel,
    /// [time_steps]
    Step,
    /// [time_steps, channels]
    StepAndChannel,
}

impl Per {
    pub fn len(&self, time_steps: usize, channels: usize) -> usize {
        match self {
            Per::Layer => 1,
            Per::Channel => channels,
            Per::Step => time_steps,
            Per::StepAndChannel => time_steps * channels,
        }
    }
}

pub struct Kind {
    pub name: &'static str,
    /// What a layer with these numbers learns.
    pub learned: fn(numbers: &[f64]) -> Vec<Per>,
    /// Numbers, and a value for each learned row, that tests shall try. None of them detaches anything: finite differences
    /// see that.
    pub examples: &'static [(&'static [f64], &'static [f64])],
    pub forward: fn(&Neurons, Dims, x: &[f64]) -> Activity,
    pub backward: fn(&Neurons, Dims, x: &[f64], dspikes: &[f64]) -> Gradient,
}

/// All there are, for tests that must not miss a new one. In the order of the kernels.
pub const KINDS: [&Kind; 9] = [
    &lif::KIND,
    &integrate_and_fire::KIND,
    &plif::KIND,
    &mpbn::KIND,
    &ternary::KIND,
    &trainable_ternary::KIND,
    &diet::KIND,
    &glif::KIND,
    &mpr::KIND,
];
