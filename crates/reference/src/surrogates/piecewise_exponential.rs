//! The derivative of a step made of two exponentials (Shrestha & Orchard 2018, SpikingJelly's PiecewiseExp):
//! (alpha/2) exp(-alpha |v|).

use super::{Kind, everywhere, one};

pub const KIND: Kind =
    Kind { name: "piecewise-exponential", usual: 1.0, derivative, integral, half_support: everywhere, mass: one };

fn derivative(alpha: f64, v: f64) -> f64 {
    alpha / 2.0 * (-alpha * v.abs()).exp()
}

fn integral(alpha: f64, v: f64) -> f64 {
    let tail = (-alpha * v.abs()).exp() / 2.0;
    if v < 0.0 { tail } else { 1.0 - tail }
}
