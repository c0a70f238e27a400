//! The neuron against its f64 twin: spikes and the surrogate's support exactly, gradients within the bounds that
//! `support::neurons::Trace` derives.

mod support;

use std::ops::Range;

use kestirme_kernels::surrogates::Surrogate;
use kestirme_kernels::walk::{Current, Dims, MAX_STEPS, Residual};
use kestirme_reference::surrogates as twins;
use support::neurons::{Case, Kind, Neuron, Setup, Term, Trace, params};
use support::{Draw, Guarded, UNIT, close, gamma, pad, rests, to_bits, widen};

fn group() -> Neuron {
    Neuron::group()
}

/// All kinds of neurons, over some decays and thresholds.
fn neurons() -> Vec<Neuron> {
    let usual = twins::KINDS.iter().map(|kind| Surrogate::named(kind.name, kind.usual as f32));
    let more = [("rectangle", 0.7), ("tanh", 5.0), ("triangle", 0.6), ("sigmoid", 1.5)];
    let all_surrogates = usual.chain(more.map(|(name, option)| Surrogate::named(name, option)));
    // The first two are the group's and SpikingJelly's; 0.3 and 0.7 are not whole in f32; 0 forgets, 1 never does.
    let constants = [(0.25, 0.5), (0.5, 1.0), (0.3, 0.7), (0.0, 0.5), (0.9, 0.3)];
    let mut all = Vec::new();
    for surrogate in all_surrogates {
        for (hard_reset, detach_reset) in [(true, false), (true, true), (false, false), (false, true)] {
            for decay_input in [false, true] {
                let (decay, threshold) = constants[all.len() % constants.len()];
                all.push(Neuron { decay, threshold, hard_reset, detach_reset, decay_input, surrogate, w: None });
            }
        }
    }
    for (place, neuron) in all.clone().into_iter().enumerate() {
        // With decay 0 or 1 there is no w.
        if place % 3 == 0 && neuron.decay > 0.0 {
            all.push(neuron.learning());
        }
    }
    all.push(Neuron { decay: 1.0, ..group() });
    all.push(Neuron { decay: 1.0, hard_reset: false, ..group() });
    all
}

const KINDS: [(bool, Kind); 8] = [
    (false, Kind::None),
    (true, Kind::None),
    (false, Kind::Spikes),
    (true, Kind::Spikes),
    (false, Kind::Current { stationary: false }),
    (false, Kind::Current { stationary: true }),
    (true, Kind::Current { stationary: false }),
    (true, Kind::Current { stationary: true }),
];

/// The terms' maps hold at all steps.
const ONE_MAP: [bool; 2] = [false; 2];

/// What comes from above.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Above {
    Layer,
    LayerAndHeads,
    Heads,
    Nothing,
}

fn check_forward(case: &Case) -> Trace {
    let trace = Trace::forward(case);
    let mut spikes = Guarded::scratch(case.dims.spike_words());
    let mut active = Guarded::scratch(spikes.len());
    case.setup.neuron.kernel().forward(case.dims, case.first.current(), case.residual(), &mut spikes, &mut active);
    let bits = |on: &mut dyn Iterator<Item = bool>| {
        to_bits(&on.map(|on| if on { 1.0 } else { 0.0 }).collect::<Vec<_>>(), case.dims.channels)
    };
    assert_eq!(spikes.to_vec(), bits(&mut trace.spikes.iter().map(|s| *s == 1.0)), "spikes of {:?}", case.setup);
    assert_eq!(active.to_vec(), bits(&mut trace.active.iter().copied()), "active neurons of {:?}", case.setup);
    let mut alone = Guarded::scratch(spikes.len());
    case.setup.neuron.kernel().forward(case.dims, case.first.current(), case.residual(), &mut alone, &mut []);
    assert_eq!(alone.to_vec(), spikes.to_vec(), "spikes alone of {:?}", case.setup);
    trace
}

