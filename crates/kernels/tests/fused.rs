//! The kernels put together as a network puts them: normalised currents are never written, and the neuron reads them
//! through affine maps. Spikes must be those of the twins' composition, every one of them.
//!
//!   image -> conv -> norm -> LIF (taps a head) -> conv -> norm -> + residual spikes -> LIF -> mean over time and space

mod support;

use kestirme_kernels::batch_norm::{self as norm, Pixels};
use kestirme_kernels::conv2d::{self, Shape};
use kestirme_kernels::norms::{self, Layer, Norm, Sums};
use kestirme_kernels::surrogates::Surrogate;
use kestirme_kernels::walk::{Current, Dims, Residual};
use kestirme_kernels::{add, global_average_pool as gap};
use kestirme_reference as twin;
use kestirme_reference::norms as norms_of_twins;
use support::neurons::{Neuron, params};
use support::{Draw, Guarded, UNIT, to_bits, widen};

const T: usize = 3;
const B: usize = 2;
const SIZE: usize = 5;
const IMAGE: usize = 3;
const C: usize = 12;
const PIXELS: usize = B * SIZE * SIZE;
const NEURONS: usize = PIXELS * C;
const EPS: f32 = 1e-5;

/// The image is the same at every step, so the first convolution and normalisation run once.
const STEM: Shape = Shape { n: B, h: SIZE, w: SIZE, cin: IMAGE, cout: C, kernel: 3, stride: 1, pad: 1 };
const CONV: Shape = Shape { n: T * B, cin: C, ..STEM };
const DIMS: Dims = Dims { steps: T, batch: B, pixels: SIZE * SIZE, channels: C };

const TWIN_DIMS: norms_of_twins::Dims = norms_of_twins::Dims { steps: T, rows: PIXELS, channels: C };
/// Of normalised values, where a norm looks at it.
const DEVIATION: f32 = 0.8;

struct Network {
    neuron: Neuron,
    norm: Layer,
    image: Vec<f32>,
    /// Of both convolutions, as PyTorch has them.
    weights: [Vec<f32>; 2],
    /// Of both normalisations.
    parameters: [Vec<f32>; 2],
    /// dL/drates of both heads, `[B, C]`.
    heads: [Vec<f32>; 2],
}

/// What both sides must agree on.
#[derive(Default)]
struct Outcome<N> {
    spikes: [Vec<u32>; 2],
    running: [Vec<N>; 2],
    dweights: [Vec<N>; 2],
    dparameters: [Vec<N>; 2],
}

impl Network {
    fn new(neuron: Neuron, norm: &'static dyn Norm, seed: u32) -> Self {
        let mut draw = Draw::new(seed);
        let fresh = norms_of_twins::named(norm.name()).fresh(TWIN_DIMS);
        let mut parameters = || {
            let around = |&x: &f64| if x == 1.0 { draw.between(0.5, 1.5) } else { 0.3 + 0.3 * draw.number() };
            fresh.iter().map(around).collect::<Vec<f32>>()
        };
        let parameters = [parameters(), parameters()];
        let mut draw = Draw::new(seed + 1_000_000);
        Network {
            neuron,
            norm: Layer { norm, steps: T, channels: C, eps: EPS, momentum: 0.1, deviation: DEVIATION },
            image: draw.numbers(PIXELS * IMAGE),
            weights: [draw.numbers(STEM.weight_len()), draw.numbers(CONV.weight_len())],
            parameters,
            heads: [draw.numbers(B * C), draw.numbers(B * C)],
        }
    }

    fn packed(&self, s: &Shape, layer: usize) -> Vec<f32> {
        let mut packed = vec![f32::NAN; s.weight_len()];
        conv2d::pack_weights(&self.weights[layer], C, s.cin, s.cin, s.cout, 9, &mut packed);
        packed
    }
}

/// One normalisation of the kernels, with its table.
struct Normalised {
    y: Vec<f32>,
    table: Guarded<f32>,
}

