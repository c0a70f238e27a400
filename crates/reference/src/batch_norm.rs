//! Batch normalisation per channel over time, batch and space together (Ioffe & Szegedy 2015; over T as in Guo et al.).
//!
//!   y = weight * xhat + bias,   xhat = (x - mean) / sqrt(var + eps)
//!
//! Training takes mean and *biased* variance from the batch, and moves the running estimates towards the mean and the
//! *unbiased* variance, as PyTorch does. Evaluation takes the running estimates.

/// x and y are [rows, channels]; rows = T * B * H * W.
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub rows: usize,
    pub channels: usize,
    /// How often each row stands in the batch: T for the stem of a direct-coded image, which is the same at every step
    /// and computed once; 1 elsewhere. Mean, biased variance and gradients do not see it (dy of such a stem is the sum
    /// over steps); only the count in the unbiased variance does.
    pub repeats: usize,
}

#[derive(Clone, Copy, Debug)]
pub struct Params {
    pub eps: f64,
    /// Share of the new batch in the running estimates.
    pub momentum: f64,
}

impl Default for Params {
    fn default() -> Self {
        Params { eps: 1e-5, momentum: 0.1 }
    }
}

/// Mean and variance of each channel.
#[derive(Clone, Debug)]
pub struct Statistics {
    pub mean: Vec<f64>,
    pub var: Vec<f64>,
}

impl Statistics {
    /// The running estimates of a fresh layer: mean 0, variance 1.
    pub fn fresh(channels: usize) -> Self {
        Statistics { mean: vec![0.0; channels], var: vec![1.0; channels] }
    }

    /// Mean and biased variance of a batch.
    pub fn of(d: Dims, x: &[f64]) -> Self {
        assert_eq!(x.len(), d.rows * d.channels, "batch_norm: x");
        let count = d.rows as f64;
        let mean: Vec<f64> = sum_rows(d, |i, _| x[i]).iter().map(|sum| sum / count).collect();
        let var = sum_rows(d, |i, c| (x[i] - mean[c]).powi(2)).iter().map(|sum| sum / count).collect();
        Statistics { mean, var }
    }

    /// Moves running estimates towards those of a batch.
    ///
    /// # Panics
    /// If the batch holds one value per channel: its unbiased variance is 0/0.
    pub fn follow(&mut self, d: Dims, momentum: f64, batch: &Statistics) {
        let count = d.rows * d.repeats;
        assert!(count > 1, "batch_norm: training needs more than one value per channel, got {count}");
        let unbiased = count as f64 / (count - 1) as f64;
        for c in 0..d.channels {
            self.mean[c] += momentum * (batch.mean[c] - self.mean[c]);
            self.var[c] += momentum * (unbiased * batch.var[c] - self.var[c]);
        }
    }
}

/// Gradients of the loss with respect to x, weight and bias.
#[derive(Clone, Debug)]
pub struct Gradients {
    pub dx: Vec<f64>,
    pub dweight: Vec<f64>,
    pub dbias: Vec<f64>,
}

/// Returns y and the statistics of the batch, which [`backward_train`] needs; updates `running`.
pub fn forward_train(
    p: Params,
    d: Dims,
    x: &[f64],
    weight: &[f64],
    bias: &[f64],
    running: &mut Statistics,
) -> (Vec<f64>, Statistics) {
    let batch = Statistics::of(d, x);
    running.follow(d, p.momentum, &batch);
    (forward_eval(p, d, x, weight, bias, &batch), batch)
}

/// Normalises by the given statistics.
pub fn forward_eval(p: Params, d: Dims, x: &[f64], weight: &[f64], bias: &[f64], by: &Statistics) -> Vec<f64> {
    assert_eq!(weight.len(), d.channels, "batch_norm: weight");
    assert_eq!(bias.len(), d.channels, "batch_norm: bias");
    let xhat = normalise(p, d, x, by);
    (0..x.len()).map(|i| weight[i % d.channels] * xhat[i] + bias[i % d.channels]).collect()
}

/// The batch's mean and variance depend on x too. With < > the mean over rows,
///
///   dx = weight / sqrt(var + eps) * (dy - <dy> - xhat * <dy * xhat>)
pub fn backward_train(p: Params, d: Dims, x: &[f64], weight: &[f64], batch: &Statistics, dy: &[f64]) -> Gradients {
    let mut g = backward_eval(p, d, x, weight, batch, dy);
    let xhat = normalise(p, d, x, batch);
    let count = d.rows as f64;
    for (i, dx) in g.dx.iter_mut().enumerate() {
        let c = i % d.channels;
        // dbias is the sum of dy, dweight the sum of dy * xhat.
        let through_statistics = (g.dbias[c] + xhat[i] * g.dweight[c]) / count;
        *dx -= weight[c] / (batch.var[c] + p.eps).sqrt() * through_statistics;
    }
    g
}

