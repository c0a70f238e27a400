//! What the tests of the kernels share: numbers to try, memory that notices trespassers, and how far f32 may be off.
#![allow(dead_code, reason = "not every test file that includes this one needs all of it")]

pub mod neurons;

use std::ops::{Deref, DerefMut};

use kestirme_kernels::words;
use kestirme_reference::philox;

/// Largest relative error of one rounding of f32 to nearest.
pub const UNIT: f64 = 1.0 / 16_777_216.0;

/// Largest relative error of a number that went through `n` roundings: n u / (1 - n u) (Higham 2002, lemma 3.1).
///
/// A sum of n terms has n - 1 additions, whatever their order, so none of its terms is rounded more often than that, and
/// the sum is off by at most gamma(n - 1) times the sum of the terms' magnitudes. Where terms are products, or a running
/// sum is added to, each of them is rounded once more. Additions of an exact zero (padding, silent neurons) round nothing.
pub fn gamma(n: usize) -> f64 {
    let n = n as f64 * UNIT;
    n / (1.0 - n)
}

/// Each `got` lies within `bound(i)` of `want`.
pub fn close(what: &str, got: &[f32], want: &[f64], bound: impl Fn(usize) -> f64) {
    assert_eq!(got.len(), want.len(), "{what}: length");
    for (i, (&got, &want)) in got.iter().zip(want).enumerate() {
        let (off, bound) = ((got as f64 - want).abs(), bound(i));
        assert!(off <= bound, "{what}[{i}]: {got} should be {want}, off by {off:e} of at most {bound:e}");
    }
}

/// The same bits: zeros have a sign, and NaN equals itself.
pub fn identical(what: &str, got: &[f32], want: &[f32]) {
    assert_eq!(got.len(), want.len(), "{what}: length");
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        assert!(got.to_bits() == want.to_bits(), "{what}[{i}]: {got} should be {want}");
    }
}

pub fn widen(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&x| x as f64).collect()
}

pub fn magnitudes(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&x| x.abs() as f64).collect()
}

/// A reproducible stream of numbers.
pub struct Draw {
    seed: u32,
    drawn: u32,
}

impl Draw {
    pub fn new(seed: u32) -> Self {
        Draw { seed, drawn: 0 }
    }

    pub fn word(&mut self) -> u32 {
        self.drawn += 1;
        philox::block([self.seed, 0x7e57], [self.drawn, 0, 0, 0])[0]
    }

    /// Uniform in (-1, 1), on a grid that f32 holds exactly; never 0.
    pub fn number(&mut self) -> f32 {
        ((self.word() >> 9) * 2 + 1) as f32 / 8_388_608.0 - 1.0
    }

    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.number() + 1.0) / 2.0
    }

    pub fn numbers(&mut self, len: usize) -> Vec<f32> {
        (0..len).map(|_| self.number()).collect()
    }

    /// Below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.word() as usize % end
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        (self.word() as f64) < probability * 4_294_967_296.0
    }

    /// 0 or 1 for each of `len` neurons.
    pub fn fired(&mut self, len: usize, density: f64) -> Vec<f32> {
        (0..len).map(|_| if self.chance(density) { 1.0 } else { 0.0 }).collect()
    }
}

/// The next multiple of four: channels in memory.
pub fn padded(channels: usize) -> usize {
    channels.next_multiple_of(4)
}

/// Numbers of channels in memory that leave every rest behind whole vectors of up to sixteen, and behind whole words.
pub fn rests() -> impl Iterator<Item = usize> {
    (4..=68).step_by(4)
}

/// Rows of `from` channels as rows of `to`, zeros behind.
pub fn pad<T: Copy + Default>(values: &[T], from: usize, to: usize) -> Vec<T> {
    let mut out = Vec::with_capacity(values.len() / from * to);
    for row in values.chunks_exact(from) {
        out.extend_from_slice(row);
        out.resize(out.len() + to - from, T::default());
    }
    out
}

/// Zeros and ones `[pixels, C]` as bits `[pixels, words(C)]`.
pub fn to_bits(fired: &[f32], channels: usize) -> Vec<u32> {
    let mut bits = Vec::with_capacity(fired.len() / channels * words(channels));
    for pixel in fired.chunks_exact(channels) {
        let start = bits.len();
        bits.resize(start + words(channels), 0);
        for (c, _) in pixel.iter().enumerate().filter(|(_, s)| **s != 0.0) {
            bits[start + c / 32] |= 1 << (c % 32);
        }
    }
    bits
}

/// What memory around a slice holds, chosen so that using it shows.
pub trait Guard: Copy {
    const VALUE: Self;
    fn is_intact(self) -> bool;
}

impl Guard for f32 {
    const VALUE: f32 = f32::NAN;
    fn is_intact(self) -> bool {
        self.to_bits() == f32::NAN.to_bits()
    }
}

impl Guard for f64 {
    const VALUE: f64 = f64::NAN;
    fn is_intact(self) -> bool {
        self.to_bits() == f64::NAN.to_bits()
    }
}

/// As spikes: all fired.
impl Guard for u32 {
    const VALUE: u32 = u32::MAX;
    fn is_intact(self) -> bool {
        self == u32::MAX
    }
}

/// A slice amid guards. The kernels use bare pointers: reading beyond a slice turns results into NaN, and writing beyond
/// it is met when this is dropped.
pub struct Guarded<T: Guard> {
    memory: Vec<T>,
    len: usize,
}

const GUARDS: usize = 1024;

impl<T: Guard> Guarded<T> {
    pub fn new(values: &[T]) -> Self {
        let mut memory = vec![T::VALUE; GUARDS];
        memory.extend_from_slice(values);
        memory.resize(memory.len() + GUARDS, T::VALUE);
        Guarded { memory, len: values.len() }
    }

    /// Memory whose content must not matter: it holds what the guards hold.
    pub fn scratch(len: usize) -> Self {
        Self::new(&vec![T::VALUE; len])
    }
}

impl<T: Guard> Deref for Guarded<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.memory[GUARDS..GUARDS + self.len]
    }
}

impl<T: Guard> DerefMut for Guarded<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.memory[GUARDS..GUARDS + self.len]
    }
}

impl<T: Guard> Drop for Guarded<T> {
    fn drop(&mut self) {
        let (before, after) = (&self.memory[..GUARDS], &self.memory[GUARDS + self.len..]);
        let intact = before.iter().chain(after).all(|guard| guard.is_intact());
        assert!(intact || std::thread::panicking(), "a kernel wrote beyond a slice of {}", self.len);
    }
}
