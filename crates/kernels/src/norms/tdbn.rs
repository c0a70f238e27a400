use super::{Layer, Norm, Sums, Table, Through, affine};

/// tdBN (Zheng et al. 2021): normalised values have the layer's deviation; parameters gamma `[C]`, beta `[C]`.
pub struct TdBn;

impl Norm for TdBn {
    fn name(&self) -> &'static str {
        "tdbn"
    }

    fn forward(&self, layer: &Layer, parameters: &[f32], table: &mut Table) {
        let (gamma, beta) = parameters.split_at(layer.channels);
        let rows = table.step(0);
        for c in 0..layer.channels {
            let factor = gamma[c] * layer.deviation;
            [rows.scale[c], rows.shift[c]] = affine(layer.eps, [rows.mean[c], rows.var[c]], [factor, beta[c]]);
        }
    }

    fn backward(&self, layer: &Layer, parameters: &[f32], sums: &Sums, gradients: &mut [f32], table: &mut Table) {
        let (dgamma, dbeta) = gradients.split_at_mut(layer.channels);
        let deviation = layer.deviation as f64;
        let rows = table.step(0);
        for c in 0..layer.channels {
            let [sum, centred] = sums.total(layer.channels, c);
            let through = Through::new(layer.eps, [rows.mean[c], rows.var[c]], sums.count);
            dgamma[c] += (centred * through.inverse * deviation) as f32;
            dbeta[c] += sum as f32;
            let factor = parameters[c] as f64 * deviation;
            [rows.a[c], rows.b[c], rows.c[c]] = through.coefficients(factor, sum, centred).map(|x| x as f32);
        }
    }
}