/// With fixed statistics the layer is linear in x.
pub fn backward_eval(p: Params, d: Dims, x: &[f64], weight: &[f64], by: &Statistics, dy: &[f64]) -> Gradients {
    assert_eq!(dy.len(), d.rows * d.channels, "batch_norm: dy");
    assert_eq!(weight.len(), d.channels, "batch_norm: weight");
    let xhat = normalise(p, d, x, by);
    let scale: Vec<f64> = weight.iter().zip(&by.var).map(|(w, var)| w / (var + p.eps).sqrt()).collect();
    Gradients {
        dx: (0..dy.len()).map(|i| scale[i % d.channels] * dy[i]).collect(),
        dweight: sum_rows(d, |i, _| dy[i] * xhat[i]),
        dbias: sum_rows(d, |i, _| dy[i]),
    }
}

fn normalise(p: Params, d: Dims, x: &[f64], by: &Statistics) -> Vec<f64> {
    assert_eq!(x.len(), d.rows * d.channels, "batch_norm: x");
    let normal = |(i, x): (usize, &f64)| (x - by.mean[i % d.channels]) / (by.var[i % d.channels] + p.eps).sqrt();
    x.iter().enumerate().map(normal).collect()
}

/// Sums `term(index, channel)` over rows, for each channel.
fn sum_rows(d: Dims, term: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    (0..d.channels).map(|c| (0..d.rows).map(|row| term(row * d.channels + c, c)).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises_by_biased_and_remembers_unbiased_variance() {
        let d = Dims { rows: 4, channels: 1, repeats: 1 };
        let p = Params { eps: 0.0, momentum: 0.1 };
        let mut running = Statistics::fresh(1);
        let (y, batch) = forward_train(p, d, &[1.0, 1.0, 5.0, 5.0], &[3.0], &[1.0], &mut running);
        assert_eq!(y, [-2.0, -2.0, 4.0, 4.0]);
        assert_eq!((batch.mean[0], batch.var[0]), (3.0, 4.0));
        assert!((running.mean[0] - 0.3).abs() < 1e-15);
        assert!((running.var[0] - (0.9 + 0.1 * 16.0 / 3.0)).abs() < 1e-15);
    }

    /// Computing a direct-coded stem once must equal computing it at each of T steps.
    #[test]
    fn a_row_that_counts_t_times_equals_t_equal_rows() {
        let (p, time_steps) = (Params::default(), 3);
        let once = Dims { rows: 2, channels: 2, repeats: time_steps };
        let each = Dims { rows: 2 * time_steps, channels: 2, repeats: 1 };
        let x = [0.3, -1.0, 0.8, 2.0];
        let (weight, bias) = ([1.5, -0.5], [0.1, 0.2]);
        let dy: Vec<f64> = (0..12).map(|i| (i * i % 7) as f64 - 2.0).collect();
        let dy_sum: Vec<f64> = (0..4).map(|i| dy[i] + dy[4 + i] + dy[8 + i]).collect();

        let (mut running_once, mut running_each) = (Statistics::fresh(2), Statistics::fresh(2));
        let (y, stats) = forward_train(p, once, &x, &weight, &bias, &mut running_once);
        let (ys, stats_each) = forward_train(p, each, &x.repeat(time_steps), &weight, &bias, &mut running_each);
        let g = backward_train(p, once, &x, &weight, &stats, &dy_sum);
        let gs = backward_train(p, each, &x.repeat(time_steps), &weight, &stats_each, &dy);

        let close = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(close(&y.repeat(time_steps), &ys));
        assert!(close(&running_once.mean, &running_each.mean) && close(&running_once.var, &running_each.var));
        let dx_sum: Vec<f64> = (0..4).map(|i| gs.dx[i] + gs.dx[4 + i] + gs.dx[8 + i]).collect();
        assert!(close(&g.dx, &dx_sum) && close(&g.dweight, &gs.dweight) && close(&g.dbias, &gs.dbias));
    }

    #[test]
    #[should_panic(expected = "more than one value")]
    fn refuses_to_train_on_one_value() {
        let d = Dims { rows: 1, channels: 1, repeats: 1 };
        forward_train(Params::default(), d, &[1.0], &[1.0], &[0.0], &mut Statistics::fresh(1));
    }
}
