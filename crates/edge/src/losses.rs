use crate::{read, write};
use kestirme_kernels::losses::{self as kernel, Combine, Dims, Mix};

/// Losses are told by their place in this list.
#[cfg(not(target_family = "wasm"))]
pub fn loss_kernels() -> Vec<&'static str> {
    kernel::KINDS.iter().map(|kind| kind.name).collect()
}

/// Sums over the batch of the last call.
pub struct Loss {
    dims: Dims,
    combine: Combine,
    kind: kernel::Loss,
    loss: f64,
    loss_main: f64,
    correct: u32,
    correct_main: u32,
}

impl Loss {
    /// `steps`: time steps of which each has its logits, 1 for logits of all together. `loss`: its place in the kernels' list; options that it does not have are 0.
    pub fn new(
        heads: usize,
        steps: usize,
        batch: usize,
        classes: usize,
        one_loss: bool,
        loss: usize,
        first_option: f32,
        second_option: f32,
        smoothing: f32,
    ) -> Self {
        let combine = if one_loss { Combine::Logits } else { Combine::Losses };
        let kind = kernel::KINDS[loss].with([first_option, second_option], smoothing);
        Self { dims: Dims { heads, steps, batch, classes }, combine, kind, loss: 0.0, loss_main: 0.0, correct: 0, correct_main: 0 }
    }

    /// `whole`: images that the mean is over; this batch may be a part of them. `others`, `shares`: see `Mix`; 0 where no
    /// image is a mixture.
    pub fn forward_backward(
        &mut self,
        head_weights: *const f32,
        whole: usize,
        labels: *const i32,
        others: *const i32,
        shares: *const f32,
        logits: *const f32,
        dlogits: *mut f32,
    ) {
        let d = &self.dims;
        let len = d.heads * d.steps * d.batch * d.classes;
        let (weights, labels) = (read(head_weights, d.heads), read(labels, d.batch));
        let mix =
            (!others.is_null()).then(|| Mix { labels: read(others, d.batch), shares: read(shares, d.batch) });
        let (logits, dlogits) = (read(logits, len), write(dlogits, len));
        let outcome =
            kernel::forward_backward(d, self.combine, weights, &self.kind, whole, labels, mix, logits, dlogits);
        (self.loss, self.loss_main) = (outcome.loss, outcome.loss_main);
        (self.correct, self.correct_main) = (outcome.correct, outcome.correct_main);
    }

    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// Of the main head alone, as if its weight were 1.
    pub fn loss_main(&self) -> f64 {
        self.loss_main
    }

    pub fn correct(&self) -> u32 {
        self.correct
    }

    pub fn correct_main(&self) -> u32 {
        self.correct_main
    }
}

/// Means `[B, classes]` over the steps of logits `[steps, B, classes]`; `logits`: B * classes.
pub fn mean_of_steps(steps: usize, logits: usize, of: *const f32, means: *mut f32) {
    kernel::mean_of_steps(steps, read(of, steps * logits), write(means, logits));
}
