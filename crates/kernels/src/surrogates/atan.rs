use core::f32::consts::FRAC_PI_2;

use super::{Kind, Shape, each};
use crate::simd::Wide;

/// (alpha / 2) / (1 + (pi/2 alpha v)^2).
pub const KIND: Kind = Kind { name: "atan", shape: |alpha| Shape::everywhere([alpha / 2.0, FRAC_PI_2 * alpha], fill) };

fn fill([peak, slope]: [f32; 2], v: &mut [Wide]) {
    let [one, peak, slope] = [1.0, peak, slope].map(Wide::splat);
    each(v, |v| {
        let x = slope * v;
        peak / (one + x * x)
    });
}
