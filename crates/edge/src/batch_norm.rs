use crate::{read, write};
use kestirme_kernels::batch_norm::{self as kernel, Coefficients, Norm, Pixels};

/// Rows of a channel table: all that a layer knows of its channels in this step, one vector after the other.
pub(crate) const SCALE: usize = 0;
pub(crate) const SHIFT: usize = 1;
pub(crate) const MEAN: usize = 2;
const VAR: usize = 3;
const A: usize = 4;
const TABLE_ROWS: usize = 7;

/// Floats of a channel table: scale, shift, mean, variance and the backward pass's a, b, c.
pub fn channel_table_len(channels: usize) -> usize {
    TABLE_ROWS * channels
}

/// One row of a channel table.
pub(crate) fn row<'a>(table: *const f32, channels: usize, row: usize) -> &'a [f32] {
    read(table.wrapping_add(row * channels), channels)
}

pub fn batch_norm_scratch_len(rows: usize, channels: usize) -> usize {
    kernel::scratch_len(rows, channels)
}

/// A layer's parameters are gamma and beta, one after the other; its running statistics mean and variance likewise.
pub struct BatchNorm {
    channels: usize,
    eps: f32,
    momentum: f32,
}

impl BatchNorm {
    pub fn new(channels: usize, eps: f32, momentum: f32) -> Self {
        Self { channels, eps, momentum }
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
        let c = self.channels;
        let (affine, statistics) = write(table, 4 * c).split_at_mut(2 * c);
        let (mean, var) = statistics.split_at_mut(c);
        let scratch = write(scratch, kernel::scratch_len(rows, c));
        kernel::statistics(c, read(y, rows * c), scratch, mean, var);
        let (scale, shift) = affine.split_at_mut(c);
        kernel::affine(&self.norm(parameters), mean, var, scale, shift);
        let (run_mean, run_var) = write(running, 2 * c).split_at_mut(c);
        kernel::update_running(self.momentum, rows * repeats, mean, var, run_mean, run_var);
    }

    /// Fills the table from the running statistics.
    pub fn forward_eval(&self, parameters: *const f32, running: *const f32, table: *mut f32) {
        let c = self.channels;
        let (scale, shift) = write(table, 2 * c).split_at_mut(c);
        let (mean, var) = read(running, 2 * c).split_at(c);
        kernel::affine(&self.norm(parameters), mean, var, scale, shift);
    }

    /// From the sums that the LIF's backward pass left: parameter gradients (added to) and the table's a, b, c.
    pub fn backward(
        &self,
        count: usize,
        parameters: *const f32,
        sum_g: *const f32,
        sum_gy: *const f32,
        gradients: *mut f32,
        table: *mut f32,
    ) {
        let c = self.channels;
        let (statistics, abc) = write(table, TABLE_ROWS * c)[2 * c..].split_at_mut(2 * c);
        let (mean, var) = statistics.split_at(c);
        let (a, bc) = abc.split_at_mut(c);
        let (b, c_) = bc.split_at_mut(c);
        let (dgamma, dbeta) = write(gradients, 2 * c).split_at_mut(c);
        let coefficients = Coefficients { a, b, c: c_ };
        let (sum_g, sum_gy) = (read(sum_g, c), read(sum_gy, c));
        kernel::backward(&self.norm(parameters), count, mean, var, sum_g, sum_gy, dgamma, dbeta, coefficients);
    }

    fn norm<'a>(&self, parameters: *const f32) -> Norm<'a> {
        let (gamma, beta) = read(parameters, 2 * self.channels).split_at(self.channels);
        Norm { gamma, beta, eps: self.eps }
    }
}

/// Makes the table of a convolution without a normalisation: scale 1, shift = its bias (address 0: none).
pub fn bias_table(channels: usize, bias: *const f32, table: *mut f32) {
    let table = write(table, TABLE_ROWS * channels);
    table.fill(0.0);
    table[..channels].fill(1.0);
    table[A * channels..(A + 1) * channels].fill(1.0);
    if !bias.is_null() {
        table[channels..2 * channels].copy_from_slice(read(bias, channels));
    }
}

/// dy = a g + b y + c, with a border for the convolution's kernels; `y_steps` 1 sums over time.
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
    dy: *mut f32,
) {
    let pixels = Pixels { steps, batch, h, w, channels };
    let step = batch * h * w * channels;
    let abc = [A, A + 1, A + 2].map(|r| row(table, channels, r));
    let dy = write(dy, y_steps * batch * (h + 2 * border) * (w + 2 * border) * channels);
    let (g, y) = (read(g, steps * step), read(y, y_steps * step));
    kernel::backward_apply(&pixels, y_steps, border, g, y, abc, dy);
}

const _: () = assert!(VAR == MEAN + 1 && SHIFT == SCALE + 1 && A == VAR + 1 && TABLE_ROWS == A + 3);
