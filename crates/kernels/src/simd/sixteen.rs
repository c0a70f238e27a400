use super::{QUADS, WIDTH, Wide};

const VECTORS: usize = 16 / WIDTH;
/// WebAssembly's compilers find registers for half of the sums of some neighbours, not for all.
const PART_VECTORS: usize = if cfg!(target_family = "wasm") { 2 } else { VECTORS };

/// Sixteen sums that meet in the end. At every width, number i is added to lane i % 16, and lanes meet as a tree whose
/// halves are added to each other: i and i + 8, then i and i + 4, i + 2, i + 1.
#[derive(Clone, Copy)]
pub struct Sixteen([Wide; VECTORS]);

/// The lanes of [`Sixteen`] that a loop sums at a time.
#[derive(Clone, Copy)]
pub struct Part([Wide; PART_VECTORS]);

impl Part {
    pub const FLOATS: usize = PART_VECTORS * WIDTH;

    #[inline(always)]
    pub fn zero() -> Self {
        Self([Wide::zero(); PART_VECTORS])
    }

    /// # Safety
    /// `from` must be readable for the part's floats.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Self {
        Self(core::array::from_fn(|v| unsafe { Wide::load(from.add(v * WIDTH)) }))
    }

    /// The first quads, if there are so many; the other lanes are zero.
    ///
    /// # Safety
    /// `from` must be readable for `4 * quads` floats.
    #[inline(always)]
    pub unsafe fn load_quads(from: *const f32, quads: usize) -> Self {
        Self(core::array::from_fn(|v| match quads.saturating_sub(v * QUADS) {
            0 => Wide::zero(),
            left => unsafe { Wide::load_quads(from.add(v * WIDTH), left.min(QUADS)) },
        }))
    }

    /// Adds a lane's product to each. Products of lanes that are zero in both change no sum: none is ever -0.
    #[inline(always)]
    pub fn add_products(&mut self, x: Self, y: Self) {
        for v in 0..PART_VECTORS {
            self.0[v] = self.0[v] + x.0[v] * y.0[v];
        }
    }
}

impl Sixteen {
    pub const PARTS: usize = VECTORS / PART_VECTORS;

    #[inline(always)]
    pub fn zero() -> Self {
        Self([Wide::zero(); VECTORS])
    }

    #[inline(always)]
    pub fn put(&mut self, part: usize, sums: Part) {
        self.0[part * PART_VECTORS..][..PART_VECTORS].copy_from_slice(&sums.0);
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
