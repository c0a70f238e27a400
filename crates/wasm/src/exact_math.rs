//! The transcendental functions that a schedule may use: libm's, so that every host rounds them alike.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_name = exactCos)]
pub fn cos(x: f64) -> f64 {
    kestirme_kernels::exact::cos(x)
}

#[wasm_bindgen(js_name = exactPow)]
pub fn pow(base: f64, exponent: f64) -> f64 {
    kestirme_kernels::exact::pow(base, exponent)
}

#[wasm_bindgen(js_name = exactExp)]
pub fn exp(x: f64) -> f64 {
    kestirme_kernels::exact::exp(x)
}

#[wasm_bindgen(js_name = exactLog)]
pub fn log(x: f64) -> f64 {
    kestirme_kernels::exact::log(x)
}
