use crate::{read, write};
use kestirme_kernels::linear::{self as kernel, Dims};

pub struct Linear {
    dims: Dims,
}

impl Linear {
    pub fn new(batch: usize, inputs: usize, outputs: usize) -> Self {
        Self { dims: Dims { batch, inputs, outputs } }
    }

    pub fn forward(&self, x: *const f32, weight: *const f32, bias: *const f32, y: *mut f32) {
        let d = &self.dims;
        let (weight, bias) = (read(weight, d.inputs * d.outputs), read(bias, d.outputs));
        kernel::forward(d, read(x, d.batch * d.inputs), weight, bias, write(y, d.batch * d.outputs));
    }

    pub fn backward(
        &self,
        x: *const f32,
        weight: *const f32,
        dy: *const f32,
        dweight: *mut f32,
        dbias: *mut f32,
        dx: *mut f32,
    ) {
        let d = &self.dims;
        let (x, dx) = (read(x, d.batch * d.inputs), write(dx, d.batch * d.inputs));
        let (weight, dweight) = (read(weight, d.inputs * d.outputs), write(dweight, d.inputs * d.outputs));
        kernel::backward(d, x, weight, read(dy, d.batch * d.outputs), dweight, write(dbias, d.outputs), dx);
    }
}
