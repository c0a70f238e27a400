use crate::{read, write};
use kestirme_kernels::conv2d::{self as kernel, Shape};
use kestirme_kernels::{par, words};
use wasm_bindgen::prelude::*;

/// The sizes of one convolution. Lengths are in floats unless their name says words (u32).
#[wasm_bindgen]
pub struct Conv2d {
    shape: Shape,
}

#[wasm_bindgen]
impl Conv2d {
    #[wasm_bindgen(constructor)]
    pub fn new(
        n: usize,
        h: usize,
        w: usize,
        cin: usize,
        cout: usize,
        kernel: usize,
        stride: usize,
        pad: usize,
    ) -> Self {
        Self { shape: Shape { n, h, w, cin, cout, kernel, stride, pad } }
    }

    #[wasm_bindgen(getter)]
    pub fn border(&self) -> usize {
        self.shape.border()
    }

    /// Of the bordered output gradient.
    #[wasm_bindgen(getter, js_name = gradientLen)]
    pub fn gradient_len(&self) -> usize {
        self.shape.n * self.shape.gradient_image_len()
    }

    /// For each thread.
    #[wasm_bindgen(getter, js_name = scratchWords)]
    pub fn scratch_words(&self) -> usize {
        kernel::scratch_len(&self.shape)
    }

    #[wasm_bindgen(getter, js_name = borderedLen)]
    pub fn bordered_len(&self) -> usize {
        kernel::bordered_len(&self.shape)
    }

    /// Scratch of `forwardDense`.
    #[wasm_bindgen(getter, js_name = tiledLen)]
    pub fn tiled_len(&self) -> usize {
        kernel::tiled_len(&self.shape)
    }

    /// Scratch of `backwardInput`.
    #[wasm_bindgen(getter, js_name = transposedLen)]
    pub fn transposed_len(&self) -> usize {
        kernel::transposed_len(&self.shape)
    }

    pub fn forward(&self, spikes: *const u32, weights: *const f32, scratch: *mut u32, y: *mut f32) {
        let s = &self.shape;
        let scratch = write(scratch, kernel::scratch_len(s) * par::threads());
        kernel::forward(s, self.spikes(spikes), self.weights(weights), scratch, write(y, s.output_len()));
    }

    #[wasm_bindgen(js_name = addBorder)]
    pub fn add_border(&self, x: *const f32, out: *mut f32) {
        kernel::add_border(&self.shape, read(x, self.shape.input_len()), write(out, self.bordered_len()));
    }

    #[wasm_bindgen(js_name = forwardDense)]
    pub fn forward_dense(&self, bordered: *const f32, weights: *const f32, tiled: *mut f32, y: *mut f32) {
        let (bordered, tiled) = (read(bordered, self.bordered_len()), write(tiled, self.tiled_len()));
        kernel::forward_dense(&self.shape, bordered, self.weights(weights), tiled, write(y, self.shape.output_len()));
    }

    #[wasm_bindgen(js_name = backwardWeights)]
    pub fn backward_weights(&self, spikes: *const u32, dy: *const f32, scratch: *mut u32, dw: *mut f32) {
        let s = &self.shape;
        let scratch = write(scratch, kernel::scratch_len(s) * par::threads());
        let dy = read(dy, self.gradient_len());
        kernel::backward_weights(s, self.spikes(spikes), dy, scratch, write(dw, s.weight_len()));
    }

    #[wasm_bindgen(js_name = backwardWeightsDense)]
    pub fn backward_weights_dense(&self, bordered: *const f32, dy: *const f32, dw: *mut f32) {
        let (bordered, dy) = (read(bordered, self.bordered_len()), read(dy, self.gradient_len()));
        kernel::backward_weights_dense(&self.shape, bordered, dy, write(dw, self.shape.weight_len()));
    }

    #[wasm_bindgen(js_name = backwardInput)]
    pub fn backward_input(
        &self,
        dy: *const f32,
        weights: *const f32,
        transposed: *mut f32,
        accumulate: bool,
        dx: *mut f32,
    ) {
        let (dy, transposed) = (read(dy, self.gradient_len()), write(transposed, self.transposed_len()));
        let dx = write(dx, self.shape.input_len());
        kernel::backward_input(&self.shape, dy, self.weights(weights), transposed, accumulate, dx);
    }

    fn spikes<'a>(&self, at: *const u32) -> &'a [u32] {
        read(at, self.shape.n * self.shape.h * self.shape.w * words(self.shape.cin))
    }

    fn weights<'a>(&self, at: *const f32) -> &'a [f32] {
        read(at, self.shape.weight_len())
    }
}

/// PyTorch's OIHW with the true channel counts to the kernels' blocks.
#[wasm_bindgen(js_name = packWeights)]
pub fn pack_weights(
    oihw: *const f32,
    o: usize,
    i: usize,
    cin: usize,
    cout: usize,
    taps: usize,
    packed: *mut f32,
) {
    kernel::pack_weights(read(oihw, o * i * taps), o, i, cin, cout, taps, write(packed, cin * cout * taps));
}

/// The way back.
#[wasm_bindgen(js_name = unpackWeights)]
pub fn unpack_weights(
    packed: *const f32,
    o: usize,
    i: usize,
    cin: usize,
    cout: usize,
    taps: usize,
    oihw: *mut f32,
) {
    kernel::unpack_weights(read(packed, cin * cout * taps), o, i, cin, cout, taps, write(oihw, o * i * taps));
}
