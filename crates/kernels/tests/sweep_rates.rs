//! What comes to all spikes of a channel alike: gradients that heads inject at each step, and the penalty on firing rates.

mod support;

use kestirme_kernels::firing_rate::{self, Penalty};
use kestirme_kernels::{add, global_average_pool, words};
use kestirme_reference::{firing_rate as rate_twin, global_average_pool as pool_twin};
use support::{Draw, Guarded, UNIT, close, identical, widen};

/// The read-out's backward pass of one step, scaled by its pixels, spread over them.
#[test]
fn a_gradient_of_each_image_goes_to_all_its_pixels() {
    let mut draw = Draw::new(1);
    for [images, pixels, channels] in [[1, 1, 4], [3, 5, 8], [7, 64, 36]] {
        let x = draw.numbers(images * channels);
        let d = pool_twin::Dims { time_steps: 1, batch: images, height: 1, width: pixels, channels };
        let want: Vec<f64> = pool_twin::backward(d, &widen(&x)).iter().map(|g| g * pixels as f64).collect();
        let mut alone = Guarded::scratch(want.len());
        add::add_to_pixels(pixels, channels, &Guarded::new(&x), false, &mut alone);
        close("alone", &alone, &want, |i| UNIT * want[i].abs());
        let before = draw.numbers(want.len());
        let mut sum = Guarded::new(&before);
        add::add_to_pixels(pixels, channels, &x, true, &mut sum);
        let added: Vec<f32> = before.iter().zip(&alone[..]).map(|(a, b)| a + b).collect();
        identical("sum", &sum, &added);
    }
}

#[test]
fn the_penalty_on_firing_rates_is_that_of_the_twin() {
    let mut draw = Draw::new(2);
    for [time_steps, batch, pixels, own, channels] in [[1, 1, 1, 1, 4], [3, 5, 6, 10, 12], [4, 16, 9, 36, 36]] {
        let d = pool_twin::Dims { time_steps, batch, height: 1, width: pixels, channels: own };
        let spikes: Vec<f64> = (0..d.x_len()).map(|_| draw.below(2) as f64).collect();
        let per_pixel = words(channels);
        let mut bits = vec![0; d.x_len() / own * per_pixel];
        for (i, spike) in spikes.iter().enumerate() {
            bits[i / own * per_pixel + i % own / 32] |= (*spike as u32) << (i % own % 32);
        }
        let pool = global_average_pool::Dims { steps: time_steps, batch, pixels, channels };
        let mut rates = Guarded::scratch(batch * channels);
        global_average_pool::forward(&pool, &bits, &mut rates);
        let (strength, target) = (0.75, 0.125);
        let dims = firing_rate::Dims { batch, channels, true_channels: own, spikes: time_steps * pixels };
        let whole = 3 * batch;
        let sum = firing_rate::forward_backward(&dims, Penalty { strength, target }, whole, &mut rates);

        let twin = rate_twin::Penalty { strength: strength as f64, target: target as f64 };
        let want = rate_twin::forward(twin, d, &spikes) * batch as f64;
        // Rates are rounded to f32 once.
        assert!((sum - want).abs() <= 4.0 * UNIT * batch as f64, "{sum} for {want}");
        let of_all = rate_twin::backward(twin, d, &spikes);
        for b in 0..batch {
            let gradient: Vec<f64> =
                (0..channels).map(|c| if c < own { of_all[b * pixels * own + c] / 3.0 } else { 0.0 }).collect();
            let scale = gradient.iter().fold(0.0, |most: f64, g| most.max(g.abs()));
            close("gradient", &rates[b * channels..][..channels], &gradient, |_| 8.0 * UNIT * (scale + 1e-3));
        }
    }
}
