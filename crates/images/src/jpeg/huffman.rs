//! Codes to coefficients.

/// Bits that a code is first looked up by.
const LOOK: u32 = 10;

/// Symbols of the first value of a block are the bits that it has; of others, how many zeros come before it (upper half), too.
pub struct Code {
    /// By the next bits: 0 where the code is longer; else `length | symbol << 8`; or, where the value's bits are among them,
    /// too, `length of both | symbol << 8 | value << 16`.
    quick: [u32; 1 << LOOK],
    /// Of each length: the first code that is too large for it, and what a code less the position of its symbol is.
    end: [i32; 17],
    less: [i32; 17],
    symbols: [u8; 256],
}

pub struct Tables {
    pub dc: [Option<Code>; 2],
    pub ac: [Option<Code>; 2],
    pub quanta: [Option<[Quantum; 64]>; 4],
}

impl Tables {
    pub fn new() -> Self {
        Tables { dc: [None, None], ac: [None, None], quanta: [None; 4] }
    }
}

impl Code {
    /// `None` where counts and symbols are no code, or one that libjpeg refuses.
    pub fn new(counts: &[u8; 16], from: &[u8], has_values: bool) -> Option<Code> {
        if from.len() > 256 || (!has_values && from.iter().any(|&size| size > 15)) {
            return None;
        }
        let mut made = Code { quick: [0; 1 << LOOK], end: [0; 17], less: [0; 17], symbols: [0; 256] };
        made.symbols[..from.len()].copy_from_slice(from);
        let mut code = 0;
        let mut position = 0;
        for length in 1..=16 {
            let count = i32::from(counts[length as usize - 1]);
            made.less[length as usize] = code - position;
            for _ in 0..count {
                if length <= LOOK {
                    let symbol = u32::from(made.symbols[position as usize]);
                    let first = (code as usize) << (LOOK - length);
                    let places = first..first + (1 << (LOOK - length));
                    made.quick.get_mut(places)?.fill(length | symbol << 8);
                }
                position += 1;
                code += 1;
            }
            // All ones are no code.
            if code >= 1 << length && count > 0 {
                return None;
            }
            made.end[length as usize] = code;
            code <<= 1;
        }
        if has_values {
            made.add_values();
        }
        Some(made)
    }

    fn add_values(&mut self) {
        for (bits, entry) in self.quick.iter_mut().enumerate() {
            let length = *entry & 0xff;
            let size = *entry >> 8 & 15;
            if *entry != 0 && size > 0 && length + size <= LOOK {
                let behind = (bits as u32) >> (LOOK - length - size) & ((1 << size) - 1);
                *entry += size | (extend(behind, size) as u32) << 16;
            }
        }
    }

    /// The entry of a code that is longer than what is looked up.
    #[cold]
    #[inline(never)]
    fn find(&self, buffer: u64) -> Option<u32> {
        for length in LOOK + 1..=16 {
            let code = (buffer >> (64 - length)) as i32;
            if code < self.end[length as usize] {
                let symbol = self.symbols.get((code - self.less[length as usize]) as usize)?;
                return Some(length | u32::from(*symbol) << 8);
            }
        }
        None
    }
}

/// The value of `size` bits, of which the first tells the sign.
#[inline(always)]
fn extend(bits: u32, size: u32) -> i32 {
    let least = 1 << (size - 1);
    bits as i32 + if (bits as i32) < least { (-1 << size) + 1 } else { 0 }
}

/// Bits of a scan, from one restart to the next.
pub struct Bits<'a> {
    /// As `segment::read` gives them.
    bytes: &'a [u8],
    /// Where the next eight are.
    at: usize,
    /// The next bit is the highest.
    buffer: u64,
    /// Bits in the buffer that are counted; there may be some of the next byte, too.
    count: u32,
}

