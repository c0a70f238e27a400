//! Pooling against its f64 twin: windows of spikes and of values, and the mean over time and space.

mod support;

use kestirme_kernels::pool::{self, Input, Shape};
use kestirme_kernels::{global_average_pool as gap, words};
use kestirme_reference::{global_average_pool as gap_twin, pool as twin};
use support::{Draw, Guarded, close, gamma, magnitudes, to_bits, widen};

fn dims(s: &Shape) -> twin::Dims {
    let Shape { n, h, w, channels, kernel, stride, pad } = *s;
    twin::Dims { n, height: h, width: w, channels, kernel, stride, padding: pad }
}

/// Every kernel, stride and pad (at most half the kernel, as in PyTorch), on every size that they fit.
fn sweep(mut check: impl FnMut(Shape, &mut Draw)) {
    let mut draw = Draw::new(1);
    for kernel in [1, 2, 3, 5, 7] {
        for (stride, pad) in (1..=3).flat_map(|stride| (0..=kernel / 2).map(move |pad| (stride, pad))) {
            for [h, w] in [[1, 1], [3, 3], [3, 17], [17, 3], [6, 5]] {
                if h.min(w) + 2 * pad >= kernel {
                    let (n, channels) = (draw.pick(&[1, 2, 5]), draw.pick(&[4, 12, 32, 36, 68]));
                    check(Shape { n, h, w, channels, kernel, stride, pad }, &mut draw);
                }
            }
        }
    }
}

/// Runs a backward pass on memory that holds anything, and on memory that it adds to.
fn check_backward(
    name: &str,
    want: &[f64],
    bound: impl Fn(usize) -> f64,
    overlaps: usize,
    draw: &mut Draw,
    run: impl Fn(bool, &mut [f32]),
) {
    let mut dx = Guarded::scratch(want.len());
    run(false, &mut dx);
    close(&format!("{name}: dx"), &dx, want, &bound);
    let before = draw.numbers(want.len());
    let mut sum = Guarded::new(&before);
    run(true, &mut sum);
    let total: Vec<f64> = want.iter().zip(&before).map(|(a, b)| a + *b as f64).collect();
    // Each window's share that is added rounds what was there.
    close(&format!("{name}: dx added to"), &sum, &total, |i| 2.0 * bound(i) + gamma(overlaps) * before[i].abs() as f64);
}

/// Windows that one input pixel can be in.
fn overlaps(s: &Shape) -> usize {
    s.kernel.div_ceil(s.stride).pow(2)
}

/// A window's mean: kernel^2 - 1 additions, 1 / kernel^2 and a product. A share of its gradient: 1 / kernel^2, a product,
/// and an addition for every window that overlaps.
#[test]
fn averages() {
    sweep(|s, draw| {
        let d = dims(&s);
        let values = draw.numbers(d.x_len());
        let fired = draw.fired(d.x_len(), 0.4);
        let bits = Guarded::new(&to_bits(&fired, s.channels));
        let guarded = Guarded::new(&values);
        for (x, input) in [(&values, Input::Values(&guarded)), (&fired, Input::Spikes(&bits))] {
            let mut y = Guarded::scratch(d.y_len());
            pool::average_forward(&s, input, &mut y);
            let magnitude = twin::avg::forward(d, &magnitudes(x));
            close(&format!("{s:?}: average"), &y, &twin::avg::forward(d, &widen(x)), |i| {
                gamma(s.kernel * s.kernel + 1) * magnitude[i]
            });
        }
        let dy = draw.numbers(d.y_len());
        let magnitude = twin::avg::backward(d, &magnitudes(&dy));
        let bound = |i: usize| gamma(overlaps(&s) + 2) * magnitude[i];
        check_backward(
            &format!("{s:?}: average"),
            &twin::avg::backward(d, &widen(&dy)),
            bound,
            overlaps(&s),
            draw,
            |accumulate, dx| pool::average_backward(&s, &Guarded::new(&dy), accumulate, dx),
        );
    });
}

/// A maximum is exact; its gradient is a sum of at most as many terms as windows overlap.
fn check_maximum(s: &Shape, x: &[f32], input: Input, draw: &mut Draw) {
    let d = dims(s);
    let dy = draw.numbers(d.y_len());
    let magnitude = twin::max::backward(d, &widen(x), &magnitudes(&dy));
    check_backward(
        &format!("{s:?}: maximum"),
        &twin::max::backward(d, &widen(x), &widen(&dy)),
        |i| gamma(overlaps(s)) * magnitude[i],
        overlaps(s),
        draw,
        |accumulate, dx| pool::max_backward(s, input, &Guarded::new(&dy), accumulate, dx),
    );
}

