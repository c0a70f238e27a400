//! Pools, heads, losses, optimisers, random numbers and statistics against their twins.
#![cfg(feature = "threads")]

mod common;

use common::*;
use kestirme_kernels::{adam, encode, global_average_pool, init, linear, loss, philox, pool, sgd, stats};
use kestirme_reference as twin;

#[test]
fn pools_match_the_twins() {
    let _turn = exclusive();
    let mut random = Random(21);
    for [n, h, w, c, kernel, stride, pad] in
        [[1, 1, 1, 4, 1, 1, 0], [2, 7, 5, 8, 3, 2, 1], [3, 8, 8, 36, 2, 2, 0], [1, 9, 4, 4, 3, 1, 1]]
    {
        let s = pool::Shape { n, h, w, channels: c, kernel, stride, pad };
        let d = twin::pool::Dims { n, height: h, width: w, channels: c, kernel, stride, padding: pad };
        for x in [random.spikes(d.x_len(), 0.3), random.values(d.x_len())] {
            let is_spikes = x.iter().all(|x| *x == 0.0 || *x == 1.0);
            let packed = if is_spikes { bits(&x, c) } else { Vec::new() };
            let input = if is_spikes { pool::Input::Spikes(&packed) } else { pool::Input::Values(&x) };
            let dy = random.values(d.y_len());
            let before = random.values(d.x_len());
            let (average, largest, average_dx, largest_dx) = on_all_threads(|| {
                let (mut average, mut largest) = (vec![f32::NAN; d.y_len()], vec![f32::NAN; d.y_len()]);
                pool::average_forward(&s, input, &mut average);
                if is_spikes {
                    let mut out = vec![u32::MAX; d.y_len() / c * kestirme_kernels::words(c)];
                    pool::max_forward_spikes(&s, &packed, &mut out);
                    largest = unbits(&out, c);
                } else {
                    pool::max_forward(&s, &x, &mut largest);
                }
                let (mut average_dx, mut largest_dx) = (before.clone(), vec![f32::NAN; d.x_len()]);
                pool::average_backward(&s, &dy, true, &mut average_dx);
                pool::max_backward(&s, input, &dy, false, &mut largest_dx);
                (average, largest, average_dx, largest_dx)
            });
            let terms = kernel * kernel;
            assert_close("average", &average, &twin::pool::avg::forward(d, &f64s(&x)), terms, 1.0);
            assert_close("max", &largest, &twin::pool::max::forward(d, &f64s(&x)), 0, 0.0);
            let added: Vec<f64> =
                twin::pool::avg::backward(d, &f64s(&dy)).iter().zip(&before).map(|(g, b)| g + *b as f64).collect();
            assert_close("average dx", &average_dx, &added, terms, terms as f64);
            let want = twin::pool::max::backward(d, &f64s(&x), &f64s(&dy));
            assert_close("max dx", &largest_dx, &want, terms, terms as f64);
        }
    }
}

#[test]
fn heads_match_the_twins() {
    let _turn = exclusive();
    let mut random = Random(22);
    for [steps, batch, height, width, channels, classes] in [[1, 1, 1, 1, 4, 2], [3, 2, 5, 3, 36, 10]] {
        let d = twin::global_average_pool::Dims { time_steps: steps, batch, height, width, channels };
        let k = global_average_pool::Dims { steps, batch, pixels: height * width, channels };
        let x = random.spikes(d.x_len(), 0.4);
        let mut rates = vec![f32::NAN; d.y_len()];
        global_average_pool::forward(&k, &bits(&x, channels), &mut rates);
        assert_close("rates", &rates, &twin::global_average_pool::forward(d, &f64s(&x)), 2, 1.0);

        let dims = linear::Dims { batch, inputs: channels, outputs: classes };
        let twin_dims = twin::linear::Dims { batch, in_features: channels, out_features: classes };
        let (weight, bias) = (random.values(classes * channels), random.values(classes));
        let mut logits = vec![f32::NAN; batch * classes];
        linear::forward(&dims, &rates, &weight, &bias, &mut logits);
        let want = twin::linear::forward(twin_dims, &f64s(&rates), &f64s(&weight), &f64s(&bias));
        assert_close("logits", &logits, &want, 2 * channels, 1.0 + channels as f64);

        let dlogits = random.values(batch * classes);
        let (mut dweight, mut dbias) = (vec![0.0; weight.len()], vec![0.0; classes]);
        let mut drates = vec![f32::NAN; rates.len()];
        linear::backward(&dims, &rates, &weight, &dlogits, &mut dweight, &mut dbias, &mut drates);
        let want = twin::linear::backward(twin_dims, &f64s(&rates), &f64s(&weight), &f64s(&dlogits));
        assert_close("dweight", &dweight, &want.dweight, 2 * batch, batch as f64);
        assert_close("dbias", &dbias, &want.dbias, batch, batch as f64);
        assert_close("drates", &drates, &want.dx, 2 * classes, classes as f64);
        let each = twin::global_average_pool::backward(d, &f64s(&drates));
        global_average_pool::backward(&k, &mut drates);
        assert_close(
            "inject",
            &drates,
            &each[..batch * channels]
                .iter()
                .enumerate()
                .map(|(i, _)| {
                    let (image, c) = (i / channels, i % channels);
                    each[image * height * width * channels + c]
                })
                .collect::<Vec<_>>(),
            3,
            classes as f64,
        );
    }
}

