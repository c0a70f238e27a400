use crate::{read, write};
use kestirme_kernels::adam::{self as kernel, Params};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_name = adamStep)]
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
) {
    let params = Params { lr, beta1, beta2, eps, weight_decay, decoupled, gradient_scale, step };
    kernel::step(&params, read(gradient, len), write(weights, len), write(first, len), write(second, len));
}
