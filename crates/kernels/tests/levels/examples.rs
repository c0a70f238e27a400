//! Neurons with the numbers that their twins list as examples, and membranes that start at random.

use kestirme_kernels::neurons::{KINDS, Kind, Neurons, Per};
use kestirme_kernels::start::{self, Place};
use kestirme_kernels::surrogates::Surrogate;
use kestirme_kernels::walk::{Current, Dims, Residual};

use super::support::Guarded;
use super::{Draw, Row, row};
use kestirme_reference::neurons as twins;

pub fn rows() -> Vec<Row> {
    // Those before have rows of their own.
    let mut rows: Vec<Row> = KINDS
        .into_iter()
        .zip(twins::KINDS)
        .skip(6)
        .map(|(kind, twin)| {
            row(kind.name, |channels, draw, out| {
                for (place, example) in twin.examples.iter().enumerate() {
                    let (surrogate, top) = [("rectangle", 0.0), ("atan", 0.5)][place % 2];
                    out.words(&walk(kind, example, surrogate, top, channels, draw));
                }
            })
        })
        .collect();
    rows.push(row("random membranes", |channels, draw, out| {
        for top in [0.5, 1.0] {
            out.words(&walk(KINDS[0], &twins::KINDS[0].examples[0], "rectangle", top, channels, draw));
        }
    }));
    rows
}

/// The bits of all that the walk there and back leaves, from membranes of up to `top`.
fn walk(
    kind: &'static Kind,
    &(numbers, learned): &(&[f64], &[f64]),
    surrogate: &str,
    top: f32,
    channels: usize,
    draw: &mut Draw,
) -> Vec<u32> {
    let dims = Dims { steps: 3, batch: 2, pixels: 7, channels };
    let len = dims.steps * dims.batch * dims.pixels * channels;
    let numbers: Vec<f32> = numbers.iter().map(|&n| n as f32).collect();
    let mut values = vec![];
    for (per, &value) in (kind.learned)(&numbers).iter().zip(learned) {
        let count = match per {
            Per::Layer | Per::Step => 4,
            Per::Channel => channels,
            Per::StepAndChannel => dims.steps * channels,
        };
        values.extend((0..count).map(|i| value as f32 + 0.01 * i as f32));
    }
    let (mut table, mut start) = (Guarded::scratch(kind.table_len(&dims)), Guarded::scratch(len / dims.steps));
    kind.fill_table(&numbers, &values, dims, &mut table);
    start::uniform(&Place { seed: 1, layer: 2, step: 3, samples: &[4, 5] }, channels, channels, top, &mut start);
    let surrogate = Surrogate::named(surrogate, 1.0);
    let from: &[f32] = if top == 0.0 { &[] } else { &start };
    let fast = Neurons { kind, numbers: &numbers, learned: &values, table: &table, start: from, surrogate };
    let (y, ones, zeros) = (draw.numbers(len), vec![1.0; channels], vec![0.25; channels]);
    let first = Current { y: &y, scale: &ones, shift: &zeros, mean: &zeros };
    let (mut spikes, mut active) = (Guarded::scratch(dims.spike_words()), Guarded::scratch(dims.spike_words()));
    fast.forward(dims, first, Residual::None, &mut spikes, &mut active);
    let mut g = Guarded::new(&draw.numbers(len));
    let mut sums = Guarded::scratch(kind.sum_rows(&dims, 1) * channels);
    let mut partial = Guarded::scratch(kind.partial_len(&dims, 1));
    fast.backward(dims, first, Residual::None, true, &[], &mut partial, &mut g, &mut sums);
    let mut gradient = vec![0.0; values.len()];
    fast.learn(dims, &sums, &mut gradient);
    let floats = [&*table, &*start, &*g, &*sums, &gradient].concat();
    [&*spikes, &*active].concat().into_iter().chain(floats.into_iter().map(f32::to_bits)).collect()
}
