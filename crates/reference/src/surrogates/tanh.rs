//! Dspike (Li et al. 2021) with sharpness b: b (1 - tanh^2(b v)) / (2 tanh(b/2)) for |v| <= 1/2, else 0.

use super::{Kind, one};

pub const KIND: Kind = Kind { name: "tanh", usual: 3.0, derivative, integral, half_support: |_| 0.5, mass: one };

fn derivative(b: f64, v: f64) -> f64 {
    if v.abs() <= 0.5 { b * (1.0 - (b * v).tanh().powi(2)) / (2.0 * (b / 2.0).tanh()) } else { 0.0 }
}

fn integral(b: f64, v: f64) -> f64 {
    (((b * v).tanh() / (b / 2.0).tanh() + 1.0) / 2.0).clamp(0.0, 1.0)
}
