//! Two-dimensional convolution (cross-correlation, as in every deep-learning library), square kernel, zero padding.
//!
//!   y[n, oy, ox, o] = bias[o] + sum over ky, kx, i of  w[o, i, ky, kx] * x[n, oy*stride + ky - padding, ox*stride + kx - padding, i]
//!
//! It is bilinear in x and w: each product w*x that enters some y is one term of the sum, and its two derivatives are the
//! same term with one factor replaced by dy. Forward and backward therefore share one walk over the terms.

/// Shapes of one convolution. x is [n, height, width, in_channels], y [n, out_height(), out_width(), out_channels],
/// weight [out_channels, in_channels, kernel, kernel], bias [out_channels].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    /// Images: T * B.
    pub n: usize,
    pub height: usize,
    pub width: usize,
    pub in_channels: usize,
    pub out_channels: usize,
    pub kernel: usize,
    pub stride: usize,
    /// Zeros added on each of the four sides.
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
        self.n * self.height * self.width * self.in_channels
    }

    pub fn y_len(&self) -> usize {
        self.n * self.out_height() * self.out_width() * self.out_channels
    }

    pub fn weight_len(&self) -> usize {
        self.out_channels * self.in_channels * self.kernel * self.kernel
    }
}

/// Positions that a window of `kernel` takes along an axis of `size`, moving by `stride`. Pooling has the same rule.
///
/// # Panics
/// If the kernel is larger than the padded axis.
pub fn out_size(size: usize, kernel: usize, stride: usize, padding: usize) -> usize {
    let padded = size + 2 * padding;
    assert!(
        kernel >= 1 && stride >= 1 && kernel <= padded,
        "kernel {kernel}, stride {stride} does not fit size {size} with padding {padding}"
    );
    (padded - kernel) / stride + 1
}

/// Gradients of the loss with respect to the three inputs of [`forward`].
#[derive(Clone, Debug)]
pub struct Gradients {
    pub dx: Vec<f64>,
    pub dweight: Vec<f64>,
    /// [out_channels], also when the layer has no bias.
    pub dbias: Vec<f64>,
}

pub fn forward(d: Dims, x: &[f64], weight: &[f64], bias: Option<&[f64]>) -> Vec<f64> {
    check(d, x, weight);
    let mut y = vec![0.0; d.y_len()];
    if let Some(bias) = bias {
        assert_eq!(bias.len(), d.out_channels, "conv2d: bias");
        for row in y.chunks_exact_mut(d.out_channels) {
            row.copy_from_slice(bias);
        }
    }
    for_each_term(d, |iy, iw, ix| y[iy] += weight[iw] * x[ix]);
    y
}

pub fn backward(d: Dims, x: &[f64], weight: &[f64], dy: &[f64]) -> Gradients {
    check(d, x, weight);
    assert_eq!(dy.len(), d.y_len(), "conv2d: dy");
    let mut dx = vec![0.0; d.x_len()];
    let mut dweight = vec![0.0; d.weight_len()];
    for_each_term(d, |iy, iw, ix| {
        dx[ix] += weight[iw] * dy[iy];
        dweight[iw] += x[ix] * dy[iy];
    });
    let mut dbias = vec![0.0; d.out_channels];
    for row in dy.chunks_exact(d.out_channels) {
        for (sum, value) in dbias.iter_mut().zip(row) {
            *sum += value;
        }
    }
    Gradients { dx, dweight, dbias }
}

/// Calls `term(index in y, index in weight, index in x)` for each product of the sum whose x lies inside the image.
fn for_each_term(d: Dims, mut term: impl FnMut(usize, usize, usize)) {
    let mut row = 0; // (n, oy, ox), counted up
    for n in 0..d.n {
        for oy in 0..d.out_height() {
            for ox in 0..d.out_width() {
                for (ky, kx) in square(d.kernel) {
                    let Some(y) = inside(oy * d.stride + ky, d.padding, d.height) else {
                        continue;
                    };
                    let Some(x) = inside(ox * d.stride + kx, d.padding, d.width) else {
                        continue;
                    };
                    let pixel = (n * d.height + y) * d.width + x;
                    for o in 0..d.out_channels {
                        for i in 0..d.in_channels {
                            let weight = ((o * d.in_channels + i) * d.kernel + ky) * d.kernel + kx;
                            term(row * d.out_channels + o, weight, pixel * d.in_channels + i);
                        }
                    }
                }
                row += 1;
            }
        }
    }
}

/// Offsets inside a kernel, in scan order.
pub(crate) fn square(kernel: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..kernel).flat_map(move |ky| (0..kernel).map(move |kx| (ky, kx)))
}

/// A position on the padded axis as one on the image's; None where it falls on the padding.
pub(crate) fn inside(padded: usize, padding: usize, size: usize) -> Option<usize> {
    padded.checked_sub(padding).filter(|&position| position < size)
}

fn check(d: Dims, x: &[f64], weight: &[f64]) {
    assert_eq!(x.len(), d.x_len(), "conv2d: x");
    assert_eq!(weight.len(), d.weight_len(), "conv2d: weight");
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE_CHANNEL: Dims =
        Dims { n: 1, height: 3, width: 3, in_channels: 1, out_channels: 1, kernel: 3, stride: 1, padding: 1 };

    #[test]
    fn an_impulse_shows_the_kernel_mirrored() {
        let mut x = vec![0.0; 9];
        x[4] = 1.0;
        let weight: Vec<f64> = (1..=9).map(f64::from).collect();
        let y = forward(ONE_CHANNEL, &x, &weight, Some(&[0.5]));
        assert_eq!(y, [9.5, 8.5, 7.5, 6.5, 5.5, 4.5, 3.5, 2.5, 1.5]);
    }

    #[test]
    fn one_by_one_kernel_is_a_matrix_product_over_channels() {
        let d = Dims { n: 1, height: 1, width: 3, in_channels: 2, out_channels: 2, kernel: 1, stride: 2, padding: 0 };
        let y = forward(d, &[1.0, 2.0, 9.0, 9.0, 3.0, 4.0], &[1.0, 10.0, 100.0, 1000.0], None);
        assert_eq!(y, [21.0, 2100.0, 43.0, 4300.0]);
    }

    #[test]
    #[should_panic(expected = "does not fit")]
    fn refuses_a_kernel_larger_than_the_padded_image() {
        let d = Dims { kernel: 7, ..ONE_CHANNEL };
        forward(d, &[0.0; 9], &[0.0; 49], None);
    }
}
