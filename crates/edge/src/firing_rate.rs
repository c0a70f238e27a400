use crate::write;
use kestirme_kernels::firing_rate::{self as kernel, Dims, Penalty};

/// From the rates `[B, C]` the penalty on them, times the images; what each spike receives goes in their place. `spikes`: in
/// a rate, T H W; `whole`: images that the loss is the mean over.
pub fn firing_rate_penalty(
    batch: usize,
    channels: usize,
    true_channels: usize,
    spikes: usize,
    strength: f32,
    target: f32,
    whole: usize,
    rates: *mut f32,
) -> f64 {
    let dims = Dims { batch, channels, true_channels, spikes };
    let rates = write(rates, batch * channels);
    kernel::forward_backward(&dims, Penalty { strength, target }, whole, rates)
}
