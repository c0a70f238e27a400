//! Eight columns, then eight rows at once. Products are taken of pairs of 16 bits: what the coefficients may sum up to
//! (`huffman::MOST`) leaves room for that.
use core::arch::wasm32::*;

use super::{BITS, FIRST, FOLD, SECOND};

/// `values`: [8, 8], multiplied by their quanta. Writes eight bytes in each of eight rows, `stride` apart.
pub fn inverse(values: &[i16; 64], to: &mut [u8], stride: usize) {
    let columns = transposed(pass::<FIRST, 0>(rows(values)));
    put(pass::<SECOND, FOLD>(columns), to, stride);
}

/// The same, where only the first four of the first four rows are not 0.
pub fn inverse_of_corner(values: &[i16; 64], to: &mut [u8], stride: usize) {
    let [a, b, c, d] = rows(values);
    let kept = corner::<FIRST, 0>(low(a, c), low(b, d));
    // Rows of four, two in a vector; then pairs, pairs of pairs, and columns.
    let both = |y: usize| {
        let two = i16x8_narrow_i32x4(kept[y], kept[y + 4]);
        i16x8_shuffle::<0, 4, 1, 5, 2, 6, 3, 7>(two, two)
    };
    let (even, odd) = ((both(0), both(2)), (both(1), both(3)));
    let (a, b) = (low(even.0, even.1), low(odd.0, odd.1));
    let (c, d) = (high(even.0, even.1), high(odd.0, odd.1));
    let columns = [low(a, b), high(a, b), low(c, d), high(c, d)];
    let [a, b, c, d] = columns;
    let lower = corner::<SECOND, FOLD>(low(a, c), low(b, d));
    let upper = corner::<SECOND, FOLD>(high(a, c), high(b, d));
    put(core::array::from_fn(|i| i16x8_narrow_i32x4(lower[i], upper[i])), to, stride);
}

fn rows<const ROWS: usize>(values: &[i16; 64]) -> [v128; ROWS] {
    // SAFETY: eight values are a vector.
    core::array::from_fn(|y| unsafe { v128_load(values[8 * y..8 * y + 8].as_ptr().cast()) })
}

/// Eight columns of differences from 128 as bytes of eight rows.
#[inline(always)]
fn put(made: [v128; 8], to: &mut [u8], stride: usize) {
    // Halves of 16 bytes: a column each, signed, limited to a byte.
    let bytes = |x: usize| v128_xor(i8x16_narrow_i16x8(made[x], made[x + 4]), u8x16_splat(128));
    let [a, b, c, d] = [bytes(0), bytes(1), bytes(2), bytes(3)];
    // Pairs of columns, then of pairs, then of those: rows.
    let mix = |a, b| (low_bytes(a, b), high_bytes(a, b));
    let ((ac0, ac4), (bd0, bd4)) = (mix(a, c), mix(b, d));
    let ((left_up, left_down), (right_up, right_down)) = (mix(ac0, bd0), mix(ac4, bd4));
    let quarters = |left, right| [i32x4_shuffle::<0, 4, 1, 5>(left, right), i32x4_shuffle::<2, 6, 3, 7>(left, right)];
    let (up, down) = (quarters(left_up, right_up), quarters(left_down, right_down));
    for (y, pair) in up.into_iter().chain(down).enumerate() {
        let mut put = |y: usize, row: u64| to[y * stride..y * stride + 8].copy_from_slice(&row.to_le_bytes());
        put(2 * y, u64x2_extract_lane::<0>(pair));
        put(2 * y + 1, u64x2_extract_lane::<1>(pair));
    }
}

fn low_bytes(a: v128, b: v128) -> v128 {
    i8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b)
}

fn high_bytes(a: v128, b: v128) -> v128 {
    i8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(a, b)
}

fn low(a: v128, b: v128) -> v128 {
    i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(a, b)
}

