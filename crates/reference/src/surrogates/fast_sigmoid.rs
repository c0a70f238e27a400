//! The fast sigmoid of height 1 (Zenke & Ganguli 2018, as snnTorch has it): 1 / (1 + slope |v|)^2.
//! `super_spike` and `soft_sign` are the same curve by other normalisations.

use super::{Kind, everywhere};

pub const KIND: Kind = Kind {
    name: "fast-sigmoid",
    usual: 25.0,
    derivative,
    integral,
    half_support: everywhere,
    mass: |slope| 2.0 / slope,
};

fn derivative(slope: f64, v: f64) -> f64 {
    1.0 / (1.0 + slope * v.abs()).powi(2)
}

fn integral(slope: f64, v: f64) -> f64 {
    0.5 + v / (1.0 + slope * v.abs())
}
