//! A triangle of half-width 1 and height d, so of mass d (Bellec et al. 2018): d * max(0, 1 - |v|). Diet-SNN asks it about
//! u / threshold - 1, with d = 0.3.

use super::Kind;

pub const KIND: Kind =
    Kind { name: "damped-triangle", usual: 0.3, derivative, integral, half_support: |_| 1.0, mass: |d| d };

fn derivative(d: f64, v: f64) -> f64 {
    d * (1.0 - v.abs()).max(0.0)
}

fn integral(d: f64, v: f64) -> f64 {
    let w = v.clamp(-1.0, 1.0);
    0.5 + d * (w - w * w.abs() / 2.0)
}
