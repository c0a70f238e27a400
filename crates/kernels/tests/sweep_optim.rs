//! Optimisers, one step at a time, from the same f32 state; and the sum of two gradients.

mod support;

use kestirme_kernels::{adam, add, sgd, update};
use kestirme_reference::{adam as adam_twin, sgd as sgd_twin};
use support::{Draw, Guarded, UNIT, close, gamma, identical, widen};

/// Less than one task, and more.
const LENGTHS: [usize; 4] = [1, 5, 16_384, 40_001];

#[test]
fn sgd_steps() {
    let mut draw = Draw::new(1);
    for len in LENGTHS {
        for nesterov in [false, true] {
            for (momentum, weight_decay, gradient_scale) in [(0.0, 0.0, 1.0), (0.9, 0.0, 1.0), (0.9, 5e-4, 0.37)] {
                let p = sgd::Params { lr: 0.1, momentum, nesterov, weight_decay, gradient_scale };
                let (mut weights, mut velocity) = (Guarded::new(&draw.numbers(len)), Guarded::new(&vec![0.0; len]));
                for _ in 0..3 {
                    let gradient = draw.numbers(len);
                    check_sgd(&p, &gradient, &mut weights, &mut velocity);
                }
            }
        }
    }
}

/// Roundings on the way of each term into the velocity: g scale (1), + decay w (1), momentum v + g (1), plus one for
/// products of errors. Into the weights: g + momentum v (2 more), lr (1), the difference (1).
fn check_sgd(p: &sgd::Params, gradient: &[f32], weights: &mut [f32], velocity: &mut [f32]) {
    let twin = sgd_twin::Params {
        lr: p.lr as f64,
        momentum: p.momentum as f64,
        nesterov: p.nesterov,
        weight_decay: p.weight_decay as f64,
    };
    let (mut w, mut v) = (widen(weights), widen(velocity));
    let scaled: Vec<f64> = gradient.iter().map(|&g| g as f64 * p.gradient_scale as f64).collect();
    let pull: Vec<f64> = (0..w.len()).map(|i| scaled[i].abs() + twin.weight_decay * w[i].abs()).collect();
    let speed: Vec<f64> = (0..w.len()).map(|i| twin.momentum * v[i].abs() + pull[i]).collect();
    let before: Vec<f64> = w.iter().map(|w| w.abs()).collect();
    sgd_twin::step(twin, &mut w, &scaled, &mut v);
    let mut scratch = Guarded::scratch(update::scratch_len(gradient.len()));
    assert!(sgd::step(p, &Guarded::new(gradient), weights, velocity, &mut scratch));
    check_squares(gradient, scratch[0]);
    close("velocity", velocity, &v, |i| gamma(5) * speed[i]);
    close("weights", weights, &w, |i| {
        let moved = if p.nesterov { pull[i] + twin.momentum * speed[i] } else { speed[i] };
        gamma(8) * twin.lr * moved + UNIT * (before[i] + twin.lr * moved)
    });
}

#[test]
fn adam_steps() {
    let mut draw = Draw::new(2);
    for len in LENGTHS {
        for decoupled in [false, true] {
            for (beta1, beta2, weight_decay, gradient_scale) in
                [(0.9, 0.999, 0.0, 1.0), (0.9, 0.999, 0.01, 0.37), (0.5, 0.9, 0.1, 1.0), (0.0, 0.99, 0.0, 1.0)]
            {
                let (mut weights, mut first) = (Guarded::new(&draw.numbers(len)), Guarded::new(&vec![0.0; len]));
                let mut second = Guarded::new(&vec![0.0; len]);
                for step in [1, 2, 3, 1000] {
                    let p = adam::Params {
                        lr: 1e-3,
                        beta1,
                        beta2,
                        eps: 1e-8,
                        weight_decay,
                        decoupled,
                        gradient_scale,
                        step,
                    };
                    let gradient = draw.numbers(len);
                    check_adam(&p, &gradient, &mut weights, &mut first, &mut second);
                }
            }
        }
    }
}

