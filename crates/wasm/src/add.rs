use crate::{read, write};
use wasm_bindgen::prelude::*;

/// `into` += `x`.
#[wasm_bindgen(js_name = accumulate)]
pub fn accumulate(x: *const f32, into: *mut f32, len: usize) {
    kestirme_kernels::add::accumulate(read(x, len), write(into, len));
}
