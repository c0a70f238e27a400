use crate::norms::{MEAN, SCALE, SHIFT, row};
use crate::{read, write};
use kestirme_kernels::neurons::{self as kernel, Kind};
use kestirme_kernels::surrogates::{self, Surrogate};
use kestirme_kernels::walk::{Current, Dims, Plane, Residual};
use kestirme_kernels::words;

/// What the second term of the membrane current is.
#[derive(Clone, Copy)]
pub enum ResidualKind {
    None,
    Spikes,
    Current,
    /// Those of `add_plane`.
    Planes,
}

/// Most planes of a residual.
const MAX_PLANES: usize = 64;

/// Surrogates are told by their place in this list.
#[cfg(not(target_family = "wasm"))]
pub fn surrogate_kernels() -> Vec<&'static str> {
    surrogates::KINDS.iter().map(|kind| kind.name).collect()
}

/// The same for neurons.
#[cfg(not(target_family = "wasm"))]
pub fn neuron_kernels() -> Vec<&'static str> {
    kernel::KINDS.iter().map(|kind| kind.name).collect()
}

/// One layer's sizes and neurons.
pub struct Neurons {
    kind: &'static Kind,
    numbers: Vec<f32>,
    surrogate: Surrogate,
    dims: Dims,
    /// Steps of the tables of both terms.
    table_steps: [usize; 2],
    /// Address and weight of each plane of the residual.
    planes: [(usize, f32); MAX_PLANES],
    plane_count: usize,
}

impl Neurons {
    /// `neuron`, `surrogate`: places in the kernels' lists; `table_steps`, `residual_table_steps`: of the channel tables of both
    /// terms, T, or 1 where the same holds at all steps.
    pub fn new(
        neuron: usize,
        surrogate: usize,
        surrogate_option: f32,
        steps: usize,
        batch: usize,
        pixels: usize,
        channels: usize,
        table_steps: usize,
        residual_table_steps: usize,
    ) -> Self {
        let surrogate = surrogates::KINDS[surrogate].with(surrogate_option);
        let dims = Dims { steps, batch, pixels, channels };
        let table_steps = [table_steps, residual_table_steps];
        let planes = [(0, 0.0); MAX_PLANES];
        Self { kind: kernel::KINDS[neuron], numbers: Vec::new(), surrogate, dims, table_steps, planes, plane_count: 0 }
    }

    /// The next of the neuron's numbers, in the order in which its file lists them; all, before anything else is called.
    pub fn add_number(&mut self, number: f32) {
        self.numbers.push(number);
    }

    /// A residual of planes begins: those of the call before are gone.
    pub fn clear_planes(&mut self) {
        self.plane_count = 0;
    }

    /// A plane of the residual of the next call: bits that count as much as `weight`.
    pub fn add_plane(&mut self, bits: *const u32, weight: f32) {
        assert!(self.plane_count < MAX_PLANES, "a residual of more than {MAX_PLANES} planes");
        self.planes[self.plane_count] = (bits as usize, weight);
        self.plane_count += 1;
    }

    /// The surrogate's derivative is zero unless the membrane is nearer than this to the threshold; infinite: nowhere zero.
    pub fn half(&self) -> f32 {
        self.surrogate.half
    }

    /// Steps of the sums that `backward` leaves of the current: 1 for sums over all steps.
    pub fn sum_steps(&self) -> usize {
        self.table_steps[0].max(self.table_steps[1])
    }

    /// Sums per channel that `backward` leaves: three of the current, of each of `sum_steps`, then one for each number that a
    /// neuron learns.
    pub fn sum_rows(&self) -> usize {
        self.kind.sum_rows(self.sum_steps())
    }

    /// Floats of what a layer learns.
    pub fn learned_len(&self) -> usize {
        self.kind.learned_len(self.dims.channels)
    }

    /// Floats of scratch for `backward`.
    pub fn partial_len(&self) -> usize {
        self.kind.partial_len(&self.dims, self.sum_steps())
    }

