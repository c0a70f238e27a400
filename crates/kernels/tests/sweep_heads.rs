//! Heads and their losses: fully connected layers, and each loss over several heads.

mod support;

use kestirme_kernels::linear;
use kestirme_kernels::losses::{self as loss, Combine, Loss};
use kestirme_reference::{linear as linear_twin, losses as loss_twin};
use support::{Draw, Guarded, UNIT, close, gamma, magnitudes, widen};

#[test]
fn linear_forward_and_backward() {
    let mut draw = Draw::new(1);
    for [batch, inputs, outputs] in [[1, 1, 1], [1, 68, 10], [3, 4, 1], [5, 36, 100], [32, 512, 10]] {
        let d = linear::Dims { batch, inputs, outputs };
        let twin = linear_twin::Dims { batch, in_features: inputs, out_features: outputs };
        let name = format!("{twin:?}");
        let (x, weight) = (draw.numbers(batch * inputs), draw.numbers(outputs * inputs));
        let (bias, dy) = (draw.numbers(outputs), draw.numbers(batch * outputs));
        let mut y = Guarded::scratch(dy.len());
        linear::forward(&d, &Guarded::new(&x), &Guarded::new(&weight), &Guarded::new(&bias), &mut y);
        // A product, an addition for each input, one for the bias.
        let magnitude = linear_twin::forward(twin, &magnitudes(&x), &magnitudes(&weight), &magnitudes(&bias));
        let want = linear_twin::forward(twin, &widen(&x), &widen(&weight), &widen(&bias));
        close(&format!("{name}: y"), &y, &want, |i| gamma(inputs + 1) * magnitude[i]);

        let (weight_before, bias_before) = (draw.numbers(weight.len()), draw.numbers(outputs));
        let (mut dweight, mut dbias) = (Guarded::new(&weight_before), Guarded::new(&bias_before));
        let mut dx = Guarded::scratch(x.len());
        linear::backward(&d, &x, &weight, &Guarded::new(&dy), &mut dweight, &mut dbias, &mut dx);
        let want = linear_twin::backward(twin, &widen(&x), &widen(&weight), &widen(&dy));
        let magnitude = linear_twin::backward(twin, &magnitudes(&x), &magnitudes(&weight), &magnitudes(&dy));
        close(&format!("{name}: dx"), &dx, &want.dx, |i| gamma(outputs + 1) * magnitude.dx[i]);
        let added = |to: &[f32], sum: &[f64]| -> Vec<f64> { to.iter().zip(sum).map(|(a, b)| *a as f64 + b).collect() };
        let size = |to: &[f32], sum: &[f64], i: usize| to[i].abs() as f64 + sum[i];
        close(&format!("{name}: dweight"), &dweight, &added(&weight_before, &want.dweight), |i| {
            gamma(batch + 1) * size(&weight_before, &magnitude.dweight, i)
        });
        close(&format!("{name}: dbias"), &dbias, &added(&bias_before, &want.dbias), |i| {
            gamma(batch) * size(&bias_before, &magnitude.dbias, i)
        });
    }
}

struct Heads {
    d: loss::Dims,
    weights: Vec<f32>,
    loss: Loss,
    labels: Vec<usize>,
    /// Other labels and their shares, of mixtures.
    mix: Option<(Vec<i32>, Vec<f32>)>,
    logits: Vec<f32>,
}

impl Heads {
    fn new(heads: usize, batch: usize, classes: usize, scale: f32, loss: Loss, draw: &mut Draw) -> Self {
        Self::of_steps(1, heads, batch, classes, scale, loss, draw)
    }

    #[allow(clippy::too_many_arguments)]
    fn of_steps(
        steps: usize,
        heads: usize,
        batch: usize,
        classes: usize,
        scale: f32,
        loss: Loss,
        draw: &mut Draw,
    ) -> Self {
        Heads {
            d: loss::Dims { heads, steps, batch, classes },
            weights: draw.numbers(heads),
            loss,
            labels: (0..batch).map(|_| draw.below(classes)).collect(),
            mix: None,
            logits: draw.numbers(heads * steps * batch * classes).iter().map(|z| z * scale).collect(),
        }
    }

    /// The same of mixtures.
    fn mixed(mut self, draw: &mut Draw) -> Self {
        let others = (0..self.d.batch).map(|_| draw.below(self.d.classes) as i32).collect();
        self.mix = Some((others, draw.numbers(self.d.batch).iter().map(|x| x.abs().min(1.0)).collect()));
        self
    }

