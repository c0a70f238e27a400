//! PLIF (Fang et al. 2021): a LIF whose decay is learned, one number w for a layer:
//!
//!   decay = 1 - sigmoid(w) = 1 / (1 + e^w)          between 0 and 1 whatever w is
//!
//! SpikingJelly's ParametricLIFNode(init_tau) starts at decay = 1 - 1/init_tau, which is w = -ln(init_tau - 1).

use super::lif::{self, Params};
use super::{Activity, Dims, Gradient, Kind, Per, start_of};

/// Numbers: a LIF's, whose decay is not looked at. Learned: w.
pub const KIND: Kind = Kind {
    name: "plif",
    learned: |_| vec![Per::Layer],
    examples: &[
        (&[0.0, 0.5, 1.0, 0.0, 0.0], &[0.0]),
        (&[0.0, 0.8, 1.0, 0.0, 1.0], &[1.5]),
        (&[0.0, 0.5, 0.0, 0.0, 0.0], &[-1.0]),
        (&[0.0, 0.8, 0.0, 0.0, 1.0], &[0.5]),
    ],
    forward: |neurons, d, x| forward_from(&Params::of(neurons), neurons.learned[0][0], d, &neurons.start, x),
    backward: |neurons, d, x, dspikes| {
        let (p, w, start) = (Params::of(neurons), neurons.learned[0][0], &neurons.start);
        let membrane = forward_from(&p, w, d, start, x).membrane;
        let (x, dw) = backward_from(&p, w, d, start, x, &membrane, dspikes);
        Gradient { x, learned: vec![vec![dw]] }
    },
};

pub fn decay(w: f64) -> f64 {
    1.0 / (1.0 + w.exp())
}

/// The w of a decay between 0 and 1.
pub fn w_of(decay: f64) -> f64 {
    ((1.0 - decay) / decay).ln()
}

/// `p.decay` is not looked at.
pub fn forward(p: &Params, w: f64, d: Dims, x: &[f64]) -> Activity {
    forward_from(p, w, d, &[], x)
}

/// See [`lif::forward_from`].
pub fn forward_from(p: &Params, w: f64, d: Dims, start: &[f64], x: &[f64]) -> Activity {
    lif::forward_from(&Params { decay: decay(w), ..*p }, d, start, x)
}

/// dL/dx, and dL/dw: the sum over all neurons and steps of du * (du/ddecay) * (ddecay/dw), where
///
///   du/ddecay = m[t-1]         or m[t-1] - x[t] with decay_input
///   ddecay/dw = -decay * (1 - decay)
pub fn backward(p: &Params, w: f64, d: Dims, x: &[f64], membrane: &[f64], dspikes: &[f64]) -> (Vec<f64>, f64) {
    backward_from(p, w, d, &[], x, membrane, dspikes)
}

fn backward_from(
    p: &Params,
    w: f64,
    d: Dims,
    start: &[f64],
    x: &[f64],
    membrane: &[f64],
    dspikes: &[f64],
) -> (Vec<f64>, f64) {
    let p = Params { decay: decay(w), ..*p };
    let dx = lif::backward(&p, d, membrane, dspikes);
    let input_scale = p.input_scale();
    let mut ddecay = 0.0;
    for neuron in 0..d.neurons {
        let mut m = start_of(start, neuron);
        for t in 0..d.time_steps {
            let i = t * d.neurons + neuron;
            let du = dx[i] / input_scale;
            ddecay += du * if p.decay_input { m - x[i] } else { m };
            m = p.reset(membrane[i], p.fire(membrane[i]));
        }
    }
    (dx, -p.decay * (1.0 - p.decay) * ddecay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surrogates::Surrogate;

    #[test]
    fn starts_at_the_decay_it_is_given() {
        assert_eq!(w_of(0.5), 0.0);
        for tau in [1.1, 4.0 / 3.0, 2.0, 10.0] {
            let w = w_of(1.0 - 1.0 / tau);
            assert!((w + (tau - 1.0_f64).ln()).abs() < 1e-14 && (decay(w) - (1.0 - 1.0 / tau)).abs() < 1e-15);
        }
    }

    /// SpikingJelly's ParametricLIFNode(init_tau=2, surrogate=ATan(2)); the loss is the sum of t * s[t].
    #[test]
    fn matches_spikingjelly() {
        let p = Params {
            threshold: 1.0_f64.next_down(),
            decay_input: true,
            surrogate: Surrogate::named("atan", 2.0),
            ..Params::default()
        };
        let (d, x) = (Dims { time_steps: 6, neurons: 1 }, [0.8, 1.6, 0.5, 2.4, 0.2, 1.1]);
        let activity = forward(&p, 0.0, d, &x);
        assert_eq!(activity.spikes, [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
        let (dx, _) = backward(&p, 0.0, d, &x, &activity.membrane, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let expected = [0.43664, 0.7166, 0.5668, 0.7025, 0.85308, 1.16318];
        assert!(dx.iter().zip(expected).all(|(got, want)| (got - want).abs() < 1e-5), "{dx:?}");
    }
}
