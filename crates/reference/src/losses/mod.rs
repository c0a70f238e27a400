//! How far logits are from the answers, a file for each loss, and the two ways in which several heads meet in one of them.
//!
//!   L = mean over images of loss(z, q),    q = (1 - smoothing) * onehot(label) + smoothing / classes
//!
//! Of an image that is a mixture of two, onehot(label) is (1 - share) * onehot(label) + share * onehot(other).
//!
//! A loss sees the logits z of one image and its targets q; labels, their smoothing and heads are no concern of it.

mod cross_entropy;
mod mse;
mod tet;

/// The numbers that a loss may have.
pub type Options = [f64; 2];

/// A loss with its options.
pub struct Kind {
    pub name: &'static str,
    /// The options where nobody gives any; 0 for those that the loss does not have.
    pub usual: Options,
    /// Of one image: of its logits [classes] and targets [classes].
    pub loss: fn(options: Options, z: &[f64], q: &[f64]) -> f64,
    /// Its derivative at each logit.
    pub gradient: fn(options: Options, z: &[f64], q: &[f64]) -> Vec<f64>,
}

/// All there are, for tests that must not miss a new one.
pub const KINDS: [&Kind; 3] = [&cross_entropy::KIND, &mse::KIND, &tet::KIND];

/// A kind with its options, and the share of each target that is spread over all classes.
#[derive(Clone, Copy)]
pub struct Loss {
    pub kind: &'static Kind,
    pub options: Options,
    pub smoothing: f64,
}

impl Loss {
    /// With its usual options.
    ///
    /// # Panics
    /// If there is no such name.
    pub fn named(name: &str, smoothing: f64) -> Self {
        let kind = KINDS.into_iter().find(|kind| kind.name == name);
        let kind = kind.unwrap_or_else(|| panic!("there is no loss {name}"));
        Loss { kind, options: kind.usual, smoothing }
    }

    /// One of each kind.
    pub fn all(smoothing: f64) -> impl Iterator<Item = Loss> {
        KINDS.into_iter().map(move |kind| Loss { kind, options: kind.usual, smoothing })
    }
}

impl core::fmt::Debug for Loss {
    fn fmt(&self, out: &mut core::fmt::Formatter) -> core::fmt::Result {
        write!(out, "{} {:?}, smoothing {}", self.kind.name, self.options, self.smoothing)
    }
}

/// What an image is: of one class, or of a mixture of two.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    pub label: usize,
    pub other: usize,
    /// Of the other, 0 to 1.
    pub share: f64,
}

impl From<usize> for Label {
    fn from(label: usize) -> Self {
        Label { label, other: label, share: 0.0 }
    }
}

/// Logits are [batch, classes], labels [batch].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub batch: usize,
    pub classes: usize,
}

/// Mean over the batch.
pub fn forward(d: Dims, loss: &Loss, logits: &[f64], labels: &[impl Into<Label> + Copy]) -> f64 {
    check(d, logits, labels);
    let images = logits.chunks_exact(d.classes).zip(labels);
    let sum: f64 =
        images.map(|(z, &label)| (loss.kind.loss)(loss.options, z, &targets(d, loss.smoothing, label))).sum();
    sum / d.batch as f64
}

/// The gradient of each logit.
pub fn backward(d: Dims, loss: &Loss, logits: &[f64], labels: &[impl Into<Label> + Copy]) -> Vec<f64> {
    check(d, logits, labels);
    let images = logits.chunks_exact(d.classes).zip(labels);
    images
        .flat_map(|(z, &label)| (loss.kind.gradient)(loss.options, z, &targets(d, loss.smoothing, label)))
        .map(|g| g / d.batch as f64)
        .collect()
}

