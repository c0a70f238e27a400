//! The fast sigmoid of mass 1, the derivative of a soft sign (SpikingJelly's SoftSign): (alpha/2) / (1 + alpha |v|)^2.

use super::{Kind, everywhere, one};

pub const KIND: Kind =
    Kind { name: "soft-sign", usual: 2.0, derivative, integral, half_support: everywhere, mass: one };

fn derivative(alpha: f64, v: f64) -> f64 {
    alpha / 2.0 / (1.0 + alpha * v.abs()).powi(2)
}

fn integral(alpha: f64, v: f64) -> f64 {
    (1.0 + alpha * v / (1.0 + alpha * v.abs())) / 2.0
}
