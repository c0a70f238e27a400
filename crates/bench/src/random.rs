//! A linear congruential generator (Press et al., Numerical Recipes), the same as the WebAssembly benchmark's.

pub struct Random(u32);

impl Random {
    pub fn new(seed: u32) -> Self {
        Self(seed)
    }

    /// From 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0) / 4_294_967_296.0
    }

    /// From -0.5 to 0.5.
    pub fn floats(&mut self, length: usize) -> Vec<f32> {
        (0..length).map(|_| self.next() as f32 - 0.5).collect()
    }

    /// `[rows, words(channels)]`, each channel's bit one with the probability `rate`.
    pub fn bits(&mut self, rows: usize, channels: usize, rate: f64) -> Vec<u32> {
        let mut bits = Vec::with_capacity(rows * channels.div_ceil(32));
        for _ in 0..rows {
            for word in 0..channels.div_ceil(32) {
                let width = (channels - 32 * word).min(32);
                bits.push((0..width).fold(0, |bits, i| bits | u32::from(self.next() < rate) << i));
            }
        }
        bits
    }
}