    fn twin_labels(&self) -> Vec<loss_twin::Label> {
        let labels = self.labels.iter().map(|&label| label.into());
        let Some((others, shares)) = &self.mix else { return labels.collect() };
        let mixed = labels.zip(others.iter().zip(shares));
        mixed
            .map(|(label, (&other, &share))| loss_twin::Label { other: other as usize, share: share as f64, ..label })
            .collect()
    }

    fn twin(&self) -> (loss_twin::Dims, Vec<f64>, Vec<Vec<f64>>) {
        let Heads { d, .. } = self;
        let heads = self.logits.chunks_exact(d.steps * d.batch * d.classes).map(widen).collect();
        (loss_twin::Dims { batch: d.batch, classes: d.classes }, widen(&self.weights), heads)
    }

    fn run(&self, combine: Combine, whole: usize) -> (loss::Outcome, Guarded<f32>) {
        let labels: Vec<i32> = self.labels.iter().map(|&label| label as i32).collect();
        let mut dlogits = Guarded::scratch(self.logits.len());
        let Heads { d, weights, loss, logits, .. } = self;
        let mix = self.mix.as_ref().map(|(labels, shares)| loss::Mix { labels, shares });
        let outcome = loss::forward_backward(d, combine, weights, loss, whole, &labels, mix, logits, &mut dlogits);
        (outcome, dlogits)
    }

    /// As answers are taken from them: in single precision where there are several steps.
    fn means(&self, logits: &[f64]) -> Vec<f64> {
        if self.d.steps == 1 {
            return logits.to_vec();
        }
        loss_twin::each_step::mean_of_steps(self.d.steps, logits).iter().map(|&z| z as f32 as f64).collect()
    }

    fn correct(&self, logits: &[f64]) -> u32 {
        let right = |(z, &label): (&[f64], &usize)| {
            let (before, after) = z.split_at(label);
            before.iter().all(|other| *other < z[label]) && after.iter().all(|other| *other <= z[label])
        };
        logits.chunks_exact(self.d.classes).zip(&self.labels).filter(|&(z, label)| right((z, label))).count() as u32
    }
}

fn cross_entropy(smoothing: f32) -> Loss {
    Loss::named("cross-entropy", [0.0; 2], smoothing)
}

/// A loss of the reference and its twin; options are drawn as the kernels can have them.
fn twins(smoothing: f32) -> impl Iterator<Item = (loss_twin::Loss, Loss)> {
    loss_twin::Loss::all(smoothing as f64).map(move |twin| {
        let options = twin.options.map(|option| option as f32);
        let kernel = Loss::named(twin.kind.name, options, smoothing);
        (loss_twin::Loss { options: options.map(f64::from), ..twin }, kernel)
    })
}

/// Both sides compute in f64, where a logit of size z is exact to 1e-16 z; a gradient is rounded to f32 once.
#[test]
fn losses_of_heads() {
    let mut draw = Draw::new(2);
    for [heads, batch, classes] in [[1, 1, 2], [1, 5, 10], [3, 1, 10], [4, 7, 100], [8, 3, 1]] {
        for (scale, smoothing) in [(1.0, 0.0), (20.0, 0.1), (1e4, 0.1), (0.0, 0.0)] {
            for ((twin, kernel), steps) in twins(smoothing).flat_map(|pair| [1, 3].map(|steps| (pair, steps))) {
                let case = Heads::of_steps(steps, heads, batch, classes, scale, kernel, &mut draw);
                let name = format!("{twin:?} of {heads} heads, {steps} x {batch} x {classes}, scale {scale}");
                compare(&name, &twin, &case, scale);
                compare(&format!("{name}, of mixtures"), &twin, &case.mixed(&mut draw), scale);
            }
        }
    }
}

