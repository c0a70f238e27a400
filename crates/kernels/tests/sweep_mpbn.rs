//! Neurons whose membrane is normalised, beyond what `sweep_neurons` asks of all: every kind of second term, maps of each
//! step, injected gradients, running statistics, and an evaluation by folded thresholds.

mod support;

use kestirme_kernels::neurons::{Kind, Membrane, Neurons};
use kestirme_kernels::surrogates::Surrogate;
use kestirme_kernels::walk::{Current, Dims, Residual};
use kestirme_kernels::{batch_norm, norms};
use kestirme_reference::batch_norm::Statistics;
use kestirme_reference::neurons::{self as twins, mpbn as twin};
use kestirme_reference::surrogates::Surrogate as TwinSurrogate;
use support::{Draw, Guarded, to_bits, widen};

const STEPS: usize = 4;
/// Several tasks, and a rest behind whole vectors and words.
const DIMS: Dims = Dims { steps: STEPS, batch: 2, pixels: 60, channels: 36 };
const NEURONS: usize = 2 * 60 * 36;

struct Layer {
    numbers: [f32; 7],
    learned: Vec<f32>,
    surrogate: (&'static str, f32),
}

impl Layer {
    fn new(hard: bool, detach: bool, surrogate: (&'static str, f32), draw: &mut Draw) -> Self {
        let numbers = [0.4, 0.5, hard.into(), detach.into(), 0.0, 1e-5, 0.2];
        let weight = |c: usize| if c % 7 == 3 { 0.0 } else { [1.1, 0.8, -0.9][c % 3] };
        let learned = (0..36).map(weight).chain((0..36).map(|_| 0.2 + 0.5 * draw.number())).collect();
        Self { numbers, learned, surrogate }
    }

    fn fast(&self) -> Neurons<'_> {
        let surrogate = Surrogate::named(self.surrogate.0, self.surrogate.1);
        Neurons {
            kind: Kind::named("mpbn"),
            numbers: &self.numbers,
            learned: &self.learned,
            table: &[],
            start: &[],
            surrogate,
        }
    }

    fn twin(&self) -> (twins::Neurons, twin::Norm) {
        let surrogate = TwinSurrogate::named(self.surrogate.0, f64::from(self.surrogate.1));
        let learned = self.learned.chunks_exact(36).map(widen).collect();
        let neurons =
            twins::Neurons { numbers: widen(&self.numbers), learned, start: vec![], surrogate, smooth: false };
        let norm = twin::Norm::of(&neurons);
        (neurons, norm)
    }
}

fn near(what: &str, got: &[f32], want: &[f64]) {
    assert_eq!(got.len(), want.len(), "{what}");
    let top = want.iter().fold(1.0f64, |top, x| top.max(x.abs()));
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        assert!((f64::from(*got) - want).abs() < 3e-5 * top, "{what}: {got} at {i}, not {want}");
    }
}

/// Terms: a current of all steps with a map for each, and one that is the same at every step, or spikes, or nothing.
struct Input {
    y: Vec<f32>,
    rows: [Vec<f32>; 3],
    second: Vec<f32>,
    plain: [Vec<f32>; 3],
    fired: Vec<f32>,
    bits: Vec<u32>,
}

impl Input {
    fn new(draw: &mut Draw) -> Self {
        let fired = draw.fired(STEPS * NEURONS, 0.3);
        let bits = to_bits(&fired, 36);
        let rows = [0.9, 0.1, 0.05].map(|at| (0..STEPS * 36).map(|_| at + 0.2 * draw.number()).collect());
        let plain = [1.0, 0.0, 0.3].map(|at| vec![at; 36]);
        Self { y: draw.numbers(STEPS * NEURONS), rows, second: draw.numbers(NEURONS), plain, fired, bits }
    }

    fn first(&self) -> Current<'_> {
        Current { y: &self.y, scale: &self.rows[0], shift: &self.rows[1], mean: &self.rows[2] }
    }

    fn residual(&self, kind: usize) -> Residual<'_> {
        let [scale, shift, mean] = [0, 1, 2].map(|row| &*self.plain[row]);
        [
            Residual::None,
            Residual::Spikes(&self.bits),
            Residual::Current(Current { y: &self.second, scale, shift, mean }),
        ][kind]
    }

    fn current(&self, kind: usize) -> Vec<f64> {
        let at = |i: usize| {
            let place = i / NEURONS * 36 + i % 36;
            let first = f64::from(self.rows[0][place]) * f64::from(self.y[i]) + f64::from(self.rows[1][place]);
            first + [0.0, self.fired[i].into(), self.second[i % NEURONS].into()][kind]
        };
        (0..STEPS * NEURONS).map(at).collect()
    }
}

