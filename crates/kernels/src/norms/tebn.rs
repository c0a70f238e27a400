use super::{Layer, Norm, Spread, Sums, Table, Through, affine};

/// TEBN (Duan et al. 2022): batch normalisation over all steps together, times a learned number for each step; parameters
/// gamma `[C]`, beta `[C]`, p `[T]`.
pub struct Tebn;

impl Norm for Tebn {
    fn name(&self) -> &'static str {
        "tebn"
    }

    fn map(&self) -> Spread {
        Spread::EachStep
    }

    fn parameter_len(&self, layer: &Layer) -> usize {
        2 * layer.channels + layer.steps
    }

    fn forward(&self, layer: &Layer, parameters: &[f32], table: &mut Table) {
        let (gamma, rest) = parameters.split_at(layer.channels);
        let (beta, factors) = rest.split_at(layer.channels);
        for (t, p) in factors.iter().enumerate() {
            let rows = table.step(t);
            for c in 0..layer.channels {
                let map = affine(layer.eps, [rows.mean[c], rows.var[c]], [gamma[c], beta[c]]);
                [rows.scale[c], rows.shift[c]] = map.map(|x| p * x);
            }
        }
    }

    /// A step's part of the sums counts p times; dp is the sum of g * (gamma * xhat + beta).
    fn backward(&self, layer: &Layer, parameters: &[f32], sums: &Sums, gradients: &mut [f32], table: &mut Table) {
        let channels = layer.channels;
        let (gamma, rest) = parameters.split_at(channels);
        let (beta, factors) = rest.split_at(channels);
        let (dgamma, rest) = gradients.split_at_mut(channels);
        let (dbeta, dfactors) = rest.split_at_mut(channels);
        for c in 0..channels {
            let rows = table.step(0);
            let through = Through::new(layer.eps, [rows.mean[c], rows.var[c]], sums.count);
            let (mut sum, mut centred) = (0.0, 0.0);
            for (t, &p) in factors.iter().enumerate() {
                let [g, gy] = sums.at(t, c);
                sum += p as f64 * g;
                centred += p as f64 * gy;
            }
            dgamma[c] += (centred * through.inverse) as f32;
            dbeta[c] += sum as f32;
            let [a, b, shift] = through.coefficients(gamma[c] as f64, sum, centred);
            for (t, &p) in factors.iter().enumerate() {
                let rows = table.step(t);
                [rows.a[c], rows.b[c], rows.c[c]] = [p as f64 * a, b, shift].map(|x| x as f32);
            }
        }
        for (t, dp) in dfactors.iter_mut().enumerate() {
            let rows = table.step(t);
            let mut sum = 0.0;
            for c in 0..channels {
                let through = Through::new(layer.eps, [rows.mean[c], rows.var[c]], sums.count);
                let [g, gy] = sums.at(t, c);
                sum += gamma[c] as f64 * through.inverse * gy + beta[c] as f64 * g;
            }
            *dp += sum as f32;
        }
    }
}
