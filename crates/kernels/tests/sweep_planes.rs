//! Values of several planes against their f64 twins: whoever reads planes one after the other has to end with what the
//! twin makes of the sum of weight * bit; and spikes joined element by element against theirs.

mod support;

use kestirme_kernels::conv2d::{self, Plane, Shape};
use kestirme_kernels::global_average_pool as gap;
use kestirme_kernels::planes::{self, Factor, Operation};
use kestirme_kernels::pool;
use kestirme_kernels::walk::{self, Dims};
use kestirme_reference::sew;
use kestirme_reference::{conv2d as conv2d_twin, global_average_pool as gap_twin, pool as pool_twin};
use support::neurons::{Neuron, params};
use support::{Draw, Guarded, close, gamma, identical, magnitudes, to_bits, widen};

/// What learned amplitudes may be.
const WEIGHTS: [f32; 4] = [1.0, -1.0, 0.7, -1.3];

/// Planes of `[pixels, channels]`, the values that they add up to, and the sum of their magnitudes.
struct Sum {
    bits: Vec<Guarded<u32>>,
    weights: Vec<f32>,
    values: Vec<f64>,
    magnitudes: Vec<f64>,
}

impl Sum {
    fn draw(draw: &mut Draw, len: usize, channels: usize, count: usize) -> Self {
        let mut sum = Sum { bits: vec![], weights: vec![], values: vec![0.0; len], magnitudes: vec![0.0; len] };
        for i in 0..count {
            let weight = if i == 0 { draw.pick(&WEIGHTS) } else { WEIGHTS[i % WEIGHTS.len()] };
            let fired = draw.fired(len, 0.3);
            for (i, &fired) in fired.iter().enumerate() {
                sum.values[i] += (weight * fired) as f64;
                sum.magnitudes[i] += (weight * fired).abs() as f64;
            }
            sum.bits.push(Guarded::new(&to_bits(&fired, channels)));
            sum.weights.push(weight);
        }
        sum
    }

    fn each(&self, mut read: impl FnMut(&[u32], f32, bool)) {
        for (i, (bits, &weight)) in self.bits.iter().zip(&self.weights).enumerate() {
            read(bits, weight, i > 0);
        }
    }
}