fn check_backward(case: &Case, trace: &Trace, above: Above, draw: &mut Draw) {
    let (dims, channels) = (case.dims, case.setup.channels);
    let name = format!("{:?} with {above:?} above", case.setup);
    let rows = dims.steps * dims.batch * dims.pixels;
    let numbers = |rows: usize, on: bool, draw: &mut Draw| match on {
        true => pad(&draw.numbers(rows * channels), channels, dims.channels),
        false => vec![0.0; rows * dims.channels],
    };
    let dense = matches!(above, Above::Layer | Above::LayerAndHeads);
    let heads = matches!(above, Above::Heads | Above::LayerAndHeads);
    let mut from_above = numbers(rows, dense, draw);
    let inject = numbers(dims.batch, heads, draw);
    let image = |i: usize| i / (dims.pixels * dims.channels) % dims.batch * dims.channels + i % dims.channels;
    // Where the surrogate is zero, the layer above leaves whatever was there.
    for (i, g) in from_above.iter_mut().enumerate() {
        if !dense || (!trace.active[i] && !case.is_padding(i)) {
            *g = f32::NAN;
        }
    }
    let known = |i: usize| if from_above[i].is_nan() { 0.0 } else { from_above[i] as f64 };
    let total: Vec<f64> = (0..from_above.len()).map(|i| known(i) + inject[image(i)] as f64).collect();
    let error: Vec<f64> = (0..total.len()).map(|i| if dense && heads { UNIT * total[i].abs() } else { 0.0 }).collect();
    let (want, bound) = trace.backward(case, &total, &error);

    let mut g = Guarded::new(&from_above);
    let kernel = case.setup.neuron.kernel();
    let sum_steps = if case.has_maps_of_steps() { dims.steps } else { 1 };
    let mut partial = Guarded::scratch(kernel.kind.partial_len(&dims, sum_steps));
    let mut sums = Guarded::scratch(kernel.kind.sum_rows(&dims, sum_steps) * dims.channels);
    let inject = Guarded::new(if heads { &inject } else { &[] });
    let (first, residual) = (case.first.current(), case.residual());
    case.setup.neuron.kernel().backward(dims, first, residual, dense, &inject, &mut partial, &mut g, &mut sums);
    close(&format!("dx of {name}"), &g, &want, |i| bound[i]);
    let (rows, step_sums) = (want.len() / sum_steps, 3 * dims.channels);
    for part in 0..sum_steps {
        check_sums(&name, case, part * rows..(part + 1) * rows, &want, &bound, &sums[part * step_sums..][..step_sums]);
    }
    if case.setup.neuron.w.is_some() {
        check_decay(&name, case, trace, &want, &bound, &sums[sum_steps * step_sums..]);
    }
}

/// Sums over all rows of dx * factor: each term is off by its dx's error times the factor, and rounded by the factor's
/// difference, the product and the additions.
fn check_sums(name: &str, case: &Case, from: Range<usize>, dx: &[f64], dx_error: &[f64], sums: &[f32]) {
    let channels = case.dims.channels;
    let check = |row: usize, factor: &dyn Fn(usize) -> f64| {
        let (mut want, mut bound) = (vec![0.0; channels], vec![0.0; channels]);
        for i in from.clone() {
            want[i % channels] += dx[i] * factor(i);
            let rounding = gamma(from.len() / channels + 3) * (dx[i].abs() + dx_error[i]);
            bound[i % channels] += (dx_error[i] + rounding) * factor(i).abs();
        }
        close(&format!("sums {row} of {name}"), &sums[row * channels..][..channels], &want, |c| bound[c]);
    };
    check(0, &|_| 1.0);
    check(1, &|i| case.first.centred(i));
    match &case.second {
        Some(second) => check(2, &|i| second.centred(i)),
        None => check(2, &|_| 0.0),
    }
}

