//! Any neuron over all time steps, all of them inside a pixel: a task takes its pixels through all T. Where a membrane is
//! normalised over all pixels of a step, the steps are outside: [`steps`].
//!
//! The membrane current is never written: it is the sum of up to two terms that are read where they lie, each a
//! convolution's output under its normalisation's affine map, or the spikes of an identity residual. The backward pass
//! computes the membranes again from them instead of keeping them.

mod backward;
mod forward;
mod slopes;
pub(crate) mod steps;
pub mod sum;
mod terms;
#[cfg(test)]
mod tests;

pub(crate) use backward::Backward;
pub(crate) use forward::Forward;
pub use terms::{Current, Dims, MAX_STEPS, Plane, Residual};

use crate::neurons::{Lanes, Neuron};

/// What a layer's neurons are asked to do.
pub(crate) enum Pass<'a> {
    Forward(Forward<'a>),
    Backward(Backward<'a>),
    /// Adds to the gradient of what the neurons learn, from their sums, as [`Neuron::learn`] does.
    Learn {
        dims: Dims,
        sums: &'a [f32],
        gradient: &'a mut [f32],
    },
    /// Of neurons whose membrane is normalised.
    Steps(steps::Pass<'a>),
}

impl Pass<'_> {
    pub fn dims(&self) -> Dims {
        match self {
            Self::Forward(Forward { dims, .. }) | Self::Backward(Backward { dims, .. }) | Self::Learn { dims, .. } => {
                *dims
            }
            Self::Steps(_) => panic!("these neurons have no norm"),
        }
    }
}

/// Compiled for each neuron.
pub(crate) fn run<N: Neuron>(neuron: &N, pass: Pass) {
    match pass {
        Pass::Forward(forward) => forward.run(&neuron.dynamics()),
        Pass::Backward(backward) => backward.run(neuron),
        Pass::Learn { dims, sums, gradient } => {
            assert_eq!(sums.len(), learned_rows::<N>(dims.steps) * dims.channels);
            neuron.learn(dims, sums, gradient);
        }
        Pass::Steps(_) => panic!("these neurons have no norm"),
    }
}

/// Sums per channel that a neuron leaves for what it learns.
fn learned_rows<N: Neuron>(steps: usize) -> usize {
    N::Learned::LEN + steps * N::LearnedAtStep::LEN
}
