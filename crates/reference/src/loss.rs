//! Softmax cross entropy with label smoothing, and the two ways in which several heads meet in one loss.
//!
//!   L = mean over images of  -sum over k of q[k] * log softmax(z)[k],    q = (1 - smoothing) * onehot(label) + smoothing / classes

/// Logits are [batch, classes], labels [batch].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub batch: usize,
    pub classes: usize,
}

/// Mean over the batch.
pub fn forward(d: Dims, smoothing: f64, logits: &[f64], labels: &[usize]) -> f64 {
    check(d, logits, labels);
    let mut sum = 0.0;
    for (z, &label) in logits.chunks_exact(d.classes).zip(labels) {
        for (k, log_p) in log_softmax(z).into_iter().enumerate() {
            sum -= target(d, smoothing, label, k) * log_p;
        }
    }
    sum / d.batch as f64
}

/// dz = (softmax(z) - q) / batch
pub fn backward(d: Dims, smoothing: f64, logits: &[f64], labels: &[usize]) -> Vec<f64> {
    check(d, logits, labels);
    let mut dlogits = Vec::with_capacity(logits.len());
    for (z, &label) in logits.chunks_exact(d.classes).zip(labels) {
        for (k, log_p) in log_softmax(z).into_iter().enumerate() {
            dlogits.push((log_p.exp() - target(d, smoothing, label, k)) / d.batch as f64);
        }
    }
    dlogits
}

/// The loss of shortcut back-propagation over the logits z[l] of all heads with weights a[l] (the main head's is lambda
/// in the readings where it grows).
pub mod combined {
    use super::Dims;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Combine {
        /// One loss on the weighted sum of logits: L(sum of a[l] * z[l]).
        Logits,
        /// The weighted sum of a loss per head: sum of a[l] * L(z[l]).
        Losses,
    }

    /// `heads` holds the logits of each head, `weights` one number per head.
    pub fn forward(
        combine: Combine,
        d: Dims,
        smoothing: f64,
        weights: &[f64],
        heads: &[Vec<f64>],
        labels: &[usize],
    ) -> f64 {
        assert_eq!(weights.len(), heads.len(), "loss: head weights");
        match combine {
            Combine::Logits => super::forward(d, smoothing, &weighted_sum(weights, heads), labels),
            Combine::Losses => {
                weights.iter().zip(heads).map(|(a, z)| a * super::forward(d, smoothing, z, labels)).sum()
            }
        }
    }

    /// The gradient of each head's logits. Under `Logits` they all point the same way: a[l] times one vector.
    pub fn backward(
        combine: Combine,
        d: Dims,
        smoothing: f64,
        weights: &[f64],
        heads: &[Vec<f64>],
        labels: &[usize],
    ) -> Vec<Vec<f64>> {
        assert_eq!(weights.len(), heads.len(), "loss: head weights");
        let scaled = |a: f64, dz: &[f64]| dz.iter().map(|dz| a * dz).collect();
        match combine {
            Combine::Logits => {
                let shared = super::backward(d, smoothing, &weighted_sum(weights, heads), labels);
                weights.iter().map(|&a| scaled(a, &shared)).collect()
            }
            Combine::Losses => {
                let own = heads.iter().map(|z| super::backward(d, smoothing, z, labels));
                weights.iter().zip(own).map(|(&a, dz)| scaled(a, &dz)).collect()
            }
        }
    }

    /// O = sum over heads of a[l] * z[l]: what the training accuracy is taken of.
    pub fn weighted_sum(weights: &[f64], heads: &[Vec<f64>]) -> Vec<f64> {
        let mut sum = vec![0.0; heads[0].len()];
        for (a, z) in weights.iter().zip(heads) {
            assert_eq!(z.len(), sum.len(), "loss: logits of each head");
            sum.iter_mut().zip(z).for_each(|(sum, z)| *sum += a * z);
        }
        sum
    }
}

fn target(d: Dims, smoothing: f64, label: usize, k: usize) -> f64 {
    let hard = if k == label { 1.0 - smoothing } else { 0.0 };
    hard + smoothing / d.classes as f64
}

/// The largest logit is subtracted first, so that exp cannot overflow.
fn log_softmax(z: &[f64]) -> Vec<f64> {
    let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let log_sum = z.iter().map(|z| (z - largest).exp()).sum::<f64>().ln();
    z.iter().map(|z| z - largest - log_sum).collect()
}

fn check(d: Dims, logits: &[f64], labels: &[usize]) {
    assert_eq!(logits.len(), d.batch * d.classes, "loss: logits");
    assert_eq!(labels.len(), d.batch, "loss: labels");
    for (image, &label) in labels.iter().enumerate() {
        assert!(label < d.classes, "loss: label {label} of image {image}, but there are {} classes", d.classes);
    }
}

#[cfg(test)]
mod tests {
    use super::combined::Combine;
    use super::*;

    const DIMS: Dims = Dims { batch: 2, classes: 3 };

    #[test]
    fn equal_logits_cost_the_log_of_the_number_of_classes() {
        for smoothing in [0.0, 0.1] {
            let loss = forward(DIMS, smoothing, &[7.0; 6], &[0, 2]);
            assert!((loss - 3.0_f64.ln()).abs() < 1e-15);
        }
    }

    #[test]
    fn large_logits_do_not_overflow() {
        let logits = [1000.0, 0.0, 0.0, 0.0, 0.0, -1000.0];
        assert_eq!(forward(DIMS, 0.0, &logits, &[1, 2]), (1000.0 + 1000.0 + 2.0_f64.ln()) / 2.0);
    }

    #[test]
    fn main_head_alone_is_the_plain_loss_in_both_combinations() {
        let main = vec![0.1, 0.9, -0.4, 0.0, 2.0, 1.0];
        let heads = [main.clone(), vec![5.0; 6]];
        for combine in [Combine::Logits, Combine::Losses] {
            let loss = combined::forward(combine, DIMS, 0.1, &[1.0, 0.0], &heads, &[1, 0]);
            assert_eq!(loss, forward(DIMS, 0.1, &main, &[1, 0]));
            let gradients = combined::backward(combine, DIMS, 0.1, &[1.0, 0.0], &heads, &[1, 0]);
            assert_eq!(gradients[0], backward(DIMS, 0.1, &main, &[1, 0]));
            assert!(gradients[1].iter().all(|&g| g == 0.0));
        }
    }

    #[test]
    #[should_panic(expected = "label 3 of image 1")]
    fn refuses_a_label_that_is_no_class() {
        forward(DIMS, 0.0, &[0.0; 6], &[0, 3]);
    }
}
