//! What every norm has of passes over tensors: mean and variance of channels (Ioffe & Szegedy 2015), and the gradient
//! that is left behind them. The arithmetic in between is in [`crate::norms`].

use crate::conv2d::gradient::{self, Layout};
use crate::norms::at_each_step;
use crate::par::{self, Shared};
use crate::simd::{QUADS, WIDTH, Wide, each_vector};
use core::array::from_fn;

/// Floats of `y` that one task of [`statistics`] reads.
const TASK_FLOATS: usize = 16_384;

fn rows_per_task(channels: usize) -> usize {
    (TASK_FLOATS / channels).max(1)
}

/// Floats of scratch for [`statistics`] of `rows` rows.
pub fn scratch_len(rows: usize, channels: usize) -> usize {
    rows.div_ceil(rows_per_task(channels)) * 2 * channels
}

/// Mean and biased variance of each channel of `y` `[rows, C]`.
///
/// Each task takes its own mean first and sums squares around it, the tasks' results are merged in order
/// (Chan, Golub & LeVeque 1983): no cancellation however large the mean is.
pub fn statistics(channels: usize, y: &[f32], scratch: &mut [f32], mean: &mut [f32], var: &mut [f32]) {
    assert!(channels.is_multiple_of(4) && y.len().is_multiple_of(channels) && !y.is_empty());
    assert_eq!((mean.len(), var.len()), (channels, channels));
    let rows = y.len() / channels;
    let per_task = rows_per_task(channels);
    let parts = rows.div_ceil(per_task);
    let scratch = &mut scratch[..scratch_len(rows, channels)];
    let shared = Shared::new(scratch);
    par::for_each(parts, |task, _| {
        let part = &y[task * per_task * channels..((task + 1) * per_task).min(rows) * channels];
        let (mean, squares) = unsafe { shared.part(task * 2 * channels, 2 * channels) }.split_at_mut(channels);
        sum_rows(part, channels, mean, |x, _, _| x);
        let scale = 1.0 / (part.len() / channels) as f32;
        mean.iter_mut().for_each(|m| *m *= scale);
        let mean = &*mean;
        sum_rows(part, channels, squares, |x, c, quads| {
            let centred = x - unsafe { Wide::load_quads(mean.as_ptr().add(c), quads) };
            centred * centred
        });
    });
    for c in 0..channels {
        let (mut count, mut total, mut squares) = (0.0f64, 0.0f64, 0.0f64);
        for part in 0..parts {
            let n = (per_task.min(rows - part * per_task)) as f64;
            let m = scratch[part * 2 * channels + c] as f64;
            let delta = m - total;
            let merged = count + n;
            total += delta * n / merged;
            squares += scratch[(part * 2 + 1) * channels + c] as f64 + delta * delta * count * n / merged;
            count = merged;
        }
        mean[c] = total as f32;
        var[c] = (squares / count) as f32;
    }
}

/// Vectors whose sums stay in registers while the rows go by.
const AT_ONCE: usize = 4;

/// out[c] = sum over rows of f(channels of the row from c on, c, quads), rows in order.
#[inline(always)]
fn sum_rows(rows: &[f32], channels: usize, out: &mut [f32], f: impl Fn(Wide, usize, usize) -> Wide) {
    assert!(rows.len().is_multiple_of(channels) && out.len() == channels);
    let many = channels - channels % (AT_ONCE * WIDTH);
    for c in (0..many).step_by(AT_ONCE * WIDTH) {
        unsafe { sum_columns::<AT_ONCE>(rows, channels, c, QUADS, out, &f) };
    }
    each_vector(channels - many, |c, quads| unsafe {
        sum_columns::<1>(rows, channels, many + c, quads, out, &f);
    });
}

/// # Safety
/// There must be VECTORS vectors of so many quads from `c` on.
#[inline(always)]
unsafe fn sum_columns<const VECTORS: usize>(
    rows: &[f32],
    channels: usize,
    c: usize,
    quads: usize,
    out: &mut [f32],
    f: impl Fn(Wide, usize, usize) -> Wide,
) {
    let at = |v: usize| c + v * WIDTH;
    let mut sums = [Wide::zero(); VECTORS];
    for row in rows.chunks_exact(channels) {
        sums = from_fn(|v| unsafe { sums[v] + f(Wide::load_quads(row.as_ptr().add(at(v)), quads), at(v), quads) });
    }
    for (v, sum) in sums.into_iter().enumerate() {
        unsafe { sum.store_quads(out.as_mut_ptr().add(at(v)), quads) };
    }
}

