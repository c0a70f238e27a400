//! Temporal efficient training (Deng et al. 2022), of the logits z_t of each time step:
//!
//!   L = 1/T * sum over t of loss(z_t),   loss(z) = (1 - lambda) * CE(z, q) + lambda / classes * sum over k of (z[k] - phi)^2
//!
//! The second term keeps logits of some steps from running away from those of others.

use super::{Kind, Options, cross_entropy};

pub const KIND: Kind = Kind { name: "tet", usual: [0.001, 1.0], loss, gradient };

fn loss([lambda, phi]: Options, z: &[f64], q: &[f64]) -> f64 {
    let spread = z.iter().map(|z| (z - phi) * (z - phi)).sum::<f64>() / z.len() as f64;
    (1.0 - lambda) * (cross_entropy::KIND.loss)([0.0; 2], z, q) + lambda * spread
}

/// (1 - lambda) * (softmax(z) - q) + 2 * lambda / classes * (z - phi)
fn gradient([lambda, phi]: Options, z: &[f64], q: &[f64]) -> Vec<f64> {
    let entropy = (cross_entropy::KIND.gradient)([0.0; 2], z, q);
    let classes = z.len() as f64;
    entropy.iter().zip(z).map(|(g, z)| (1.0 - lambda) * g + 2.0 * lambda / classes * (z - phi)).collect()
}
