//! The convolutions against their f64 twin.
//!
//! Bounds: every result is a sum of products, so it is off by at most gamma(roundings per term) times the same sum over
//! magnitudes, which is what the twin gives for |x|, |w| and |dy| (see `support::gamma`). A product with a spike is exact.

mod support;

use kestirme_kernels::conv2d::{self, Shape};
use kestirme_kernels::words;
use kestirme_reference::conv2d as twin;
use support::{Draw, Guarded, close, gamma, identical, magnitudes, pad, padded, rests, to_bits, widen};

/// A convolution of `inputs` to `outputs` channels, which memory pads to multiples of four.
#[derive(Clone, Copy, Debug)]
struct Case {
    n: usize,
    h: usize,
    w: usize,
    inputs: usize,
    outputs: usize,
    kernel: usize,
    stride: usize,
    pad: usize,
}

impl Case {
    fn shape(&self) -> Shape {
        let Case { n, h, w, kernel, stride, pad, .. } = *self;
        Shape { n, h, w, cin: padded(self.inputs), cout: padded(self.outputs), kernel, stride, pad }
    }

    /// For the kernels of images, whose input channels are not padded.
    fn image_shape(&self) -> Shape {
        Shape { cin: self.inputs, ..self.shape() }
    }

    fn dims(&self) -> twin::Dims {
        twin::Dims {
            n: self.n,
            height: self.h,
            width: self.w,
            in_channels: self.inputs,
            out_channels: self.outputs,
            kernel: self.kernel,
            stride: self.stride,
            padding: self.pad,
        }
    }

    fn multiplications(&self) -> usize {
        self.dims().y_len() * self.inputs * self.kernel * self.kernel
    }

    fn pack(&self, s: &Shape, oihw: &[f32]) -> Guarded<f32> {
        let mut packed = Guarded::scratch(s.weight_len());
        conv2d::pack_weights(oihw, self.outputs, self.inputs, s.cin, s.cout, s.taps(), &mut packed);
        packed
    }

    fn unpack(&self, s: &Shape, packed: &[f32]) -> Vec<f32> {
        let mut oihw = vec![f32::NAN; self.dims().weight_len()];
        conv2d::unpack_weights(packed, self.outputs, self.inputs, s.cin, s.cout, s.taps(), &mut oihw);
        oihw
    }
}

/// Output gradients `[N, Ho, Wo, outputs]` as the kernels read them: channels padded, in blocks, a zero border around
/// each image.
fn border(s: &Shape, dy: &[f32], outputs: usize) -> Guarded<f32> {
    let layout = s.gradient();
    let mut out = vec![0.0; layout.len()];
    for (i, values) in pad(dy, outputs, s.cout).chunks_exact(s.cout).enumerate() {
        let pixel = layout.pixel(i / (s.ho() * s.wo()), i / s.wo() % s.ho(), i % s.wo());
        for block in layout.blocks() {
            let at = block.start + pixel * block.channels;
            out[at..at + block.channels].copy_from_slice(&values[block.first_channel..][..block.channels]);
        }
    }
    Guarded::new(&out)
}

/// Numbers for a case, in true channels, and what the twin makes of them and of their magnitudes.
struct Numbers {
    x: Vec<f32>,
    weights: Vec<f32>,
    dy: Vec<f32>,
    y: Vec<f64>,
    y_magnitude: Vec<f64>,
    gradients: twin::Gradients,
    gradient_magnitudes: twin::Gradients,
}

impl Numbers {
    fn new(case: &Case, x: Vec<f32>, draw: &mut Draw) -> Self {
        let d = case.dims();
        let (weights, dy) = (draw.numbers(d.weight_len()), draw.numbers(d.y_len()));
        Numbers {
            y: twin::forward(d, &widen(&x), &widen(&weights), None),
            y_magnitude: twin::forward(d, &magnitudes(&x), &magnitudes(&weights), None),
            gradients: twin::backward(d, &widen(&x), &widen(&weights), &widen(&dy)),
            gradient_magnitudes: twin::backward(d, &magnitudes(&x), &magnitudes(&weights), &magnitudes(&dy)),
            x,
            weights,
            dy,
        }
    }
}

