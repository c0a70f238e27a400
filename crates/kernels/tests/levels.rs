//! The same bits on every instruction set: hashes of what the kernels make of fixed numbers, at every number of channels
//! that leaves another rest behind whole vectors, against those in `levels.txt`, which are the same wherever a test runs.
//!
//! After a change that is meant to give other bits: `cargo test -p kestirme-kernels --test levels -- --ignored record`.

#[path = "levels/examples.rs"]
mod examples;
#[path = "levels/membranes.rs"]
mod membranes;
#[path = "levels/planes.rs"]
mod planes;
mod support;

use std::fmt::Write;

use kestirme_kernels::batch_norm::{self, Pixels};
use kestirme_kernels::conv2d::{self, Scratch, Shape};
use kestirme_kernels::norms::{self, Layer, Sums};
use kestirme_kernels::pool::{self, Input};
use kestirme_kernels::surrogates::{self, Surrogate};
use kestirme_kernels::{SIMD, adam, add, global_average_pool as gap, linear, sgd, stats, update, words};
use support::neurons::{Case, Kind, Neuron, Setup};
use support::{Draw, Guarded, rests, to_bits};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/levels.txt");

/// FNV-1a over the words of results.
struct Hash(u32);

impl Hash {
    fn new() -> Self {
        Self(2_166_136_261)
    }

    fn word(&mut self, word: u32) {
        for byte in word.to_le_bytes() {
            self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(16_777_619);
        }
    }

    fn words(&mut self, words: &[u32]) {
        words.iter().for_each(|&word| self.word(word));
    }

    fn floats(&mut self, floats: &[f32]) {
        floats.iter().for_each(|x| self.word(x.to_bits()));
    }

    fn doubles(&mut self, doubles: &[f64]) {
        let halves = doubles.iter().flat_map(|x| [x.to_bits() as u32, (x.to_bits() >> 32) as u32]);
        halves.for_each(|half| self.word(half));
    }
}

/// Runs kernels on so many channels.
type Run = dyn Fn(usize, &mut Draw, &mut Hash);

/// Some of the kernels, by name; the numbers that `run` draws are the same at every call.
struct Row {
    name: String,
    run: Box<Run>,
}

fn row(name: impl Into<String>, run: impl Fn(usize, &mut Draw, &mut Hash) + 'static) -> Row {
    Row { name: name.into(), run: Box::new(run) }
}

const ONE_MAP: [bool; 2] = [false; 2];
const CURRENT: Kind = Kind::Current { stationary: false };

/// The walk there and back, with a gradient from above, one of the heads, and both.
fn walk(
    neuron: Neuron,
    steps: usize,
    kind: Kind,
    each_step: [bool; 2],
    channels: usize,
    draw: &mut Draw,
    out: &mut Hash,
) {
    let (batch, pixels) = (2, 7);
    let setup = Setup { neuron, steps, batch, pixels, channels, stationary: false, kind, each_step, drive: 0.4 };
    let case = Case::new(setup, draw);
    let (dims, first, kernel) = (case.dims, case.first.current(), neuron.kernel());
    let mut spikes = Guarded::scratch(dims.spike_words());
    let mut active = Guarded::scratch(dims.spike_words());
    kernel.forward(dims, first, case.residual(), &mut spikes, &mut active);
    out.words(&spikes);
    out.words(&active);
    let sum_steps = if case.has_maps_of_steps() { steps } else { 1 };
    let inject = Guarded::new(&draw.numbers(batch * channels));
    for (dense, inject) in [(true, &[][..]), (false, &inject), (true, &inject)] {
        let mut g = Guarded::new(&draw.numbers(steps * case.neurons()));
        let mut partial = Guarded::scratch(kernel.kind.partial_len(&dims, sum_steps));
        let mut sums = Guarded::scratch(kernel.kind.sum_rows(&dims, sum_steps) * channels);
        kernel.backward(dims, first, case.residual(), dense, inject, &mut partial, &mut g, &mut sums);
        out.floats(&g);
        out.floats(&sums);
    }
}