#[test]
fn convolutions_of_several_planes() {
    let mut draw = Draw::new(1);
    // Few pixels look up only the rows that they read, many all; the last one's weights' gradient is summed in runs.
    for (count, (n, h, w, cin, cout, kernel, stride, pad)) in [1, 2, 3, 5].into_iter().cycle().zip([
        (1, 3, 3, 8, 4, 3, 1, 1),
        (2, 5, 4, 4, 12, 3, 2, 1),
        (3, 9, 8, 36, 40, 3, 1, 1),
        (2, 4, 4, 12, 8, 1, 2, 0),
        (1, 12, 13, 4, 8, 5, 1, 2),
        (9, 8, 8, 20, 16, 3, 1, 1),
    ]) {
        let s = Shape { n, h, w, cin, cout, kernel, stride, pad };
        let d = conv2d_twin::Dims {
            n,
            height: h,
            width: w,
            in_channels: cin,
            out_channels: cout,
            kernel,
            stride,
            padding: pad,
        };
        let sum = Sum::draw(&mut draw, d.x_len(), cin, count);
        let name = format!("{s:?}, planes of {:?}", sum.weights);
        let (weights, dy) = (draw.numbers(d.weight_len()), draw.numbers(d.y_len()));
        let mut packed = Guarded::scratch(s.weight_len());
        conv2d::pack_weights(&weights, cout, cin, cin, cout, s.taps(), &mut packed);

        let scratch = conv2d::forward_scratch(&s);
        let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
        let mut y = Guarded::scratch(s.output_len());
        sum.each(|spikes, weight, accumulate| {
            let plane = Plane { spikes, weight, accumulate };
            conv2d::forward_plane(&s, plane, &packed, &mut list, &mut floats, &mut y);
        });
        let size = conv2d_twin::forward(d, &sum.magnitudes, &magnitudes(&weights), None);
        let rounded = gamma(count * cin * s.taps() + 1);
        close(&name, &y, &conv2d_twin::forward(d, &sum.values, &widen(&weights), None), |i| rounded * size[i]);

        let layout = s.gradient();
        let mut bordered = vec![0.0; layout.len()];
        for (i, values) in dy.chunks_exact(cout).enumerate() {
            let pixel = layout.pixel(i / (s.ho() * s.wo()), i / s.wo() % s.ho(), i % s.wo());
            for block in layout.blocks() {
                let at = block.start + pixel * block.channels;
                bordered[at..at + block.channels].copy_from_slice(&values[block.first_channel..][..block.channels]);
            }
        }
        let scratch = conv2d::backward_weights_scratch(&s);
        let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
        let mut dw = Guarded::new(&vec![0.0; s.weight_len()]);
        sum.each(|spikes, weight, accumulate| {
            let plane = Plane { spikes, weight, accumulate };
            conv2d::backward_weights_plane(&s, plane, &bordered, &mut list, &mut floats, &mut dw);
        });
        let mut oihw = vec![f32::NAN; d.weight_len()];
        conv2d::unpack_weights(&dw, cout, cin, cin, cout, s.taps(), &mut oihw);
        let want = conv2d_twin::backward(d, &sum.values, &widen(&weights), &widen(&dy)).dweight;
        let size = conv2d_twin::backward(d, &sum.magnitudes, &magnitudes(&weights), &magnitudes(&dy)).dweight;
        let rounded = gamma(count * n * s.ho() * s.wo() + 2);
        close(&format!("{name}: dw"), &oihw, &want, |i| rounded * size[i]);
    }
}

/// A plane that counts 1 and comes alone is what the kernels of one plane make, to the bit.
#[test]
fn a_plane_of_its_own_is_spikes() {
    let mut draw = Draw::new(2);
    let (steps, batch, pixels, channels) = (2, 3, 9, 36);
    let fired = draw.fired(steps * batch * pixels * channels, 0.4);
    let bits = Guarded::new(&to_bits(&fired, channels));
    let d = gap::Dims { steps, batch, pixels, channels };
    let (mut rates, mut alone) = (Guarded::scratch(batch * channels), Guarded::scratch(batch * channels));
    gap::forward(&d, &bits, &mut rates);
    gap::forward_plane(&d, &bits, 1.0, false, &mut alone);
    identical("rates", &alone, &rates);
}

#[test]
fn pooling_of_several_planes() {
    let mut draw = Draw::new(3);
    for (count, [n, h, w, channels, kernel, stride, pad]) in
        (1..).zip([[1, 4, 4, 4, 2, 2, 0], [3, 7, 5, 36, 3, 2, 1], [2, 5, 7, 8, 2, 1, 1]])
    {
        let s = pool::Shape { n, h, w, channels, kernel, stride, pad };
        let d = pool_twin::Dims { n, height: h, width: w, channels, kernel, stride, padding: pad };
        let sum = Sum::draw(&mut draw, d.x_len(), channels, count);
        let mut y = Guarded::scratch(d.y_len());
        sum.each(|spikes, weight, accumulate| {
            pool::average_forward_plane(&s, spikes, weight, accumulate, &mut y);
        });
        let size = pool_twin::avg::forward(d, &sum.magnitudes);
        close(&format!("{s:?}"), &y, &pool_twin::avg::forward(d, &sum.values), |i| gamma(count + 3) * size[i]);

        let mut values = Guarded::scratch(d.x_len());
        sum.each(|bits, weight, accumulate| planes::values(channels, bits, weight, accumulate, &mut values));
        close("values", &values, &sum.values, |i| gamma(count) * sum.magnitudes[i]);

        let (dims, twin) = (
            gap::Dims { steps: 1, batch: n, pixels: h * w, channels },
            gap_twin::Dims { time_steps: 1, batch: n, height: h, width: w, channels },
        );
        let mut rates = Guarded::scratch(n * channels);
        sum.each(|bits, weight, accumulate| gap::forward_plane(&dims, bits, weight, accumulate, &mut rates));
        let size = gap_twin::forward(twin, &sum.magnitudes);
        close("rates", &rates, &gap_twin::forward(twin, &sum.values), |i| (gamma(count + 3) + 1e-12) * size[i]);
    }
}

