//! Luma and two differences of colour to red, green and blue, by libjpeg's fixed point.

/// Each to three equal values.
pub fn grey_row(light: &[u8], to: &mut [u8]) {
    for (pixel, &value) in to.chunks_exact_mut(3).zip(light) {
        pixel.fill(value);
    }
}

/// The inputs may be longer than the pixels `to` has.
pub fn ycc_row(light: &[u8], blue: &[u8], red: &[u8], to: &mut [u8]) {
    let done = vectors(light, blue, red, to);
    for (i, pixel) in to.chunks_exact_mut(3).enumerate().skip(done) {
        let y = i32::from(light[i]);
        let (b, r) = (i32::from(blue[i]) - 128, i32::from(red[i]) - 128);
        let rounded = |sum: i32| (sum + (1 << 15)) >> 16;
        let byte = |value: i32| value.clamp(0, 255) as u8;
        pixel[0] = byte(y + rounded(91881 * r));
        pixel[1] = byte(y + rounded(-22554 * b - 46802 * r));
        pixel[2] = byte(y + rounded(116_130 * b));
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn vectors(_: &[u8], _: &[u8], _: &[u8], _: &mut [u8]) -> usize {
    0
}

/// Sixteen pixels at a time; gives how many.
#[cfg(target_arch = "wasm32")]
fn vectors(light: &[u8], blue: &[u8], red: &[u8], to: &mut [u8]) -> usize {
    use core::arch::wasm32::*;
    // SAFETY: what is loaded has sixteen bytes.
    let load = |row: &[u8], at: usize| unsafe { v128_load(row[at..at + 16].as_ptr().cast()) };
    let half = i32x4_splat(1 << 15);
    let green_weights = i16x8(-22554, 18734, -22554, 18734, -22554, 18734, -22554, 18734);
    // Red, green and blue of eight pixels, in 16 bits.
    let eight = |y: v128, b: v128, r: v128| {
        let (b, r) = (i16x8_sub(b, i16x8_splat(128)), i16x8_sub(r, i16x8_splat(128)));
        // What is over one or two times the value, as half of it in 15 bits: the same for all 256 values.
        let more_red = i16x8_add(r, i16x8_q15mulr_sat(r, i16x8_splat(13172)));
        let more_blue = i16x8_add(i16x8_shl(b, 1), i16x8_q15mulr_sat(b, i16x8_splat(-7471)));
        let green = |pairs: v128| i32x4_shr(i32x4_add(i32x4_dot_i16x8(pairs, green_weights), half), 16);
        let low = green(i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(b, r));
        let high = green(i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(b, r));
        let more_green = i16x8_sub(i16x8_narrow_i32x4(low, high), r);
        [i16x8_add(y, more_red), i16x8_add(y, more_green), i16x8_add(y, more_blue)]
    };
    let mut i = 0;
    let pixels = to.len() / 3;
    while i + 16 <= pixels {
        let (y, b, r) = (load(light, i), load(blue, i), load(red, i));
        let low = eight(u16x8_extend_low_u8x16(y), u16x8_extend_low_u8x16(b), u16x8_extend_low_u8x16(r));
        let high = eight(u16x8_extend_high_u8x16(y), u16x8_extend_high_u8x16(b), u16x8_extend_high_u8x16(r));
        let [r, g, b] = [0, 1, 2].map(|c| u8x16_narrow_i16x8(low[c], high[c]));
        let made: &mut [u8; 48] = (&mut to[3 * i..3 * i + 48]).try_into().unwrap();
        let at: *mut v128 = made.as_mut_ptr().cast();
        // Red and green side by side, then blue between them.
        let start = i8x16_shuffle::<0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5>(r, g);
        let middle = i8x16_shuffle::<21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26>(r, g);
        let end = i8x16_shuffle::<0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0>(r, g);
        // SAFETY: these are 48 bytes.
        unsafe {
            v128_store(at, i8x16_shuffle::<0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15>(start, b));
            v128_store(at.add(1), i8x16_shuffle::<0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15>(middle, b));
            v128_store(at.add(2), i8x16_shuffle::<26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31>(end, b));
        }
        i += 16;
    }
    i
}