/// The sum over all rows of dL/du * du/ddecay, where dL/du is dx less its factor, and both have errors.
fn check_decay(name: &str, case: &Case, trace: &Trace, dx: &[f64], dx_error: &[f64], sums: &[f32]) {
    let channels = case.dims.channels;
    let neuron = &case.setup.neuron;
    let scale = if neuron.decay_input { 1.0 - neuron.decay as f64 } else { 1.0 };
    let (mut want, mut bound) = (vec![0.0; channels], vec![0.0; channels]);
    for i in 0..dx.len() {
        let (du, du_error, (by, by_error)) = (dx[i] / scale, dx_error[i] / scale, trace.by_decay[i]);
        want[i % channels] += du * by;
        let size = (du.abs() + du_error) * (by.abs() + by_error);
        bound[i % channels] +=
            du_error * by.abs() + (du.abs() + du_error) * by_error + gamma(dx.len() / channels + 3) * size;
    }
    close(&format!("sums by decay of {name}"), sums, &want, |c| bound[c]);
}

fn check(setup: Setup, draw: &mut Draw) {
    let case = Case::new(setup, draw);
    let trace = check_forward(&case);
    for above in [Above::Layer, Above::LayerAndHeads, Above::Heads, Above::Nothing] {
        check_backward(&case, &trace, above, draw);
    }
}

const CHANNELS: [usize; 6] = [1, 4, 10, 32, 33, 68];

#[test]
fn every_neuron_with_every_term() {
    let mut draw = Draw::new(1);
    for neuron in neurons() {
        for (stationary, kind) in KINDS {
            let (steps, batch) = (draw.pick(&[1, 2, 5]), draw.pick(&[1, 3]));
            let (pixels, channels) = (draw.pick(&[1, 3, 17]), draw.pick(&CHANNELS));
            check(
                Setup { neuron, steps, batch, pixels, channels, stationary, kind, each_step: ONE_MAP, drive: 0.4 },
                &mut draw,
            );
        }
    }
}

/// Steps with maps of their own, of one term or of both, and by either side of a term that is the same at every step.
#[test]
fn maps_of_each_step() {
    let mut draw = Draw::new(7);
    for (place, neuron) in neurons().into_iter().enumerate() {
        let (stationary, kind) = KINDS[place % KINDS.len()];
        let each_step = match kind {
            Kind::Current { .. } => draw.pick(&[[true, true], [true, false], [false, true]]),
            _ => [true, false],
        };
        let (steps, batch) = (draw.pick(&[1, 2, 4, 5]), draw.pick(&[1, 3]));
        let (pixels, channels) = (draw.pick(&[1, 3, 17]), draw.pick(&CHANNELS));
        check(Setup { neuron, steps, batch, pixels, channels, stationary, kind, each_step, drive: 0.4 }, &mut draw);
    }
}

#[test]
fn every_size() {
    let mut draw = Draw::new(2);
    for channels in CHANNELS {
        for (steps, batch, pixels) in [(1, 1, 1), (5, 1, 1), (1, 2, 9), (5, 2, 289), (3, 7, 51)] {
            let (stationary, kind) = draw.pick(&KINDS);
            let setup = Setup {
                neuron: group(),
                steps,
                batch,
                pixels,
                channels,
                stationary,
                kind,
                each_step: ONE_MAP,
                drive: 0.4,
            };
            check(setup, &mut draw);
        }
    }
}

#[test]
fn every_rest_of_channels() {
    let mut draw = Draw::new(8);
    for channels in rests() {
        for (stationary, kind) in KINDS {
            let (steps, pixels) = (draw.pick(&[1, 2, 4, 5]), draw.pick(&[3, 5, 9]));
            let surrogate = draw.pick(&[group().surrogate, Surrogate::named("atan", 2.0)]);
            let neuron = draw.pick(&[Neuron { surrogate, ..group() }, Neuron { surrogate, ..group() }.learning()]);
            let each_step = draw.pick(&[ONE_MAP, [true, kind == Kind::Current { stationary }]]);
            check(
                Setup { neuron, steps, batch: 2, pixels, channels, stationary, kind, each_step, drive: 0.4 },
                &mut draw,
            );
        }
    }
}

#[test]
fn silence_and_everything_firing() {
    let mut draw = Draw::new(3);
    for neuron in neurons() {
        let kind = draw.pick(&KINDS).1;
        for drive in [-4.0, 4.0] {
            let drive = if neuron.decay_input { drive / (1.0 - neuron.decay) } else { drive };
            let (steps, batch, pixels, channels) = (5, 2, 3, 36);
            let setup =
                Setup { neuron, steps, batch, pixels, channels, stationary: false, kind, each_step: ONE_MAP, drive };
            let case = Case::new(setup, &mut draw);
            let trace = check_forward(&case);
            assert!(trace.spikes.iter().all(|&s| s == if drive < 0.0 { 0.0 } else { 1.0 }));
            check_backward(&case, &trace, Above::LayerAndHeads, &mut draw);
        }
    }
}

