use super::{Layer, Norm, Spread, Sums, Table, Through, affine};

/// BNTT (Kim & Panda 2021): each step has a batch normalisation of its own, without a bias; parameters gamma `[T, C]`.
pub struct Bntt;

impl Norm for Bntt {
    fn name(&self) -> &'static str {
        "bntt"
    }

    fn statistics(&self) -> Spread {
        Spread::EachStep
    }

    fn parameter_len(&self, layer: &Layer) -> usize {
        layer.steps * layer.channels
    }

    fn forward(&self, layer: &Layer, parameters: &[f32], table: &mut Table) {
        for (t, gamma) in parameters.chunks_exact(layer.channels).enumerate() {
            let rows = table.step(t);
            for (c, &gamma) in gamma.iter().enumerate() {
                [rows.scale[c], rows.shift[c]] = affine(layer.eps, [rows.mean[c], rows.var[c]], [gamma, 0.0]);
            }
        }
    }

    fn backward(&self, layer: &Layer, parameters: &[f32], sums: &Sums, gradients: &mut [f32], table: &mut Table) {
        let channels = layer.channels;
        let steps = parameters.chunks_exact(channels).zip(gradients.chunks_exact_mut(channels));
        for (t, (gamma, dgamma)) in steps.enumerate() {
            let rows = table.step(t);
            for c in 0..channels {
                let [sum, centred] = sums.at(t, c);
                let through = Through::new(layer.eps, [rows.mean[c], rows.var[c]], sums.count / layer.steps);
                dgamma[c] += (centred * through.inverse) as f32;
                [rows.a[c], rows.b[c], rows.c[c]] =
                    through.coefficients(gamma[c] as f64, sum, centred).map(|x| x as f32);
            }
        }
    }
}
