//! Vectors of floats, as wide as the processor that the build is for: a file for each instruction set, of which a build
//! has one. All have the same operations, each of which IEEE 754 rounds exactly, and no fused multiply-add: so a kernel
//! whose lanes do not meet gives the same bits at every width. Sums whose lanes do meet are [`Sixteen`]'s.
//!
//! A native host has a build for each set and takes the best that its processor knows; nothing here asks at run time, and
//! no inner loop loses its instructions to a call that is not inlined.
//!
//! Tensors have whole quads of channels. Where these do not fill a vector, `load_quads` and `store_quads` touch only what
//! is there, and the other lanes are zero.

#[cfg(all(target_arch = "wasm32", not(miri)))]
#[path = "wasm.rs"]
mod level;

#[cfg(all(target_arch = "x86_64", target_feature = "avx512f", not(any(miri, feature = "portable"))))]
#[path = "avx512.rs"]
mod level;

#[cfg(all(
    target_arch = "x86_64",
    target_feature = "avx2",
    not(any(target_feature = "avx512f", miri, feature = "portable"))
))]
#[path = "avx2.rs"]
mod level;

#[cfg(all(target_arch = "x86_64", not(any(target_feature = "avx2", miri, feature = "portable"))))]
#[path = "sse2.rs"]
mod level;

#[cfg(all(target_arch = "aarch64", not(any(miri, feature = "portable"))))]
#[path = "neon.rs"]
mod level;

#[cfg(any(
    miri,
    all(feature = "portable", not(target_arch = "wasm32")),
    not(any(target_arch = "wasm32", target_arch = "x86_64", target_arch = "aarch64"))
))]
#[path = "portable.rs"]
mod level;

mod sixteen;
mod squares;

pub use level::{Mask, NAME, WIDTH, Wide};
pub use sixteen::{Part, Sixteen};
pub use squares::Squares;

use core::ops::{Add, Div, Mul, Sub};

/// Fours of floats in a [`Wide`].
pub const QUADS: usize = WIDTH / 4;

macro_rules! lanewise {
    ($($trait:ident $method:ident $of:ident),*) => {
        $(impl $trait for Wide {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self::$of(self, other)
            }
        })*
    };
}
lanewise!(Add add plus, Sub sub minus, Mul mul times, Div div over);

impl Wide {
    #[inline(always)]
    pub fn zero() -> Self {
        Self::splat(0.0)
    }

    /// `f` of each lane, for what no vector instruction does.
    #[inline(always)]
    pub fn map(self, f: impl Fn(f32) -> f32) -> Self {
        Self::from_array(self.to_array().map(f))
    }
}

/// Calls `f(c, quads)` for each vector of a row of `channels`: the whole ones, then what is left.
#[inline(always)]
pub fn each_vector(channels: usize, mut f: impl FnMut(usize, usize)) {
    let whole = if QUADS == 1 { channels } else { channels - channels % WIDTH };
    // A number that the compiler knows: whole vectors are loaded as such.
    let mut c = 0;
    while c < whole {
        f(c, QUADS);
        c += WIDTH;
    }
    if whole < channels {
        f(whole, (channels - whole) / 4);
    }
}

/// Quads of a vector that begins `left` floats before the end of a row: all, where there is room for them.
#[inline(always)]
pub fn quads_of(left: usize) -> usize {
    if QUADS == 1 { 1 } else { QUADS.min(left / 4) }
}