/// Forward, weights' gradient and input gradient of spikes.
fn check_spikes(case: Case, density: f64, draw: &mut Draw) {
    check_spikes_in(case, case.shape(), density, draw);
}

fn check_spikes_in(case: Case, s: Shape, density: f64, draw: &mut Draw) {
    let d = case.dims();
    let name = format!("{case:?} at density {density}");
    let x = draw.fired(d.x_len(), density);
    let numbers = Numbers::new(&case, x, draw);
    let spikes = Guarded::new(&to_bits(&pad(&numbers.x, case.inputs, s.cin), s.cin));
    let (weights, dy) = (case.pack(&s, &numbers.weights), border(&s, &numbers.dy, case.outputs));

    let scratch = conv2d::forward_scratch(&s);
    let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
    let mut y = Guarded::scratch(s.output_len());
    conv2d::forward(&s, &spikes, &weights, &mut list, &mut floats, &mut y);
    check_output(&name, &case, &s, &numbers, &y);

    let scratch = conv2d::backward_weights_scratch(&s);
    let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
    check_weights(&name, &case, &s, &numbers, draw, 0, |dw| {
        conv2d::backward_weights(&s, &spikes, &dy, &mut list, &mut floats, dw);
    });
    check_input(&name, &case, &s, &numbers, &weights, &dy, draw);
}

/// Forward and both gradients of an image.
fn check_image(case: Case, draw: &mut Draw) {
    let (s, d) = (case.image_shape(), case.dims());
    let name = format!("{case:?} of an image");
    let x = draw.numbers(d.x_len());
    let numbers = Numbers::new(&case, x, draw);
    let (weights, dy) = (case.pack(&s, &numbers.weights), border(&s, &numbers.dy, case.outputs));

    let mut bordered = Guarded::scratch(conv2d::bordered_len(&s));
    conv2d::add_border(&s, &numbers.x, &mut bordered);
    let mut tiled = Guarded::scratch(conv2d::tiled_len(&s));
    let mut y = Guarded::scratch(s.output_len());
    conv2d::forward_dense(&s, &bordered, &weights, &mut tiled, &mut y);
    check_output(&name, &case, &s, &numbers, &y);

    check_weights(&name, &case, &s, &numbers, draw, 1, |dw| {
        conv2d::backward_weights_dense(&s, &bordered, &dy, dw);
    });
    check_input(&name, &case, &s, &numbers, &weights, &dy, draw);
}

/// A product and n - 1 additions. Padded channels are exactly zero.
fn check_output(name: &str, case: &Case, s: &Shape, numbers: &Numbers, y: &[f32]) {
    let roundings = s.taps() * case.inputs;
    let want = pad(&numbers.y, case.outputs, s.cout);
    let magnitude = pad(&numbers.y_magnitude, case.outputs, s.cout);
    close(&format!("{name}: y"), y, &want, |i| gamma(roundings) * magnitude[i]);
}

/// The gradient is added to what is there. `products`: roundings of one product.
fn check_weights(
    name: &str,
    case: &Case,
    s: &Shape,
    numbers: &Numbers,
    draw: &mut Draw,
    products: usize,
    mut run: impl FnMut(&mut [f32]),
) {
    let before = draw.numbers(case.dims().weight_len());
    let mut dw = case.pack(s, &before);
    run(&mut dw);
    let want: Vec<f64> = before.iter().zip(&numbers.gradients.dweight).map(|(a, b)| *a as f64 + b).collect();
    let roundings = s.n * s.ho() * s.wo() + products;
    let magnitude = &numbers.gradient_magnitudes.dweight;
    close(&format!("{name}: dweight"), &case.unpack(s, &dw), &want, |i| {
        gamma(roundings) * (magnitude[i] + before[i].abs() as f64)
    });
    identical(&format!("{name}: padding of dweight"), &dw, &case.pack(s, &case.unpack(s, &dw)));
}

