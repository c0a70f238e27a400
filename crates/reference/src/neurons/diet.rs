//! The neuron of Diet-SNN (Rathi and Roy 2021), whose threshold and decay are learned, one of each for a layer:
//!
//!   charge   u[t] = decay * m[t-1] - threshold * r[t-1] + x[t]      m and r before the first step are 0
//!   fire     s[t] = 1 if u[t] / threshold - 1 > 0 else 0
//!   reset    m[t] = u[t],               r[t] = s[t]                 soft: what is subtracted has not decayed
//!            m[t] = u[t] * (1 - s[t]),  r[t] = 0                    hard
//!
//! As in the authors' program, where the reset is soft and detached, and the spike of a membrane leaves one step later than
//! here (and than in their paper). The surrogate is asked about u / threshold - 1, so a learned threshold moves its window
//! and its width.

use super::{Activity, Dims, Gradient, Kind, Neurons, Per};

/// Numbers: hard reset, detached reset. Learned: threshold, decay.
pub const KIND: Kind = Kind {
    name: "diet",
    learned: |_| vec![Per::Layer, Per::Layer],
    examples: &[
        (&[0.0, 0.0], &[0.5, 0.9]),
        (&[0.0, 0.0], &[0.8, 1.0]),
        (&[1.0, 0.0], &[0.5, 0.9]),
        (&[1.0, 0.0], &[1.2, 0.25]),
    ],
    forward,
    backward,
};

fn forward(neurons: &Neurons, d: Dims, x: &[f64]) -> Activity {
    let ([threshold, decay], hard) = (learned(neurons), neurons.flag(0));
    let mut activity = Activity { membrane: vec![0.0; x.len()], spikes: vec![0.0; x.len()] };
    for neuron in 0..d.neurons {
        let (mut m, mut r) = (neurons.start_of(neuron), 0.0);
        for t in 0..d.time_steps {
            let i = t * d.neurons + neuron;
            let u = decay * m - threshold * r + x[i];
            let s = neurons.spike(u / threshold - 1.0);
            (m, r) = if hard { (u * (1.0 - s), 0.0) } else { (u, s) };
            activity.membrane[i] = u;
            activity.spikes[i] = s;
        }
    }
    activity
}

/// With v = u / threshold - 1, and dm and dr the derivatives by what a step leaves to the next,
///
///   ds_total   = ds + dr (soft), ds - dm * u (hard), ds (detached)
///   dv         = ds_total * phi'(v)
///   du         = dv / threshold + dm (hard: * (1 - s))            dx = du
///   dthreshold = sum of -dv * u / threshold^2 - du * r[t-1]       ddecay = sum of du * m[t-1]
fn backward(neurons: &Neurons, d: Dims, x: &[f64], dspikes: &[f64]) -> Gradient {
    let ([threshold, decay], hard, detached) = (learned(neurons), neurons.flag(0), neurons.flag(1));
    let Activity { membrane, spikes } = forward(neurons, d, x);
    let (mut dx, mut dthreshold, mut ddecay) = (vec![0.0; x.len()], 0.0, 0.0);
    for neuron in 0..d.neurons {
        let (mut dm, mut dr) = (0.0, 0.0);
        for t in (0..d.time_steps).rev() {
            let i = t * d.neurons + neuron;
            let (u, s) = (membrane[i], spikes[i]);
            let through_reset = if hard { -dm * u } else { dr };
            let ds = dspikes[i] + if detached { 0.0 } else { through_reset };
            let dv = ds * neurons.surrogate.derivative(u / threshold - 1.0);
            let du = dv / threshold + if hard { dm * (1.0 - s) } else { dm };
            let (m, r) = match t.checked_sub(1).map(|t| t * d.neurons + neuron) {
                None => (neurons.start_of(neuron), 0.0),
                Some(i) if hard => (membrane[i] * (1.0 - spikes[i]), 0.0),
                Some(i) => (membrane[i], spikes[i]),
            };
            dthreshold -= dv * u / (threshold * threshold) + du * r;
            ddecay += du * m;
            dx[i] = du;
            (dm, dr) = (decay * du, -threshold * du);
        }
    }
    Gradient { x: dx, learned: vec![vec![dthreshold], vec![ddecay]] }
}

fn learned(neurons: &Neurons) -> [f64; 2] {
    [neurons.learned[0][0], neurons.learned[1][0]]
}
