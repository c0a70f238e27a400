//! Random numbers and what is made of them: rate coding and initial parameters. Also direct coding, the other encoder.

mod support;

use kestirme_kernels::encode::{self, RateStream};
use kestirme_kernels::philox::{self, Purpose, Stream};
use kestirme_kernels::start::{self, Place};
use kestirme_kernels::{init, words};
use kestirme_reference::{philox as twin, start as twin_start};
use support::{Draw, Guarded, close, gamma, identical};

/// The known answers of Random123 1.14, `tests/kat_vectors`.
#[test]
fn philox_gives_the_published_answers() {
    let pi = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
    let answers = [
        ([0; 2], [0; 4], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
        ([u32::MAX; 2], [u32::MAX; 4], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
        ([0xa409_3822, 0x299f_31d0], pi, [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
    ];
    for (key, counter, answer) in answers {
        assert_eq!(philox::block(key, counter), answer);
        assert_eq!(twin::block(key, counter), answer);
    }
}

#[test]
fn philox_equals_its_twin() {
    let mut draw = Draw::new(1);
    for _ in 0..10_000 {
        let key = [draw.word(), draw.word()];
        let counter = [draw.word(), draw.word(), draw.word(), draw.word()];
        assert_eq!(philox::block(key, counter), twin::block(key, counter));
    }
}

/// The words of a stream by the twin: blocks are counted in the counter's first word, the place is the rest.
fn twin_words(seed: u32, purpose: u32, [a, b, c]: [u32; 3]) -> impl Iterator<Item = u32> {
    (0..).flat_map(move |block| twin::block([seed, purpose], [block, a, b, c]))
}

#[test]
fn streams_are_functions_of_seed_purpose_and_place() {
    let first = |mut stream: Stream| -> Vec<u32> { (0..11).map(|_| stream.word()).collect() };
    let all = [
        (1, Purpose::Init, [2, 3, 4]),
        (9, Purpose::Init, [2, 3, 4]),
        (1, Purpose::Rate, [2, 3, 4]),
        (1, Purpose::Init, [9, 3, 4]),
        (1, Purpose::Init, [2, 9, 4]),
        (1, Purpose::Init, [2, 3, 9]),
    ];
    let words: Vec<Vec<u32>> = all.iter().map(|&(seed, purpose, at)| first(Stream::new(seed, purpose, at))).collect();
    for (i, (seed, purpose, place)) in all.into_iter().enumerate() {
        assert_eq!(words[i], twin_words(seed, purpose as u32, place).take(11).collect::<Vec<_>>());
        assert!(words[..i].iter().all(|other| *other != words[i]));
    }
    // packages/core/src/random/philox.ts knows the purposes by the same numbers.
    assert_eq!((Purpose::Init as u32, Purpose::Rate as u32, Purpose::Membrane as u32), (3, 4, twin_start::PURPOSE));
}

/// Each image's membranes by the twin, zeros behind, whatever images stand beside it.
#[test]
fn random_membranes_equal_their_definition() {
    for (pixels, true_channels, channels) in [(1, 1, 4), (9, 3, 4), (289, 36, 36), (61, 66, 68)] {
        let samples = [7, 0, u32::MAX];
        let place = Place { seed: 5, layer: 2, step: 6, samples: &samples };
        let mut out = Guarded::scratch(samples.len() * pixels * channels);
        start::uniform(&place, true_channels, channels, 0.3, &mut out);
        for (sample, image) in samples.into_iter().zip(out.chunks_exact(pixels * channels)) {
            let want = twin_start::uniform(5, 2, 6, sample, 0.3f32.into(), pixels * true_channels);
            let ours: Vec<f32> =
                image.chunks_exact(channels).flat_map(|pixel| &pixel[..true_channels]).copied().collect();
            close("membranes", &ours, &want, |i| gamma(1) * want[i]);
            assert!(image.chunks_exact(channels).all(|pixel| pixel[true_channels..].iter().all(|m| m.to_bits() == 0)));
        }
        let mut alone = Guarded::scratch(pixels * channels);
        start::uniform(&Place { samples: &samples[1..2], ..place }, true_channels, channels, 0.3, &mut alone);
        identical("alone", &alone, &out[pixels * channels..][..pixels * channels]);
    }
    let all =
        [(1, 2, 3, 4), (9, 2, 3, 4), (1, 9, 3, 4), (1, 2, 9, 4), (1, 2, 3, 9)].map(|(seed, layer, step, sample)| {
            let mut out = [0.0; 64];
            start::uniform(&Place { seed, layer, step, samples: &[sample] }, 4, 4, 1.0, &mut out);
            out
        });
    assert!((1..5).all(|i| all[..i].iter().all(|other| *other != all[i])), "another number for another place");
}

fn rate(steps: usize, channels: usize, stream: &RateStream, images: &[u8]) -> Vec<u32> {
    rate_of_frames(steps, 1, channels, stream, images)
}

fn rate_of_frames(steps: usize, frames: usize, channels: usize, stream: &RateStream, images: &[u8]) -> Vec<u32> {
    let pixels = images.len() / frames / channels;
    let mut spikes = Guarded::scratch(steps * pixels * words(channels));
    encode::rate(steps, frames, channels, stream, images, &mut spikes);
    spikes.to_vec()
}

/// Frames of equal images are the image; of others, each step has the spikes that its own frame has at that step.
#[test]
fn rate_coding_of_frames_takes_each_step_from_its_own() {
    let mut draw = Draw::new(3);
    let (steps, channels, samples) = (3, 5, [4, 9]);
    let image = samples.len() * 4 * channels;
    let frames: Vec<u8> = (0..steps * image).map(|_| draw.word() as u8).collect();
    let stream = RateStream { seed: 5, epoch: 6, samples: &samples };
    let got = rate_of_frames(steps, steps, channels, &stream, &frames);
    let per_step = got.len() / steps;
    for t in 0..steps {
        let of_one = rate(steps, channels, &stream, &frames[t * image..][..image]);
        assert_eq!(got[t * per_step..][..per_step], of_one[t * per_step..][..per_step], "step {t}");
    }
}

/// A byte fires where floor(word * 255 / 2^32) is below it, the words being its sample's at that step, in order.
#[test]
fn rate_coding_equals_its_definition() {
    let mut draw = Draw::new(2);
    for (channels, pixels) in [(1, 1), (1, 9), (3, 4), (33, 2), (68, 3)] {
        let (steps, samples) = (3, [7, 0, u32::MAX]);
        let images: Vec<u8> = (0..samples.len() * pixels * channels).map(|_| draw.word() as u8).collect();
        let stream = RateStream { seed: 5, epoch: 6, samples: &samples };
        let mut want = Vec::new();
        for step in 0..steps as u32 {
            for (sample, image) in samples.iter().zip(images.chunks_exact(pixels * channels)) {
                let mut random = twin_words(5, Purpose::Rate as u32, [6, *sample, step]);
                for pixel in image.chunks_exact(channels) {
                    let mut bits = vec![0u32; words(channels)];
                    for (c, &byte) in pixel.iter().enumerate() {
                        let drawn = (u64::from(random.next().expect("endless")) * 255) >> 32;
                        bits[c / 32] |= u32::from(drawn < u64::from(byte)) << (c % 32);
                    }
                    want.extend(bits);
                }
            }
        }
        assert_eq!(rate(steps, channels, &stream, &images), want);
    }
}

/// A byte fires with probability byte / 255. Of n draws the count lies within five standard deviations, which it misses
/// once in a million; 0 and 255 leave nothing to chance.
#[test]
fn rate_coding_fires_in_proportion() {
    let (steps, pixels) = (8, 4096);
    for (i, byte) in [0u8, 1, 64, 127, 200, 254, 255].into_iter().enumerate() {
        let stream = RateStream { seed: 11, epoch: 0, samples: &[i as u32] };
        let spikes = rate(steps, 1, &stream, &vec![byte; pixels]);
        let (n, p) = ((steps * pixels) as f64, f64::from(byte) / 255.0);
        let off = (spikes.iter().map(|word| f64::from(word.count_ones())).sum::<f64>() - n * p).abs();
        assert!(off <= 5.0 * (n * p * (1.0 - p)).sqrt(), "byte {byte}: off by {off} of {n}");
    }
}

#[test]
fn rate_coding_draws_anew_each_epoch_step_and_sample_but_not_by_place_in_the_batch() {
    let run = |epoch: u32, samples: &[u32]| {
        rate(2, 1, &RateStream { seed: 3, epoch, samples }, &vec![128; samples.len() * 64])
    };
    let both = run(0, &[4, 5]);
    let part = |i: usize| both[i * 64..][..64].to_vec();
    assert_eq!([part(0), part(2)].concat(), run(0, &[4]));
    assert_eq!([part(1), part(3)].concat(), run(0, &[5]));
    assert!(part(0) != part(1) && part(0) != part(2) && both != run(1, &[4, 5]));
}

/// byte / 255 is rounded once, the difference and the quotient once each.
#[test]
fn direct_coding_normalises() {
    let images: Vec<u8> = (0..=255).flat_map(|byte| [byte, 255 - byte, byte / 2]).collect();
    let (mean, std) = ([0.4914, 0.0, 1.0], [0.2023, 1.0, 0.5]);
    // More than one task's worth.
    let images = images.repeat(20);
    let mut out = Guarded::scratch(images.len());
    encode::direct(3, &images, &mean, &std, &mut out);
    let at = |i: usize| (f64::from(images[i]) / 255.0, f64::from(mean[i % 3]), f64::from(std[i % 3]));
    let want: Vec<f64> = (0..images.len()).map(|i| (at(i).0 - at(i).1) / at(i).2).collect();
    close("direct", &out, &want, |i| gamma(3) * (at(i).0 + at(i).1) / at(i).2);
}

/// Box-Muller on the twin's words: cos and sin of one angle are neighbours.
#[test]
fn normal_numbers_equal_their_definition() {
    let tau = 2.0 * std::f64::consts::PI;
    for len in [1, 2, 3, 4, 5, 1001] {
        let mut out = Guarded::scratch(len);
        init::normal(8, 13, 0.3, &mut out);
        let mut random = twin_words(8, Purpose::Init as u32, [13, 0, 0]).map(|word| f64::from(word) / 2f64.powi(32));
        let mut want = Vec::new();
        while want.len() < len {
            let (u, v) = (random.next().expect("endless") + 2f64.powi(-32), random.next().expect("endless"));
            let radius = 0.3 * (-2.0 * u.ln()).sqrt();
            want.extend([radius * (tau * v).cos(), radius * (tau * v).sin()]);
        }
        // Rounded to f32 once; std's and libm's f64 functions differ far less, except in absolute terms near a zero.
        close("normal", &out, &want[..len], |i| gamma(1) * want[i].abs() + 1e-15);
    }
}

/// Of n numbers, mean, variance, skewness and excess kurtosis deviate by sigma / sqrt(n), sigma^2 sqrt(2 / n),
/// sqrt(6 / n) and sqrt(24 / n); each within five of those. Neighbours are uncorrelated within 5 / sqrt(n).
#[test]
fn normal_numbers_are_normal() {
    let (n, sigma) = (200_000, 0.05);
    let mut out = vec![0.0; n];
    init::normal(1, 2, sigma, &mut out);
    let z: Vec<f64> = out.iter().map(|&x| f64::from(x) / sigma).collect();
    let n = n as f64;
    let moment = |power: i32| z.iter().map(|z| z.powi(power)).sum::<f64>() / n;
    let off = 5.0 / n.sqrt();
    assert!(moment(1).abs() < off);
    assert!((moment(2) - 1.0).abs() < off * 2f64.sqrt());
    // Around zero, whose distance from the mean is of higher order here; var(z^3) = 15, var(z^4) = 96.
    assert!(moment(3).abs() < off * 15f64.sqrt());
    assert!((moment(4) - 3.0).abs() < off * 96f64.sqrt());
    let neighbours = z.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>() / n;
    assert!(neighbours.abs() < off);
}

#[test]
fn normal_numbers_depend_on_seed_and_tensor_not_on_how_many_are_asked_for() {
    let draw = |seed: u32, tensor: u32, len: usize| {
        let mut out = vec![0.0; len];
        init::normal(seed, tensor, 1.0, &mut out);
        out
    };
    identical("a prefix", &draw(1, 2, 7), &draw(1, 2, 100)[..7]);
    assert!(draw(1, 2, 8) != draw(2, 2, 8) && draw(1, 2, 8) != draw(1, 3, 8));
}