/// All of it, added to what is there, and only where it is asked for.
fn check_input(name: &str, case: &Case, s: &Shape, numbers: &Numbers, weights: &[f32], dy: &[f32], draw: &mut Draw) {
    let before = pad(&draw.numbers(case.dims().x_len()), case.inputs, s.cin);
    let run = |asked: Option<&[u32]>, accumulate: bool, dx: &mut [f32]| {
        let scratch = conv2d::backward_input_scratch(s);
        let (mut list, mut floats) = (Guarded::scratch(scratch.words()), Guarded::scratch(scratch.floats()));
        conv2d::backward_input(s, dy, weights, asked, &mut list, &mut floats, accumulate, dx);
    };
    let want = pad(&numbers.gradients.dx, case.inputs, s.cin);
    let magnitude = pad(&numbers.gradient_magnitudes.dx, case.inputs, s.cin);
    let roundings = s.taps() * case.outputs;
    let mut plain = Guarded::scratch(s.input_len());
    run(None, false, &mut plain);
    close(&format!("{name}: dx"), &plain, &want, |i| gamma(roundings) * magnitude[i]);

    let mut sum = Guarded::new(&before);
    run(None, true, &mut sum);
    let total: Vec<f64> = want.iter().zip(&before).map(|(a, b)| a + *b as f64).collect();
    close(&format!("{name}: dx added to"), &sum, &total, |i| {
        gamma(roundings + 1) * (magnitude[i] + before[i].abs() as f64)
    });

    for (density, accumulate) in [(0.0, false), (0.3, false), (0.3, true), (1.0, false)] {
        let asked = draw.fired(s.input_len(), density);
        let mut dx = Guarded::new(&before);
        run(Some(&Guarded::new(&to_bits(&asked, s.cin))), accumulate, &mut dx);
        let whole = if accumulate { &sum } else { &plain };
        let want: Vec<f32> = (0..dx.len()).map(|i| if asked[i] == 1.0 { whole[i] } else { before[i] }).collect();
        identical(&format!("{name}: dx where {density} of it is asked for"), &dx, &want);
    }
}

const CHANNELS: [usize; 6] = [1, 4, 10, 32, 33, 68];
const SIZES: [[usize; 2]; 5] = [[1, 1], [3, 3], [3, 17], [17, 3], [5, 6]];

/// Every kernel, stride, pad and size that go together, each with some channels and batch.
fn sweep(draw: &mut Draw, mut check: impl FnMut(Case, &mut Draw)) {
    for kernel in [1, 3, 5, 7] {
        for (stride, pad) in (1..=3).flat_map(|stride| (0..kernel).map(move |pad| (stride, pad))) {
            for [h, w] in SIZES.into_iter().filter(|[h, w]| h.min(w) + 2 * pad >= kernel) {
                let mut draw_case = || {
                    let (inputs, outputs, n) = (draw.pick(&CHANNELS), draw.pick(&CHANNELS), draw.pick(&[1, 2, 5]));
                    Case { n, h, w, inputs, outputs, kernel, stride, pad }
                };
                let mut case = draw_case();
                // The twin is slow.
                while case.multiplications() > 3_000_000 {
                    case = draw_case();
                }
                check(case, draw);
            }
        }
    }
}

#[test]
fn spikes_of_an_image_whose_channels_are_not_padded() {
    let mut draw = Draw::new(11);
    for inputs in [1, 2, 3, 5] {
        for (kernel, stride, pad) in [(3, 1, 1), (3, 2, 1), (1, 1, 0), (5, 2, 2)] {
            let case = Case { n: 2, h: 7, w: 6, inputs, outputs: 12, kernel, stride, pad };
            check_spikes_in(case, case.image_shape(), 0.4, &mut draw);
        }
    }
}

#[test]
fn spikes_on_every_kernel_stride_pad_and_size() {
    let mut draw = Draw::new(1);
    sweep(&mut draw, |case, draw| {
        let density = draw.pick(&[0.0, 0.05, 0.5, 1.0]);
        check_spikes(case, density, draw);
    });
}

#[test]
fn images_on_every_kernel_stride_pad_and_size() {
    let mut draw = Draw::new(2);
    sweep(&mut draw, |case, draw| {
        let inputs = draw.pick(&[1, 2, 3, case.inputs]);
        check_image(Case { inputs, ..case }, draw);
    });
}

