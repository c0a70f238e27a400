use super::{WIDTH, Wide};

const VECTORS: usize = 16 / WIDTH;

/// Sixteen sums that meet in the end. At every width, number i is added to lane i % 16, and lanes meet as a tree whose
/// halves are added to each other: i and i + 8, then i and i + 4, i + 2, i + 1.
#[derive(Clone, Copy)]
pub struct Sixteen([Wide; VECTORS]);

impl Sixteen {
    #[inline(always)]
    pub fn zero() -> Self {
        Self([Wide::zero(); VECTORS])
    }

    /// # Safety
    /// `from` must be readable for sixteen floats.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Self {
        Self(core::array::from_fn(|v| unsafe { Wide::load(from.add(v * WIDTH)) }))
    }

    /// The first quads; the other lanes are zero.
    ///
    /// # Safety
    /// `from` must be readable for `4 * quads` floats, at most sixteen.
    #[inline(always)]
    pub unsafe fn load_quads(from: *const f32, quads: usize) -> Self {
        Self(core::array::from_fn(|v| match (4 * quads).saturating_sub(v * WIDTH) {
            0 => Wide::zero(),
            left => unsafe { Wide::load_quads(from.add(v * WIDTH), super::quads_of(left)) },
        }))
    }

    /// Adds a lane's product to each. Products of lanes that are zero in both change no sum: none is ever -0.
    #[inline(always)]
    pub fn add_products(&mut self, x: Self, y: Self) {
        for v in 0..VECTORS {
            self.0[v] = self.0[v] + x.0[v] * y.0[v];
        }
    }

    #[inline(always)]
    pub fn total(self) -> f32 {
        let mut vectors = self.0;
        let mut half = VECTORS / 2;
        while half > 0 {
            for v in 0..half {
                vectors[v] = vectors[v] + vectors[v + half];
            }
            half /= 2;
        }
        let [a, b, c, d] = vectors[0].folded();
        (a + c) + (b + d)
    }
}
