//! Every neuron against its f64 twin, by what the two registries say of it. That its numbers are near those of the twin is
//! all that is asked; `sweep_lif` derives bounds.

mod support;

use kestirme_kernels::batch_norm;
use kestirme_kernels::neurons::{KINDS, Kind, Membrane, Neurons, Per};
use kestirme_kernels::norms;
use kestirme_kernels::surrogates::{self, Surrogate};
use kestirme_kernels::walk::{Current, Dims, Residual};
use kestirme_reference::neurons as twins;
use kestirme_reference::surrogates::{self as surrogate_twins, Surrogate as TwinSurrogate};
use support::{Draw, to_bits, widen};

const DIMS: Dims = Dims { steps: 5, batch: 2, pixels: 7, channels: 12 };

/// Both lists are whole: who adds a neuron here or there hears of the other.
#[test]
fn every_neuron_has_a_twin() {
    let kernels = KINDS.map(|kind| (kind.name, kind.learned.iter().map(|per| *per == Per::Layer).collect::<Vec<_>>()));
    let twins = twins::KINDS
        .map(|kind| (kind.name, kind.learned.iter().map(|per| *per == twins::Per::Layer).collect::<Vec<_>>()));
    assert_eq!(kernels, twins);
}

/// Both lists are whole: who adds a surrogate here or there hears of the other.
#[test]
fn every_surrogate_has_a_twin() {
    let names = |all: &mut dyn Iterator<Item = &'static str>| all.collect::<Vec<_>>();
    let fast = names(&mut surrogates::KINDS.iter().map(|kind| kind.name));
    assert_eq!(fast, names(&mut surrogate_twins::KINDS.iter().map(|kind| kind.name)));
}

/// The rows of the twin, and how they lie for the kernel.
fn rows(learned: &[Per], values: &[f64]) -> (Vec<Vec<f64>>, Vec<f32>) {
    assert_eq!(learned.len(), values.len());
    let (mut rows, mut lying) = (Vec::new(), Vec::new());
    for (per, &value) in learned.iter().zip(values) {
        let row: Vec<f32> = match per {
            Per::Layer => vec![value as f32],
            Per::Channel => (0..DIMS.channels).map(|c| (value + 0.01 * c as f64) as f32).collect(),
        };
        rows.push(widen(&row));
        lying.extend(&row);
        lying.resize(lying.len().next_multiple_of(4), f32::NAN);
    }
    (rows, lying)
}

/// Of a kind that normalises its membrane.
struct Memory {
    running: Vec<f32>,
    u: Vec<f32>,
    table: Vec<f32>,
    scratch: Vec<f32>,
}

impl Memory {
    fn of(kind: &Kind) -> Self {
        let Dims { steps, batch, pixels, channels } = DIMS;
        let running = (0..kind.running_len(channels)).map(|i| if i < channels { 0.0 } else { 1.0 }).collect();
        let scratch = vec![f32::NAN; batch_norm::scratch_len(batch * pixels, channels)];
        let table = vec![f32::NAN; steps * norms::table_len(1, channels)];
        Self { running, u: vec![f32::NAN; steps * batch * pixels * channels], table, scratch }
    }

    fn parts(&mut self) -> (&mut [f32], Membrane<'_>) {
        let Self { running, u, table, scratch } = self;
        (running, Membrane { u, table, scratch })
    }
}

/// As near as the sums of some dozens of numbers of order one can be asked to be.
fn near(what: &str, got: &[f32], want: &[f64]) {
    assert_eq!(got.len(), want.len(), "{what}");
    let top = want.iter().fold(1.0f64, |top, x| top.max(x.abs()));
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        assert!((*got as f64 - want).abs() < 2e-5 * top, "{what}: {got} at {i}, not {want}");
    }
}