impl Normalised {
    fn new(n: &Network, layer: usize, y: Vec<f32>, out: &mut Outcome<f32>) -> Self {
        let (norm, parameters) = (&n.norm, Guarded::new(&n.parameters[layer]));
        let mut scratch = Guarded::scratch(norm.scratch_len(y.len() / C));
        let mut table = Guarded::scratch(norm.table_len());
        let len = norm.norm.running_len(norm);
        // Ones, as variances start, behind means of zero.
        let mut running =
            Guarded::new(&(0..len).map(|i| if i < len - norm.groups() * C { 0.0 } else { 1.0 }).collect::<Vec<_>>());
        norm.forward_train(&y, T * NEURONS / y.len(), &parameters, &mut running, &mut scratch, &mut table);
        out.running[layer] = running.to_vec();
        Normalised { y, table }
    }

    fn current(&self) -> Current<'_> {
        let [scale, shift, mean] = [0, 1, 2].map(|row| norms::row(&self.table, C, row));
        Current { y: &self.y, scale, shift, mean }
    }

    /// Back to a bordered gradient of y, from dL/dx and its sums.
    fn backward(
        &self,
        n: &Network,
        layer: usize,
        s: &Shape,
        g: &[f32],
        sums: &[f32],
        out: &mut Outcome<f32>,
    ) -> Vec<f32> {
        let parameters = Guarded::new(&n.parameters[layer]);
        let mut gradients = Guarded::new(&vec![0.0; parameters.len()]);
        let [g_sums, gy_sums] = [0, 1].map(|row| &sums[row * C..sums.len() - (2 - row) * C]);
        let sums = Sums::new(g_sums, gy_sums, C, T, T * PIXELS);
        let mut table = Guarded::new(&self.table);
        n.norm.backward(&parameters, &sums, &mut gradients, &mut table);
        out.dparameters[layer] = gradients.to_vec();
        let abc = [4, 5, 6].map(|row| norms::row(&table, C, row));
        let p = Pixels { steps: T, batch: B, h: SIZE, w: SIZE, channels: C };
        let mut dy = Guarded::scratch(s.gradient().len());
        norm::backward_apply(&p, s.n / B, s.border(), g, &self.y, abc, &mut dy);
        dy.to_vec()
    }
}

impl Network {
    fn run(&self) -> Outcome<f32> {
        let mut out = Outcome::default();
        let mut image = Guarded::scratch(conv2d::bordered_len(&STEM));
        conv2d::add_border(&STEM, &self.image, &mut image);
        let mut y = vec![f32::NAN; STEM.output_len()];
        let mut tiled = Guarded::scratch(conv2d::tiled_len(&STEM));
        conv2d::forward_dense(&STEM, &image, &self.packed(&STEM, 0), &mut tiled, &mut y);
        let first = Normalised::new(self, 0, y, &mut out);
        let (mut lower, mut active) = (vec![u32::MAX; DIMS.spike_words()], vec![u32::MAX; DIMS.spike_words()]);
        self.neuron.kernel().forward(DIMS, first.current(), Residual::None, &mut lower, &mut active);

        let mut y = vec![f32::NAN; CONV.output_len()];
        let weights = self.packed(&CONV, 1);
        let scratch = conv2d::forward_scratch(&CONV);
        let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
        conv2d::forward(&CONV, &lower, &weights, &mut list, &mut floats, &mut y);
        let second = Normalised::new(self, 1, y, &mut out);
        let mut upper = vec![u32::MAX; DIMS.spike_words()];
        self.neuron.kernel().forward(DIMS, second.current(), Residual::Spikes(&lower), &mut upper, &mut []);

        // Only the head comes from above the upper neurons: g is written, not read.
        let mut g = vec![f32::NAN; T * NEURONS];
        let sums = self.back(second.current(), Residual::Spikes(&lower), false, 1, &mut g);
        let dy = second.backward(self, 1, &CONV, &g, &sums, &mut out);
        let scratch = conv2d::backward_weights_scratch(&CONV);
        let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
        let mut dw = vec![0.0; CONV.weight_len()];
        conv2d::backward_weights(&CONV, &lower, &dy, &mut list, &mut floats, &mut dw);
        out.dweights[1] = unpack(&CONV, &dw);

        // The convolution's gradient, only where the lower neurons let it pass, and the residual's join.
        let scratch = conv2d::backward_input_scratch(&CONV);
        let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
        let mut below = vec![f32::NAN; T * NEURONS];
        conv2d::backward_input(&CONV, &dy, &weights, Some(&active), &mut list, &mut floats, false, &mut below);
        add::accumulate(&g, &mut below);
        let sums = self.back(first.current(), Residual::None, true, 0, &mut below);
        let dy = first.backward(self, 0, &STEM, &below, &sums, &mut out);
        let mut dw = vec![0.0; STEM.weight_len()];
        conv2d::backward_weights_dense(&STEM, &image, &dy, &mut dw);
        out.dweights[0] = unpack(&STEM, &dw);
        out.spikes = [lower, upper];
        out
    }

