//! The bytes between two markers, as words of 32 bits in the machine's order: bits are then read without a look at each byte.

/// Bytes of room beside those of the file.
pub const MORE: usize = 64;

/// Room for the words of a file; and the rest of it.
pub fn room<'a>(bytes: &[u8], scratch: &'a mut [u8]) -> Option<(&'a mut [u32], &'a mut [u8])> {
    let (words, rest) = scratch.split_at_mut_checked(bytes.len() + MORE)?;
    // SAFETY: any bytes are numbers.
    let (_, words, _) = unsafe { words.align_to_mut::<u32>() };
    Some((words, rest))
}

/// Puts what lies from `at` on to the next marker into `words`; gives the bytes that these are, and where the marker is.
/// `None` where there is none.
pub fn read(bytes: &[u8], at: usize, words: &mut [u32]) -> Option<(usize, usize)> {
    // SAFETY: numbers are bytes, too.
    let to = unsafe { core::slice::from_raw_parts_mut(words.as_mut_ptr().cast::<u8>(), 4 * words.len()) };
    let mut from = at;
    let mut length = 0;
    loop {
        while let Some(block) = bytes.get(from..from + 16)
            && !has_ff(block)
        {
            to.get_mut(length..length + 16)?.copy_from_slice(block);
            from += 16;
            length += 16;
        }
        // One by one to behind the next 0xff.
        loop {
            let byte = *bytes.get(from)?;
            if byte == 0xff && *bytes.get(from + 1)? != 0 {
                for word in &mut words[..length.div_ceil(4)] {
                    *word = u32::from_be(*word);
                }
                return Some((length, from));
            }
            *to.get_mut(length)? = byte;
            length += 1;
            from += if byte == 0xff { 2 } else { 1 };
            if byte == 0xff {
                break;
            }
        }
    }
}

#[inline(always)]
fn has_ff(block: &[u8]) -> bool {
    block.iter().fold(0, |found, &byte| found | u8::from(byte == 0xff)) != 0
}
