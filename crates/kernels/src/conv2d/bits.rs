//! Bits of many pixels and channels at once.

/// Transposes 32 x 32 bits: blocks of 16, 8, 4, 2, 1 change places (Warren, Hacker's Delight, section 7-3).
pub fn transpose_bits(m: &mut [u32; 32]) {
    let (mut size, mut mask) = (16, 0x0000_ffffu32);
    while size != 0 {
        for i in (0..32).filter(|i| i & size == 0) {
            let swap = (m[i] >> size ^ m[i + size]) & mask;
            m[i] ^= swap << size;
            m[i + size] ^= swap;
        }
        size >>= 1;
        mask ^= mask << size;
    }
}

/// Scratch words as twice as many halves.
pub fn halves(words: &mut [u32]) -> &mut [u16] {
    // Any bits are a u16, and a u32's alignment is enough for it.
    unsafe { core::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), 2 * words.len()) }
}
