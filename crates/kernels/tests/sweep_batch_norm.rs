//! Batch normalisation against its f64 twin, each function from the same f32 numbers.

mod support;

use kestirme_kernels::batch_norm::{self, Pixels};
use kestirme_kernels::conv2d::gradient::Layout;
use kestirme_kernels::norms::{self, Layer as NormLayer, Sums};
use kestirme_reference::batch_norm as twin;
use support::{Draw, Guarded, UNIT, close, gamma, pad, padded, rests, widen};

const EPS: f32 = 1e-5;

/// One task, its last row, and several tasks.
const SHAPES: [[usize; 2]; 10] =
    [[1, 4], [2, 4], [17, 12], [256, 36], [241, 68], [482, 68], [4096, 4], [4097, 4], [20_000, 4], [3000, 32]];

/// A task's mean of n values is off by delta = gamma(n + 1) max|x|: additions, 1 / n and a product. Summing squares around
/// a mean that is off by delta adds delta^2 to the variance; differences, squares and additions round n + 2 times. Tasks
/// merge in f64: two means that are each off by delta change the square of their distance d by 4 delta |d| + 4 delta^2,
/// and the mean of |d| is at most the deviation. Then one rounding to f32. With one task, nothing grows with the
/// distance of the mean from zero but delta^2.
fn check_statistics(rows: usize, channels: usize, offset: f32, spread: f32, draw: &mut Draw) {
    let centre = draw.numbers(channels);
    let y: Vec<f32> = (0..rows * channels).map(|i| offset * centre[i % channels] + spread * draw.number()).collect();
    let len = batch_norm::scratch_len(rows, channels);
    let (mut scratch, mut mean, mut var) =
        (Guarded::scratch(len), Guarded::scratch(channels), Guarded::scratch(channels));
    batch_norm::statistics(channels, &Guarded::new(&y), &mut scratch, &mut mean, &mut var);

    let want = twin::Statistics::of(twin::Dims { rows, channels, repeats: 1 }, &widen(&y));
    let tasks = len / (2 * channels);
    let values = if tasks == 1 { rows } else { rows / (tasks - 1) };
    let largest = |c: usize| y.iter().skip(c).step_by(channels).fold(0.0f64, |top, y| top.max(y.abs() as f64));
    let delta: Vec<f64> = (0..channels).map(|c| gamma(values + 1) * largest(c)).collect();
    let name = format!("[{rows}, {channels}] around {offset}");
    close(&format!("{name}: mean"), &mean, &want.mean, |c| delta[c] + UNIT * want.mean[c].abs());
    close(&format!("{name}: variance"), &var, &want.var, |c| {
        let merged = if tasks == 1 { 0.0 } else { 4.0 * delta[c] * want.var[c].sqrt() + 4.0 * delta[c].powi(2) };
        delta[c].powi(2) + gamma(values + 3) * (want.var[c] + delta[c].powi(2)) + merged
    });
}

#[test]
fn statistics() {
    let mut draw = Draw::new(1);
    for [rows, channels] in SHAPES.into_iter().chain(rests().map(|channels| [300, channels])) {
        for (offset, spread) in [(0.0, 1.0), (3.0, 0.5), (0.0, 1e-6), (1000.0, 1.0), (5.0, 0.0)] {
            check_statistics(rows, channels, offset, spread, &mut draw);
        }
    }
}

/// E[y^2] - E[y]^2 would be off by about 1, 10,000^2 * 2^-24 * a few.
#[test]
fn a_large_mean_does_not_drown_the_variance() {
    let y: Vec<f32> = (0..64 * 4).map(|i| 10_000.0 + (i / 4 % 2) as f32).collect();
    let (mut mean, mut var) = ([0.0; 4], [0.0; 4]);
    batch_norm::statistics(4, &y, &mut vec![0.0; batch_norm::scratch_len(64, 4)], &mut mean, &mut var);
    assert!(mean == [10_000.5; 4] && var == [0.25; 4], "{mean:?}, {var:?}");
}

