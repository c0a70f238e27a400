use crate::{read, write};
use kestirme_kernels::conv2d::{self as kernel, Plane, Scratch, Shape};
use kestirme_kernels::words;

/// The sizes of one convolution. Lengths are in floats unless their name says words (u32).
pub struct Conv2d {
    shape: Shape,
}

impl Conv2d {
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
        let shape = Shape { n, h, w, cin, cout, kernel, stride, pad };
        shape.check();
        Self { shape }
    }

    pub fn border(&self) -> usize {
        self.shape.border()
    }

    /// Of the bordered output gradient.
    pub fn gradient_len(&self) -> usize {
        self.shape.gradient().len()
    }

    pub fn bordered_len(&self) -> usize {
        kernel::bordered_len(&self.shape)
    }

    /// Scratch of `forwardDense`.
    pub fn tiled_len(&self) -> usize {
        kernel::tiled_len(&self.shape)
    }

    /// u32s of scratch of `forward`.
    pub fn forward_words(&self) -> usize {
        kernel::forward_scratch(&self.shape).words()
    }

    /// Floats of scratch of `forward`.
    pub fn forward_floats(&self) -> usize {
        kernel::forward_scratch(&self.shape).floats()
    }

    /// u32s of scratch of `backwardWeights`.
    pub fn backward_weights_words(&self) -> usize {
        kernel::backward_weights_scratch(&self.shape).words()
    }

    /// Floats of scratch of `backwardWeights`.
    pub fn backward_weights_floats(&self) -> usize {
        kernel::backward_weights_scratch(&self.shape).floats()
    }

    /// u32s of scratch of `backwardInput`.
    pub fn backward_input_words(&self) -> usize {
        kernel::backward_input_scratch(&self.shape).words()
    }

    /// Floats of scratch of `backwardInput`.
    pub fn backward_input_floats(&self) -> usize {
        kernel::backward_input_scratch(&self.shape).floats()
    }

    /// `list` and `floats`: scratch.
    pub fn forward(&self, spikes: *const u32, weights: *const f32, list: *mut u32, floats: *mut f32, y: *mut f32) {
        let s = &self.shape;
        let (list, floats) = scratch(kernel::forward_scratch(s), list, floats);
        kernel::forward(s, self.spikes(spikes), self.weights(weights), list, floats, write(y, s.output_len()));
    }

    /// A plane's part of y, of bits that count as much as `plane_weight`; `accumulate`: y holds those of the planes before.
    pub fn forward_plane(
        &self,
        spikes: *const u32,
        plane_weight: f32,
        weights: *const f32,
        list: *mut u32,
        floats: *mut f32,
        accumulate: bool,
        y: *mut f32,
    ) {
        let s = &self.shape;
        let (list, floats) = scratch(kernel::forward_scratch(s), list, floats);
        let plane = Plane { spikes: self.spikes(spikes), weight: plane_weight, accumulate };
        kernel::forward_plane(s, plane, self.weights(weights), list, floats, write(y, s.output_len()));
    }

    pub fn add_border(&self, x: *const f32, out: *mut f32) {
        kernel::add_border(&self.shape, read(x, self.shape.input_len()), write(out, self.bordered_len()));
    }

    pub fn forward_dense(&self, bordered: *const f32, weights: *const f32, tiled: *mut f32, y: *mut f32) {
        let (bordered, tiled) = (read(bordered, self.bordered_len()), write(tiled, self.tiled_len()));
        kernel::forward_dense(&self.shape, bordered, self.weights(weights), tiled, write(y, self.shape.output_len()));
    }

    pub fn backward_weights(&self, spikes: *const u32, dy: *const f32, list: *mut u32, floats: *mut f32, dw: *mut f32) {
        let s = &self.shape;
        let (list, floats) = scratch(kernel::backward_weights_scratch(s), list, floats);
        let (dy, dw) = (read(dy, self.gradient_len()), write(dw, s.weight_len()));
        kernel::backward_weights(s, self.spikes(spikes), dy, list, floats, dw);
    }

    /// Adds a plane's part to `dw`.
    pub fn backward_weights_plane(
        &self,
        spikes: *const u32,
        plane_weight: f32,
        dy: *const f32,
        list: *mut u32,
        floats: *mut f32,
        dw: *mut f32,
    ) {
        let s = &self.shape;
        let (list, floats) = scratch(kernel::backward_weights_scratch(s), list, floats);
        let (dy, dw) = (read(dy, self.gradient_len()), write(dw, s.weight_len()));
        let plane = Plane { spikes: self.spikes(spikes), weight: plane_weight, accumulate: true };
        kernel::backward_weights_plane(s, plane, dy, list, floats, dw);
    }

    pub fn backward_weights_dense(&self, bordered: *const f32, dy: *const f32, dw: *mut f32) {
        let (bordered, dy) = (read(bordered, self.bordered_len()), read(dy, self.gradient_len()));
        kernel::backward_weights_dense(&self.shape, bordered, dy, write(dw, self.shape.weight_len()));
    }

    /// `asked`: bits of the positions to compute, or address 0 for all.
    pub fn backward_input(
        &self,
        dy: *const f32,
        weights: *const f32,
        asked: *const u32,
        list: *mut u32,
        floats: *mut f32,
        accumulate: bool,
        dx: *mut f32,
    ) {
        let s = &self.shape;
        let asked = (!asked.is_null()).then(|| self.spikes(asked));
        let (list, floats) = scratch(kernel::backward_input_scratch(s), list, floats);
        let (dy, dx) = (read(dy, self.gradient_len()), write(dx, s.input_len()));
        kernel::backward_input(s, dy, self.weights(weights), asked, list, floats, accumulate, dx);
    }

    fn spikes<'a>(&self, at: *const u32) -> &'a [u32] {
        read(at, self.shape.n * self.shape.h * self.shape.w * words(self.shape.cin))
    }

    fn weights<'a>(&self, at: *const f32) -> &'a [f32] {
        read(at, self.shape.weight_len())
    }
}

fn scratch<'a>(size: Scratch, list: *mut u32, floats: *mut f32) -> (&'a mut [u32], &'a mut [f32]) {
    (write(list, size.words()), write(floats, size.floats()))
}

/// PyTorch's OIHW with the true channel counts to the kernels' blocks.
pub fn pack_weights(oihw: *const f32, o: usize, i: usize, cin: usize, cout: usize, taps: usize, packed: *mut f32) {
    kernel::pack_weights(read(oihw, o * i * taps), o, i, cin, cout, taps, write(packed, cin * cout * taps));
}

/// As `packWeights`, of a fully connected layer: rows `[o, i * pixels]`, of a map of so many pixels.
pub fn pack_flat_weights(rows: *const f32, o: usize, i: usize, cin: usize, cout: usize, pixels: usize, packed: *mut f32) {
    let packed = write(packed, cin * cout * pixels);
    kernel::pack_flat_weights(read(rows, o * i * pixels), o, i, cin, cout, pixels, packed);
}

/// The way back.
pub fn unpack_flat_weights(packed: *const f32, o: usize, i: usize, cin: usize, cout: usize, pixels: usize, rows: *mut f32) {
    let rows = write(rows, o * i * pixels);
    kernel::unpack_flat_weights(read(packed, cin * cout * pixels), o, i, cin, cout, pixels, rows);
}

/// The way back.
pub fn unpack_weights(packed: *const f32, o: usize, i: usize, cin: usize, cout: usize, taps: usize, oihw: *mut f32) {
    kernel::unpack_weights(read(packed, cin * cout * taps), o, i, cin, cout, taps, write(oihw, o * i * taps));
}
