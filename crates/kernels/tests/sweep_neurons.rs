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
use support::{Draw, Guarded, to_bits, widen};

/// Steps, images, pixels and channels that leave every kind of rest behind vectors, words and tasks.
const SHAPES: [[usize; 4]; 4] = [[5, 2, 7, 12], [1, 1, 1, 4], [4, 3, 5, 36], [3, 2, 61, 68]];

/// The fast and the clear kind of the same example. Both lists are whole: who adds a neuron here or there hears of the other.
#[test]
fn every_neuron_has_a_twin() {
    assert_eq!(KINDS.map(|kind| kind.name), twins::KINDS.map(|kind| kind.name));
    for (kind, twin) in KINDS.into_iter().zip(twins::KINDS) {
        for (numbers, _) in twin.examples {
            let fast = (kind.learned)(&narrow(numbers)).iter().map(|per| format!("{per:?}"));
            let clear = (twin.learned)(numbers).into_iter().map(|per| format!("{per:?}"));
            assert_eq!(fast.collect::<Vec<_>>(), clear.collect::<Vec<_>>(), "what {} learns", kind.name);
        }
    }
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&x| x as f32).collect()
}

/// Both lists are whole: who adds a surrogate here or there hears of the other.
#[test]
fn every_surrogate_has_a_twin() {
    let names = |all: &mut dyn Iterator<Item = &'static str>| all.collect::<Vec<_>>();
    let fast = names(&mut surrogates::KINDS.iter().map(|kind| kind.name));
    assert_eq!(fast, names(&mut surrogate_twins::KINDS.iter().map(|kind| kind.name)));
}