fn high(a: v128, b: v128) -> v128 {
    i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(a, b)
}

fn transposed(rows: [v128; 8]) -> [v128; 8] {
    let mut now = rows;
    for _ in 0..3 {
        let [a, b, c, d, e, f, g, h] = now;
        now = [low(a, e), high(a, e), low(b, f), high(b, f), low(c, g), high(c, g), low(d, h), high(d, h)];
    }
    now
}

/// Along the first axis, of eight lanes of 16 bits. Sums lose `DROP` bits, rounded, and the highest `FOLD`.
#[inline(always)]
fn pass<const DROP: u32, const FOLD: u32>(of: [v128; 8]) -> [v128; 8] {
    let (z3, z4) = (i16x8_add(of[3], of[7]), i16x8_add(of[1], of[5]));
    let pairs = [(of[0], of[4]), (of[2], of[6]), (of[7], of[1]), (of[5], of[3]), (z3, z4)];
    let lower = half::<DROP, FOLD>(pairs.map(|(a, b)| low(a, b)));
    let upper = half::<DROP, FOLD>(pairs.map(|(a, b)| high(a, b)));
    core::array::from_fn(|i| i16x8_narrow_i32x4(lower[i], upper[i]))
}

/// Of four lanes, as pairs.
#[inline(always)]
fn half<const DROP: u32, const FOLD: u32>([p04, p26, p71, p53, p34]: [v128; 5]) -> [v128; 8] {
    let dot = |pair, a, b| i32x4_dot_i16x8(pair, i16x8(a, b, a, b, a, b, a, b));
    let (add, sub) = (i32x4_add, i32x4_sub);
    let half = i32x4_splat(1 << (DROP - 1));
    let sum = add(dot(p04, 1 << BITS, 1 << BITS), half);
    let difference = add(dot(p04, 1 << BITS, -1 << BITS), half);
    let (lower, higher) = (dot(p26, 4433, 4433 - 15137), dot(p26, 4433 + 6270, 4433));
    let even = [add(sum, higher), add(difference, lower), sub(difference, lower), sub(sum, higher)];
    let z3 = dot(p34, 9633 - 16069, 9633);
    let z4 = dot(p34, 9633, 9633 - 3196);
    let odd = [
        add(dot(p71, -7373, 12299 - 7373), z4),
        add(dot(p53, -20995, 25172 - 20995), z3),
        add(dot(p53, 16819 - 20995, -20995), z4),
        add(dot(p71, 2446 - 7373, -7373), z3),
    ];
    ends::<DROP, FOLD>(even, odd)
}

/// As `half`, where the last four of eight inputs are 0.
#[inline(always)]
fn corner<const DROP: u32, const FOLD: u32>(p02: v128, p13: v128) -> [v128; 8] {
    let dot = |pair, a, b| i32x4_dot_i16x8(pair, i16x8(a, b, a, b, a, b, a, b));
    let half = i32x4_splat(1 << (DROP - 1));
    let even = [4433 + 6270, 4433, -4433, -4433 - 6270].map(|by| i32x4_add(dot(p02, 1 << BITS, by), half));
    let odd = [
        dot(p13, 12299 - 7373 + 9633 - 3196, 9633),
        dot(p13, 9633, 25172 - 20995 + 9633 - 16069),
        dot(p13, 9633 - 3196, 9633 - 20995),
        dot(p13, 9633 - 7373, 9633 - 16069),
    ];
    ends::<DROP, FOLD>(even, odd)
}

#[inline(always)]
fn ends<const DROP: u32, const FOLD: u32>(even: [v128; 4], odd: [v128; 4]) -> [v128; 8] {
    core::array::from_fn(|i| {
        let sums = if i < 4 { i32x4_add(even[i], odd[i]) } else { i32x4_sub(even[7 - i], odd[7 - i]) };
        i32x4_shr(i32x4_shl(sums, FOLD), DROP + FOLD)
    })
}
