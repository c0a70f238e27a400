//! The same bits on any number of threads, for every kernel. The pool is the process's: these tests take turns.

#![cfg(feature = "threads")]

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};

use kestirme_kernels::batch_norm::{self, Pixels};
use kestirme_kernels::conv2d::{self, Shape};
use kestirme_kernels::encode::{self, RateStream};
use kestirme_kernels::pool::{self, Input};
use kestirme_kernels::surrogates::Surrogate;
use kestirme_kernels::walk::Dims;
use kestirme_kernels::{adam, add, global_average_pool as gap, init, linear, losses, par, sgd, stats, update, words};
use support::neurons::{Case, Kind, Neuron, Setup};
use support::{Draw, Guarded, to_bits};

static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The threads that help the calling one.
fn pool_of(threads: usize) -> Option<rayon::ThreadPool> {
    (threads > 1).then(|| rayon::ThreadPoolBuilder::new().num_threads(threads - 1).build().expect("threads"))
}

/// A kernel's results as bits, one after the other.
#[derive(Default, PartialEq)]
struct Bits(Vec<u64>);

impl Bits {
    fn floats(mut self, values: &[f32]) -> Self {
        self.0.extend(values.iter().map(|x| u64::from(x.to_bits())));
        self
    }

    fn doubles(mut self, values: &[f64]) -> Self {
        self.0.extend(values.iter().map(|x| x.to_bits()));
        self
    }

    fn words(mut self, values: &[u32]) -> Self {
        self.0.extend(values.iter().map(|&x| u64::from(x)));
        self
    }
}

/// Runs in the calling thread, then on pools; several times, since tasks meet threads anew each time.
fn same_bits(what: &str, kernel: impl Fn() -> Bits) {
    par::set_pool(None);
    let alone = kernel();
    assert!(!alone.0.is_empty());
    for threads in [1, 2, 3, 7] {
        par::set_pool(pool_of(threads));
        assert_eq!(par::threads(), threads);
        for run in 0..3 {
            let got = kernel();
            let place = got.0.iter().zip(&alone.0).position(|(got, alone)| got != alone);
            assert!(got == alone, "{what} on {threads} threads, run {run}: other bits, first at {place:?}");
        }
    }
    par::set_pool(None);
}

#[test]
fn threads_that_fell_asleep_wake_for_the_next_call() {
    let _turn = turn();
    par::set_pool(pool_of(3));
    for pause in [0, 1, 20] {
        std::thread::sleep(std::time::Duration::from_millis(pause));
        for _ in 0..500 {
            let sum = AtomicU32::new(0);
            par::for_each(17, |task, _| {
                sum.fetch_add(task as u32, Ordering::Relaxed);
            });
            assert_eq!(sum.load(Ordering::Relaxed), 17 * 16 / 2);
        }
    }
    par::set_pool(None);
}

#[test]
fn the_global_pool_helps_as_one_of_our_own_does() {
    let _turn = turn();
    for _ in 0..2 {
        par::use_global_pool();
        // Asked here: a thread of the pool has no crew of its own.
        let threads = par::threads();
        assert_eq!(threads, rayon::current_num_threads() + 1);
        let sum = AtomicU32::new(0);
        par::for_each(100, |task, thread| {
            assert!(thread < threads);
            sum.fetch_add(task as u32, Ordering::Relaxed);
        });
        assert_eq!(sum.load(Ordering::Relaxed), 100 * 99 / 2);
        par::set_pool(None);
        // The threads are free again.
        assert_eq!(rayon::broadcast(|_| 1).len(), rayon::current_num_threads());
    }
}

