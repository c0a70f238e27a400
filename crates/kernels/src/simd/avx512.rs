//! Sixteen floats, and masks of a bit for each.

use core::arch::x86_64::*;

pub const NAME: &str = "avx512";
pub const WIDTH: usize = 16;

#[derive(Clone, Copy, Debug)]
pub struct Wide(__m512);

impl Wide {
    #[inline(always)]
    pub fn splat(x: f32) -> Self {
        Self(unsafe { _mm512_set1_ps(x) })
    }

    /// # Safety
    /// `from` must be readable for a vector.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { _mm512_loadu_ps(from) })
    }

    /// # Safety
    /// `from` must be readable for `4 * quads` floats.
    #[inline(always)]
    pub unsafe fn load_quads(from: *const f32, quads: usize) -> Self {
        Self(unsafe { _mm512_maskz_loadu_ps(mask_of(quads), from) })
    }

    /// # Safety
    /// `to` must be writable for a vector.
    #[inline(always)]
    pub unsafe fn store(self, to: *mut f32) {
        unsafe { _mm512_storeu_ps(to, self.0) }
    }

    /// # Safety
    /// `to` must be writable for `4 * quads` floats.
    #[inline(always)]
    pub unsafe fn store_quads(self, to: *mut f32, quads: usize) {
        unsafe { _mm512_mask_storeu_ps(to, mask_of(quads), self.0) }
    }

    /// All ones in the lanes where `self > other`.
    #[inline(always)]
    pub fn gt(self, other: Self) -> Mask {
        Mask(unsafe { _mm512_cmp_ps_mask::<_CMP_GT_OQ>(self.0, other.0) })
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(unsafe { _mm512_abs_ps(self.0) })
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
        let halves = unsafe { _mm256_add_ps(_mm512_castps512_ps256(self.0), _mm512_extractf32x8_ps::<1>(self.0)) };
        let quarters = unsafe { _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps::<1>(halves)) };
        let mut four = [0.0; 4];
        unsafe { _mm_storeu_ps(four.as_mut_ptr(), quarters) };
        four
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self(unsafe { _mm512_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        Self(unsafe { _mm512_sub_ps(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        Self(unsafe { _mm512_mul_ps(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn over(self, other: Self) -> Self {
        Self(unsafe { _mm512_div_ps(self.0, other.0) })
    }
}

#[inline(always)]
fn mask_of(quads: usize) -> __mmask16 {
    0xffff >> (16 - 4 * quads)
}

#[derive(Clone, Copy)]
pub struct Mask(__mmask16);

impl Mask {
    /// Lane i of `x` where lane i is set, else 0.
    #[inline(always)]
    pub fn keep(self, x: Wide) -> Wide {
        Wide(unsafe { _mm512_maskz_mov_ps(self.0, x.0) })
    }

    /// Lane i of `x` where lane i is not set, else 0.
    #[inline(always)]
    pub fn drop(self, x: Wide) -> Wide {
        Wide(unsafe { _mm512_maskz_mov_ps(!self.0, x.0) })
    }

    /// Bit i for lane i.
    #[inline(always)]
    pub fn bits(self) -> u32 {
        self.0.into()
    }

    /// The mask whose lane i is bit i of `bits`.
    #[inline(always)]
    pub fn from_bits(bits: u32) -> Self {
        Self(bits as __mmask16)
    }
}
