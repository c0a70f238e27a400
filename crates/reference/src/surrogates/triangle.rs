//! A triangle of half-width g and mass 1 (Bellec et al. 2018; as in the code of Deng et al. 2022): max(0, g - |v|) / g^2.

use super::{Kind, one};

pub const KIND: Kind = Kind { name: "triangle", usual: 1.0, derivative, integral, half_support: |g| g, mass: one };

fn derivative(g: f64, v: f64) -> f64 {
    (g - v.abs()).max(0.0) / (g * g)
}

fn integral(g: f64, v: f64) -> f64 {
    let w = (v / g).clamp(-1.0, 1.0);
    0.5 + w - w * w.abs() / 2.0
}
