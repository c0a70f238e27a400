//! Fully connected layers that read maps: flattened, then a convolution of one pixel, against the f64 twins, which lay
//! numbers and weights out as PyTorch's nn.Flatten and nn.Linear do.

mod support;

use kestirme_kernels::conv2d::{self, Shape};
use kestirme_kernels::{flatten, words};
use kestirme_reference::{flatten as flatten_twin, linear as twin};
use support::{Draw, Guarded, close, gamma, magnitudes, pad, padded, rests, to_bits, widen};

#[derive(Clone, Copy, Debug)]
struct Case {
    /// Images, as lines of so many pixels that each were a map.
    n: usize,
    line: usize,
    pixels: usize,
    channels: usize,
    outputs: usize,
}

impl Case {
    fn images(&self) -> usize {
        self.n * self.line
    }

    /// The convolution that the kernels compute.
    fn shape(&self) -> Shape {
        let cin = self.pixels * padded(self.channels);
        Shape { n: self.n, h: 1, w: self.line, cin, cout: padded(self.outputs), kernel: 1, stride: 1, pad: 0 }
    }

    fn map(&self) -> flatten_twin::Dims {
        flatten_twin::Dims { n: self.images(), pixels: self.pixels, channels: self.channels }
    }

    fn dims(&self) -> twin::Dims {
        twin::Dims { batch: self.images(), in_features: self.channels * self.pixels, out_features: self.outputs }
    }

    fn pack(&self, rows: &[f32]) -> Guarded<f32> {
        let mut packed = Guarded::scratch(self.shape().weight_len());
        let (cin, cout) = (padded(self.channels), padded(self.outputs));
        conv2d::pack_flat_weights(rows, self.outputs, self.channels, cin, cout, self.pixels, &mut packed);
        packed
    }

    fn unpack(&self, packed: &[f32]) -> Vec<f32> {
        let mut rows = vec![f32::NAN; self.outputs * self.channels * self.pixels];
        let (cin, cout) = (padded(self.channels), padded(self.outputs));
        conv2d::unpack_flat_weights(packed, self.outputs, self.channels, cin, cout, self.pixels, &mut rows);
        rows
    }

    /// `[images, outputs]` as the kernels read gradients: in blocks of channels.
    fn blocks(&self, dy: &[f32]) -> Guarded<f32> {
        let (layout, channels) = (self.shape().gradient(), padded(self.outputs));
        let mut out = vec![0.0; layout.len()];
        for (pixel, values) in pad(dy, self.outputs, channels).chunks_exact(channels).enumerate() {
            for block in layout.blocks() {
                let at = block.start + pixel * block.channels;
                out[at..at + block.channels].copy_from_slice(&values[block.first_channel..][..block.channels]);
            }
        }
        Guarded::new(&out)
    }
}

/// All passes of spikes: the output, the weights' gradient and that of the map, where it lies.
fn check(case: Case, draw: &mut Draw) {
    let (s, d, map) = (case.shape(), case.dims(), case.map());
    let (x, weights) = (draw.fired(map.len(), 0.3), draw.numbers(d.in_features * d.out_features));
    let (bias, dy) = (vec![0.0; d.out_features], draw.numbers(d.batch * d.out_features));
    let flat = |x: &[f32]| flatten_twin::forward(map, &widen(x));
    let want = twin::forward(d, &flat(&x), &widen(&weights), &bias);
    let magnitude = twin::forward(d, &flat(&x), &magnitudes(&weights), &bias);
    let gradients = twin::backward(d, &flat(&x), &widen(&weights), &widen(&dy));
    let of_magnitudes = twin::backward(d, &flat(&x), &magnitudes(&weights), &magnitudes(&dy));

    let channels = padded(case.channels);
    let spikes = to_bits(&pad(&x, case.channels, channels), channels);
    let mut bits = Guarded::scratch(case.images() * words(s.cin));
    let dims = flatten::Dims { n: case.images(), pixels: case.pixels, channels };
    flatten::forward(&dims, &Guarded::new(&spikes), &mut bits);
    let packed = case.pack(&weights);
    assert_eq!(case.unpack(&packed), weights, "{case:?}: there and back");

    let scratch = conv2d::forward_scratch(&s);
    let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
    let mut y = Guarded::scratch(s.output_len());
    conv2d::forward(&s, &bits, &packed, &mut list, &mut floats, &mut y);
    let y: Vec<f32> = y.chunks_exact(s.cout).flat_map(|row| row[..case.outputs].to_vec()).collect();
    close(&format!("{case:?}: y"), &y, &want, |i| gamma(d.in_features) * magnitude[i]);

    let scratch = conv2d::backward_weights_scratch(&s);
    let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
    let mut dw = Guarded::new(&vec![0.0; s.weight_len()]);
    let dy = case.blocks(&dy);
    conv2d::backward_weights(&s, &bits, &dy, &mut list, &mut floats, &mut dw);
    let bound = |i: usize| gamma(d.batch + 4) * of_magnitudes.dweight[i];
    close(&format!("{case:?}: dweight"), &case.unpack(&dw), &gradients.dweight, bound);

    let scratch = conv2d::backward_input_scratch(&s);
    let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
    let mut dx = Guarded::scratch(s.input_len());
    conv2d::backward_input(&s, &dy, &packed, None, &mut list, &mut floats, false, &mut dx);
    // The gradient of the map, pixel after pixel, without another move.
    let dx: Vec<f32> = dx.chunks_exact(channels).flat_map(|row| row[..case.channels].to_vec()).collect();
    let (want, magnitude) =
        (flatten_twin::backward(map, &gradients.dx), flatten_twin::backward(map, &of_magnitudes.dx));
    close(&format!("{case:?}: dx"), &dx, &want, |i| gamma(d.out_features + 1) * magnitude[i]);
}

