use super::{Kind, Shape, each};
use crate::exact;
use crate::simd::Wide;

/// (alpha / 2) exp(-alpha |v|).
pub const KIND: Kind =
    Kind { name: "piecewise-exponential", shape: |alpha| Shape::everywhere([alpha, alpha / 2.0], fill) };

fn fill([alpha, peak]: [f32; 2], v: &mut [Wide]) {
    each(v, |v| v.abs().map(|v| peak * exact::expf(-alpha * v)));
}
