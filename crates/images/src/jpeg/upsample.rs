//! Colour at half the resolution to all of it: libjpeg's "fancy" way, where each value comes by three quarters from the nearer
//! neighbour and by one from the other.

/// Of a row of the image.
#[derive(Clone, Copy)]
pub enum Neighbours<'a> {
    /// The row itself: only the width is doubled.
    One(&'a [u8]),
    /// The nearer row, then the other.
    Two(&'a [u8], &'a [u8]),
}

/// Doubles `width` values. `to` has 16 bytes more than that, of which the last mean nothing afterwards.
pub fn double_row(from: Neighbours, width: usize, to: &mut [u8]) {
    let done = vectors(from, width, to);
    let ends = [0, width - 1];
    for i in (done..width).chain(ends) {
        let sums = [i.saturating_sub(1), i, (i + 1).min(width - 1)].map(|i| from.sum(i));
        let [before, here, behind] = sums;
        // Rounded up and down in turn, lest the whole picture becomes lighter.
        let (even, odd, shift) = match from {
            Neighbours::One(_) => (1, 2, 2),
            Neighbours::Two(..) => (8, 7, 4),
        };
        to[2 * i] = ((3 * here + before + even) >> shift) as u8;
        to[2 * i + 1] = ((3 * here + behind + odd) >> shift) as u8;
    }
}

impl Neighbours<'_> {
    fn sum(&self, i: usize) -> u16 {
        match self {
            Neighbours::One(row) => u16::from(row[i]),
            Neighbours::Two(near, far) => 3 * u16::from(near[i]) + u16::from(far[i]),
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn vectors(_: Neighbours, _: usize, _: &mut [u8]) -> usize {
    0
}

/// All but the first, and those that eight at a time would read behind a row for; the last is not right yet.
#[cfg(target_arch = "wasm32")]
fn vectors(from: Neighbours, width: usize, to: &mut [u8]) -> usize {
    use core::arch::wasm32::*;
    let load = |row: &[u8], at: usize| {
        let eight: &[u8; 8] = row[at..at + 8].try_into().unwrap();
        u16x8_extend_low_u8x16(u64x2(u64::from_le_bytes(*eight), 0))
    };
    let three = u16x8_splat(3);
    let sums = |at: usize| match from {
        Neighbours::One(row) => load(row, at),
        Neighbours::Two(near, far) => u16x8_add(u16x8_mul(load(near, at), three), load(far, at)),
    };
    let (shift, even, odd) = match from {
        Neighbours::One(_) => (2, u16x8_splat(1), u16x8_splat(2)),
        Neighbours::Two(..) => (4, u16x8_splat(8), u16x8_splat(7)),
    };
    let (Neighbours::One(row) | Neighbours::Two(row, _)) = from;
    let mut i = 1;
    while i < width && i + 9 <= row.len() {
        let here = u16x8_mul(sums(i), three);
        let left = u16x8_shr(u16x8_add(u16x8_add(here, sums(i - 1)), even), shift);
        let right = u16x8_shr(u16x8_add(u16x8_add(here, sums(i + 1)), odd), shift);
        let both = v128_or(left, u16x8_shl(right, 8));
        let made: &mut [u8; 16] = (&mut to[2 * i..2 * i + 16]).try_into().unwrap();
        // SAFETY: these are sixteen bytes.
        unsafe { v128_store(made.as_mut_ptr().cast(), both) };
        i += 8;
    }
    i.min(width)
}