/// The loss of shortcut back-propagation over the logits z[l] of all heads with weights a[l] (the main head's is lambda
/// in the readings where it grows).
pub mod combined {
    use super::{Dims, Label, Loss};

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
        loss: &Loss,
        weights: &[f64],
        heads: &[Vec<f64>],
        labels: &[impl Into<Label> + Copy],
    ) -> f64 {
        assert_eq!(weights.len(), heads.len(), "loss: head weights");
        match combine {
            Combine::Logits => super::forward(d, loss, &weighted_sum(weights, heads), labels),
            Combine::Losses => weights.iter().zip(heads).map(|(a, z)| a * super::forward(d, loss, z, labels)).sum(),
        }
    }

    /// The gradient of each head's logits. Under `Logits` they all point the same way: a[l] times one vector.
    pub fn backward(
        combine: Combine,
        d: Dims,
        loss: &Loss,
        weights: &[f64],
        heads: &[Vec<f64>],
        labels: &[impl Into<Label> + Copy],
    ) -> Vec<Vec<f64>> {
        assert_eq!(weights.len(), heads.len(), "loss: head weights");
        let scaled = |a: f64, dz: &[f64]| dz.iter().map(|dz| a * dz).collect();
        match combine {
            Combine::Logits => {
                let shared = super::backward(d, loss, &weighted_sum(weights, heads), labels);
                weights.iter().map(|&a| scaled(a, &shared)).collect()
            }
            Combine::Losses => {
                let own = heads.iter().map(|z| super::backward(d, loss, z, labels));
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

/// A loss of each time step's logits, averaged over the steps; heads hold logits [steps, batch, classes].
pub mod each_step {
    use super::combined::{self, Combine};
    use super::{Dims, Label, Loss};

    pub fn forward(
        combine: Combine,
        d: Dims,
        steps: usize,
        loss: &Loss,
        weights: &[f64],
        heads: &[Vec<f64>],
        labels: &[impl Into<Label> + Copy],
    ) -> f64 {
        let of_step = |t| combined::forward(combine, d, loss, weights, &at_step(d, t, heads), labels);
        (0..steps).map(of_step).sum::<f64>() / steps as f64
    }

    /// The gradient of each head's logits, which lies as they do.
    pub fn backward(
        combine: Combine,
        d: Dims,
        steps: usize,
        loss: &Loss,
        weights: &[f64],
        heads: &[Vec<f64>],
        labels: &[impl Into<Label> + Copy],
    ) -> Vec<Vec<f64>> {
        let mut gradients = vec![Vec::new(); heads.len()];
        for t in 0..steps {
            let of_step = combined::backward(combine, d, loss, weights, &at_step(d, t, heads), labels);
            for (all, one) in gradients.iter_mut().zip(of_step) {
                all.extend(one.iter().map(|g| g / steps as f64));
            }
        }
        gradients
    }

    /// What answers are taken from: the mean over the steps of logits [steps, batch, classes].
    pub fn mean_of_steps(steps: usize, logits: &[f64]) -> Vec<f64> {
        let len = logits.len() / steps;
        (0..len).map(|i| (0..steps).map(|t| logits[t * len + i]).sum::<f64>() / steps as f64).collect()
    }

    fn at_step(d: Dims, t: usize, heads: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let len = d.batch * d.classes;
        heads.iter().map(|z| z[t * len..][..len].to_vec()).collect()
    }
}

/// The smoothed one-hot distribution q.
fn targets(d: Dims, smoothing: f64, label: impl Into<Label>) -> Vec<f64> {
    let Label { label, other, share } = label.into();
    let of = |k, label, share| if k == label { share } else { 0.0 };
    let hard = |k| (1.0 - smoothing) * (of(k, label, 1.0 - share) + of(k, other, share));
    (0..d.classes).map(|k| hard(k) + smoothing / d.classes as f64).collect()
}

fn check(d: Dims, logits: &[f64], labels: &[impl Into<Label> + Copy]) {
    assert_eq!(logits.len(), d.batch * d.classes, "loss: logits");
    assert_eq!(labels.len(), d.batch, "loss: labels");
    for (image, &label) in labels.iter().enumerate() {
        let Label { label, other, share } = label.into();
        for label in [label, other] {
            assert!(label < d.classes, "loss: label {label} of image {image}, but there are {} classes", d.classes);
        }
        assert!((0.0..=1.0).contains(&share), "loss: share {share} of image {image}");
    }
}

#[cfg(test)]
mod tests {
    use super::combined::Combine;
    use super::*;

    const DIMS: Dims = Dims { batch: 2, classes: 3 };

    fn cross_entropy(smoothing: f64) -> Loss {
        Loss::named("cross-entropy", smoothing)
    }

    #[test]
    fn equal_logits_cost_the_log_of_the_number_of_classes() {
        for smoothing in [0.0, 0.1] {
            let loss = forward(DIMS, &cross_entropy(smoothing), &[7.0; 6], &[0, 2]);
            assert!((loss - 3.0_f64.ln()).abs() < 1e-15);
        }
    }

    #[test]
    fn large_logits_do_not_overflow() {
        let logits = [1000.0, 0.0, 0.0, 0.0, 0.0, -1000.0];
        assert_eq!(forward(DIMS, &cross_entropy(0.0), &logits, &[1usize, 2]), (1000.0 + 1000.0 + 2.0_f64.ln()) / 2.0);
    }

    #[test]
    fn main_head_alone_is_the_plain_loss_in_both_combinations() {
        let main = vec![0.1, 0.9, -0.4, 0.0, 2.0, 1.0];
        let heads = [main.clone(), vec![5.0; 6]];
        for combine in [Combine::Logits, Combine::Losses] {
            for loss in Loss::all(0.1) {
                let total = combined::forward(combine, DIMS, &loss, &[1.0, 0.0], &heads, &[1, 0]);
                assert_eq!(total, forward(DIMS, &loss, &main, &[1, 0]));
                let gradients = combined::backward(combine, DIMS, &loss, &[1.0, 0.0], &heads, &[1, 0]);
                assert_eq!(gradients[0], backward(DIMS, &loss, &main, &[1, 0]));
                assert!(gradients[1].iter().all(|&g| g == 0.0));
            }
        }
    }

    /// Both share the gradient where the loss is linear in its targets.
    #[test]
    fn cross_entropy_of_a_mixture_is_the_mixture_of_both() {
        let (loss, z) = (cross_entropy(0.1), [0.1, 0.9, -0.4, 0.0, 2.0, 1.0]);
        let mixture = [(0, 2), (1, 0)].map(|(label, other)| Label { label, other, share: 0.25 });
        let apart = [[0, 1], [2, 0]].map(|labels| forward(DIMS, &loss, &z, &labels));
        let mixed = forward(DIMS, &loss, &z, &mixture);
        assert!((mixed - (0.75 * apart[0] + 0.25 * apart[1])).abs() < 1e-15);
    }

    #[test]
    fn names_are_different() {
        for (i, kind) in KINDS.iter().enumerate() {
            assert!(KINDS[..i].iter().all(|other| other.name != kind.name), "{}", kind.name);
        }
    }

    #[test]
    #[should_panic(expected = "label 3 of image 1")]
    fn refuses_a_label_that_is_no_class() {
        forward(DIMS, &cross_entropy(0.0), &[0.0; 6], &[0, 3]);
    }
}