#[test]
fn every_term_and_option_is_as_in_the_twin() {
    let mut draw = Draw::new(5);
    let d = twins::Dims { time_steps: STEPS, neurons: NEURONS };
    for (kind, (hard, detach)) in [(0, (true, false)), (1, (true, true)), (2, (false, false)), (2, (false, true))] {
        for surrogate in [("atan", 2.0), ("rectangle", 1.0)] {
            let what = format!("{kind} {hard} {detach} {surrogate:?}");
            let (layer, input) = (Layer::new(hard, detach, surrogate, &mut draw), Input::new(&mut draw));
            let (neurons, norm) = layer.twin();
            let x = input.current(kind);
            let dense = kind != 1;
            let above = if dense { draw.numbers(x.len()) } else { vec![0.0; x.len()] };
            let inject = draw.numbers(2 * 36);
            let all: Vec<f64> = (0..x.len())
                .map(|i| f64::from(above[i]) + f64::from(inject[i % NEURONS / (60 * 36) * 36 + i % 36]))
                .collect();
            let want = (twin::KIND.forward)(&neurons, d, &x);
            let gradient = (twin::KIND.backward)(&neurons, d, &x, &all);
            let mut followed = Statistics::fresh(36);
            twin::follow(&norm, d, &x, &mut followed);

            let fast = layer.fast();
            let mut running: Vec<f32> = (0..72).map(|i| if i < 36 { 0.0 } else { 1.0 }).collect();
            let mut u = Guarded::scratch(STEPS * NEURONS);
            let mut table = Guarded::scratch(STEPS * norms::table_len(1, 36));
            let mut scratch = Guarded::scratch(batch_norm::scratch_len(120, 36));
            let (mut spikes, mut active) = (vec![0; DIMS.spike_words()], vec![0; DIMS.spike_words()]);
            let (first, residual) = (input.first(), input.residual(kind));
            let membrane = Membrane { u: &mut u, table: &mut table, scratch: &mut scratch };
            fast.forward_steps(DIMS, first, residual, &mut running, membrane, &mut spikes, &mut active);
            let fired: Vec<f32> = want.spikes.iter().map(|&s| s as f32).collect();
            let differing: u32 = spikes.iter().zip(to_bits(&fired, 36)).map(|(a, b)| (a ^ b).count_ones()).sum();
            assert_eq!(differing, 0, "spikes of {what}");
            near(&format!("running mean of {what}"), &running[..36], &followed.mean);
            near(&format!("running variance of {what}"), &running[36..], &followed.var);
            let firing: u32 = spikes.iter().map(|word| word.count_ones()).sum();
            assert!((3000..14_000).contains(&firing), "{firing} of 17280 fire: {what}");
            // The spikes beyond the surrogate's window are among those that are not active.
            let silent: u32 = active.iter().map(|word| word.count_zeros()).sum();
            assert_eq!(surrogate.0 == "rectangle", silent > 28 * 120 * STEPS as u32, "{silent} inactive: {what}");

            let mut g: Vec<f32> = if dense { above.clone() } else { vec![f32::NAN; x.len()] };
            let rows = fast.kind.sum_rows(&DIMS, STEPS);
            let (mut partial, mut sums) =
                (Guarded::scratch(fast.kind.partial_len(&DIMS, STEPS)), Guarded::scratch(rows * 36));
            let mut dlearned = vec![1.0; 72];
            let membrane = Membrane { u: &mut u, table: &mut table, scratch: &mut scratch };
            fast.backward_steps(
                DIMS,
                first,
                residual,
                dense,
                &inject,
                membrane,
                &mut partial,
                &mut g,
                &mut sums,
                &mut dlearned,
            );
            near(&format!("dx of {what}"), &g, &gradient.x);
            for (row, want) in gradient.learned.iter().enumerate() {
                let got: Vec<f32> = dlearned[36 * row..][..36].iter().map(|sum| sum - 1.0).collect();
                near(&format!("dlearned {row} of {what}"), &got, want);
            }
            // What the norms of the terms ask for, of each step: g, g * (y1 - mean1), g * (y2 - mean2).
            for (t, got) in sums.chunks_exact(3 * 36).take(STEPS).enumerate() {
                let mut want = vec![0.0; 3 * 36];
                for i in t * NEURONS..(t + 1) * NEURONS {
                    let (c, g) = (i % 36, gradient.x[i]);
                    want[c] += g;
                    want[36 + c] += g * (f64::from(input.y[i]) - f64::from(input.rows[2][t * 36 + c]));
                    if kind == 2 {
                        want[72 + c] += g * (f64::from(input.second[i % NEURONS]) - f64::from(input.plain[2][c]));
                    }
                }
                near(&format!("sums of step {t} of {what}"), got, &want);
            }
        }
    }
}

/// The thresholds that are left of running statistics give the spikes of an evaluation that normalises.
#[test]
fn an_evaluation_by_folded_thresholds_has_the_twins_spikes() {
    let mut draw = Draw::new(9);
    let d = twins::Dims { time_steps: STEPS, neurons: NEURONS };
    for (hard, kind) in [(true, 0), (false, 1), (true, 2)] {
        let (layer, input) = (Layer::new(hard, false, ("rectangle", 1.0), &mut draw), Input::new(&mut draw));
        let running: Vec<f32> =
            (0..72).map(|i| if i < 36 { 0.3 * draw.number() } else { draw.between(0.3, 1.5) }).collect();
        let statistics = Statistics { mean: widen(&running[..36]), var: widen(&running[36..]) };
        let (_, norm) = layer.twin();
        let want = twin::evaluate(&norm, d, &input.current(kind), &statistics);
        let (mut folded, mut table) = (vec![f32::NAN; 72], vec![f32::NAN; norms::table_len(1, 36)]);
        layer.fast().fold(&running, &mut table, &mut folded);
        let mut spikes = vec![0; DIMS.spike_words()];
        let fast = Neurons { learned: &folded, ..layer.fast() };
        fast.forward(DIMS, input.first(), input.residual(kind), &mut spikes, &mut []);
        let fired: Vec<f32> = want.spikes.iter().map(|&s| s as f32).collect();
        assert_eq!(spikes, to_bits(&fired, 36));
        let firing: u32 = spikes.iter().map(|word| word.count_ones()).sum();
        assert!((3000..14_000).contains(&firing), "{firing} of 17280 fire");
        for c in 0..36 {
            let (weight, sign, threshold) = (layer.learned[c], folded[c], folded[36 + c]);
            assert_eq!((sign < 0.0, threshold.is_infinite()), (weight < 0.0, weight == 0.0));
        }
    }
}
