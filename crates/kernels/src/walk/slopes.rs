//! How the backward loops get the surrogate's derivative.

use crate::simd::Wide;
use crate::surrogates::Curve;

pub(super) trait Slopes: Sync {
    /// Whether `fill` is called at all, with the v of many neurons at once; otherwise `at` needs nothing.
    const IN_STRIPS: bool;

    /// Replaces each v by the derivative there.
    fn fill(&self, v: &mut [Wide]);

    /// The derivative, where `filled` is what `fill` left.
    fn at(&self, filled: Wide) -> Wide;
}

/// The derivative is this number.
pub(super) struct Flat(pub Wide);

impl Slopes for Flat {
    const IN_STRIPS: bool = false;

    fn fill(&self, _: &mut [Wide]) {}

    #[inline(always)]
    fn at(&self, _: Wide) -> Wide {
        self.0
    }
}

impl Slopes for Curve {
    const IN_STRIPS: bool = true;

    #[inline(always)]
    fn fill(&self, v: &mut [Wide]) {
        Curve::fill(self, v);
    }

    #[inline(always)]
    fn at(&self, filled: Wide) -> Wide {
        filled
    }
}
