//! LIF and batch normalisation, fused as they run, against the twins composed one after the other.
#![cfg(feature = "threads")]

mod common;

use common::*;
use kestirme_kernels::batch_norm as bn;
use kestirme_kernels::lif::{self, Current, Dims, Neuron, Residual};
use kestirme_kernels::surrogate::Surrogate;
use kestirme_reference as twin;

/// A membrane current y and its affine map, as one normalisation gives it.
struct Term {
    y: Vec<f32>,
    gamma: Vec<f32>,
    beta: Vec<f32>,
    mean: Vec<f32>,
    var: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
    steps: usize,
}

const EPS: f32 = 1e-5;

impl Term {
    fn new(random: &mut Random, steps: usize, rows: usize, channels: usize) -> Self {
        let y = random.values(steps * rows * channels);
        let gamma: Vec<f32> = random.values(channels).iter().map(|g| 1.0 + 0.3 * g).collect();
        let beta = random.values(channels);
        let mut scratch = vec![f32::NAN; bn::scratch_len(steps * rows, channels)];
        let (mut mean, mut var) = (vec![0.0; channels], vec![0.0; channels]);
        bn::statistics(channels, &y, &mut scratch, &mut mean, &mut var);
        let (mut scale, mut shift) = (vec![0.0; channels], vec![0.0; channels]);
        bn::affine(&bn::Norm { gamma: &gamma, beta: &beta, eps: EPS }, &mean, &var, &mut scale, &mut shift);
        Self { y, gamma, beta, mean, var, scale, shift, steps }
    }

    fn current(&self) -> Current<'_> {
        Current { y: &self.y, scale: &self.scale, shift: &self.shift, mean: &self.mean }
    }

    fn dims(&self, rows: usize, repeats: usize) -> twin::batch_norm::Dims {
        twin::batch_norm::Dims { rows: self.steps * rows, channels: self.gamma.len(), repeats }
    }

    /// The twin's normalised current, repeated over `steps`.
    fn normalised(&self, steps: usize, rows: usize) -> Vec<f64> {
        let params = twin::batch_norm::Params { eps: EPS as f64, ..Default::default() };
        let dims = self.dims(rows, steps / self.steps);
        let mut running = twin::batch_norm::Statistics::fresh(self.gamma.len());
        let (x, _) = twin::batch_norm::forward_train(
            params,
            dims,
            &f64s(&self.y),
            &f64s(&self.gamma),
            &f64s(&self.beta),
            &mut running,
        );
        x.repeat(steps / self.steps)
    }

    /// dL/dy, dL/dgamma, dL/dbeta from the twin's g over all steps.
    fn backward(&self, g: &[f64], steps: usize, rows: usize) -> twin::batch_norm::Gradients {
        let params = twin::batch_norm::Params { eps: EPS as f64, ..Default::default() };
        let y = f64s(&self.y).repeat(steps / self.steps);
        let dims = twin::batch_norm::Dims { rows: steps * rows, channels: self.gamma.len(), repeats: 1 };
        let batch = twin::batch_norm::Statistics::of(dims, &y);
        let mut all = twin::batch_norm::backward_train(params, dims, &y, &f64s(&self.gamma), &batch, g);
        let len = self.y.len();
        all.dx = (0..len).map(|i| all.dx.iter().skip(i).step_by(len).sum()).collect();
        all
    }
}

fn neurons() -> Vec<Neuron> {
    let mut all = Vec::new();
    for surrogate in [Surrogate::Rectangle { width: 1.0 }, Surrogate::Tanh { sharpness: 3.0 }] {
        for (hard_reset, detach_reset, decay_input) in
            [(true, false, false), (true, true, false), (false, false, true), (false, true, false)]
        {
            all.push(Neuron { decay: 0.25, threshold: 0.5, hard_reset, detach_reset, decay_input, surrogate });
        }
    }
    all
}

