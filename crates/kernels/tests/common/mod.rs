//! What the parity tests share: seeded numbers, padding, bits, and comparison against a twin in f64.
#![allow(dead_code)] // Each test program uses its own part.

use kestirme_kernels::{par, words};
use std::sync::{Mutex, MutexGuard};

/// Uniform numbers from a seed (a linear congruential generator is random enough here).
pub struct Random(pub u64);

impl Random {
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 40) as f64 / (1u64 << 24) as f64
    }

    /// In [-1, 1), exact in f32.
    pub fn values(&mut self, len: usize) -> Vec<f32> {
        (0..len).map(|_| (2.0 * self.unit() - 1.0) as f32).collect()
    }

    /// Ones with the given probability.
    pub fn spikes(&mut self, len: usize, rate: f64) -> Vec<f32> {
        (0..len).map(|_| if self.unit() < rate { 1.0 } else { 0.0 }).collect()
    }
}

pub fn f64s(x: &[f32]) -> Vec<f64> {
    x.iter().map(|&x| x as f64).collect()
}

pub fn padded(channels: usize) -> usize {
    channels.next_multiple_of(4)
}

/// Rows of `channels` values with zeros up to the padded width.
pub fn pad(x: &[f32], channels: usize) -> Vec<f32> {
    x.chunks_exact(channels)
        .flat_map(|row| row.iter().copied().chain(std::iter::repeat_n(0.0, padded(channels) - channels)))
        .collect()
}

/// The way back; what is in the padding must be zero.
pub fn unpad(x: &[f32], channels: usize) -> Vec<f32> {
    x.chunks_exact(padded(channels))
        .flat_map(|row| {
            assert!(row[channels..].iter().all(|&x| x == 0.0), "padding holds {:?}", &row[channels..]);
            row[..channels].to_vec()
        })
        .collect()
}

/// Zeros and ones `[rows, C]` to bits `[rows, words(padded C)]`.
pub fn bits(x: &[f32], channels: usize) -> Vec<u32> {
    let mut out = Vec::new();
    for row in x.chunks_exact(channels) {
        let mut packed = vec![0u32; words(padded(channels))];
        for (c, &x) in row.iter().enumerate() {
            packed[c / 32] |= (x as u32) << (c % 32);
        }
        out.extend(packed);
    }
    out
}

pub fn unbits(x: &[u32], channels: usize) -> Vec<f32> {
    x.chunks_exact(words(padded(channels)))
        .flat_map(|row| (0..channels).map(|c| (row[c / 32] >> (c % 32) & 1) as f32).collect::<Vec<_>>())
        .collect()
}

/// Compares with the twin's values. A sum of n terms in f32 is off by at most n * 2^-24 times the sum of the terms'
/// sizes; `terms` is n and `size` a bound on that sum, so this is the worst case and no fit.
pub fn assert_close(what: &str, got: &[f32], want: &[f64], terms: usize, size: f64) {
    assert_eq!(got.len(), want.len(), "{what}");
    let bound = (terms + 2) as f64 * 2f64.powi(-24) * size;
    for (i, (&got, &want)) in got.iter().zip(want).enumerate() {
        assert!((got as f64 - want).abs() <= bound, "{what}[{i}]: {got} instead of {want}, bound {bound:e}");
    }
}

static POOL: Mutex<()> = Mutex::new(());

/// The pool is the process's: tests that set it take turns.
pub fn exclusive() -> MutexGuard<'static, ()> {
    POOL.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Runs `kernel` on 1, 2, 3 and 7 threads; all must give the same bits.
pub fn on_all_threads<T: PartialEq + std::fmt::Debug>(kernel: impl Fn() -> T) -> T {
    par::set_pool(None);
    let alone = kernel();
    for threads in [2, 3, 7] {
        par::set_pool(Some(rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool")));
        assert!(kernel() == alone, "{threads} threads give other bits");
    }
    par::set_pool(None);
    alone
}