#[test]
fn every_neuron_is_its_twin() {
    let mut draw = Draw::new(1);
    for (kind, twin) in KINDS.into_iter().zip(twins::KINDS) {
        for (numbers, learned) in twin.examples {
            for (surrogate, option) in [("atan", 2.0), ("rectangle", 1.0)] {
                let name = format!("{} {numbers:?} {learned:?} {surrogate}", kind.name);
                let neurons = DIMS.batch * DIMS.pixels * DIMS.channels;
                let is_signed = kind.name.contains("ternary");
                let drawn = draw.numbers(DIMS.steps * neurons).into_iter();
                let x: Vec<f32> = drawn.map(|x| if is_signed { 2.0 * x } else { 0.4 + x }).collect();
                let above = draw.numbers(x.len());
                let (rows, lying) = rows(kind.learned, learned);
                let all = twins::Neurons {
                    numbers: widen(&numbers.iter().map(|&n| n as f32).collect::<Vec<_>>()),
                    learned: rows,
                    surrogate: TwinSurrogate::named(surrogate, option),
                    smooth: false,
                };
                let d = twins::Dims { time_steps: DIMS.steps, neurons };
                let want = (twin.forward)(&all, d, &widen(&x));
                let gradient = (twin.backward)(&all, d, &widen(&x), &widen(&above));

                let numbers: Vec<f32> = numbers.iter().map(|&n| n as f32).collect();
                let surrogate = Surrogate::named(surrogate, option as f32);
                let fast = Neurons { kind, numbers: &numbers, learned: &lying, surrogate };
                let (ones, zeros) = (vec![1.0; DIMS.channels], vec![0.0; DIMS.channels]);
                let first = Current { y: &x, scale: &ones, shift: &zeros, mean: &zeros };
                let mut spikes = vec![0; DIMS.spike_words()];
                // Of those that fire down, too: a learned amplitude below zero turns both round.
                let mut negative = vec![0; if is_signed { spikes.len() } else { 0 }];
                let mut memory = Memory::of(kind);
                if kind.running.is_empty() {
                    fast.forward_signed(DIMS, first, Residual::None, &mut spikes, &mut negative, &mut []);
                } else {
                    let (running, membrane) = memory.parts();
                    fast.forward_steps(DIMS, first, Residual::None, running, membrane, &mut spikes, &mut []);
                }
                let up = if is_signed { learned.first().map_or(1.0, |a| a.signum()) } else { 1.0 };
                let bits = |sign: f64| {
                    let fired: Vec<f32> = want.spikes.iter().map(|s| f32::from(s * sign > 0.0)).collect();
                    to_bits(&fired, DIMS.channels)
                };
                assert_eq!(spikes, bits(up), "spikes of {name}");
                if is_signed {
                    assert_eq!(negative, bits(-up), "negative spikes of {name}");
                    assert!(negative.iter().any(|word| *word != 0));
                }
                let mut g = above.clone();
                let mut sums = vec![f32::NAN; kind.sum_rows(1) * DIMS.channels];
                let mut partial = vec![f32::NAN; kind.partial_len(&DIMS, 1)];
                // It is added to what is there.
                let mut dlearned = vec![1.0; kind.learned_len(DIMS.channels)];
                if kind.running.is_empty() {
                    fast.backward(DIMS, first, Residual::None, true, &[], &mut partial, &mut g, &mut sums);
                    fast.learn(DIMS.channels, &sums, &mut dlearned);
                } else {
                    let (_, membrane) = memory.parts();
                    let (partial, g, sums) = (&mut partial, &mut g, &mut sums);
                    let none = Residual::None;
                    fast.backward_steps(DIMS, first, none, true, &[], membrane, partial, g, sums, &mut dlearned);
                }
                near(&format!("dx of {name}"), &g, &gradient.x);
                let mut from = 0;
                for row in &gradient.learned {
                    let added: Vec<f32> = dlearned[from..][..row.len()].iter().map(|sum| sum - 1.0).collect();
                    near(&format!("dlearned of {name}"), &added, row);
                    from += row.len().next_multiple_of(4);
                }
                assert_eq!(from, dlearned.len());
            }
        }
    }
}
