//! What stands in for the derivative of the step function, as a function of v = u - threshold: a file for each.
//!
//! The step's true derivative is zero wherever it exists, so learning needs another. Each surrogate is the derivative of a
//! smooth function, its `integral`. Replacing the step itself by that function makes a network whose true derivative is
//! what we call its gradient: that is how finite differences can check the recurrence in [`crate::neurons`].

mod atan;
mod damped_triangle;
mod erf;
mod fast_sigmoid;
mod piecewise_exponential;
mod piecewise_quadratic;
mod rectangle;
mod sigmoid;
mod soft_sign;
mod super_spike;
mod tanh;
mod triangle;

use core::fmt;

/// A family of surrogates with one number, its option.
pub struct Kind {
    pub name: &'static str,
    /// The option where nobody gives one: as the code has it that made the surrogate known.
    pub usual: f64,
    pub derivative: fn(option: f64, v: f64) -> f64,
    /// The function whose derivative this is: 1/2 at the threshold, and from 0 to 1 unless `mass` says otherwise.
    pub integral: fn(option: f64, v: f64) -> f64,
    /// The derivative is 0 where |v| is larger: there the integral has a corner. Infinite where there is no such place.
    pub half_support: fn(option: f64) -> f64,
    /// By how much the integral rises in all: 1 for a ramp from 0 to 1.
    pub mass: fn(option: f64) -> f64,
}

/// All there are, for tests that must not miss a new one.
pub const KINDS: [&Kind; 12] = [
    &rectangle::KIND,
    &tanh::KIND,
    &triangle::KIND,
    &piecewise_quadratic::KIND,
    &sigmoid::KIND,
    &atan::KIND,
    &fast_sigmoid::KIND,
    &super_spike::KIND,
    &soft_sign::KIND,
    &erf::KIND,
    &piecewise_exponential::KIND,
    &damped_triangle::KIND,
];

#[derive(Clone, Copy)]
pub struct Surrogate {
    pub kind: &'static Kind,
    pub option: f64,
}

impl Surrogate {
    /// # Panics
    /// If there is no such name.
    pub fn named(name: &str, option: f64) -> Self {
        let kind = KINDS.into_iter().find(|kind| kind.name == name);
        Surrogate { kind: kind.unwrap_or_else(|| panic!("there is no surrogate {name}")), option }
    }

    /// One of each kind.
    pub fn all() -> impl Iterator<Item = Surrogate> {
        KINDS.into_iter().map(|kind| Surrogate { kind, option: kind.usual })
    }

    pub fn derivative(self, v: f64) -> f64 {
        (self.kind.derivative)(self.option, v)
    }

    pub fn integral(self, v: f64) -> f64 {
        (self.kind.integral)(self.option, v)
    }

    pub fn half_support(self) -> f64 {
        (self.kind.half_support)(self.option)
    }
}

impl fmt::Debug for Surrogate {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "{}:{}", self.kind.name, self.option)
    }
}

/// The support of a derivative that is nowhere zero.
fn everywhere(_: f64) -> f64 {
    f64::INFINITY
}

fn one(_: f64) -> f64 {
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_values(name: &str, option: f64, at: &[f64], expected: &[f64]) {
        let surrogate = Surrogate::named(name, option);
        for (&v, expected) in at.iter().zip(expected) {
            // The expected values are printed to six decimals.
            assert!((surrogate.derivative(v) - expected).abs() < 1e-6, "{surrogate:?} at {v}");
        }
    }

    /// Values of SpikingJelly's classes, and of snnTorch's fast sigmoid.
    #[test]
    #[allow(clippy::approx_constant, reason = "a peak of 2 / sqrt(pi), as printed")]
    fn values_of_the_libraries() {
        let v = [-0.6, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0];
        assert_values("sigmoid", 4.0, &v, &[0.30502, 0.419974, 0.786448, 1.0, 0.786448, 0.419975, 0.070651]);
        assert_values("atan", 2.0, &v, &[0.219633, 0.2884, 0.618486, 1.0, 0.618486, 0.2884, 0.092]);
        assert_values("piecewise-quadratic", 1.0, &v, &[0.4, 0.5, 0.75, 1.0, 0.75, 0.5, 0.0]);
        assert_values("triangle", 1.0, &v, &[0.4, 0.5, 0.75, 1.0, 0.75, 0.5, 0.0]);
        assert_values("rectangle", 1.0, &v, &[0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
        assert_values("soft-sign", 2.0, &v, &[0.206612, 0.25, 0.444444, 1.0, 0.444444, 0.25, 0.111111]);
        assert_values("super-spike", 1.0, &v, &[0.390625, 0.444444, 0.64, 1.0, 0.64, 0.444444, 0.25]);
        assert_values("erf", 2.0, &v, &[0.267344, 0.415108, 0.878783, 1.128379, 0.878783, 0.415108, 0.020667]);
        let exponential = [0.274406, 0.303265, 0.3894, 0.5, 0.3894, 0.303265, 0.18394];
        assert_values("piecewise-exponential", 1.0, &v, &exponential);
        let fast = [0.003906, 0.005487, 0.019025, 1.0, 0.019025, 0.005487, 0.001479];
        assert_values("fast-sigmoid", 25.0, &v, &fast);
    }

    #[test]
    fn tanh_matches_the_values_of_the_group_code() {
        let v = [-0.5, -0.25, 0.0, 0.25, 0.5, 0.5000001];
        assert_values("tanh", 3.0, &v, &[0.299465, 0.988654, 1.657187, 0.988654, 0.299465, 0.0]);
    }

    #[test]
    fn rectangle_is_zero_at_its_edge() {
        let narrow = Surrogate::named("rectangle", 0.5);
        assert_eq!([-0.25, -0.2, 0.2, 0.25].map(|v| narrow.derivative(v)), [0.0, 2.0, 2.0, 0.0]);
    }

    #[test]
    fn every_derivative_is_even_and_the_integral_rises_by_its_mass_around_the_threshold() {
        for surrogate in Surrogate::all() {
            for v in [0.1, 0.3, 0.49, 0.9, 3.0] {
                assert_eq!(surrogate.derivative(v), surrogate.derivative(-v), "{surrogate:?} at {v}");
            }
            let half = (surrogate.kind.mass)(surrogate.option) / 2.0;
            for (v, expected) in [(-1e12, 0.5 - half), (0.0, 0.5), (1e12, 0.5 + half)] {
                assert!((surrogate.integral(v) - expected).abs() < 1e-11, "{surrogate:?} at {v}");
            }
        }
    }

    #[test]
    fn outside_the_support_the_derivative_is_zero() {
        for surrogate in Surrogate::all() {
            let edge = surrogate.half_support();
            assert_eq!(surrogate.derivative(edge * 1.01), 0.0, "{surrogate:?}");
            assert!(surrogate.derivative(0.99 * edge.min(5.0)) > 0.0, "{surrogate:?}");
        }
    }

    #[test]
    fn names_are_different() {
        for (i, kind) in KINDS.iter().enumerate() {
            assert!(KINDS[..i].iter().all(|other| other.name != kind.name), "{}", kind.name);
        }
    }
}
