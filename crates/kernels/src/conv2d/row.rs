//! Some neighbouring channels, held in registers.

use crate::simd::{QUADS, WIDTH, Wide};

/// How `V` vectors of channels lie in memory; the last may have fewer quads than the others.
#[derive(Clone, Copy)]
pub struct Row<const V: usize> {
    last: usize,
}

impl<const V: usize> Row<V> {
    /// Floats that a row of the sums' own memory takes: whole vectors.
    pub const FLOATS: usize = V * WIDTH;

    /// Of `width` floats, whole quads.
    pub fn of(width: usize) -> Self {
        Self { last: (width - (V - 1) * WIDTH) / 4 }
    }

    /// # Safety
    /// `from` must be readable for the row's floats.
    #[inline(always)]
    pub unsafe fn load(self, from: *const f32) -> [Wide; V] {
        core::array::from_fn(|v| unsafe { self.vector(v, from) })
    }

    /// Vector number `v` of the row.
    ///
    /// # Safety
    /// As for `load`.
    #[inline(always)]
    pub unsafe fn vector(self, v: usize, from: *const f32) -> Wide {
        unsafe {
            let from = from.add(v * WIDTH);
            if self.is_whole(v) { Wide::load(from) } else { Wide::load_quads(from, self.last) }
        }
    }

    /// # Safety
    /// `to` must be writable for the row's floats.
    #[inline(always)]
    pub unsafe fn store(self, sums: &[Wide; V], to: *mut f32) {
        for (v, sum) in sums.iter().enumerate() {
            unsafe {
                let to = to.add(v * WIDTH);
                if self.is_whole(v) { sum.store(to) } else { sum.store_quads(to, self.last) }
            }
        }
    }

    #[inline(always)]
    fn is_whole(self, v: usize) -> bool {
        QUADS == 1 || v + 1 < V || self.last == QUADS
    }
}