#[test]
fn maps_of_spikes() {
    let mut draw = Draw::new(21);
    for (n, line, pixels, channels, outputs) in [
        (1, 1, 1, 4, 4),
        (2, 3, 9, 5, 7),
        (3, 4, 16, 20, 33),
        (1, 10, 49, 32, 10),
        (4, 1, 6, 36, 68),
        (2, 8, 4, 100, 12),
    ] {
        check(Case { n, line, pixels, channels, outputs }, &mut draw);
    }
}

#[test]
fn every_rest_of_the_channels() {
    let mut draw = Draw::new(22);
    for channels in rests() {
        check(Case { n: 1, line: 5, pixels: 3, channels, outputs: 8 }, &mut draw);
    }
}

#[test]
fn channels_of_whole_words_lie_as_they_are() {
    let mut draw = Draw::new(23);
    let spikes: Vec<u32> = (0..2 * 5 * 2).map(|_| draw.word()).collect();
    let mut flat = Guarded::scratch(spikes.len());
    flatten::forward(&flatten::Dims { n: 2, pixels: 5, channels: 64 }, &spikes, &mut flat);
    assert_eq!(&flat[..], &spikes[..]);
}

/// What is no spikes: the image, whose channels are not padded, and pooled values.
#[test]
fn lines_of_values() {
    let mut draw = Draw::new(24);
    for (n, line, inputs, outputs) in [(1, 1, 1, 4), (3, 5, 7, 12), (2, 4, 33, 36), (4, 3, 66, 68), (1, 64, 100, 8)] {
        let s = Shape { n, h: 1, w: line, cin: inputs, cout: outputs, kernel: 1, stride: 1, pad: 0 };
        let d = twin::Dims { batch: n * line, in_features: inputs, out_features: outputs };
        let (x, dy) = (draw.numbers(d.batch * inputs), draw.numbers(d.batch * outputs));
        let case = Case { n, line, pixels: 1, channels: inputs, outputs };
        let mut packed = Guarded::new(&draw.numbers(s.weight_len()));
        let unpack = |packed: &[f32]| {
            let mut rows = vec![f32::NAN; inputs * outputs];
            conv2d::unpack_flat_weights(packed, outputs, inputs, inputs, outputs, 1, &mut rows);
            rows
        };
        let before = unpack(&packed);
        conv2d::backward_weights_dense(&s, &Guarded::new(&x), &case.blocks(&dy), &mut packed);
        let zeros = vec![0.0; inputs * outputs];
        let want = twin::backward(d, &widen(&x), &zeros, &widen(&dy)).dweight;
        let magnitude = twin::backward(d, &magnitudes(&x), &zeros, &magnitudes(&dy)).dweight;
        let want: Vec<f64> = want.iter().zip(&before).map(|(sum, before)| sum + *before as f64).collect();
        close(&format!("{case:?}: dweight"), &unpack(&packed), &want, |i| {
            gamma(d.batch + n + 1) * (magnitude[i] + before[i].abs() as f64)
        });
    }
}