fn params(n: &Neuron) -> twin::lif::Params {
    twin::lif::Params {
        decay: n.decay as f64,
        threshold: n.threshold as f64,
        reset: if n.hard_reset { twin::lif::Reset::Hard } else { twin::lif::Reset::Soft },
        detach_reset: n.detach_reset,
        decay_input: n.decay_input,
        surrogate: match n.surrogate {
            Surrogate::Rectangle { width } => twin::surrogate::Surrogate::Rectangle { width: width as f64 },
            Surrogate::Tanh { sharpness } => twin::surrogate::Surrogate::Tanh { sharpness: sharpness as f64 },
        },
        smooth: false,
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Second {
    None,
    Spikes,
    Current,
    Still,
}

struct Outcome {
    spikes: Vec<u32>,
    active: Vec<u32>,
    g: Vec<f32>,
    sums: Vec<f32>,
    dy: Vec<f32>,
}

/// steps, batch, pixels, channels.
const SIZES: [[usize; 4]; 6] =
    [[1, 1, 1, 4], [2, 3, 5, 12], [5, 2, 9, 36], [3, 1, 1, 68], [4, 2, 64, 8], [2, 3, 17, 32]];

#[test]
fn fused_layers_match_the_twins() {
    let _turn = exclusive();
    let mut random = Random(11);
    let mut compared = 0;
    for sizes in SIZES {
        for neuron in neurons() {
            for second in [Second::None, Second::Spikes, Second::Current, Second::Still] {
                for first_steps in [sizes[0], 1] {
                    compared += compare(sizes, neuron, second, first_steps, &mut random) as usize;
                }
            }
        }
    }
    assert!(compared > 200, "only {compared} cases kept away from the threshold");
}

/// False when a membrane of this draw lies too near the threshold or an edge of the surrogate to compare spikes.
fn compare(sizes: [usize; 4], neuron: Neuron, second: Second, first_steps: usize, random: &mut Random) -> bool {
    let [steps, batch, pixels, channels] = sizes;
    let dims = Dims { steps, batch, pixels, channels };
    let rows = batch * pixels;
    if first_steps * rows < 2 {
        return false; // One value has no variance.
    }
    let first = Term::new(random, first_steps, rows, channels);
    let other = Term::new(random, if second == Second::Still { 1 } else { steps }, rows.max(2), channels);
    let other = if rows < 2 { None } else { Some(other) };
    let below = random.spikes(steps * rows * channels, 0.3);
    let below_bits = bits(&below, channels);
    let residual = match (second, &other) {
        (Second::None, _) | (_, None) => Residual::None,
        (Second::Spikes, _) => Residual::Spikes(&below_bits),
        (_, Some(term)) => Residual::Current(term.current()),
    };

    let mut x = first.normalised(steps, rows);
    match residual {
        Residual::None => {}
        Residual::Spikes(_) => x.iter_mut().zip(&below).for_each(|(x, s)| *x += *s as f64),
        Residual::Current(_) => {
            let more = other.as_ref().expect("a second term").normalised(steps, rows);
            x.iter_mut().zip(more).for_each(|(x, more)| *x += more);
        }
    }
    let p = params(&neuron);
    let twin_dims = twin::lif::Dims { time_steps: steps, neurons: rows * channels };
    let activity = twin::lif::forward(&p, twin_dims, &x);
    let near = |place: f64| activity.membrane.iter().any(|u| (u - place).abs() < 1e-5);
    if near(0.5) || near(0.0) || near(1.0) {
        return false;
    }

    let dense = random.unit() < 0.7;
    let injects = !dense || random.unit() < 0.5;
    let ds = random.values(steps * rows * channels);
    let inject = if injects { random.values(batch * channels) } else { Vec::new() };
    let above: Vec<f64> = (0..ds.len())
        .map(|i| {
            let image = i / (pixels * channels) % batch;
            let from_heads = if injects { inject[image * channels + i % channels] as f64 } else { 0.0 };
            from_heads + if dense { ds[i] as f64 } else { 0.0 }
        })
        .collect();
    let g_want = twin::lif::backward(&p, twin_dims, &activity.membrane, &above);
    let first_want = first.backward(&g_want, steps, rows);

    let outcome = run(&neuron, dims, &first, residual, dense, &inject, &ds);
    let what = format!("{sizes:?} {neuron:?} {second:?} {first_steps}");
    let spikes = unbits(&outcome.spikes, channels);
    assert!(spikes.iter().zip(&activity.spikes).all(|(a, b)| *a as f64 == *b), "spikes of {what}");
    let active = unbits(&outcome.active, channels);
    let derivative = |u: &f64| p.surrogate.derivative(u - p.threshold) != 0.0;
    assert!(active.iter().zip(&activity.membrane).all(|(a, u)| (*a == 1.0) == derivative(u)), "active of {what}");
    // u is of size 8 at most, and each step of the recurrence multiplies errors by less than 4 in 40 roundings.
    let size = 8.0 * 4f64.powi(steps as i32);
    assert_close(&format!("g of {what}"), &outcome.g, &g_want, 40, size);
    let count = steps * rows;
    let sum: Vec<f64> = (0..channels).map(|c| g_want.iter().skip(c).step_by(channels).sum()).collect();
    assert_close(&format!("sum of {what}"), &outcome.sums[..channels], &sum, 40 + count, size * count as f64);
    // dy = A g + B y + C: every coefficient carries the sums' relative error, scale is 1 / sqrt(var) <= 1e3 at worst here.
    let sharpest = first.scale.iter().fold(1.0f32, |most, s| most.max(s.abs())) as f64;
    let size = size * (steps / first_steps) as f64 * sharpest * sharpest.max(8.0);
    assert_close(&format!("dy of {what}"), &outcome.dy, &first_want.dx, 100, size);
    true
}

fn run(
    neuron: &Neuron,
    dims: Dims,
    first: &Term,
    residual: Residual,
    dense: bool,
    inject: &[f32],
    ds: &[f32],
) -> Outcome {
    let Dims { steps, batch, pixels, channels } = dims;
    let result = on_all_threads(|| {
        let mut spikes = vec![u32::MAX; dims_words(&dims)];
        let mut active = vec![u32::MAX; dims_words(&dims)];
        lif::forward(neuron, dims, first.current(), residual, &mut spikes, &mut active);
        // Where nothing comes from above densely, the memory may hold anything.
        let mut g = if dense { ds.to_vec() } else { vec![f32::NAN; ds.len()] };
        let mut partial = vec![f32::NAN; lif::partial_len(&dims)];
        let mut sums = vec![f32::NAN; 3 * channels];
        lif::backward(neuron, dims, first.current(), residual, dense, inject, &mut partial, &mut g, &mut sums);
        let norm = bn::Norm { gamma: &first.gamma, beta: &first.beta, eps: EPS };
        let [mut dgamma, mut dbeta, mut a, mut b, mut c] = std::array::from_fn(|_| vec![0.0; channels]);
        bn::backward(
            &norm,
            steps * batch * pixels,
            &first.mean,
            &first.var,
            &sums[..channels],
            &sums[channels..2 * channels],
            &mut dgamma,
            &mut dbeta,
            bn::Coefficients { a: &mut a, b: &mut b, c: &mut c },
        );
        assert_eq!(dbeta, sums[..channels]);
        let shape = bn::Pixels { steps, batch, h: 1, w: pixels, channels };
        let border = 1;
        let mut dy = vec![f32::NAN; first.steps * batch * 3 * (pixels + 2) * channels];
        bn::backward_apply(&shape, first.steps, border, &g, &first.y, [&a, &b, &c], &mut dy);
        (spikes, active, g, sums, dy)
    });
    let (spikes, active, g, sums, bordered) = result;
    let line = (pixels + 2) * channels;
    let dy = bordered.chunks_exact(3 * line).flat_map(|image| {
        let is_border = |i: &usize| !(line + channels..2 * line - channels).contains(i);
        assert!((0..image.len()).filter(is_border).all(|i| image[i] == 0.0), "the border is zero");
        image[line + channels..2 * line - channels].to_vec()
    });
    Outcome { spikes, active, g, sums, dy: dy.collect() }
}

fn dims_words(d: &Dims) -> usize {
    d.steps * d.batch * d.pixels * kestirme_kernels::words(d.channels)
}

#[test]
fn statistics_of_large_means_do_not_cancel() {
    let _turn = exclusive();
    let mut random = Random(5);
    for (rows, channels) in [(1, 4), (3, 8), (5000, 12), (70, 512)] {
        let y: Vec<f32> = random.values(rows * channels).iter().map(|y| 1000.0 + y).collect();
        let (mean, var) = on_all_threads(|| {
            let mut scratch = vec![f32::NAN; bn::scratch_len(rows, channels)];
            let (mut mean, mut var) = (vec![0.0; channels], vec![0.0; channels]);
            bn::statistics(channels, &y, &mut scratch, &mut mean, &mut var);
            (mean, var)
        });
        let want = twin::batch_norm::Statistics::of(twin::batch_norm::Dims { rows, channels, repeats: 1 }, &f64s(&y));
        // A task's sum has at most 4,096 terms of size 1,000; the variance sums squares around that mean.
        assert_close("mean", &mean, &want.mean, rows.min(4096), 1001.0);
        let centre = rows.min(4096) as f64 * 2f64.powi(-24) * 1001.0;
        assert_close("variance", &var, &want.var, rows.min(4096), 1.0 + centre * centre * 2f64.powi(24));
    }
}