/// A residual of planes is one of the currents that they add up to, in every neuron: for surrogates with and without an
/// end, flat and curved, at the numbers of steps that have loops of their own and at others.
#[test]
fn a_residual_of_planes_is_a_current() {
    let mut draw = Draw::new(4);
    let curved = kestirme_kernels::surrogates::Surrogate::named("atan", 2.0);
    for steps in [1, 2, 4, 5] {
        for neuron in [Neuron::group(), Neuron::group().learning(), Neuron { surrogate: curved, ..Neuron::group() }] {
            let dims = walk::Dims { steps, batch: 2, pixels: 5, channels: 36 };
            let len = steps * 10 * 36;
            let sum = Sum::draw(&mut draw, len, 36, 3);
            let planes: Vec<_> =
                sum.bits.iter().zip(&sum.weights).map(|(bits, &weight)| walk::Plane { bits, weight }).collect();
            let y = draw.numbers(len);
            let (ones, zeros) = (vec![1.0; 36], vec![0.0; 36]);
            let first = walk::Current { y: &y, scale: &ones, shift: &zeros, mean: &zeros };
            let above = draw.numbers(len);
            let run = |residual: walk::Residual| {
                let kernel = neuron.kernel();
                let (mut spikes, mut active) = (vec![0; dims.spike_words()], vec![0; dims.spike_words()]);
                kernel.forward(dims, first, residual, &mut spikes, &mut active);
                let mut g = above.clone();
                let mut sums = vec![f32::NAN; kernel.kind.sum_rows(&dims, 1) * 36];
                let mut partial = vec![f32::NAN; kernel.kind.partial_len(&dims, 1)];
                kernel.backward(dims, first, residual, true, &[], &mut partial, &mut g, &mut sums);
                (spikes, active, g, sums[..2 * 36].to_vec())
            };
            // In the order in which the kernel adds them.
            let mut all = y.clone();
            sum.each(|bits, weight, _| {
                for (i, x) in all.iter_mut().enumerate() {
                    *x += if bits[i / 36 * 2 + i % 36 / 32] >> (i % 36 % 32) & 1 == 1 { weight } else { 0.0 };
                }
            });
            let got = run(walk::Residual::Planes(&planes));
            let kernel = neuron.kernel();
            let (mut spikes, mut active) = (vec![0; dims.spike_words()], vec![0; dims.spike_words()]);
            let alone = walk::Current { y: &all, ..first };
            kernel.forward(dims, alone, walk::Residual::None, &mut spikes, &mut active);
            assert_eq!((&got.0, &got.1), (&spikes, &active), "{:?}, {steps} steps", params(&neuron));
            let mut g = above.clone();
            let mut sums = vec![f32::NAN; kernel.kind.sum_rows(&dims, 1) * 36];
            let mut partial = vec![f32::NAN; kernel.kind.partial_len(&dims, 1)];
            kernel.backward(dims, alone, walk::Residual::None, true, &[], &mut partial, &mut g, &mut sums);
            identical("g", &got.2, &g);
            identical("sum of g", &got.3[..36], &sums[..36]);
        }
    }
}

fn bits_of(values: &[f64], channels: usize) -> Vec<u32> {
    to_bits(&values.iter().map(|&x| x as f32).collect::<Vec<_>>(), channels)
}

