use crate::write;
use kestirme_kernels::init as kernel;

/// N(0, deviation^2); `tensor` numbers the parameter.
pub fn init_normal(seed: u32, tensor: u32, deviation: f64, at: *mut f32, len: usize) {
    kernel::normal(seed, tensor, deviation, write(at, len));
}