fn compare(name: &str, twin: &loss_twin::Loss, case: &Heads, scale: f32) {
    let (d, weights, logits) = case.twin();
    let labels = case.twin_labels();
    for (combine, twin_combine) in [
        (Combine::Logits, loss_twin::combined::Combine::Logits),
        (Combine::Losses, loss_twin::combined::Combine::Losses),
    ] {
        // As part of a larger batch as well.
        for whole in [d.batch, 3 * d.batch] {
            let name = format!("{name}, {twin_combine:?}");
            let (outcome, dlogits) = case.run(combine, whole);
            let steps = case.d.steps;
            let mean = loss_twin::each_step::forward(twin_combine, d, steps, twin, &weights, &logits, &labels);
            let error = 1e-13 * (1.0 + scale as f64);
            let off = (outcome.loss / d.batch as f64 - mean).abs();
            // A loss may grow faster than its logits.
            assert!(off <= error.max(1e-13 * mean.abs()) * logits.len() as f64, "{name}: loss is off by {off:e}");
            let main = loss_twin::each_step::forward(twin_combine, d, steps, twin, &[1.0], &logits[..1], &labels);
            let off = (outcome.loss_main / d.batch as f64 - main).abs();
            assert!(off <= error.max(1e-13 * main.abs()) * logits.len() as f64, "{name}: main loss is off by {off:e}");
            let share = d.batch as f64 / whole as f64;
            let gradients = loss_twin::each_step::backward(twin_combine, d, steps, twin, &weights, &logits, &labels);
            let want: Vec<f64> = gradients.concat().iter().map(|g| g * share).collect();
            close(&format!("{name}: dlogits"), &dlogits, &want, |i| UNIT * want[i].abs() + error);
            let combined = case.means(&loss_twin::combined::weighted_sum(&weights, &logits));
            assert_eq!(outcome.correct, case.correct(&combined), "{name}: right answers");
            assert_eq!(
                outcome.correct_main,
                case.correct(&case.means(&logits[0])),
                "{name}: right answers of the main head"
            );
        }
    }
}

#[test]
fn kernels_and_reference_have_the_same_losses() {
    let names = loss_twin::KINDS.map(|kind| kind.name);
    assert_eq!(loss::KINDS.map(|kind| kind.name), names);
}

/// With weight 0 a head is out of it: its gradient is zero, and the main head's has the bits that it has alone.
#[test]
fn a_head_without_weight_changes_nothing() {
    let mut draw = Draw::new(3);
    let mut case = Heads::new(2, 4, 10, 5.0, cross_entropy(0.1), &mut draw);
    case.weights = vec![1.0, 0.0];
    let alone = Heads {
        d: loss::Dims { heads: 1, ..case.d },
        weights: vec![1.0],
        logits: case.logits[..40].to_vec(),
        labels: case.labels.clone(),
        mix: None,
        ..case
    };
    for combine in [Combine::Logits, Combine::Losses] {
        let ((both, gradients), (one, gradient)) = (case.run(combine, 4), alone.run(combine, 4));
        support::identical("main head", &gradients[..40], &gradient);
        assert!(gradients[40..].iter().all(|g| *g == 0.0));
        assert_eq!(both.loss.to_bits(), one.loss.to_bits());
        assert_eq!(both.loss_main.to_bits(), one.loss_main.to_bits());
    }
}

/// Without a share, the other label changes no bit.
#[test]
fn a_mixture_without_share_changes_nothing() {
    let mut draw = Draw::new(7);
    for (_, kernel) in twins(0.1) {
        let mut case = Heads::of_steps(2, 2, 5, 4, 3.0, kernel, &mut draw);
        let (plain, gradients) = case.run(Combine::Logits, 5);
        case.mix = Some((vec![3, 2, 1, 0, 3], vec![0.0; 5]));
        let (mixed, same) = case.run(Combine::Logits, 5);
        support::identical("gradients", &gradients, &same);
        assert_eq!(plain.loss.to_bits(), mixed.loss.to_bits());
    }
}

#[test]
fn equal_logits_choose_the_first_class() {
    let mut case = Heads::new(1, 2, 3, 0.0, cross_entropy(0.0), &mut Draw::new(4));
    (case.labels, case.weights) = (vec![0, 2], vec![1.0]);
    let (outcome, _) = case.run(Combine::Logits, 2);
    assert_eq!((outcome.correct, outcome.correct_main), (1, 1));
    assert!((outcome.loss - 2.0 * 3f64.ln()).abs() < 1e-14);
}

/// A wrong number must not be trained on in silence.
#[test]
#[should_panic]
fn refuses_a_label_beyond_the_classes() {
    let mut case = Heads::new(1, 1, 3, 1.0, cross_entropy(0.0), &mut Draw::new(5));
    case.labels = vec![3];
    case.run(Combine::Logits, 1);
}

#[test]
fn means_over_steps_are_those_of_the_twin() {
    let logits = Draw::new(6).numbers(5 * 3 * 7);
    let mut means = Guarded::scratch(3 * 7);
    loss::mean_of_steps(5, &Guarded::new(&logits), &mut means);
    let want = loss_twin::each_step::mean_of_steps(5, &widen(&logits));
    close("means", &means, &want, |i| UNIT * want[i].abs() + 1e-15);
}
