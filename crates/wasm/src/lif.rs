use crate::batch_norm::{MEAN, SCALE, SHIFT, row};
use crate::{read, write};
use kestirme_kernels::lif::{self as kernel, Current, Dims, Neuron, Residual};
use kestirme_kernels::words;
use kestirme_kernels::{plif, surrogates};
use wasm_bindgen::prelude::*;

/// What the second term of the membrane current is.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum ResidualKind {
    None,
    Spikes,
    Current,
}

/// A letter of a surrogate's name, as a Unicode number; 0 behind the last one. Surrogates are told by their place in the
/// kernels' list, and TypeScript finds the place by the name.
#[wasm_bindgen(js_name = surrogateLetter)]
pub fn surrogate_letter(surrogate: usize, place: usize) -> u32 {
    surrogates::KINDS.get(surrogate).and_then(|kind| kind.name.chars().nth(place)).map_or(0, u32::from)
}

/// One LIF layer's sizes and neuron.
#[wasm_bindgen]
pub struct Lif {
    neuron: Neuron,
    dims: Dims,
}

#[wasm_bindgen]
impl Lif {
    #[wasm_bindgen(constructor)]
    pub fn new(
        decay: f32,
        threshold: f32,
        hard_reset: bool,
        detach_reset: bool,
        decay_input: bool,
        surrogate: usize,
        surrogate_option: f32,
        steps: usize,
        batch: usize,
        pixels: usize,
        channels: usize,
    ) -> Self {
        let surrogate = surrogates::KINDS[surrogate].with(surrogate_option);
        let neuron = Neuron { decay, threshold, hard_reset, detach_reset, decay_input, surrogate, learns_decay: false };
        Self { neuron, dims: Dims { steps, batch, pixels, channels } }
    }

    /// The surrogate's derivative is zero unless the membrane is nearer than this to the threshold; infinite: nowhere zero.
    #[wasm_bindgen(getter)]
    pub fn half(&self) -> f32 {
        self.neuron.surrogate.half
    }

    /// Floats of scratch for `backward`, of a neuron that learns its decay or does not.
    #[wasm_bindgen(js_name = partialLen)]
    pub fn partial_len(&self, learns_decay: bool) -> usize {
        kernel::partial_len(&Neuron { learns_decay, ..self.neuron }, &self.dims)
    }

    /// `y`, `residual`: addresses; `..._steps`: T, or 1 for what is the same at every step; `..._table`: channel tables;
    /// `w`: address of what the decay is learned as, or 0; `active`: address of the bits of neurons whose surrogate is not
    /// zero, or 0.
    pub fn forward(
        &self,
        y: *const f32,
        y_steps: usize,
        table: *const f32,
        kind: ResidualKind,
        residual: *const f32,
        residual_steps: usize,
        residual_table: *const f32,
        w: *const f32,
        spikes: *mut u32,
        active: *mut u32,
    ) {
        let first = self.current(y, y_steps, table);
        let residual = self.residual(kind, residual, residual_steps, residual_table);
        let spikes = write(spikes, self.spike_words());
        let active = write(active, if active.is_null() { 0 } else { self.spike_words() });
        kernel::forward(&self.neuron(w), self.dims, first, residual, spikes, active);
    }

    /// Replaces `g` = dL/dspikes by dL/dcurrent, and adds to `dw` where there is a `w`; `inject` `[B, C]` or address 0;
    /// `sums` `[3, C]`, with a `w` `[4, C]`.
    pub fn backward(
        &self,
        y: *const f32,
        y_steps: usize,
        table: *const f32,
        kind: ResidualKind,
        residual: *const f32,
        residual_steps: usize,
        residual_table: *const f32,
        w: *const f32,
        dense: bool,
        inject: *const f32,
        partial: *mut f32,
        g: *mut f32,
        sums: *mut f32,
        dw: *mut f32,
    ) {
        let (d, neuron) = (self.dims, self.neuron(w));
        let first = self.current(y, y_steps, table);
        let residual = self.residual(kind, residual, residual_steps, residual_table);
        let inject = read(inject, if inject.is_null() { 0 } else { d.batch * d.channels });
        let (partial, g) = (write(partial, kernel::partial_len(&neuron, &d)), write(g, d.steps * self.step_len()));
        let sums = write(sums, kernel::sum_rows(&neuron) * d.channels);
        kernel::backward(&neuron, d, first, residual, dense, inject, partial, g, sums);
        if let [w] = self.learned(w) {
            plif::backward(*w, &sums[3 * d.channels..], &mut write(dw, 1)[0]);
        }
    }

    fn learned<'a>(&self, w: *const f32) -> &'a [f32] {
        read(w, if w.is_null() { 0 } else { 1 })
    }

    fn neuron(&self, w: *const f32) -> Neuron {
        match self.learned(w) {
            [w] => Neuron { decay: plif::decay(*w), learns_decay: true, ..self.neuron },
            _ => self.neuron,
        }
    }

    fn step_len(&self) -> usize {
        self.dims.batch * self.dims.pixels * self.dims.channels
    }

    fn spike_words(&self) -> usize {
        self.dims.steps * self.dims.batch * self.dims.pixels * words(self.dims.channels)
    }

    fn current<'a>(&self, y: *const f32, steps: usize, table: *const f32) -> Current<'a> {
        let [scale, shift, mean] = [SCALE, SHIFT, MEAN].map(|r| row(table, self.dims.channels, r));
        Current { y: read(y, steps * self.step_len()), scale, shift, mean }
    }

    fn residual<'a>(&self, kind: ResidualKind, at: *const f32, steps: usize, table: *const f32) -> Residual<'a> {
        match kind {
            ResidualKind::None => Residual::None,
            ResidualKind::Spikes => Residual::Spikes(read(at.cast(), self.spike_words())),
            ResidualKind::Current => Residual::Current(self.current(at, steps, table)),
        }
    }
}
