use super::{Kind, Shape, each};
use crate::exact;
use crate::simd::Wide;

/// b (1 - tanh^2(b v)) / (2 tanh(b / 2)) for |v| <= 1/2, edges included (Dspike, Li et al. 2021).
pub const KIND: Kind = Kind { name: "tanh", shape };

fn shape(sharpness: f32) -> Shape {
    let peak = sharpness as f64 / (2.0 * exact::tanh(sharpness as f64 / 2.0));
    Shape::within(0.5f32.next_up(), [sharpness, peak as f32], fill)
}

fn fill([sharpness, peak]: [f32; 2], v: &mut [Wide]) {
    each(v, |v| {
        v.map(|v| {
            let tanh = exact::tanhf(sharpness * v);
            peak * (1.0 - tanh * tanh)
        })
    });
}