/// The rows of the twin, and how they lie for the kernel.
fn rows(learned: &[Per], values: &[f64], dims: Dims) -> (Vec<Vec<f64>>, Vec<f32>) {
    assert_eq!(learned.len(), values.len());
    let (mut rows, mut lying) = (Vec::new(), Vec::new());
    for (per, &value) in learned.iter().zip(values) {
        let len = match per {
            Per::Layer => 1,
            Per::Channel => dims.channels,
            Per::Step => dims.steps,
            Per::StepAndChannel => dims.steps * dims.channels,
        };
        let row: Vec<f32> = (0..len).map(|i| (value + 0.003 * i as f64) as f32).collect();
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
    fn of(kind: &Kind, dims: Dims) -> Self {
        let Dims { steps, batch, pixels, channels } = dims;
        let running = (0..kind.running_len(&dims)).map(|i| if i < channels { 0.0 } else { 1.0 }).collect();
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
        for example in twin.examples {
            for surrogate in [("atan", 2.0), ("rectangle", 1.0)] {
                for ([steps, batch, pixels, channels], from_zero) in SHAPES.into_iter().zip([false, false, true, true])
                {
                    let dims = Dims { steps, batch, pixels, channels };
                    // One number is no statistic.
                    if !kind.running.is_empty() && batch * pixels == 1 {
                        continue;
                    }
                    compare(kind, twin, example, surrogate, dims, from_zero, &mut draw);
                }
            }
        }
    }
}

fn compare(
    kind: &'static Kind,
    twin: &twins::Kind,
    &(numbers, values): &(&[f64], &[f64]),
    (surrogate, option): (&str, f64),
    dims: Dims,
    from_zero: bool,
    draw: &mut Draw,
) {
    let name = format!("{} {numbers:?} {values:?} {surrogate} {dims:?}, start at zero {from_zero}", kind.name);
    let neurons = dims.batch * dims.pixels * dims.channels;
    let is_signed = kind.name.contains("ternary");
    let drawn = draw.numbers(dims.steps * neurons).into_iter();
    let x: Vec<f32> = drawn.map(|x| if is_signed { 2.0 * x } else { 0.4 + x }).collect();
    let above = draw.numbers(x.len());
    let start: Vec<f32> = draw.numbers(if from_zero { 0 } else { neurons }).iter().map(|x| 0.25 + 0.25 * x).collect();
    let numbers = narrow(numbers);
    let (rows, lying) = rows((kind.learned)(&numbers), values, dims);
    let all = twins::Neurons {
        numbers: widen(&numbers),
        learned: rows,
        start: widen(&start),
        surrogate: TwinSurrogate::named(surrogate, option),
        smooth: false,
    };
    let d = twins::Dims { time_steps: dims.steps, neurons };
    let want = (twin.forward)(&all, d, &widen(&x));
    let gradient = (twin.backward)(&all, d, &widen(&x), &widen(&above));

    let surrogate = Surrogate::named(surrogate, option as f32);
    let mut table = Guarded::scratch(kind.table_len(&dims));
    kind.fill_table(&numbers, &lying, dims, &mut table);
    let start = Guarded::new(&start);
    let fast = Neurons { kind, numbers: &numbers, learned: &lying, table: &table, start: &start, surrogate };
    let (ones, zeros) = (vec![1.0; dims.channels], vec![0.0; dims.channels]);
    let first = Current { y: &x, scale: &ones, shift: &zeros, mean: &zeros };
    let (mut spikes, mut active) = (Guarded::scratch(dims.spike_words()), Guarded::scratch(dims.spike_words()));
    // Of those that fire down, too: a learned amplitude below zero turns both round.
    let mut negative = Guarded::scratch(if is_signed { dims.spike_words() } else { 0 });
    let mut memory = Memory::of(kind, dims);
    let mut forward = |spikes: &mut [u32], active: &mut [u32], memory: &mut Memory| {
        if kind.running.is_empty() {
            fast.forward_signed(dims, first, Residual::None, spikes, &mut negative, active);
        } else {
            let (running, membrane) = memory.parts();
            fast.forward_steps(dims, first, Residual::None, running, membrane, spikes, active);
        }
    };
    forward(&mut spikes, &mut [], &mut memory);
    let alone = spikes.to_vec();
    forward(&mut spikes, &mut active, &mut memory);
    assert_eq!(spikes.to_vec(), alone, "spikes alone of {name}");
    let up = if is_signed { values.first().map_or(1.0, |a| a.signum()) } else { 1.0 };
    let bits = |sign: f64| {
        let fired: Vec<f32> = want.spikes.iter().map(|s| f32::from(s * sign > 0.0)).collect();
        to_bits(&fired, dims.channels)
    };
    assert_eq!(spikes.to_vec(), bits(up), "spikes of {name}");
    assert!(dims.steps == 1 || [0.0, 1.0].iter().all(|&s| want.spikes.iter().any(|&spike| (spike > 0.0) == (s > 0.0))));
    if is_signed {
        assert_eq!(negative.to_vec(), bits(-up), "negative spikes of {name}");
        assert!(dims.steps == 1 || negative.iter().any(|word| *word != 0));
    }
    // Who reads the active bits takes a gradient for zero where there is none.
    if surrogate.half == f32::INFINITY {
        assert!(active.iter().zip(to_bits(&vec![1.0; x.len()], dims.channels)).all(|(a, all)| *a == all), "{name}");
    }
    let mut g = Guarded::new(&above);
    let mut sums = Guarded::scratch(kind.sum_rows(&dims, 1) * dims.channels);
    let mut partial = Guarded::scratch(kind.partial_len(&dims, 1));
    // It is added to what is there.
    let mut dlearned = vec![1.0; kind.learned_len(&numbers, &dims)];
    if kind.running.is_empty() {
        fast.backward(dims, first, Residual::None, true, &[], &mut partial, &mut g, &mut sums);
        fast.learn(dims, &sums, &mut dlearned);
    } else {
        let (_, membrane) = memory.parts();
        let (partial, g, sums) = (&mut partial, &mut g, &mut sums);
        fast.backward_steps(dims, first, Residual::None, true, &[], membrane, partial, g, sums, &mut dlearned);
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

fn current<'a>(y: &'a [f32], ones: &'a [f32], zeros: &'a [f32]) -> Current<'a> {
    Current { y, scale: ones, shift: zeros, mean: zeros }
}

/// What a layer that starts at random adds to its current at the first step is what it would get from outside, in an IF.
#[test]
fn every_walk_starts_where_it_is_told() {
    let mut draw = Draw::new(2);
    let dims = Dims { steps: 3, batch: 2, pixels: 5, channels: 36 };
    let neurons = dims.batch * dims.pixels * dims.channels;
    let start: Vec<f32> = draw.numbers(neurons).iter().map(|x| 0.25 + 0.25 * x).collect();
    let x = draw.numbers(dims.steps * neurons);
    let mut shifted = x.clone();
    shifted.iter_mut().zip(&start).for_each(|(x, start)| *x += start);
    let second = draw.numbers(dims.steps * neurons);
    let bits = to_bits(&draw.fired(dims.steps * neurons, 0.3), dims.channels);
    let (ones, zeros) = (vec![1.0; dims.channels], vec![0.0; dims.channels]);
    for (surrogate, option) in [("rectangle", 1.0), ("tanh", 3.0)] {
        let surrogate = Surrogate::named(surrogate, option);
        for residual in [Residual::None, Residual::Spikes(&bits), Residual::Current(current(&second, &ones, &zeros))] {
            let run = |x: &[f32], start: &[f32]| {
                let fast = Neurons {
                    kind: Kind::named("if"),
                    numbers: &[0.5, 1.0, 0.0],
                    learned: &[],
                    table: &[],
                    start,
                    surrogate,
                };
                let (mut spikes, mut active) = (vec![0; dims.spike_words()], vec![0; dims.spike_words()]);
                fast.forward(dims, current(x, &ones, &zeros), residual, &mut spikes, &mut active);
                let mut g = x.to_vec();
                let mut sums = vec![f32::NAN; 3 * dims.channels];
                let mut partial = vec![f32::NAN; fast.kind.partial_len(&dims, 1)];
                g.fill(0.5);
                fast.backward(dims, current(x, &ones, &zeros), residual, true, &[], &mut partial, &mut g, &mut sums);
                (spikes, g)
            };
            let (told, from_outside) = (run(&x, &start), run(&shifted, &[]));
            assert_eq!(told.0, from_outside.0);
            let want: Vec<f64> = from_outside.1.iter().map(|&g| f64::from(g)).collect();
            near("dx", &told.1, &want);
        }
    }
}