#[test]
fn all_pairs_of_channels() {
    let mut draw = Draw::new(3);
    for inputs in CHANNELS {
        for outputs in CHANNELS.into_iter().chain([100]) {
            let case = Case { n: 2, h: 3, w: 3, inputs, outputs, kernel: 3, stride: 1, pad: 1 };
            check_spikes(case, 0.3, &mut draw);
            check_spikes(Case { kernel: 1, stride: 2, pad: 0, ..case }, 0.3, &mut draw);
            check_image(case, &mut draw);
        }
    }
}

#[test]
fn every_rest_of_channels() {
    let mut draw = Draw::new(8);
    for inputs in rests() {
        for outputs in [72 - inputs, inputs] {
            let case = Case { n: 2, h: 4, w: 5, inputs, outputs, kernel: 3, stride: 1, pad: 1 };
            check_spikes(case, 0.3, &mut draw);
            check_spikes(Case { kernel: 1, stride: 2, pad: 0, ..case }, 0.3, &mut draw);
            check_image(case, &mut draw);
        }
    }
}

#[test]
fn silence_and_everything_firing() {
    let mut draw = Draw::new(4);
    for density in [0.0, 1.0] {
        for (kernel, stride, pad) in [(1, 1, 0), (3, 1, 1), (3, 2, 1), (5, 1, 2), (7, 2, 3)] {
            check_spikes(Case { n: 3, h: 7, w: 9, inputs: 36, outputs: 12, kernel, stride, pad }, density, &mut draw);
        }
    }
}

/// Layers with many weights take another way through the code than narrow ones.
#[test]
fn many_weights() {
    let mut draw = Draw::new(5);
    for (kernel, inputs, outputs) in [(3, 132, 172), (5, 68, 120), (7, 68, 68)] {
        for stride in 1..=3 {
            for pad in [0, kernel / 2, kernel - 1] {
                let case = Case { n: 1, h: kernel, w: kernel + 1, inputs, outputs, kernel, stride, pad };
                check_spikes(case, 0.2, &mut draw);
            }
        }
    }
}

/// So do images wider than a word of spikes, and many small images.
#[test]
fn wide_images_and_many_images() {
    let mut draw = Draw::new(6);
    for (n, h, w) in [(1, 2, 31), (2, 3, 32), (1, 3, 33), (2, 1, 70), (1, 9, 40), (70, 2, 3), (33, 5, 5)] {
        for (kernel, stride, pad) in [(3, 1, 1), (1, 1, 0), (3, 2, 2), (2, 1, 1), (4, 3, 1)] {
            if h + 2 * pad >= kernel {
                check_spikes(Case { n, h, w, inputs: 5, outputs: 8, kernel, stride, pad }, 0.4, &mut draw);
                check_image(Case { n, h, w, inputs: 3, outputs: 8, kernel, stride, pad }, &mut draw);
            }
        }
    }
}

#[test]
fn packing_there_and_back() {
    let mut draw = Draw::new(7);
    for inputs in CHANNELS {
        for outputs in CHANNELS {
            let case = Case { n: 1, h: 3, w: 3, inputs, outputs, kernel: 3, stride: 1, pad: 1 };
            let (s, oihw) = (case.shape(), draw.numbers(case.dims().weight_len()));
            let packed = case.pack(&s, &oihw);
            identical("unpacked", &case.unpack(&s, &packed), &oihw);
            assert!(packed.iter().all(|x| !x.is_nan()), "all of it is written");
            let kept = packed.iter().filter(|x| **x != 0.0).count();
            assert_eq!(kept, oihw.len(), "padding is zero, and no number that is drawn is");
            let (o, i, tap) = (outputs - 1, inputs - 1, 7);
            let at = conv2d::weight_index(s.cin, s.cout, s.taps(), o, i, tap);
            assert_eq!(packed[at], oihw[(o * inputs + i) * 9 + tap]);
        }
    }
}

#[test]
fn bits_of_a_pixel_start_at_a_word() {
    assert_eq!([1, 4, 31, 32, 33, 64, 68].map(words), [1, 1, 1, 1, 2, 2, 3]);
    let mut fired = vec![0.0; 2 * 36];
    fired[36 + 33] = 1.0;
    assert_eq!(to_bits(&fired, 36), [0, 0, 0, 2]);
}
