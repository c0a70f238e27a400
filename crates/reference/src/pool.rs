//! Average and maximum over square windows, per image and channel.
//!
//! The average divides by kernel * kernel wherever the window lies: padding counts, as zeros (PyTorch's default). The
//! maximum never takes padding. Among equal maxima the first in scan order (row by row) gets the whole gradient; with
//! spikes, ties are the rule.

use crate::conv2d::{inside, out_size, square};

/// x is [n, height, width, channels], y [n, out_height(), out_width(), channels].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    /// Images: T * B.
    pub n: usize,
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    pub kernel: usize,
    pub stride: usize,
    /// At most half the kernel, so that each window holds a pixel.
    pub padding: usize,
}

impl Dims {
    pub fn out_height(&self) -> usize {
        out_size(self.height, self.kernel, self.stride, self.padding)
    }

    pub fn out_width(&self) -> usize {
        out_size(self.width, self.kernel, self.stride, self.padding)
    }

    pub fn x_len(&self) -> usize {
        self.n * self.height * self.width * self.channels
    }

    pub fn y_len(&self) -> usize {
        self.n * self.out_height() * self.out_width() * self.channels
    }
}

pub mod avg {
    use super::{Dims, for_each_window};

    pub fn forward(d: Dims, x: &[f64]) -> Vec<f64> {
        assert_eq!(x.len(), d.x_len(), "avg pool: x");
        let area = (d.kernel * d.kernel) as f64;
        let mut y = Vec::with_capacity(d.y_len());
        for_each_window(d, |window| y.push(window.iter().map(|&i| x[i]).sum::<f64>() / area));
        y
    }

    pub fn backward(d: Dims, dy: &[f64]) -> Vec<f64> {
        assert_eq!(dy.len(), d.y_len(), "avg pool: dy");
        let area = (d.kernel * d.kernel) as f64;
        let mut dx = vec![0.0; d.x_len()];
        let mut dy = dy.iter();
        for_each_window(d, |window| {
            let share = dy.next().expect("a gradient per window") / area;
            window.iter().for_each(|&i| dx[i] += share);
        });
        dx
    }
}

pub mod max {
    use super::{Dims, for_each_window};

    pub fn forward(d: Dims, x: &[f64]) -> Vec<f64> {
        assert_eq!(x.len(), d.x_len(), "max pool: x");
        let mut y = Vec::with_capacity(d.y_len());
        for_each_window(d, |window| y.push(x[first_largest(x, window)]));
        y
    }

    pub fn backward(d: Dims, x: &[f64], dy: &[f64]) -> Vec<f64> {
        assert_eq!(x.len(), d.x_len(), "max pool: x");
        assert_eq!(dy.len(), d.y_len(), "max pool: dy");
        let mut dx = vec![0.0; d.x_len()];
        let mut dy = dy.iter();
        for_each_window(d, |window| dx[first_largest(x, window)] += dy.next().expect("a gradient per window"));
        dx
    }

    /// A NaN wins, so that it is not hidden.
    fn first_largest(x: &[f64], window: &[usize]) -> usize {
        let mut largest = window[0];
        for &i in window {
            if x[i] > x[largest] || x[i].is_nan() {
                largest = i;
            }
        }
        largest
    }
}

/// Calls `visit` for each element of y in order, with the indices in x that its window covers, in scan order.
fn for_each_window(d: Dims, mut visit: impl FnMut(&[usize])) {
    assert!(2 * d.padding <= d.kernel, "pool: padding {} is more than half of kernel {}", d.padding, d.kernel);
    for n in 0..d.n {
        for oy in 0..d.out_height() {
            for ox in 0..d.out_width() {
                for c in 0..d.channels {
                    let window: Vec<usize> = square(d.kernel)
                        .filter_map(|(ky, kx)| {
                            let y = inside(oy * d.stride + ky, d.padding, d.height)?;
                            let x = inside(ox * d.stride + kx, d.padding, d.width)?;
                            Some(((n * d.height + y) * d.width + x) * d.channels + c)
                        })
                        .collect();
                    visit(&window);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIMS: Dims = Dims { n: 1, height: 3, width: 3, channels: 1, kernel: 3, stride: 2, padding: 1 };

    #[test]
    fn average_counts_padding() {
        let x = [9.0, 0.0, 18.0, 0.0, 0.0, 0.0, 27.0, 0.0, 36.0];
        assert_eq!(avg::forward(DIMS, &x), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(avg::backward(DIMS, &[9.0, 18.0, 27.0, 36.0]), [1.0, 3.0, 2.0, 4.0, 10.0, 6.0, 3.0, 7.0, 4.0]);
    }

    #[test]
    fn maximum_ignores_padding_and_prefers_the_first_of_equals() {
        let x = [-2.0, -1.0, -1.0, -3.0, -1.0, -4.0, -5.0, -5.0, -1.0];
        assert_eq!(max::forward(DIMS, &x), [-1.0, -1.0, -1.0, -1.0]);
        // Windows cover the corners' 2x2 pixels; the centre is in all four.
        assert_eq!(max::backward(DIMS, &x, &[1.0, 2.0, 4.0, 8.0]), [0.0, 3.0, 0.0, 0.0, 12.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn maximum_does_not_hide_a_nan() {
        let mut x = [0.0; 9];
        x[1] = f64::NAN; // in the first two windows, and first in only one's scan order
        let y = max::forward(DIMS, &x);
        assert_eq!([0, 1, 2, 3].map(|i| y[i].is_nan()), [true, true, false, false]);
    }

    #[test]
    #[should_panic(expected = "more than half")]
    fn refuses_windows_of_padding_only() {
        max::forward(Dims { kernel: 1, ..DIMS }, &[0.0; 9]);
    }
}
