//! The derivative of the logistic function s = 1 / (1 + exp(-alpha v)): alpha s (1 - s). SpikingJelly's usual surrogate.

use super::{Kind, everywhere, one};

pub const KIND: Kind = Kind { name: "sigmoid", usual: 4.0, derivative, integral, half_support: everywhere, mass: one };

fn derivative(alpha: f64, v: f64) -> f64 {
    // s (1 - s) is even in v; written with exp(-alpha |v|) it cannot overflow.
    let e = (-alpha * v.abs()).exp();
    alpha * e / (1.0 + e).powi(2)
}

fn integral(alpha: f64, v: f64) -> f64 {
    1.0 / (1.0 + (-alpha * v).exp())
}
