//! Mean over time and space: from the spikes of a tap to one firing rate per image and channel.
//!
//! Followed by [`crate::linear`] it is a whole head, main or shortcut. Averaging logits over time after a linear layer per
//! step would give the same, since the layer is linear.

/// x is [time_steps, batch, height, width, channels], y [batch, channels].
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub time_steps: usize,
    pub batch: usize,
    pub height: usize,
    pub width: usize,
    pub channels: usize,
}

impl Dims {
    pub fn x_len(&self) -> usize {
        self.time_steps * self.batch * self.height * self.width * self.channels
    }

    pub fn y_len(&self) -> usize {
        self.batch * self.channels
    }

    fn averaged(&self) -> f64 {
        (self.time_steps * self.height * self.width) as f64
    }

    /// Where an element of x goes in y.
    fn target(&self, i: usize) -> usize {
        let channel = i % self.channels;
        let image = i / (self.channels * self.width * self.height) % self.batch;
        image * self.channels + channel
    }
}

pub fn forward(d: Dims, x: &[f64]) -> Vec<f64> {
    assert_eq!(x.len(), d.x_len(), "global_average_pool: x");
    let mut y = vec![0.0; d.y_len()];
    for (i, x) in x.iter().enumerate() {
        y[d.target(i)] += x / d.averaged();
    }
    y
}

/// The same number for every time step and pixel of a channel.
pub fn backward(d: Dims, dy: &[f64]) -> Vec<f64> {
    assert_eq!(dy.len(), d.y_len(), "global_average_pool: dy");
    (0..d.x_len()).map(|i| dy[d.target(i)] / d.averaged()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_over_time_and_space_but_not_over_batch_and_channels() {
        let d = Dims { time_steps: 2, batch: 2, height: 1, width: 2, channels: 2 };
        let x: Vec<f64> = (0..16).map(f64::from).collect();
        // Image 0 is elements 0-3 and 8-11, image 1 is 4-7 and 12-15; channels alternate.
        assert_eq!(forward(d, &x), [5.0, 6.0, 9.0, 10.0]);
        let dx = backward(d, &[4.0, 8.0, 12.0, 16.0]);
        assert_eq!(dx, [1.0, 2.0, 1.0, 2.0, 3.0, 4.0, 3.0, 4.0].repeat(2));
    }
}