fn bn(channels: usize) -> NormLayer {
    NormLayer { norm: norms::named("bn"), steps: 1, channels, eps: EPS, momentum: 0.1, deviation: 1.0 }
}

/// scale and shift of a batch normalisation.
fn affine(gamma: &[f32], beta: &[f32], mean: &[f32], var: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let layer = bn(mean.len());
    let mut table = Guarded::scratch(layer.table_len());
    layer.forward_eval(&[gamma, beta].concat(), &[mean, var].concat(), &mut table);
    [0, 1].map(|row| norms::row(&table, mean.len(), row).to_vec()).into()
}

/// The map: var + eps, root and quotient make 5/2 relative roundings; the shift has a product and a difference more.
#[test]
fn affine_maps() {
    let mut draw = Draw::new(2);
    for channels in [4, 36] {
        let (gamma_, beta, mean) = (draw.numbers(channels), draw.numbers(channels), draw.numbers(channels));
        for var in [0.0, 1e-12, 1e-5, 0.3, 1e6] {
            let var: Vec<f32> = (0..channels).map(|_| var * draw.between(0.5, 1.0)).collect();
            let (scale, shift) = affine(&gamma_, &beta, &mean, &var);
            // The twin's map, by what it makes of 0 and, exactly, of its slope.
            let p = twin::Params { eps: EPS as f64, momentum: 0.0 };
            let d = twin::Dims { rows: 1, channels, repeats: 1 };
            let by = twin::Statistics { mean: widen(&mean), var: widen(&var) };
            let ones = vec![1.0; channels];
            let slope = twin::backward_eval(p, d, &ones, &widen(&gamma_), &by, &ones).dx;
            let at_zero = twin::forward_eval(p, d, &vec![0.0; channels], &widen(&gamma_), &widen(&beta), &by);
            close("scale", &scale, &slope, |c| gamma(3) * slope[c].abs());
            close("shift", &shift, &at_zero, |c| gamma(5) * (beta[c].abs() as f64 + (mean[c] as f64 * slope[c]).abs()));
        }
    }
}

/// 1 - momentum, a product and a sum; for the variance n / (n - 1) and its product as well.
#[test]
fn running_statistics() {
    let mut draw = Draw::new(3);
    for (rows, repeats) in [(2, 1), (1, 2), (7, 5), (100_000, 1)] {
        for momentum in [0.1, 0.0, 1.0] {
            let (mean, var) = (draw.numbers(8), draw.numbers(8).iter().map(|v| v.abs()).collect::<Vec<_>>());
            let before = (draw.numbers(8), draw.numbers(8));
            let (mut run_mean, mut run_var) = (Guarded::new(&before.0), Guarded::new(&before.1));
            batch_norm::update_running(momentum, rows * repeats, &mean, &var, &mut run_mean, &mut run_var);
            let mut want = twin::Statistics { mean: widen(&before.0), var: widen(&before.1) };
            let batch = twin::Statistics { mean: widen(&mean), var: widen(&var) };
            want.follow(twin::Dims { rows, channels: 8, repeats }, momentum as f64, &batch);
            let size = |a: f32, b: f32| (1.0 - momentum as f64) * a.abs() as f64 + momentum as f64 * b.abs() as f64;
            close("running mean", &run_mean, &want.mean, |c| gamma(3) * size(before.0[c], mean[c]));
            // n / (n - 1) is at most 2.
            close("running variance", &run_var, &want.var, |c| gamma(5) * size(before.1[c], 2.0 * var[c]));
        }
    }
}

/// Numbers `[T, B, H, W, C]` of a layer, whose y is stored once when it is the same at every step.
struct Layer {
    p: Pixels,
    y_steps: usize,
    g: Vec<f32>,
    y: Vec<f32>,
}

impl Layer {
    fn new(p: Pixels, y_steps: usize, draw: &mut Draw) -> Self {
        let step = p.batch * p.h * p.w * p.channels;
        Layer { p, y_steps, g: draw.numbers(p.steps * step), y: draw.numbers(y_steps * step) }
    }

    fn summed(&self) -> usize {
        self.p.steps / self.y_steps
    }

