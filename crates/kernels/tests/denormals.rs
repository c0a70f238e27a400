//! Denormals are kept, as IEEE 754 has them: no kernel, on no thread, takes them for zero or makes zeros of them. Nor do
//! zeros lose their sign. The f64 twins see denormals of f32 as ordinary numbers, so they tell what should come out.

mod support;

use kestirme_kernels::conv2d::{self, Shape};
use kestirme_kernels::walk::{Current, Dims, Residual};
use kestirme_kernels::{adam, add, batch_norm, sgd, update};
use kestirme_reference::neurons as neurons_twin;
use kestirme_reference::{adam as adam_twin, batch_norm as batch_norm_twin, conv2d as conv2d_twin};
use support::neurons::{Neuron, params};
use support::{Draw, Guarded, close, gamma, identical, magnitudes, to_bits, widen};

/// The smallest denormal; every other one is a whole number of these.
const LEAST: f64 = f64::from_bits((1023 - 149) << 52);
/// Off by at most this is a product that is rounded to a denormal. Sums of denormals are exact while they stay small.
const ROUNDING: f64 = LEAST / 2.0;

/// Denormals of either sign, of at most `bits` bits.
fn denormals(draw: &mut Draw, len: usize, bits: u32) -> Vec<f32> {
    (0..len).map(|_| f32::from_bits((draw.word() & (0x8000_0000 | ((1 << bits) - 1))) | 1)).collect()
}

/// Of an optimiser's step.
fn scratch(len: usize) -> Vec<f64> {
    vec![f64::NAN; update::scratch_len(len)]
}

/// Three threads for the test that calls: the mode of a processor is set thread by thread.
fn on_three_threads() {
    #[cfg(feature = "threads")]
    {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads");
        kestirme_kernels::par::set_pool(Some(pool));
    }
}

/// Else a test would show nothing.
fn assert_mostly_denormal(what: &str, values: &[f32]) {
    let found = values.iter().filter(|x| x.is_subnormal()).count();
    assert!(found * 2 > values.len(), "{what}: {found} of {} are denormal", values.len());
}

fn rounded(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&x| x as f32).collect()
}

#[test]
fn sums_are_exact() {
    on_three_threads();
    let mut draw = Draw::new(1);
    let len = 40_001;
    let (x, before) = (denormals(&mut draw, len, 22), denormals(&mut draw, len, 22));
    let mut sum = Guarded::new(&before);
    add::accumulate(&Guarded::new(&x), &mut sum);
    let want: Vec<f64> = x.iter().zip(&before).map(|(x, b)| *x as f64 + *b as f64).collect();
    identical("sum", &sum, &rounded(&want));
    assert_mostly_denormal("sum", &sum);
}

#[test]
fn sgd_steps() {
    on_three_threads();
    let mut draw = Draw::new(2);
    let len = 40_001;
    for nesterov in [false, true] {
        let p = sgd::Params { lr: 0.3, momentum: 0.9, nesterov, weight_decay: 0.25, gradient_scale: 0.7 };
        let [gradient, before, speed] = [0; 3].map(|_| denormals(&mut draw, len, 23));
        let (mut weights, mut velocity) = (Guarded::new(&before), Guarded::new(&speed));
        sgd::step(&p, &Guarded::new(&gradient), &mut weights, &mut velocity, &mut scratch(len));
        let (lr, momentum, decay, scale) =
            (p.lr as f64, p.momentum as f64, p.weight_decay as f64, p.gradient_scale as f64);
        let pull: Vec<f64> = (0..len).map(|i| gradient[i] as f64 * scale + decay * before[i] as f64).collect();
        let moved: Vec<f64> = (0..len).map(|i| momentum * speed[i] as f64 + pull[i]).collect();
        // Only products are rounded: no sum reaches 2^-125, below which all sums are exact.
        close("velocity", &velocity, &moved, |_| 6.0 * ROUNDING);
        close(
            "weights",
            &weights,
            &(0..len)
                .map(|i| before[i] as f64 - lr * if nesterov { pull[i] + momentum * moved[i] } else { moved[i] })
                .collect::<Vec<_>>(),
            |_| 10.0 * ROUNDING,
        );
        assert_mostly_denormal("velocity", &velocity);
        assert_mostly_denormal("weights", &weights);
    }
}

/// Gradients of 1e-20 have squares of 1e-40: the second moment is denormal.
#[test]
fn adam_keeps_small_squares() {
    on_three_threads();
    let mut draw = Draw::new(3);
    let len = 20_000;
    let p = adam::Params {
        lr: 1e-3,
        beta1: 0.9,
        beta2: 0.75,
        eps: 1e-8,
        weight_decay: 0.0,
        decoupled: false,
        gradient_scale: 1.0,
        step: 1,
    };
    let gradient: Vec<f32> = draw.numbers(len).iter().map(|x| x * 1e-19).collect();
    let (mut weights, mut first, mut second) =
        (Guarded::new(&vec![0.5; len]), Guarded::new(&vec![0.0; len]), Guarded::new(&vec![0.0; len]));
    adam::step(&p, &Guarded::new(&gradient), &mut weights, &mut first, &mut second, &mut scratch(len));
    let twin = adam_twin::Params {
        lr: p.lr as f64,
        beta1: p.beta1 as f64,
        beta2: p.beta2 as f64,
        eps: p.eps as f64,
        weight_decay: 0.0,
        decoupled: false,
    };
    let mut moments = adam_twin::Moments::zero(len);
    adam_twin::step(twin, 1, &mut vec![0.5; len], &widen(&gradient), &mut moments);
    close("second moment", &second, &moments.second, |i| 3.0 * ROUNDING + gamma(3) * moments.second[i]);
    assert_mostly_denormal("second moment", &second);
}

