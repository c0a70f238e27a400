use crate::{read, write};
use kestirme_kernels::global_average_pool::{self as kernel, Dims};
use kestirme_kernels::words;

pub struct GlobalAveragePool {
    dims: Dims,
}

impl GlobalAveragePool {
    pub fn new(steps: usize, batch: usize, pixels: usize, channels: usize) -> Self {
        Self { dims: Dims { steps, batch, pixels, channels } }
    }

    pub fn forward(&self, spikes: *const u32, rates: *mut f32) {
        let d = &self.dims;
        let spikes = read(spikes, d.steps * d.batch * d.pixels * words(d.channels));
        kernel::forward(d, spikes, write(rates, d.batch * d.channels));
    }

    /// In place: dL/drates to what each spike receives.
    pub fn backward(&self, gradient: *mut f32) {
        kernel::backward(&self.dims, write(gradient, self.dims.batch * self.dims.channels));
    }
}
