//! The layers put together: a small residual network with a shortcut head, its loss and every gradient.
//!
//! Image -> stem (conv, norm: once, LIF: at each step) -> block (conv, norm, LIF, conv, norm, + residual, LIF) -> main head.
//! The shortcut head reads the stem's spikes.

mod finite_difference;

use finite_difference::{Draw, STEP, check};
use kestirme_reference::firing_rate::{self, Penalty};
use kestirme_reference::losses::{self, Loss, combined::Combine, each_step};
use kestirme_reference::neurons::{Activity, Dims, lif};
use kestirme_reference::surrogates::Surrogate;
use kestirme_reference::{add, batch_norm, conv2d, global_average_pool, linear};

const T: usize = 3;
const B: usize = 2;
const SIZE: usize = 3;
const C: usize = 2;
const CLASSES: usize = 3;
const LABELS: [usize; B] = [2, 0];
const SMOOTHING: f64 = 0.1;
const NAMES: [&str; 14] = [
    "image",
    "stem.conv.weight",
    "stem.norm.weight",
    "stem.norm.bias",
    "conv1.weight",
    "norm1.weight",
    "norm1.bias",
    "conv2.weight",
    "norm2.weight",
    "norm2.bias",
    "head.main.weight",
    "head.main.bias",
    "head.stem.weight",
    "head.stem.bias",
];
/// Of [`NAMES`], what lies behind the shortcut head's tap.
const BEHIND_TAP: std::ops::Range<usize> = 4..10;

const NORM: batch_norm::Params = batch_norm::Params { eps: 1e-5, momentum: 0.1 };
const LIF: Dims = Dims { time_steps: T, neurons: B * SIZE * SIZE * C };
const POOL: global_average_pool::Dims =
    global_average_pool::Dims { time_steps: T, batch: B, height: SIZE, width: SIZE, channels: C };
/// What a step by itself is to pool and head: one more image.
const POOL_OF_STEPS: global_average_pool::Dims =
    global_average_pool::Dims { time_steps: 1, batch: T * B, height: SIZE, width: SIZE, channels: C };
const HEAD: linear::Dims = linear::Dims { batch: B, in_features: C, out_features: CLASSES };
const LOSS: losses::Dims = losses::Dims { batch: B, classes: CLASSES };

/// A convolution of `n` images, each of which stands `repeats` times in the batch.
fn dims(n: usize, repeats: usize) -> (conv2d::Dims, batch_norm::Dims) {
    let conv = conv2d::Dims {
        n,
        height: SIZE,
        width: SIZE,
        in_channels: C,
        out_channels: C,
        kernel: 3,
        stride: 1,
        padding: 1,
    };
    (conv, batch_norm::Dims { rows: n * SIZE * SIZE, channels: C, repeats })
}

/// conv -> norm, forward: what goes out and what backward needs.
struct Driven {
    dims: (conv2d::Dims, batch_norm::Dims),
    before_norm: Vec<f64>,
    batch: batch_norm::Statistics,
    current: Vec<f64>,
}

fn drive(dims: (conv2d::Dims, batch_norm::Dims), x: &[f64], parameters: &[Vec<f64>]) -> Driven {
    let before_norm = conv2d::forward(dims.0, x, &parameters[0], None);
    let mut running = batch_norm::Statistics::fresh(C);
    let (weight, bias) = (&parameters[1], &parameters[2]);
    let (current, batch) = batch_norm::forward_train(NORM, dims.1, &before_norm, weight, bias, &mut running);
    Driven { dims, before_norm, batch, current }
}

/// Gradients: dx, then those of the three parameters.
fn drive_backward(driven: &Driven, x: &[f64], parameters: &[Vec<f64>], dcurrent: &[f64]) -> [Vec<f64>; 4] {
    let (conv, norm) = driven.dims;
    let after = batch_norm::backward_train(NORM, norm, &driven.before_norm, &parameters[1], &driven.batch, dcurrent);
    let before = conv2d::backward(conv, x, &parameters[0], &after.dx);
    [before.dx, before.dweight, after.dweight, after.dbias]
}

struct Outcome {
    loss: f64,
    /// In the order of [`NAMES`].
    gradients: Vec<Vec<f64>>,
    membranes: Vec<f64>,
}

