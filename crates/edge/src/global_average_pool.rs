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
        kernel::forward(&self.dims, self.spikes(spikes), write(rates, self.dims.batch * self.dims.channels));
    }

    /// A plane's part, of bits that count as much as `weight`; `accumulate`: the rates hold those of the planes before.
    pub fn forward_plane(&self, spikes: *const u32, weight: f32, accumulate: bool, rates: *mut f32) {
        let rates = write(rates, self.dims.batch * self.dims.channels);
        kernel::forward_plane(&self.dims, self.spikes(spikes), weight, accumulate, rates);
    }

    /// In place: dL/drates to what each spike receives.
    pub fn backward(&self, gradient: *mut f32) {
        kernel::backward(&self.dims, write(gradient, self.dims.batch * self.dims.channels));
    }

    fn spikes<'a>(&self, at: *const u32) -> &'a [u32] {
        let d = &self.dims;
        read(at, d.steps * d.batch * d.pixels * words(d.channels))
    }
}
