//! Currents that are written: the sum of their terms, what the norms of the terms ask for, and sums over steps.

mod support;

use kestirme_kernels::add::sum_steps;
use kestirme_kernels::walk::{Current, Dims, Residual, sum};
use support::{Draw, Guarded, close, gamma, identical, to_bits};

/// Of y, scale, shift and mean; `maps`: as many steps of the latter three.
struct Term {
    y: Vec<f32>,
    rows: [Vec<f32>; 3],
}

impl Term {
    fn new(d: Dims, steps: usize, maps: usize, draw: &mut Draw) -> Self {
        let y = draw.numbers(steps * d.batch * d.pixels * d.channels);
        Self { y, rows: [(); 3].map(|()| draw.numbers(maps * d.channels)) }
    }

    fn current(&self) -> Current<'_> {
        Current { y: &self.y, scale: &self.rows[0], shift: &self.rows[1], mean: &self.rows[2] }
    }

    fn place(&self, d: Dims, i: usize) -> usize {
        (i / (d.batch * d.pixels * d.channels) * d.channels + i % d.channels) % self.rows[0].len()
    }

    fn value(&self, d: Dims, i: usize) -> f32 {
        self.rows[0][self.place(d, i)] * self.y[i % self.y.len()] + self.rows[1][self.place(d, i)]
    }

    fn centred(&self, d: Dims, i: usize) -> f64 {
        f64::from(self.y[i % self.y.len()]) - f64::from(self.rows[2][self.place(d, i)])
    }
}

#[test]
fn the_sum_of_the_terms_and_the_sums_of_its_gradient() {
    let mut draw = Draw::new(3);
    // Steps, those of both terms, and of their maps; 1030 channels are more than a task has numbers of a pixel of.
    for (steps, of_terms, maps, channels) in [
        (1, [1, 1], [1, 1], 12),
        (4, [1, 4], [1, 1], 36),
        (4, [4, 1], [4, 1], 8),
        (3, [3, 3], [1, 3], 68),
        (2, [2, 2], [1, 1], 4100),
    ] {
        let d = Dims { steps, batch: 2, pixels: 300 / channels.min(100), channels };
        let len = steps * d.batch * d.pixels * channels;
        let [first, second] = [0, 1].map(|i| Term::new(d, of_terms[i], maps[i], &mut draw));
        let fired = draw.fired(len, 0.3);
        let bits = to_bits(&fired, channels);
        let g = draw.numbers(len);
        type Added<'a> = &'a dyn Fn(usize) -> f32;
        let residuals: [(Residual, Added); 3] = [
            (Residual::None, &|_| 0.0),
            (Residual::Spikes(&bits), &|i| fired[i]),
            (Residual::Current(second.current()), &|i| second.value(d, i)),
        ];
        for (kind, (residual, added)) in residuals.iter().enumerate() {
            let what = format!("{kind} of {d:?}");
            let mut current = Guarded::scratch(len);
            sum::forward(d, first.current(), *residual, &mut current);
            let want: Vec<f32> = (0..len).map(|i| first.value(d, i) + if kind == 0 { 0.0 } else { added(i) }).collect();
            identical(&what, &current, &want);

            let each = if kind == 2 && maps[1] > 1 || maps[0] > 1 { steps } else { 1 };
            let mut partial = Guarded::scratch(sum::partial_len(&d, each));
            let mut sums = Guarded::scratch(sum::sum_rows(each) * channels);
            sum::backward(d, first.current(), *residual, &g, &mut partial, &mut sums);
            let (mut want, mut size) = (vec![0.0; sums.len()], vec![0.0; sums.len()]);
            for (i, &g) in g.iter().enumerate() {
                let step = if each > 1 { i / (len / steps) } else { 0 };
                let second = if kind == 2 { second.centred(d, i) } else { 0.0 };
                for (row, factor) in [1.0, first.centred(d, i), second].into_iter().enumerate() {
                    let at = (3 * step + row) * channels + i % channels;
                    want[at] += f64::from(g) * factor;
                    size[at] += (f64::from(g) * factor).abs() + f64::from(g).abs();
                }
            }
            let terms = len / channels;
            close(&what, &sums, &want, |i| gamma(terms + 2) * size[i]);
        }
    }
}

#[test]
fn a_sum_over_steps_is_written_or_added() {
    let mut draw = Draw::new(4);
    for (steps, len) in [(1, 5), (3, 40_000), (4, 7)] {
        let (x, before) = (draw.numbers(steps * len), draw.numbers(len));
        for adds in [false, true] {
            let mut into = Guarded::new(&if adds { before.clone() } else { vec![f32::NAN; len] });
            sum_steps(&x, adds, &mut into);
            let of = |i: usize| {
                let first = if adds { before[i] + x[i] } else { x[i] };
                (1..steps).fold(first, |sum, t| sum + x[t * len + i])
            };
            identical("sum", &into, &(0..len).map(of).collect::<Vec<_>>());
        }
    }
}
