//! Several planes where one is usual.

use super::support::{Guarded, to_bits};
use super::{Draw, Row, gradient, memory, row, shapes};
use kestirme_kernels::conv2d::{self, Plane};
use kestirme_kernels::neurons::{Kind, Neurons};
use kestirme_kernels::surrogates::Surrogate;
use kestirme_kernels::walk::{self, Current, Dims, Residual};

pub fn rows() -> Vec<Row> {
    let planes = |len: usize, channels: usize, draw: &mut Draw| {
        [1.0, -0.7].map(|weight| (Guarded::new(&to_bits(&draw.fired(len, 0.3), channels)), weight))
    };
    let convolution = row("conv2d of planes", move |channels, draw, out| {
        for s in shapes(channels) {
            let planes = planes(s.input_len(), s.cin, draw);
            let weights = Guarded::new(&draw.numbers(s.weight_len()));
            let ((mut list, mut floats), mut y) =
                (memory(conv2d::forward_scratch(&s)), Guarded::scratch(s.output_len()));
            for (i, (spikes, weight)) in planes.iter().enumerate() {
                let plane = Plane { spikes, weight: *weight, accumulate: i > 0 };
                conv2d::forward_plane(&s, plane, &weights, &mut list, &mut floats, &mut y);
            }
            out.floats(&y);
            let (dy, mut dw) = (gradient(&s, draw), Guarded::new(&draw.numbers(s.weight_len())));
            let (mut list, mut floats) = memory(conv2d::backward_weights_scratch(&s));
            for (spikes, weight) in &planes {
                let plane = Plane { spikes, weight: *weight, accumulate: true };
                conv2d::backward_weights_plane(&s, plane, &dy, &mut list, &mut floats, &mut dw);
            }
            out.floats(&dw);
        }
    });
    let ternary = row("ternary and planes", move |channels, draw, out| {
        for (steps, name, surrogate) in [(2, "ternary", "rectangle"), (3, "trainable-ternary", "atan")] {
            let dims = Dims { steps, batch: 2, pixels: 7, channels };
            let len = steps * 14 * channels;
            let planes = planes(len, channels, draw);
            let planes = planes.each_ref().map(|(bits, weight)| walk::Plane { bits, weight: *weight });
            let y = Guarded::new(&draw.numbers(len));
            let (scale, shift) = (draw.numbers(channels), draw.numbers(channels));
            let first = Current { y: &y, scale: &scale, shift: &shift, mean: &shift };
            let kind = Kind::named(name);
            let numbers = [0.25, 0.5, 1.0, 0.0, 0.0];
            let learned = vec![0.8; kind.learned_len(&numbers, &dims)];
            let surrogate = Surrogate::named(surrogate, 1.0);
            let kernel = Neurons { kind, numbers: &numbers, learned: &learned, table: &[], start: &[], surrogate };
            let [mut spikes, mut negative, mut active] = [(); 3].map(|_| Guarded::scratch(dims.spike_words()));
            let residual = Residual::Planes(&planes);
            kernel.forward_signed(dims, first, residual, &mut spikes, &mut negative, &mut active);
            [&spikes, &negative, &active].into_iter().for_each(|words| out.words(words));
            let mut g = Guarded::new(&draw.numbers(len));
            let mut partial = Guarded::scratch(kind.partial_len(&dims, 1));
            let mut sums = Guarded::scratch(kind.sum_rows(&dims, 1) * channels);
            kernel.backward(dims, first, residual, true, &[], &mut partial, &mut g, &mut sums);
            out.floats(&g);
            out.floats(&sums);
        }
    });
    vec![convolution, ternary]
}