impl<'a> Bits<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Bits { bytes, at: bytes.len() - 8, buffer: 0, count: 0 }
    }

    /// Then there are 32 or more, of which a code and its value take 31 at most; behind the end they are 0.
    #[inline(always)]
    fn refill(&mut self) {
        if self.count >= 32 {
            return;
        }
        let next = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>());
        self.buffer |= next.map_or(0, |next| u64::from_le_bytes(*next)) >> self.count;
        self.at = self.at.wrapping_sub(((63 - self.count) >> 3) as usize);
        self.count |= 56;
    }

    /// Those that are not taken yet; less than 0 where more were taken than there are.
    pub fn left(&self) -> isize {
        8 * (self.at.wrapping_add(8).wrapping_sub(super::segment::ZEROS) as isize) + self.count as isize
    }

    #[inline(always)]
    fn skip(&mut self, bits: u32) {
        self.buffer <<= bits;
        self.count -= bits;
    }

    #[inline(always)]
    fn entry(&self, code: &Code) -> Option<u32> {
        let entry = code.quick[(self.buffer >> (64 - LOOK)) as usize];
        if entry == 0 { code.find(self.buffer) } else { Some(entry) }
    }

    #[inline(always)]
    fn value(&mut self, size: u32) -> i32 {
        let bits = (self.buffer >> (64 - size)) as u32;
        self.skip(size);
        extend(bits, size)
    }
}

/// Coefficients, multiplied by their quanta, [8, 8].
pub struct Block {
    pub values: [i16; 64],
    /// All bits of the places in [8, 8] of those that are not 0.
    pub places: u32,
}

impl Block {
    pub const EMPTY: Block = Block { values: [0; 64], places: 0 };
}

/// By what a coefficient is multiplied, and its place in [8, 8].
#[derive(Clone, Copy)]
pub struct Quantum {
    by: u16,
    place: u16,
}

impl Quantum {
    /// In the order of the file.
    pub fn table(values: &[u8; 64]) -> [Quantum; 64] {
        core::array::from_fn(|k| Quantum { by: values[k].into(), place: ZIGZAG[k].into() })
    }
}

/// Of one component.
#[derive(Clone, Copy)]
pub struct Codes<'a> {
    pub dc: &'a Code,
    pub ac: &'a Code,
    pub quanta: &'a [Quantum; 64],
}

/// What the magnitudes of a block may sum up to, which is much for a picture: then what the inverse transform keeps between its
/// passes fits 16 bits.
const MOST: i32 = 5800;

#[rustfmt::skip]
const ZIGZAG: [u8; 64] = [
    0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
   12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
   35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
   58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Into `block`. `predicted`: the first value of the block before, before it was multiplied.
pub fn read_block(bits: &mut Bits, codes: Codes, predicted: &mut i32, block: &mut Block) -> Option<()> {
    let Codes { dc, ac, quanta } = codes;
    *block = Block::EMPTY;
    bits.refill();
    let entry = bits.entry(dc)?;
    bits.skip(entry & 0xff);
    let size = entry >> 8 & 0xff;
    if size != 0 {
        *predicted += bits.value(size);
    }
    // Of more bits than 16 it would be cut off.
    if predicted.unsigned_abs() > 0x7fff {
        return None;
    }
    let first = *predicted * i32::from(quanta[0].by);
    let mut sum = first.abs();
    block.values[0] = first as i16;
    let mut places = 0;
    let mut k = 1;
    while k < 64 {
        bits.refill();
        let entry = bits.entry(ac)?;
        bits.skip(entry & 0xff);
        let zeros = (entry >> 12 & 15) as usize;
        let mut value = entry as i32 >> 16;
        if value == 0 {
            let size = entry >> 8 & 15;
            if size == 0 {
                if zeros != 15 {
                    break;
                }
                k += 16;
                if k > 63 {
                    return None;
                }
                continue;
            }
            value = bits.value(size);
        }
        k += zeros;
        let Quantum { by, place } = *quanta.get(k)?;
        value *= i32::from(by);
        sum += value.abs();
        block.values[usize::from(place & 63)] = value as i16;
        places |= u32::from(place);
        k += 1;
    }
    block.places = places;
    (sum <= MOST && bits.left() >= 0).then_some(())
}