#[test]
fn the_longest_time() {
    let mut draw = Draw::new(4);
    for hard_reset in [true, false] {
        let neuron = Neuron { decay: 0.9, hard_reset, ..group() };
        let (steps, batch, pixels, channels) = (MAX_STEPS, 1, 2, 8);
        let kind = Kind::Spikes;
        let setup =
            Setup { neuron, steps, batch, pixels, channels, stationary: true, kind, each_step: ONE_MAP, drive: 0.1 };
        check(setup, &mut draw);
    }
}

/// One current for four channels, step after step; y is [T][4], all channels alike.
fn run(neuron: &Neuron, x: &[f32], gradient: &[f32]) -> (Vec<u32>, Vec<u32>, Vec<f32>) {
    let dims = Dims { steps: x.len(), batch: 1, pixels: 1, channels: 4 };
    let each = |values: &[f32]| values.iter().flat_map(|v| [*v; 4]).collect::<Vec<f32>>();
    let y = each(x);
    let first = Current { y: &y, scale: &[1.0; 4], shift: &[0.0; 4], mean: &[0.0; 4] };
    let (mut spikes, mut active) = (vec![0; x.len()], vec![0; x.len()]);
    neuron.kernel().forward(dims, first, Residual::None, &mut spikes, &mut active);
    let (mut g, mut partial, mut sums) =
        (each(gradient), vec![0.0; neuron.kernel().kind.partial_len(&dims, 1)], [0.0; 12]);
    neuron.kernel().backward(dims, first, Residual::None, true, &[], &mut partial, &mut g, &mut sums);
    assert!(spikes.iter().chain(&active).all(|&bits| bits == 0 || bits == 15), "four channels alike");
    let one = |bits: Vec<u32>| bits.into_iter().map(|bits| bits & 1).collect();
    (one(spikes), one(active), g.chunks_exact(4).map(|g| g[0]).collect())
}

