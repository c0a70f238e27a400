use super::{Layer, Norm, Sums, Table, Through, merged};

/// PSP-BN (Ikegawa et al. 2022): no mean is taken off, and the second moment <y^2> stands in place of the variance; parameters
/// gamma `[C]`, beta `[C]`, running statistics the moment `[C]`.
pub struct Pspbn;

impl Norm for Pspbn {
    fn name(&self) -> &'static str {
        "pspbn"
    }

    fn running_len(&self, layer: &Layer) -> usize {
        layer.channels
    }

    fn moments(&self, mean: &mut [f32], var: &mut [f32]) {
        for (mean, var) in mean.iter_mut().zip(var) {
            *var += *mean * *mean;
            *mean = 0.0;
        }
    }

    fn follow(&self, layer: &Layer, _: usize, _: usize, _: &[f32], moment: &[f32], running: &mut [f32]) {
        for (running, moment) in running.iter_mut().zip(moment) {
            *running = (1.0 - layer.momentum) * *running + layer.momentum * moment;
        }
    }

    fn recall(&self, _: &Layer, _: usize, running: &[f32], mean: &mut [f32], moment: &mut [f32]) {
        mean.fill(0.0);
        moment.copy_from_slice(running);
    }

    fn forward(&self, layer: &Layer, parameters: &[f32], table: &mut Table) {
        merged::forward(layer, 1.0, parameters, table);
    }

    /// dL/dy = scale * (g - xhat * mean(g * xhat)): without a mean, none of g is taken off either.
    fn backward(&self, layer: &Layer, parameters: &[f32], sums: &Sums, gradients: &mut [f32], table: &mut Table) {
        let (dgamma, dbeta) = gradients.split_at_mut(layer.channels);
        let rows = table.step(0);
        for c in 0..layer.channels {
            let [sum, product] = sums.total(c);
            let through = Through::new(layer.eps, [rows.mean[c], rows.var[c]], sums.count);
            dgamma[c] += (product * through.inverse) as f32;
            dbeta[c] += sum as f32;
            let [a, b, _] = through.coefficients(parameters[c] as f64, 0.0, product);
            [rows.a[c], rows.b[c], rows.c[c]] = [a as f32, b as f32, 0.0];
        }
    }
}