fn walks() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, kind) in [("no residual", Kind::None), ("spikes", Kind::Spikes), ("a current", CURRENT)] {
        rows.push(row(format!("lif and {name}"), move |channels, draw, out| {
            [1, 2, 4, 5].into_iter().for_each(|steps| walk(Neuron::group(), steps, kind, ONE_MAP, channels, draw, out));
        }));
    }
    for (hard_reset, detach_reset) in [(true, true), (false, false), (false, true)] {
        let name = format!("lif, hard {hard_reset}, detached {detach_reset}");
        rows.push(row(name, move |channels, draw, out| {
            for surrogate in [Surrogate::named("rectangle", 1.0), Surrogate::named("atan", 2.0)] {
                let neuron = Neuron { hard_reset, detach_reset, surrogate, ..Neuron::group() };
                walk(neuron, 2, Kind::None, ONE_MAP, channels, draw, out);
                walk(Neuron { decay_input: true, ..neuron }, 3, CURRENT, ONE_MAP, channels, draw, out);
            }
        }));
    }
    rows.push(row("plif", |channels, draw, out| {
        for kind in [Kind::None, Kind::Spikes, CURRENT] {
            walk(Neuron::group().learning(), 4, kind, ONE_MAP, channels, draw, out);
        }
    }));
    for kind in surrogates::KINDS {
        rows.push(row(kind.name, |channels, draw, out| {
            let neuron = Neuron { surrogate: kind.with(1.5), ..Neuron::group() };
            walk(neuron, 3, Kind::Spikes, ONE_MAP, channels, draw, out);
        }));
    }
    rows.extend(examples::rows());
    rows.push(row("maps of each step", |channels, draw, out| {
        for (kind, each_step) in [(Kind::None, [true, false]), (Kind::Spikes, [true, false]), (CURRENT, [true; 2])] {
            walk(Neuron::group(), 3, kind, each_step, channels, draw, out);
            walk(Neuron::group().learning(), 2, kind, each_step, channels, draw, out);
        }
    }));
    rows
}

/// From few to many channels and from many to few.
fn shapes(channels: usize) -> impl Iterator<Item = Shape> {
    let shape =
        |kernel, stride, pad| Shape { n: 2, h: 5, w: 6, cin: channels, cout: 72 - channels, kernel, stride, pad };
    [shape(3, 1, 1), shape(1, 2, 0), shape(5, 2, 2)].into_iter()
}

fn memory(scratch: Scratch) -> (Guarded<u32>, Guarded<f32>) {
    (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()))
}