#[test]
fn batch_statistics() {
    on_three_threads();
    let mut draw = Draw::new(4);
    let (rows, channels) = (3000, 32);
    let dims = batch_norm_twin::Dims { rows, channels, repeats: 1 };
    let statistics = |y: &[f32]| {
        let mut scratch = Guarded::scratch(batch_norm::scratch_len(rows, channels));
        let (mut mean, mut var) = (Guarded::scratch(channels), Guarded::scratch(channels));
        batch_norm::statistics(channels, &Guarded::new(y), &mut scratch, &mut mean, &mut var);
        (mean, var, batch_norm_twin::Statistics::of(dims, &widen(y)))
    };
    // A variance of denormal squares. Each is off by one rounding, and so is their mean.
    let y: Vec<f32> = draw.numbers(rows * channels).iter().map(|x| x * 1e-19).collect();
    let (_, var, want) = statistics(&y);
    close("variance", &var, &want.var, |c| 3.0 * ROUNDING + 2.0 * gamma(rows) * want.var[c]);
    assert_mostly_denormal("variance", &var);
    // Denormals of one sign have a denormal mean; their squares are beyond f32, whose zero is right.
    let y: Vec<f32> = denormals(&mut draw, rows * channels, 23).iter().map(|x| x.abs()).collect();
    let (mean, var, want) = statistics(&y);
    close("mean", &mean, &want.mean, |c| 3.0 * ROUNDING + 2.0 * gamma(rows) * want.mean[c]);
    assert_mostly_denormal("mean", &mean);
    identical("variance of denormals", &var, &vec![0.0; channels]);
}

/// 3x3, stride 1, over 9 images of 6x5 pixels; no channel is padding.
fn convolution() -> (Shape, conv2d_twin::Dims) {
    let s = Shape { n: 9, h: 6, w: 5, cin: 8, cout: 36, kernel: 3, stride: 1, pad: 1 };
    let d = conv2d_twin::Dims {
        n: s.n,
        height: s.h,
        width: s.w,
        in_channels: s.cin,
        out_channels: s.cout,
        kernel: s.kernel,
        stride: s.stride,
        padding: s.pad,
    };
    (s, d)
}

fn pack(s: &Shape, oihw: &[f32]) -> Guarded<f32> {
    let mut packed = Guarded::scratch(s.weight_len());
    conv2d::pack_weights(oihw, s.cout, s.cin, s.cin, s.cout, s.taps(), &mut packed);
    packed
}

/// `[N, Ho, Wo, Cout]` in blocks of channels, with a border of zeros.
fn border(s: &Shape, dy: &[f32]) -> Guarded<f32> {
    let layout = s.gradient();
    let mut out = vec![0.0; layout.len()];
    for (i, values) in dy.chunks_exact(s.cout).enumerate() {
        let pixel = layout.pixel(i / (s.ho() * s.wo()), i / s.wo() % s.ho(), i % s.wo());
        for block in layout.blocks() {
            let at = block.start + pixel * block.channels;
            out[at..at + block.channels].copy_from_slice(&values[block.first_channel..][..block.channels]);
        }
    }
    Guarded::new(&out)
}

/// Weights and gradients of at most 2^14 units: sums of all that meet stay denormal, hence exact.
#[test]
fn convolutions_of_spikes_add_exactly() {
    on_three_threads();
    let mut draw = Draw::new(5);
    let (s, d) = convolution();
    let x = draw.fired(d.x_len(), 0.4);
    let (oihw, dy) = (denormals(&mut draw, d.weight_len(), 14), denormals(&mut draw, d.y_len(), 14));
    let (spikes, weights) = (Guarded::new(&to_bits(&x, s.cin)), pack(&s, &oihw));

    let scratch = conv2d::forward_scratch(&s);
    let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
    let mut y = Guarded::scratch(s.output_len());
    conv2d::forward(&s, &spikes, &weights, &mut list, &mut floats, &mut y);
    identical("y", &y, &rounded(&conv2d_twin::forward(d, &widen(&x), &widen(&oihw), None)));
    assert_mostly_denormal("y", &y);

    let scratch = conv2d::backward_weights_scratch(&s);
    let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
    let mut dw = Guarded::new(&vec![0.0; s.weight_len()]);
    conv2d::backward_weights(&s, &spikes, &border(&s, &dy), &mut list, &mut floats, &mut dw);
    let want = conv2d_twin::backward(d, &widen(&x), &widen(&oihw), &widen(&dy)).dweight;
    identical("dweight", &dw, &pack(&s, &rounded(&want)));
    assert_mostly_denormal("dweight", &dw);
}

