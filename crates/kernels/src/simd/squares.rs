use core::array::from_fn;

/// Eight sums of squares in double precision. Squares of f32 are exact in f64 and do not overflow: finite when all are.
pub struct Squares([f64; 8]);

impl Squares {
    pub fn zero() -> Self {
        Self([0.0; 8])
    }

    #[inline(always)]
    pub fn add(&mut self, x: &[f32; 8]) {
        // A sum of its own for each lane: an addition need not wait for the one before, and the lanes are a vector.
        self.0 = from_fn(|i| self.0[i] + x[i] as f64 * x[i] as f64);
    }

    pub fn total(&self) -> f64 {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + b) + (c + d)) + ((e + f) + (g + h))
    }
}
