//! What stands in for the derivative of the step function, as a function of v = u - threshold.
//!
//! The step's true derivative is zero wherever it exists, so learning needs another. Each surrogate is the derivative of a
//! ramp from 0 to 1, its `integral`. Replacing the step itself by that ramp makes a network whose true derivative is what
//! we call its gradient: that is how finite differences can check the recurrence in [`crate::lif`].

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Surrogate {
    /// 1/width for |v| < width/2, else 0. At the edge itself 0.
    Rectangle { width: f64 },
    /// Dspike (Li et al. 2021) with sharpness b: b (1 - tanh^2(b v)) / (2 tanh(b/2)) for |v| <= 1/2, else 0.
    Tanh { sharpness: f64 },
}

impl Surrogate {
    /// One of each kind, for tests that must not miss a new one.
    pub const ALL: [Surrogate; 2] = [Surrogate::Rectangle { width: 1.0 }, Surrogate::Tanh { sharpness: 3.0 }];

    pub fn derivative(self, v: f64) -> f64 {
        match self {
            Surrogate::Rectangle { width } if v.abs() < width / 2.0 => 1.0 / width,
            Surrogate::Tanh { sharpness: b } if v.abs() <= 0.5 => {
                b * (1.0 - (b * v).tanh().powi(2)) / (2.0 * (b / 2.0).tanh())
            }
            _ => 0.0,
        }
    }

    /// The ramp whose derivative this is: 0 far below the threshold, 1/2 at it, 1 far above.
    pub fn integral(self, v: f64) -> f64 {
        let ramp = match self {
            Surrogate::Rectangle { width } => v / width + 0.5,
            Surrogate::Tanh { sharpness: b } => ((b * v).tanh() / (b / 2.0).tanh() + 1.0) / 2.0,
        };
        ramp.clamp(0.0, 1.0)
    }

    /// Half the width of the interval outside which the derivative is 0: the ramp has a corner there.
    pub fn half_support(self) -> f64 {
        match self {
            Surrogate::Rectangle { width } => width / 2.0,
            Surrogate::Tanh { .. } => 0.5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tanh_matches_the_values_of_the_group_code() {
        let dspike = Surrogate::Tanh { sharpness: 3.0 };
        let expected = [0.299465, 0.988654, 1.657187, 0.988654, 0.299465];
        for (v, expected) in [-0.5, -0.25, 0.0, 0.25, 0.5].into_iter().zip(expected) {
            assert!((dspike.derivative(v) - expected).abs() < 1e-6, "at {v}");
        }
        assert_eq!(dspike.derivative(0.5000001), 0.0);
    }

    #[test]
    fn rectangle_is_zero_at_its_edge() {
        let narrow = Surrogate::Rectangle { width: 0.5 };
        assert_eq!([-0.25, -0.2, 0.2, 0.25].map(|v| narrow.derivative(v)), [0.0, 2.0, 2.0, 0.0]);
    }

    #[test]
    fn every_integral_ends_at_zero_and_one() {
        for surrogate in Surrogate::ALL {
            assert_eq!([-9.0, 0.0, 9.0].map(|v| surrogate.integral(v)), [0.0, 0.5, 1.0]);
            let edge = surrogate.half_support();
            assert_eq!(surrogate.derivative(edge * 1.01), 0.0);
            assert!(surrogate.derivative(edge * 0.99) > 0.0);
        }
    }
}
