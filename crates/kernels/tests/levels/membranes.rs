//! Currents that are written, and membranes that are normalised.

use super::support::Guarded;
use super::support::neurons::{Case, Kind, Neuron, Setup};
use super::{CURRENT, Draw, Hash, ONE_MAP, Row, row};
use kestirme_kernels::neurons::{Kind as NeuronKind, Membrane, Neurons};
use kestirme_kernels::surrogates::Surrogate;
use kestirme_kernels::walk::sum;
use kestirme_kernels::{add, batch_norm, norms};

pub fn rows() -> Vec<Row> {
    let currents = row("currents", |channels, draw, out| {
        for (kind, each_step) in [(Kind::None, ONE_MAP), (Kind::Spikes, ONE_MAP), (CURRENT, [true, false])] {
            currents(kind, each_step, channels, draw, out);
        }
    });
    let mpbn = row("mpbn", |channels, draw, out| {
        for (kind, [hard, detach]) in [(Kind::None, [1.0, 0.0]), (Kind::Spikes, [1.0, 1.0]), (CURRENT, [0.0; 2])] {
            for surrogate in [Surrogate::named("rectangle", 1.0), Surrogate::named("atan", 2.0)] {
                mpbn([0.25, 0.5, hard, detach, 0.0, 1e-5, 0.1], surrogate, kind, channels, draw, out);
            }
        }
    });
    vec![currents, mpbn]
}

fn case(steps: usize, kind: Kind, each_step: [bool; 2], channels: usize, draw: &mut Draw) -> Case {
    let (batch, pixels, neuron) = (2, 7, Neuron::group());
    Case::new(Setup { neuron, steps, batch, pixels, channels, stationary: false, kind, each_step, drive: 0.4 }, draw)
}

/// A current that is written, and the sums over its gradient.
fn currents(kind: Kind, each_step: [bool; 2], channels: usize, draw: &mut Draw, out: &mut Hash) {
    let case = case(3, kind, each_step, channels, draw);
    let (dims, first) = (case.dims, case.first.current());
    let mut current = Guarded::scratch(3 * case.neurons());
    sum::forward(dims, first, case.residual(), &mut current);
    out.floats(&current);
    let sum_steps = if case.has_maps_of_steps() { 3 } else { 1 };
    let mut partial = Guarded::scratch(sum::partial_len(&dims, sum_steps));
    let mut sums = Guarded::scratch(sum::sum_rows(sum_steps) * channels);
    sum::backward(dims, first, case.residual(), &current, &mut partial, &mut sums);
    out.floats(&sums);
    let mut once = Guarded::new(&draw.numbers(case.neurons()));
    add::sum_steps(&current, true, &mut once);
    out.floats(&once);
}

/// There, back, and an evaluation by what ran.
fn mpbn(numbers: [f32; 7], surrogate: Surrogate, kind: Kind, channels: usize, draw: &mut Draw, out: &mut Hash) {
    let case = case(3, kind, ONE_MAP, channels, draw);
    let (dims, first) = (case.dims, case.first.current());
    let learned = draw.numbers(2 * channels);
    let kernel = Neurons {
        kind: NeuronKind::named("mpbn"),
        numbers: &numbers,
        learned: &learned,
        table: &[],
        start: &[],
        surrogate,
    };
    let mut running = Guarded::new(&vec![1.0; 2 * channels]);
    let mut u = Guarded::scratch(3 * case.neurons());
    let mut table = Guarded::scratch(3 * norms::table_len(1, channels));
    let mut scratch = Guarded::scratch(batch_norm::scratch_len(14, channels));
    let [mut spikes, mut active] = [(); 2].map(|()| Guarded::scratch(dims.spike_words()));
    let membrane = Membrane { u: &mut u, table: &mut table, scratch: &mut scratch };
    kernel.forward_steps(dims, first, case.residual(), &mut running, membrane, &mut spikes, &mut active);
    [&spikes, &active].into_iter().for_each(|bits| out.words(bits));
    [&running, &u].into_iter().for_each(|floats| out.floats(floats));
    let inject = Guarded::new(&draw.numbers(2 * channels));
    let mut g = Guarded::new(&draw.numbers(3 * case.neurons()));
    let mut partial = Guarded::scratch(kernel.kind.partial_len(&dims, 1));
    let mut sums = Guarded::scratch(kernel.kind.sum_rows(&dims, 1) * channels);
    let mut dlearned = Guarded::new(&vec![0.0; 2 * channels]);
    let membrane = Membrane { u: &mut u, table: &mut table, scratch: &mut scratch };
    let (residual, partial) = (case.residual(), &mut partial);
    kernel.backward_steps(dims, first, residual, true, &inject, membrane, partial, &mut g, &mut sums, &mut dlearned);
    [&g, &sums, &dlearned].into_iter().for_each(|floats| out.floats(floats));
    let mut folded = Guarded::scratch(2 * channels);
    kernel.fold(&running, &mut Guarded::scratch(norms::table_len(1, channels)), &mut folded);
    out.floats(&folded);
    Neurons { learned: &folded, ..kernel }.forward(dims, first, case.residual(), &mut spikes, &mut []);
    out.words(&spikes);
}
