use core::f64::consts::FRAC_2_SQRT_PI;

use super::{Kind, Shape, each};
use crate::exact;
use crate::simd::Wide;

/// alpha / sqrt(pi) exp(-(alpha v)^2).
pub const KIND: Kind = Kind { name: "erf", shape };

fn shape(alpha: f32) -> Shape {
    Shape::everywhere([alpha, (alpha as f64 * FRAC_2_SQRT_PI / 2.0) as f32], fill)
}

fn fill([alpha, peak]: [f32; 2], v: &mut [Wide]) {
    each(v, |v| {
        v.map(|v| {
            let x = alpha * v;
            peak * exact::expf(-(x * x))
        })
    });
}
