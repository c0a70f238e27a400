//! Fully connected layer, `y[b, k] = bias[k] + sum over c of x[b, c] * weight[k, c]`. Small: it reads pooled spikes.

use crate::par::{self, Shared};

/// Outputs whose sums grow side by side: each alone would wait for its last addition.
const ROWS: usize = 8;
/// Products of one task, of at least so many outputs.
const TASK_PRODUCTS: usize = 16_384;

#[derive(Clone, Copy)]
pub struct Dims {
    pub batch: usize,
    pub inputs: usize,
    pub outputs: usize,
}

impl Dims {
    fn check(&self, x: &[f32], weight: &[f32], y: &[f32]) {
        assert_eq!(x.len(), self.batch * self.inputs);
        assert_eq!(weight.len(), self.outputs * self.inputs);
        assert_eq!(y.len(), self.batch * self.outputs);
    }
}

/// `y` `[B, outputs]` from `x` `[B, inputs]`; `weight` is `[outputs, inputs]` as in PyTorch.
pub fn forward(d: &Dims, x: &[f32], weight: &[f32], bias: &[f32], y: &mut [f32]) {
    d.check(x, weight, y);
    assert_eq!(bias.len(), d.outputs);
    let per_image = d.outputs.div_ceil(ROWS);
    let (blocks, per_task) = (d.batch * per_image, (TASK_PRODUCTS / (ROWS * d.inputs)).max(1));
    let y = Shared::new(y);
    par::for_each(blocks.div_ceil(per_task), |task, _| {
        for block in task * per_task..((task + 1) * per_task).min(blocks) {
            let (image, first) = (block / per_image, block % per_image * ROWS);
            let rows = ROWS.min(d.outputs - first);
            let y = unsafe { y.part(image * d.outputs + first, rows) };
            let sums = products(&x[image * d.inputs..][..d.inputs], &weight[first * d.inputs..][..rows * d.inputs]);
            for ((y, bias), sum) in y.iter_mut().zip(&bias[first..]).zip(sums) {
                *y = bias + sum;
            }
        }
    });
}

/// The sums of x times each of at most [`ROWS`] rows, input after input.
fn products(x: &[f32], rows: &[f32]) -> [f32; ROWS] {
    let last = rows.len() / x.len() - 1;
    let rows: [&[f32]; ROWS] = core::array::from_fn(|r| &rows[r.min(last) * x.len()..][..x.len()]);
    let mut sums = [0.0; ROWS];
    for (c, x) in x.iter().enumerate() {
        for (sum, row) in sums.iter_mut().zip(rows) {
            *sum += row[c] * x;
        }
    }
    sums
}

/// Writes `dx`, adds to `dweight` and `dbias`.
pub fn backward(
    d: &Dims,
    x: &[f32],
    weight: &[f32],
    dy: &[f32],
    dweight: &mut [f32],
    dbias: &mut [f32],
    dx: &mut [f32],
) {
    d.check(x, weight, dy);
    assert_eq!((dx.len(), dweight.len(), dbias.len()), (x.len(), weight.len(), d.outputs));
    dx.fill(0.0);
    for ((x, dx), dy) in x.chunks_exact(d.inputs).zip(dx.chunks_exact_mut(d.inputs)).zip(dy.chunks_exact(d.outputs)) {
        for (k, &gradient) in dy.iter().enumerate() {
            dbias[k] += gradient;
            let at = k * d.inputs;
            for c in 0..d.inputs {
                dweight[at + c] += gradient * x[c];
                dx[c] += gradient * weight[at + c];
            }
        }
    }
}
