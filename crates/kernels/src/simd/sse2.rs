//! Four floats: what every x86-64 processor has.

use core::arch::x86_64::*;

pub const NAME: &str = "sse2";
pub const WIDTH: usize = 4;

#[derive(Clone, Copy, Debug)]
pub struct Wide(__m128);

impl Wide {
    #[inline(always)]
    pub fn splat(x: f32) -> Self {
        Self(unsafe { _mm_set1_ps(x) })
    }

    /// # Safety
    /// `from` must be readable for a vector.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { _mm_loadu_ps(from) })
    }

    /// # Safety
    /// `from` must be readable for `4 * quads` floats.
    #[inline(always)]
    pub unsafe fn load_quads(from: *const f32, _quads: usize) -> Self {
        unsafe { Self::load(from) }
    }

    /// # Safety
    /// `to` must be writable for a vector.
    #[inline(always)]
    pub unsafe fn store(self, to: *mut f32) {
        unsafe { _mm_storeu_ps(to, self.0) }
    }

    /// # Safety
    /// `to` must be writable for `4 * quads` floats.
    #[inline(always)]
    pub unsafe fn store_quads(self, to: *mut f32, _quads: usize) {
        unsafe { self.store(to) }
    }

    /// All ones in the lanes where `self > other`.
    #[inline(always)]
    pub fn gt(self, other: Self) -> Mask {
        Mask(unsafe { _mm_cmpgt_ps(self.0, other.0) })
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(unsafe { _mm_andnot_ps(_mm_set1_ps(-0.0), self.0) })
    }

    #[inline(always)]
    pub fn from_array(lanes: [f32; WIDTH]) -> Self {
        unsafe { Self::load(lanes.as_ptr()) }
    }

    #[inline(always)]
    pub fn to_array(self) -> [f32; WIDTH] {
        let mut lanes = [0.0; WIDTH];
        unsafe { self.store(lanes.as_mut_ptr()) };
        lanes
    }

    /// The lanes, folded to four by adding their halves to each other.
    #[inline(always)]
    pub(super) fn folded(self) -> [f32; 4] {
        self.to_array()
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self(unsafe { _mm_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        Self(unsafe { _mm_sub_ps(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        Self(unsafe { _mm_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn over(self, other: Self) -> Self {
        Self(unsafe { _mm_div_ps(self.0, other.0) })
    }
}

#[derive(Clone, Copy)]
pub struct Mask(__m128);

impl Mask {
    /// Lane i of `x` where lane i is set, else 0.
    #[inline(always)]
    pub fn keep(self, x: Wide) -> Wide {
        Wide(unsafe { _mm_and_ps(self.0, x.0) })
    }

    /// Lane i of `x` where lane i is not set, else 0.
    #[inline(always)]
    pub fn drop(self, x: Wide) -> Wide {
        Wide(unsafe { _mm_andnot_ps(self.0, x.0) })
    }

    /// Bit i for lane i.
    #[inline(always)]
    pub fn bits(self) -> u32 {
        unsafe { _mm_movemask_ps(self.0) as u32 }
    }

    /// The mask whose lane i is bit i of `bits`.
    #[inline(always)]
    pub fn from_bits(bits: u32) -> Self {
        let lanes = unsafe { _mm_set_epi32(8, 4, 2, 1) };
        let set = unsafe { _mm_and_si128(_mm_set1_epi32(bits as i32), lanes) };
        Self(unsafe { _mm_castsi128_ps(_mm_cmpeq_epi32(set, lanes)) })
    }
}
