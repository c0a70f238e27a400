//! Mean squared error between logits and what they should be: 1/classes * sum over k of (z[k] - t[k])^2.
//!
//! t[k] is `correct` where q[k] is 1 and `incorrect` where it is 0. With 1 and 0 it is the usual one of spiking networks,
//! mean squared error between firing rates and one-hot labels; with others it is that of snnTorch's counted rates.

use super::{Kind, Options};

pub const KIND: Kind = Kind { name: "mse", usual: [1.0, 0.0], loss, gradient };

fn loss(options: Options, z: &[f64], q: &[f64]) -> f64 {
    errors(options, z, q).iter().map(|error| error * error).sum::<f64>() / z.len() as f64
}

/// 2 / classes * (z - t)
fn gradient(options: Options, z: &[f64], q: &[f64]) -> Vec<f64> {
    errors(options, z, q).iter().map(|error| 2.0 * error / z.len() as f64).collect()
}

fn errors([correct, incorrect]: Options, z: &[f64], q: &[f64]) -> Vec<f64> {
    z.iter().zip(q).map(|(z, q)| z - (incorrect + (correct - incorrect) * q)).collect()
}
