//! Ternary spikes of a learned amplitude (Guo et al. 2024, "Ternary Spike"): what a layer sends on is z = a * s, with one a
//! for the layer. Inside, the neurons are [`super::ternary`]'s: they reset by s.
//!
//!   dL/ds = a * dL/dz      dL/da = sum over neurons and steps of dL/dz[t] * s[t]

use super::lif::Params;
use super::{Activity, Dims, Gradient, Kind, Per, ternary};

/// A LIF's numbers. Learned: a.
pub const KIND: Kind = Kind {
    name: "trainable-ternary",
    learned: |_| vec![Per::Layer],
    examples: &[
        (&[0.25, 0.5, 1.0, 0.0, 0.0], &[1.0]),
        (&[0.6, 0.8, 1.0, 0.0, 1.0], &[0.7]),
        (&[0.25, 0.5, 0.0, 0.0, 0.0], &[1.5]),
        (&[0.6, 0.8, 0.0, 0.0, 1.0], &[-0.4]),
    ],
    forward: |neurons, d, x| forward(&Params::of(neurons), neurons.learned[0][0], d, &neurons.start, x),
    backward: |neurons, d, x, dz| {
        let (p, a) = (Params::of(neurons), neurons.learned[0][0]);
        let activity = ternary::forward_from(&p, d, &neurons.start, x);
        let dspikes: Vec<f64> = dz.iter().map(|dz| a * dz).collect();
        let da = activity.spikes.iter().zip(dz).map(|(s, dz)| s * dz).sum();
        Gradient { x: ternary::backward(&p, d, &activity.membrane, &dspikes), learned: vec![vec![da]] }
    },
};

/// The spikes that leave the layer are of the amplitude a.
pub fn forward(p: &Params, a: f64, d: Dims, start: &[f64], x: &[f64]) -> Activity {
    let mut activity = ternary::forward_from(p, d, start, x);
    activity.spikes.iter_mut().for_each(|s| *s *= a);
    activity
}
