//! The two passes of resizing bytes, as `packages/datasets/src/images/bytePasses.ts` has them, to the bit: weights in fixed
//! point, sums in 32 bits that wrap, and a byte, rounded and clamped, after each pass. Loops over a fixed number of values
//! become vectors.
#![cfg_attr(target_arch = "wasm32", no_std)]

#[cfg(target_arch = "wasm32")]
mod edge;
pub mod jpeg;

/// Bits of a weight behind the point.
const FRACTION: u32 = 22;
const HALF: i32 = 1 << (FRACTION - 1);
/// Columns of which sums are taken at once.
const LANES: usize = 16;

/// Of one axis: output `i` is the sum of `count[i]` inputs from `first[i]` on, by the weights from `i * most` on.
pub struct Taps<'a> {
    pub first: &'a [u32],
    pub count: &'a [u32],
    pub weights: &'a [i32],
    pub most: usize,
}

impl Taps<'_> {
    fn of(&self, i: usize) -> (usize, &[i32]) {
        let start = i * self.most;
        (self.first[i] as usize, &self.weights[start..start + self.count[i] as usize])
    }
}

fn byte(sum: i32) -> u8 {
    (sum >> FRACTION).clamp(0, 255) as u8
}

/// Rows of which sums are taken at once.
const ROWS: usize = 4;

/// [rows, width, 3] to [rows, outputs, 3]. `from` has a byte more than that, whose value is of no matter.
pub fn colour_along_rows(from: &[u8], width: usize, taps: &Taps, to: &mut [u8]) {
    let (row, made_row) = (3 * width, 3 * taps.count.len());
    let mut groups = to.chunks_exact_mut(ROWS * made_row);
    let mut start = 0;
    for made in &mut groups {
        rows_at_once::<ROWS>(&from[start..start + ROWS * row + 1], row, taps, made);
        start += ROWS * row;
    }
    for made in groups.into_remainder().chunks_exact_mut(made_row) {
        rows_at_once::<1>(&from[start..start + row + 1], row, taps, made);
        start += row;
    }
}

/// Of each row, sums of red, green and blue; the fourth is of the next pixel's red, taken along for the width of a vector.
fn rows_at_once<const N: usize>(from: &[u8], row: usize, taps: &Taps, to: &mut [u8]) {
    let made_row = 3 * taps.count.len();
    let rows: [&[u8]; N] = core::array::from_fn(|y| &from[y * row..(y + 1) * row + 1]);
    for x in 0..taps.count.len() {
        let (first, weights) = taps.of(x);
        let inputs = rows.map(|row| &row[3 * first..3 * (first + weights.len()) + 1]);
        for (y, pixel) in weighted(inputs, weights).iter().enumerate() {
            to[y * made_row + 3 * x..][..3].copy_from_slice(pixel);
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn weighted<const N: usize>(inputs: [&[u8]; N], weights: &[i32]) -> [[u8; 3]; N] {
    inputs.map(|row| {
        let mut sums = [HALF; 3];
        for (k, &weight) in weights.iter().enumerate() {
            for (sum, &value) in sums.iter_mut().zip(&row[3 * k..]) {
                *sum = sum.wrapping_add(i32::from(value).wrapping_mul(weight));
            }
        }
        sums.map(byte)
    })
}

#[cfg(target_arch = "wasm32")]
use edge::weighted;

/// [height, row] to [outputs, row].
pub fn along_columns(from: &[u8], row: usize, taps: &Taps, to: &mut [u8]) {
    for (y, made) in to.chunks_exact_mut(row).enumerate() {
        let (first, weights) = taps.of(y);
        let inputs = &from[first * row..(first + weights.len()) * row];
        let mut blocks = made.chunks_exact_mut(LANES);
        let mut start = 0;
        for block in &mut blocks {
            let mut sums = [HALF; LANES];
            for (values, &weight) in inputs.chunks_exact(row).zip(weights) {
                let values: &[u8; LANES] = values[start..start + LANES].try_into().unwrap();
                for (sum, &value) in sums.iter_mut().zip(values) {
                    *sum = sum.wrapping_add(i32::from(value).wrapping_mul(weight));
                }
            }
            for (value, &sum) in block.iter_mut().zip(&sums) {
                *value = byte(sum);
            }
            start += LANES;
        }
        for (x, value) in blocks.into_remainder().iter_mut().enumerate() {
            let terms = inputs.chunks_exact(row).zip(weights);
            let sum = terms.fold(HALF, |sum, (values, &weight)| {
                sum.wrapping_add(i32::from(values[start + x]).wrapping_mul(weight))
            });
            *value = byte(sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: i32 = 1 << FRACTION;

    fn taps<'a>(first: &'a [u32], count: &'a [u32], weights: &'a [i32]) -> Taps<'a> {
        Taps { first, count, weights, most: weights.len() / first.len() }
    }

    #[test]
    fn rows_are_rounded_and_clamped() {
        let from = [10, 20, 255, 13, 0, 255, 99];
        // The mean; and twice the first less the second.
        let weights = [ONE / 2, ONE / 2, 2 * ONE, -ONE];
        let mut to = [0; 6];
        colour_along_rows(&from, 2, &taps(&[0, 0], &[2, 2], &weights), &mut to);
        assert_eq!(to, [12, 10, 255, 7, 40, 255]);
    }

    #[test]
    fn columns_are_the_same_in_blocks_and_behind_them() {
        let row = LANES + 5;
        let from: Vec<u8> = (0..3 * row).map(|i| (i * 37 % 256) as u8).collect();
        let weights = [ONE / 4, ONE / 2, ONE / 4];
        let mut to = vec![0; row];
        along_columns(&from, row, &taps(&[0], &[3], &weights), &mut to);
        for x in 0..row {
            let [a, b, c] = [0, 1, 2].map(|y| u32::from(from[y * row + x]));
            assert_eq!(u32::from(to[x]), (a + 2 * b + c + 2) / 4);
        }
    }
}
