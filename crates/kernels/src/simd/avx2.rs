//! Eight floats.

use core::arch::x86_64::*;

pub const NAME: &str = "avx2";
pub const WIDTH: usize = 8;

#[derive(Clone, Copy, Debug)]
pub struct Wide(__m256);

impl Wide {
    #[inline(always)]
    pub fn splat(x: f32) -> Self {
        Self(unsafe { _mm256_set1_ps(x) })
    }

    /// # Safety
    /// `from` must be readable for a vector.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { _mm256_loadu_ps(from) })
    }

    /// # Safety
    /// `from` must be readable for `4 * quads` floats.
    #[inline(always)]
    pub unsafe fn load_quads(from: *const f32, quads: usize) -> Self {
        if quads > 1 {
            return unsafe { Self::load(from) };
        }
        Self(unsafe { _mm256_zextps128_ps256(_mm_loadu_ps(from)) })
    }

    /// # Safety
    /// `to` must be writable for a vector.
    #[inline(always)]
    pub unsafe fn store(self, to: *mut f32) {
        unsafe { _mm256_storeu_ps(to, self.0) }
    }

    /// # Safety
    /// `to` must be writable for `4 * quads` floats.
    #[inline(always)]
    pub unsafe fn store_quads(self, to: *mut f32, quads: usize) {
        if quads > 1 {
            return unsafe { self.store(to) };
        }
        unsafe { _mm_storeu_ps(to, _mm256_castps256_ps128(self.0)) }
    }

    /// All ones in the lanes where `self > other`.
    #[inline(always)]
    pub fn gt(self, other: Self) -> Mask {
        Mask(unsafe { _mm256_cmp_ps::<_CMP_GT_OQ>(self.0, other.0) })
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0) })
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
        let halves = unsafe { _mm_add_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0)) };
        let mut four = [0.0; 4];
        unsafe { _mm_storeu_ps(four.as_mut_ptr(), halves) };
        four
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self(unsafe { _mm256_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        Self(unsafe { _mm256_sub_ps(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        Self(unsafe { _mm256_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn over(self, other: Self) -> Self {
        Self(unsafe { _mm256_div_ps(self.0, other.0) })
    }
}

#[derive(Clone, Copy)]
pub struct Mask(__m256);

impl Mask {
    /// Lane i of `x` where lane i is set, else 0.
    #[inline(always)]
    pub fn keep(self, x: Wide) -> Wide {
        Wide(unsafe { _mm256_and_ps(self.0, x.0) })
    }

    /// Lane i of `x` where lane i is not set, else 0.
    #[inline(always)]
    pub fn drop(self, x: Wide) -> Wide {
        Wide(unsafe { _mm256_andnot_ps(self.0, x.0) })
    }

    /// Bit i for lane i.
    #[inline(always)]
    pub fn bits(self) -> u32 {
        unsafe { _mm256_movemask_ps(self.0) as u32 }
    }

    /// The mask whose lane i is bit i of `bits`.
    #[inline(always)]
    pub fn from_bits(bits: u32) -> Self {
        let lanes = unsafe { _mm256_set_epi32(128, 64, 32, 16, 8, 4, 2, 1) };
        let set = unsafe { _mm256_and_si256(_mm256_set1_epi32(bits as i32), lanes) };
        Self(unsafe { _mm256_castsi256_ps(_mm256_cmpeq_epi32(set, lanes)) })
    }
}
