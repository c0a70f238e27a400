//! Initial parameters: normal numbers as a function of seed, tensor and position.

use crate::philox::{Purpose, Stream};

/// Fills `out` with N(0, deviation^2), Box-Muller in f64 with libm's log, sqrt and cos; `tensor` numbers the parameter.
pub fn normal(seed: u32, tensor: u32, deviation: f64, out: &mut [f32]) {
    let mut stream = Stream::new(seed, Purpose::Init, [tensor, 0, 0]);
    for pair in out.chunks_mut(2) {
        // (0, 1]: the logarithm stays finite.
        let u = (stream.word() as f64 + 1.0) / 4_294_967_296.0;
        let angle = 2.0 * core::f64::consts::PI * (stream.word() as f64 / 4_294_967_296.0);
        let radius = deviation * (-2.0 * libm::log(u)).sqrt();
        pair[0] = (radius * libm::cos(angle)) as f32;
        if let Some(second) = pair.get_mut(1) {
            *second = (radius * libm::sin(angle)) as f32;
        }
    }
}
