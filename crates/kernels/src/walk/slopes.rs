//! How the backward loops get the surrogate's derivative.

use crate::simd::F32x4;
use crate::surrogates::Curve;

pub(super) trait Slopes: Sync {
    /// Whether `fill` is called at all, with the v of many neurons at once; otherwise `at` needs nothing.
    const IN_STRIPS: bool;

    /// Replaces each v by the derivative there.
    fn fill(&self, v: &mut [F32x4]);

    /// The derivative, where `filled` is what `fill` left.
    fn at(&self, filled: F32x4) -> F32x4;
}

/// The derivative is this number.
pub(super) struct Flat(pub F32x4);

impl Slopes for Flat {
    const IN_STRIPS: bool = false;

    fn fill(&self, _: &mut [F32x4]) {}

    #[inline(always)]
    fn at(&self, _: F32x4) -> F32x4 {
        self.0
    }
}

impl Slopes for Curve {
    const IN_STRIPS: bool = true;

    #[inline(always)]
    fn fill(&self, v: &mut [F32x4]) {
        Curve::fill(self, v);
    }

    #[inline(always)]
    fn at(&self, filled: F32x4) -> F32x4 {
        filled
    }
}