    /// Through the neurons under a head, and the sums of what arrives below.
    fn back(&self, current: Current, residual: Residual, dense: bool, head: usize, g: &mut [f32]) -> Vec<f32> {
        let mut inject = self.heads[head].clone();
        gap::backward(&gap::Dims { steps: T, batch: B, pixels: SIZE * SIZE, channels: C }, &mut inject);
        let steps = self.norm.table_steps();
        let mut partial = Guarded::scratch(self.neuron.kernel().kind.partial_len(&DIMS, steps));
        let mut sums = vec![f32::NAN; steps * 3 * C];
        self.neuron.kernel().backward(DIMS, current, residual, dense, &inject, &mut partial, g, &mut sums);
        sums
    }
}

fn unpack(s: &Shape, dw: &[f32]) -> Vec<f32> {
    let mut oihw = vec![f32::NAN; dw.len()];
    conv2d::unpack_weights(dw, C, s.cin, s.cin, s.cout, 9, &mut oihw);
    oihw
}

/// The same network of the twins, and how close a membrane comes to where a rounding would decide.
fn run_twins(n: &Network) -> (Outcome<f64>, f64) {
    let mut out = Outcome::default();
    let p = params(&n.neuron);
    let norm = norms_of_twins::named(n.norm.norm.name());
    let norm_params = norms_of_twins::Params { eps: EPS as f64, momentum: 0.1f32 as f64, deviation: DEVIATION as f64 };
    let neurons = twin::neurons::Dims { time_steps: T, neurons: NEURONS };
    let conv = |s: &Shape| twin::conv2d::Dims {
        n: s.n,
        height: SIZE,
        width: SIZE,
        in_channels: s.cin,
        out_channels: C,
        kernel: 3,
        stride: 1,
        padding: 1,
    };
    let [w0, w1] = [0, 1].map(|i| widen(&n.weights[i]));
    let parameters = [0, 1].map(|i| widen(&n.parameters[i]));
    let mut normalise = |layer: usize, y: &[f64]| {
        let batch = norm.statistics(TWIN_DIMS, y);
        let mut running = vec![twin::batch_norm::Statistics::fresh(C); batch.len()];
        norm.follow(norm_params, TWIN_DIMS, &mut running, &batch);
        out.running[layer] = norm.kept(&running);
        (norm.forward(norm_params, TWIN_DIMS, y, &parameters[layer], &batch), batch)
    };
    let image = widen(&n.image);
    let y0 = twin::conv2d::forward(conv(&STEM), &image, &w0, None).repeat(T);
    let (x0, batch0) = normalise(0, &y0);
    let lower = twin::neurons::lif::forward(&p, neurons, &x0);
    let y1 = twin::conv2d::forward(conv(&CONV), &lower.spikes, &w1, None);
    let (x1, batch1) = normalise(1, &y1);
    let upper = twin::neurons::lif::forward(&p, neurons, &twin::add::forward(&x1, &lower.spikes));

    let pool = twin::global_average_pool::Dims { time_steps: T, batch: B, height: SIZE, width: SIZE, channels: C };
    let [tapped, top] = [0, 1].map(|i| twin::global_average_pool::backward(pool, &widen(&n.heads[i])));
    let dx1 = twin::neurons::lif::backward(&p, neurons, &upper.membrane, &top);
    let g1 = norm.backward(norm_params, TWIN_DIMS, &y1, &parameters[1], &batch1, &dx1);
    let c1 = twin::conv2d::backward(conv(&CONV), &lower.spikes, &w1, &g1.dx);
    let below: Vec<f64> = (0..dx1.len()).map(|i| c1.dx[i] + dx1[i] + tapped[i]).collect();
    let dx0 = twin::neurons::lif::backward(&p, neurons, &lower.membrane, &below);
    let g0 = norm.backward(norm_params, TWIN_DIMS, &y0, &parameters[0], &batch0, &dx0);
    let summed: Vec<f64> = (0..NEURONS).map(|i| (0..T).map(|t| g0.dx[t * NEURONS + i]).sum()).collect();
    out.dweights = [twin::conv2d::backward(conv(&STEM), &image, &w0, &summed).dweight, c1.dweight];
    out.dparameters = [g0.dparameters, g1.dparameters];
    let edge = p.surrogate.half_support();
    let margin = lower.membrane.iter().chain(&upper.membrane).fold(f64::INFINITY, |least, u| {
        let v = (u - p.threshold).abs();
        least.min(v).min((v - edge).abs())
    });
    out.spikes = [lower.spikes, upper.spikes].map(|s| to_bits(&s.iter().map(|&s| s as f32).collect::<Vec<_>>(), C));
    (out, margin)
}

