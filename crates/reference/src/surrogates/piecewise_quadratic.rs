//! The derivative of a step made of two parabolas (Neftci et al. 2019, SpikingJelly's PiecewiseQuadratic):
//! max(0, alpha - alpha^2 |v|). It is the triangle of half-width 1/alpha, by SpikingJelly's name and option.

use super::{Kind, one};

pub const KIND: Kind = Kind {
    name: "piecewise-quadratic",
    usual: 1.0,
    derivative,
    integral,
    half_support: |alpha| 1.0 / alpha,
    mass: one,
};

fn derivative(alpha: f64, v: f64) -> f64 {
    (alpha - alpha * alpha * v.abs()).max(0.0)
}

fn integral(alpha: f64, v: f64) -> f64 {
    let w = (alpha * v).clamp(-1.0, 1.0);
    0.5 + w - w * w.abs() / 2.0
}