fn convolutions() -> Vec<Row> {
    let forward = row("conv2d forward", |channels, draw, out| {
        for s in shapes(channels) {
            let spikes = Guarded::new(&to_bits(&draw.fired(s.input_len(), 0.3), s.cin));
            let weights = Guarded::new(&draw.numbers(s.weight_len()));
            let ((mut list, mut floats), mut y) =
                (memory(conv2d::forward_scratch(&s)), Guarded::scratch(s.output_len()));
            conv2d::forward(&s, &spikes, &weights, &mut list, &mut floats, &mut y);
            out.floats(&y);
        }
    });
    let weights = row("conv2d weight gradient", |channels, draw, out| {
        for s in shapes(channels) {
            let spikes = Guarded::new(&to_bits(&draw.fired(s.input_len(), 0.3), s.cin));
            let (dy, mut dw) = (gradient(&s, draw), Guarded::new(&draw.numbers(s.weight_len())));
            let (mut list, mut floats) = memory(conv2d::backward_weights_scratch(&s));
            conv2d::backward_weights(&s, &spikes, &dy, &mut list, &mut floats, &mut dw);
            out.floats(&dw);
        }
    });
    let input = row("conv2d input gradient", |channels, draw, out| {
        for s in shapes(channels) {
            let asked = Guarded::new(&to_bits(&draw.fired(s.input_len(), 0.4), s.cin));
            let (dy, weights) = (gradient(&s, draw), Guarded::new(&draw.numbers(s.weight_len())));
            let (mut list, mut floats) = memory(conv2d::backward_input_scratch(&s));
            let before = draw.numbers(s.input_len());
            for (asked, accumulate) in
                [(None, false), (None, true), (Some(&asked[..]), false), (Some(&asked[..]), true)]
            {
                let mut dx = Guarded::new(&before);
                conv2d::backward_input(&s, &dy, &weights, asked, &mut list, &mut floats, accumulate, &mut dx);
                out.floats(&dx);
            }
        }
    });
    let dense = row("conv2d dense", |channels, draw, out| {
        for s in shapes(channels) {
            let (x, weights) = (draw.numbers(s.input_len()), Guarded::new(&draw.numbers(s.weight_len())));
            let mut bordered = Guarded::scratch(conv2d::bordered_len(&s));
            conv2d::add_border(&s, &x, &mut bordered);
            let mut tiled = Guarded::scratch(conv2d::tiled_len(&s));
            let mut y = Guarded::scratch(s.output_len());
            conv2d::forward_dense(&s, &bordered, &weights, &mut tiled, &mut y);
            let (dy, mut dw) = (gradient(&s, draw), Guarded::new(&draw.numbers(s.weight_len())));
            conv2d::backward_weights_dense(&s, &bordered, &dy, &mut dw);
            out.floats(&y);
            out.floats(&dw);
        }
    });
    vec![forward, weights, input, dense]
}

/// Output gradients with their zero border.
fn gradient(s: &Shape, draw: &mut Draw) -> Guarded<f32> {
    let p = Pixels { steps: 1, batch: s.n, h: s.ho(), w: s.wo(), channels: s.cout };
    let (g, y) = (draw.numbers(s.output_len()), vec![0.0; s.output_len()]);
    let (one, zero) = (vec![1.0; s.cout], vec![0.0; s.cout]);
    let mut dy = Guarded::scratch(s.gradient().len());
    batch_norm::backward_apply(&p, 1, s.border(), &g, &y, [&one, &zero, &zero], &mut dy);
    dy
}

fn norms() -> Vec<Row> {
    let p = |channels| Pixels { steps: 3, batch: 2, h: 3, w: 5, channels };
    let apply = row("norm backward", move |channels, draw, out| {
        let p = p(channels);
        let rows = p.batch * p.h * p.w;
        for (y_steps, maps) in [(1, 1), (3, 1), (1, 3), (3, 3)] {
            let g = Guarded::new(&draw.numbers(3 * rows * channels));
            let y = Guarded::new(&draw.numbers(y_steps * rows * channels));
            let abc = [(); 3].map(|()| Guarded::new(&draw.numbers(maps * channels)));
            let mut dy = Guarded::scratch(y_steps * p.batch * (p.h + 4) * (p.w + 4) * channels);
            batch_norm::backward_apply(&p, y_steps, 2, &g, &y, [&abc[0], &abc[1], &abc[2]], &mut dy);
            out.floats(&dy);
        }
    });
    let all = norms::KINDS.into_iter().map(move |norm| {
        row(norm.name(), move |channels, draw, out| {
            let layer = Layer { norm, steps: 3, channels, eps: 1e-5, momentum: 0.1, deviation: 0.5 };
            // Several tasks.
            let rows = 3 * 350;
            let y = Guarded::new(&draw.numbers(rows * channels));
            let parameters = draw.numbers(norm.parameter_len(&layer));
            let mut running: Vec<f32> = draw.numbers(norm.running_len(&layer)).iter().map(|x| x.abs()).collect();
            let mut scratch = Guarded::scratch(layer.scratch_len(rows));
            let mut table = Guarded::scratch(layer.table_len());
            layer.forward_train(&y, 1, &parameters, &mut running, &mut scratch, &mut table);
            let (g, gy) = (draw.numbers(layer.table_steps() * channels), draw.numbers(layer.table_steps() * channels));
            let sums = Sums::new(&g, &gy, channels, 3, rows);
            let mut gradients = vec![0.0; parameters.len()];
            layer.backward(&parameters, &sums, &mut gradients, &mut table);
            [&running, &gradients, &table[..]].into_iter().for_each(|floats| out.floats(floats));
        })
    });
    all.chain([apply]).collect()
}

