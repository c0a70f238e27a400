use super::{Layer, Norm, Sums, Table, Through, affine};

/// Batch normalisation over all steps together; parameters gamma `[C]`, beta `[C]`.
pub struct Bn;

impl Norm for Bn {
    fn name(&self) -> &'static str {
        "bn"
    }

    fn forward(&self, layer: &Layer, parameters: &[f32], table: &mut Table) {
        let (gamma, beta) = parameters.split_at(layer.channels);
        let rows = table.step(0);
        for c in 0..layer.channels {
            [rows.scale[c], rows.shift[c]] = affine(layer.eps, [rows.mean[c], rows.var[c]], [gamma[c], beta[c]]);
        }
    }

    fn backward(&self, layer: &Layer, parameters: &[f32], sums: &Sums, gradients: &mut [f32], table: &mut Table) {
        let (dgamma, dbeta) = gradients.split_at_mut(layer.channels);
        let rows = table.step(0);
        for c in 0..layer.channels {
            let [sum, centred] = sums.total(layer.channels, c);
            let through = Through::new(layer.eps, [rows.mean[c], rows.var[c]], sums.count);
            dgamma[c] += (centred * through.inverse) as f32;
            dbeta[c] += sum as f32;
            [rows.a[c], rows.b[c], rows.c[c]] =
                through.coefficients(parameters[c] as f64, sum, centred).map(|x| x as f32);
        }
    }
}
