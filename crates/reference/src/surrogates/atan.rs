//! The derivative of an arc tangent (Fang et al. 2021): (alpha/2) / (1 + (pi/2 alpha v)^2).

use core::f64::consts::{FRAC_PI_2, PI};

use super::{Kind, everywhere, one};

pub const KIND: Kind = Kind { name: "atan", usual: 2.0, derivative, integral, half_support: everywhere, mass: one };

fn derivative(alpha: f64, v: f64) -> f64 {
    alpha / 2.0 / (1.0 + (FRAC_PI_2 * alpha * v).powi(2))
}

fn integral(alpha: f64, v: f64) -> f64 {
    (FRAC_PI_2 * alpha * v).atan() / PI + 0.5
}
