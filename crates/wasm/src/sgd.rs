use crate::{read, write};
use kestirme_kernels::sgd::{self as kernel, Params};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_name = sgdStep)]
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
) {
    let params = Params { lr, momentum, nesterov, weight_decay, gradient_scale };
    kernel::step(&params, read(gradient, len), write(weights, len), write(velocity, len));
}