    /// Over the steps that share a value of y.
    fn sum_over_time(&self, term: impl Fn(f32) -> f64) -> Vec<f64> {
        let len = self.y.len();
        (0..len).map(|i| self.g.iter().skip(i).step_by(len).map(|&g| term(g)).sum()).collect()
    }

    /// Per channel, of g and of g * (y - mean), where g is a sum over time.
    fn sums(&self, g: &[f64], mean: &[f64]) -> [Vec<f64>; 2] {
        let channels = mean.len();
        let mut sums = [vec![0.0; channels], vec![0.0; channels]];
        for (i, g) in g.iter().enumerate() {
            sums[0][i % channels] += g;
            sums[1][i % channels] += g * (self.y[i] as f64 - mean[i % channels]);
        }
        sums
    }

    /// Applies coefficients, checks that the border is zero, and returns what is inside it.
    fn apply(&self, border: usize, abc: [&[f32]; 3]) -> Vec<f32> {
        let Layer { p, y_steps, .. } = *self;
        let layout = Layout { n: y_steps * p.batch, h: p.h, w: p.w, channels: p.channels, border };
        let mut dy = Guarded::scratch(layout.len());
        let abc = abc.map(Guarded::new);
        let abc = [&*abc[0], &*abc[1], &*abc[2]];
        batch_norm::backward_apply(&p, y_steps, border, &Guarded::new(&self.g), &Guarded::new(&self.y), abc, &mut dy);
        let mut inside = vec![f32::NAN; layout.n * p.h * p.w * p.channels];
        let mut border_values = dy.to_vec();
        for (i, value) in inside.iter_mut().enumerate() {
            let (pixel, channel) = (i / p.channels, i % p.channels);
            let pixel = layout.pixel(pixel / (p.h * p.w), pixel / p.w % p.h, pixel % p.w);
            let block = layout.block(channel);
            let at = block.start + pixel * block.channels + channel - block.first_channel;
            *value = dy[at];
            border_values[at] = 0.0;
        }
        assert!(border_values.iter().all(|dy| dy.to_bits() == 0), "the border is zero");
        inside
    }
}

fn layers(draw: &mut Draw) -> Vec<Layer> {
    let mut all = Vec::new();
    for channels in rests().chain([100, 132]) {
        all.push(Layer::new(Pixels { steps: 2, batch: 1, h: 2, w: 3, channels }, 2, draw));
    }
    for [steps, batch, h, w, channels] in
        [[1, 1, 1, 1, 4], [5, 1, 1, 1, 12], [1, 2, 3, 5, 32], [5, 2, 3, 17, 36], [4, 3, 7, 7, 4], [2, 1, 2, 2, 68]]
    {
        for y_steps in [steps, 1] {
            all.push(Layer::new(Pixels { steps, batch, h, w, channels }, y_steps, draw));
        }
    }
    all
}

/// a * (a sum of T) has T + 1 roundings, b * y, c and T times their sum at most 4.
#[test]
fn coefficients_are_applied_and_summed_over_time() {
    let mut draw = Draw::new(4);
    for layer in layers(&mut draw) {
        let channels = layer.p.channels;
        let [a, b, c] = [0, 1, 2].map(|_| draw.numbers(channels));
        let (times, sums, sizes) =
            (layer.summed() as f64, layer.sum_over_time(|g| g as f64), layer.sum_over_time(|g| g.abs() as f64));
        let at = |i: usize| [&a, &b, &c].map(|k| k[i % channels] as f64);
        let y = |i: usize| layer.y[i] as f64;
        let want: Vec<f64> =
            (0..sums.len()).map(|i| at(i)[0] * sums[i] + times * (at(i)[1] * y(i) + at(i)[2])).collect();
        for border in [0, 1, 2, 6] {
            close("dy", &layer.apply(border, [&a, &b, &c]), &want, |i| {
                let [a, b, c] = at(i).map(f64::abs);
                gamma(layer.summed() + 4) * (a * sizes[i] + times * (b * y(i).abs() + c))
            });
        }
    }
}

