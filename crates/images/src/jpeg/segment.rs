//! The bytes between two markers, the last one first: eight of them, read as the machine has numbers, are then the bits in
//! their order, and none has to be looked at by itself.

/// Bytes of room beside those of the file, some of them before the last byte.
pub const MORE: usize = 64;
/// Zeros behind the end.
pub const ZEROS: usize = 16;

/// Where the bytes from `at` on to the next marker lie in `to`, and where that marker is. `to` has as many bytes as `bytes` and
/// `MORE`. `None` where there is no marker.
pub fn read<'a>(bytes: &[u8], at: usize, to: &'a mut [u8]) -> Option<(&'a [u8], usize)> {
    let mut from = at;
    // Filled down to here.
    let mut low = to.len();
    loop {
        while let Some(block) = bytes.get(from..).and_then(|rest| rest.first_chunk::<16>())
            && !has_ff(block)
        {
            let mut reversed = *block;
            reversed.reverse();
            low = low.checked_sub(16)?;
            *to[low..].first_chunk_mut()? = reversed;
            from += 16;
        }
        // One by one to behind the next 0xff.
        loop {
            let byte = *bytes.get(from)?;
            if byte == 0xff && *bytes.get(from + 1)? != 0 {
                let start = low.checked_sub(ZEROS)?;
                to[start..low].fill(0);
                return Some((&to[start..], from));
            }
            low = low.checked_sub(1)?;
            to[low] = byte;
            from += if byte == 0xff { 2 } else { 1 };
            if byte == 0xff {
                break;
            }
        }
    }
}

#[inline(always)]
fn has_ff(block: &[u8; 16]) -> bool {
    block.iter().fold(0, |found, &byte| found | u8::from(byte == 0xff)) != 0
}