/// What a network is trained for, besides the weights of its heads.
#[derive(Clone, Copy, Debug)]
struct Aim {
    combine: Combine,
    /// A loss of each step's logits, or of those of all together.
    loss: &'static str,
    steps: usize,
    /// On the firing rates of every layer of neurons.
    penalty: Option<Penalty>,
}

const fn plain(combine: Combine) -> Aim {
    Aim { combine, loss: "cross-entropy", steps: 1, penalty: None }
}

/// One forward and backward pass. `v` is in the order of [`NAMES`]; `weights` are the heads', main first; without a
/// second one there is no shortcut head.
fn pass(neuron: &lif::Params, aim: Aim, weights: &[f64], v: &[Vec<f64>]) -> Outcome {
    let stem = drive(dims(B, T), &v[0], &v[1..4]);
    let stem_lif = lif::forward(neuron, LIF, &stem.current.repeat(T));
    let first = drive(dims(T * B, 1), &stem_lif.spikes, &v[4..7]);
    let first_lif = lif::forward(neuron, LIF, &first.current);
    let second = drive(dims(T * B, 1), &first_lif.spikes, &v[7..10]);
    let last_lif = lif::forward(neuron, LIF, &add::forward(&second.current, &stem_lif.spikes));

    let Aim { combine, loss, steps, penalty } = aim;
    let (pool, head) =
        if steps == 1 { (POOL, HEAD) } else { (POOL_OF_STEPS, linear::Dims { batch: steps * B, ..HEAD }) };
    let rates = [&last_lif, &stem_lif].map(|lif| global_average_pool::forward(pool, &lif.spikes));
    let read = |h: usize| linear::forward(head, &rates[h], &v[10 + 2 * h], &v[11 + 2 * h]);
    let logits: Vec<Vec<f64>> = (0..weights.len()).map(read).collect();
    let kind = Loss::named(loss, SMOOTHING);
    let on_rates = |lif: &Activity| penalty.map_or(0.0, |p| firing_rate::forward(p, POOL, &lif.spikes));
    let loss = each_step::forward(combine, LOSS, steps, &kind, weights, &logits, &LABELS)
        + [&stem_lif, &first_lif, &last_lif].map(on_rates).iter().sum::<f64>();

    let dlogits = each_step::backward(combine, LOSS, steps, &kind, weights, &logits, &LABELS);
    let heads: Vec<linear::Gradients> =
        dlogits.iter().enumerate().map(|(h, dz)| linear::backward(head, &rates[h], &v[10 + 2 * h], dz)).collect();
    let dtap = |h: usize| global_average_pool::backward(pool, &heads[h].dx);
    let with_penalty = |dspikes: &[f64], lif: &Activity| match penalty {
        Some(p) => add::forward(dspikes, &firing_rate::backward(p, POOL, &lif.spikes)),
        None => dspikes.to_vec(),
    };
    let dsum = lif::backward(neuron, LIF, &last_lif.membrane, &with_penalty(&dtap(0), &last_lif));
    let (dsecond, dresidual) = add::backward(&dsum);
    let [dspikes1, dw2, dg2, db2] = drive_backward(&second, &first_lif.spikes, &v[7..10], &dsecond);
    let dfirst = lif::backward(neuron, LIF, &first_lif.membrane, &with_penalty(&dspikes1, &first_lif));
    let [dspikes0, dw1, dg1, db1] = drive_backward(&first, &stem_lif.spikes, &v[4..7], &dfirst);
    let mut dstem_spikes = add::forward(&dspikes0, &dresidual);
    if heads.len() > 1 {
        dstem_spikes = add::forward(&dstem_spikes, &dtap(1));
    }
    let dsteps = lif::backward(neuron, LIF, &stem_lif.membrane, &with_penalty(&dstem_spikes, &stem_lif));
    let dstem = dsteps.chunks_exact(LIF.neurons).fold(vec![0.0; LIF.neurons], |sum, step| add::forward(&sum, step));
    let [dimage, dw0, dg0, db0] = drive_backward(&stem, &v[0], &v[1..4], &dstem);

    let mut gradients = vec![dimage, dw0, dg0, db0, dw1, dg1, db1, dw2, dg2, db2];
    gradients.extend(heads.into_iter().flat_map(|g| [g.dweight, g.dbias]));
    let membranes = [stem_lif.membrane, first_lif.membrane, last_lif.membrane].concat();
    Outcome { loss, gradients, membranes }
}

