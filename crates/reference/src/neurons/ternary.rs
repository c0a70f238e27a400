//! Ternary spikes (Guo et al. 2024, "Ternary Spike"): a LIF on both sides of zero.
//!
//!   charge   u[t] = decay * m[t-1] + x[t]
//!   fire     s[t] = sign(u[t]) if |u[t]| > threshold else 0       -1, 0 or 1
//!   reset    m[t] = u[t] * (1 - |s[t]|)                           hard
//!            m[t] = u[t] - threshold * s[t]                       soft
//!
//! In place of the step function's derivative, that of the surrogate at |u| - threshold. At threshold 0.5 the rectangle of
//! width 1 is the authors' clamp of u to [-1, 1], whose derivative is 1 wherever |u| < 1 (theirs at 0 and 1, too).

use super::lif::{self, Params, Reset};
use super::{Activity, Dims, Gradient, Kind, start_of};

/// A LIF's numbers.
pub const KIND: Kind = Kind {
    name: "ternary",
    learned: |_| vec![],
    examples: lif::KIND.examples,
    forward: |neurons, d, x| forward_from(&Params::of(neurons), d, &neurons.start, x),
    backward: |neurons, d, x, dspikes| {
        let p = Params::of(neurons);
        let membrane = forward_from(&p, d, &neurons.start, x).membrane;
        Gradient { x: backward(&p, d, &membrane, dspikes), learned: vec![] }
    },
};

/// In smooth mode the surrogate's integral at |u| - threshold, with u's sign.
pub fn fire(p: &Params, u: f64) -> f64 {
    sign(u) * p.fire(u.abs())
}

pub fn reset(p: &Params, u: f64, s: f64) -> f64 {
    match p.reset {
        Reset::Hard => u * (1.0 - s.abs()),
        Reset::Soft => u - p.threshold * s,
    }
}

pub fn forward(p: &Params, d: Dims, x: &[f64]) -> Activity {
    forward_from(p, d, &[], x)
}

/// See [`super::lif::forward_from`].
pub fn forward_from(p: &Params, d: Dims, start: &[f64], x: &[f64]) -> Activity {
    assert_eq!(x.len(), d.time_steps * d.neurons, "ternary: x");
    let mut activity = Activity { membrane: vec![0.0; x.len()], spikes: vec![0.0; x.len()] };
    for neuron in 0..d.neurons {
        let mut m = start_of(start, neuron);
        for t in 0..d.time_steps {
            let i = t * d.neurons + neuron;
            let u = p.charge(m, x[i]);
            let s = fire(p, u);
            m = reset(p, u, s);
            activity.membrane[i] = u;
            activity.spikes[i] = s;
        }
    }
    activity
}

/// As [`super::lif::backward`]. The derivative of |s| is sign(s), as in PyTorch: a silent neuron's reset has none.
pub fn backward(p: &Params, d: Dims, membrane: &[f64], dspikes: &[f64]) -> Vec<f64> {
    assert_eq!((membrane.len(), dspikes.len()), (d.time_steps * d.neurons, membrane.len()), "ternary: dspikes");
    let mut dx = vec![0.0; membrane.len()];
    for neuron in 0..d.neurons {
        let mut dm = 0.0;
        for t in (0..d.time_steps).rev() {
            let i = t * d.neurons + neuron;
            let u = membrane[i];
            let s = fire(p, u);
            let (reset_by_s, reset_by_u) = match p.reset {
                Reset::Hard => (-u * sign(s), 1.0 - s.abs()),
                Reset::Soft => (-p.threshold, 1.0),
            };
            let through_reset = if p.detach_reset { 0.0 } else { dm * reset_by_s };
            let du = (dspikes[i] + through_reset) * p.surrogate.derivative(u.abs() - p.threshold) + dm * reset_by_u;
            dx[i] = p.input_scale() * du;
            dm = p.decay * du;
        }
    }
    dx
}

/// -1, 0 or 1.
pub fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neuron_fires_down_as_another_fires_up() {
        let (d, x) = (Dims { time_steps: 5, neurons: 1 }, [0.3, 0.6, -0.45, -0.7, 0.9]);
        for reset in [Reset::Hard, Reset::Soft] {
            let p = Params { reset, ..Params::default() };
            let up = forward(&p, d, &x);
            let down = forward(&p, d, &x.map(|x| -x));
            assert!(up.spikes.contains(&1.0) && up.spikes.contains(&-1.0));
            assert_eq!(down.spikes, up.spikes.iter().map(|s| -s).collect::<Vec<_>>());
            let gradient = [1.0, -2.0, 3.0, 4.0, 5.0];
            assert_eq!(backward(&p, d, &down.membrane, &gradient), backward(&p, d, &up.membrane, &gradient));
        }
    }
}
