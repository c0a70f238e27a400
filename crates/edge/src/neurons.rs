use crate::terms::Terms;
use crate::{read, read_optional, write, write_optional};
use core::ptr::null;
use kestirme_kernels::neurons::{self as kernel, Kind, Membrane};
use kestirme_kernels::surrogates::{self, Surrogate};
use kestirme_kernels::walk::Dims;
use kestirme_kernels::{batch_norm, norms};

/// What the second term of the membrane current is.
#[derive(Clone, Copy)]
pub enum ResidualKind {
    None,
    Spikes,
    Current,
    /// Those of `add_plane`.
    Planes,
}

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
    terms: Terms,
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
        let terms = Terms::new(dims, [table_steps, residual_table_steps]);
        Self { kind: kernel::KINDS[neuron], numbers: Vec::new(), surrogate, terms }
    }

    /// The next of the neuron's numbers, in the order in which its file lists them; all, before anything else is called.
    pub fn add_number(&mut self, number: f32) {
        self.numbers.push(number);
    }

    /// A residual of planes begins: those of the call before are gone.
    pub fn clear_planes(&mut self) {
        self.terms.clear_planes();
    }

    /// A plane of the residual of the next call: bits that count as much as `weight`.
    pub fn add_plane(&mut self, bits: *const u32, weight: f32) {
        self.terms.add_plane(bits, weight);
    }

    /// The surrogate's derivative is zero unless the membrane is nearer than this to the threshold; infinite: nowhere zero.
    pub fn half(&self) -> f32 {
        self.surrogate.half
    }

    /// Steps of the sums that `backward` leaves of the current: 1 for sums over all steps.
    pub fn sum_steps(&self) -> usize {
        self.terms.sum_steps()
    }

    /// Sums per channel that `backward` leaves: three of the current, of each of `sum_steps`, then those of which the
    /// gradient of what is learned is made.
    pub fn sum_rows(&self) -> usize {
        self.kind.sum_rows(&self.terms.dims, self.sum_steps())
    }

    /// Floats of what a layer learns.
    pub fn learned_len(&self) -> usize {
        self.kind.learned_len(&self.numbers, &self.terms.dims)
    }

    /// Floats of numbers per channel that `forward` makes of what was learned; 0: the neuron needs none.
    pub fn table_len(&self) -> usize {
        self.kind.table_len(&self.terms.dims)
    }

    /// Floats of scratch for `backward`.
    pub fn partial_len(&self) -> usize {
        self.kind.partial_len(&self.terms.dims, self.sum_steps())
    }

    /// Floats of the running statistics of a membrane that is normalised between charge and fire. Where there are some, a
    /// training step takes `forward_steps` and `backward_steps`, and `forward` evaluates by what `fold` left.
    pub fn running_len(&self) -> usize {
        self.kind.running_len(&self.terms.dims)
    }

    /// Floats of what the time steps of such a membrane were normalised by.
    pub fn membrane_table_len(&self) -> usize {
        self.terms.dims.steps * norms::table_len(1, self.terms.dims.channels)
    }

    /// Floats of scratch for `forward_steps`.
    pub fn membrane_scratch_len(&self) -> usize {
        batch_norm::scratch_len(self.terms.dims.batch * self.terms.dims.pixels, self.terms.dims.channels)
    }

    /// `y`, `residual`: addresses; `..._steps`: T, or 1 for what is the same at every step; `..._table`: channel tables;
    /// `learned`: address of what the layer learned; `own`: of `tableLen` floats, which `backward` reads again; `start`:
    /// `[B, H, W, C]`, the membranes before the first step, or 0; `active`: address of the bits of neurons whose surrogate is
    /// not zero, or 0.
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
        own: *mut f32,
        start: *const f32,
        spikes: *mut u32,
        negative: *mut u32,
        active: *mut u32,
    ) {
        let planes = self.terms.planes(kind);
        let (first, residual) =
            self.terms.read(&planes, y, y_steps, table, kind, residual, residual_steps, residual_table);
        let spikes = write(spikes, self.terms.spike_words());
        let [negative, active] = [negative, active].map(|at| write_optional(at, self.terms.spike_words()));
        let (learned, table) = (read(learned, self.learned_len()), write(own, self.table_len()));
        self.kind.fill_table(&self.numbers, learned, self.terms.dims, table);
        self.neurons(learned, table, start).forward_signed(self.terms.dims, first, residual, spikes, negative, active);
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
        own: *const f32,
        start: *const f32,
        dense: bool,
        inject: *const f32,
        partial: *mut f32,
        g: *mut f32,
        sums: *mut f32,
        dlearned: *mut f32,
    ) {
        let d = self.terms.dims;
        let planes = self.terms.planes(kind);
        let (first, residual) =
            self.terms.read(&planes, y, y_steps, table, kind, residual, residual_steps, residual_table);
        let inject = read_optional(inject, d.batch * d.channels);
        let (partial, g) = (write(partial, self.partial_len()), write(g, d.steps * self.terms.step_len()));
        let sums = write(sums, self.sum_rows() * d.channels);
        let (learned, table) = (read(learned, self.learned_len()), read(own, self.table_len()));
        let neurons = self.neurons(learned, table, start);
        neurons.backward(d, first, residual, dense, inject, partial, g, sums);
        neurons.learn(d, sums, write(dlearned, self.learned_len()));
    }

    /// As `forward`, of a membrane that is normalised by its own statistics, of which `running` hears. `membrane`
    /// `[T, B, H, W, C]` and `membrane_table` are kept for `backward_steps`.
    pub fn forward_steps(
        &self,
        y: *const f32,
        y_steps: usize,
        table: *const f32,
        kind: ResidualKind,
        residual: *const f32,
        residual_steps: usize,
        residual_table: *const f32,
        learned: *const f32,
        start: *const f32,
        running: *mut f32,
        membrane: *mut f32,
        membrane_table: *mut f32,
        scratch: *mut f32,
        spikes: *mut u32,
        active: *mut u32,
    ) {
        let planes = self.terms.planes(kind);
        let (first, residual) =
            self.terms.read(&planes, y, y_steps, table, kind, residual, residual_steps, residual_table);
        let running = write(running, self.running_len());
        let membrane = self.membrane(membrane, membrane_table, scratch, self.membrane_scratch_len());
        let spikes = write(spikes, self.terms.spike_words());
        let active = write_optional(active, self.terms.spike_words());
        let learned = read(learned, self.learned_len());
        self.neurons(learned, &[], start).forward_steps(self.terms.dims, first, residual, running, membrane, spikes, active);
    }

    /// As `backward`, from what `forward_steps` left in `membrane`, which is gone afterwards.
    pub fn backward_steps(
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
        membrane: *mut f32,
        membrane_table: *mut f32,
        partial: *mut f32,
        g: *mut f32,
        sums: *mut f32,
        dlearned: *mut f32,
    ) {
        let d = self.terms.dims;
        let planes = self.terms.planes(kind);
        let (first, residual) =
            self.terms.read(&planes, y, y_steps, table, kind, residual, residual_steps, residual_table);
        let inject = read_optional(inject, d.batch * d.channels);
        let membrane = self.membrane(membrane, membrane_table, g, 0);
        let (partial, g) = (write(partial, self.partial_len()), write(g, d.steps * self.terms.step_len()));
        let sums = write(sums, self.sum_rows() * d.channels);
        let dlearned = write(dlearned, self.learned_len());
        let neurons = self.neurons(read(learned, self.learned_len()), &[], null());
        neurons.backward_steps(d, first, residual, dense, inject, membrane, partial, g, sums, dlearned);
    }

    /// From what is learned and `running`: the numbers by which `forward` evaluates, a sign for each channel and then a
    /// threshold for each; its neurons fire where sign * membrane is above it. `table`: scratch.
    pub fn fold(&self, learned: *const f32, running: *const f32, table: *mut f32, folded: *mut f32) {
        let running = read(running, self.running_len());
        let table = write(table, norms::table_len(1, self.terms.dims.channels));
        let learned = read(learned, self.learned_len());
        self.neurons(learned, &[], null()).fold(running, table, write(folded, self.learned_len()));
    }

    fn membrane<'a>(&self, u: *mut f32, table: *mut f32, scratch: *mut f32, scratch_len: usize) -> Membrane<'a> {
        let u = write(u, self.terms.dims.steps * self.terms.step_len());
        let table = write(table, self.membrane_table_len());
        Membrane { u, table, scratch: write(scratch, scratch_len) }
    }

    fn neurons<'a>(&'a self, learned: &'a [f32], table: &'a [f32], start: *const f32) -> kernel::Neurons<'a> {
        let start = read_optional(start, self.terms.step_len());
        kernel::Neurons { kind: self.kind, numbers: &self.numbers, learned, table, start, surrogate: self.surrogate }
    }
}