#[test]
fn a_task_that_panics_panics_the_caller_and_leaves_the_pool_usable() {
    let _turn = turn();
    par::set_pool(pool_of(3));
    for failing in [0, 5, 99] {
        let result = std::panic::catch_unwind(|| par::for_each(100, |task, _| assert_ne!(task, failing)));
        assert!(result.is_err());
        let runs = AtomicU32::new(0);
        par::for_each(100, |_, _| {
            runs.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(runs.load(Ordering::Relaxed), 100);
    }
    par::set_pool(None);
}

#[test]
fn every_task_runs_once_on_a_thread_that_exists() {
    let _turn = turn();
    for threads in [1, 2, 3, 7] {
        par::set_pool(pool_of(threads));
        for count in [0, 1, 2, 100] {
            let runs: Vec<AtomicU32> = (0..count).map(|_| AtomicU32::new(0)).collect();
            par::for_each(count, |task, thread| {
                assert!(thread < threads);
                runs[task].fetch_add(1, Ordering::Relaxed);
            });
            assert!(runs.iter().all(|runs| runs.load(Ordering::Relaxed) == 1));
        }
    }
    par::set_pool(None);
}

/// Spikes by lists and by tables, narrow and wide, with several tasks each.
const CONVOLUTIONS: [Shape; 6] = [
    Shape { n: 6, h: 17, w: 17, cin: 36, cout: 68, kernel: 3, stride: 1, pad: 1 },
    Shape { n: 4, h: 16, w: 16, cin: 32, cout: 36, kernel: 3, stride: 2, pad: 1 },
    Shape { n: 4, h: 16, w: 16, cin: 68, cout: 100, kernel: 1, stride: 2, pad: 0 },
    Shape { n: 3, h: 5, w: 5, cin: 132, cout: 172, kernel: 3, stride: 1, pad: 1 },
    Shape { n: 2, h: 4, w: 40, cin: 12, cout: 4, kernel: 5, stride: 1, pad: 2 },
    Shape { n: 9, h: 1, w: 1, cin: 4, cout: 4, kernel: 1, stride: 1, pad: 0 },
];

#[test]
fn convolutions() {
    let _turn = turn();
    let mut draw = Draw::new(1);
    for s in CONVOLUTIONS {
        let spikes = to_bits(&draw.fired(s.input_len(), 0.3), s.cin);
        let asked = to_bits(&draw.fired(s.input_len(), 0.5), s.cin);
        let (weights, image) = (draw.numbers(s.weight_len()), draw.numbers(s.input_len()));
        // Whether the border is zero does not matter here.
        let dy = draw.numbers(s.gradient().len());
        let before = draw.numbers(s.weight_len());
        let memory = |scratch: conv2d::Scratch| (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
        same_bits(&format!("forward {s:?}"), || {
            let ((mut list, mut floats), mut y) = (memory(conv2d::forward_scratch(&s)), vec![f32::NAN; s.output_len()]);
            conv2d::forward(&s, &spikes, &weights, &mut list, &mut floats, &mut y);
            Bits::default().floats(&y)
        });
        same_bits(&format!("weights' gradient {s:?}"), || {
            let ((mut list, mut floats), mut dw) = (memory(conv2d::backward_weights_scratch(&s)), before.clone());
            conv2d::backward_weights(&s, &spikes, &dy, &mut list, &mut floats, &mut dw);
            Bits::default().floats(&dw)
        });
        for asked in [None, Some(asked.as_slice())] {
            for accumulate in [false, true] {
                same_bits(&format!("input gradient {s:?}"), || {
                    let ((mut list, mut floats), mut dx) = (memory(conv2d::backward_input_scratch(&s)), image.clone());
                    conv2d::backward_input(&s, &dy, &weights, asked, &mut list, &mut floats, accumulate, &mut dx);
                    Bits::default().floats(&dx)
                });
            }
        }
        same_bits(&format!("dense {s:?}"), || {
            let mut x = vec![f32::NAN; conv2d::bordered_len(&s)];
            conv2d::add_border(&s, &image, &mut x);
            let (mut y, mut tiled) = (vec![f32::NAN; s.output_len()], vec![f32::NAN; conv2d::tiled_len(&s)]);
            conv2d::forward_dense(&s, &x, &weights, &mut tiled, &mut y);
            let mut dw = before.clone();
            conv2d::backward_weights_dense(&s, &x, &dy, &mut dw);
            Bits::default().floats(&x).floats(&y).floats(&dw)
        });
    }
}

#[test]
fn neurons() {
    let _turn = turn();
    let mut draw = Draw::new(2);
    for (surrogate, kind, each_step) in [
        (Surrogate::named("rectangle", 1.0), Kind::None, [false; 2]),
        (Surrogate::named("tanh", 3.0), Kind::Spikes, [false; 2]),
        (Surrogate::named("rectangle", 1.0), Kind::Current { stationary: false }, [false; 2]),
        (Surrogate::named("rectangle", 1.0), Kind::Current { stationary: false }, [true; 2]),
    ] {
        let neuron = Neuron { surrogate, ..Neuron::group() };
        let (steps, batch, pixels, channels) = (4, 3, 289, 36);
        let setup = Setup { neuron, steps, batch, pixels, channels, stationary: false, kind, each_step, drive: 0.4 };
        let case = Case::new(setup, &mut draw);
        let (gradient, inject) = (draw.numbers(4 * case.neurons()), draw.numbers(3 * 36));
        let (d, first): (Dims, _) = (case.dims, case.first.current());
        same_bits(&format!("{setup:?}"), || {
            let (mut spikes, mut active) = (vec![0; d.spike_words()], vec![0; d.spike_words()]);
            neuron.kernel().forward(d, first, case.residual(), &mut spikes, &mut active);
            let sum_steps = if case.has_maps_of_steps() { steps } else { 1 };
            let (mut g, mut sums) = (gradient.clone(), vec![f32::NAN; sum_steps * 3 * 36]);
            let mut partial = Guarded::scratch(neuron.kernel().kind.partial_len(&d, sum_steps));
            neuron.kernel().backward(d, first, case.residual(), true, &inject, &mut partial, &mut g, &mut sums);
            Bits::default().words(&spikes).words(&active).floats(&g).floats(&sums)
        });
    }
}

#[test]
fn normalisation() {
    let _turn = turn();
    let mut draw = Draw::new(3);
    let p = Pixels { steps: 4, batch: 3, h: 17, w: 17, channels: 36 };
    let rows = p.steps * p.batch * p.h * p.w;
    let (y, g) = (draw.numbers(rows * 36), draw.numbers(rows * 36));
    let rows_of_steps = [0; 3].map(|_| draw.numbers(4 * 36));
    same_bits("statistics", || {
        let (mut mean, mut var) = (vec![f32::NAN; 36], vec![f32::NAN; 36]);
        batch_norm::statistics(36, &y, &mut vec![f32::NAN; batch_norm::scratch_len(rows, 36)], &mut mean, &mut var);
        Bits::default().floats(&mean).floats(&var)
    });
    for (y_steps, rows) in [(1, 1), (p.steps, 1), (1, p.steps), (p.steps, p.steps)] {
        same_bits("backward_apply", || {
            let mut dy = vec![f32::NAN; y_steps * p.batch * 19 * 19 * 36];
            let y = &y[..y_steps * p.batch * 289 * 36];
            let abc = [0, 1, 2].map(|i| &rows_of_steps[i][..rows * 36]);
            batch_norm::backward_apply(&p, y_steps, 1, &g, y, abc, &mut dy);
            Bits::default().floats(&dy)
        });
    }
}

#[test]
fn pooling() {
    let _turn = turn();
    let mut draw = Draw::new(4);
    let s = pool::Shape { n: 10, h: 9, w: 7, channels: 36, kernel: 3, stride: 2, pad: 1 };
    let (len, out) = (s.n * s.h * s.w * 36, s.n * s.ho() * s.wo() * 36);
    let (x, dy) = (draw.numbers(len), draw.numbers(out));
    let spikes = to_bits(&draw.fired(len, 0.4), 36);
    same_bits("pooling", || {
        let (mut average, mut largest) = (vec![f32::NAN; out], vec![f32::NAN; out]);
        let mut any = vec![0; out / 36 * words(36)];
        pool::average_forward(&s, Input::Spikes(&spikes), &mut average);
        pool::max_forward(&s, &x, &mut largest);
        pool::max_forward_spikes(&s, &spikes, &mut any);
        let mut dx = vec![f32::NAN; len];
        pool::average_backward(&s, &dy, false, &mut dx);
        pool::max_backward(&s, Input::Values(&x), &dy, true, &mut dx);
        Bits::default().floats(&average).floats(&largest).words(&any).floats(&dx)
    });
    let d = gap::Dims { steps: 2, batch: 5, pixels: 63, channels: 36 };
    same_bits("mean over time and space", || {
        let mut rates = vec![f32::NAN; 5 * 36];
        gap::forward(&d, &spikes, &mut rates);
        let mut gradient = rates.clone();
        gap::backward(&d, &mut gradient);
        let mut spread = vec![f32::NAN; 5 * 63 * 36];
        add::add_to_pixels(63, 36, &gradient, false, &mut spread);
        add::add_to_pixels(63, 36, &gradient, true, &mut spread);
        Bits::default().floats(&rates).floats(&gradient).floats(&spread)
    });
}

#[test]
fn heads_and_losses() {
    let _turn = turn();
    let mut draw = Draw::new(5);
    let (d, l) = (
        linear::Dims { batch: 16, inputs: 64, outputs: 10 },
        losses::Dims { heads: 1, steps: 1, batch: 16, classes: 10 },
    );
    let (x, weight, bias) = (draw.numbers(16 * 64), draw.numbers(640), draw.numbers(10));
    let labels: Vec<i32> = (0..16).map(|_| draw.below(10) as i32).collect();
    same_bits("a head and its loss", || {
        let (mut y, mut dy, mut dx) = (vec![f32::NAN; 160], vec![f32::NAN; 160], vec![f32::NAN; 16 * 64]);
        linear::forward(&d, &x, &weight, &bias, &mut y);
        let loss = losses::Loss::named("cross-entropy", [0.0; 2], 0.1);
        let outcome =
            losses::forward_backward(&l, losses::Combine::Logits, &[1.0], &loss, 16, &labels, None, &y, &mut dy);
        let (mut dweight, mut dbias) = (vec![0.0; 640], vec![0.0; 10]);
        linear::backward(&d, &x, &weight, &dy, &mut dweight, &mut dbias, &mut dx);
        Bits::default().floats(&y).floats(&dy).floats(&dx).floats(&dweight).floats(&dbias).doubles(&[outcome.loss])
    });
}

#[test]
fn optimisers_sums_and_statistics() {
    let _turn = turn();
    let mut draw = Draw::new(6);
    let len = 200_001;
    let (gradient, start) = (draw.numbers(len), draw.numbers(len));
    same_bits("SGD, Adam and a sum", || {
        let p = sgd::Params { lr: 0.1, momentum: 0.9, nesterov: true, weight_decay: 1e-4, gradient_scale: 0.7 };
        let (mut weights, mut velocity) = (start.clone(), vec![0.0; len]);
        let mut scratch = [(); 2].map(|()| vec![f64::NAN; update::scratch_len(len)]);
        assert!(sgd::step(&p, &gradient, &mut weights, &mut velocity, &mut scratch[0]));
        let (lr, beta1, beta2, eps) = (1e-3, 0.9, 0.999, 1e-8);
        let p =
            adam::Params { lr, beta1, beta2, eps, weight_decay: 0.01, decoupled: true, gradient_scale: 0.7, step: 1 };
        let (mut first, mut second) = (vec![0.0; len], vec![0.0; len]);
        assert!(adam::step(&p, &gradient, &mut weights, &mut first, &mut second, &mut scratch[1]));
        add::accumulate(&gradient, &mut velocity);
        let squares = [scratch[0][0], scratch[1][0]];
        Bits::default().floats(&weights).floats(&velocity).floats(&first).floats(&second).doubles(&squares)
    });
    same_bits("statistics", || {
        let mut result = vec![f64::NAN; stats::RESULT_LEN];
        let inject = stats::Inject { values: &start[..3], batch: 1, pixels: len / 3, channels: 3 };
        stats::describe(&gradient, true, Some(inject), &mut vec![f64::NAN; stats::scratch_len(len)], &mut result);
        let sum = stats::sum_of_squares(&gradient, &mut vec![f64::NAN; stats::sum_scratch_len(len)]);
        Bits::default().doubles(&result).doubles(&[sum])
    });
}

#[test]
fn encoders_and_initial_numbers() {
    let _turn = turn();
    let mut draw = Draw::new(7);
    let images: Vec<u8> = (0..6 * 49 * 65 * 3).map(|_| draw.word() as u8).collect();
    same_bits("encoders", || {
        let mut direct = vec![f32::NAN; images.len()];
        encode::direct(3, &images, &[0.5, 0.4, 0.3], &[0.2, 0.25, 0.3], &mut direct);
        let mut spikes = vec![u32::MAX; 4 * images.len() / 3];
        let stream = RateStream { seed: 1, epoch: 2, samples: &[9, 8, 7, 6, 5, 4] };
        encode::rate(4, 1, 3, &stream, &images, &mut spikes);
        let mut initial = vec![f32::NAN; 1001];
        init::normal(1, 2, 0.5, &mut initial);
        Bits::default().floats(&direct).words(&spikes).floats(&initial)
    });
}