#[test]
fn losses_match_the_twins() {
    let mut random = Random(23);
    let d = loss::Dims { heads: 3, batch: 4, classes: 7 };
    let logits: Vec<f32> = random.values(84).iter().map(|z| 5.0 * z).collect();
    let labels = [0i32, 6, 3, 3];
    let weights = [0.25f32, 0.5, 1.5];
    let twin_dims = twin::loss::Dims { batch: 4, classes: 7 };
    let heads: Vec<Vec<f64>> = logits.chunks_exact(28).map(f64s).collect();
    let twin_labels = labels.map(|label| label as usize);
    for smoothing in [0.0f32, 0.1] {
        for (combine, twin_combine) in [
            (loss::Combine::Logits, twin::loss::combined::Combine::Logits),
            (loss::Combine::Losses, twin::loss::combined::Combine::Losses),
        ] {
            let mut dlogits = vec![f32::NAN; logits.len()];
            // A quarter of a batch of 16: gradients shrink, the loss is a sum.
            let outcome = loss::forward_backward(&d, combine, &weights, smoothing, 16, &labels, &logits, &mut dlogits);
            let weights = f64s(&weights);
            let smoothing = smoothing as f64;
            let want =
                twin::loss::combined::forward(twin_combine, twin_dims, smoothing, &weights, &heads, &twin_labels);
            assert!((outcome.loss / 4.0 - want).abs() < 1e-12, "{} instead of {want}", outcome.loss / 4.0);
            let gradients =
                twin::loss::combined::backward(twin_combine, twin_dims, smoothing, &weights, &heads, &twin_labels);
            let want: Vec<f64> = gradients.concat().iter().map(|g| g / 4.0).collect();
            assert_close("dlogits", &dlogits, &want, 1, 0.1);
            let main = |b: usize| (0..7).max_by(|&i, &j| heads[0][b * 7 + i].total_cmp(&heads[0][b * 7 + j])).unwrap();
            let right = (0..4).filter(|&b| main(b) == twin_labels[b]).count();
            assert_eq!(outcome.correct_main as usize, right);
        }
    }
}

#[test]
fn optimisers_match_the_twins() {
    let _turn = exclusive();
    let mut random = Random(24);
    let len = 40_000; // More than one task.
    let (start, gradients) = (random.values(len), [random.values(len), random.values(len), random.values(len)]);
    for (nesterov, weight_decay) in [(false, 0.0), (false, 0.01), (true, 0.01)] {
        let p = sgd::Params { lr: 0.1, momentum: 0.9, nesterov, weight_decay, gradient_scale: 0.5 };
        let weights = on_all_threads(|| {
            let (mut weights, mut velocity) = (start.clone(), vec![0.0; len]);
            gradients.iter().for_each(|g| sgd::step(&p, g, &mut weights, &mut velocity));
            weights
        });
        let q = twin::sgd::Params {
            lr: 0.1f32 as f64,
            momentum: 0.9f32 as f64,
            nesterov,
            weight_decay: weight_decay as f64,
        };
        let (mut want, mut velocity) = (f64s(&start), vec![0.0; len]);
        for g in &gradients {
            let half: Vec<f64> = g.iter().map(|g| 0.5 * *g as f64).collect();
            twin::sgd::step(q, &mut want, &half, &mut velocity);
        }
        assert_close("sgd", &weights, &want, 3 * 8, 2.0);
    }
    for decoupled in [false, true] {
        let (lr, beta1, beta2, eps, weight_decay) = (0.01f32, 0.9f32, 0.999f32, 1e-8f32, 0.1f32);
        let weights = on_all_threads(|| {
            let (mut weights, mut first, mut second) = (start.clone(), vec![0.0; len], vec![0.0; len]);
            for (step, g) in (1..).zip(&gradients) {
                let p = adam::Params { lr, beta1, beta2, eps, weight_decay, decoupled, gradient_scale: 1.0, step };
                adam::step(&p, g, &mut weights, &mut first, &mut second);
            }
            weights
        });
        let q = twin::adam::Params {
            lr: lr as f64,
            beta1: beta1 as f64,
            beta2: beta2 as f64,
            eps: eps as f64,
            weight_decay: weight_decay as f64,
            decoupled,
        };
        let (mut want, mut moments) = (f64s(&start), twin::adam::Moments::zero(len));
        for (k, g) in (1..).zip(&gradients) {
            twin::adam::step(q, k, &mut want, &f64s(g), &mut moments);
        }
        // Each of three steps moves by about lr, itself of some 20 roundings and, where gradients nearly cancel in the
        // moments, of a relative error a thousand times larger; the weight's own three roundings come on top.
        assert_close("adam", &weights, &want, 3, 1.0 + 20.0 * 1000.0 * 0.01);
    }
}

