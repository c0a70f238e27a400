use crate::{read, write};
use kestirme_kernels::batch_norm::{self as kernel, Pixels};
use kestirme_kernels::norms::{self, KINDS, Layer, Sums};

/// Rows of a channel table: all that a layer knows of its channels in this step, one vector after the other.
pub(crate) const SCALE: usize = 0;
pub(crate) const SHIFT: usize = 1;
pub(crate) const MEAN: usize = 2;
const A: usize = 4;

/// Floats of a channel table that holds at all steps: scale, shift, mean, variance and the backward pass's a, b, c.
pub fn channel_table_len(channels: usize) -> usize {
    norms::table_len(1, channels)
}

/// One row of a channel table, of one step or of several.
pub(crate) fn row<'a>(table: *const f32, steps: usize, channels: usize, row: usize) -> &'a [f32] {
    norms::row(read(table, norms::table_len(steps, channels)), channels, row)
}

pub fn norm_scratch_len(rows: usize, channels: usize) -> usize {
    kernel::scratch_len(rows, channels)
}

/// Norms are told by their place in this list.
#[cfg(not(target_family = "wasm"))]
pub fn norm_kernels() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.name()).collect()
}

/// A layer's normalisation. Its parameters lie one after the other, and so do its running statistics.
pub struct Norm {
    layer: Layer,
}

impl Norm {
    /// `deviation`: of normalised values, for the norms that look at it.
    pub fn new(norm: usize, steps: usize, channels: usize, eps: f32, momentum: f32, deviation: f32) -> Self {
        Self { layer: Layer { norm: KINDS[norm], steps, channels, eps, momentum, deviation } }
    }

    /// Steps of the layer's channel table: 1 where the same holds at all.
    pub fn table_steps(&self) -> usize {
        self.layer.table_steps()
    }

    /// Fills the table from the batch's statistics and moves the running ones; `repeats`: time steps that each row of
    /// y stands for.
    pub fn forward_train(
        &self,
        y: *const f32,
        rows: usize,
        repeats: usize,
        parameters: *const f32,
        running: *mut f32,
        scratch: *mut f32,
        table: *mut f32,
    ) {
        let layer = &self.layer;
        let running = write(running, layer.norm.running_len(layer));
        let scratch = write(scratch, layer.scratch_len(rows));
        let y = read(y, rows * layer.channels);
        layer.forward_train(y, repeats, self.parameters(parameters), running, scratch, self.table(table));
    }

    /// Fills the table from the running statistics.
    pub fn forward_eval(&self, parameters: *const f32, running: *const f32, table: *mut f32) {
        let running = read(running, self.layer.norm.running_len(&self.layer));
        self.layer.forward_eval(self.parameters(parameters), running, self.table(table));
    }

    /// From the sums that the neurons' backward pass left, of one step or of each, `sum_stride` floats apart: parameter
    /// gradients (added to) and the table's a, b, c.
    pub fn backward(
        &self,
        count: usize,
        parameters: *const f32,
        sum_g: *const f32,
        sum_gy: *const f32,
        sum_steps: usize,
        sum_stride: usize,
        gradients: *mut f32,
        table: *mut f32,
    ) {
        let layer = &self.layer;
        let len = (sum_steps - 1) * sum_stride + layer.channels;
        let sums = Sums::new(read(sum_g, len), read(sum_gy, len), layer.channels, layer.steps, count);
        let gradients = write(gradients, layer.norm.parameter_len(layer));
        layer.backward(self.parameters(parameters), &sums, gradients, self.table(table));
    }

    fn parameters<'a>(&self, parameters: *const f32) -> &'a [f32] {
        read(parameters, self.layer.norm.parameter_len(&self.layer))
    }

    fn table<'a>(&self, table: *mut f32) -> &'a mut [f32] {
        write(table, self.layer.table_len())
    }
}

/// Makes the table of a convolution without a normalisation: scale 1, shift = its bias (address 0: none).
pub fn bias_table(channels: usize, bias: *const f32, table: *mut f32) {
    let table = write(table, channel_table_len(channels));
    table.fill(0.0);
    table[..channels].fill(1.0);
    table[A * channels..(A + 1) * channels].fill(1.0);
    if !bias.is_null() {
        table[channels..2 * channels].copy_from_slice(read(bias, channels));
    }
}

/// dy = a g + b y + c, with a border for the convolution's kernels; `y_steps` 1 sums over time; `table_steps`: T, or 1 for
/// a table that holds at all steps.
pub fn backward_apply(
    steps: usize,
    batch: usize,
    h: usize,
    w: usize,
    channels: usize,
    y_steps: usize,
    border: usize,
    g: *const f32,
    y: *const f32,
    table: *const f32,
    table_steps: usize,
    dy: *mut f32,
) {
    let pixels = Pixels { steps, batch, h, w, channels };
    let step = batch * h * w * channels;
    let abc = [A, A + 1, A + 2].map(|r| row(table, table_steps, channels, r));
    let dy = write(dy, y_steps * batch * (h + 2 * border) * (w + 2 * border) * channels);
    let (g, y) = (read(g, steps * step), read(y, y_steps * step));
    kernel::backward_apply(&pixels, y_steps, border, g, y, abc, dy);
}