fn rest() -> Vec<Row> {
    let pooling = row("pooling", |channels, draw, out| {
        for (kernel, stride, pad) in [(2, 2, 0), (3, 2, 1)] {
            let s = pool::Shape { n: 2, h: 6, w: 5, channels, kernel, stride, pad };
            let (len, out_len) = (s.n * s.h * s.w * channels, s.n * s.ho() * s.wo() * channels);
            let (x, dy) = (Guarded::new(&draw.numbers(len)), Guarded::new(&draw.numbers(out_len)));
            let spikes = Guarded::new(&to_bits(&draw.fired(len, 0.4), channels));
            let mut any = Guarded::scratch(out_len / channels * words(channels));
            pool::max_forward_spikes(&s, &spikes, &mut any);
            out.words(&any);
            let mut y = Guarded::scratch(out_len);
            pool::max_forward(&s, &x, &mut y);
            out.floats(&y);
            let before = draw.numbers(len);
            for input in [Input::Spikes(&spikes), Input::Values(&x)] {
                pool::average_forward(&s, input, &mut y);
                out.floats(&y);
                for accumulate in [false, true] {
                    let mut dx = Guarded::new(&before);
                    pool::max_backward(&s, input, &dy, accumulate, &mut dx);
                    out.floats(&dx);
                }
            }
            for accumulate in [false, true] {
                let mut dx = Guarded::new(&before);
                pool::average_backward(&s, &dy, accumulate, &mut dx);
                out.floats(&dx);
            }
        }
        let d = gap::Dims { steps: 2, batch: 2, pixels: 9, channels };
        let spikes = Guarded::new(&to_bits(&draw.fired(36 * channels, 0.4), channels));
        let mut rates = Guarded::scratch(2 * channels);
        gap::forward(&d, &spikes, &mut rates);
        out.floats(&rates);
    });
    let heads = row("linear", |channels, draw, out| {
        let d = linear::Dims { batch: 3, inputs: channels, outputs: 10 };
        let numbers = |len: usize, draw: &mut Draw| Guarded::new(&draw.numbers(len));
        let (x, weight, bias) = (numbers(3 * channels, draw), numbers(10 * channels, draw), numbers(10, draw));
        let mut y = Guarded::scratch(30);
        linear::forward(&d, &x, &weight, &bias, &mut y);
        let (mut dweight, mut dbias, mut dx) =
            (numbers(10 * channels, draw), numbers(10, draw), numbers(3 * channels, draw));
        linear::backward(&d, &x, &weight, &y, &mut dweight, &mut dbias, &mut dx);
        [&y, &dweight, &dbias, &dx].into_iter().for_each(|floats| out.floats(floats));
    });
    let updates = row("sgd and adam", |channels, draw, out| {
        // Several tasks and a rest, of any number of floats.
        let len = 17_000 + channels / 4;
        let gradient = Guarded::new(&draw.numbers(len));
        let [mut weights, mut velocity, mut first, mut second] = [(); 4].map(|()| Guarded::new(&draw.numbers(len)));
        second.iter_mut().for_each(|v| *v = v.abs());
        let mut scratch = Guarded::scratch(update::scratch_len(len));
        for nesterov in [false, true] {
            let p = sgd::Params { lr: 0.1, momentum: 0.9, nesterov, weight_decay: 1e-4, gradient_scale: 0.7 };
            assert!(sgd::step(&p, &gradient, &mut weights, &mut velocity, &mut scratch));
            out.doubles(&scratch[..1]);
        }
        for decoupled in [false, true] {
            let (lr, beta1, beta2, eps, weight_decay) = (1e-3, 0.9, 0.999, 1e-8, 0.01);
            let p = adam::Params { lr, beta1, beta2, eps, weight_decay, decoupled, gradient_scale: 0.7, step: 3 };
            assert!(adam::step(&p, &gradient, &mut weights, &mut first, &mut second, &mut scratch));
        }
        add::accumulate(&gradient, &mut velocity);
        [&weights, &velocity, &first, &second].into_iter().for_each(|floats| out.floats(floats));
    });
    let counts = row("stats", |channels, draw, out| {
        let x = Guarded::new(&draw.numbers(2 * 5 * channels));
        let inject = Guarded::new(&draw.numbers(2 * channels));
        let mut result = Guarded::scratch(stats::RESULT_LEN);
        let mut scratch = Guarded::scratch(stats::scratch_len(x.len()));
        let inject = stats::Inject { values: &inject, batch: 2, pixels: 5, channels };
        stats::describe(&x, true, Some(inject), &mut scratch, &mut result);
        out.doubles(&result);
        out.doubles(&[stats::sum_of_squares(&x, &mut Guarded::scratch(stats::sum_scratch_len(x.len())))]);
    });
    vec![pooling, heads, updates, counts]
}

