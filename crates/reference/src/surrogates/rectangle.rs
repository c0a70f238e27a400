//! The boxcar of Wu et al. (2018): 1/width for |v| < width/2, else 0; at the edge itself 0.

use super::{Kind, one};

pub const KIND: Kind =
    Kind { name: "rectangle", usual: 1.0, derivative, integral, half_support: |width| width / 2.0, mass: one };

fn derivative(width: f64, v: f64) -> f64 {
    if v.abs() < width / 2.0 { 1.0 / width } else { 0.0 }
}

fn integral(width: f64, v: f64) -> f64 {
    (v / width + 0.5).clamp(0.0, 1.0)
}
