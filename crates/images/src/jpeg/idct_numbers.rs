//! In plain numbers: what `idct_vectors.rs` does, for where there is no WebAssembly.
use super::{BITS, FIRST, FOLD, SECOND};

/// `values`: [8, 8], multiplied by their quanta. Writes eight bytes in each of eight rows, `stride` apart.
pub fn inverse(values: &[i16; 64], to: &mut [u8], stride: usize) {
    let mut kept = [[0; 8]; 8];
    for x in 0..8 {
        let column = core::array::from_fn(|y| i32::from(values[8 * y + x]));
        for (row, sum) in kept.iter_mut().zip(pass(column)) {
            row[x] = (sum + (1 << (FIRST - 1))) >> FIRST;
        }
    }
    for (y, row) in kept.iter().enumerate() {
        for (value, sum) in to[y * stride..y * stride + 8].iter_mut().zip(pass(*row)) {
            let folded = ((sum + (1 << (SECOND - 1))) << FOLD) >> (SECOND + FOLD);
            *value = (folded.clamp(-128, 127) + 128) as u8;
        }
    }
}

/// The same, where only the first four of the first four rows are not 0.
pub fn inverse_of_corner(values: &[i16; 64], to: &mut [u8], stride: usize) {
    inverse(values, to, stride);
}

fn pass(of: [i32; 8]) -> [i32; 8] {
    let z1 = (of[2] + of[6]) * 4433;
    let (low, high) = (z1 - of[6] * 15137, z1 + of[2] * 6270);
    let (sum, difference) = ((of[0] + of[4]) << BITS, (of[0] - of[4]) << BITS);
    let even = [sum + high, difference + low, difference - low, sum - high];

    let (z1, z2) = ((of[7] + of[1]) * -7373, (of[5] + of[3]) * -20995);
    let (z3, z4) = (of[7] + of[3], of[5] + of[1]);
    let z5 = (z3 + z4) * 9633;
    let (z3, z4) = (z3 * -16069 + z5, z4 * -3196 + z5);
    let odd = [of[1] * 12299 + z1 + z4, of[3] * 25172 + z2 + z3, of[5] * 16819 + z2 + z4, of[7] * 2446 + z1 + z3];
    core::array::from_fn(|i| if i < 4 { even[i] + odd[i] } else { even[7 - i] - odd[7 - i] })
}