    /// `y`, `residual`: addresses; `..._steps`: T, or 1 for what is the same at every step; `..._table`: channel tables;
    /// `learned`: address of what the layer learned; `negative`: address of the spikes of neurons that fire -1, or 0 for
    /// neurons that never do; `active`: address of the bits of neurons whose surrogate is not zero, or 0.
    pub fn forward(
        &self,
        y: *const f32,
        y_steps: usize,
        table: *const f32,
        kind: ResidualKind,
        residual: *const f32,
        residual_steps: usize,
        residual_table: *const f32,
        learned: *const f32,
        spikes: *mut u32,
        negative: *mut u32,
        active: *mut u32,
    ) {
        let first = self.current(y, y_steps, table, self.table_steps[0]);
        let planes = self.planes(kind);
        let residual = self.residual(kind, residual, residual_steps, residual_table, &planes);
        let spikes = write(spikes, self.spike_words());
        let optional = |at: *mut u32| write(at, if at.is_null() { 0 } else { self.spike_words() });
        let (negative, active) = (optional(negative), optional(active));
        self.neurons(learned).forward_signed(self.dims, first, residual, spikes, negative, active);
    }

    /// Replaces `g` = dL/dspikes by dL/dcurrent, and adds to `dlearned`; `inject` `[B, C]` or address 0; `sums`
    /// `[sumRows, C]`.
    pub fn backward(
        &self,
        y: *const f32,
        y_steps: usize,
        table: *const f32,
        kind: ResidualKind,
        residual: *const f32,
        residual_steps: usize,
        residual_table: *const f32,
        learned: *const f32,
        dense: bool,
        inject: *const f32,
        partial: *mut f32,
        g: *mut f32,
        sums: *mut f32,
        dlearned: *mut f32,
    ) {
        let d = self.dims;
        let first = self.current(y, y_steps, table, self.table_steps[0]);
        let planes = self.planes(kind);
        let residual = self.residual(kind, residual, residual_steps, residual_table, &planes);
        let inject = read(inject, if inject.is_null() { 0 } else { d.batch * d.channels });
        let (partial, g) = (write(partial, self.partial_len()), write(g, d.steps * self.step_len()));
        let sums = write(sums, self.sum_rows() * d.channels);
        let neurons = self.neurons(learned);
        neurons.backward(d, first, residual, dense, inject, partial, g, sums);
        neurons.learn(d.channels, sums, write(dlearned, self.learned_len()));
    }

    fn neurons(&self, learned: *const f32) -> kernel::Neurons<'_> {
        let learned = read(learned, self.learned_len());
        kernel::Neurons { kind: self.kind, numbers: &self.numbers, learned, surrogate: self.surrogate }
    }

    fn step_len(&self) -> usize {
        self.dims.batch * self.dims.pixels * self.dims.channels
    }

    fn spike_words(&self) -> usize {
        self.dims.steps * self.dims.batch * self.dims.pixels * words(self.dims.channels)
    }

    fn current<'a>(&self, y: *const f32, steps: usize, table: *const f32, table_steps: usize) -> Current<'a> {
        let [scale, shift, mean] = [SCALE, SHIFT, MEAN].map(|r| row(table, table_steps, self.dims.channels, r));
        Current { y: read(y, steps * self.step_len()), scale, shift, mean }
    }

    /// As many as `plane_count`, where the residual is of planes.
    fn planes<'a>(&self, kind: ResidualKind) -> [Plane<'a>; MAX_PLANES] {
        let mut planes = [Plane { bits: &[], weight: 0.0 }; MAX_PLANES];
        if matches!(kind, ResidualKind::Planes) {
            for (plane, (at, weight)) in planes.iter_mut().zip(&self.planes[..self.plane_count]) {
                *plane = Plane { bits: read(*at as *const u32, self.spike_words()), weight: *weight };
            }
        }
        planes
    }

    fn residual<'a>(
        &self,
        kind: ResidualKind,
        at: *const f32,
        steps: usize,
        table: *const f32,
        planes: &'a [Plane<'a>],
    ) -> Residual<'a> {
        match kind {
            ResidualKind::None => Residual::None,
            ResidualKind::Spikes => Residual::Spikes(read(at.cast(), self.spike_words())),
            ResidualKind::Planes => Residual::Planes(&planes[..self.plane_count]),
            ResidualKind::Current => Residual::Current(self.current(at, steps, table, self.table_steps[1])),
        }
    }
}
