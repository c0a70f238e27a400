//! Philox4x32-10: random numbers as a function of a key and a counter (Salmon et al., SC 2011). The twin of
//! `packages/core/src/random/philox.ts`: the same keys and places give the same words.

/// What a stream is for: the second word of its key.
#[derive(Clone, Copy)]
#[repr(u32)]
pub enum Purpose {
    Init = 3,
    Rate = 4,
    Membrane = 6,
}

/// The words of one purpose at one place, in order.
pub struct Stream {
    key: [u32; 2],
    place: [u32; 3],
    blocks: u32,
    words: [u32; 4],
    used: usize,
}

impl Stream {
    pub fn new(seed: u32, purpose: Purpose, place: [u32; 3]) -> Self {
        Self { key: [seed, purpose as u32], place, blocks: 0, words: [0; 4], used: 4 }
    }

    /// Uniform in [0, 2^32).
    pub fn word(&mut self) -> u32 {
        if self.used == 4 {
            let [a, b, c] = self.place;
            self.words = block(self.key, [self.blocks, a, b, c]);
            self.blocks += 1;
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }
}

/// Four random words for this counter under this key.
pub fn block(mut key: [u32; 2], mut counter: [u32; 4]) -> [u32; 4] {
    let multiply = |a: u32, b: u32| {
        let product = a as u64 * b as u64;
        ((product >> 32) as u32, product as u32)
    };
    for _ in 0..10 {
        let (high0, low0) = multiply(0xd251_1f53, counter[0]);
        let (high1, low1) = multiply(0xcd9e_8d57, counter[2]);
        counter = [high1 ^ counter[1] ^ key[0], low1, high0 ^ counter[3] ^ key[1], low0];
        key = [key[0].wrapping_add(0x9e37_79b9), key[1].wrapping_add(0xbb67_ae85)];
    }
    counter
}
