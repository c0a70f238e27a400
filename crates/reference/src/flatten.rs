//! A map as the row of numbers that a fully connected layer reads, in PyTorch's order: all pixels of a channel, then those
//! of the next, as nn.Flatten gives them of [N, C, H, W].
//!
//!   y[n, c * pixels + p] = x[n, p, c]

/// x is [n, pixels, channels], y [n, channels * pixels].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    /// Images: T * B.
    pub n: usize,
    pub pixels: usize,
    pub channels: usize,
}

impl Dims {
    pub fn len(&self) -> usize {
        self.n * self.pixels * self.channels
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

pub fn forward(d: Dims, x: &[f64]) -> Vec<f64> {
    assert_eq!(x.len(), d.len(), "flatten: x");
    let mut y = vec![0.0; d.len()];
    for_each_number(d, |ix, iy| y[iy] = x[ix]);
    y
}

/// The gradient of x: every number goes back to where it came from.
pub fn backward(d: Dims, dy: &[f64]) -> Vec<f64> {
    assert_eq!(dy.len(), d.len(), "flatten: dy");
    let mut dx = vec![0.0; d.len()];
    for_each_number(d, |ix, iy| dx[ix] = dy[iy]);
    dx
}

/// Calls `visit(index in x, index in y)`.
fn for_each_number(d: Dims, mut visit: impl FnMut(usize, usize)) {
    for n in 0..d.n {
        for p in 0..d.pixels {
            for c in 0..d.channels {
                visit((n * d.pixels + p) * d.channels + c, (n * d.channels + c) * d.pixels + p);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_come_one_after_the_other() {
        let d = Dims { n: 1, pixels: 2, channels: 3 };
        let x = [1.0, 2.0, 3.0, 10.0, 20.0, 30.0];
        assert_eq!(forward(d, &x), [1.0, 10.0, 2.0, 20.0, 3.0, 30.0]);
        assert_eq!(backward(d, &forward(d, &x)), x);
    }
}