/// Products with ordinary numbers: one rounding each.
#[test]
fn dense_convolutions() {
    on_three_threads();
    let mut draw = Draw::new(6);
    let (s, d) = convolution();
    let (x, oihw, dy) = (draw.numbers(d.x_len()), denormals(&mut draw, d.weight_len(), 20), draw.numbers(d.y_len()));
    let weights = pack(&s, &oihw);
    let mut bordered = Guarded::scratch(conv2d::bordered_len(&s));
    conv2d::add_border(&s, &x, &mut bordered);
    let (mut tiled, mut y) = (Guarded::scratch(conv2d::tiled_len(&s)), Guarded::scratch(s.output_len()));
    conv2d::forward_dense(&s, &bordered, &weights, &mut tiled, &mut y);
    let bound = |terms: usize, size: f64| terms as f64 * ROUNDING + gamma(terms) * size;
    let sizes = conv2d_twin::forward(d, &magnitudes(&x), &magnitudes(&oihw), None);
    let want = conv2d_twin::forward(d, &widen(&x), &widen(&oihw), None);
    close("y", &y, &want, |i| bound(s.taps() * s.cin, sizes[i]));
    assert_mostly_denormal("y", &y);

    let scratch = conv2d::backward_input_scratch(&s);
    let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
    let mut dx = Guarded::scratch(s.input_len());
    conv2d::backward_input(&s, &border(&s, &dy), &weights, None, &mut list, &mut floats, false, &mut dx);
    let want = conv2d_twin::backward(d, &widen(&x), &widen(&oihw), &widen(&dy)).dx;
    let sizes = conv2d_twin::backward(d, &magnitudes(&x), &magnitudes(&oihw), &magnitudes(&dy)).dx;
    close("dx", &dx, &want, |i| bound(s.taps() * s.cout, sizes[i]));
    assert_mostly_denormal("dx", &dx);
}

/// Two steps, so that a quarter of a membrane of four units' multiples is exact and spikes must be equal.
#[test]
fn neurons_compare_denormals() {
    on_three_threads();
    let mut draw = Draw::new(7);
    let dims = Dims { steps: 2, batch: 5, pixels: 11, channels: 36 };
    let threshold = f32::from_bits(1 << 15);
    let neuron = Neuron { threshold, ..Neuron::group() };
    let neurons = dims.batch * dims.pixels * dims.channels;
    let y: Vec<f32> =
        denormals(&mut draw, dims.steps * neurons, 17).iter().map(|x| f32::from_bits(x.to_bits() & !3)).collect();
    let (scale, shift, mean) = (vec![1.0; dims.channels], vec![0.0; dims.channels], vec![0.0; dims.channels]);
    let current = Current { y: &y, scale: &scale, shift: &shift, mean: &mean };
    let mut spikes = Guarded::scratch(dims.spike_words());
    neuron.kernel().forward(dims, current, Residual::None, &mut spikes, &mut []);
    let twin_dims = neurons_twin::Dims { time_steps: dims.steps, neurons };
    let want = neurons_twin::lif::forward(&params(&neuron), twin_dims, &widen(&y)).spikes;
    assert_eq!(spikes.to_vec(), to_bits(&rounded(&want), dims.channels));
    let fired = want.iter().filter(|s| **s == 1.0).count();
    assert!(fired > neurons / 10 && fired < neurons, "{fired} of {} fired", want.len());
}

#[test]
fn zeros_keep_their_sign() {
    on_three_threads();
    let len = 20_000;
    let minus = vec![-0.0; len];
    let mut sum = Guarded::new(&minus);
    add::accumulate(&Guarded::new(&minus), &mut sum);
    identical("-0 + -0", &sum, &minus);
    add::accumulate(&vec![0.0; len], &mut sum);
    identical("-0 + 0", &sum, &vec![0.0; len]);
    let p = sgd::Params { lr: 0.1, momentum: 0.9, nesterov: false, weight_decay: 0.1, gradient_scale: 1.0 };
    let (mut weights, mut velocity) = (Guarded::new(&minus), Guarded::new(&vec![0.0; len]));
    sgd::step(&p, &vec![0.0; len], &mut weights, &mut velocity, &mut scratch(len));
    identical("a weight of -0 that nothing moves", &weights, &minus);
    // Sums begin at 0, so one of -0s alone is 0.
    let (s, d) = convolution();
    let weights = pack(&s, &vec![-0.0; d.weight_len()]);
    let spikes = to_bits(&vec![1.0; d.x_len()], s.cin);
    let scratch = conv2d::forward_scratch(&s);
    let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
    let mut y = Guarded::scratch(s.output_len());
    conv2d::forward(&s, &spikes, &weights, &mut list, &mut floats, &mut y);
    identical("sums of -0", &y, &vec![0.0; y.len()]);
}
