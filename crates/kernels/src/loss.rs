//! Softmax cross entropy with label smoothing, over a weighted sum of the heads' logits or as a weighted sum of losses.
//!
//!   logits:  O = sum_l a_l z_l,  L = CE(O, y)            dL/dz_l = a_l (softmax(O) - q) / B
//!   losses:  L = sum_l a_l CE(z_l, y)                    dL/dz_l = a_l (softmax(z_l) - q) / B
//!
//! q = (1 - s) onehot(y) + s / classes. In f64 inside; exp and log from libm, the same on every host.

/// Heads' logits `[heads, B, classes]`, main head first.
#[derive(Clone, Copy)]
pub struct Dims {
    pub heads: usize,
    pub batch: usize,
    pub classes: usize,
}

/// How the heads meet.
#[derive(Clone, Copy, PartialEq)]
pub enum Combine {
    Logits,
    Losses,
}

pub struct Outcome {
    /// Sum over the batch.
    pub loss: f64,
    /// Right answers of the combined logits, and of the main head.
    pub correct: u32,
    pub correct_main: u32,
}

/// Writes `dlogits` (as `logits` lie), for a loss that is the mean over `whole` images of which these are a part.
#[allow(clippy::too_many_arguments)]
pub fn forward_backward(
    d: &Dims,
    combine: Combine,
    head_weights: &[f32],
    smoothing: f32,
    whole: usize,
    labels: &[i32],
    logits: &[f32],
    dlogits: &mut [f32],
) -> Outcome {
    let head = d.batch * d.classes;
    assert_eq!((logits.len(), dlogits.len()), (d.heads * head, d.heads * head));
    assert_eq!((labels.len(), head_weights.len()), (d.batch, d.heads));
    assert!(labels.iter().all(|&label| (label as usize) < d.classes));
    let mut outcome = Outcome { loss: 0.0, correct: 0, correct_main: 0 };
    let scale = 1.0 / whole as f64;
    for (b, &label) in labels.iter().enumerate() {
        let target = Target { label: label as usize, smoothing: smoothing as f64, classes: d.classes };
        let of = |head_index: usize| &logits[head_index * head + b * d.classes..][..d.classes];
        let combined = |k: usize| (0..d.heads).map(|l| head_weights[l] as f64 * of(l)[k] as f64).sum();
        outcome.correct_main += (argmax(d.classes, |k| of(0)[k] as f64) == target.label) as u32;
        outcome.correct += (argmax(d.classes, combined) == target.label) as u32;
        match combine {
            Combine::Logits => {
                let log_sum = log_sum_exp(d.classes, combined);
                outcome.loss += target.loss(log_sum, combined);
                for k in 0..d.classes {
                    let gradient = (libm::exp(combined(k) - log_sum) - target.share(k)) * scale;
                    for (l, &a) in head_weights.iter().enumerate() {
                        dlogits[l * head + b * d.classes + k] = (a as f64 * gradient) as f32;
                    }
                }
            }
            Combine::Losses => {
                for (l, &a) in head_weights.iter().enumerate() {
                    let own = |k: usize| of(l)[k] as f64;
                    let log_sum = log_sum_exp(d.classes, own);
                    outcome.loss += a as f64 * target.loss(log_sum, own);
                    for k in 0..d.classes {
                        let gradient = (libm::exp(own(k) - log_sum) - target.share(k)) * scale;
                        dlogits[l * head + b * d.classes + k] = (a as f64 * gradient) as f32;
                    }
                }
            }
        }
    }
    outcome
}

/// The smoothed one-hot distribution q.
struct Target {
    label: usize,
    smoothing: f64,
    classes: usize,
}

impl Target {
    fn share(&self, k: usize) -> f64 {
        let base = self.smoothing / self.classes as f64;
        if k == self.label { 1.0 - self.smoothing + base } else { base }
    }

    fn loss(&self, log_sum: f64, z: impl Fn(usize) -> f64) -> f64 {
        (0..self.classes).map(|k| self.share(k) * (log_sum - z(k))).sum()
    }
}

fn log_sum_exp(classes: usize, z: impl Fn(usize) -> f64) -> f64 {
    let top = (0..classes).map(&z).fold(f64::NEG_INFINITY, f64::max);
    top + libm::log((0..classes).map(|k| libm::exp(z(k) - top)).sum())
}

/// The first of the largest.
fn argmax(classes: usize, z: impl Fn(usize) -> f64) -> usize {
    (1..classes).fold(0, |best, k| if z(k) > z(best) { k } else { best })
}
