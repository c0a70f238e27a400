//! Norms with one map for all steps: gamma `[C]` times a factor, and beta `[C]`. A factor of 1 changes no bit.

use super::{Layer, Sums, Table, Through, affine};

pub fn forward(layer: &Layer, factor: f32, parameters: &[f32], table: &mut Table) {
    let (gamma, beta) = parameters.split_at(layer.channels);
    let rows = table.step(0);
    for c in 0..layer.channels {
        let map = affine(layer.eps, [rows.mean[c], rows.var[c]], [gamma[c] * factor, beta[c]]);
        [rows.scale[c], rows.shift[c]] = map;
    }
}

pub fn backward(layer: &Layer, factor: f32, parameters: &[f32], sums: &Sums, gradients: &mut [f32], table: &mut Table) {
    let (dgamma, dbeta) = gradients.split_at_mut(layer.channels);
    let factor = factor as f64;
    let rows = table.step(0);
    for c in 0..layer.channels {
        let [sum, centred] = sums.total(c);
        let through = Through::new(layer.eps, [rows.mean[c], rows.var[c]], sums.count);
        dgamma[c] += (centred * through.inverse * factor) as f32;
        dbeta[c] += sum as f32;
        let gamma = parameters[c] as f64 * factor;
        [rows.a[c], rows.b[c], rows.c[c]] = through.coefficients(gamma, sum, centred).map(|x| x as f32);
    }
}
