//! GLIF, the gated leaky integrate-and-fire neuron (Yao et al. 2022), as SpikingJelly's GatedLIFNode has it.
//!
//! Of everything learned the sigmoid is taken: gates alpha (how the membrane leaks), beta (how much the input is scaled),
//! gamma (how it is reset), and decay, threshold, leak, drop; for each step a conductance g[t]. One of each for a layer, or
//! one for each channel.
//!
//!   charge   u[t] = (1 - alpha (1 - decay)) * v[t-1] * (1 - gamma * s[t-1])     exponential leak, hard reset
//!                   - (1 - alpha) * leak                                        linear leak
//!                   - (1 - gamma) * drop * s[t-1]                               soft reset
//!                   + (1 - beta (1 - g[t])) * x[t]
//!   fire     s[t] = 1 if u[t] > threshold else 0
//!   reset    v[t] = u[t]      the reset is part of the next charge; v and s before the first step are 0

use super::{Activity, Dims, Gradient, Kind, Neurons, Per};

/// Numbers: learned per channel, detached reset. Learned: alpha, beta, gamma, decay, threshold, leak, drop, g.
pub const KIND: Kind = Kind {
    name: "glif",
    learned: |numbers| match numbers[0] != 0.0 {
        false => [vec![Per::Layer; SINGLE], vec![Per::Step]].concat(),
        true => [vec![Per::Channel; SINGLE], vec![Per::StepAndChannel]].concat(),
    },
    examples: &[
        (&[0.0, 0.0], &[0.1, -0.05, 0.02, -1.1, 0.0, -2.7, 0.0, 0.0]),
        (&[0.0, 0.0], &[-1.0, 0.7, 1.2, 0.5, 0.3, -1.0, 0.4, 0.8]),
        (&[1.0, 0.0], &[0.1, -0.05, 0.02, -1.1, 0.0, -2.7, 0.0, 0.0]),
        (&[1.0, 0.0], &[0.9, -0.6, -1.4, -0.5, -0.3, 0.2, 0.4, 0.8]),
    ],
    forward,
    backward,
};

/// What is learned besides the conductances.
const SINGLE: usize = 7;

fn sigmoid(w: f64) -> f64 {
    1.0 / (1.0 + (-w).exp())
}

/// Reads what is learned, through the sigmoid.
struct Gates<'a>(&'a Neurons);

impl Gates<'_> {
    fn channels(&self) -> usize {
        self.0.learned[0].len()
    }

    /// alpha, beta, gamma, decay, threshold, leak, drop
    fn of(&self, neuron: usize) -> [f64; SINGLE] {
        let c = neuron % self.channels();
        core::array::from_fn(|row| sigmoid(self.0.learned[row][c]))
    }

    fn conductance_place(&self, t: usize, neuron: usize) -> usize {
        t * self.channels() + neuron % self.channels()
    }

    fn conductance(&self, t: usize, neuron: usize) -> f64 {
        sigmoid(self.0.learned[SINGLE][self.conductance_place(t, neuron)])
    }
}

fn forward(neurons: &Neurons, d: Dims, x: &[f64]) -> Activity {
    let gates = Gates(neurons);
    let mut activity = Activity { membrane: vec![0.0; x.len()], spikes: vec![0.0; x.len()] };
    for neuron in 0..d.neurons {
        let [alpha, beta, gamma, decay, threshold, leak, drop] = gates.of(neuron);
        let (mut v, mut s) = (neurons.start_of(neuron), 0.0);
        for t in 0..d.time_steps {
            let i = t * d.neurons + neuron;
            let left = (1.0 - alpha * (1.0 - decay)) * v * (1.0 - gamma * s) - (1.0 - gamma) * drop * s;
            let share = 1.0 - beta * (1.0 - gates.conductance(t, neuron));
            v = left - (1.0 - alpha) * leak + share * x[i];
            s = neurons.spike(v - threshold);
            activity.membrane[i] = v;
            activity.spikes[i] = s;
        }
    }
    activity
}

/// With dv and dr the derivatives by what a step leaves to the next (r is the spike inside the reset),
///
///   du = (ds + dr) * phi'(u - threshold) + dv           detached: without dr
///
/// and from du the derivatives of the charge by everything in it.
fn backward(neurons: &Neurons, d: Dims, x: &[f64], dspikes: &[f64]) -> Gradient {
    let (gates, detached) = (Gates(neurons), neurons.flag(1));
    let Activity { membrane, spikes } = forward(neurons, d, x);
    let mut dx = vec![0.0; x.len()];
    let mut learned: Vec<Vec<f64>> = neurons.learned.iter().map(|row| vec![0.0; row.len()]).collect();
    for neuron in 0..d.neurons {
        let c = neuron % gates.channels();
        let [alpha, beta, gamma, decay, threshold, leak, drop] = gates.of(neuron);
        let kept = 1.0 - alpha * (1.0 - decay);
        let (mut dv, mut dr) = (0.0, 0.0);
        for t in (0..d.time_steps).rev() {
            let i = t * d.neurons + neuron;
            let before = t.checked_sub(1).map(|t| t * d.neurons + neuron);
            let (v, s) = before.map_or((neurons.start_of(neuron), 0.0), |i| (membrane[i], spikes[i]));
            let g = gates.conductance(t, neuron);
            let ds = dspikes[i] + if detached { 0.0 } else { dr };
            let fired = ds * neurons.surrogate.derivative(membrane[i] - threshold);
            let du = fired + dv;
            let by = [
                du * ((decay - 1.0) * v * (1.0 - gamma * s) + leak),
                -du * (1.0 - g) * x[i],
                du * (drop * s - kept * v * s),
                du * alpha * v * (1.0 - gamma * s),
                -fired,
                -du * (1.0 - alpha),
                -du * (1.0 - gamma) * s,
            ];
            for (row, by) in learned.iter_mut().zip(by) {
                row[c] += by;
            }
            learned[SINGLE][gates.conductance_place(t, neuron)] += du * beta * x[i];
            dx[i] = du * (1.0 - beta * (1.0 - g));
            dv = du * kept * (1.0 - gamma * s);
            dr = -du * (kept * gamma * v + (1.0 - gamma) * drop);
        }
    }
    for (row, values) in learned.iter_mut().zip(&neurons.learned) {
        for (by, value) in row.iter_mut().zip(values) {
            *by *= sigmoid(*value) * (1.0 - sigmoid(*value));
        }
    }
    Gradient { x: dx, learned }
}
