//! The derivative of the error function, a Gaussian (Yin et al. 2021, SpikingJelly's Erf): alpha / sqrt(pi) exp(-(alpha v)^2).

use core::f64::consts::PI;

use super::{Kind, everywhere, one};

pub const KIND: Kind = Kind { name: "erf", usual: 2.0, derivative, integral, half_support: everywhere, mass: one };

fn derivative(alpha: f64, v: f64) -> f64 {
    alpha / PI.sqrt() * (-(alpha * v).powi(2)).exp()
}

fn integral(alpha: f64, v: f64) -> f64 {
    (1.0 + error_function(alpha * v)) / 2.0
}

/// 2/sqrt(pi) exp(-x^2) times the sum of 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)), whose terms have one sign.
fn error_function(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, 0.0);
    for n in 1..200 {
        sum += term;
        term *= 2.0 * x * x / f64::from(2 * n + 1);
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}