/// Small norm weights keep many membranes where the surrogate is not zero.
fn values(seed: u32) -> Vec<Vec<f64>> {
    let mut draw = Draw::new(seed);
    let mut norm =
        || [draw.vec(C).iter().map(|w| 0.4 + 0.2 * w).collect(), draw.vec(C).iter().map(|b| 0.4 + 0.2 * b).collect()];
    let norms: [[Vec<f64>; 2]; 3] = [norm(), norm(), norm()];
    let mut v = vec![draw.vec(B * SIZE * SIZE * C)];
    for norm in norms {
        v.push(draw.vec(C * C * 9));
        v.extend(norm);
    }
    for _ in 0..2 {
        v.push(draw.vec(CLASSES * C));
        v.push(draw.vec(CLASSES));
    }
    v
}

#[test]
fn every_gradient_of_a_smooth_network() {
    for surrogate in Surrogate::all() {
        // None steeper than differences of STEP can follow.
        let surrogate = Surrogate { option: surrogate.option.min(4.0), ..surrogate };
        for reset in [lif::Reset::Hard, lif::Reset::Soft] {
            let neuron = lif::Params { surrogate, reset, smooth: true, ..lif::Params::default() };
            for (combine, weights) in [(Combine::Logits, [1.0, 1.0]), (Combine::Losses, [0.25, 0.75])] {
                check_gradients(&neuron, plain(combine), &weights);
            }
        }
    }
}

#[test]
fn every_gradient_with_a_loss_of_each_step_and_a_penalty_on_rates() {
    let neuron = lif::Params { smooth: true, ..lif::Params::default() };
    for (combine, weights) in [(Combine::Logits, [1.0, 0.5]), (Combine::Losses, [0.25, 0.75])] {
        for penalty in [None, Some(Penalty { strength: 3.0, target: 0.2 })] {
            for (loss, steps) in [("tet", T), ("cross-entropy", 1)] {
                check_gradients(&neuron, Aim { combine, loss, steps, penalty }, &weights);
            }
        }
    }
}

fn check_gradients(neuron: &lif::Params, aim: Aim, weights: &[f64]) {
    let away_from_corners = |v: &Vec<Vec<f64>>| {
        let near = |u: &f64| {
            let v = (u - neuron.threshold).abs();
            v < 50.0 * STEP || (v - neuron.surrogate.half_support()).abs() < 50.0 * STEP
        };
        !pass(neuron, aim, weights, v).membranes.iter().any(near)
    };
    let v = (0..).map(values).find(away_from_corners).expect("some seed");
    let inputs: Vec<(&str, Vec<f64>)> = NAMES.into_iter().zip(v).collect();
    check(
        &format!("network {:?} {:?} {aim:?}", neuron.surrogate, neuron.reset),
        &inputs,
        |v| vec![pass(neuron, aim, weights, v).loss],
        |v, dy| {
            let gradients = pass(neuron, aim, weights, v).gradients;
            gradients.iter().map(|g| g.iter().map(|g| dy[0] * g).collect()).collect()
        },
    );
}

#[test]
fn a_shortcut_head_of_weight_zero_changes_no_bit() {
    for combine in [Combine::Logits, Combine::Losses] {
        let neuron = lif::Params::default();
        let with = pass(&neuron, plain(combine), &[1.0, 0.0], &values(0));
        let without = pass(&neuron, plain(combine), &[1.0], &values(0));
        assert!(without.gradients[1].iter().any(|&g| g != 0.0), "the stem learns");
        assert_eq!(with.loss, without.loss);
        assert_eq!(with.gradients[..12], without.gradients[..]);
    }
}

#[test]
fn layers_behind_the_tap_learn_nothing_from_the_shortcut_head() {
    let neuron = lif::Params::default();
    let only_shortcut = pass(&neuron, plain(Combine::Logits), &[0.0, 1.0], &values(0));
    for (i, gradient) in only_shortcut.gradients.iter().enumerate() {
        let silent = BEHIND_TAP.contains(&i) || NAMES[i].starts_with("head.main");
        assert_eq!(gradient.iter().all(|&g| g == 0.0), silent, "{}", NAMES[i]);
    }
}
