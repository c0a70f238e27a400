//! The fast sigmoid of width 1 and height alpha (Zenke & Ganguli 2018, as SpikingJelly's SuperSpike has it):
//! alpha / (1 + |v|)^2.

use super::{Kind, everywhere};

pub const KIND: Kind =
    Kind { name: "super-spike", usual: 1.0, derivative, integral, half_support: everywhere, mass: |alpha| 2.0 * alpha };

fn derivative(alpha: f64, v: f64) -> f64 {
    alpha / (1.0 + v.abs()).powi(2)
}

fn integral(alpha: f64, v: f64) -> f64 {
    0.5 + alpha * v / (1.0 + v.abs())
}