/// The row's line of the file: a hash for each number of channels.
fn line(Row { name, run }: &Row) -> String {
    let mut line = format!("{name}:");
    for c in rests() {
        let mut seed = Hash::new();
        name.bytes().for_each(|byte| seed.word(byte.into()));
        seed.word(c as u32);
        let mut hash = Hash::new();
        run(c, &mut Draw::new(seed.0), &mut hash);
        write!(line, " {:08x}", hash.0).expect("memory");
    }
    line
}

fn check(rows: &[Row]) {
    let file = std::fs::read_to_string(FILE).expect("the file of this test");
    let mut problems = Vec::new();
    for row in rows {
        let recorded = file.lines().find(|line| line.starts_with(&format!("{}:", row.name)));
        let recorded = recorded.unwrap_or_else(|| panic!("{}: not recorded", row.name));
        let now = line(row);
        let hashes = |line: &str| line[row.name.len() + 2..].split(' ').map(str::to_owned).collect::<Vec<_>>();
        let pairs = hashes(&now).into_iter().zip(hashes(recorded)).zip(rests());
        let other: Vec<usize> = pairs.filter(|((now, recorded), _)| now != recorded).map(|(_, c)| c).collect();
        if now != recorded {
            problems.push(format!("{}, of {other:?} channels", row.name));
        }
    }
    assert!(problems.is_empty(), "{SIMD} gives other bits than were recorded:\n{}", problems.join("\n"));
}

#[test]
fn walks_have_the_recorded_bits() {
    check(&walks());
}

#[test]
fn convolutions_have_the_recorded_bits() {
    check(&convolutions());
}

#[test]
fn norms_have_the_recorded_bits() {
    check(&norms());
}

#[test]
fn all_else_has_the_recorded_bits() {
    check(&rest());
}

#[test]
fn planes_have_the_recorded_bits() {
    check(&planes::rows());
}

#[test]
fn membranes_have_the_recorded_bits() {
    check(&membranes::rows());
}

/// Records: after a change that is meant to give other bits.
#[test]
#[ignore = "writes the file"]
fn record() {
    let rows = [walks(), convolutions(), norms(), rest(), planes::rows(), membranes::rows()].into_iter().flatten();
    let head = rests().fold("channels".to_owned(), |head, c| format!("{head} {c}"));
    let lines: Vec<String> = [head].into_iter().chain(rows.map(|row| line(&row))).collect();
    std::fs::write(FILE, lines.join("\n") + "\n").expect("the file of this test");
}
