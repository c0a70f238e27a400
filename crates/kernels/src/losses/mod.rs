//! How far logits are from the answers, a file for each loss: of a weighted sum of the heads' logits, or a weighted sum of
//! a loss for each head.
//!
//!   logits:  O = sum_l a_l z_l,  L = loss(O, q)          dL/dz_l = a_l loss'(O, q) / B
//!   losses:  L = sum_l a_l loss(z_l, q)                  dL/dz_l = a_l loss'(z_l, q) / B
//!
//! q = (1 - s) ((1 - m) onehot(y) + m onehot(y')) + s / classes, of images that are mixtures of two; m = 0 of others. In f64
//! inside. A loss sees one image's logits and targets, and nothing of heads.
//! Where logits of each time step are told apart, the loss is the mean over the steps of each one's own, and answers are
//! those of the mean logits.

mod cross_entropy;
mod mse;
mod tet;

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
pub const KINDS: [&Kind; 3] = [&cross_entropy::KIND, &mse::KIND, &tet::KIND];

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

/// The other labels of images that are mixtures of two, and the share of each in the target.
#[derive(Clone, Copy)]
pub struct Mix<'a> {
    pub labels: &'a [i32],
    pub shares: &'a [f32],
}

/// The distribution q of one image.
struct Targets {
    label: usize,
    /// The label itself of an image that is no mixture.
    other: usize,
    /// Of the other label.
    mixed: f64,
    smoothing: f64,
    classes: usize,
}

impl Targets {
    fn share(&self, k: usize) -> f64 {
        let base = self.smoothing / self.classes as f64;
        let own = if k == self.label { 1.0 - self.mixed } else { 0.0 };
        let other = if k == self.other { self.mixed } else { 0.0 };
        (1.0 - self.smoothing) * (own + other) + base
    }
}

/// Heads' logits `[heads, steps, B, classes]`, main head first; one step for logits of all time steps together.
#[derive(Clone, Copy)]
pub struct Dims {
    pub heads: usize,
    pub steps: usize,
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
    /// Sums over the batch: as it is minimised, and of the main head alone, as if its weight were 1.
    pub loss: f64,
    pub loss_main: f64,
    /// Right answers of the combined logits, and of the main head: the first label of a mixture.
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
    mix: Option<Mix>,
    logits: &[f32],
    dlogits: &mut [f32],
) -> Outcome {
    let head = d.steps * d.batch * d.classes;
    assert_eq!((logits.len(), dlogits.len()), (d.heads * head, d.heads * head));
    assert!(d.steps > 0, "logits of no step");
    assert_eq!((labels.len(), head_weights.len()), (d.batch, d.heads));
    let are_classes = |labels: &[i32]| labels.iter().all(|&label| (label as usize) < d.classes);
    assert!(are_classes(labels));
    if let Some(mix) = mix {
        assert_eq!((mix.labels.len(), mix.shares.len()), (d.batch, d.batch));
        assert!(are_classes(mix.labels));
    }
    let mut outcome = Outcome { loss: 0.0, loss_main: 0.0, correct: 0, correct_main: 0 };
    // Nothing but the main head's own logits: no loss needs to be computed twice.
    let is_main_alone = head_weights == [1.0];
    let scale = 1.0 / (whole * d.steps) as f64;
    let Loss { kind, options, smoothing } = *loss;
    for (b, &label) in labels.iter().enumerate() {
        let (other, mixed) = mix.map_or((label, 0.0), |mix| (mix.labels[b], mix.shares[b] as f64));
        let q = Targets { label: label as usize, other: other as usize, mixed, smoothing, classes: d.classes };
        let place = |l: usize, t: usize| l * head + (t * d.batch + b) * d.classes;
        let of = |l: usize, t: usize, k: usize| logits[place(l, t) + k] as f64;
        let combined = |t: usize, k: usize| -> f64 { (0..d.heads).map(|l| head_weights[l] as f64 * of(l, t, k)).sum() };
        outcome.correct_main += (answer(d, |t, k| of(0, t, k)) == q.label) as u32;
        outcome.correct += (answer(d, combined) == q.label) as u32;
        for t in 0..d.steps {
            match combine {
                Combine::Logits => {
                    let z = |k: usize| combined(t, k);
                    let combined = (kind.loss)(options, &z, &q, &mut |k, derivative| {
                        let gradient = derivative * scale;
                        for (l, &a) in head_weights.iter().enumerate() {
                            dlogits[place(l, t) + k] = (a as f64 * gradient) as f32;
                        }
                    });
                    outcome.loss += combined;
                    outcome.loss_main += match is_main_alone {
                        true => combined,
                        false => (kind.loss)(options, &|k| of(0, t, k), &q, &mut |_, _| {}),
                    };
                }
                Combine::Losses => {
                    for (l, &a) in head_weights.iter().enumerate() {
                        let z = |k: usize| of(l, t, k);
                        let own = (kind.loss)(options, &z, &q, &mut |k, derivative| {
                            let gradient = derivative * scale;
                            dlogits[place(l, t) + k] = (a as f64 * gradient) as f32;
                        });
                        outcome.loss += a as f64 * own;
                        if l == 0 {
                            outcome.loss_main += own;
                        }
                    }
                }
            }
        }
    }
    outcome.loss /= d.steps as f64;
    outcome.loss_main /= d.steps as f64;
    outcome
}

/// Means over the steps of logits `[steps, B, classes]`, rounded as the answers are taken from: `[B, classes]`.
pub fn mean_of_steps(steps: usize, logits: &[f32], means: &mut [f32]) {
    assert_eq!(logits.len(), steps * means.len());
    let len = means.len();
    for (i, mean) in means.iter_mut().enumerate() {
        *mean = mean_over(steps, |t| logits[t * len + i] as f64) as f32;
    }
}

fn mean_over(steps: usize, z: impl Fn(usize) -> f64) -> f64 {
    (0..steps).map(z).sum::<f64>() / steps as f64
}

/// The class of the largest logit, of their means where there are several steps.
fn answer(d: &Dims, z: impl Fn(usize, usize) -> f64) -> usize {
    if d.steps == 1 {
        return argmax(d.classes, |k| z(0, k));
    }
    argmax(d.classes, |k| mean_over(d.steps, |t| z(t, k)) as f32 as f64)
}

/// The first of the largest.
fn argmax(classes: usize, z: impl Fn(usize) -> f64) -> usize {
    (1..classes).fold(0, |best, k| if z(k) > z(best) { k } else { best })
}