/// Relative to the largest number of a tensor, or of `C` numbers where several tensors lie one after the other. The longest way, to the stem's weights, is through nine sums one after the
/// other: convolution, statistics and map upwards, and downwards neuron, normalisation, convolution, neuron,
/// normalisation, convolution; the longest sum has T * B * H * W = 150 terms. Roundings of n terms behave as a random walk
/// (Higham & Mary 2019), sqrt(n) u each; worst cases, which the tests of single kernels use, multiply to nothing useful.
fn check(what: &str, got: &[Vec<f32>; 2], want: &[Vec<f64>; 2]) {
    let bound = 9.0 * ((T * PIXELS) as f64).sqrt() * UNIT;
    for layer in 0..2 {
        assert_eq!(got[layer].len(), want[layer].len());
        let part = if want[layer].len() <= 100 { C } else { want[layer].len() };
        for (place, (got, want)) in got[layer].chunks(part).zip(want[layer].chunks(part)).enumerate() {
            let top = want.iter().fold(0.0f64, |top, x| top.max(x.abs()));
            assert!(top > 0.0, "{what} of layer {layer} says something");
            support::close(&format!("{what} of layer {layer}, part {place}"), got, want, |_| bound * top);
        }
    }
}

/// Both lists are whole: who adds a norm here or there hears of the other.
#[test]
fn every_norm_has_a_twin() {
    assert_eq!(norms::KINDS.map(|norm| norm.name()), norms_of_twins::KINDS.map(|norm| norm.name()));
}

#[test]
fn a_network_of_kernels_is_the_network_of_their_twins() {
    let group = Neuron::group();
    let soft = Neuron { hard_reset: false, decay: 0.5, decay_input: true, threshold: 0.3, ..group };
    let tanh = Neuron { detach_reset: true, surrogate: Surrogate::named("tanh", 3.0), ..group };
    let usual = norms::named("bn");
    let neurons = [group, soft, tanh].map(|neuron| (neuron, usual));
    for (neuron, norm) in neurons.into_iter().chain(norms::KINDS.map(|norm| (group, norm))) {
        let mut networks = 0;
        for seed in 0..200 {
            let network = Network::new(neuron, norm, seed);
            let (want, margin) = run_twins(&network);
            // Membranes are sums of order 1 with at most 9 * 12 terms before them: f32 moves them by about 1e-6.
            if margin < 1e-5 {
                continue;
            }
            let got = network.run();
            assert_eq!(got.spikes, want.spikes, "spikes, seed {seed}");
            check("running statistics", &got.running, &want.running);
            check("dweight", &got.dweights, &want.dweights);
            check("dparameters", &got.dparameters, &want.dparameters);
            networks += 1;
        }
        assert!(networks >= 20, "{networks} networks keep their distance");
    }
}