/// At the threshold a neuron stays silent; the rectangle is zero at its edges, tanh is not.
#[test]
fn ties() {
    let x = [0.5, 0.500_000_06, 0.0, 1.0, 1.000_000_1, 0.999_999_94];
    let rectangle = Neuron { decay: 0.0, ..group() };
    let (spikes, active, dx) = run(&rectangle, &x, &[1.0; 6]);
    assert_eq!(spikes, [0, 1, 0, 1, 1, 1]);
    assert_eq!(active, [1, 1, 0, 0, 0, 1]);
    assert_eq!(dx, [1.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
    let tanh = Neuron { surrogate: Surrogate::named("tanh", 3.0), ..rectangle };
    let (_, active, dx) = run(&tanh, &x, &[1.0; 6]);
    assert_eq!(active, [1, 1, 1, 1, 0, 1]);
    assert!((dx[2] - 0.299_465).abs() < 1e-6 && (dx[3] - 0.299_465).abs() < 1e-6 && dx[4] == 0.0);
}

/// Autograd's numbers for L = sum of t * s_t (t = 1..5), from a float64 PyTorch program of the same neuron.
#[test]
fn five_steps_of_autograd() {
    let x = [0.3, 0.6, 0.45, 0.1, 0.9];
    let tanh = Neuron { surrogate: Surrogate::named("tanh", 3.0), ..group() };
    let soft = Neuron { hard_reset: false, ..group() };
    let detached = |neuron: Neuron| Neuron { detach_reset: true, ..neuron };
    let expected = [
        (group(), [1.241167, 1.378097, 3.685352, 4.984375, 5.0]),
        (detached(group()), [1.5, 2.0, 4.3125, 5.25, 5.0]),
        (soft, [1.305908, 2.447266, 3.578125, 4.625, 5.0]),
        (detached(soft), [1.769531, 3.078125, 4.3125, 5.25, 5.0]),
        (tanh, [1.412888, 1.446351, 5.118441, 3.797431, 1.923906]),
        (detached(tanh), [1.815668, 2.545803, 5.832457, 3.884395, 1.923906]),
    ];
    for (neuron, want) in expected {
        let (spikes, _, dx) = run(&neuron, &x, &[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(spikes, [0, 1, 0, 0, 1]);
        // The numbers above have six decimals.
        assert!(dx.iter().zip(want).all(|(got, want)| (got - want).abs() < 3e-6), "{neuron:?}: {dx:?}");
    }
}

/// The case's terms are what the kernel is told: a term that is stored once is read at every step.
#[test]
fn a_stored_term_is_that_term_at_every_step() {
    let mut draw = Draw::new(5);
    let setup = Setup {
        neuron: group(),
        steps: 4,
        batch: 2,
        pixels: 5,
        channels: 8,
        stationary: true,
        kind: Kind::Current { stationary: true },
        each_step: ONE_MAP,
        drive: 0.4,
    };
    let case = Case::new(setup, &mut draw);
    let repeated = |term: &Term| Term { y: term.y.repeat(setup.steps), ..term.clone() };
    let (first, second) = (repeated(&case.first), repeated(case.second.as_ref().expect("a current")));
    let gradient = draw.numbers(first.y.len());
    let run = |first: Current, residual: Residual| {
        let mut spikes = vec![0; case.dims.spike_words()];
        group().kernel().forward(case.dims, first, residual, &mut spikes, &mut []);
        let (mut g, mut partial, mut sums) =
            (gradient.clone(), vec![0.0; group().kernel().kind.partial_len(&case.dims, 1)], vec![0.0f32; 24]);
        group().kernel().backward(case.dims, first, residual, true, &[], &mut partial, &mut g, &mut sums);
        (spikes, g, sums)
    };
    let once = run(case.first.current(), case.residual());
    assert_eq!(once, run(first.current(), Residual::Current(second.current())));
}

/// What is left of a layer's sums: one number.
#[test]
fn the_gradient_of_a_learned_decay() {
    let mut draw = Draw::new(6);
    let (steps, neurons) = (5, 12);
    for w in [-2.0f32, 0.0, 1.5] {
        for decay_input in [false, true] {
            let surrogate = Surrogate::named("atan", 2.0);
            let neuron = Neuron { decay_input, surrogate, w: Some(w), ..group() };
            let d = kestirme_reference::neurons::Dims { time_steps: steps, neurons };
            let x = draw.numbers(steps * neurons);
            // Of one sign, so that not everything cancels.
            let gradient: Vec<f32> = draw.numbers(steps * neurons).iter().map(|g| g.abs()).collect();
            let dims = Dims { steps, batch: 3, pixels: 1, channels: 4 };
            let first = Current { y: &x, scale: &[1.0; 4], shift: &[0.0; 4], mean: &[0.0; 4] };
            let (mut g, mut sums) = (gradient.clone(), vec![f32::NAN; 16]);
            let mut partial = vec![f32::NAN; neuron.kernel().kind.partial_len(&dims, 1)];
            neuron.kernel().backward(dims, first, Residual::None, true, &[], &mut partial, &mut g, &mut sums);
            let mut dlearned = [0.25, 0.0, 0.0, 0.0];
            neuron.kernel().learn(dims, &sums, &mut dlearned);
            let dw = dlearned[0];
            // Its decay is not looked at.
            let p = params(&neuron);
            let activity = kestirme_reference::neurons::plif::forward(&p, w as f64, d, &widen(&x));
            let (_, want) = kestirme_reference::neurons::plif::backward(
                &p,
                w as f64,
                d,
                &widen(&x),
                &activity.membrane,
                &widen(&gradient),
            );
            // Sixty terms below 1 and their roundings.
            assert!((dw as f64 - 0.25 - want).abs() < 60.0 * 8.0 * UNIT, "w {w}: {dw}, not {want} above 0.25");
            assert!(want.abs() > 0.002, "w {w}: {want} says something");
        }
    }
}
