use crate::{read, write};
use kestirme_kernels::adam::{self as kernel, Params};
use kestirme_kernels::update;

/// Returns whether all new numbers are finite, and leaves the gradient's sum of squares at `scratch`.
pub fn adam_step(
    lr: f32,
    beta1: f32,
    beta2: f32,
    eps: f32,
    weight_decay: f32,
    decoupled: bool,
    gradient_scale: f32,
    step: u32,
    len: usize,
    gradient: *const f32,
    weights: *mut f32,
    first: *mut f32,
    second: *mut f32,
    scratch: *mut f64,
) -> bool {
    let params = Params { lr, beta1, beta2, eps, weight_decay, decoupled, gradient_scale, step };
    let scratch = write(scratch, update::scratch_len(len));
    kernel::step(&params, read(gradient, len), write(weights, len), write(first, len), write(second, len), scratch)
}
