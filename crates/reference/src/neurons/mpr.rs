//! The membrane remap ("membrane potential rectifier") of "Reducing Information Loss for Spiking Neural Networks" (Guo et
//! al. 2022). Before it fires, a membrane is moved towards 0 and `spike` = 2 * threshold, the two values that a spike can
//! have; the next step gets it as it was.
//!
//!   charge   u[t] = decay * m[t-1] + x[t]
//!   remap    w = u[t] / spike      r(w) = cbrt(w) above 1,  1 - cbrt(1 - w) below 0,
//!                                  1/2 + tanh(3 (w - 1/2)) / (2 tanh(3/2)) between
//!   fire     s[t] = 1 if r(w) > 1/2 else 0       the surrogate is asked about spike * (r(w) - 1/2)
//!   reset    m[t] = u[t] * (1 - s[t])   hard     u[t] - spike * s[t]   soft
//!
//! As in the authors' program: threshold 0.5, so spike is 1; decay 1, soft reset. r rises from 0 to 1 and meets 1/2 at 1/2,
//! so a neuron fires where it would without the remap. What differs is the way back, by r'. With a rectangle of width 1
//! both together are the tanh surrogate of sharpness 3. At w = 0 and 1, where r has corners, their program's r' is 1, and
//! here it is that of the middle part.

use super::{Activity, Dims, Gradient, Kind, Neurons};

/// Numbers: decay, threshold, hard reset, detached reset.
pub const KIND: Kind = Kind {
    name: "mpr",
    learned: |_| vec![],
    examples: &[
        (&[1.0, 0.5, 0.0, 0.0], &[]),
        (&[0.6, 0.8, 0.0, 0.0], &[]),
        (&[1.0, 0.3, 1.0, 0.0], &[]),
        (&[0.25, 0.5, 1.0, 0.0], &[]),
    ],
    forward,
    backward,
};

pub fn remap(w: f64) -> f64 {
    if w > 1.0 {
        w.cbrt()
    } else if w < 0.0 {
        1.0 - (1.0 - w).cbrt()
    } else {
        0.5 + (3.0 * (w - 0.5)).tanh() / (2.0 * 1.5_f64.tanh())
    }
}

/// r'
pub fn slope(w: f64) -> f64 {
    if w > 1.0 {
        1.0 / (3.0 * w.cbrt().powi(2))
    } else if w < 0.0 {
        1.0 / (3.0 * (1.0 - w).cbrt().powi(2))
    } else {
        3.0 * (1.0 - (3.0 * (w - 0.5)).tanh().powi(2)) / (2.0 * 1.5_f64.tanh())
    }
}

fn forward(neurons: &Neurons, d: Dims, x: &[f64]) -> Activity {
    let (decay, spike) = (neurons.numbers[0], 2.0 * neurons.numbers[1]);
    let hard = neurons.flag(2);
    let mut activity = Activity { membrane: vec![0.0; x.len()], spikes: vec![0.0; x.len()] };
    for neuron in 0..d.neurons {
        let mut m = neurons.start_of(neuron);
        for t in 0..d.time_steps {
            let i = t * d.neurons + neuron;
            let u = decay * m + x[i];
            let s = neurons.spike(spike * (remap(u / spike) - 0.5));
            m = if hard { u * (1.0 - s) } else { u - spike * s };
            activity.membrane[i] = u;
            activity.spikes[i] = s;
        }
    }
    activity
}

/// As of [`super::lif::backward`], with phi'(v) * r'(w) where that has phi'(u - threshold).
fn backward(neurons: &Neurons, d: Dims, x: &[f64], dspikes: &[f64]) -> Gradient {
    let (decay, spike) = (neurons.numbers[0], 2.0 * neurons.numbers[1]);
    let (hard, detached) = (neurons.flag(2), neurons.flag(3));
    let Activity { membrane, spikes } = forward(neurons, d, x);
    let mut dx = vec![0.0; x.len()];
    for neuron in 0..d.neurons {
        let mut dm = 0.0;
        for t in (0..d.time_steps).rev() {
            let i = t * d.neurons + neuron;
            let (u, w) = (membrane[i], membrane[i] / spike);
            let (reset_by_s, reset_by_u) = if hard { (-u, 1.0 - spikes[i]) } else { (-spike, 1.0) };
            let ds = dspikes[i] + if detached { 0.0 } else { dm * reset_by_s };
            let v = spike * (remap(w) - 0.5);
            dx[i] = ds * neurons.surrogate.derivative(v) * slope(w) + dm * reset_by_u;
            dm = decay * dx[i];
        }
    }
    Gradient { x: dx, learned: vec![] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surrogates::Surrogate;

    #[test]
    fn the_remap_rises_without_a_jump_and_meets_the_threshold() {
        for (w, r) in [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (8.0, 2.0), (-7.0, -1.0)] {
            assert!((remap(w) - r).abs() < 1e-15, "{w}: {}", remap(w));
        }
        let values: Vec<f64> = (-300..300).map(|i| remap(f64::from(i) / 100.0)).collect();
        assert!(values.windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] < 0.02));
    }

    /// A rectangle of width 1 after the remap is the tanh surrogate of sharpness 3 without it.
    #[test]
    fn with_a_rectangle_it_is_the_tanh_surrogate() {
        let [rectangle, tanh] = [("rectangle", 1.0), ("tanh", 3.0)].map(|(name, n)| Surrogate::named(name, n));
        for w in [-0.5, 0.01, 0.3, 0.5, 0.77, 0.99, 1.2] {
            let both = rectangle.derivative(remap(w) - 0.5) * slope(w);
            assert!((both - tanh.derivative(w - 0.5)).abs() < 1e-14, "{w}: {both}");
        }
    }
}
