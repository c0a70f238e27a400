pub use crate::neurons::ResidualKind;
use crate::terms::Terms;
use crate::{read, write};
use kestirme_kernels::walk::{Dims, sum};

/// A membrane current that several layers read, written once: the sizes of one layer.
pub struct Currents {
    terms: Terms,
}

impl Currents {
    /// `steps`: of the current, T, or 1 for what is the same at every step; `table_steps`, `residual_table_steps`: of the
    /// channel tables of both terms.
    pub fn new(
        steps: usize,
        batch: usize,
        pixels: usize,
        channels: usize,
        table_steps: usize,
        residual_table_steps: usize,
    ) -> Self {
        let dims = Dims { steps, batch, pixels, channels };
        Self { terms: Terms::new(dims, [table_steps, residual_table_steps]) }
    }

    /// As neurons have it.
    pub fn clear_planes(&mut self) {
        self.terms.clear_planes();
    }

    /// As neurons have it.
    pub fn add_plane(&mut self, bits: *const u32, weight: f32) {
        self.terms.add_plane(bits, weight);
    }

    /// Steps of the sums that `backward` leaves: 1 for sums over all steps.
    pub fn sum_steps(&self) -> usize {
        self.terms.sum_steps()
    }

    /// Sums per channel that `backward` leaves: three of each of `sum_steps`.
    pub fn sum_rows(&self) -> usize {
        sum::sum_rows(self.sum_steps())
    }

    /// Floats of scratch for `backward`.
    pub fn partial_len(&self) -> usize {
        sum::partial_len(&self.terms.dims, self.sum_steps())
    }

    /// Writes the sum of the terms, `[steps, B, H, W, C]`; the terms as those of neurons.
    pub fn forward(
        &self,
        y: *const f32,
        y_steps: usize,
        table: *const f32,
        kind: ResidualKind,
        residual: *const f32,
        residual_steps: usize,
        residual_table: *const f32,
        current: *mut f32,
    ) {
        let planes = self.terms.planes(kind);
        let (first, residual) =
            self.terms.read(&planes, y, y_steps, table, kind, residual, residual_steps, residual_table);
        sum::forward(self.terms.dims, first, residual, write(current, self.len()));
    }

    /// From `g` = dL/dcurrent the sums `[sumRows, C]` that the norms of the terms ask for.
    pub fn backward(
        &self,
        y: *const f32,
        y_steps: usize,
        table: *const f32,
        kind: ResidualKind,
        residual: *const f32,
        residual_steps: usize,
        residual_table: *const f32,
        g: *const f32,
        partial: *mut f32,
        sums: *mut f32,
    ) {
        let planes = self.terms.planes(kind);
        let (first, residual) =
            self.terms.read(&planes, y, y_steps, table, kind, residual, residual_steps, residual_table);
        let (g, partial) = (read(g, self.len()), write(partial, self.partial_len()));
        let sums = write(sums, self.sum_rows() * self.terms.dims.channels);
        sum::backward(self.terms.dims, first, residual, g, partial, sums);
    }

    fn len(&self) -> usize {
        self.terms.dims.steps * self.terms.step_len()
    }
}