/// From sums to dL/dy, as the twin has it in one go. The sums and coefficients are rounded once each, which adds three
/// roundings to those of the test above: a sum, a coefficient, and one for products of errors.
#[test]
fn backward_through_the_statistics() {
    let mut draw = Draw::new(5);
    for layer in layers(&mut draw) {
        let (p, channels, times) = (layer.p, layer.p.channels, layer.summed() as f64);
        let rows = layer.y.len() / channels;
        let d = twin::Dims { rows, channels, repeats: layer.summed() };
        let exact = twin::Statistics::of(d, &widen(&layer.y));
        let narrow = |values: &[f64]| values.iter().map(|&x| x as f32).collect::<Vec<f32>>();
        let (mean, var) = (narrow(&exact.mean), narrow(&exact.var));
        let gamma_ = draw.numbers(channels);
        let g = layer.sum_over_time(|g| g as f64);
        let by = twin::Statistics { mean: widen(&mean), var: widen(&var) };
        let params = twin::Params { eps: EPS as f64, momentum: 0.1 };
        let want = twin::backward_train(params, d, &widen(&layer.y), &widen(&gamma_), &by, &g);

        let [sum_g, sum_gy] = layer.sums(&g, &by.mean);
        let (before, other) = (draw.numbers(channels), draw.numbers(channels));
        let mut gradients = Guarded::new(&[&before[..], &other].concat());
        let count = p.steps * p.batch * p.h * p.w;
        let (g_sums, gy_sums) = (narrow(&sum_g), narrow(&sum_gy));
        let sums = Sums::new(&g_sums, &gy_sums, channels, p.steps, count);
        let mut table = Guarded::scratch(bn(channels).table_len());
        table[2 * channels..4 * channels].copy_from_slice(&[&mean[..], &var].concat());
        bn(channels).backward(&[&gamma_[..], &other].concat(), &sums, &mut gradients, &mut table);
        let (dgamma, dbeta) = gradients.split_at(channels);
        let abc = [4, 5, 6].map(|row| norms::row(&table, channels, row));
        let added = |to: &[f32], x: &[f64]| to.iter().zip(x).map(|(a, b)| *a as f64 + b).collect::<Vec<f64>>();
        close("dgamma", dgamma, &added(&before, &want.dweight), |i| {
            gamma(3) * (before[i].abs() as f64 + want.dweight[i].abs())
        });
        close("dbeta", dbeta, &added(&other, &want.dbias), |i| {
            gamma(3) * (other[i].abs() as f64 + want.dbias[i].abs())
        });

        let sizes = layer.sum_over_time(|g| g.abs() as f64);
        close("dy", &layer.apply(1, abc), &want.dx, |i| {
            let k = i % channels;
            let inverse = 1.0 / (by.var[k] + EPS as f64).sqrt();
            let scale = (gamma_[k] as f64 * inverse).abs();
            let slope = scale * inverse * inverse * sum_gy[k].abs() / count as f64;
            let constant = scale * sum_g[k].abs() / count as f64 + slope * by.mean[k].abs();
            let size = scale * sizes[i] + times * (slope * layer.y[i].abs() as f64 + constant);
            gamma(layer.summed() + 7) * size
        });
    }
}

/// Padding goes in as zeros with gamma = beta = 0 and comes out as zeros.
#[test]
fn padding_stays_zero() {
    let mut draw = Draw::new(6);
    let (rows, channels) = (6, 5);
    let wide = padded(channels);
    let y = pad(&draw.numbers(rows * channels), channels, wide);
    let gamma_ = pad(&draw.numbers(channels), channels, wide);
    let (mut mean, mut var) = (vec![f32::NAN; wide], vec![f32::NAN; wide]);
    batch_norm::statistics(wide, &y, &mut vec![0.0; batch_norm::scratch_len(rows, wide)], &mut mean, &mut var);
    let (scale, shift) = affine(&gamma_, &gamma_, &mean, &var);
    for values in [&mean, &var, &scale, &shift] {
        assert!(values[channels..].iter().all(|x| *x == 0.0) && values[..channels].iter().all(|x| *x != 0.0));
    }
}
