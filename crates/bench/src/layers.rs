//! The kernels that a training step calls for a layer, in its order.

use crate::Bench;
use crate::random::Random;
use kestirme_kernels::batch_norm::{self, Pixels};
use kestirme_kernels::conv2d::{self, Scratch, Shape};
use kestirme_kernels::neurons::{Kind, Neurons};
use kestirme_kernels::surrogates::Surrogate;
use kestirme_kernels::walk::{Current, Dims, Residual};
use kestirme_kernels::{add, words};

pub fn time(bench: &mut Bench, kind: &str, numbers: &[f64]) -> Result<(), String> {
    let whole: Vec<usize> = numbers.iter().map(|number| *number as usize).collect();
    match (kind, &whole[..]) {
        ("convolution", &[n, h, w, cin, cout, kernel, stride, pad, dense, _, _]) => {
            let shape = Shape { n, h, w, cin, cout, kernel, stride, pad };
            match dense {
                0 => sparse(bench, &shape, numbers[9], numbers[10]),
                _ => dense_convolution(bench, &shape),
            }
        }
        ("norm", &[steps, batch, h, w, channels, y_steps]) => {
            norm(bench, Pixels { steps, batch, h, w, channels }, y_steps);
        }
        ("neurons", &[steps, batch, pixels, channels, y_steps, residual]) => {
            neurons(bench, Dims { steps, batch, pixels, channels }, y_steps, residual);
        }
        _ => return Err(format!("no layer of this kind with {} numbers", numbers.len())),
    }
    Ok(())
}

fn memory(scratch: Scratch) -> (Vec<u32>, Vec<f32>) {
    (vec![0; scratch.words()], vec![0.0; scratch.floats()])
}

fn sparse(bench: &mut Bench, s: &Shape, firing: f64, active: f64) {
    let mut random = Random::new(1);
    let weights = random.floats(s.weight_len());
    let dy = random.floats(s.gradient().len());
    let rows = s.n * s.h * s.w;
    let (spikes, asked) = (random.bits(rows, s.cin, firing), random.bits(rows, s.cin, active));
    let (mut y, mut dx) = (vec![0.0; s.output_len()], vec![0.0; s.input_len()]);
    let mut dw = vec![0.0; s.weight_len()];

    let (mut list, mut floats) = memory(conv2d::forward_scratch(s));
    bench.time("conv2d forward", || conv2d::forward(s, &spikes, &weights, &mut list, &mut floats, &mut y));
    let (mut list, mut floats) = memory(conv2d::backward_weights_scratch(s));
    bench.time("conv2d weight gradient", || {
        conv2d::backward_weights(s, &spikes, &dy, &mut list, &mut floats, &mut dw);
    });
    let (mut list, mut floats) = memory(conv2d::backward_input_scratch(s));
    // A shortcut's gradient is added to that of the convolutions beside it.
    let accumulate = s.kernel == 1;
    bench.time("conv2d input gradient", || {
        conv2d::backward_input(s, &dy, &weights, Some(&asked), &mut list, &mut floats, accumulate, &mut dx);
    });
}

fn dense_convolution(bench: &mut Bench, s: &Shape) {
    let mut random = Random::new(1);
    let weights = random.floats(s.weight_len());
    let dy = random.floats(s.gradient().len());
    let x = random.floats(s.input_len());
    let mut bordered = vec![0.0; conv2d::bordered_len(s)];
    let mut tiled = vec![0.0; conv2d::tiled_len(s)];
    let (mut y, mut dw) = (vec![0.0; s.output_len()], vec![0.0; s.weight_len()]);
    bench.time("conv2d border", || conv2d::add_border(s, &x, &mut bordered));
    bench.time("conv2d forward, dense", || conv2d::forward_dense(s, &bordered, &weights, &mut tiled, &mut y));
    bench.time("conv2d weight gradient, dense", || conv2d::backward_weights_dense(s, &bordered, &dy, &mut dw));
}

fn norm(bench: &mut Bench, p: Pixels, y_steps: usize) {
    let mut random = Random::new(1);
    let rows = p.batch * p.h * p.w;
    let y = random.floats(y_steps * rows * p.channels);
    let g = random.floats(p.steps * rows * p.channels);
    let mut scratch = vec![0.0; batch_norm::scratch_len(y_steps * rows, p.channels)];
    let (mut mean, mut var) = (vec![0.0; p.channels], vec![0.0; p.channels]);
    bench.time("norm statistics", || {
        batch_norm::statistics(p.channels, &y, &mut scratch, &mut mean, &mut var);
    });
    let (a, b, c) = (random.floats(p.channels), random.floats(p.channels), random.floats(p.channels));
    // Of a 3x3 window below.
    let border = 1;
    let mut dy = vec![0.0; y_steps * p.batch * (p.h + 2 * border) * (p.w + 2 * border) * p.channels];
    bench.time("norm backward", || {
        batch_norm::backward_apply(&p, y_steps, border, &g, &y, [&a, &b, &c], &mut dy);
    });
}

/// Fires and is active at about the rates that networks have, on numbers from -0.5 to 0.5.
fn neuron() -> Neurons<'static> {
    let (numbers, surrogate) = (&[0.25, 0.25, 1.0, 0.0, 0.0], Surrogate::named("rectangle", 0.4));
    Neurons { kind: Kind::named("lif"), numbers, learned: &[], table: &[], start: &[], surrogate }
}

fn neurons(bench: &mut Bench, d: Dims, y_steps: usize, residual: usize) {
    let neuron = neuron();
    let mut random = Random::new(1);
    let c = d.channels;
    let step = d.batch * d.pixels * c;
    let (ones, zeros) = (vec![1.0; c], vec![0.0; c]);
    let y = random.floats(y_steps * step);
    let first = Current { y: &y, scale: &ones, shift: &zeros, mean: &zeros };
    let rows = d.steps * d.batch * d.pixels;
    let second_y = random.floats(if residual == 2 { d.steps * step } else { 0 });
    let second_spikes = random.bits(if residual == 1 { rows } else { 0 }, c, 0.3);
    let second = || match residual {
        1 => Residual::Spikes(&second_spikes),
        2 => Residual::Current(Current { y: &second_y, scale: &ones, shift: &zeros, mean: &zeros }),
        _ => Residual::None,
    };
    let (mut spikes, mut active) = (vec![0; rows * words(c)], vec![0; rows * words(c)]);
    bench.time("neurons forward", || neuron.forward(d, first, second(), &mut spikes, &mut active));
    let mut partial = vec![0.0; neuron.kind.partial_len(&d, 1)];
    let (mut g, mut sums) = (random.floats(d.steps * step), vec![0.0; 3 * c]);
    bench.time("neurons backward", || {
        neuron.backward(d, first, second(), true, &[], &mut partial, &mut g, &mut sums);
    });
    if residual == 1 {
        let mut into = vec![0.0; d.steps * step];
        bench.time("accumulate", || add::accumulate(&g, &mut into));
    }
}
