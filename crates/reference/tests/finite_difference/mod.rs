//! Central finite differences against a hand-written backward, for any function of several tensors.

use kestirme_reference::philox;

/// Half the distance between the two evaluations. With f64 the truncation error (h^2) and the rounding error (1e-16 / h)
/// of a smooth function of order 1 are then both near 1e-10.
#[allow(dead_code, reason = "not every test file that includes this one needs it")]
pub const STEP: f64 = 1e-5;

/// Three orders above the expected error, and far below what a wrong term would show.
const TOLERANCE: f64 = 1e-7;

/// A reproducible stream of numbers.
pub struct Draw {
    seed: u32,
    drawn: u32,
}

impl Draw {
    pub fn new(seed: u32) -> Self {
        Draw { seed, drawn: 0 }
    }

    /// Uniform in (-1, 1).
    pub fn number(&mut self) -> f64 {
        let word = philox::block([self.seed, 0], [self.drawn, 0, 0, 0])[0];
        self.drawn += 1;
        (f64::from(word) + 0.5) / 2_f64.powi(31) - 1.0
    }

    pub fn vec(&mut self, len: usize) -> Vec<f64> {
        (0..len).map(|_| self.number()).collect()
    }
}

/// Checks `backward(inputs, dy)`, one gradient per input, against `forward(inputs)`: the loss is the inner product of the
/// output with a random dy, and each entry of each input is moved both ways.
pub fn check(
    name: &str,
    inputs: &[(&str, Vec<f64>)],
    forward: impl Fn(&[Vec<f64>]) -> Vec<f64>,
    backward: impl FnOnce(&[Vec<f64>], &[f64]) -> Vec<Vec<f64>>,
) {
    let mut values: Vec<Vec<f64>> = inputs.iter().map(|(_, values)| values.clone()).collect();
    let dy = Draw::new(0xd1).vec(forward(&values).len());
    let loss = |values: &[Vec<f64>]| -> f64 { forward(values).iter().zip(&dy).map(|(y, dy)| y * dy).sum() };
    let gradients = backward(&values, &dy);
    assert_eq!(gradients.len(), inputs.len(), "{name}: one gradient per input");
    for (which, (label, _)) in inputs.iter().enumerate() {
        assert_eq!(gradients[which].len(), values[which].len(), "{name}: length of d{label}");
        for i in 0..values[which].len() {
            let at = values[which][i];
            values[which][i] = at + STEP;
            let above = loss(&values);
            values[which][i] = at - STEP;
            let below = loss(&values);
            values[which][i] = at;
            let expected = (above - below) / (2.0 * STEP);
            let got = gradients[which][i];
            assert!(
                (got - expected).abs() <= TOLERANCE * (1.0 + expected.abs()),
                "{name}: d{label}[{i}] is {got}, finite differences give {expected}"
            );
        }
    }
}
