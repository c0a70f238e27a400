//! The terms of a membrane current, as calls bring them.

use crate::neurons::ResidualKind;
use crate::norms::{MEAN, SCALE, SHIFT, row};
use crate::read;
use kestirme_kernels::walk::{Current, Dims, Plane, Residual};
use kestirme_kernels::words;

/// Most planes of a residual.
const MAX_PLANES: usize = 64;

/// Sizes of a layer whose current has up to two terms.
pub(crate) struct Terms {
    pub dims: Dims,
    /// Steps of the tables of both terms.
    table_steps: [usize; 2],
    /// Address and weight of each plane of the residual.
    planes: [(usize, f32); MAX_PLANES],
    plane_count: usize,
}

impl Terms {
    pub fn new(dims: Dims, table_steps: [usize; 2]) -> Self {
        Self { dims, table_steps, planes: [(0, 0.0); MAX_PLANES], plane_count: 0 }
    }

    pub fn clear_planes(&mut self) {
        self.plane_count = 0;
    }

    pub fn add_plane(&mut self, bits: *const u32, weight: f32) {
        assert!(self.plane_count < MAX_PLANES, "a residual of more than {MAX_PLANES} planes");
        self.planes[self.plane_count] = (bits as usize, weight);
        self.plane_count += 1;
    }

    /// As many as `plane_count`, where the residual is of planes.
    pub fn planes<'a>(&self, kind: ResidualKind) -> [Plane<'a>; MAX_PLANES] {
        let mut planes = [Plane { bits: &[], weight: 0.0 }; MAX_PLANES];
        if matches!(kind, ResidualKind::Planes) {
            for (plane, (at, weight)) in planes.iter_mut().zip(&self.planes[..self.plane_count]) {
                *plane = Plane { bits: read(*at as *const u32, self.spike_words()), weight: *weight };
            }
        }
        planes
    }

    /// Both terms, as every call tells them. `planes`: those of this call.
    #[allow(clippy::too_many_arguments)] // Addresses, in the order of the calls.
    pub fn read<'a>(
        &self,
        planes: &'a [Plane<'a>],
        y: *const f32,
        y_steps: usize,
        table: *const f32,
        kind: ResidualKind,
        residual: *const f32,
        residual_steps: usize,
        residual_table: *const f32,
    ) -> (Current<'a>, Residual<'a>) {
        let first = self.current(y, y_steps, table, self.table_steps[0]);
        let residual = match kind {
            ResidualKind::None => Residual::None,
            ResidualKind::Spikes => Residual::Spikes(read(residual.cast(), self.spike_words())),
            ResidualKind::Planes => Residual::Planes(&planes[..self.plane_count]),
            ResidualKind::Current => {
                Residual::Current(self.current(residual, residual_steps, residual_table, self.table_steps[1]))
            }
        };
        (first, residual)
    }

    /// Steps of the sums that a backward pass leaves: T where a map is another one at each step, else 1.
    pub fn sum_steps(&self) -> usize {
        self.table_steps[0].max(self.table_steps[1])
    }

    pub fn step_len(&self) -> usize {
        self.dims.batch * self.dims.pixels * self.dims.channels
    }

    pub fn spike_words(&self) -> usize {
        self.dims.steps * self.dims.batch * self.dims.pixels * words(self.dims.channels)
    }

    fn current<'a>(&self, y: *const f32, steps: usize, table: *const f32, table_steps: usize) -> Current<'a> {
        let [scale, shift, mean] = [SCALE, SHIFT, MEAN].map(|r| row(table, table_steps, self.dims.channels, r));
        Current { y: read(y, steps * self.step_len()), scale, shift, mean }
    }
}
