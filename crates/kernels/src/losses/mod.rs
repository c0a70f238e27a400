//! How far logits are from the answers, a file for each loss: of a weighted sum of the heads' logits, or a weighted sum of
//! a loss for each head.
//!
//!   logits:  O = sum_l a_l z_l,  L = loss(O, q)          dL/dz_l = a_l loss'(O, q) / B
//!   losses:  L = sum_l a_l loss(z_l, q)                  dL/dz_l = a_l loss'(z_l, q) / B
//!
//! q = (1 - s) onehot(y) + s / classes. In f64 inside. A loss sees one image's logits and targets, and nothing of heads.

mod cross_entropy;
mod mse;

/// The numbers that a loss may have.
type Options = [f64; 2];

/// The logits of one image, by class.
type Logits<'a> = &'a dyn Fn(usize) -> f64;

/// To be called as `gradient(k, derivative)` for each logit.
type Gradient<'a> = &'a mut dyn FnMut(usize, f64);

/// A loss with its options.
pub struct Kind {
    pub name: &'static str,
    /// Of one image.
    loss: fn(options: Options, z: Logits, q: &Targets, gradient: Gradient) -> f64,
}

/// All there are; a kind's place is its number at the edge.
pub const KINDS: [&Kind; 2] = [&cross_entropy::KIND, &mse::KIND];

/// A kind with its options, and the share s of each target that is spread over all classes.
#[derive(Clone, Copy)]
pub struct Loss {
    kind: &'static Kind,
    options: Options,
    smoothing: f64,
}

impl Kind {
    pub const fn with(&'static self, options: [f32; 2], smoothing: f32) -> Loss {
        let [first, second] = options;
        Loss { kind: self, options: [first as f64, second as f64], smoothing: smoothing as f64 }
    }
}

impl Loss {
    /// # Panics
    /// If there is no such name.
    pub fn named(name: &str, options: [f32; 2], smoothing: f32) -> Self {
        let kind = KINDS.into_iter().find(|kind| kind.name == name);
        kind.unwrap_or_else(|| panic!("there is no loss {name}")).with(options, smoothing)
    }
}

/// The smoothed one-hot distribution q of one image.
struct Targets {
    label: usize,
    smoothing: f64,
    classes: usize,
}

impl Targets {
    fn share(&self, k: usize) -> f64 {
        let base = self.smoothing / self.classes as f64;
        if k == self.label { 1.0 - self.smoothing + base } else { base }
    }
}

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
    loss: &Loss,
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
    let Loss { kind, options, smoothing } = *loss;
    for (b, &label) in labels.iter().enumerate() {
        let q = Targets { label: label as usize, smoothing, classes: d.classes };
        let of = |head_index: usize| &logits[head_index * head + b * d.classes..][..d.classes];
        let combined = |k: usize| (0..d.heads).map(|l| head_weights[l] as f64 * of(l)[k] as f64).sum();
        outcome.correct_main += (argmax(d.classes, |k| of(0)[k] as f64) == q.label) as u32;
        outcome.correct += (argmax(d.classes, combined) == q.label) as u32;
        match combine {
            Combine::Logits => {
                outcome.loss += (kind.loss)(options, &combined, &q, &mut |k, derivative| {
                    let gradient = derivative * scale;
                    for (l, &a) in head_weights.iter().enumerate() {
                        dlogits[l * head + b * d.classes + k] = (a as f64 * gradient) as f32;
                    }
                });
            }
            Combine::Losses => {
                for (l, &a) in head_weights.iter().enumerate() {
                    let own = |k: usize| of(l)[k] as f64;
                    outcome.loss += a as f64
                        * (kind.loss)(options, &own, &q, &mut |k, derivative| {
                            let gradient = derivative * scale;
                            dlogits[l * head + b * d.classes + k] = (a as f64 * gradient) as f32;
                        });
                }
            }
        }
    }
    outcome
}

/// The first of the largest.
fn argmax(classes: usize, z: impl Fn(usize) -> f64) -> usize {
    (1..classes).fold(0, |best, k| if z(k) > z(best) { k } else { best })
}
