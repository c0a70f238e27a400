//! A penalty on firing rates that are not what they should be, of a layer's channels:
//!
//!   P = strength / C * sum over channels c of (r[c] - target)^2,   r[c] the mean of spikes over T, B, H and W

#[derive(Clone, Copy)]
pub struct Dims {
    pub batch: usize,
    /// In memory, and those of them that are the layer's.
    pub channels: usize,
    pub true_channels: usize,
    /// T H W: the spikes that a rate is the mean of.
    pub spikes: usize,
}

#[derive(Clone, Copy)]
pub struct Penalty {
    pub strength: f32,
    pub target: f32,
}

/// From the rates `[B, C]` of each image the penalty, times the images. Puts in their place what every spike of channel c
/// in image b receives, for a loss that is the mean over `whole` images of which these are a part.
pub fn forward_backward(d: &Dims, penalty: Penalty, whole: usize, rates: &mut [f32]) -> f64 {
    assert_eq!(rates.len(), d.batch * d.channels);
    assert!(d.batch > 0 && d.true_channels > 0 && d.true_channels <= d.channels, "rates of no channel");
    let (strength, target) = (penalty.strength as f64, penalty.target as f64);
    let each = strength / d.true_channels as f64;
    let scale = 2.0 * each / (whole * d.spikes) as f64;
    let mut sum = 0.0;
    for c in 0..d.channels {
        let image = |b: usize| b * d.channels + c;
        let error = (0..d.batch).map(|b| rates[image(b)] as f64).sum::<f64>() / d.batch as f64 - target;
        let is_own = c < d.true_channels;
        sum += if is_own { error * error } else { 0.0 };
        let gradient = if is_own { (scale * error) as f32 } else { 0.0 };
        (0..d.batch).for_each(|b| rates[image(b)] = gradient);
    }
    each * sum * d.batch as f64
}