#[test]
fn maxima_of_values() {
    sweep(|s, draw| {
        let d = dims(&s);
        // Few different values, so that ties are common, negative ones among them: padding is no zero here.
        let x: Vec<f32> = (0..d.x_len()).map(|_| draw.pick(&[-3.0, -2.5, -2.0, -1.0])).collect();
        let guarded = Guarded::new(&x);
        let mut y = Guarded::scratch(d.y_len());
        pool::max_forward(&s, &guarded, &mut y);
        close(&format!("{s:?}: maximum"), &y, &twin::max::forward(d, &widen(&x)), |_| 0.0);
        check_maximum(&s, &x, Input::Values(&guarded), draw);
    });
}

#[test]
fn maxima_of_spikes() {
    sweep(|s, draw| {
        let d = dims(&s);
        for density in [0.0, 0.2, 1.0] {
            let x = draw.fired(d.x_len(), density);
            let bits = Guarded::new(&to_bits(&x, s.channels));
            let mut y = Guarded::scratch(s.n * s.ho() * s.wo() * words(s.channels));
            pool::max_forward_spikes(&s, &bits, &mut y);
            let want: Vec<f32> = twin::max::forward(d, &widen(&x)).iter().map(|&y| y as f32).collect();
            assert_eq!(y.to_vec(), to_bits(&want, s.channels), "{s:?}: maximum of spikes");
            check_maximum(&s, &x, Input::Spikes(&bits), draw);
        }
    });
}

/// A NaN must reach the loss, where it is noticed.
#[test]
fn a_maximum_does_not_hide_a_nan() {
    let s = Shape { n: 1, h: 3, w: 3, channels: 4, kernel: 3, stride: 2, pad: 1 };
    let (d, mut x, mut draw) = (dims(&s), vec![0.0; 36], Draw::new(2));
    for pixel in 0..9 {
        x[pixel * 4] = f32::NAN;
        let mut y = vec![0.0; d.y_len()];
        pool::max_forward(&s, &x, &mut y);
        let want = twin::max::forward(d, &widen(&x));
        let missing = |y: f64| y.is_nan();
        let got: Vec<bool> = y.iter().map(|&y| missing(y as f64)).collect();
        assert_eq!(got, want.iter().map(|&y| missing(y)).collect::<Vec<_>>(), "NaN at pixel {pixel}");
        check_maximum(&s, &x, Input::Values(&x), &mut draw);
        x[pixel * 4] = 0.0;
    }
}

const GAP_SHAPES: [[usize; 4]; 6] =
    [[1, 1, 1, 4], [5, 1, 1, 12], [1, 2, 9, 32], [3, 5, 49, 36], [2, 3, 289, 68], [7, 1, 6, 100]];

/// A count of spikes is exact; 1 / (T H W) and the product are rounded.
#[test]
fn firing_rates() {
    let mut draw = Draw::new(3);
    for [steps, batch, pixels, channels] in GAP_SHAPES {
        let d = gap::Dims { steps, batch, pixels, channels };
        let twin = gap_twin::Dims { time_steps: steps, batch, height: 1, width: pixels, channels };
        for density in [0.0, 0.3, 1.0] {
            let fired = draw.fired(twin.x_len(), density);
            let mut rates = Guarded::scratch(twin.y_len());
            gap::forward(&d, &Guarded::new(&to_bits(&fired, channels)), &mut rates);
            let want = gap_twin::forward(twin, &widen(&fired));
            // The twin adds up shares instead, rounded in f64.
            close(&format!("{twin:?}: rates"), &rates, &want, |i| (gamma(2) + 1e-12) * want[i]);
        }
        let dy = draw.numbers(twin.y_len());
        let mut gradient = Guarded::new(&dy);
        gap::backward(&d, &mut gradient);
        let want = gap_twin::backward(twin, &widen(&dy));
        let image = |i: usize| i / (pixels * channels) % batch * channels + i % channels;
        let spread: Vec<f32> = (0..want.len()).map(|i| gradient[image(i)]).collect();
        close(&format!("{twin:?}: gradient"), &spread, &want, |i| gamma(2) * want[i].abs());
    }
}
