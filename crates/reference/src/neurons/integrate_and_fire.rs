//! Integrate-and-fire: u[t] = m[t-1] + x[t]. It is the LIF with decay 1, which never forgets.

use super::{Kind, Neurons, lif};

/// Numbers: threshold, hard reset, detached reset.
pub const KIND: Kind = Kind {
    name: "if",
    learned: |_| vec![],
    examples: &[(&[0.5, 1.0, 0.0], &[]), (&[0.8, 0.0, 0.0], &[])],
    forward: |neurons, d, x| (lif::KIND.forward)(&as_lif(neurons), d, x),
    backward: |neurons, d, x, dspikes| (lif::KIND.backward)(&as_lif(neurons), d, x, dspikes),
};

fn as_lif(neurons: &Neurons) -> Neurons {
    let [threshold, hard, detach] = neurons.numbers[..] else { panic!("three numbers, not {:?}", neurons.numbers) };
    Neurons { numbers: vec![1.0, threshold, hard, detach, 0.0], ..neurons.clone() }
}
