use crate::{read, write};
use kestirme_kernels::sgd::{self as kernel, Params};
use kestirme_kernels::update;

/// Returns whether all new numbers are finite, and leaves the gradient's sum of squares at `scratch`.
pub fn sgd_step(
    lr: f32,
    momentum: f32,
    nesterov: bool,
    weight_decay: f32,
    gradient_scale: f32,
    len: usize,
    gradient: *const f32,
    weights: *mut f32,
    velocity: *mut f32,
    scratch: *mut f64,
) -> bool {
    let params = Params { lr, momentum, nesterov, weight_decay, gradient_scale };
    let scratch = write(scratch, update::scratch_len(len));
    kernel::step(&params, read(gradient, len), write(weights, len), write(velocity, len), scratch)
}

/// f64s of scratch for an optimiser's step over `len` floats.
pub fn update_scratch_len(len: usize) -> usize {
    update::scratch_len(len)
}
