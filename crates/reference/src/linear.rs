//! Fully connected layer: y[b, o] = bias[o] + sum over i of weight[o, i] * x[b, i].

/// x is [batch, in_features], y [batch, out_features], weight [out_features, in_features], bias [out_features].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub batch: usize,
    pub in_features: usize,
    pub out_features: usize,
}

/// Gradients of the loss with respect to the three inputs of [`forward`].
#[derive(Clone, Debug)]
pub struct Gradients {
    pub dx: Vec<f64>,
    pub dweight: Vec<f64>,
    pub dbias: Vec<f64>,
}

pub fn forward(d: Dims, x: &[f64], weight: &[f64], bias: &[f64]) -> Vec<f64> {
    check(d, x, weight);
    assert_eq!(bias.len(), d.out_features, "linear: bias");
    let mut y = bias.repeat(d.batch);
    for_each_term(d, |iy, iw, ix| y[iy] += weight[iw] * x[ix]);
    y
}

pub fn backward(d: Dims, x: &[f64], weight: &[f64], dy: &[f64]) -> Gradients {
    check(d, x, weight);
    assert_eq!(dy.len(), d.batch * d.out_features, "linear: dy");
    let mut g =
        Gradients { dx: vec![0.0; x.len()], dweight: vec![0.0; weight.len()], dbias: vec![0.0; d.out_features] };
    for_each_term(d, |iy, iw, ix| {
        g.dx[ix] += weight[iw] * dy[iy];
        g.dweight[iw] += x[ix] * dy[iy];
    });
    for (iy, dy) in dy.iter().enumerate() {
        g.dbias[iy % d.out_features] += dy;
    }
    g
}

/// Calls `term(index in y, index in weight, index in x)` for each product of the sum, as in [`crate::conv2d`].
fn for_each_term(d: Dims, mut term: impl FnMut(usize, usize, usize)) {
    for b in 0..d.batch {
        for o in 0..d.out_features {
            for i in 0..d.in_features {
                term(b * d.out_features + o, o * d.in_features + i, b * d.in_features + i);
            }
        }
    }
}

fn check(d: Dims, x: &[f64], weight: &[f64]) {
    assert_eq!(x.len(), d.batch * d.in_features, "linear: x");
    assert_eq!(weight.len(), d.out_features * d.in_features, "linear: weight");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_weight_are_outputs() {
        let d = Dims { batch: 2, in_features: 2, out_features: 3 };
        let weight = [1.0, 0.0, 0.0, 1.0, 1.0, 1.0];
        let y = forward(d, &[1.0, 2.0, 3.0, 4.0], &weight, &[10.0, 20.0, 30.0]);
        assert_eq!(y, [11.0, 22.0, 33.0, 13.0, 24.0, 37.0]);
    }
}
