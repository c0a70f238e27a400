use super::{Kind, Shape, each};
use crate::exact;
use crate::simd::Wide;

/// alpha s (1 - s), s = 1 / (1 + exp(-alpha v)).
pub const KIND: Kind = Kind { name: "sigmoid", shape: |alpha| Shape::everywhere([alpha, 0.0], fill) };

fn fill([alpha, _]: [f32; 2], v: &mut [Wide]) {
    let one = Wide::splat(1.0);
    each(v, |v| {
        // Even in v, so exp of what is not above 0 will do.
        let e = v.abs().map(|v| exact::expf(-alpha * v));
        let root = one + e;
        Wide::splat(alpha) * e / (root * root)
    });
}