#[test]
fn random_numbers_are_the_twin_s() {
    for i in 0..50u32 {
        let (key, counter) = ([i, 3 * i + 1], [i.wrapping_mul(77_777_777), i, !i, 5]);
        assert_eq!(philox::block(key, counter), twin::philox::block(key, counter));
    }
    let mut values = vec![0.0f32; 100_001];
    init::normal(7, 3, 2.0, &mut values);
    let mean = values.iter().map(|&x| x as f64).sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|&x| (x as f64 - mean).powi(2)).sum::<f64>() / values.len() as f64;
    // Five standard errors: 2 / sqrt(n) and 4 sqrt(2 / n).
    assert!(mean.abs() < 0.032 && (variance - 4.0).abs() < 0.09, "mean {mean}, variance {variance}");
    let mut again = vec![0.0f32; 10];
    init::normal(7, 3, 2.0, &mut again);
    assert_eq!(again, values[..10]);
}

#[test]
fn encoding() {
    let _turn = exclusive();
    let images: Vec<u8> = (0..2 * 6 * 3).map(|i| (i * 7) as u8).collect();
    let mut out = vec![f32::NAN; images.len()];
    encode::direct(3, &images, &[0.5, 0.25, 0.1], &[0.5, 1.0, 2.0], &mut out);
    assert_eq!(out[4], (28.0 / 255.0 - 0.25) / 1.0);

    let levels = [0u8, 255, 51, 204];
    let images: Vec<u8> = levels.repeat(2500);
    let stream = encode::RateStream { seed: 1, epoch: 0, samples: &[5] };
    let spikes = on_all_threads(|| {
        let mut spikes = vec![u32::MAX; 4 * 2500];
        encode::rate(4, 4, &stream, &images, &mut spikes);
        spikes
    });
    for (channel, level) in levels.iter().enumerate() {
        let fired = spikes.iter().filter(|word| *word >> channel & 1 == 1).count() as f64 / 10_000.0;
        let expected = *level as f64 / 255.0;
        // Exact at 0 and 1, else five standard errors.
        let allowed = 5.0 * (expected * (1.0 - expected) / 10_000.0).sqrt();
        assert!((fired - expected).abs() <= allowed, "{level}: {fired}");
    }
}

#[test]
fn descriptions() {
    let _turn = exclusive();
    let mut x = vec![0.0f32; 70_000];
    (x[0], x[1], x[2], x[69_999]) = (1.0, -3.0, 0.5, 1e30);
    let result = on_all_threads(|| {
        let mut scratch = vec![f64::NAN; stats::scratch_len(x.len())];
        let mut result = vec![f64::NAN; stats::RESULT_LEN];
        stats::describe(&x, true, None, &mut scratch, &mut result);
        result
    });
    assert_eq!(result[0], 1.0 + 9.0 + 0.25 + (1e30f32 as f64).powi(2));
    assert_eq!(result[1], 69_996.0);
    let bin = |exponent: i32| 2 + (exponent - stats::MIN_EXPONENT) as usize;
    assert_eq!((result[bin(0)], result[bin(-1)], result[2 + stats::BINS + bin(1) - 2]), (1.0, 1.0, 1.0));
    assert_eq!(result[2 + stats::BINS - 1], 1.0, "what is too large falls into the last bin");
    assert_eq!(result[2..].iter().sum::<f64>(), 4.0);

    // Two images of two pixels and four channels, nothing dense: the injected values, once for each pixel.
    let inject = stats::Inject { values: &[1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0], batch: 2, pixels: 2, channels: 4 };
    let (mut scratch, mut result) = (vec![0.0; stats::scratch_len(16)], vec![0.0; stats::RESULT_LEN]);
    stats::describe(&[f32::NAN; 16], false, Some(inject), &mut scratch, &mut result);
    assert_eq!((result[0], result[1]), (10.0, 12.0));
    assert_eq!(stats::count_spikes(&[0b1011, 0, 1 << 31]), 4);
}