/// g: a product each and a sum. Moments: 1 - beta, its products (one more square for the second) and a sum. The step:
/// the second moment's relative error is halved by the root, which is of a sum of positive terms and cannot cancel,
/// unless g itself did; then the root of the error bounds the error of the root. Correction, product, root, eps, rate,
/// product and quotient add seven roundings.
fn check_adam(p: &adam::Params, gradient: &[f32], weights: &mut [f32], first: &mut [f32], second: &mut [f32]) {
    let twin = adam_twin::Params {
        lr: p.lr as f64,
        beta1: p.beta1 as f64,
        beta2: p.beta2 as f64,
        eps: p.eps as f64,
        weight_decay: p.weight_decay as f64,
        decoupled: p.decoupled,
    };
    let old = (widen(weights), widen(first), widen(second));
    let (mut w, mut moments) = (old.0.clone(), adam_twin::Moments { first: old.1.clone(), second: old.2.clone() });
    let scaled: Vec<f64> = gradient.iter().map(|&g| g as f64 * p.gradient_scale as f64).collect();
    adam_twin::step(twin, p.step as i32, &mut w, &scaled, &mut moments);
    let mut scratch = Guarded::scratch(update::scratch_len(gradient.len()));
    assert!(adam::step(p, &Guarded::new(gradient), weights, first, second, &mut scratch));
    check_squares(gradient, scratch[0]);

    let size = |i: usize| scaled[i].abs() + if p.decoupled { 0.0 } else { twin.weight_decay * old.0[i].abs() };
    let g_error = |i: usize| gamma(3) * size(i);
    let first_size = |i: usize| twin.beta1 * old.1[i].abs() + (1.0 - twin.beta1) * size(i);
    let first_error = |i: usize| (1.0 - twin.beta1) * g_error(i) + gamma(4) * first_size(i);
    let second_error = |i: usize| {
        let g_squared = (size(i) + g_error(i)).powi(2) - size(i).powi(2);
        (1.0 - twin.beta2) * g_squared + gamma(5) * (twin.beta2 * old.2[i] + (1.0 - twin.beta2) * size(i).powi(2))
    };
    close("first moment", first, &moments.first, first_error);
    close("second moment", second, &moments.second, second_error);
    let correction = |beta: f64| 1.0 - beta.powi(p.step as i32);
    close("weights", weights, &w, |i| {
        let root = (moments.second[i] / correction(twin.beta2)).sqrt();
        let error = second_error(i) / correction(twin.beta2);
        let root_error = error.sqrt().min(error / (root + f64::MIN_POSITIVE));
        let (rate, divisor) = (twin.lr / correction(twin.beta1), root + twin.eps);
        let moved = rate * (moments.first[i].abs() + first_error(i)) / (divisor - root_error).max(twin.eps);
        let step_error = rate * first_error(i) / divisor + moved * (root_error / divisor + gamma(8));
        step_error + gamma(4) * (old.0[i].abs() + moved)
    });
}

/// Squares of f32 are exact in f64; both sums of n of them have at most n - 1 roundings.
fn check_squares(gradient: &[f32], got: f64) {
    let want: f64 = gradient.iter().map(|&g| g as f64 * g as f64).sum();
    assert!((got - want).abs() <= gradient.len() as f64 * f64::EPSILON * want, "{got} should be {want}");
}

/// Whatever is not finite is told, wherever it lies and wherever it came from; what is nearly not is not.
#[test]
fn steps_tell_what_is_not_finite() {
    const MAX: f32 = f32::MAX;
    let sgd_params = sgd::Params { lr: 1.0, momentum: 0.9, nesterov: false, weight_decay: 0.0, gradient_scale: 1.0 };
    let (lr, beta1, beta2, eps, weight_decay) = (1.0, 0.9, 0.999, 1e-8, 0.0);
    let adam_params =
        adam::Params { lr, beta1, beta2, eps, weight_decay, decoupled: true, gradient_scale: 1.0, step: 1 };
    for len in LENGTHS {
        let mut scratch = vec![f64::NAN; update::scratch_len(len)];
        for at in [0, len / 2, len - 1] {
            let with = |x: f32| {
                let mut all = vec![0.0; len];
                all[at] = x;
                all
            };
            // Gradient, weight, state; whether SGD and Adam stay finite.
            for (g, w, v, by_sgd, by_adam) in [
                (1.0, 1.0, 1.0, true, true),
                (-1e19, MAX, 0.0, true, true),
                (f32::NAN, 1.0, 0.0, false, false),
                (f32::NEG_INFINITY, 1.0, 0.0, false, false),
                (0.0, f32::NAN, 0.0, false, false),
                (0.0, f32::INFINITY, 0.0, false, false),
                (0.0, 0.0, f32::NAN, false, false),
                (MAX, -MAX, MAX, false, false),
                // Its square overflows, which SGD does not take.
                (1e30, 0.0, 0.0, true, false),
            ] {
                let (gradient, zeros) = (with(g), vec![0.0; len]);
                assert_eq!(
                    sgd::step(&sgd_params, &gradient, &mut with(w), &mut with(v), &mut scratch),
                    by_sgd,
                    "sgd {g} {w} {v}"
                );
                let (weights, first, second) = (&mut with(w), &mut zeros.clone(), &mut with(v));
                assert_eq!(
                    adam::step(&adam_params, &gradient, weights, first, second, &mut scratch),
                    by_adam,
                    "adam {g} {w} {v}"
                );
                assert_eq!(scratch[0].is_finite(), g.is_finite(), "the squares of {g}");
            }
        }
    }
}

#[test]
fn a_gradient_joins_another() {
    let mut draw = Draw::new(3);
    for len in LENGTHS {
        let (x, before) = (draw.numbers(len), draw.numbers(len));
        let mut sum = Guarded::new(&before);
        add::accumulate(&Guarded::new(&x), &mut sum);
        identical("sum", &sum, &x.iter().zip(&before).map(|(x, b)| b + x).collect::<Vec<_>>());
    }
}
