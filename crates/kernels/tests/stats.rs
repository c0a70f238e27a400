//! Numbers about tensors: counts are exact, sums of squares are f64's.

mod support;

use kestirme_kernels::stats::{self, BINS, Inject, MIN_EXPONENT, RESULT_LEN};
use support::{Draw, Guarded};

fn describe(x: &[f32], dense: bool, inject: Option<Inject>) -> Vec<f64> {
    let mut scratch = Guarded::scratch(stats::scratch_len(x.len()));
    let mut result = Guarded::scratch(RESULT_LEN);
    stats::describe(&Guarded::new(x), dense, inject, &mut scratch, &mut result);
    result.to_vec()
}

/// Sum of squares, zeros and bins, by logarithms instead of bits.
fn expected(x: &[f32]) -> Vec<f64> {
    let mut result = vec![0.0; RESULT_LEN];
    for &x in x {
        let x = x as f64;
        result[0] += x * x;
        if x == 0.0 {
            result[1] += 1.0;
        } else {
            let exponent = x.abs().log2().floor() as i32;
            let bin = (exponent - MIN_EXPONENT).clamp(0, BINS as i32 - 1) as usize;
            result[2 + bin + if x < 0.0 { BINS } else { 0 }] += 1.0;
        }
    }
    result
}

/// Squares of f32 are exact in f64; both sums of n of them have at most n - 1 roundings.
fn check(what: &str, got: &[f64], values: &[f32]) {
    let want = expected(values);
    let bound = 2.0 * values.len() as f64 * f64::EPSILON / 2.0 * want[0];
    assert!((got[0] - want[0]).abs() <= bound, "{what}: sum of squares {} should be {}", got[0], want[0]);
    assert_eq!(got[1..], want[1..], "{what}: zeros and bins");
    assert_eq!(got[1..].iter().sum::<f64>(), values.len() as f64, "{what}: every value is counted once");
}

#[test]
fn counts_and_sums() {
    let mut draw = Draw::new(1);
    // Around the borders of tasks as well.
    for len in [1, 2, 100, 65_535, 65_536, 65_537, 200_000] {
        let x: Vec<f32> = (0..len)
            .map(|_| match draw.below(4) {
                0 => 0.0,
                1 => -0.0,
                // All magnitudes, beyond both ends of the bins.
                _ => draw.number() * 2f32.powi(draw.below(80) as i32 - 60),
            })
            .collect();
        check(&format!("{len} values"), &describe(&x, true, None), &x);
    }
    assert_eq!(describe(&[], true, None), vec![0.0; RESULT_LEN]);
}

#[test]
fn bins_start_at_powers_of_two() {
    let bin = |x: f32| describe(&[x], true, None)[2..].iter().position(|&count| count == 1.0).expect("a bin");
    let zero = -MIN_EXPONENT as usize;
    assert_eq!([1.0, 1.999, 2.0, 0.999, 0.5, 0.499].map(bin), [zero, zero, zero + 1, zero - 1, zero - 1, zero - 2]);
    assert_eq!([-1.0, -2.0, -0.75].map(bin), [BINS + zero, BINS + zero + 1, BINS + zero - 1]);
    // The smallest numbers, also those that f32 holds without their full precision, and the largest.
    assert_eq!([2f32.powi(-40), 2f32.powi(-41), 1e-45, -1e-45].map(bin), [0, 0, 0, BINS]);
    assert_eq!(
        [64.0, 128.0, 256.0, f32::MAX, f32::INFINITY].map(bin),
        [BINS - 2, BINS - 1, BINS - 1, BINS - 1, BINS - 1]
    );
    assert_eq!([f32::NEG_INFINITY, -f32::MAX].map(bin), [2 * BINS - 1; 2]);
    let nan = describe(&[f32::NAN], true, None);
    assert!(nan[0].is_nan() && nan[1] == 0.0 && nan[2..].iter().sum::<f64>() == 1.0, "a NaN is no zero");
}

#[test]
fn what_heads_inject_is_part_of_every_value() {
    let mut draw = Draw::new(2);
    for (steps, batch, pixels, channels) in [(1, 1, 1, 4), (5, 3, 7, 36), (3, 2, 289, 68)] {
        let x = draw.numbers(steps * batch * pixels * channels);
        let values = draw.numbers(batch * channels);
        let image = |i: usize| i / (pixels * channels) % batch * channels + i % channels;
        for dense in [true, false] {
            // Without a layer above, x holds anything.
            let held = if dense { x.clone() } else { vec![f32::NAN; x.len()] };
            let sum: Vec<f32> = (0..x.len()).map(|i| if dense { x[i] } else { 0.0 } + values[image(i)]).collect();
            let inject = Inject { values: &values, batch, pixels, channels };
            check(&format!("dense {dense}"), &describe(&held, dense, Some(inject)), &sum);
            let alone = if dense { x.clone() } else { vec![0.0; x.len()] };
            check(&format!("dense {dense}, no heads"), &describe(&held, dense, None), &alone);
        }
    }
}

#[test]
fn sums_of_squares() {
    let mut draw = Draw::new(3);
    for len in [0, 1, 1000, 65_536, 65_537, 150_000] {
        let x = draw.numbers(len);
        let mut scratch = Guarded::scratch(stats::sum_scratch_len(len));
        let got = stats::sum_of_squares(&Guarded::new(&x), &mut scratch);
        let want: f64 = x.iter().map(|&x| x as f64 * x as f64).sum();
        assert!((got - want).abs() <= len as f64 * f64::EPSILON * want);
        // It is the number that clipping by norm needs.
        let norm = kestirme_reference::clip::norm([x.iter().map(|&x| x as f64).collect::<Vec<_>>().as_slice()]);
        assert!((got.sqrt() - norm).abs() <= (len + 1) as f64 * f64::EPSILON * norm);
    }
}

#[test]
fn spikes_are_counted() {
    assert_eq!(stats::count_spikes(&[]), 0);
    assert_eq!(stats::count_spikes(&[0, 1, u32::MAX, 0x8000_0001]), 35);
}
