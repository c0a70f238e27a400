//! What is WebAssembly's own: what JavaScript calls, which lays out the memory from `__heap_base` on itself, and a loop that
//! the compiler does not make vectors of.
use core::arch::wasm32::*;
use core::slice::{from_raw_parts, from_raw_parts_mut};

use crate::{FRACTION, HALF, Taps, along_columns, colour_along_rows, jpeg};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

/// As its namesake in `lib.rs`.
#[inline(always)]
pub fn weighted<const N: usize>(inputs: [&[u8]; N], weights: &[i32]) -> [[u8; 3]; N] {
    let mut sums = [i32x4_splat(HALF); N];
    for (k, &weight) in weights.iter().enumerate() {
        let weight = i32x4_splat(weight);
        for (sum, row) in sums.iter_mut().zip(inputs) {
            let four: &[u8; 4] = row[3 * k..].first_chunk().unwrap();
            // SAFETY: these are four bytes.
            let bytes = unsafe { v128_load32_zero(four.as_ptr().cast()) };
            let values = u32x4_extend_low_u16x8(u16x8_extend_low_u8x16(bytes));
            *sum = i32x4_add(*sum, i32x4_mul(values, weight));
        }
    }
    sums.map(|sum| {
        let sum = i32x4_shr(sum, FRACTION);
        let limited = u8x16_narrow_i16x8(i16x8_narrow_i32x4(sum, sum), sum);
        let [red, green, blue, _] = u32x4_extract_lane::<0>(limited).to_le_bytes();
        [red, green, blue]
    })
}

/// Three lists, one behind the other: `first` and `count`, [outputs] each, and `weights`, [outputs, most].
unsafe fn taps_at<'a>(at: *const u32, outputs: usize, most: usize) -> Taps<'a> {
    // SAFETY: the caller has laid out that many numbers there.
    unsafe {
        Taps {
            first: from_raw_parts(at, outputs),
            count: from_raw_parts(at.add(outputs), outputs),
            weights: from_raw_parts(at.add(2 * outputs).cast(), outputs * most),
            most,
        }
    }
}

/// # Safety
/// `from` has rows * width * 3 bytes and one more, `to` rows * outputs * 3, which overlap nothing else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn colour_rows(
    from: *const u8,
    rows: usize,
    width: usize,
    to: *mut u8,
    taps: *const u32,
    outputs: usize,
    most: usize,
) {
    // SAFETY: as above.
    unsafe {
        let taps = taps_at(taps, outputs, most);
        let made = from_raw_parts_mut(to, rows * outputs * 3);
        colour_along_rows(from_raw_parts(from, rows * width * 3 + 1), width, &taps, made);
    }
}

/// # Safety
/// `from` has height * row bytes, `to` outputs * row, which overlap nothing else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn columns(
    from: *const u8,
    height: usize,
    row: usize,
    to: *mut u8,
    taps: *const u32,
    outputs: usize,
    most: usize,
) {
    // SAFETY: as above.
    unsafe {
        let taps = taps_at(taps, outputs, most);
        along_columns(from_raw_parts(from, height * row), row, &taps, from_raw_parts_mut(to, outputs * row));
    }
}

/// Bytes that `decode_jpeg` needs for itself.
#[unsafe(no_mangle)]
pub extern "C" fn jpeg_scratch(bytes: usize, height: usize, width: usize) -> usize {
    jpeg::scratch_bytes(bytes, height, width)
}

/// 1: done; 0: libjpeg-turbo is to read it.
/// # Safety
/// `from` has `bytes` bytes, `scratch` as many as `jpeg_scratch` says, `to` height * width * 3, which overlap nothing else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn decode_jpeg(
    from: *const u8,
    bytes: usize,
    height: usize,
    width: usize,
    scratch: *mut u8,
    to: *mut u8,
) -> u32 {
    // SAFETY: as above.
    unsafe {
        let scratch = from_raw_parts_mut(scratch, jpeg::scratch_bytes(bytes, height, width));
        let made = from_raw_parts_mut(to, height * width * 3);
        jpeg::decode(from_raw_parts(from, bytes), height, width, scratch, made).is_some().into()
    }
}
