//! The neuron's backward against central finite differences: smooth mode makes its recurrence differentiable.

mod finite_difference;

use finite_difference::{Draw, STEP, check};
use kestirme_reference::neurons::lif::{self, Reset};
use kestirme_reference::neurons::{Dims, KINDS, Neurons, plif};
use kestirme_reference::surrogates::Surrogate;

#[test]
fn surrogate_derivatives() {
    let more = [("rectangle", 0.4), ("tanh", 5.0), ("triangle", 0.6), ("sigmoid", 1.5), ("soft-sign", 0.5)];
    for surrogate in Surrogate::all().chain(more.map(|(name, option)| Surrogate::named(name, option))) {
        let edge = surrogate.half_support().min(2.0);
        // Not at 0, where some derivatives have a corner.
        let v = [-1.1, -0.99, -0.5, -0.1, 0.05, 0.3, 0.99, 1.1].map(|share| share * edge).to_vec();
        check(
            &format!("{surrogate:?}"),
            &[("v", v)],
            |v| v[0].iter().map(|&v| surrogate.integral(v)).collect(),
            |v, dy| vec![v[0].iter().zip(dy).map(|(&v, dy)| surrogate.derivative(v) * dy).collect()],
        );
    }
}

/// One of each kind, none of them steeper than differences of [`STEP`] can follow.
fn gentle_surrogates() -> impl Iterator<Item = Surrogate> {
    Surrogate::all().map(|one| Surrogate { option: one.option.min(4.0), ..one })
}

/// All neurons worth telling apart, in smooth mode.
fn smooth_neurons() -> Vec<lif::Params> {
    let mut all = Vec::new();
    for surrogate in gentle_surrogates().chain([Surrogate::named("rectangle", 0.7)]) {
        for reset in [Reset::Hard, Reset::Soft] {
            for decay_input in [false, true] {
                for (decay, threshold) in [(0.25, 0.5), (1.0, 0.3), (0.0, 0.5), (0.6, 0.8)] {
                    let kind = lif::Params { surrogate, reset, decay_input, decay, threshold, ..Default::default() };
                    all.push(lif::Params { smooth: true, ..kind });
                }
            }
        }
    }
    all
}

const LIF_SHAPES: [Dims; 4] = [
    Dims { time_steps: 1, neurons: 1 },
    Dims { time_steps: 1, neurons: 5 },
    Dims { time_steps: 2, neurons: 7 },
    Dims { time_steps: 6, neurons: 3 },
];

/// Inputs between -0.2 and 1.2, drawn again until no membrane is near a corner of the integral or of its derivative.
fn lif_input(p: &lif::Params, d: Dims, draw: &mut Draw) -> Vec<f64> {
    loop {
        let x: Vec<f64> = (0..d.time_steps * d.neurons).map(|_| 0.5 + 0.7 * draw.number()).collect();
        let corner = p.surrogate.half_support();
        let near = |u: &f64| {
            let v = (u - p.threshold).abs();
            v < 100.0 * STEP || (v - corner).abs() < 100.0 * STEP
        };
        if !lif::forward(p, d, &x).membrane.iter().any(near) {
            return x;
        }
    }
}

#[test]
fn lif_backward_through_the_whole_recurrence() {
    for (seed, p) in (0..).zip(smooth_neurons()) {
        for d in LIF_SHAPES {
            check(
                &format!("lif {p:?} {d:?}"),
                &[("x", lif_input(&p, d, &mut Draw::new(seed)))],
                |v| lif::forward(&p, d, &v[0]).spikes,
                |v, dy| vec![lif::backward(&p, d, &lif::forward(&p, d, &v[0]).membrane, dy)],
            );
        }
    }
}

/// A detached spike is a constant in the reset: the function to differentiate resets by the spikes recorded beforehand.
#[test]
fn lif_backward_with_detached_reset() {
    for (seed, p) in (0..).zip(smooth_neurons()) {
        let p = lif::Params { detach_reset: true, ..p };
        for d in LIF_SHAPES {
            let x = lif_input(&p, d, &mut Draw::new(seed));
            let recorded = lif::forward(&p, d, &x);
            let with_recorded_resets = |x: &[f64]| {
                let mut m = vec![0.0; d.neurons];
                let mut spikes = Vec::new();
                for (i, x) in x.iter().enumerate() {
                    let m = &mut m[i % d.neurons];
                    let u = p.charge(*m, *x);
                    spikes.push(p.fire(u));
                    *m = p.reset(u, recorded.spikes[i]);
                }
                spikes
            };
            check(
                &format!("lif detached {p:?} {d:?}"),
                &[("x", x)],
                |v| with_recorded_resets(&v[0]),
                |_, dy| vec![lif::backward(&p, d, &recorded.membrane, dy)],
            );
        }
    }
}

/// Through x and all that is learned, with a surrogate that has no corners, from membranes of zero and from others. What is
/// learned per channel has one number for each of three channels, of which there are four neurons each.
#[test]
fn every_kind_through_all_that_it_learns() {
    let (d, channels) = (Dims { time_steps: 6, neurons: 12 }, 3);
    for kind in KINDS {
        for (seed, ((numbers, values), surrogate)) in
            (0..).zip(kind.examples.iter().flat_map(|example| ["atan", "sigmoid"].map(|name| (example, name))))
        {
            let surrogate = Surrogate::named(surrogate, 2.0);
            let mut draw = Draw::new(seed);
            let x: Vec<f64> = (0..6 * 12).map(|_| 0.5 + 0.7 * draw.number()).collect();
            let start = if seed % 2 == 0 { vec![] } else { [0.1, 0.3, 0.45].repeat(4) };
            let learned = (kind.learned)(numbers);
            assert_eq!(learned.len(), values.len(), "{}", kind.name);
            let rows: Vec<_> = learned
                .iter()
                .zip(*values)
                .map(|(per, &value)| {
                    let row = (0..per.len(d.time_steps, channels)).map(|i| value + 0.03 * i as f64);
                    ("learned", row.collect::<Vec<_>>())
                })
                .collect();
            let neurons = |v: &[Vec<f64>]| Neurons {
                numbers: numbers.to_vec(),
                learned: v[1..].to_vec(),
                start: start.clone(),
                surrogate,
                smooth: true,
            };
            check(
                &format!("{} {numbers:?} {values:?} {surrogate:?}", kind.name),
                &[vec![("x", x)], rows].concat(),
                |v| (kind.forward)(&neurons(v), d, &v[0]).spikes,
                |v, dy| {
                    let gradient = (kind.backward)(&neurons(v), d, &v[0], dy);
                    [vec![gradient.x], gradient.learned].concat()
                },
            );
        }
    }
}

/// Through w, too; the input is drawn again until no membrane is near a corner.
#[test]
fn plif_backward_through_the_learned_decay() {
    for (seed, p) in (0..).zip(smooth_neurons().into_iter().filter(|p| p.decay > 0.0 && p.decay < 1.0)) {
        let d = Dims { time_steps: 6, neurons: 3 };
        check(
            &format!("plif {p:?}"),
            &[("x", lif_input(&p, d, &mut Draw::new(seed))), ("w", vec![plif::w_of(p.decay)])],
            |v| plif::forward(&p, v[1][0], d, &v[0]).spikes,
            |v, dy| {
                let membrane = plif::forward(&p, v[1][0], d, &v[0]).membrane;
                let (dx, dw) = plif::backward(&p, v[1][0], d, &v[0], &membrane, dy);
                vec![dx, vec![dw]]
            },
        );
    }
}
