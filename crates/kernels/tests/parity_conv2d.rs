//! Convolutions against their twin: spikes by lists and by tables, dense input, all three gradients.
#![cfg(feature = "threads")]

mod common;

use common::*;
use kestirme_kernels::conv2d::{self, Shape};
use kestirme_reference::conv2d as twin;

/// n, h, w, cin, cout, kernel, stride, pad.
const CASES: [[usize; 8]; 22] = [
    [1, 1, 1, 1, 1, 1, 1, 0],
    [1, 1, 1, 1, 4, 3, 1, 1],
    [2, 5, 3, 1, 1, 3, 1, 1],
    [3, 7, 5, 4, 12, 3, 1, 1],
    [2, 8, 8, 36, 68, 3, 1, 1],
    [5, 4, 4, 32, 32, 3, 1, 1],
    [1, 17, 17, 12, 4, 3, 1, 0],
    [2, 6, 5, 8, 20, 3, 2, 1],
    [2, 9, 9, 36, 40, 3, 2, 1],
    [2, 8, 8, 16, 32, 1, 2, 0],
    [1, 5, 7, 8, 8, 1, 1, 0],
    [2, 11, 10, 4, 8, 5, 1, 2],
    [1, 9, 9, 8, 4, 5, 2, 2],
    [1, 13, 13, 4, 8, 7, 2, 3],
    [1, 10, 10, 4, 8, 3, 3, 1],
    [2, 4, 4, 4, 28, 4, 1, 1],
    [1, 6, 6, 4, 8, 6, 1, 0],
    // Wider than a word of pixels, and weights too large for tables.
    [1, 2, 40, 4, 16, 3, 1, 1],
    [2, 4, 4, 160, 144, 3, 1, 1],
    [3, 2, 2, 160, 144, 3, 2, 1],
    [9, 8, 8, 64, 24, 3, 1, 1],
    [2, 32, 32, 4, 4, 3, 1, 1],
];

struct Case {
    shape: Shape,
    dims: twin::Dims,
    /// Unpadded, as the twin reads them.
    weight: Vec<f32>,
    dy: Vec<f32>,
    packed: Vec<f32>,
}

impl Case {
    fn new(sizes: [usize; 8], dense: bool, random: &mut Random) -> Self {
        let [n, h, w, cin, cout, kernel, stride, pad_] = sizes;
        let dims =
            twin::Dims { n, height: h, width: w, in_channels: cin, out_channels: cout, kernel, stride, padding: pad_ };
        let inner = if dense { cin } else { padded(cin) };
        let shape = Shape { n, h, w, cin: inner, cout: padded(cout), kernel, stride, pad: pad_ };
        let weight = random.values(dims.weight_len());
        let dy = random.values(dims.y_len());
        let mut packed = vec![0.0; shape.weight_len()];
        conv2d::pack_weights(&weight, cout, cin, shape.cin, shape.cout, shape.taps(), &mut packed);
        let mut back = vec![0.0; weight.len()];
        conv2d::unpack_weights(&packed, cout, cin, shape.cin, shape.cout, shape.taps(), &mut back);
        assert_eq!(back, weight);
        Self { shape, dims, weight, dy, packed }
    }

    /// The output gradient with its border and padding.
    fn bordered_dy(&self) -> Vec<f32> {
        let s = &self.shape;
        let (b, c) = (s.border(), self.dims.out_channels);
        let mut out = vec![0.0; s.n * s.gradient_image_len()];
        for (pixel, row) in self.dy.chunks_exact(c).enumerate() {
            let (image, y, x) = (pixel / (s.ho() * s.wo()), pixel / s.wo() % s.ho(), pixel % s.wo());
            let at = image * s.gradient_image_len() + ((y + b) * (s.wo() + 2 * b) + x + b) * s.cout;
            out[at..at + c].copy_from_slice(row);
        }
        out
    }

    fn unpack(&self, packed: &[f32]) -> Vec<f32> {
        let (d, s) = (&self.dims, &self.shape);
        let mut out = vec![0.0; d.weight_len()];
        conv2d::unpack_weights(packed, d.out_channels, d.in_channels, s.cin, s.cout, s.taps(), &mut out);
        out
    }

    fn outputs_per_weight(&self) -> usize {
        self.dims.n * self.dims.out_height() * self.dims.out_width()
    }
}

fn scratch(size: conv2d::Scratch) -> (Vec<u32>, Vec<f32>) {
    // Full of what a kernel must not rely on.
    (vec![u32::MAX; size.words()], vec![f32::NAN; size.floats()])
}

#[test]
fn spikes_match_the_twin() {
    let _turn = exclusive();
    let mut random = Random(1);
    for sizes in CASES {
        for rate in [0.0, 0.1, 0.5, 1.0] {
            let case = Case::new(sizes, false, &mut random);
            let (s, d) = (&case.shape, case.dims);
            let x = random.spikes(d.x_len(), rate);
            let spikes = bits(&x, d.in_channels);
            let want = twin::backward(d, &f64s(&x), &f64s(&case.weight), &f64s(&case.dy));

            let y = on_all_threads(|| {
                let (mut list, mut floats) = scratch(conv2d::forward_scratch(s));
                let mut y = vec![f32::NAN; s.output_len()];
                conv2d::forward(s, &spikes, &case.packed, &mut list, &mut floats, &mut y);
                y
            });
            let y_want = twin::forward(d, &f64s(&x), &f64s(&case.weight), None);
            let terms = s.taps() * s.cin;
            assert_close(&format!("y of {s:?} at {rate}"), &unpad(&y, d.out_channels), &y_want, terms, terms as f64);

            let dy = case.bordered_dy();
            let dw = on_all_threads(|| {
                let (mut list, mut floats) = scratch(conv2d::backward_weights_scratch(s));
                let mut dw = vec![0.0; s.weight_len()];
                conv2d::backward_weights(s, &spikes, &dy, &mut list, &mut floats, &mut dw);
                dw
            });
            let terms = case.outputs_per_weight();
            assert_close(&format!("dw of {s:?} at {rate}"), &case.unpack(&dw), &want.dweight, terms, terms as f64);
        }
    }
}