/// Moves the running statistics towards the batch's; `count` values went into each channel's (time steps included).
pub fn update_running(
    momentum: f32,
    count: usize,
    mean: &[f32],
    var: &[f32],
    run_mean: &mut [f32],
    run_var: &mut [f32],
) {
    let unbiased = if count > 1 { count as f32 / (count - 1) as f32 } else { 1.0 };
    for c in 0..mean.len() {
        run_mean[c] = (1.0 - momentum) * run_mean[c] + momentum * mean[c];
        run_var[c] = (1.0 - momentum) * run_var[c] + momentum * (var[c] * unbiased);
    }
}

/// How a gradient tensor lies: `steps` x `batch` images of `h` x `w` pixels.
#[derive(Clone, Copy)]
pub struct Pixels {
    pub steps: usize,
    pub batch: usize,
    pub h: usize,
    pub w: usize,
    pub channels: usize,
}

/// dy = a * g + b * y + c, laid out for the convolution's kernels.
///
/// `y` has `y_steps` steps: as many as g, or 1 for a value that is the same at every step; then dy is summed over time.
/// `abc`: rows `[C]` that hold at all steps, or a row for each step, as [`at_each_step`] has them.
pub fn backward_apply(
    p: &Pixels,
    y_steps: usize,
    border: usize,
    g: &[f32],
    y: &[f32],
    abc: [&[f32]; 3],
    dy: &mut [f32],
) {
    let step = p.batch * p.h * p.w * p.channels;
    assert_eq!((g.len(), y.len()), (p.steps * step, y_steps * step));
    assert!(p.channels.is_multiple_of(4) && p.steps > 0 && (y_steps == p.steps || y_steps == 1));
    let summed = p.steps / y_steps;
    let stride = at_each_step(abc[0], p.channels, p.steps);
    assert!(abc.iter().all(|row| row.len() == abc[0].len()));
    let load = |from: &[f32], at: usize, quads: usize| unsafe { Wide::load_quads(from.as_ptr().add(at), quads) };
    let layout = Layout { n: y_steps * p.batch, h: p.h, w: p.w, channels: p.channels, border };
    if stride == 0 {
        let times = Wide::splat(summed as f32);
        write_bordered(p, layout, dy, |_, at, channel, quads| {
            let [a, b, c] = abc.map(|k| load(k, channel, quads));
            let mut sum = load(g, at, quads);
            for t in 1..summed {
                sum = sum + load(g, t * step + at, quads);
            }
            a * sum + times * (b * load(y, at, quads) + c)
        });
    } else {
        write_bordered(p, layout, dy, |image, at, channel, quads| {
            let first = image / p.batch;
            let mut sum = Wide::zero();
            for t in first..first + summed {
                let [a, b, c] = abc.map(|k| load(k, t * stride + channel, quads));
                sum = sum + (a * load(g, (t - first) * step + at, quads) + (b * load(y, at, quads) + c));
            }
            sum
        });
    }
}

/// Writes `value(image, at, channel, quads)`, of `4 * quads` channels from `channel` on, into a bordered gradient; `at`:
/// their place in a tensor `[N, H, W, C]`.
#[inline(always)]
fn write_bordered(
    p: &Pixels,
    layout: Layout,
    dy: &mut [f32],
    value: impl Fn(usize, usize, usize, usize) -> Wide + Sync,
) {
    assert_eq!(dy.len(), layout.len());
    let border = layout.border;
    let row = p.w * p.channels;
    let image = p.h * row;
    let dy = Shared::new(dy);
    let blocks = p.channels.div_ceil(gradient::WIDE);
    par::for_each(layout.n * blocks, |task, _| {
        let (n, block) = (task / blocks, layout.block(task % blocks * gradient::WIDE));
        let (bordered, line) = (layout.image_pixels() * block.channels, layout.line_pixels() * block.channels);
        let out = unsafe { dy.part(block.start + n * bordered, bordered) };
        out[..border * line].fill(0.0);
        out[bordered - border * line..].fill(0.0);
        for h in 0..p.h {
            let to = &mut out[(h + border) * line..][..line];
            to[..border * block.channels].fill(0.0);
            to[line - border * block.channels..].fill(0.0);
            let to = &mut to[border * block.channels..][..p.w * block.channels];
            let at = n * image + h * row + block.first_channel;
            for (x, to) in to.chunks_exact_mut(block.channels).enumerate() {
                each_vector(block.channels, |c, quads| unsafe {
                    let value = value(n, at + x * p.channels + c, block.first_channel + c, quads);
                    value.store_quads(to.as_mut_ptr().add(c), quads);
                });
            }
        }
    });
}
