//! The inverse transform of 8 x 8 coefficients as libjpeg's `jidctint.c` has it (Loeffler, Ligtenberg, Moschytz): in fixed
//! point, along columns, then along rows, rounded after each.
#[cfg(target_arch = "wasm32")]
#[path = "idct_vectors.rs"]
mod passes;
#[cfg(not(target_arch = "wasm32"))]
#[path = "idct_numbers.rs"]
mod passes;

pub use passes::{inverse, inverse_of_corner};

/// Bits of a factor behind the point.
const BITS: u32 = 13;
/// Bits kept between the passes.
const KEPT: u32 = 2;
/// Bits dropped after each pass.
const FIRST: u32 = BITS - KEPT;
const SECOND: u32 = BITS + KEPT + 3;
/// libjpeg folds results that lie outside ten bits: shifted to the left by this much first, such bits are gone.
const FOLD: u32 = 32 - 10 - SECOND;

/// Where all but the first coefficient are 0.
pub fn flat(first: i16, to: &mut [u8], stride: usize) {
    let value = (i32::from(first) * (1 << KEPT) + (1 << (KEPT + 2))) >> (KEPT + 3);
    let value = (((value << 22) >> 22).clamp(-128, 127) + 128) as u8;
    for y in 0..8 {
        to[y * stride..y * stride + 8].fill(value);
    }
}