#[test]
fn the_weight_gradient_is_added() {
    let _turn = exclusive();
    let mut random = Random(2);
    for sizes in [CASES[4], CASES[7], CASES[18]] {
        let case = Case::new(sizes, false, &mut random);
        let s = &case.shape;
        let spikes = bits(&random.spikes(case.dims.x_len(), 0.4), case.dims.in_channels);
        let dy = case.bordered_dy();
        let (mut list, mut floats) = scratch(conv2d::backward_weights_scratch(s));
        let mut once = vec![0.0; s.weight_len()];
        conv2d::backward_weights(s, &spikes, &dy, &mut list, &mut floats, &mut once);
        let mut twice = once.clone();
        conv2d::backward_weights(s, &spikes, &dy, &mut list, &mut floats, &mut twice);
        let want: Vec<f64> = once.iter().map(|&x| 2.0 * x as f64).collect();
        let terms = case.outputs_per_weight();
        assert_close("twice", &twice, &want, terms, 2.0 * terms as f64);
    }
}

#[test]
fn input_gradient_matches_the_twin() {
    let _turn = exclusive();
    let mut random = Random(3);
    for sizes in CASES {
        let case = Case::new(sizes, false, &mut random);
        let (s, d) = (&case.shape, case.dims);
        let x = vec![0.0; d.x_len()];
        let want = twin::backward(d, &x, &f64s(&case.weight), &f64s(&case.dy)).dx;
        let dy = case.bordered_dy();
        let before = pad(&random.values(d.x_len()), d.in_channels);
        let asked = bits(&random.spikes(d.x_len(), 0.4), d.in_channels);
        let run = |asked: Option<&[u32]>, accumulate: bool| {
            on_all_threads(|| {
                let (mut list, mut floats) = scratch(conv2d::backward_input_scratch(s));
                let mut dx = before.clone();
                conv2d::backward_input(s, &dy, &case.packed, asked, &mut list, &mut floats, accumulate, &mut dx);
                dx
            })
        };
        let terms = s.taps() * s.cout;
        let all = run(None, false);
        assert_close(&format!("dx of {s:?}"), &unpad(&all, d.in_channels), &want, terms, terms as f64);
        let sum: Vec<f64> = want.iter().zip(unpad(&before, d.in_channels)).map(|(x, b)| x + b as f64).collect();
        let added = run(None, true);
        assert_close(&format!("added dx of {s:?}"), &unpad(&added, d.in_channels), &sum, terms, terms as f64 + 1.0);
        // Asked positions have the bits that they have when all are asked; the others keep what they held.
        let wanted = unbits(&asked, d.in_channels);
        let some = unpad(&run(Some(&asked), false), d.in_channels);
        let (all, before) = (unpad(&all, d.in_channels), unpad(&before, d.in_channels));
        for i in 0..some.len() {
            let expected = if wanted[i] == 1.0 { all[i] } else { before[i] };
            assert_eq!(some[i].to_bits(), expected.to_bits(), "dx[{i}] of {s:?}");
        }
    }
}

#[test]
fn dense_input_matches_the_twin() {
    let _turn = exclusive();
    let mut random = Random(4);
    let image = [2, 9, 8, 3, 16, 3, 1, 1];
    let stem = [1, 14, 14, 3, 8, 7, 2, 3];
    for sizes in CASES.into_iter().chain([image, stem]) {
        let case = Case::new(sizes, true, &mut random);
        let (s, d) = (&case.shape, case.dims);
        let x = random.values(d.x_len());
        let want = twin::backward(d, &f64s(&x), &f64s(&case.weight), &f64s(&case.dy));
        let (y, dw) = on_all_threads(|| {
            let mut bordered = vec![f32::NAN; conv2d::bordered_len(s)];
            conv2d::add_border(s, &x, &mut bordered);
            let mut tiled = vec![f32::NAN; conv2d::tiled_len(s)];
            let mut y = vec![f32::NAN; s.output_len()];
            conv2d::forward_dense(s, &bordered, &case.packed, &mut tiled, &mut y);
            let mut dw = vec![0.0; s.weight_len()];
            conv2d::backward_weights_dense(s, &bordered, &case.bordered_dy(), &mut dw);
            (y, dw)
        });
        let y_want = twin::forward(d, &f64s(&x), &f64s(&case.weight), None);
        // A product is rounded before it is added: one more rounding a term.
        let terms = 2 * s.taps() * s.cin;
        assert_close(&format!("y of {s:?}"), &unpad(&y, d.out_channels), &y_want, terms, terms as f64);
        let terms = 2 * case.outputs_per_weight();
        assert_close(&format!("dw of {s:?}"), &case.unpack(&dw), &want.dweight, terms, terms as f64);
    }
}
