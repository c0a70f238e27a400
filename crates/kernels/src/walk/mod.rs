//! Any neuron over all time steps, all of them inside a pixel: a task takes its pixels through all T.
//!
//! The membrane current is never written: it is the sum of up to two terms that are read where they lie, each a
//! convolution's output under its normalisation's affine map, or the spikes of an identity residual. The backward pass
//! computes the membranes again from them instead of keeping them.

mod backward;
mod forward;
mod slopes;
mod terms;
#[cfg(test)]
mod tests;

pub(crate) use backward::Backward;
pub(crate) use forward::Forward;
pub use terms::{Current, Dims, MAX_STEPS, Residual};

use crate::neurons::{Lanes, Neuron};

/// A neuron's two passes, compiled for it.
pub(crate) trait Walk {
    fn forward(&self, pass: Forward);
    fn backward(&self, pass: Backward);
    /// Adds to the gradient of what the neurons learn, from their sums `[rows, C]`.
    fn learn(&self, sums: &[f32], gradient: &mut [f32]);
}

impl<N: Neuron> Walk for N {
    fn forward(&self, pass: Forward) {
        pass.run(&self.dynamics());
    }

    fn backward(&self, pass: Backward) {
        pass.run(self);
    }

    fn learn(&self, sums: &[f32], gradient: &mut [f32]) {
        assert!(sums.len().is_multiple_of(N::Learned::LEN.max(1)));
        Neuron::learn(self, sums, gradient);
    }
}
