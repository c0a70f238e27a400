//! Softmax cross entropy: -sum over k of q[k] * log softmax(z)[k].

use super::{Kind, Options};

pub const KIND: Kind = Kind { name: "cross-entropy", usual: [0.0; 2], loss, gradient };

fn loss(_: Options, z: &[f64], q: &[f64]) -> f64 {
    log_softmax(z).iter().zip(q).map(|(log_p, q)| -q * log_p).sum()
}

/// softmax(z) - q
fn gradient(_: Options, z: &[f64], q: &[f64]) -> Vec<f64> {
    log_softmax(z).iter().zip(q).map(|(log_p, q)| log_p.exp() - q).collect()
}

/// The largest logit is subtracted first, so that exp cannot overflow.
fn log_softmax(z: &[f64]) -> Vec<f64> {
    let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let log_sum = z.iter().map(|z| (z - largest).exp()).sum::<f64>().ln();
    z.iter().map(|z| z - largest - log_sum).collect()
}
