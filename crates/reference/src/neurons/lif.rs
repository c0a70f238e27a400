//! Leaky integrate-and-fire neurons over all T steps, each neuron on its own.
//!
//!   charge   u[t] = decay * m[t-1] + x[t]              m before the first step is 0, or random
//!   fire     s[t] = 1 if u[t] > threshold else 0       strictly above: at the threshold it stays silent
//!   reset    m[t] = u[t] * (1 - s[t])                  hard: back to 0
//!            m[t] = u[t] - threshold * s[t]            soft: the rest is kept
//!
//! With decay 1 nothing leaks: that is [`super::integrate_and_fire`].
//!
//! As in the code of Guo et al. (decay 0.25, threshold 0.5, hard reset that keeps its graph). Other dialects:
//! SpikingJelly's LIFNode(tau) is decay = 1 - 1/tau with `decay_input`; it fires at u >= threshold, which in floating point
//! is u > the next number below. Its decay_input=False has decay = 1 - 1/tau too, without `decay_input`.

use super::{Activity, Dims, Gradient, Kind, Neurons, start_of};
use crate::surrogates::Surrogate;

/// Numbers: decay, threshold, hard reset, detached reset, decay input.
pub const KIND: Kind = Kind {
    name: "lif",
    learned: |_| vec![],
    examples: &[
        (&[0.25, 0.5, 1.0, 0.0, 0.0], &[]),
        (&[0.6, 0.8, 1.0, 0.0, 1.0], &[]),
        (&[0.25, 0.5, 0.0, 0.0, 0.0], &[]),
        (&[0.6, 0.8, 0.0, 0.0, 1.0], &[]),
    ],
    forward: |neurons, d, x| forward_from(&Params::of(neurons), d, &neurons.start, x),
    backward: |neurons, d, x, dspikes| {
        let p = Params::of(neurons);
        let membrane = forward_from(&p, d, &neurons.start, x).membrane;
        Gradient { x: backward(&p, d, &membrane, dspikes), learned: vec![] }
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    Hard,
    Soft,
}

#[derive(Clone, Copy, Debug)]
pub struct Params {
    pub decay: f64,
    pub threshold: f64,
    pub reset: Reset,
    /// The spike inside the reset counts as a constant in `backward`.
    pub detach_reset: bool,
    /// Charges with (1 - decay) * x instead of x.
    pub decay_input: bool,
    pub surrogate: Surrogate,
    /// Fires the surrogate's integral, a number, instead of a spike: only to check `backward` by finite differences.
    pub smooth: bool,
}

impl Default for Params {
    fn default() -> Self {
        Params {
            decay: 0.25,
            threshold: 0.5,
            reset: Reset::Hard,
            detach_reset: false,
            decay_input: false,
            surrogate: Surrogate::named("rectangle", 1.0),
            smooth: false,
        }
    }
}

impl Params {
    pub fn of(neurons: &Neurons) -> Self {
        let [decay, threshold, hard, detach, decay_input] = neurons.numbers[..] else {
            panic!("five numbers, not {:?}", neurons.numbers);
        };
        let reset = if hard != 0.0 { Reset::Hard } else { Reset::Soft };
        let [detach_reset, decay_input] = [detach, decay_input].map(|flag| flag != 0.0);
        let &Neurons { surrogate, smooth, .. } = neurons;
        Self { decay, threshold, reset, detach_reset, decay_input, surrogate, smooth }
    }

    pub fn charge(&self, m: f64, x: f64) -> f64 {
        self.decay * m + self.input_scale() * x
    }

    pub fn fire(&self, u: f64) -> f64 {
        let v = u - self.threshold;
        if self.smooth {
            self.surrogate.integral(v)
        } else if u > self.threshold {
            1.0
        } else {
            0.0
        }
    }

    pub fn reset(&self, u: f64, s: f64) -> f64 {
        match self.reset {
            Reset::Hard => u * (1.0 - s),
            Reset::Soft => u - self.threshold * s,
        }
    }

    pub fn input_scale(&self) -> f64 {
        if self.decay_input { 1.0 - self.decay } else { 1.0 }
    }
}

pub fn forward(p: &Params, d: Dims, x: &[f64]) -> Activity {
    forward_from(p, d, &[], x)
}

/// The same from other membranes before the first step than zero, or from none.
pub fn forward_from(p: &Params, d: Dims, start: &[f64], x: &[f64]) -> Activity {
    assert_eq!(x.len(), d.time_steps * d.neurons, "lif: x");
    let mut activity = Activity { membrane: vec![0.0; x.len()], spikes: vec![0.0; x.len()] };
    for neuron in 0..d.neurons {
        let mut m = start_of(start, neuron);
        for t in 0..d.time_steps {
            let i = t * d.neurons + neuron;
            let u = p.charge(m, x[i]);
            let s = p.fire(u);
            m = p.reset(u, s);
            activity.membrane[i] = u;
            activity.spikes[i] = s;
        }
    }
    activity
}

/// Back-propagation through time: from the last step to the first, carrying dm, the derivative with respect to the
/// membrane that a step leaves to the next. With phi' the surrogate at u - threshold,
///
///   ds_total = ds + dm * (dm/ds of the reset, 0 if detached)     the spike goes out, and into the reset
///   du       = ds_total * phi'(u) + dm * (dm/du of the reset)
///   dx       = du (times 1 - decay with decay_input),   dm of the step before = decay * du
pub fn backward(p: &Params, d: Dims, membrane: &[f64], dspikes: &[f64]) -> Vec<f64> {
    assert_eq!(membrane.len(), d.time_steps * d.neurons, "lif: membrane");
    assert_eq!(dspikes.len(), membrane.len(), "lif: dspikes");
    let mut dx = vec![0.0; membrane.len()];
    for neuron in 0..d.neurons {
        let mut dm = 0.0;
        for t in (0..d.time_steps).rev() {
            let i = t * d.neurons + neuron;
            let u = membrane[i];
            let (reset_by_s, reset_by_u) = match p.reset {
                Reset::Hard => (-u, 1.0 - p.fire(u)),
                Reset::Soft => (-p.threshold, 1.0),
            };
            let ds = dspikes[i] + if p.detach_reset { 0.0 } else { dm * reset_by_s };
            let du = ds * p.surrogate.derivative(u - p.threshold) + dm * reset_by_u;
            dx[i] = p.input_scale() * du;
            dm = p.decay * du;
        }
    }
    dx
}

#[cfg(test)]
mod tests {
    use super::*;

    const HARD_U: [f64; 5] = [0.3, 0.675, 0.45, 0.2125, 0.953125];
    const SOFT_U: [f64; 5] = [0.3, 0.675, 0.49375, 0.223438, 0.955859];

    fn assert_close(name: &str, got: &[f64], expected: &[f64]) {
        assert_eq!(got.len(), expected.len(), "{name}");
        for (got, expected) in got.iter().zip(expected) {
            // The expected values are printed to six decimals.
            assert!((got - expected).abs() < 6e-7, "{name}: {got} instead of {expected}");
        }
    }

    /// One neuron, loss = sum of t * s[t] for t = 1.., against PyTorch's autograd in float64.
    fn assert_autograd(p: Params, x: &[f64], spikes: &[f64], u: &[f64], dx: &[f64]) {
        let d = Dims { time_steps: x.len(), neurons: 1 };
        let activity = forward(&p, d, x);
        assert_eq!(activity.spikes, spikes);
        assert_close("u", &activity.membrane, u);
        let dspikes: Vec<f64> = (1..=x.len()).map(|t| t as f64).collect();
        assert_close("dx", &backward(&p, d, &activity.membrane, &dspikes), dx);
    }

    #[test]
    fn matches_autograd_for_each_reset_and_surrogate() {
        let [rectangle, tanh] = [("rectangle", 1.0), ("tanh", 3.0)].map(|(name, n)| Surrogate::named(name, n));
        let rows = [
            (rectangle, Reset::Hard, false, HARD_U, [1.241167, 1.378097, 3.685352, 4.984375, 5.0]),
            (rectangle, Reset::Hard, true, HARD_U, [1.5, 2.0, 4.3125, 5.25, 5.0]),
            (rectangle, Reset::Soft, false, SOFT_U, [1.305908, 2.447266, 3.578125, 4.625, 5.0]),
            (rectangle, Reset::Soft, true, SOFT_U, [1.769531, 3.078125, 4.3125, 5.25, 5.0]),
            (tanh, Reset::Hard, false, HARD_U, [1.412888, 1.446351, 5.118441, 3.797431, 1.923906]),
            (tanh, Reset::Hard, true, HARD_U, [1.815668, 2.545803, 5.832457, 3.884395, 1.923906]),
        ];
        for (surrogate, reset, detach_reset, u, dx) in rows {
            let p = Params { surrogate, reset, detach_reset, ..Params::default() };
            assert_autograd(p, &[0.3, 0.6, 0.45, 0.1, 0.9], &[0.0, 1.0, 0.0, 0.0, 1.0], &u, &dx);
        }
    }

    /// SpikingJelly's LIFNode(tau=4/3, decay_input=False, v_threshold=0.5, v_reset=0), which fires at >=: the third input
    /// is exactly 0.5. The same input stays silent under our strict comparison.
    #[test]
    fn matches_spikingjelly_with_the_threshold_one_step_lower() {
        let x = [0.8, 1.6, 0.5, 2.4, 0.2, 1.1];
        let p = Params { threshold: 0.5_f64.next_down(), ..Params::default() };
        let spikes = [1.0, 1.0, 1.0, 1.0, 0.0, 1.0];
        assert_autograd(p, &x, &spikes, &[0.8, 1.6, 0.5, 2.4, 0.2, 1.15], &[1.0, 0.0, 3.0, 0.0, 5.0, 0.0]);

        let strict = forward(&Params::default(), Dims { time_steps: 6, neurons: 1 }, &x);
        assert_eq!(strict.spikes, [1.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
    }

    /// SpikingJelly's nodes on one input, loss = sum of t * s[t]: spikes, what is left after each reset, and gradients. (The
    /// method reference's section 5.1; no membrane meets the threshold.)
    #[test]
    fn matches_spikingjelly_in_every_dialect() {
        let x = [0.8, 1.6, 0.5, 2.4, 0.2, 1.1];
        let d = Dims { time_steps: 6, neurons: 1 };
        let dspikes = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let surrogate = Surrogate::named("sigmoid", 4.0);
        let threshold = 1.0_f64.next_down();
        let usual = Params { decay: 0.5, threshold, decay_input: true, surrogate, ..Params::default() };
        let soft = Params { reset: Reset::Soft, ..usual };
        let detached = Params { detach_reset: true, ..usual };
        let unscaled = Params { decay_input: false, ..usual };
        let integrator = Params { decay: 1.0, ..unscaled };
        let atan = Surrogate::named("atan", 2.0);
        let soft_integrator = Params { reset: Reset::Soft, surrogate: atan, detach_reset: true, ..integrator };
        let [often, seldom] = [[0.0, 1.0, 0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]];
        let most = [0.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        let rows = [
            (usual, seldom, [0.4, 0.0, 0.25, 0.0, 0.1, 0.6], [0.44181, 0.65899, 0.68201, 0.86079, 1.08879, 1.67717]),
            (detached, seldom, [0.4, 0.0, 0.25, 0.0, 0.1, 0.6], [0.65251, 1.0, 0.94425, 1.34639, 1.09748, 1.67717]),
            (unscaled, often, [0.8, 0.0, 0.5, 0.0, 0.2, 0.0], [0.86389, 0.05233, 1.25929, -0.00161, 3.24227, 5.13383]),
            (soft, seldom, [0.4, 0.0, 0.25, 0.325, 0.2625, 0.68125], [0.5, 1.0, 0.90984, 1.55934, 1.30322, 2.04843]),
            (
                integrator,
                often,
                [0.8, 0.0, 0.5, 0.0, 0.2, 0.0],
                [0.85108, -0.01446, 1.24382, -0.02038, 4.89357, 4.26947],
            ),
            (
                soft_integrator,
                most,
                [0.8, 1.4, 0.9, 2.3, 1.5, 1.6],
                [1.66787, 0.95091, 0.8526, 0.51906, 0.44389, 0.22843],
            ),
        ];
        for (p, spikes, left, dx) in rows {
            let activity = forward(&p, d, &x);
            assert_eq!(activity.spikes, spikes, "{p:?}");
            let m: Vec<f64> = activity.membrane.iter().zip(&activity.spikes).map(|(&u, &s)| p.reset(u, s)).collect();
            assert_close(&format!("left by {p:?}"), &m, &left);
            let got = backward(&p, d, &activity.membrane, &dspikes);
            // The expected gradients are printed to five decimals, of single precision.
            assert!(got.iter().zip(dx).all(|(got, dx)| (got - dx).abs() < 1.1e-5), "{p:?}: {got:?}");
        }
    }
}