#[test]
fn spikes_joined_element_by_element() {
    let mut draw = Draw::new(5);
    for [steps, batch, pixels, channels] in [[1, 1, 1, 4], [2, 3, 5, 36], [3, 2, 300, 32], [1, 2, 7, 100]] {
        let d = Dims { steps, batch, pixels, channels };
        let len = d.steps * d.batch * d.pixels * channels;
        let (x, y) = (draw.fired(len, 0.4), draw.fired(len, 0.4));
        let bits = [&x, &y].map(|fired| Guarded::new(&to_bits(fired, channels)));
        let [branch, identity] = &bits;
        for (operation, of_bits) in [(sew::Operation::And, Operation::And), (sew::Operation::Iand, Operation::AndNot)] {
            let mut out = Guarded::scratch(branch.len());
            planes::combine(of_bits, identity, branch, &mut out);
            assert_eq!(*out, *bits_of(&sew::forward(operation, &widen(&x), &widen(&y)), channels), "{operation:?}");
        }
        let mut either = Guarded::scratch(branch.len());
        planes::combine(Operation::Or, branch, identity, &mut either);
        assert!(either.iter().zip(branch.iter().zip(identity.iter())).all(|(e, (x, y))| *e == x | y));

        let g = draw.numbers(len);
        let inject = draw.numbers(batch * channels);
        for (dense, injected) in [(true, false), (true, true), (false, true)] {
            let given: Vec<f32> = (0..len)
                .map(|i| {
                    let image = i / (pixels * channels) % batch * channels + i % channels;
                    let from_heads = if injected { inject[image] } else { 0.0 };
                    if dense { g[i] + from_heads } else { from_heads }
                })
                .collect();
            let (g, inject) = (if dense { &g[..] } else { &[] }, if injected { &inject[..] } else { &[] });
            for (operation, factors) in [
                (sew::Operation::Add, [Factor::One, Factor::One]),
                (sew::Operation::And, [Factor::Bits(identity), Factor::Bits(branch)]),
                (sew::Operation::Iand, [Factor::Minus(identity), Factor::Not(branch)]),
            ] {
                let (dx, dy) = sew::backward(operation, &widen(&x), &widen(&y), &widen(&given));
                for (factor, want) in factors.into_iter().zip([dx, dy]) {
                    let mut into = Guarded::scratch(len);
                    planes::pass_on(&d, g, inject, factor, false, &mut into);
                    close(&format!("{operation:?} of {d:?}"), &into, &want, |_| 0.0);
                    let before = draw.numbers(len);
                    let mut into = Guarded::new(&before);
                    planes::pass_on(&d, g, inject, factor, true, &mut into);
                    let sums: Vec<f32> = want.iter().zip(&before).map(|(want, before)| before + *want as f32).collect();
                    identical("added", &into, &sums);
                }
            }
        }
    }
}

/// Every sum of three digits, and of two.
#[test]
fn digits_of_a_sum() {
    let digit =
        |period: usize| -> Vec<u32> { (0..20_000).map(|i| if i / period % 2 == 1 { u32::MAX } else { 0 }).collect() };
    let [a, b, c] = [1, 2, 4].map(digit);
    for carry in [&c[..], &[]] {
        let [mut sum, mut carried, mut alone] = [(); 3].map(|_| Guarded::scratch(a.len()));
        planes::add_digits(&a, &b, carry, &mut sum, &mut carried);
        planes::add_digits(&a, &b, carry, &mut alone, &mut []);
        assert_eq!(*sum, *alone);
        for i in 0..a.len() {
            let total = (a[i] & 1) + (b[i] & 1) + (carry.get(i).copied().unwrap_or(0) & 1);
            assert_eq!((sum[i] & 1) + 2 * (carried[i] & 1), total);
            assert!([sum[i], carried[i]].into_iter().all(|word| word == 0 || word == u32::MAX));
        }
    }
}
