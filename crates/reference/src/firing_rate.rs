//! A penalty on firing rates that are not what they should be (after Bellec et al. 2020, whose regularisation of e-prop is
//! half the sum of squares over neurons):
//!
//!   P = strength / C * sum over channels c of (r[c] - target)^2,   r[c] the mean of a layer's spikes over T, B, H and W
//!
//! Neurons of a channel share their weights, so that its rate is one; the mean over channels makes the strength one for
//! layers of all widths. The penalty of a network is the sum over its layers of neurons.

use crate::global_average_pool::{self, Dims};

#[derive(Clone, Copy, Debug)]
pub struct Penalty {
    pub strength: f64,
    pub target: f64,
}

/// Spikes are [time_steps, batch, height, width, channels].
pub fn forward(p: Penalty, d: Dims, spikes: &[f64]) -> f64 {
    let errors = errors(p, d, spikes);
    p.strength / d.channels as f64 * errors.iter().map(|error| error * error).sum::<f64>()
}

/// The gradient of each spike: 2 strength / C * (r[c] - target) / (T B H W), the same for all of a channel.
pub fn backward(p: Penalty, d: Dims, spikes: &[f64]) -> Vec<f64> {
    let errors = errors(p, d, spikes);
    let averaged = (d.x_len() / d.channels) as f64;
    (0..d.x_len()).map(|i| 2.0 * p.strength / d.channels as f64 * errors[i % d.channels] / averaged).collect()
}

/// r[c] - target
fn errors(p: Penalty, d: Dims, spikes: &[f64]) -> Vec<f64> {
    let rates = global_average_pool::forward(d, spikes);
    let of_channel = |c| rates.iter().skip(c).step_by(d.channels).sum::<f64>() / d.batch as f64;
    (0..d.channels).map(|c| of_channel(c) - p.target).collect()
}
